"""The report: one HTML file with the graph, the tables and the charts, which needs nothing from outside."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from causal_core.charts.balance import love_plot
from causal_core.charts.forest import forest
from causal_core.charts.policy import policy_comparison, share_curve
from causal_core.charts.simulations import simulations
from causal_core.charts.uplift import segment_bars, uplift_curves
from causal_core.estimation.methods import METHODS
from causal_core.estimation.result import Estimate
from causal_core.graph.roles import role_sentence, roles
from causal_core.graph.svg import to_svg
from causal_core.problem import Problem
from causal_core.refutation.refuters import REFUTERS
from causal_core.study.headline import ground_sentence, headline_sentence, interval_text, number_text
from causal_core.study.results import Refused, Results
from causal_core.text import for_html

if TYPE_CHECKING:
    import plotly.graph_objects as go

STYLE = """
body {font: 16px/1.5 system-ui, sans-serif; color: #1b1f24; max-width: 60rem;
  margin: 2rem auto; padding: 0 1rem}
h1 {font-size: 1.7rem} h2 {font-size: 1.25rem; margin-top: 2.2rem; border-bottom: 1px solid #d5dae0}
table {border-collapse: collapse; width: 100%; font-size: .88rem; margin: .8rem 0}
th, td {text-align: left; padding: .3rem .6rem .3rem 0; border-bottom: 1px solid #e4e8ec; vertical-align: top;
  overflow-wrap: anywhere}
td.number {text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap}
.answer {font-size: 1.1rem; border-left: 4px solid #0072B2; padding-left: .8rem}
.note {color: #57606a; font-size: .88rem}
svg {max-width: 100%; height: auto}
@media print {body {max-width: none; margin: 0} h2, figure, tr {break-inside: avoid} h2 {break-after: avoid}}
"""


def report(results: Results) -> str:
    """The results as one self-contained HTML page, also readable when printed."""
    study = results.study
    question = study.question
    title = f"The effect of {question.treatment} on {question.outcome}"
    parts = [
        _head(title),
        _tag("h1", title),
        *_summary(results),
        *_graph(results),
        *_estimates(results),
        *_refutations(results),
        *_uplift(results),
        *_policy(results),
        *_failures(results),
        _tag("h2", "The study file"),
        f"<pre>{for_html(study.to_text())}</pre>",
        "</body></html>",
    ]
    return "\n".join(parts)


def _head(title: str) -> str:
    from plotly.offline import get_plotlyjs

    return (
        f"<!doctype html><html lang='en'><head><meta charset='utf-8'><title>{for_html(title)}</title>"
        f"<meta name='viewport' content='width=device-width, initial-scale=1'><style>{STYLE}</style>"
        f"<script>{get_plotlyjs()}</script></head><body>"
    )


def _summary(results: Results) -> Iterable[str]:
    study, table = results.study, results.opened.table
    if results.estimated is not None and results.estimated.headline is not None:
        answers = results.estimated.of(results.estimated.headline)
        for estimate in answers:
            yield f"<p class='answer'>{for_html(_answer(results, estimate))}</p>"
        yield _tag("p", ground_sentence(answers[0], study.question.randomised))
    facts = [f"{table.rows:,} rows of {study.data.path}"]
    if study.data.row_is:
        facts.append(f"a row is {study.data.row_is}")
    facts.append(f"target {study.question.target}")
    facts.append("randomised" if study.question.randomised else "not randomised")
    facts.append(f"seed {study.seed}")
    yield _note("; ".join(facts) + ".")
    for remark in (*study.remarks, *results.opened.warnings):
        yield _note(remark)


def _answer(results: Results, estimate: Estimate) -> str:
    question = results.study.question
    return headline_sentence(estimate, question.treatment, question.outcome, question.unit)


def _graph(results: Results) -> Iterable[str]:
    study, question = results.study, results.study.question
    names = {question.treatment, question.outcome}
    yield _tag("h2", "What causes what, and what follows")
    found = (
        roles(study.graph, question.treatment, question.outcome) if names <= set(study.graph.nodes) else {}
    )
    identification = results.identification
    adjusted = identification.chosen.variables if identification and identification.chosen else ()
    yield f"<figure>{to_svg(study.graph, found, adjusted=adjusted)}</figure>"
    if identification is not None:
        yield _tag("p", identification.verdict)
        rows = [
            (way.kind, ", ".join(way.variables) or "nothing", f"{way.reason} {way.assumption}".strip())
            for way in identification.strategies
        ]
        yield _table(("Strategy", "Uses", "Why"), rows)
        for note in identification.notes:
            yield _note(note)
    if results.dowhy is not None:
        words = " ".join(results.dowhy.differences) or "DoWhy's own identification agrees."
        yield _note(" ".join((words, *results.dowhy.skipped)))
    if found:
        nodes = [
            (node, role_sentence(study.graph, node, question.treatment, question.outcome)) for node in found
        ]
        yield _table(("Node", "Role"), nodes)


def _estimates(results: Results) -> Iterable[str]:
    estimated = results.estimated
    if estimated is None:
        return
    question = results.study.question
    yield _tag("h2", "How large is the effect?")
    yield _figure(forest(estimated.estimates, question.unit, "", question.randomised))
    rows = []
    for each in estimated.estimates:
        label = METHODS[each.method].label if each.method in METHODS else each.method
        contrast = f"{each.contrast[1]} against {each.contrast[0]}"
        if each.value is None:
            rows.append((label, contrast, "", "", "", each.error or ""))
        else:
            numbers = (number_text(each.value), interval_text(each), each.estimand)
            rows.append((label, contrast, *numbers, " ".join((f"({each.through})", *each.notes))))
    yield _table(("Method", "Contrast", "Effect", "95 % interval", "Estimand", "Notes"), rows, numbers=(2, 3))
    dropped = sum(1 for _ in estimated.dropped_by)
    missing = "; ".join(f"{column}: {rows:,}" for column, rows in estimated.dropped_by)
    yield _note(
        f"{estimated.rows_used:,} complete rows used."
        + (f" Rows left out for missing values: {missing}." if dropped else "")
        + f" Adjusted for {', '.join(estimated.covariates) or 'nothing'}."
    )
    for balance in estimated.balance:
        yield _figure(love_plot(balance))


def _refutations(results: Results) -> Iterable[str]:
    refuted = results.refuted
    if refuted is None:
        return
    yield _tag("h2", "Does it survive attempts to break it?")
    yield _note(f"Tried on: {METHODS[refuted.method].label}. No refuter can detect hidden confounding.")
    rows = [
        (
            REFUTERS[each.refuter].label,
            each.contrast[1],
            each.done,
            each.expectation,
            each.error or each.seen,
            {"pass": "no problem found", "fail": "fail", "unclear": "unclear"}[each.verdict],
        )
        for each in refuted.refutations
    ]
    yield _table(("Refuter", "Arm", "What was done", "What to expect", "What was seen", "Verdict"), rows)
    for each in refuted.refutations:
        if each.simulations:
            yield _figure(simulations(each, results.study.question.unit))


def _uplift(results: Results) -> Iterable[str]:
    if results.uplift is None:
        return
    yield _tag("h2", "Who responds?")
    unit = results.study.question.unit
    answered = [each for each in results.uplift.results if each.error is None]
    for contrast in dict.fromkeys(each.contrast for each in answered):
        mine = [each for each in answered if each.contrast == contrast]
        yield _figure(uplift_curves(mine, unit))
        for each in mine:
            yield _tag(
                "p", f"{each.learner.upper()}-learner, {contrast[1]} against {contrast[0]}: {each.sentence}"
            )
        yield _figure(segment_bars(mine[0], unit))
    for each in results.uplift.results:
        if each.error is not None:
            yield _note(f"{each.learner}: {each.error}")


def _policy(results: Results) -> Iterable[str]:
    valued = results.valued
    if valued is None:
        return
    yield _tag("h2", "What should we do?")
    good = [each for each in valued.policies if not isinstance(each, Refused)]
    for each in good:
        if each.policy == "top_share":
            yield f"<p class='answer'>{for_html(each.sentence)}</p>"
    yield _figure(policy_comparison(good))
    rows = [
        (
            each.policy.replace("_", " "),
            _with_interval(each.value, each.ci),
            _with_interval(each.gain_vs_none.value, each.gain_vs_none.ci),
            _with_interval(each.gain_vs_all.value, each.gain_vs_all.ci),
            f"{each.treated_share:.0%}",
            number_text(each.cost),
        )
        for each in good
    ]
    columns = (
        "Policy",
        "Value a person",
        "Gain against none",
        "Gain against all",
        "Treated",
        "Cost a person",
    )
    yield _table(columns, rows, numbers=(1, 2, 3, 4, 5))
    for refused in valued.policies:
        if isinstance(refused, Refused):
            yield _note(f"{refused.policy}: {refused.error}")
    yield _figure(share_curve(valued.curve, results.study.policy.share))


def _failures(results: Results) -> Iterable[str]:
    reasons = {**results.inapplicable, **results.failures}
    if reasons:
        yield _tag("h2", "What could not be answered")
        yield _table(("Step", "Why"), list(reasons.items()))


def _with_interval(value: float, ci: tuple[float, float]) -> str:
    return f"{number_text(value)} ({number_text(ci[0])} to {number_text(ci[1])})"


def _figure(figure: go.Figure) -> str:
    figure.update_layout(template="plotly_white", width=880)
    try:
        html = figure.to_html(full_html=False, include_plotlyjs=False, config={"displayModeBar": False})
    except ValueError as error:
        raise Problem(f"A chart of the report could not be drawn: {error}.") from error
    return f"<figure>{html}</figure>"


def _table(head: Sequence[str], rows: Sequence[Sequence[str]], numbers: Sequence[int] = ()) -> str:
    cells = "".join(f"<th scope='col'>{for_html(name)}</th>" for name in head)
    body = "".join(
        "<tr>"
        + "".join(
            f"<td{' class=number' if place in numbers else ''}>{for_html(cell)}</td>"
            for place, cell in enumerate(row)
        )
        + "</tr>"
        for row in rows
    )
    return f"<table><thead><tr>{cells}</tr></thead><tbody>{body}</tbody></table>"


def _tag(name: str, text: str) -> str:
    return f"<{name}>{for_html(text)}</{name}>"


def _note(text: str) -> str:
    return f"<p class='note'>{for_html(text)}</p>"
