"""The Estimate page when the treatment is a dose: the curve, its sentences, and what stands behind it."""

from __future__ import annotations

import dataclasses

import streamlit as st

from causal_core.charts.dose_response import dose_balance, dose_curve
from causal_core.engine import Failure
from causal_core.estimation.dose_result import DOSE_METHODS, DoseFindings, DoseResponse
from causal_core.estimation.methods import METHODS
from causal_core.problem import Problem
from causal_core.study import dose_words as words
from causal_core.study.dose import dose_methods, doses_in
from causal_core.study.headline import ground_sentence, interval_text, number_text
from causal_core.study.results import Estimated
from causal_core.study.steps import estimate_plan, identification
from causal_core.text import for_markdown
from pages.shared import estimate_parts as parts
from pages.shared.bound import bound
from pages.shared.current import OpenStudy, change
from pages.shared.estimate_table import show_refused
from pages.shared.jobs import result_of, show_failure
from pages.shared.text_table import text_table

QUIET = {"displayModeBar": False}


def show_dose(here: OpenStudy) -> None:
    """The whole page but its title, for a study whose treatment is a dose."""
    controls, answer = st.columns([1, 3], gap="large")
    with controls:
        _choose_methods(here)
        _show_reference(here)
    with answer:
        try:
            identified = identification(here.study)
            plan = estimate_plan(here.study, here.table)
        except Problem as problem:
            show_failure(Failure.of(problem))
            return
        parts.show_identification(here, identified)
        if not here.study.estimate.methods:
            st.info("Choose at least one method.")
            return
        estimated = result_of("estimate", plan, "Estimate the effect")
        if estimated is None or estimated.dose is None:
            return
        response = _choose_curve(here, estimated)
        if response is None:
            st.warning("**No method could answer.** Each says why below.")
        else:
            _show_answer(here, estimated, response)
            _show_curve(here, estimated.dose, response)
    with controls:
        parts.show_rows(here, estimated, identified)
    _show_contrasts(estimated, here.study.question.treatment)
    if response is not None:
        _show_fit(response)
    _show_behind(here, estimated)


def _choose_methods(here: OpenStudy) -> None:
    chosen = here.study.estimate
    with st.container(gap="xxsmall"):
        st.markdown(":small[Methods]")
        for name in DOSE_METHODS:
            key = bound(here, f"estimate-dose-{name}", name in dose_methods(chosen))
            st.checkbox(
                METHODS[name].label,
                key=key,
                on_change=_take,
                args=(name, key),
                help=METHODS[name].sentence,
                wrap=True,
            )
    st.caption("A dose has no treated and no controls: the effect is averaged over everybody.")


def _take(name: str, key: str) -> None:
    here: OpenStudy = st.session_state["open_study"]
    chosen = here.study.estimate
    kept = {each for each in dose_methods(chosen) if each in DOSE_METHODS and each != name}
    if st.session_state[key]:
        kept.add(name)
    picked = tuple(each for each in DOSE_METHODS if each in kept)
    headline = chosen.headline if chosen.headline in picked else None
    change(estimate=dataclasses.replace(chosen, methods=picked, headline=headline))


def _show_reference(here: OpenStudy) -> None:
    question = here.study.question
    try:
        reference = f"{doses_in(here.study, here.table).reference:.6g}"
    except Problem:
        reference = str(question.control)
    st.caption(
        f"Compared with **{for_markdown(question.treatment)} = {for_markdown(reference)}**, "
        + ("assigned at random." if question.randomised else "as it happened: not randomised.")
    )
    st.page_link("pages/data.py", label="Change that on Data")


def _choose_curve(here: OpenStudy, estimated: Estimated) -> DoseResponse | None:
    findings = estimated.dose
    if findings is None or estimated.headline is None:
        return None
    names = [each.method for each in findings.responses]
    method: str | None = estimated.headline
    if len(names) > 1:
        # A widget of its own: which curve is looked at is no part of the study.
        method = st.segmented_control(
            "Curve",
            names,
            default=estimated.headline,
            required=True,
            format_func=lambda name: METHODS[name].label,
            key=f"dose-curve-{here.token}-{'-'.join(names)}",
            label_visibility="collapsed",
        )
    return findings.of(method) or findings.of(estimated.headline)


