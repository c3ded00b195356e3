"""The parts of the Estimate page: the answer, the picture, the rows, whether the arms compare."""

from __future__ import annotations

import streamlit as st

from causal_core.charts.balance import love_plot, overlap
from causal_core.charts.forest import forest
from causal_core.estimation.methods import METHODS
from causal_core.estimation.relative import relative
from causal_core.estimation.result import Estimate
from causal_core.identification import Identification
from causal_core.study.agreement import disagreement_sentence
from causal_core.study.comparability import comparability_sentence, concerns
from causal_core.study.headline import (
    adjustment_sentence,
    ground_sentence,
    headline_sentence,
)
from causal_core.study.results import Estimated
from causal_core.text import for_markdown
from pages.shared.current import OpenStudy

QUIET = {"displayModeBar": False}

HANDLED = {
    "imputation": "Missing covariates were imputed.",
    "indicator": "Missing covariates carry an indicator.",
}

WAYS = {"iv": "Instrument:", "frontdoor": "Front door:"}


def show_identification(here: OpenStudy, identified: Identification) -> None:
    """What to know before the number: that nothing identifies it, or which method the graph asks for."""
    chosen = identified.chosen
    if chosen is not None and not chosen.valid:
        st.warning(f"**The set in use does not identify the effect.** {for_markdown(chosen.reason)}")
        st.page_link("pages/identify.py", label="Choose another set on Identify →")
        return
    if chosen is not None:
        return
    ways = {way.kind for way in identified.strategies}
    wanted = {METHODS[name].strategy for name in here.study.estimate.methods if name in METHODS}
    missing = [
        METHODS[name].label
        for name in METHODS
        if METHODS[name].strategy in (ways & {"iv", "frontdoor"}) - wanted
    ]
    if not ways & {"iv", "frontdoor"}:
        st.warning(
            f"**Nothing here identifies the effect: what follows is an association only.** "
            f"{for_markdown(identified.verdict)}"
        )
    elif not ways & wanted:
        st.warning(f"**Add a method:** the graph allows {' or '.join(missing)}. No set to adjust for exists.")


def show_answer(here: OpenStudy, estimated: Estimated) -> None:
    """The answer, one sentence an arm."""
    question = here.study.question
    if estimated.headline is None:
        st.warning("**No method could answer.** Each says why in the table below.")
        return
    label = METHODS[estimated.headline].label
    with st.container(border=True):
        for each in estimated.of(estimated.headline):
            sentence = headline_sentence(each, question.treatment, question.outcome, question.unit)
            st.markdown(for_markdown(sentence))
        ground = ground_sentence(estimated.of(estimated.headline)[0], question.randomised)
        st.caption(f"By {label}. {ground} {adjustment_words(here, estimated)}")
    disagreement = disagreement_sentence(estimated.estimates, estimated.headline)
    if disagreement:
        st.warning(for_markdown(disagreement))


def adjustment_words(here: OpenStudy, estimated: Estimated) -> str:
    """What adjusting changed, in Markdown; with several arms for the first."""
    first = [each for each in estimated.estimates if each.contrast == estimated.estimates[0].contrast]
    sentence = adjustment_sentence(
        first, estimated.headline, estimated.covariates, here.study.question.randomised
    )
    several = len(_arms(estimated)) > 1
    return for_markdown(f"For {first[0].contrast[1]}: {sentence}" if several and sentence else sentence)


