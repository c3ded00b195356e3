"""Missing values on the Estimate page: what becomes of them, where they are, and what the choice changes."""

from __future__ import annotations

import dataclasses

import streamlit as st

from causal_core.data.missing import LARGE, MissingReport
from causal_core.engine import Failure
from causal_core.estimation.methods import METHODS
from causal_core.problem import Problem
from causal_core.study.headline import interval_text, number_text
from causal_core.study.missing import HANDLINGS
from causal_core.study.missing_choice import MissingChoice, choice_plan
from causal_core.study.missing_words import (
    MARK,
    indicator_doubt,
    missing_rows,
    missing_summary,
    tried_sentence,
)
from causal_core.study.results import Estimated, Refuted
from causal_core.study.steps import inputs
from causal_core.text import for_markdown
from pages.shared.bound import bound
from pages.shared.current import OpenStudy, change
from pages.shared.jobs import result_of, show_failure
from pages.shared.text_table import text_table

MOST = 100


def choose_missing(here: OpenStudy) -> None:
    """What becomes of rows that lack a covariate, and how often it is imputed; nothing where none does."""
    chosen = here.study.estimate
    if chosen.missing == "complete" and not _lacking(here):
        return
    key = bound(here, "estimate-missing", chosen.missing)
    st.radio(
        "Rows that lack a covariate",
        list(HANDLINGS),
        format_func=lambda name: HANDLINGS[name].label,
        key=key,
        on_change=lambda: change(estimate=dataclasses.replace(chosen, missing=st.session_state[key])),
        help="\n\n".join(f"**{each.label}.** {each.sentence} {each.assumes}" for each in HANDLINGS.values())
        + "\n\nRows without treatment or outcome are always left out, and counted.",
    )
    if chosen.missing == "imputation":
        count = bound(here, "estimate-imputations", min(max(chosen.imputations, 2), MOST))
        st.number_input(
            "Completed tables",
            2,
            MOST,
            key=count,
            on_change=lambda: change(
                estimate=dataclasses.replace(chosen, imputations=int(st.session_state[count]))
            ),
            help="About as many as the per cent of rows that lack something (White, Royston & Wood 2011).",
        )
    if chosen.missing == "indicator" and not here.study.question.randomised:
        st.caption("Assignment was not random: methods that adjust refuse an indicator.")


def _lacking(here: OpenStudy) -> bool:
    """Whether a covariate in use is missing somewhere; treatment and outcome are another matter."""
    try:
        names = inputs(here.study, here.table).covariates
    except Problem:
        # The page itself says what is wrong with the graph.
        return False
    return any(each.missing for each in here.profile.columns if each.name in names)


def show_missing(here: OpenStudy, estimated: Estimated) -> None:
    """Where values are missing, what the choice in use assumes, and on request what another would give."""
    found = estimated.missing
    if found is None or not found.columns:
        return
    with st.expander(f"Missing values: {for_markdown(missing_summary(found))}"):
        _table(found)
        st.markdown(HANDLINGS[here.study.estimate.missing].assumes)
        if here.study.estimate.missing == "indicator" and (doubt := indicator_doubt(found)):
            st.warning(for_markdown(doubt))
        if found.in_covariates:
            _choice(here, estimated)
        else:
            st.caption(
                "No covariate is missing in a row that has everything else: whatever becomes of missing "
                "covariates, the answer is the same."
            )


def _table(found: MissingReport) -> None:
    head, rows = missing_rows(found)
    text_table(head, rows, numbers=set(range(2, 3 + len(found.arms))))
    st.caption(
        "Shares are of the arm's rows. The standardised difference is the arm's share less control's over "
        f"the root of their mean variance; {MARK} marks one beyond ±{LARGE}. It is a description, not a test."
    )


def _choice(here: OpenStudy, estimated: Estimated) -> None:
    st.markdown("**Does the choice move the answer?**")
    try:
        plan = choice_plan(here.study, here.table, estimated)
    except Problem as problem:
        show_failure(Failure.of(problem))
        return
    compared: MissingChoice | None = result_of("missing", plan, "Compare all three")
    if compared is None:
        return
    several = len(compared.answers[0][1]) > 1
    rows = [
        (
            HANDLINGS[name].label,
            *((each.contrast[1],) if several else ()),
            "none" if each.value is None else number_text(each.value),
            interval_text(each) or "none",
            f"{each.rows_used:,}" if each.value is not None else "",
            each.error or "",
        )
        for name, estimates in compared.answers
        for each in estimates
    ]
    unit = here.study.question.unit
    refused = any(row[-1] for row in rows)
    head = (
        "Rows that lack a covariate",
        *((f"Arm, against {compared.answers[0][1][0].contrast[0]}",) if several else ()),
        f"Effect ({unit})" if unit else "Effect",
        "95 % interval",
        "Rows",
        *(("Why not",) if refused else ()),
    )
    effect = 1 + several
    text_table(head, [row if refused else row[:-1] for row in rows], numbers={effect, effect + 1, effect + 2})
    st.caption(f"By {METHODS[compared.method].label}.")
    for sentence in compared.sentences:
        st.markdown(f"{'- ' if several else ''}{for_markdown(sentence)}")


def show_tried(here: OpenStudy, estimated: Estimated, refuted: Refuted) -> None:
    """On Refute: that a completed table is tried, where missing covariates were imputed."""
    if any(each.method == refuted.method for each in estimated.first):
        st.caption(tried_sentence(here.study.estimate.missing, here.study.estimate.imputations))