def _show_answer(here: OpenStudy, estimated: Estimated, response: DoseResponse) -> None:
    question = here.study.question
    told = words.moved(response)
    with st.container(border=True):
        if told is not None:
            sentence = words.dose_sentence(told, question.treatment, question.outcome, question.unit)
            st.markdown(for_markdown(sentence))
        slope = words.slope_sentence(response, question.treatment, question.outcome, question.unit)
        st.markdown(for_markdown(slope))
        ground = "" if told is None else ground_sentence(told, question.randomised)
        st.caption(
            for_markdown(
                " ".join(
                    (
                        f"By {METHODS[response.method].label}; {response.rows_used:,} rows.",
                        words.reference_sentence(estimated.dose, question.treatment, estimated.covariates)
                        if estimated.dose is not None
                        else "",
                        words.ASSUMES[response.method],
                        ground,
                    )
                )
            )
        )


def _show_curve(here: OpenStudy, findings: DoseFindings, response: DoseResponse) -> None:
    question = here.study.question
    scale = st.radio(
        "Scale",
        ["level", "change"],
        format_func={
            "level": "Mean outcome at each dose",
            "change": f"Change from {response.reference:.6g}",
        }.__getitem__,
        horizontal=True,
        key=f"dose-scale-{here.token}",
        label_visibility="collapsed",
    )
    figure = dose_curve(
        response,
        findings,
        question.treatment,
        question.outcome,
        question.unit,
        question.randomised,
        change=scale == "change",
    )
    st.plotly_chart(figure, config=QUIET, key=f"dose-picture-{here.token}")
    st.caption(
        for_markdown(
            f"{words.support_sentence(findings)} The inner band holds the mean at one chosen dose in 95 of "
            "100 samples, the outer one the whole curve at once."
        )
    )


def _show_fit(response: DoseResponse) -> None:
    told = [words.shape_sentence(response), words.residual_sentence(response)]
    if any(told):
        with st.expander("Is a straight line enough, and does the curve fit?"):
            for sentence in filter(None, told):
                st.markdown(for_markdown(sentence))


def _show_contrasts(estimated: Estimated, treatment: str) -> None:
    shown = [each for each in estimated.estimates if each.value is not None]
    if shown:
        st.subheader("Method by method", anchor=False)
        rows = [
            (
                METHODS[each.method].label,
                f"{each.contrast[0]} to {each.contrast[1]}",
                number_text(each.value or 0.0),
                interval_text(each),
                each.estimand,
                f"{each.rows_used:,}" + (f" (−{each.rows_dropped:,})" if each.rows_dropped else ""),
                "",
            )
            for each in shown
        ]
        for response in estimated.dose.responses if estimated.dose is not None else ():
            low, high = response.slope.ci
            place = next(i for i, row in enumerate(rows) if row[0] == METHODS[response.method].label)
            rows.insert(
                place,
                (
                    METHODS[response.method].label,
                    "one unit more, on average",
                    number_text(response.slope.value),
                    f"{number_text(low)} to {number_text(high)}",
                    "average slope",
                    f"{response.rows_used:,}",
                    " ".join(response.notes),
                ),
            )
        # A method's name stands at the first of its rows alone.
        rows = [("", *row[1:]) if k and row[0] == rows[k - 1][0] else row for k, row in enumerate(rows)]
        text_table(
            (
                "Method",
                f"Moving {treatment} from",
                "Effect",
                "95 % interval",
                "What it is",
                "Rows",
                "Notes",
            ),
            rows,
            numbers={2, 3, 5},
        )
        dropped = any(each.rows_dropped for each in shown)
        st.caption(
            "Doses are the reference and the quartiles."
            + (" In brackets: rows left out because a value was missing." if dropped else "")
        )
    show_refused(estimated, several=False)


def _show_behind(here: OpenStudy, estimated: Estimated) -> None:
    along = None if estimated.dose is None else estimated.dose.along
    if along is None or not along.before:
        return
    with st.expander("Are people alike along the dose? Balance before and after weighting"):
        st.markdown(for_markdown(words.balance_sentence(along)))
        picture = dose_balance(along, here.study.question.treatment)
        st.plotly_chart(picture, config=QUIET, key=f"dose-balance-{here.token}")
