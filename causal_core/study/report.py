"""The report: one HTML file with the graph, the tables and the charts, which needs nothing from outside."""

from __future__ import annotations

from collections.abc import Iterable

from causal_core.bandit.report import bandit_parts
from causal_core.charts.balance import love_plot
from causal_core.charts.forest import forest
from causal_core.charts.simulations import simulations
from causal_core.estimation.methods import METHODS
from causal_core.estimation.result import Estimate
from causal_core.gap.report import gap_parts
from causal_core.graph.notes import note_place
from causal_core.graph.roles import role_sentence, roles
from causal_core.graph.svg import to_svg
from causal_core.refutation.refuters import REFUTERS
from causal_core.study.agreement import disagreement_sentence
from causal_core.study.check_words import HEAD, NUMBERS, check_rows
from causal_core.study.dose_report import dose_parts
from causal_core.study.dose_words import dose_sentence
from causal_core.study.flags import CHOSEN_ON_DATA, flags
from causal_core.study.headline import ground_sentence, headline_sentence, interval_text, number_text
from causal_core.study.html import figure, head, note, table, tag
from causal_core.study.inputs import Inputs
from causal_core.study.missing_words import handling_sentence, missing_rows, missing_summary, tried_sentence
from causal_core.study.report_policy import policy_parts
from causal_core.study.report_sensitivity import sensitivity_part, wrong_part
from causal_core.study.report_uplift import uplift_parts
from causal_core.study.results import Results
from causal_core.study.risk_words import risk_table
from causal_core.text import for_html
from causal_core.validation.report import validation_parts
from causal_core.vault.report import locked_parts


def report(results: Results) -> str:
    """The results as one self-contained HTML page, also readable when printed."""
    study = results.study
    question = study.question
    title = f"The effect of {question.treatment} on {question.outcome}"
    parts = [
        head(title),
        tag("h1", title),
        *_summary(results),
        *_graph(results),
        *_estimates(results),
        *validation_parts(results),
        *_refutations(results),
        *_uplift(results),
        *gap_parts(results),
        *policy_parts(results),
        *bandit_parts(results),
        *locked_parts(results),
        *_failures(results),
        tag("h2", "The study file"),
        f"<pre>{for_html(study.to_text())}</pre>",
        "</body></html>",
    ]
    return "\n".join(parts)


def _summary(results: Results) -> Iterable[str]:
    study, opened = results.study, results.opened
    if results.estimated is not None and results.estimated.headline is not None:
        answers = results.estimated.of(results.estimated.headline)
        for estimate in answers:
            yield f"<p class='answer'>{for_html(_answer(results, estimate))}</p>"
        yield tag("p", ground_sentence(answers[0], study.question.randomised))
        disagreement = disagreement_sentence(results.estimated.estimates, results.estimated.headline)
        if disagreement:
            yield f"<p class='warning'>{for_html(disagreement)}</p>"
    identified = results.identification
    given = Inputs.of(study, opened.table, identified) if identified else None
    for sentence in flags(study, given):
        yield f"<p class='warning'>{for_html(sentence)}</p>"
    facts = [f"{opened.table.rows:,} rows of {study.data.path}"]
    if study.data.row_is:
        facts.append(f"a row is {study.data.row_is}")
    facts.append(f"target {study.question.target}")
    facts.append("randomised" if study.question.randomised else "not randomised")
    facts.append(f"seed {study.seed}")
    yield note("; ".join(facts) + ".")
    for remark in (*study.remarks, *opened.warnings):
        yield note(remark)


def _searched(results: Results) -> Iterable[str]:
    """What to say beside intervals when the graph was chosen on the same rows."""
    if results.study.chosen_on_data:
        yield note(CHOSEN_ON_DATA)


def _answer(results: Results, estimate: Estimate) -> str:
    question = results.study.question
    if results.estimated is not None and results.estimated.dose is not None:
        return dose_sentence(estimate, question.treatment, question.outcome, question.unit)
    return headline_sentence(estimate, question.treatment, question.outcome, question.unit)


