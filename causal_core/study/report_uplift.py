"""The part of the report about who responds, and how far that can be believed."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from causal_core.charts.uplift import segment_bars, toc_curves, uplift_curves
from causal_core.charts.uplift_cost import cost_curves
from causal_core.study.headline import number_text
from causal_core.study.html import figure, note, table, tag
from causal_core.study.results import Results
from causal_core.study.uplift_words import found_text, label_of
from causal_core.uplift.findings import PairedDifference
from causal_core.uplift.result import Evaluation, UpliftResult
from causal_core.uplift.sentences import sentence

HEAD = (
    "Learner",
    "Qini",
    "AUUC",
    "AUTOC",
    "RATE-QINI",
    "R-score",
    "Calibration slope",
    "Highest less lowest group",
    "Found",
)


def uplift_parts(results: Results) -> Iterable[str]:
    """The verdict, the pictures and the numbers for each arm; nothing when the step was not run."""
    if results.uplift is None:
        return
    yield tag("h2", "Who responds?")
    unit, evaluation = results.study.question.unit, results.uplift
    answered = [each for each in evaluation.results if each.error is None]
    if evaluation.sentence:
        yield tag("p", evaluation.sentence)
    for warning in evaluation.overlap:
        yield tag("p", warning)
    for contrast in dict.fromkeys(each.contrast for each in answered):
        mine = [each for each in answered if each.contrast == contrast]
        yield from _arm(mine, [pair for pair in evaluation.paired if pair.contrast == contrast], unit)
        priced = [each.cost for each in mine if each.cost is not None]
        if priced:
            yield figure(cost_curves(priced, results.study.policy.unit))
    if evaluation.cost:
        yield figure(cost_curves(evaluation.cost, results.study.policy.unit))
    if answered:
        yield note(_rows(evaluation))
    for each in evaluation.results:
        if each.error is not None:
            yield note(f"{label_of(each.learner)}: {each.error}")


def _arm(mine: Sequence[UpliftResult], pairs: Sequence[PairedDifference], unit: str) -> Iterable[str]:
    control, arm = mine[0].contrast
    yield figure(uplift_curves(mine, unit))
    yield figure(toc_curves(mine, unit))
    for each in mine:
        yield tag("p", f"{label_of(each.learner)}, {arm} against {control}: {sentence(each, unit)}")
    yield table(HEAD, [_numbers(each) for each in mine], numbers=tuple(range(1, len(HEAD) - 1)))
    yield note(
        f"95 % intervals in brackets{f'; the unit is {unit}' if unit else ''}. AUTOC, RATE-QINI and the "
        "difference of groups have 0 where the ranking says nothing, the slope 1 where predictions have the "
        "right size, the R-score 0 where they do no better than one effect for all."
    )
    rows = [
        (f"{label_of(pair.first)} less {label_of(pair.second)}", _with_interval(pair.value, pair.ci))
        for pair in pairs
        if pair.measure == "autoc" and pair.first == mine[0].learner
    ]
    if rows:
        yield table(("Learners", "Difference of AUTOC on the same rows"), rows, numbers=(1,))
    yield figure(segment_bars(mine[0], unit))


def _numbers(result: UpliftResult) -> tuple[str, ...]:
    autoc, qini, slope, groups = result.autoc, result.rate_qini, result.calibration, result.extremes
    return (
        label_of(result.learner),
        _plain(result.qini),
        _plain(result.auuc),
        "" if autoc is None else _with_interval(autoc.value, autoc.ci),
        "" if qini is None else _with_interval(qini.value, qini.ci),
        _plain(result.r_score),
        "one prediction for all" if slope is None else _with_interval(slope.slope, slope.ci),
        "one group" if groups is None else _with_interval(groups.value, groups.ci),
        found_text(result),
    )


def _rows(evaluation: Evaluation) -> str:
    held = evaluation.held_out
    if held.evaluation == "sequential":
        how = (
            f"{len(held.rows):,} of {held.total_rows:,} rows were judged, fold by fold, each fold with "
            "learners of the folds before it; numbers are averages over folds."
        )
    else:
        how = (
            f"Learned on {held.total_rows - len(held.rows):,} rows, judged on {len(held.rows):,} that no "
            "learner saw."
        )
    return f"{how} AUTOC and RATE-QINI have half-sample errors (Yadlowsky et al. 2025); bands are pointwise."


def _plain(value: float | None) -> str:
    return "" if value is None else number_text(value)


def _with_interval(value: float, ci: tuple[float, float]) -> str:
    return f"{number_text(value)} ({number_text(ci[0])} to {number_text(ci[1])})"
