"""The part of the report about what the data cannot show: hidden causes, their strength, and overlap."""

from __future__ import annotations

from collections.abc import Iterable

from causal_core.charts.contours import contours
from causal_core.charts.sensitivity import rosenbaum_curve, tipping
from causal_core.refutation.finding import multiple, percent
from causal_core.refutation.sensitivity import Sensitivity
from causal_core.study.html import figure, note, table, tag
from causal_core.study.results import Results
from causal_core.study.verdict import WORDS
from causal_core.study.wrong import QUESTION, what_if_wrong
from causal_core.text import for_html


def wrong_part(results: Results) -> Iterable[str]:
    """What would have to be true for the conclusion to be wrong, one paragraph an arm."""
    refuted, estimated = results.refuted, results.estimated
    if refuted is None or estimated is None:
        return
    question = results.study.question
    tried = estimated.tried(refuted.method)
    for estimate in tried:
        wrong = what_if_wrong(
            estimate,
            [each for each in refuted.refutations if each.contrast == estimate.contrast],
            next((each for each in refuted.sensitivity if each.contrast == estimate.contrast), None),
            question.randomised or question.propensity is not None,
            question.interference,
        )
        arm = f" ({estimate.contrast[1]})" if len(tried) > 1 else ""
        yield f"<p class='answer'>{for_html(QUESTION + arm)} <strong>{for_html(wrong.line)}</strong></p>"
        if wrong.detail:
            yield note(wrong.detail)


def sensitivity_part(results: Results) -> Iterable[str]:
    """Each way of asking how far the estimate depends on what cannot be seen, with its picture."""
    if results.refuted is None or not results.refuted.sensitivity:
        return
    yield tag("h3", "How strong would a hidden confounder have to be, and can the arms be compared?")
    rows = []
    for found in results.refuted.sensitivity:
        for each in found.findings:
            verdict = "does not apply" if each.error is not None else WORDS[each.verdict]
            said = each.error or f"{each.seen} {each.cannot}"
            rows.append((each.label, found.contrast[1], each.done, each.expectation, said, verdict))
    yield table(("What", "Arm", "What was done", "What to expect", "What was seen", "Verdict"), rows)
    for found in results.refuted.sensitivity:
        yield from _pictures(found, results.study.question.unit)


def _pictures(found: Sensitivity, unit: str) -> Iterable[str]:
    robust = found.robustness
    if robust.coefficient is not None:
        yield note(f"{found.contrast[1]} against {found.contrast[0]}, linear regression:")
        yield figure(contours(robust, unit))
        yield figure(tipping(robust, unit))
    if robust.benchmarks:
        rows = [
            (
                each.covariate,
                percent(each.with_treatment),
                percent(each.with_outcome),
                *("–" if times is None else multiple(times) for times in (each.to_zero, each.to_interval)),
            )
            for each in robust.benchmarks
        ]
        head = ("Covariate", "Of the treatment", "Of the outcome", "Times to zero", "Times for the interval")
        yield table(head, rows, numbers=(1, 2, 3, 4))
    if found.rosenbaum.gammas:
        yield figure(rosenbaum_curve(found.rosenbaum))
    if found.overlap.rules:
        judged = [(rule.name, rule.shown, rule.limit, WORDS[rule.verdict]) for rule in found.overlap.rules]
        yield table(("Rule of overlap", "Found", "Judged", "Verdict"), judged)
