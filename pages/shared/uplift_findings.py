"""What the Uplift page shows: the sentence, the curves, the numbers, the groups, the rows."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from causal_core.charts.uplift import qini_curves, segment_bars, uplift_curves
from causal_core.identification import Identification
from causal_core.percent import percent
from causal_core.problem import Problem
from causal_core.study.features import what_would_help
from causal_core.study.headline import number_text
from causal_core.text import for_markdown
from causal_core.uplift.catalogue import NUMBERS
from causal_core.uplift.result import Trait, UpliftResult
from pages.shared.current import OpenStudy
from pages.shared.text_table import text_table
from pages.shared.uplift_controls import learner_label

QUIET = {"displayModeBar": False}
CURVES = ("Uplift curve", "Qini curve")


def show_refusal(problem: Problem, identification: Identification) -> None:
    """Why nobody's effect can be learned here, and what would help."""
    st.warning(for_markdown(problem.message))
    helps = what_would_help(identification) or (problem.remedy,)
    st.markdown("**What would help**")
    for sentence in helps:
        st.markdown(f"- {for_markdown(sentence)}")
    st.page_link("pages/identify.py", label="See why on Identify →")
    st.page_link("pages/graph.py", label="Change the graph →")


def show_sentence(result: UpliftResult) -> None:
    """Whether effects differ, in a sentence."""
    differs = result.autoc is not None and result.autoc.ci[0] > 0
    name = learner_label(result.learner)
    (st.success if differs else st.info)(f"**{name}.** {for_markdown(result.sentence)}")


def show_curves(here: OpenStudy, results: Sequence[UpliftResult], focus: UpliftResult) -> None:
    """The main picture: gain by share treated, learners side by side, against random targeting."""
    unit = here.study.question.unit
    kind = st.segmented_control(
        "Curve", CURVES, default=CURVES[0], key=f"uplift-curve-{here.token}", label_visibility="collapsed"
    )
    if kind == CURVES[1]:
        figure = qini_curves(results, unit)
    else:
        figure = uplift_curves(results, unit, focus=focus.learner)
    st.plotly_chart(figure, config=QUIET, key=f"uplift-picture-{here.token}")
    told = (
        "Extra outcome per treated person among the first, in order of predicted effect."
        if kind == CURVES[1]
        else f"Shaded: pointwise 95 % band of the {learner_label(focus.learner)}, given its ranking."
    )
    st.caption(f"On rows that no learner saw. A curve above the grey line targets better than chance. {told}")


def show_numbers(results: Sequence[UpliftResult], unit: str) -> None:
    """The numbers of each learner for one arm; one that could not answer says why."""
    rows = []
    for result in results:
        name = learner_label(result.learner)
        if result.autoc is None or result.qini is None or result.auuc is None:
            rows.append((name, "", "", "", "", result.error or ""))
            continue
        low, high = result.autoc.ci
        rows.append(
            (
                name,
                number_text(result.qini),
                number_text(result.auuc),
                number_text(result.autoc.value),
                f"{number_text(low)} to {number_text(high)}",
                "effects differ" if low > 0 else "worse than chance" if high < 0 else "nothing detected",
            )
        )
    head = ("Learner", "Qini", "AUUC", "AUTOC", "95 % interval of AUTOC", "Found")
    text_table(head, rows, numbers=(1, 2, 3, 4))
    with st.expander("What these numbers mean"):
        for name, meaning in NUMBERS.items():
            st.markdown(f"**{name}.** {meaning}")
        if unit:
            st.caption(f"The outcome's unit: {for_markdown(unit)}.")
        st.caption(
            "Each interval is of one learner and arm by itself: with twenty rankings that say nothing, one "
            "seems to find something."
        )


def show_groups(here: OpenStudy, result: UpliftResult) -> None:
    """The effect in fifths of predicted effect, and who is in the first."""
    unit = here.study.question.unit
    picture, who = st.columns([3, 2], gap="large")
    with picture:
        st.plotly_chart(segment_bars(result, unit), config=QUIET, key=f"uplift-groups-{here.token}")
        slope = result.calibration
        if slope is not None:
            st.caption(
                "Where predictions differ by 1, effects differ by "
                f"{number_text(slope.slope)} ({number_text(slope.ci[0])} to {number_text(slope.ci[1])}): "
                "1 is well calibrated, 0 says nothing (best linear predictor, Chernozhukov et al. 2018)."
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


def show_rows(here: OpenStudy, result: UpliftResult) -> None:
    """Rows learned on, judged on and left out; over whom, and how the curves were made."""
    learned, held_out = result.rows_used
    dropped = here.table.rows - learned - held_out
    made = (
        "curves compare the arms directly, as assignment was random"
        if result.source == "randomised"
        else "curves come from doubly robust scores, as assignment depended on covariates"
    )
    average = "" if result.average is None else f" Their average effect is {number_text(result.average)}."
    clipped = (
        f" {result.clipped:,} estimated probabilities were raised to a tenth of their arm's share."
        if result.clipped
        else ""
    )
    st.caption(
        f"Learned on {learned:,} rows, judged on {held_out:,} held out; {dropped:,} dropped, where "
        "treatment, outcome or a column of the design is missing. "
        f"Over everybody in the table; {made}.{average}{clipped}"
    )


def _trait_row(trait: Trait) -> tuple[str, str, str, str]:
    if trait.level is None:
        values = (number_text(trait.mean), number_text(trait.others))
        name = trait.column
    else:
        values = (percent(trait.mean), percent(trait.others))
        name = f"{trait.column} = {trait.level}"
    sign = "+" if trait.difference > 0 else "−"
    return name, *values, f"{sign}{abs(trait.difference):.2f}"