def show_picture(here: OpenStudy, estimated: Estimated) -> None:
    """The forest plot: arms by methods, absolute or relative to the mean under control."""
    if not any(each.value is not None for each in estimated.estimates):
        return
    question = here.study.question
    control = estimated.estimates[0].contrast[0]
    scale = st.radio(
        "Scale",
        ["absolute", "relative"],
        format_func={
            "absolute": "In the outcome's unit",
            "relative": "In per cent of the mean under control",
        }.__getitem__,
        horizontal=True,
        key=f"estimate-scale-{here.token}",
        label_visibility="collapsed",
    )
    shown = _by_arm(estimated)
    unit = question.unit
    if scale == "relative":
        shown = [relative(each) for each in shown]
        unit = f"% of the mean under {control}"
    figure = forest(shown, unit, "", question.randomised)
    st.plotly_chart(figure, config=QUIET, key=f"estimate-forest-{here.token}")
    if scale == "relative":
        lost = [
            each for each, plain in zip(shown, _by_arm(estimated), strict=True) if each.value != plain.value
        ]
        why = {each.error for each in lost if each.value is None and each.error}
        st.caption(
            f"Each effect is divided by that method's estimate of the mean under {for_markdown(control)}. "
            "The intervals take that mean as known; its own uncertainty is not in them. "
            + for_markdown(" ".join(sorted(why)))
        )
    st.caption("Whiskers are 95 % intervals.")


def show_rows(here: OpenStudy, estimated: Estimated, identified: Identification) -> None:
    """Rows used and dropped by column, and what was adjusted for and why."""
    dropped = here.table.rows - estimated.rows_used
    words = f"**{estimated.rows_used:,} of {here.table.rows:,} rows used.** "
    if dropped:
        by = "; ".join(f"{for_markdown(column)} in {rows:,}" for column, rows in estimated.dropped_by)
        words += f"{dropped:,} left out because a value was missing: {by}."
    else:
        words += "None was left out."
    found, handled = estimated.missing, HANDLED.get(here.study.estimate.missing, "")
    if found is not None and estimated.rows_used > sum(found.complete):
        words += f" {handled}"
    st.caption(words)
    names = ", ".join(estimated.covariates) or "nothing"
    chosen = identified.chosen
    if here.study.question.randomised and here.study.question.adjust_for is None:
        why = "Assignment was random, so none of it is needed; what predicts the outcome adds precision."
    else:
        why = "" if chosen is None else chosen.reason
        # The set has just been named.
        named, closes, rest = why.partition(" closes every ")
        if closes and named.startswith("Adjusting for "):
            why = f"This{closes}{rest}"
    st.caption(f"**Adjusted for {for_markdown(names)}.** {for_markdown(why)}")
    for way in identified.strategies:
        if way.kind in WAYS and chosen is None:
            used = for_markdown(", ".join(way.variables))
            st.caption(f"**{WAYS[way.kind]} {used}.** {for_markdown(way.reason)}")


def show_comparability(here: OpenStudy, estimated: Estimated) -> None:
    """Overlap, balance and effective sample sizes of each arm against control, folded."""
    if not estimated.balance:
        return
    doubts = sum(len(concerns(each)) + (each.error is not None) for each in estimated.balance)
    found = f"{doubts} concern{'s' if doubts > 1 else ''}" if doubts else "no problem found"
    with st.expander(f"Can the arms be compared? Overlap, balance, effective sample sizes: {found}"):
        for each in estimated.balance:
            st.markdown(for_markdown(comparability_sentence(each)))
        names = [each.contrast[1] for each in estimated.balance]
        place = 0
        if len(names) > 1:
            place = st.selectbox(
                "Arm", range(len(names)), format_func=names.__getitem__, key=f"estimate-arm-{here.token}"
            )
        left, right = st.columns(2)
        key = f"{here.token}-{place}"
        left.plotly_chart(overlap(estimated.balance[place]), config=QUIET, key=f"overlap-{key}")
        right.plotly_chart(love_plot(estimated.balance[place]), config=QUIET, key=f"love-{key}")


def _arms(estimated: Estimated) -> list[tuple[str, str]]:
    return list(dict.fromkeys(each.contrast for each in estimated.estimates))


def _by_arm(estimated: Estimated) -> list[Estimate]:
    arms = _arms(estimated)
    return sorted(estimated.estimates, key=lambda each: arms.index(each.contrast))
