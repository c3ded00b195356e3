"""What the Uplift page shows: the sentence, the curves, the numbers, the groups, the rows."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from causal_core.charts.uplift import qini_curves, segment_bars, toc_curves, uplift_curves
from causal_core.identification import Identification
from causal_core.percent import percent
from causal_core.problem import Problem
from causal_core.study.features import what_would_help
from causal_core.study.headline import number_text, signed_text
from causal_core.study.uplift_words import (
    calibration_sentence,
    direction_sentence,
    label_of,
    named,
    what_was_tested,
)
from causal_core.text import for_markdown
from causal_core.uplift.comparable import rests_on_extrapolation
from causal_core.uplift.result import Evaluation, Trait, UpliftResult
from causal_core.uplift.sentences import sentence
from causal_core.uplift.verdict import verdict_of
from pages.shared.current import OpenStudy
from pages.shared.text_table import text_table
from pages.shared.uplift_cost import several_arms, show_cost

QUIET = {"displayModeBar": False}
OVERLAP_REMEDY = (
    "What to do: do not act on predicted effects of such people before the arm was tried on some of them; or "
    "leave them out of the table, and ask about the others."
)
"""What an analyst can do about people who had little chance of an arm."""

EXTRAPOLATED = (
    "An average effect is not given: the arms are hardly comparable, so it would be what the models extend "
    "to people unlike any they saw in that arm."
)
"""In place of an average effect that the data do not hold."""

UPLIFT, QINI, TOC, COST = CURVES = ("Uplift", "Qini", "TOC", "Cost")


def show_refusal(problem: Problem, identification: Identification) -> None:
    """Why nobody's effect can be learned here, and what would help."""
    st.warning(for_markdown(problem.message))
    helps = what_would_help(identification) or (problem.remedy,)
    st.markdown("**What would help**")
    for remedy in helps:
        st.markdown(f"- {for_markdown(remedy)}")
    if problem.column is None:
        st.page_link("pages/identify.py", label="See why on Identify →")
    else:
        st.page_link("pages/data.py", label="See the columns on Data →")
    st.page_link("pages/graph.py", label="Change the graph →")


def show_verdict(here: OpenStudy, evaluation: Evaluation, result: UpliftResult) -> None:
    """Whether effects differ, what was tested, and what is left of it among several rankings."""
    verdict = verdict_of(result)
    doubtful = extrapolated(evaluation, result)
    if doubtful:
        _show_overlap(evaluation)
        verdict = None
    box = {"differs": st.success, "worse": st.warning, "signs_worse": st.warning}.get(verdict or "", st.info)
    name = label_of(result.learner)
    if len({each.contrast for each in evaluation.results}) > 1:
        name = "{0}, {2} against {1}".format(name, *result.contrast)
    box(f"**{for_markdown(name)}.** {for_markdown(sentence(result, here.study.question.unit))}")
    among = sum(each.autoc is not None for each in evaluation.results)
    told = [what_was_tested(result), direction_sentence(here.study)]
    if among > 1:
        told.append(f"This is one of {among} rankings: what is left when all are counted stands below.")
    st.caption(for_markdown(" ".join(filter(None, told))))
    if evaluation.overlap and not doubtful:
        _show_overlap(evaluation)


def extrapolated(evaluation: Evaluation, result: UpliftResult) -> bool:
    """Whether effects of this result's arm are no fact of the data, as hardly anybody could have had both."""
    held = evaluation.held_out
    return rests_on_extrapolation(held.propensity, held.arm, held.arms, result.contrast)


def _show_overlap(evaluation: Evaluation) -> None:
    listed = "\n".join(f"- {for_markdown(warning)}" for warning in evaluation.overlap)
    st.warning(f"{listed}\n\n{OVERLAP_REMEDY}")


def show_curves(
    here: OpenStudy, evaluation: Evaluation, results: Sequence[UpliftResult], focus: UpliftResult
) -> None:
    """The main picture: learners side by side against random targeting, as one of several curves."""
    unit = here.study.question.unit
    pick, more = st.columns([3, 2], vertical_alignment="center")
    with pick:
        kind = st.segmented_control(
            "Curve",
            CURVES,
            default=UPLIFT,
            required=True,
            key=f"uplift-curve-{here.token}",
            label_visibility="collapsed",
        )
    if kind == COST:
        with more:
            mixed = several_arms(evaluation) and st.toggle(
                "Best mix of arms",
                key=f"uplift-mixed-{here.token}",
                help="Each person gets the arm predicted to bring most for its cost, not this arm alone.",
            )
        show_cost(here, evaluation, focus, mixed=mixed)
        return
    perfect = False
    if kind == QINI:
        with more:
            perfect = _offer_perfect(here, results)
    figure = {
        QINI: lambda: qini_curves(results, unit, focus.learner, perfect),
        TOC: lambda: toc_curves(results, unit, focus.learner),
    }.get(kind, lambda: uplift_curves(results, unit, focus=focus.learner))()
    st.plotly_chart(figure, config=QUIET, key=f"uplift-picture-{here.token}")
    st.caption(f"On rows that no learner saw. {_told(kind, focus, perfect)}")


