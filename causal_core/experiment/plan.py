"""The planning of an experiment as a plan for the engine."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Final

from causal_core.engine.call import Call, Plan
from causal_core.experiment.design import Arms
from causal_core.experiment.prepare import Wanted, gain_setting, ranking_setting
from causal_core.experiment.setting import POWERS
from causal_core.experiment.tasks import CHUNKS, FALSE, Source
from causal_core.problem import DoesNotApply, Problem
from causal_core.study.dose import refuse_dose
from causal_core.study.experiment_options import Against
from causal_core.study.steps import inputs, result_key
from causal_core.validation.plan import plan_key

if TYPE_CHECKING:
    from causal_core.data.column import Profile
    from causal_core.data.design import Floats
    from causal_core.data.table import Table
    from causal_core.policy.economics import Economics
    from causal_core.policy.result import Gain, PolicyResult
    from causal_core.study.study import Study
    from causal_core.uplift.result import Evaluation

TASKS: Final = "causal_core.experiment.tasks"

POLICIES: Final = ("top_share", "best_arm", "treat_all")
"""Policies whose gain an experiment can be planned for: those that need nothing but predictions."""

USUAL: Final = 0.2
"""A usual size of an average effect, in standard deviations of the outcome (Cohen's small effect)."""


def average_plan(study: Study, table: Table, labels: tuple[str, ...], size: float) -> Plan:
    """The plan for learning average effects of a size; its result is a `Planned`.

    Args:
        study: Its [experiment] says how people are assigned.
        table: Its table.
        labels: The study's arms, control first.
        size: In the outcome's unit.

    Raises:
        DoesNotApply: The treatment is a dose.
        Problem: The size is 0, or shares cannot be.
    """
    refuse_dose(study, table, "experiment")
    wanted = wanted_of(study, labels, "average", size)
    # Complete rows are enough to draw people from.
    given = dataclasses.replace(inputs(study, table), missing="complete")
    if wanted.arms and len(wanted.labels) > table.rows:
        raise Problem(f"There are {len(wanted.labels):,} arms for {table.rows:,} rows.", remedy="Use fewer.")
    return _plan(study, wanted, Source(inputs=given), "", "", (given_key(study, table),))


def autoc_plan(study: Study, table: Table, evaluation: Evaluation, learner: str, size: float) -> Plan:
    """The plan for learning whether a fixed ranking finds those who respond; its result is a `Planned`.

    Args:
        study: Its [experiment] says how people are assigned.
        table: Its table.
        evaluation: What the uplift step gave.
        learner: Whose predictions rank.
        size: AUTOC in the outcome's unit, of people ranked by predicted effect, largest first.

    Raises:
        DoesNotApply: The treatment is a dose.
        Problem: The size is 0 or cannot be had, shares cannot be, or predicted effects do not differ.
    """
    refuse_dose(study, table, "experiment")
    held_out = evaluation.held_out
    wanted = wanted_of(study, held_out.arms, "autoc", size)
    setting = ranking_setting(held_out, learner, wanted, study.seed)
    return _plan(study, wanted, Source(setting=setting), "", learner, (result_key("uplift", study, table),))


def gain_plan(study: Study, table: Table, economics: Economics, size: float) -> Plan:
    """The plan for learning what the study's policy gains; its result is a `Planned`.

    Args:
        study: Its [experiment] says how people are assigned and what the gain is over, its [policy] which
            policy.
        table: Its table.
        economics: Rewards and costs of rows the policy did not see.
        size: The gain in the benefit's unit per person.

    Raises:
        DoesNotApply: The treatment is a dose, or the policy does what it is compared with.
        Problem: The size is 0 or cannot be had, or shares cannot be.
    """
    refuse_dose(study, table, "experiment")
    name = planned_policy(study)
    wanted = wanted_of(study, economics.held_out.arms, "gain", size)
    setting = gain_setting(economics, policy_of(study, economics), wanted, study.seed)
    key = (result_key("policy", study, table), study.policy)
    return _plan(study, wanted, Source(setting=setting), name, economics.learner, key)


def planned_policy(study: Study) -> str:
    """The policy whose gain is planned for: the memo's where it needs predictions alone, else `top_share`."""
    chosen = study.policy.headline
    return chosen if chosen in POLICIES else "top_share"


def policy_of(study: Study, economics: Economics) -> Floats:
    """(n, k) that policy's chance of each arm, for the rows it did not see."""
    return _valued(study, economics).policy_matrix


def found_gain(study: Study, economics: Economics, against: Against) -> Gain:
    """What that policy was found to gain here, per person."""
    gain: Gain = getattr(_valued(study, economics), f"gain_vs_{against}")
    return gain


def _valued(study: Study, economics: Economics) -> PolicyResult:
    from causal_core import policy

    name = planned_policy(study)
    if name == "treat_all":
        return policy.treat_all(economics)[economics.all_arm - 1]
    if name == "best_arm":
        return policy.best_arm(economics)
    return policy.top_share(economics, study.policy.share)


def wanted_of(study: Study, labels: tuple[str, ...], goal: str, size: float) -> Wanted:
    """What simulations depend on.

    Raises:
        Problem: The size is 0, or shares cannot be.
        DoesNotApply: Other arms than the study's where predictions are needed.
    """
    options = study.experiment
    names = labels
    if options.arms is not None and options.arms != len(labels) - 1:
        if goal != "average":
            raise DoesNotApply(
                "Who responds and what a policy gains are planned with the arms of the study: nothing is "
                "predicted for others.",
                remedy="Plan with the study's arms, or for an average effect.",
            )
        more = tuple(f"arm {number}" for number in range(len(labels), options.arms + 1))
        names = (*labels, *more)[: options.arms + 1]
    arms = Arms.of(names, options.allocation, options.shares or None, options.correction)
    return Wanted(
        goal,  # type: ignore[arg-type]  # one of its literals
        float(size),
        options.against,
        arms.labels,
        arms.shares,
        options.correction,
        options.adjust,
        options.whole_clusters,
    )


def arms_in(study: Study, table: Table) -> tuple[str, ...]:
    """The study's arms, control first.

    Raises:
        DoesNotApply: The treatment is a dose.
        Problem: It is missing, constant, or lacks the control level.
    """
    from causal_core.data.arms import arms_of
    from causal_core.data.source import columns_of

    refuse_dose(study, table, "experiment")
    name = study.question.treatment
    column = columns_of(table, [name])[name]
    return arms_of(name, column, study.question.control, study.data.types).texts


def usual_size(study: Study, profile: Profile) -> float:
    """A size to begin with: a fifth of the outcome's standard deviation, to two digits."""
    column = profile.column(study.question.outcome)
    spread = column.sd
    if spread is None and column.mean is not None:
        spread = (column.mean * (1 - column.mean)) ** 0.5
    return two_digits(USUAL * (spread or 1.0))


def two_digits(value: float) -> float:
    """A number to two significant digits."""
    return float(f"{value:.2g}")


def given_key(study: Study, table: Table) -> str:
    """What identifies the rows that an average effect is planned with."""
    return result_key("estimate", study, table)


def _plan(
    study: Study, wanted: Wanted, source: Source, policy: str, learner: str, key: tuple[object, ...]
) -> Plan:
    arguments = {"source": source, "wanted": wanted}
    cells = [(step, chunk, True) for step in range(len(POWERS)) for chunk in range(CHUNKS)]
    cells += [(FALSE, chunk, False) for chunk in range(CHUNKS)]
    tasks = tuple(
        Call(
            f"{TASKS}:simulate_power",
            {**arguments, "seed": study.seed, "step": step, "chunk": chunk, "effect": effect},
        )
        for step, chunk, effect in cells
    )
    combine = Call(f"{TASKS}:combine_power", {**arguments, "policy": policy, "learner": learner})
    return Plan(
        plan_key("experiment", *key, wanted, study.seed, policy, learner),
        "Simulating experiments",
        tasks,
        combine,
        seconds=1800,
    )
