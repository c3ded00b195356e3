"""A closer look beside the estimates: balance by method, the heaviest rows, residuals, all arms' overlap."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from functools import partial

import streamlit as st

from causal_core.charts.balance import love_plot
from causal_core.charts.residuals import all_arms, residual_plot
from causal_core.estimation.methods import METHODS
from causal_core.percent import percent
from causal_core.problem import DoesNotApply
from causal_core.study.comparability import comparability_sentence
from causal_core.study.diagnosis import Diagnosis, diagnosis_plan
from causal_core.study.diagnosis_words import dominating_sentence, residual_sentences
from causal_core.study.headline import ORDER
from causal_core.text import for_markdown
from pages.shared.current import OpenStudy
from pages.shared.jobs import result_of
from pages.shared.text_table import text_table

QUIET = {"displayModeBar": False}

BALANCE, WEIGHTS, RESIDUALS, ARMS = "Balance by method", "Heaviest rows", "Residuals", "All arms' overlap"


def show_diagnostics(here: OpenStudy, headline: str | None) -> None:
    """The closer look, folded; nothing where no column is adjusted for.

    Args:
        here: The open study.
        headline: The method that speaks for the study; looked at first where it has weights.
    """
    try:
        plan = diagnosis_plan(here.study, here.table)
    except DoesNotApply:
        return
    with st.expander("Look closer: residuals, heaviest rows, balance by method"):
        found: Diagnosis | None = result_of("diagnosis", plan, "Look closer")
        if found is None:
            st.caption("Whether the models behind these numbers fit, and whether a few rows decide them.")
            return
        sections: dict[str, Callable[[OpenStudy, Diagnosis], None]] = {
            **({BALANCE: partial(_balance, headline=headline)} if found.balanced else {}),
            **({WEIGHTS: partial(_weights, headline=headline)} if found.heaviest else {}),
            RESIDUALS: _residuals,
            **({ARMS: _arms} if found.scores else {}),
        }
        key = f"diagnosis-section-{here.token}"
        chosen = st.segmented_control(
            "What to look at",
            list(sections),
            default=next(iter(sections)),
            required=True,
            key=key,
            label_visibility="collapsed",
        )
        sections[chosen](here, found)
        if found.completed:
            st.caption("Missing covariates were filled in several times; the first completed table is shown.")


def _first(methods: Collection[str], wanted: Sequence[str | None]) -> int:
    """The place of the first of the wanted methods that is there; 0 without one."""
    listed = list(methods)
    return next((listed.index(name) for name in wanted if name in listed), 0)


def _balance(here: OpenStudy, found: Diagnosis, headline: str | None) -> None:
    by = {each.method: each.balance for each in found.balanced}
    left, right = st.columns(2)
    method = left.selectbox(
        "After",
        list(by),
        index=_first(by, (headline,)),
        format_func=lambda name: METHODS[name].label,
        key=f"diagnosis-after-{here.token}",
        help="Each of the study's methods that weight or match rows, and inverse probability weighting.",
    )
    balances = by[method]
    names = [each.contrast[1] for each in balances]
    place = 0
    if len(names) > 1:
        place = right.selectbox(
            "Arm", range(len(names)), format_func=names.__getitem__, key=f"diagnosis-arm-{here.token}"
        )
    chosen = balances[place]
    st.markdown(for_markdown(comparability_sentence(chosen)))
    st.plotly_chart(love_plot(chosen), config=QUIET, key=f"diagnosis-love-{here.token}")
    if "matching" in method:
        st.caption("Rows as they are matched, before the correction by regression that follows.")


def _weights(here: OpenStudy, found: Diagnosis, headline: str | None) -> None:
    by = {group[0].method: group for group in found.heaviest}
    method = st.columns(2)[0].selectbox(
        "Method",
        list(by),
        index=_first(by, (headline, *ORDER)),
        format_func=lambda name: METHODS[name].label,
        key=f"diagnosis-weights-{here.token}",
    )
    for each in by[method]:
        st.markdown(for_markdown(dominating_sentence(each)))
        if not each.rows:
            continue
        rows = [
            (
                f"{row.row:,}",
                row.arm,
                percent(row.share, 2),
                f"{row.fair:.1f}",
                f"{row.probability:.3f}",
                f"{row.outcome:.4g}".replace("-", "−"),
            )
            for row in each.rows
        ]
        head = (
            "Row of the table",
            "Arm",
            "Share of its arm's weight",
            "Times an even weight",
            "Probability of its arm",
            "Outcome",
        )
        text_table(head, rows, numbers={0, 2, 3, 4, 5})
    st.caption(
        "A row weighs much when its arm was improbable for it. Leaving rows out because of the answer they "
        "give is no analysis: look at whether they are right, and at targets that need them less, such as "
        "overlap weights."
    )


def _residuals(here: OpenStudy, found: Diagnosis) -> None:
    if isinstance(found.residuals, str):
        st.info(for_markdown(found.residuals))
        return
    question = here.study.question
    for sentence in residual_sentences(found.residuals):
        st.markdown(for_markdown(sentence))
    st.plotly_chart(
        residual_plot(found.residuals, question.outcome, question.unit),
        config=QUIET,
        key=f"diagnosis-residuals-{here.token}",
    )
    st.caption(
        "A regression of the outcome on what is adjusted for, fitted in each arm, as in regression "
        "adjustment and AIPW. Each point is the mean of rows with similar fitted outcomes, with its 95 % "
        "interval; the line is a smooth. p-values are adjusted for the number of arms or of covariates "
        "tested. Methods that only weight do not rest on this model."
    )


def _arms(here: OpenStudy, found: Diagnosis) -> None:
    for each in found.scores:
        least, low = each.least
        st.markdown(
            f"**{for_markdown(each.arm)}**: its least probability among all rows is {least:.3g}; 1 % of the "
            f"rows lie below {low:.3g}."
        )
    st.plotly_chart(all_arms(found.scores), config=QUIET, key=f"diagnosis-arms-{here.token}")
    st.caption(
        "With several arms each must be possible for the rows of all of them. Upwards: the rows of the arm "
        "itself; downwards, in outline: those of the others."
    )
