"""What the report says of a dose: each method's curve, and what stands behind it."""

from __future__ import annotations

from collections.abc import Iterable

from causal_core.charts.dose_response import dose_balance, dose_curve
from causal_core.estimation.methods import METHODS
from causal_core.study import dose_words as words
from causal_core.study.html import figure, note, tag
from causal_core.study.options import Question
from causal_core.study.results import Estimated


def dose_parts(estimated: Estimated, question: Question) -> Iterable[str]:
    """The parts of the page for a dose; none when the treatment has arms."""
    findings = estimated.dose
    if findings is None:
        return
    yield note(words.reference_sentence(findings, question.treatment, estimated.covariates))
    names = question.treatment, question.outcome, question.unit
    for response in findings.responses:
        yield tag("h3", METHODS[response.method].label)
        yield figure(dose_curve(response, findings, *names, question.randomised))
        yield tag("p", words.slope_sentence(response, *names))
        said = (words.ASSUMES[response.method], words.shape_sentence(response))
        yield note(" ".join(filter(None, (*said, words.residual_sentence(response)))))
    yield note(words.support_sentence(findings))
    along = findings.along
    if along is not None and along.before:
        yield tag("p", words.balance_sentence(along))
        yield figure(dose_balance(along, question.treatment))
