"""A study whose treatment is a dose: which it is, its estimation step as a plan, and what it cannot ask."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Final

from causal_core.engine.call import Call, Plan
from causal_core.estimation.dose_result import DOSE_METHODS
from causal_core.problem import DoesNotApply, Problem
from causal_core.study.options import EstimateOptions

if TYPE_CHECKING:
    from causal_core.data.dose import Doses
    from causal_core.data.table import Table
    from causal_core.study.inputs import Inputs
    from causal_core.study.study import Study

TASKS = "causal_core.study.dose_tasks"

REMEDY: Final = (
    "Cut the dose into a few levels (at most 20) in the data, such as low and high, and ask about those; the "
    "curve of the dose as it is stands on Estimate."
)
"""What to do where arms are needed."""

WHY: Final = {
    "validate": "Other analyses compare arms, and a dose has none",
    "refute": "The refuters compare arms, and a dose has none",
    "uplift": "Who responds is learned by comparing arms, and a dose has none",
    "policy": "A policy chooses among arms, and a dose has none",
    "experiment": "An experiment is planned for arms, and a dose has none",
}
"""Step -> why it has no answer for a dose."""


def is_dose_study(study: Study, table: Table) -> bool:
    """Whether the study's treatment is a dose: a number with more than 20 different values."""
    name = study.question.treatment
    return _is_dose(table, name, study.data.types.get(name)) if name else False


def dose_problem(step: str, treatment: str) -> DoesNotApply:
    """Why a step that compares arms has no answer for this treatment."""
    return DoesNotApply(
        f'{WHY.get(step, WHY["validate"])}: the treatment "{treatment}" is a number with more than 20 '
        "different values.",
        column=treatment,
        remedy=REMEDY,
    )


def refuse_dose(study: Study, table: Table, step: str) -> None:
    """Refuse a step that compares arms.

    Raises:
        DoesNotApply: The treatment is a dose.
    """
    if is_dose_study(study, table):
        raise dose_problem(step, study.question.treatment)


def dose_methods(options: EstimateOptions) -> tuple[str, ...]:
    """The methods that run: the study's own choice, or all that answer for a dose when it made none."""
    return DOSE_METHODS if options.methods == EstimateOptions().methods else options.methods


def dose_plan(given: Inputs, options: EstimateOptions, key: str) -> Plan:
    """The plan of the estimation step for a dose; its result is an `Estimated` with `dose`.

    Args:
        given: What the step starts from.
        options: Which methods run, and which of them speaks for the study.
        key: What identifies the result.
    """
    methods = dose_methods(options)
    tasks = [Call(f"{TASKS}:dose_method", {"inputs": given, "method": method}) for method in methods]
    tasks.append(Call(f"{TASKS}:dose_along", {"inputs": given}))
    combine = Call(f"{TASKS}:combine_dose", {"inputs": given, "headline": options.headline})
    return Plan(key, "Estimating the curve of the dose", tuple(tasks), combine, seconds=1800)


def doses_in(study: Study, table: Table) -> Doses:
    """The doses that the study's treatment holds, over all rows of the table.

    Raises:
        Problem: The reference is not among them.
    """
    from causal_core.data.dose import column_doses

    return column_doses(table, study.question.treatment, study.question.control)


def check_dose(study: Study, table: Table) -> tuple[Problem, ...]:
    """What stands against estimating the curve, when the treatment is a dose."""
    if not is_dose_study(study, table):
        return ()
    try:
        doses_in(study, table)
    except Problem as problem:
        place = "[question] control"
        return (Problem(f"{place}: {problem.message}", column=problem.column, remedy=problem.remedy),)
    if study.question.propensity is not None:
        return (known_probability(study.question.treatment, study.question.propensity),)
    return ()


def known_probability(treatment: str, column: str) -> Problem:
    """Why a column of known probabilities does not go with a dose."""
    return Problem(
        f'The column "{column}" of known probabilities does not go with the dose "{treatment}": a dose has a '
        "density, not a probability.",
        column=column,
        remedy="Leave it out.",
    )


@lru_cache(maxsize=64)
def _is_dose(table: Table, name: str, kind: str | None) -> bool:
    from causal_core.data.dose import is_dose

    return is_dose(table, name, {name: kind} if kind else None)
