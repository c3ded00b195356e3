"""The comparison of rankings in a report."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from causal_core.charts.gap import gap_curves
from causal_core.charts.gap_parts import harm_ranges, predict_and_target
from causal_core.gap import harm_words, words
from causal_core.gap.chosen import chosen, kinds, limits
from causal_core.gap.square import kinds_square
from causal_core.gap.tables import RANKS_HEAD, SIDES_HEAD, rank_rows, side_rows
from causal_core.study.decision import benefit_unit
from causal_core.study.html import figure, note, table, tag
from causal_core.text import for_html

if TYPE_CHECKING:
    from causal_core.study.results import Results


def gap_parts(results: Results) -> Iterable[str]:
    """The section of a report, as HTML; nothing when rankings were not compared."""
    gap, study = results.gap, results.study
    if gap is None:
        return
    comparison = chosen(study, gap)
    yield tag("h2", "Does ranking by risk find those who respond?")
    yield f"<p class='answer'>{for_html(words.verdict_sentence(study, comparison))}</p>"
    for sentence in (words.alone_sentence(study, comparison), words.total_sentence(study, gap, comparison)):
        if sentence:
            yield tag("p", sentence)
    curve = gap.curve("worth", comparison.money)
    yield figure(gap_curves(curve, comparison, benefit_unit(study), study.policy.unit))
    remarks = (
        "Shaded: pointwise 95 % bands.",
        words.arms_sentence(gap),
        words.spending_sentence(study, comparison),
        words.rows_sentence(gap),
        words.ground_sentence(study, gap),
    )
    yield note(" ".join(filter(None, remarks)))
    yield table(SIDES_HEAD, side_rows(study, comparison), numbers=(1, 2))
    yield note(f"With 95 % intervals in parentheses. {words.same_sentence(comparison)}")
    if (ranges := harm_ranges(comparison)) is not None:
        yield tag("h3", "Who is harmed, who is helped")
        yield figure(ranges)
        yield note(f"{harm_words.bounds_sentence(gap)} {harm_words.everybody_sentence(gap)}")
    yield tag("h3", words.MAXIM)
    yield tag("p", words.accuracy_sentence(gap))
    yield figure(predict_and_target(gap))
    yield table(RANKS_HEAD, rank_rows(gap), numbers=(1, 2))
    yield tag("h3", "Four kinds of people")
    yield tag("p", harm_words.NOBODY_KNOWS)
    found = kinds(study, gap)
    yield kinds_square(found, limits(study, gap), study.question.outcome, gap.people.good)
    yield note(
        f"{harm_words.KINDS_SENTENCE} Effects and outcomes are means of doubly robust scores, "
        "with 95 % intervals."
    )
