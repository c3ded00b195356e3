"""The comparison of rankings in a report."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from causal_core.charts.gap import gap_curves
from causal_core.gap import harm_words, words
from causal_core.gap.chosen import chosen, kinds
from causal_core.gap.tables import (
    KINDS_HEAD,
    RANKS_HEAD,
    SIDES_HEAD,
    kind_rows,
    rank_rows,
    side_rows,
)
from causal_core.study.decision import benefit_unit
from causal_core.study.html import figure, note, table, tag

if TYPE_CHECKING:
    from causal_core.study.results import Results


def gap_parts(results: Results) -> Iterable[str]:
    """The section of a report, as HTML; nothing when rankings were not compared."""
    gap, study = results.gap, results.study
    if gap is None:
        return
    comparison = chosen(study, gap)
    yield tag("h2", "Does ranking by risk find those who respond?")
    yield tag("p", words.verdict_sentence(study, comparison))
    yield tag("p", words.total_sentence(study, gap, comparison))
    curve = gap.curve("worth", comparison.money)
    yield figure(gap_curves(curve, comparison, benefit_unit(study), study.policy.unit))
    remarks = (
        words.arms_sentence(gap),
        words.spending_sentence(study, comparison),
        words.rows_sentence(gap),
        words.ground_sentence(study, gap),
    )
    yield note(" ".join(filter(None, remarks)))
    yield table(SIDES_HEAD, side_rows(comparison), numbers=(1, 2))
    yield note(f"{words.same_sentence(comparison)} {harm_words.bounds_sentence(gap)}")
    yield tag("p", words.accuracy_sentence(gap))
    yield table(RANKS_HEAD, rank_rows(gap), numbers=(1, 2))
    yield tag("h3", "Four kinds of people")
    yield tag("p", harm_words.NOBODY_KNOWS)
    yield table(KINDS_HEAD, kind_rows(kinds(study, gap)), numbers=(2, 3, 4, 5))
    yield note(f"{harm_words.KINDS_SENTENCE} {harm_words.everybody_sentence(gap)}")
