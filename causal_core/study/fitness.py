"""Whether the values of a study's columns let effects by person be learned, before anything is."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import TYPE_CHECKING

from causal_core.data.table import Table
from causal_core.problem import Problem
from causal_core.study.features import FeatureChoice, feature_choice
from causal_core.study.options import Question
from causal_core.study.suitability import suitability

if TYPE_CHECKING:
    from causal_core.identification import Identification
    from causal_core.study.study import Study


def learnable_features(study: Study, table: Table, identification: Identification) -> FeatureChoice:
    """The columns learners may use, and those they do, by the graph and by the table's values."""
    return feature_choice(study, table.columns, identification, unfit_columns(study, table))


def unfit_columns(study: Study, table: Table) -> dict[str, str]:
    """The graph's observed columns whose values cannot tell people apart, and why, as part of a sentence.

    Reads each column once: some hundredths of a second for a text column of a million rows.
    """
    roles = {study.question.treatment, study.question.outcome}
    found = {
        name: _unfit(table, name, study.data.types.get(name))
        for name in table.columns
        if name in study.graph.observed and name not in roles
    }
    return {name: why for name, why in found.items() if why}


def values_problem(study: Study, table: Table, features: Sequence[str]) -> Problem | None:
    """What in the question's columns or in `features` learning would stumble over first, or None."""
    question, types = study.question, tuple(sorted(study.data.types.items()))
    # Levels that are equal as keys, such as 1 and True, can name different levels of a column.
    found = _asked(table, question, types, repr(question.control))
    for name in features:
        found = found or _unreadable(table, name, study.data.types.get(name))
    # A raised problem keeps its traceback, and those kept here are shown again and again.
    return None if found is None else Problem(found.message, found.column, found.remedy)


@lru_cache(maxsize=64)
def _asked(
    table: Table,
    question: Question,
    types: tuple[tuple[str, str], ...],
    control: str,  # noqa: ARG001 - keys the cache
) -> Problem | None:
    return next(iter(suitability(question, dict(types), table).problems), None)


@lru_cache(maxsize=4096)
def _unreadable(table: Table, name: str, kind: str | None) -> Problem | None:
    from causal_core.data.covariates import covariate
    from causal_core.data.source import columns_of

    try:
        covariate(name, columns_of(table, [name])[name], None if kind is None else {name: kind})
    except Problem as problem:
        return Problem(problem.message, problem.column, problem.remedy)
    return None


@lru_cache(maxsize=4096)
def _unfit(table: Table, name: str, kind: str | None) -> str:
    import numpy as np

    from causal_core.data.covariates import covariate
    from causal_core.data.levels import Levels, levels_of
    from causal_core.data.source import columns_of

    column = columns_of(table, [name])[name]
    types = None if kind is None else {name: kind}
    try:
        item = covariate(name, column, types)
    except Problem as problem:
        if column.null_count == len(column):
            return "it is missing in every row"
        levels = levels_of(column, 0) if kind in (None, "category", "text") else 0
        if isinstance(levels, int) and levels > 0:
            return f"its {levels:,} different texts are as good as names; group them into fewer to use it"
        return problem.message.rstrip(".")
    values = item.content.codes if isinstance(item.content, Levels) else item.content
    if not item.missing.any() and bool(np.all(values == values[0])):
        return "it has the same value in every row"
    return ""
