"""How often each suggested edge comes back when the rows are drawn anew."""

from __future__ import annotations

from collections.abc import Sequence
from typing import cast

from causal_core.data.table import Table
from causal_core.discovery.asking import TimeUp
from causal_core.discovery.columns import prepare
from causal_core.discovery.search import Search, find, run
from causal_core.discovery.suggestion import Outcome, Suggested, Suggestion, count
from causal_core.engine.progress import part
from causal_core.problem import Problem


def resample(table: Table, search: Search, numbers: Sequence[int]) -> list[Outcome]:
    """The edges found in some resamples of the complete rows, drawn with replacement (Friedman et al. 1999).

    Resample number i depends on the search's seed and on i alone, so it does not matter who draws it.
    """
    prepared = prepare(table, search.columns, search.types)
    found: list[Outcome] = []
    for place, number in enumerate(numbers):
        with part(place / len(numbers), (place + 1) / len(numbers)):
            drawn = prepared.resampled((search.seed, number))
            try:
                edges, _ = find(drawn, search)
            except TimeUp:
                raise
            except Problem:
                found.append(None)
            else:
                found.append(edges)
    return found


def combine(parts: Sequence[Suggestion | list[Outcome]]) -> Suggested:
    """The suggestion, which is the first part, with the frequencies from the others."""
    suggestion = cast("Suggestion", parts[0])
    outcomes = [outcome for each in parts[1:] for outcome in cast("list[Outcome]", each)]
    return Suggested(suggestion, count(outcomes, suggestion.columns))


def suggest_with_frequencies(table: Table, search: Search, resamples: int) -> Suggested:
    """A suggestion and how often its edges come back, here and now."""
    return combine([run(table, search), resample(table, search, range(resamples))])
