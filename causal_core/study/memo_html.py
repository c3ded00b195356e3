"""The decision memo as HTML: a part of the report, or a page of its own that needs nothing from outside."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from causal_core.charts.hidden import hidden_bounds
from causal_core.charts.policy import policy_comparison, share_curve
from causal_core.charts.policy_budget import budget_gain
from causal_core.charts.policy_plane import policy_plane
from causal_core.charts.policy_segments import segment_bars
from causal_core.charts.policy_tree import policy_tree
from causal_core.policy.tree_value import TreeResult
from causal_core.study.hidden_words import RANDOM, hidden_sentences
from causal_core.study.html import figure, head, note, table, tag
from causal_core.study.memo import (
    BUDGET_NOTE,
    CURVE_NOTE,
    FOREST_NOTE,
    GROUPS_NOTE,
    QUESTION,
    Memo,
    table_note,
)
from causal_core.study.memo_tables import (
    ESTIMATORS_NOTE,
    estimator_rows,
    option_rows,
    segment_rows,
)
from causal_core.study.memo_words import refusal, rule_sheet, rules_found
from causal_core.text import for_html

if TYPE_CHECKING:
    from causal_core.policy.share_curve import ShareCurve
    from causal_core.study.memo_detail import Detail
    from causal_core.study.study import Study


def memo_page(study: Study, found: Memo, curve: ShareCurve, detail: Detail | None = None) -> str:
    """The memo as one self-contained page, also readable when printed.

    Args:
        study: What the memo is about.
        found: The memo.
        curve: The gain along the share treated.
        detail: What stands behind its policy; None leaves it out.
    """
    title = f"{QUESTION} {study.question.treatment} for {study.question.outcome}"
    parts = [head(title), tag("h1", QUESTION), note(_about(study)), *memo_parts(study, found, curve, detail)]
    parts += [tag("h2", "The study file"), f"<pre>{for_html(study.to_text())}</pre>", "</body></html>"]
    return "\n".join(parts)


def memo_parts(study: Study, found: Memo, curve: ShareCurve, detail: Detail | None = None) -> Iterable[str]:
    """The memo's sections, as HTML, without a title; see `memo_page`."""
    randomised = study.question.randomised
    kind = "answer" if found.sound else "warning"
    yield f"<p class='{kind}'><strong>{for_html(found.recommendation)}</strong></p>"
    yield from (tag("p", sentence) for sentence in (found.gain, *found.against) if sentence)
    if found.facts:
        rows = [(fact.label, fact.number, fact.detail) for fact in found.facts]
        yield table(("In short", "", ""), rows, numbers=(1,))
    if found.options:
        yield tag("h3", "The options")
        gains = [option.result.gain_vs_none for option in found.options]
        wide = [option.together for option in found.options]
        chart = policy_comparison(found.options, gains, unit=found.unit, randomised=randomised, together=wide)
        yield figure(chart)
        yield note(FOREST_NOTE)
        columns, lines, numbers = option_rows(study, found)
        yield table(columns, lines, numbers=numbers)
        yield note(table_note(found))
        yield figure(policy_plane(found.options, found.unit, randomised))
    yield from (note(refusal(each)) for each in found.refused)
    yield figure(share_curve(curve, study.policy.share, found.unit))
    yield note(CURVE_NOTE)
    if detail is not None and detail.budgets is not None:
        within = next((each for each in found.options if each.result.policy == "budget"), None)
        yield figure(budget_gain(detail.budgets, study.policy.people, found.unit, within, detail.budget))
        yield note(BUDGET_NOTE)
    if detail is not None:
        yield from _who(detail, found, study)
    for option in found.options:
        if option.result.rules:
            yield tag("h3", f"The rules: {option.letter} {option.name}")
            if isinstance(option.result, TreeResult) and option.result.tree is not None:
                yield figure(policy_tree(option.result.tree, option.result.leaves, found.unit))
            yield _list(rule_sheet(option.result, found.unit))
            yield note(rules_found(option.result, found.unit))
    yield tag("h3", "How sure are we?")
    yield _list(found.sure)
    if detail is not None:
        yield from _sure(detail, found, randomised)
    for title, sentences in (
        ("What was assumed", found.assumptions),
        ("What to do next", found.next_steps),
    ):
        if sentences:
            yield tag("h3", title)
            yield _list(sentences)


def _who(detail: Detail, found: Memo, study: Study) -> Iterable[str]:
    if not detail.groups:
        return
    yield tag("h3", "Who gets what")
    question = study.question
    for column, segments in detail.groups:
        yield figure(segment_bars(segments, column, found.unit, question.randomised, question.treatment))
        head, rows, numbers = segment_rows(segments, found.unit)
        yield table(head, rows, numbers=numbers)
    yield note(GROUPS_NOTE)


def _sure(detail: Detail, found: Memo, randomised: bool) -> Iterable[str]:
    if detail.estimates:
        head, rows, numbers = estimator_rows(detail.estimates, found.unit)
        yield table(head, rows, numbers=numbers)
        yield note(ESTIMATORS_NOTE)
    if randomised:
        yield tag("p", RANDOM)
    elif detail.hidden is not None:
        yield _list(hidden_sentences(detail.hidden, randomised))
        yield figure(hidden_bounds(detail.hidden, found.unit))


def _about(study: Study) -> str:
    question, policy = study.question, study.policy
    how = "drawn by lot" if question.randomised else "observed, not drawn by lot"
    return (
        f"About {question.treatment} ({how}) and {question.outcome}, from {study.data.path}; totals are for "
        f"{policy.people:,} people like those in the table."
    )


def _list(sentences: Iterable[str]) -> str:
    return f"<ul>{''.join(tag('li', sentence) for sentence in sentences)}</ul>"