def _graph(results: Results) -> Iterable[str]:
    study, question = results.study, results.study.question
    names = {question.treatment, question.outcome}
    yield tag("h2", "What causes what, and what follows")
    found = (
        roles(study.graph, question.treatment, question.outcome) if names <= set(study.graph.nodes) else {}
    )
    identification = results.identification
    adjusted = identification.chosen.variables if identification and identification.chosen else ()
    yield f"<figure>{to_svg(study.graph, found, adjusted=adjusted)}</figure>"
    if study.graph.notes:
        said = [(note_place(key), text) for key, text in study.graph.notes.items()]
        yield table(("Node or arrow", "Why it is drawn so"), said)
    if identification is not None:
        yield tag("p", identification.verdict)
        rows = [
            (way.kind, ", ".join(way.variables) or "nothing", f"{way.reason} {way.assumption}".strip())
            for way in identification.strategies
        ]
        yield table(("Strategy", "Uses", "Why"), rows)
        for remark in identification.notes:
            yield note(remark)
    if results.dowhy is not None:
        words = " ".join(results.dowhy.differences) or "DoWhy's own identification agrees."
        yield note(" ".join((words, *results.dowhy.skipped)))
    if found:
        nodes = [
            (node, role_sentence(study.graph, node, question.treatment, question.outcome)) for node in found
        ]
        yield table(("Node", "Role"), nodes)


def _estimates(results: Results) -> Iterable[str]:
    estimated = results.estimated
    if estimated is None:
        return
    question = results.study.question
    yield tag("h2", "How large is the effect?")
    yield figure(forest(estimated.estimates, question.unit, "", question.randomised))
    yield from dose_parts(estimated, question)
    rows = []
    for each in estimated.estimates:
        label = METHODS[each.method].label if each.method in METHODS else each.method
        contrast = f"{each.contrast[1]} against {each.contrast[0]}"
        if each.value is None:
            rows.append((label, contrast, "", "", "", each.error or ""))
        else:
            numbers = (number_text(each.value), interval_text(each), each.estimand)
            rows.append((label, contrast, *numbers, " ".join((f"({each.through})", *each.notes))))
    yield table(("Method", "Contrast", "Effect", "95 % interval", "Estimand", "Notes"), rows, numbers=(2, 3))
    risks = risk_table(estimated.estimates)
    if risks is not None:
        yield tag("h3", risks.title)
        yield table(risks.head, risks.rows, numbers=risks.numbers)
        yield note(risks.caption)
    checks = check_rows(estimated.estimates)
    if checks:
        yield table(HEAD, checks, numbers=NUMBERS)
    yield from _searched(results)
    dropped = sum(1 for _ in estimated.dropped_by)
    missing = "; ".join(f"{column}: {rows:,}" for column, rows in estimated.dropped_by)
    yield note(
        f"{estimated.rows_used:,} complete rows used."
        + (f" Rows left out for missing values: {missing}." if dropped else "")
        + f" Adjusted for {', '.join(estimated.covariates) or 'nothing'}."
    )
    yield from _missing(results)
    for balance in estimated.balance:
        yield figure(love_plot(balance))


def _missing(results: Results) -> Iterable[str]:
    found = None if results.estimated is None else results.estimated.missing
    if found is None or not found.columns:
        return
    yield tag("h3", f"Missing values: {missing_summary(found)}")
    columns, rows = missing_rows(found)
    yield table(columns, rows, numbers=tuple(range(2, 3 + len(found.arms))))
    yield note(handling_sentence(results))


def _refutations(results: Results) -> Iterable[str]:
    refuted = results.refuted
    if refuted is None:
        return
    yield tag("h2", "Does it survive attempts to break it?")
    yield from wrong_part(results)
    yield note(f"Tried on: {METHODS[refuted.method].label}. No refuter can detect hidden confounding.")
    if results.estimated is not None and any(
        each.method == refuted.method for each in results.estimated.first
    ):
        yield note(tried_sentence(results.study.estimate.missing, results.study.estimate.imputations))
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
    yield table(("Refuter", "Arm", "What was done", "What to expect", "What was seen", "Verdict"), rows)
    for each in refuted.refutations:
        if each.simulations:
            yield figure(simulations(each, results.study.question.unit))
    yield from sensitivity_part(results)


def _uplift(results: Results) -> Iterable[str]:
    yield from uplift_parts(results)
    if results.uplift is not None:
        yield from _searched(results)


def _failures(results: Results) -> Iterable[str]:
    reasons = {**results.inapplicable, **results.failures}
    if reasons:
        yield tag("h2", "What could not be answered")
        yield table(("Step", "Why"), list(reasons.items()))
