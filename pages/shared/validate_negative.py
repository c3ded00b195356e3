"""Negative controls, effects that must be zero, on the Validate page."""

from __future__ import annotations

import streamlit as st

from causal_core.charts.negative_controls import controls
from causal_core.engine import Failure
from causal_core.estimation.methods import METHODS
from causal_core.problem import DoesNotApply, Problem
from causal_core.study.headline import ORDER, RANDOMISED_ORDER
from causal_core.text import for_markdown
from causal_core.validation.control_candidates import Candidate, Kind
from causal_core.validation.evidence import (
    adjusting_methods,
    control_candidates,
    controls_plan,
    own_candidate,
)
from causal_core.validation.negative_controls import (
    CANNOT,
    SIGNS,
    WORDS,
    ControlsTested,
    ControlTest,
    sentence,
    summary,
)
from pages.shared.bound import bound
from pages.shared.current import OpenStudy
from pages.shared.jobs import result_of, show_failure
from pages.shared.p_meaning import p_meaning
from pages.shared.text_table import text_table

QUIET = {"displayModeBar": False}
MOST = 8
"""Controls chosen to begin with."""

SAID = 3
"""How many controls are said in a sentence at once when none shows a sign; the rest are folded."""

KINDS: dict[Kind, str] = {"outcome": "Control outcome", "exposure": "Control exposure"}


def show_negative(here: OpenStudy) -> None:
    """The study's method on effects that must be zero by the graph, and what those that are not point to."""
    st.write(
        "A hidden cause of treatment and outcome leaves no trace in their own relation. It may leave one "
        "elsewhere: the treatment then seems to change a column that it cannot touch (a control outcome), or "
        "a column that cannot touch the outcome seems to change it (a control exposure)."
    )
    try:
        offered = control_candidates(here.study, here.table)
    except DoesNotApply as problem:
        st.info(for_markdown(str(problem)))
        return
    except Problem as problem:
        show_failure(Failure.of(problem))
        return
    chosen = _choose(here, offered)
    method = _choose_method(here) if chosen else None
    if method is None:
        return
    plan = controls_plan(here.study, here.table, chosen, method)
    found: ControlsTested | None = result_of("controls", plan, "Test the controls")
    if found is None:
        return
    _answer(here, found)
    st.plotly_chart(controls(found), config=QUIET, key=f"controls-{here.token}")
    st.caption(
        "Whiskers are 95 % intervals. Grey band: as far from zero as the effect in question, each measured "
        "in standard deviations of the column it is an effect on. A hidden cause need not act on a control "
        "as strongly as on the outcome."
    )
    _cards(found)
    with st.expander("As a table"):
        _table(found)
    p_meaning("negative_control", f"negative-{here.token}")
    st.subheader("What none of this can tell", anchor=False)
    st.markdown(for_markdown(CANNOT))


def _choose(here: OpenStudy, offered: tuple[Candidate, ...]) -> tuple[Candidate, ...]:
    """The controls to test: from the graph, and one of the analyst's own."""
    names = [(each.kind, each.column) for each in offered]
    picked: list[tuple[Kind, str]] = []
    if offered:
        place = f"controls-kept-{here.token}"
        kept = st.session_state.get(place, names[:MOST])
        key = bound(here, "controls-chosen", [name for name in kept if name in names])
        picked = st.multiselect(
            "Controls that the graph offers",
            names,
            format_func=lambda name: f"{name[1]} ({'outcome' if name[0] == 'outcome' else 'exposure'})",
            key=key,
            on_change=lambda: st.session_state.update({place: st.session_state[key]}),
            wrap=True,
        )
        with st.expander("Why each of them is one"):
            text_table(
                ("Column", "Kind", "Why nothing should be left", "If something is"),
                [(each.column, KINDS[each.kind], each.reason, each.meaning) for each in offered],
            )
    else:
        st.info(
            "The graph offers no control. A control outcome shares causes with the outcome but is neither "
            "caused by the treatment nor adjusted for, such as a similar outcome that the treatment cannot "
            "touch. A control exposure shares causes with the treatment but cannot touch the outcome. Draw "
            "such a column into the graph, or choose one here."
        )
    chosen = [each for each in offered if (each.kind, each.column) in picked]
    own = _choose_own(here)
    if own is not None and (own.kind, own.column) not in {(each.kind, each.column) for each in chosen}:
        chosen.append(own)
    return tuple(chosen)


