"""The learners of the Uplift page in numbers: each by itself, against the others, and what a mix holds."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from causal_core.charts.uplift_pairs import NAMES, paired_intervals
from causal_core.percent import percent
from causal_core.study.headline import number_text
from causal_core.study.uplift_words import (
    compared_sentence,
    found_text,
    label_of,
    pairs_of,
)
from causal_core.text import for_markdown
from causal_core.uplift.composition import mix
from causal_core.uplift.glossary import NUMBERS
from causal_core.uplift.result import Evaluation, UpliftResult
from causal_core.uplift.toc import Rate
from pages.shared.current import OpenStudy
from pages.shared.text_table import text_table

QUIET = {"displayModeBar": False}
HEAD = ("Learner", "Qini", "AUUC", "AUTOC", "RATE-QINI", "R-score", "Calibration slope", "Found")


def show_numbers(evaluation: Evaluation, results: Sequence[UpliftResult], unit: str) -> None:
    """The numbers of each learner for one arm; one that could not answer says why in its row."""
    text_table(HEAD, [_row(result) for result in results], numbers=(1, 2, 3, 4, 5, 6))
    measured = for_markdown(unit) if unit else "the outcome's unit"
    st.caption(
        f"Qini, AUUC, AUTOC and RATE-QINI in {measured}. In parentheses 95 % intervals, each of one ranking "
        f"by itself. {for_markdown(evaluation.sentence)}"
    )
    with st.expander("What these numbers mean"):
        for name, meaning in NUMBERS.items():
            st.markdown(f"**{name}.** {meaning}")


def show_pairs(here: OpenStudy, evaluation: Evaluation, focus: UpliftResult) -> None:
    """The learner in detail against each other, on the same rows; nothing where it stands alone."""
    found = {
        measure: pairs_of(evaluation.paired, focus.contrast, measure, focus.learner) for measure in NAMES
    }
    if not found["autoc"]:
        return
    st.markdown(for_markdown(compared_sentence(found["autoc"])))
    with st.expander(f"{label_of(focus.learner)} against the other learners"):
        picked = st.segmented_control(
            "Compare by",
            list(NAMES),
            format_func=NAMES.__getitem__,
            default="autoc",
            required=True,
            key=f"uplift-pairs-by-{here.token}",
            label_visibility="collapsed",
        )
        pairs = found[picked]
        st.plotly_chart(
            paired_intervals(pairs, here.study.question.unit),
            config=QUIET,
            key=f"uplift-pairs-{here.token}",
        )
        st.caption(
            "Differences on the same held-out rows and the same half samples, so that what both rankings "
            "share falls out. Filled: the 95 % interval excludes 0. An interval that holds 0 says that these "
            "rows cannot tell the two apart, not that they are equally good."
        )


def show_mix(result: UpliftResult) -> None:
    """What the automatic choice is made of for this arm; nothing for other learners."""
    if not result.composition:
        return
    st.markdown(f"The automatic choice is here {for_markdown(mix(result.composition))}.")
    with st.expander("How the automatic choice was made"):
        parts = sorted(result.composition, key=lambda part: -part.weight)
        text_table(
            ("Candidate", "Weight", "R-score", "Behind the best", "DR-score", "Behind the best"),
            [
                (
                    part.label[:1].upper() + part.label[1:],
                    percent(part.weight),
                    number_text(part.r_score),
                    _behind(part.r_behind, part.r_error),
                    number_text(part.dr_score),
                    _behind(part.dr_behind, part.dr_error),
                )
                for part in parts
            ],
            numbers=(1, 2, 3, 4, 5),
        )
        st.caption(
            "Weights are chosen on learning rows that the candidates were not fitted on; no row that judges "
            "the mix above took part. Scores compare with one effect for everybody: 0 is no better. Behind "
            "the best: with its standard error, on the same rows."
        )


def _behind(behind: float, error: float) -> str:
    return "the best" if behind == 0 else f"{number_text(behind)} ± {number_text(error)}"


def _row(result: UpliftResult) -> tuple[str, ...]:
    name = label_of(result.learner)
    if result.autoc is None:
        return (name, *("–",) * 6, f"no answer: {result.error}")
    slope = result.calibration
    return (
        name,
        _number(result.qini),
        _number(result.auuc),
        _rate(result.autoc),
        "–" if result.rate_qini is None else _rate(result.rate_qini),
        _number(result.r_score),
        "–" if slope is None else _with_interval(slope.slope, slope.ci),
        found_text(result),
    )


def _number(value: float | None) -> str:
    return "–" if value is None else number_text(value)


def _rate(rate: Rate) -> str:
    return number_text(rate.value) if rate.std_error == 0 else _with_interval(rate.value, rate.ci)


def _with_interval(value: float, ci: tuple[float, float]) -> str:
    return f"{number_text(value)} ({number_text(ci[0])} to {number_text(ci[1])})"
