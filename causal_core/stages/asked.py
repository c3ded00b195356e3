"""Which decisions a study takes one after the other, and what is known before each."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from causal_core.data.checks import nearest_names
from causal_core.problem import DoesNotApply, Problem
from causal_core.study.options import Level
from causal_core.study.worth import refuse_own_worth

if TYPE_CHECKING:
    from causal_core.data.table import Table
    from causal_core.study.study import Study

KEYS: Final = ("treatment", "covariates", "control", "within")

MOST_STAGES: Final = 6
"""The most stages of a rule: every further one divides the rows that followed it."""


@dataclass(frozen=True)
class Stage:
    """One decision.

    Attributes:
        treatment: Its column; missing where there was no such decision.
        covariates: What is seen anew before it; everything seen or done at earlier stages is known too.
        control: Its reference level; None for the question's where that is a level of it, else one
            that is called nothing, none or so, else the first.
        within: Categories known before it by which the options, or the chances of a draw by lot, differ.
    """

    treatment: str
    covariates: tuple[str, ...]
    control: str | None = None
    within: tuple[str, ...] = ()


@dataclass(frozen=True)
class Asked:
    """What a rule over several stages is learned and valued from; equal askings give equal results.

    Attributes:
        table: The table.
        stages: The decisions in order.
        outcome: The final outcome's column.
        control: The question's control level.
        types: (column, kind) pairs that override what the table suggests.
        randomised: Whether every decision is known to have been drawn by lot.
        propensity: (treatment, column of its known probability), or None.
        clusters: Column of the clusters.
        weights: Column of the sampling weights.
        benefit: Value of one unit of the outcome.
        cost: (arm, cost for each person who gets it, or the column that holds it); the same label at two
            stages costs the same at both.
        depth: Questions of the readable rule at each stage, 1 or 2.
        base: What regressions are made of.
        seed: Of everything random.
    """

    table: Table
    stages: tuple[Stage, ...]
    outcome: str
    control: Level
    types: tuple[tuple[str, str], ...]
    randomised: bool
    propensity: tuple[str, str] | None
    clusters: str | None
    weights: str | None
    benefit: float
    cost: tuple[tuple[str, float | str], ...]
    depth: int
    base: str
    seed: int

    @classmethod
    def of(cls, study: Study, table: Table) -> Asked:
        """What a study asks.

        Raises:
            DoesNotApply: The study names no stages, or a benefit of each person's own.
            Problem: A stage is not described as it must be, or a column is not there or used twice.
        """
        question, options = study.question, study.policy
        stages = stages_of(study)
        refuse_own_worth(options, "Rules over several stages are learned")
        if options.paid_per:
            raise Problem(
                f"The cost of {next(iter(options.paid_per))} is paid per unit of another column, which rules "
                "over several stages cannot count.",
                remedy="Give it a cost a person, or the column that holds it.",
            )
        known = question.propensity is not None and question.treatment in {each.treatment for each in stages}
        found = cls(
            table=table,
            stages=stages,
            outcome=question.outcome,
            control=question.control,
            types=(),
            randomised=question.randomised,
            propensity=(question.treatment, question.propensity) if known and question.propensity else None,
            clusters=question.clusters,
            weights=question.weights,
            benefit=options.benefit,
            cost=tuple(options.cost.items()),
            depth=min(options.depth or 2, 2),
            base=study.uplift.base,
            seed=study.seed,
        )
        for name in found.columns:
            if name not in table.columns:
                near = nearest_names(name, table.columns)
                remedy = f"Did you mean {' or '.join(near)}?" if near else "Correct its name."
                raise Problem(f"{name} is not a column of the table.", column=name, remedy=remedy)
        kinds = tuple(sorted((n, kind) for n, kind in study.data.types.items() if n in found.columns))
        return cls(**{**found.__dict__, "types": kinds})

    @property
    def columns(self) -> tuple[str, ...]:
        """Every column in use."""
        priced = (cost for _, cost in self.cost if isinstance(cost, str))
        others = (self.clusters, self.weights, self.propensity[1] if self.propensity else None)
        staged = (name for stage in self.stages for name in (*stage.covariates, stage.treatment))
        return tuple(dict.fromkeys((*staged, self.outcome, *filter(None, others), *priced)))


def stages_of(study: Study) -> tuple[Stage, ...]:
    """The stages a study names, in order.

    Raises:
        DoesNotApply: There are none.
        Problem: One is not described as it must be, or a column stands at two places.
    """
    written = study.policy.stages
    if not written:
        raise DoesNotApply(
            "The study names no stages, so there is only one decision.",
            remedy="Name what is decided first and what then: stages in [policy], or on the page Stages.",
        )
    stages = tuple(_stage(place, dict(entry)) for place, entry in enumerate(written, start=1))
    if not 2 <= len(stages) <= MOST_STAGES:
        raise Problem(
            f"The study names {len(stages)} stage{'s' if len(stages) > 1 else ''}; a rule over stages needs "
            f"2 to {MOST_STAGES}.",
            remedy="One decision is what the page Policy is for." if len(stages) == 1 else "Leave some out.",
        )
    place: dict[str, str] = {study.question.outcome: "the outcome"}
    for number, stage in enumerate(stages, start=1):
        named = [(stage.treatment, "the treatment"), *((name, "a covariate") for name in stage.covariates)]
        for name, role in named:
            if name in place:
                raise Problem(
                    f"{name} is {role} of stage {number} and also {place[name]}.",
                    column=name,
                    remedy="Name each column once: a covariate at the first stage before which it is seen.",
                )
            place[name] = f"{role} of stage {number}"
        known = {name for each in stages[:number] for name in each.covariates}
        for name in stage.within:
            if name not in known:
                raise Problem(
                    f"Stage {number} says that its options differ within {name}, which is no covariate up to "
                    "there.",
                    column=name,
                    remedy="Name it among the covariates too.",
                )
    return stages


def _stage(place: int, entry: dict[str, str | tuple[str, ...]]) -> Stage:
    unknown = [key for key in entry if key not in KEYS]
    if unknown:
        raise Problem(
            f"Stage {place} has the key {unknown[0]}, which is not known.",
            remedy=f"A stage has: {', '.join(KEYS)}.",
        )
    treatment, control = entry.get("treatment", ""), entry.get("control")
    covariates = entry.get("covariates", ())
    if not isinstance(treatment, str) or not treatment:
        raise Problem(f"Stage {place} names no treatment.", remedy="Name one column: what was decided there.")
    if control is not None and not isinstance(control, str):
        raise Problem(f"Stage {place} names several controls.", remedy="Name one level of its treatment.")
    return Stage(treatment, _names(covariates), control, _names(entry.get("within", ())))


def _names(value: str | tuple[str, ...]) -> tuple[str, ...]:
    return (value,) if isinstance(value, str) else tuple(value)
