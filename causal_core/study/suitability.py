"""Whether the columns a question names hold what it needs, read from their values."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from causal_core.problem import Problem
from causal_core.study.options import Level, Question

if TYPE_CHECKING:
    from collections.abc import Callable

    from causal_core.data.dose import Doses
    from causal_core.data.table import Table

Arm = tuple[str, int, int]
"""A level of the treatment, its rows, and how many of these lack the outcome."""

_USUAL_CONTROLS = ("0", "false", "no", "none", "nothing", "control", "placebo", "untreated")


@dataclass(frozen=True)
class Suitability:
    """What the named columns hold.

    Attributes:
        arms: The levels of the treatment, control first when it is one of them; empty when they cannot be
            arms.
        control: The control level as text, or None when it is no level.
        problems: What stands against computing anything, each with its remedy.
        doses: What the treatment holds when it is a dose; None when it has arms.
    """

    arms: tuple[Arm, ...]
    control: str | None
    problems: tuple[Problem, ...]
    doses: Doses | None = None


def suitability(question: Question, types: Mapping[str, str], table: Table) -> Suitability:
    """What the columns that the question names hold; a column that is not chosen yet is passed over.

    Reads these columns alone: some hundredths of a second for a million rows.
    """
    problems = list(_absent(question, table))
    known = {problem.column for problem in problems}
    arms: tuple[Arm, ...] = ()
    control = None
    treatment, outcome = question.treatment, question.outcome
    if treatment and treatment == outcome:
        return Suitability((), None, (*problems, _same_column(treatment)))
    usable_outcome = outcome if outcome and outcome not in known else ""
    if usable_outcome:
        found = _first(partial(_check_outcome, table, usable_outcome, types))
        problems += found
        usable_outcome = "" if found else usable_outcome
    if treatment and treatment not in known and _is_dose(table, treatment, types):
        doses, found = _doses(table, question)
        return Suitability((), None, (*problems, *found), doses)
    if treatment and treatment not in known:
        arms, control, found = _arms(question, usable_outcome or None, types, table)
        problems += found
    if arms and not known & {question.propensity, question.clusters, question.weights}:
        problems += _first(partial(_check_known, table, question, tuple(arm for arm, *_ in arms)))
    return Suitability(arms, control, tuple(problems))


def column_problem(table: Table, name: str, kind: str) -> Problem | None:
    """Why a column cannot be used as the kind the study says, or None."""
    from causal_core.data.covariates import covariate
    from causal_core.data.source import columns_of

    if name not in table.columns or kind == "text":
        return None
    found = _first(lambda: covariate(name, columns_of(table, [name])[name], {name: kind}))
    return found[0] if found else None


def usual_control(levels: tuple[str, ...]) -> str:
    """The level most likely to be the reference: one called 0, no, control or alike, else the first."""
    return next((level for level in levels if level.casefold() in _USUAL_CONTROLS), levels[0])


def plain_level(text: str, kind: str) -> Level:
    """A level as a study file writes it: a number or a truth value where the column holds such, else text."""
    if kind == "boolean" and text in {"True", "False"}:
        return text == "True"
    if kind == "number":
        try:
            number = float(text)
        except ValueError:
            return text
        return int(number) if number.is_integer() else number
    return text


def _absent(question: Question, table: Table) -> Iterator[Problem]:
    from causal_core.data.checks import require_columns

    roles = ("treatment", "outcome", "propensity", "clusters", "weights")
    for role in roles:
        name = getattr(question, role)
        if name:
            yield from _first(partial(require_columns, table.columns, (name,)))


def _is_dose(table: Table, treatment: str, types: Mapping[str, str]) -> bool:
    from causal_core.data.dose import is_dose

    return is_dose(table, treatment, types)


def _doses(table: Table, question: Question) -> tuple[Doses | None, list[Problem]]:
    from causal_core.data.dose import column_doses
    from causal_core.study.dose import known_probability

    found: list[Problem] = []
    if question.propensity:
        found.append(known_probability(question.treatment, question.propensity))
    try:
        return column_doses(table, question.treatment, question.control), found
    except Problem as problem:
        # The range is shown all the same, so that another reference can be chosen in it.
        try:
            return column_doses(table, question.treatment), [problem, *found]
        except Problem:
            return None, [problem, *found]


def _arms(
    question: Question, outcome: str | None, types: Mapping[str, str], table: Table
) -> tuple[tuple[Arm, ...], str | None, list[Problem]]:
    from causal_core.data.arms import arm_counts
    from causal_core.data.levels import match_level

    treatment = question.treatment
    try:
        counts = arm_counts(table, treatment, outcome, types)
    except Problem as found:
        return (), None, [found]
    levels = tuple(level for level, *_ in counts)
    if len(levels) == 1:
        problem = Problem(
            f'The treatment "{treatment}" has the single value "{levels[0]}", so nothing can be compared.',
            column=treatment,
            remedy="Choose a column that differs between rows, or bring the rows that were left out.",
        )
        return counts, levels[0], [problem]
    problems = [
        Problem(
            f'No row with "{treatment}" = "{level}" has the outcome "{outcome}".',
            column=treatment,
            remedy="Choose another outcome, or leave this level out of the data.",
        )
        for level, rows, missing in counts
        if rows == missing
    ]
    control = match_level(question.control, levels)
    if control is None:
        problem = Problem(
            f'"{question.control}" is not a level of the treatment "{treatment}".',
            column=treatment,
            remedy="Choose the control level.",
        )
        return counts, None, [*problems, problem]
    return tuple(sorted(counts, key=lambda arm: arm[0] != control)), control, problems


def _check_outcome(table: Table, outcome: str, types: Mapping[str, str]) -> None:
    import numpy as np

    from causal_core.data.outcome import outcome_values
    from causal_core.data.source import columns_of

    values = outcome_values(outcome, columns_of(table, [outcome])[outcome], types)
    if np.nanmin(values) == np.nanmax(values):
        raise Problem(
            f'The outcome "{outcome}" is {values[~np.isnan(values)][0]:g} in every row that has one.',
            column=outcome,
            remedy="Choose an outcome that differs between rows.",
        )


def _check_known(table: Table, question: Question, levels: tuple[str, ...]) -> None:
    from causal_core.data.known import assignment_probabilities, sampling_weights
    from causal_core.data.source import columns_of

    named = [name for name in (question.propensity, question.weights) if name]
    columns = columns_of(table, named)
    if question.propensity:
        assignment_probabilities(columns, question.propensity, levels)
    if question.weights:
        sampling_weights(question.weights, columns[question.weights])


def _same_column(name: str) -> Problem:
    return Problem(f'"{name}" is both treatment and outcome.', column=name, remedy="Choose two columns.")


def _first(check: Callable[[], object]) -> list[Problem]:
    try:
        check()
    except Problem as problem:
        return [problem]
    return []