def _choose_own(here: OpenStudy) -> Candidate | None:
    question = here.study.question
    names = [name for name in here.table.columns if name not in (question.treatment, question.outcome)]
    with st.expander("A column of your own choice"):
        left, right = st.columns(2)
        column = left.selectbox("Column", names, index=None, key=f"controls-own-{here.token}")
        kinds: list[Kind] = ["outcome", "exposure"]
        kind = right.radio(
            "As a control",
            kinds,
            format_func={
                "outcome": "outcome: the treatment cannot touch it",
                "exposure": "exposure: it cannot touch the outcome",
            }.__getitem__,
            key=f"controls-own-kind-{here.token}",
        )
        if column is None:
            return None
        own = own_candidate(here.study, here.table, column, kind)
        st.markdown(for_markdown(own.reason))
        return own


def _choose_method(here: OpenStudy) -> str | None:
    randomised = here.study.question.randomised
    able = [name for name in adjusting_methods(here.study) if randomised or name != "difference_in_means"]
    if not able:
        st.info("None of the study's methods adjusts for covariates. Choose one on Estimate.")
        st.page_link("pages/estimate.py", label="Go to Estimate →")
        return None
    order = (*RANDOMISED_ORDER, *ORDER) if randomised else ORDER
    wanted = [here.study.estimate.headline, *order]
    first = next((name for name in wanted if name in able), able[0])
    place = f"controls-method-kept-{here.token}"
    kept = st.session_state.get(place, first)
    key = bound(here, "controls-method", kept if kept in able else first)
    return st.columns(2)[0].selectbox(
        "Method",
        able,
        format_func=lambda name: METHODS[name].label,
        key=key,
        on_change=lambda: st.session_state.update({place: st.session_state[key]}),
        help="The same method estimates the effect in question and the effects that must be zero.",
    )


def _answer(here: OpenStudy, found: ControlsTested) -> None:
    verdict, words = summary(found)
    question = here.study.question
    tested = [each for each in found.tests if each.p_adjusted is not None]
    with st.container(border=True):
        st.markdown(f"**{SIGNS[verdict]}** {for_markdown(words)}")
        several = (
            f" The {len(tested)} p-values are adjusted together (Holm), so that chance alone lights up any "
            "of them in at most 5 of 100 such studies."
            if len(tested) > 1
            else ""
        )
        st.caption(
            f"{METHODS[found.method].label}; the effect in question is that of "
            f"{for_markdown(question.treatment)} on {for_markdown(question.outcome)}. Each test asks whether "
            f"an effect that must be zero is zero; a small p speaks against that, and is bad news.{several}"
        )


def _cards(found: ControlsTested) -> None:
    """What each control says: those that show or leave open something at once, the others folded."""
    telling = [each for each in found.tests if each.verdict != "pass"]
    silent = [each for each in found.tests if each.verdict == "pass"]
    first = telling or silent[:SAID]
    for each in first:
        _card(each)
    rest = silent if telling else silent[SAID:]
    if rest:
        with st.expander(f"{len(rest)} {'more' if not telling else 'that'} show no sign of a hidden cause"):
            for each in rest:
                _card(each)


def _card(each: ControlTest) -> None:
    kind = KINDS[each.candidate.kind]
    contrast = f", {for_markdown(each.contrast)}" if each.contrast else ""
    st.markdown(
        f"**{SIGNS[each.verdict]} {for_markdown(each.label)}** ({kind.lower()}{contrast}): "
        f"{WORDS[each.verdict]}. {for_markdown(sentence(each))}"
    )


def _table(found: ControlsTested) -> None:
    head = ("Control", "Kind", "Contrast", "Effect", "95 % interval", "p", "p (Holm)", "Rows", "By", "Notes")
    rows = []
    for each in found.tests:
        kind = KINDS[each.candidate.kind]
        if each.value is None or each.ci is None:
            rows.append((each.label, kind, each.contrast, "–", "–", "–", "–", "–", "–", each.error))
            continue
        interval = f"{each.ci[0]:.4g} to {each.ci[1]:.4g}".replace("-", "−")
        dropped = f" (−{each.rows_dropped:,})" if each.rows_dropped else ""
        rows.append(
            (
                each.label,
                kind,
                each.contrast,
                f"{each.value:.4g}".replace("-", "−"),
                interval,
                _p_text(each.p_value),
                _p_text(each.p_adjusted),
                f"{each.rows_used:,}{dropped}",
                METHODS[each.method].label,
                " ".join(each.notes),
            )
        )
    text_table(head, rows, numbers={3, 4, 5, 6, 7})
    st.caption(
        "Effects on a control outcome are in its own unit, effects of a control exposure in the outcome's."
    )


def _p_text(value: float | None) -> str:
    if value is None:
        return "–"
    return "< 0.001" if value < 0.001 else f"{value:.3f}"
