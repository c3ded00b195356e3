"""Four kinds of people on the page that compares rankings, and what they really are where that is known."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import streamlit as st

from causal_core.data.design import Floats
from causal_core.gap.chosen import limits
from causal_core.gap.harm_words import KINDS_SENTENCE, NOBODY_KNOWS
from causal_core.gap.kinds import KINDS, quadrants, true_kinds, usual_limits
from causal_core.gap.result import Gap
from causal_core.gap.square import kinds_square
from causal_core.gap.tables import true_rows
from causal_core.gap.truth import true_outcomes
from causal_core.text import for_markdown
from pages.shared.bound import bound
from pages.shared.current import OpenStudy, change, current
from pages.shared.text_table import text_table


def show_kinds(here: OpenStudy, gap: Gap) -> None:
    """Low or high predicted outcome without treatment by low or high predicted effect."""
    baseline, effect = limits(here.study, gap)
    found = quadrants(gap.people, baseline, effect)
    st.info(NOBODY_KNOWS)
    st.html(kinds_square(found, (baseline, effect), here.study.question.outcome, gap.people.good))
    less = " Less of it is better, so low counts as high." if gap.people.good < 0 else ""
    st.caption(
        f"{KINDS_SENTENCE} Effects and outcomes are means over each group (doubly robust scores) with 95 % "
        f"intervals, not predictions.{less}"
    )
    with st.expander("Choose where to cut"):
        _choose_limits(here, gap)
    # With rows locked away, the file's rows are not the table's.
    whole = here.study.held_back.share is None
    truth = _known(here.source, here.study.question.outcome, gap.people.arms) if whole else None
    really = None if truth is None else true_kinds(gap.people, baseline, effect, truth)
    if really is not None:
        with st.expander("What they really are: known only because this world is made"):
            st.markdown(
                "This demo was generated, and its maker kept what each person would have done under every "
                "arm. In real data this table cannot exist."
            )
            text_table(("", *(f"Really: {kind}" for kind in KINDS)), true_rows(found, really), (1, 2, 3, 4))
            st.caption("Of the people in a row, the share that is of each kind.")


def _choose_limits(here: OpenStudy, gap: Gap) -> None:
    options, (usual, _) = here.study.gap, usual_limits(gap.people)
    left, right = st.columns(2)
    with left:
        key = bound(here, "gap-baseline", usual if options.baseline is None else options.baseline)
        st.number_input(
            f"High {for_markdown(here.study.question.outcome)} without treatment: from",
            format="%.4g",
            step=None,
            key=key,
            on_change=lambda: _change(baseline=float(st.session_state[key])),
            help="A predicted outcome. At first the median of the predictions.",
        )
    with right:
        other = bound(here, "gap-effect", options.effect)
        st.number_input(
            "High effect: above",
            format="%.4g",
            step=None,
            key=other,
            on_change=lambda: _change(effect=float(st.session_state[other])),
            help="A predicted effect. At 0 a low effect is one predicted to do harm.",
        )
    if options.baseline is not None or options.effect != 0:
        st.button("Cut at the median and at 0", key="gap-usual", on_click=_usual)


def _usual() -> None:
    _change(baseline=None, effect=0.0)


def _change(**parts: float | None) -> None:
    here = current()
    assert here is not None  # noqa: S101 - a callback of a page that required an open study
    change(gap=dataclasses.replace(here.study.gap, **parts))  # type: ignore[arg-type]  # numbers of two fields


@st.cache_resource(max_entries=8, show_spinner=False)
def _known(source: Path, outcome: str, arms: tuple[str, ...]) -> dict[str, Floats] | None:
    return true_outcomes(source, outcome, arms)
