"""A closer look beside an estimate, as a plan: residuals, heaviest rows, balance by method, overlap."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from causal_core.data.table import Table
from causal_core.engine.call import Call, Plan
from causal_core.estimation.methods import METHODS
from causal_core.problem import DoesNotApply, Problem
from causal_core.study.inputs import Inputs
from causal_core.study.steps import inputs, result_key

if TYPE_CHECKING:
    from causal_core.estimation.arm_scores import ArmScores
    from causal_core.estimation.diagnostics import Balance
    from causal_core.estimation.dominating import Dominating
    from causal_core.estimation.residuals import Residuals
    from causal_core.study.study import Study

HERE = "causal_core.study.diagnosis"

LIKE_IPW = ("ipw", "aipw", "ipw_regression_adjustment")
BALANCED_BY = (
    "ipw",
    "overlap_weights",
    "ipw_trimmed",
    "entropy_balancing",
    "matching",
    "propensity_matching",
)
"""Methods after which balance can be looked at."""


@dataclass(frozen=True)
class Balanced:
    """The balance after one method, one answer an arm."""

    method: str
    balance: tuple[Balance, ...]


@dataclass(frozen=True)
class Diagnosis:
    """A closer look at an estimate.

    Attributes:
        residuals: Of the outcome's regressions, or why there are none, in words.
        heaviest: The rows that weigh most, a tuple of one answer an arm for each method.
        balanced: The balance after each method; empty when nothing is adjusted for.
        scores: The probabilities of all arms; only with more than two.
        completed: Whether missing covariates were filled in, so that the first completed table is shown.
    """

    residuals: Residuals | str
    heaviest: tuple[tuple[Dominating, ...], ...]
    balanced: tuple[Balanced, ...]
    scores: tuple[ArmScores, ...]
    completed: bool


def diagnosis_plan(study: Study, table: Table) -> Plan:
    """The plan of a closer look at the study's estimates; its result is a `Diagnosis`.

    Raises:
        DoesNotApply: The graph offers no set of columns to adjust for.
    """
    given = inputs(study, table)
    if given.reason:
        raise DoesNotApply("Nothing is adjusted for, so no outcome model and no weights are to be looked at.")
    tasks = [Call(f"{HERE}:look_at_residuals", {"inputs": given})]
    chosen = [name for name in study.estimate.methods if name in METHODS]
    heavy = [name for name in chosen if name in (*BALANCED_BY, *LIKE_IPW)] or ["ipw"]
    tasks += [Call(f"{HERE}:look_at_weights", {"inputs": given, "method": name}) for name in heavy]
    if given.covariates:
        after = [name for name in BALANCED_BY if name in METHODS and (name == "ipw" or name in chosen)]
        tasks += [Call(f"{HERE}:look_at_balance", {"inputs": given, "method": name}) for name in after]
        tasks.append(Call(f"{HERE}:look_at_scores", {"inputs": given}))
    key = result_key("estimate", study, table).replace("estimate", "diagnosis", 1)
    return Plan(key, "Looking closer", tuple(tasks), Call(f"{HERE}:combine_looks", {"inputs": given}))


def look_at_residuals(inputs: Inputs) -> Residuals | str:
    """The residuals, or why there are none."""
    from causal_core.estimation.residuals import residuals

    try:
        return residuals(inputs.design())
    except Problem as problem:
        return str(problem)


def look_at_weights(inputs: Inputs, method: str) -> tuple[Dominating, ...]:
    """The heaviest rows of one method's estimates."""
    from causal_core.estimation.dominating import dominating

    return dominating(method, inputs.design(), inputs.target, inputs.seed)


def look_at_balance(inputs: Inputs, method: str) -> Balanced:
    """The balance after one method."""
    from causal_core.estimation.diagnostics import balance_by

    return Balanced(method, balance_by(method, inputs.design(), inputs.target))


def look_at_scores(inputs: Inputs) -> tuple[ArmScores, ...]:
    """The probabilities of all arms; none with two arms or when they cannot be had."""
    from causal_core.estimation.arm_scores import arm_scores

    design = inputs.design()
    try:
        return arm_scores(design) if len(design.arms) > 2 else ()
    except Problem:
        return ()


def combine_looks(
    inputs: Inputs,
    parts: Sequence[Residuals | str | tuple[Dominating, ...] | tuple[ArmScores, ...] | Balanced],
) -> Diagnosis:
    """All looks together; the first part holds the residuals."""
    from causal_core.estimation.arm_scores import ArmScores
    from causal_core.estimation.dominating import Dominating

    groups = [part for part in parts[1:] if isinstance(part, tuple)]
    heaviest = []
    for part in groups:
        mine = tuple(each for each in part if isinstance(each, Dominating))
        heaviest += [mine] if mine else []
    return Diagnosis(
        residuals=parts[0],  # type: ignore[arg-type]  # the first task gives residuals or words
        heaviest=tuple(heaviest),
        balanced=tuple(part for part in parts if isinstance(part, Balanced)),
        scores=tuple(each for part in groups for each in part if isinstance(each, ArmScores)),
        completed=inputs.missing == "imputation",
    )