def _offer_perfect(here: OpenStudy, results: Sequence[UpliftResult]) -> bool:
    there = any(result.perfect for result in results)
    return st.toggle(
        "Beside the perfect order",
        key=f"uplift-perfect-{here.token}",
        disabled=not there,
        help="The order that would put everybody first whom the outcomes show to have gained. It looks at "
        "the outcomes, so no ranking can reach it: it shows the scale, not a goal. There is one only in "
        "trials with a yes-or-no outcome.",
    )


def _told(kind: str, focus: UpliftResult, perfect: bool) -> str:
    name = for_markdown(named(focus.learner))
    if kind == QINI:
        told = (
            "Extra outcome per treated person among the first, in order of predicted effect; beside each "
            "name its Qini coefficient, the area between its curve and the grey line."
        )
        if perfect and focus.qini_normalised is not None:
            told += (
                f" That of {name} is {percent(focus.qini_normalised, 1)} of the perfect order's "
                "(normalised Qini)."
            )
        return told
    if kind == TOC:
        return (
            "How much larger than average the effect is among the first; 0 for a ranking that says nothing. "
            f"Shaded: pointwise 95 % band of {name}. AUTOC is the area under the curve. Below 5 % few "
            "people are behind a point, and a curve may leave the picture."
        )
    return (
        "What treating so many gains over treating nobody, spread over everybody. A curve above the grey "
        f"line targets better than chance. Shaded: pointwise 95 % band of {name}, given its ranking."
    )


def show_groups(here: OpenStudy, evaluation: Evaluation, result: UpliftResult) -> None:
    """The effect in fifths of predicted effect, and who is in the first."""
    unit = here.study.question.unit
    measured = f" {for_markdown(unit)}" if unit else ""
    picture, who = st.columns([3, 2], gap="large")
    with picture:
        st.plotly_chart(segment_bars(result, unit), config=QUIET, key=f"uplift-groups-{here.token}")
        if result.extremes is not None:
            low, high = result.extremes.ci
            st.caption(
                f"The highest group less the lowest: {signed_text(result.extremes.value)}{measured} "
                f"({number_text(low)} to {number_text(high)})."
            )
        if extrapolated(evaluation, result):
            st.caption(EXTRAPOLATED)
        elif result.calibration is not None:
            st.caption(
                f"{for_markdown(calibration_sentence(result.calibration, unit))} Best linear predictor, "
                "Chernozhukov et al. 2018."
            )
    with who:
        st.markdown("**Who is in the group predicted highest**")
        traits = result.segments[0].traits if len(result.segments) > 1 else ()
        if traits:
            text_table(
                ("Column", "Highest", "The rest", "Difference"),
                [_trait_row(trait) for trait in traits],
                numbers=(1, 2, 3),
            )
            st.caption("Means or shares; differences in standard deviations, largest first.")
        else:
            st.caption("All predictions are alike, so there are no groups.")
    with st.expander("The groups in numbers"):
        text_table(
            ("Group", "Rows", "Predicted", "Effect", "95 % interval"),
            [
                (
                    segment.group,
                    f"{segment.rows:,}",
                    number_text(segment.predicted),
                    number_text(segment.effect),
                    f"{number_text(segment.ci[0])} to {number_text(segment.ci[1])}",
                )
                for segment in result.segments
            ],
            numbers=(1, 2, 3, 4),
        )
        st.caption(
            "Group 1 was predicted highest. Effects are mean doubly robust scores of held-out rows, not "
            "predictions (sorted group average effects)."
        )


def show_rows(here: OpenStudy, evaluation: Evaluation, result: UpliftResult) -> None:
    """Rows learned on, judged on and left out; over whom, and how the curves were made."""
    learned, judged = result.rows_used
    dropped = here.table.rows - evaluation.held_out.total_rows
    if evaluation.held_out.evaluation == "sequential":
        how = (
            f"Judged on {judged:,} rows in four folds, by learners of the folds before ({learned:,} at most)"
        )
    else:
        how = f"Learned on {learned:,} rows, judged on {judged:,} held out"
    made = (
        "curves compare the arms directly, as assignment was random"
        if result.source == "randomised"
        else "curves come from doubly robust scores, as it is not known that all had the same chance"
    )
    unit = here.study.question.unit
    measured = f" {for_markdown(unit)}" if unit else ""
    average = (
        ""
        if result.average is None
        else f" {EXTRAPOLATED}"
        if extrapolated(evaluation, result)
        else f" Their average effect is {number_text(result.average)}{measured}."
    )
    clipped = (
        f" {result.clipped:,} estimated probabilities were raised to a tenth of their arm's share."
        if result.clipped
        else ""
    )
    st.caption(
        f"{how}; {dropped:,} dropped, where treatment, outcome or a column of the design is missing. "
        f"Over everybody in the table; {made}.{average}{clipped}"
    )


def _trait_row(trait: Trait) -> tuple[str, str, str, str]:
    if trait.level is None:
        values = (number_text(trait.mean), number_text(trait.others))
        name = trait.column
    else:
        values = (percent(trait.mean), percent(trait.others))
        name = f"{trait.column} = {trait.level}"
    size = f"{abs(trait.difference):.2f}"
    sign = "" if float(size) == 0 else "+" if trait.difference > 0 else "−"
    return name, *values, f"{sign}{size}"
