"""The top of the decision memo: what to do, the numbers in large print, the options as picture and table."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from causal_core.charts.policy import policy_comparison, share_curve
from causal_core.charts.policy_budget import budget_gain
from causal_core.charts.policy_plane import policy_plane
from causal_core.policy.budget import budget_curve
from causal_core.policy.economics import Economics
from causal_core.policy.result import Gain
from causal_core.policy.share_curve import Against, value_curve
from causal_core.policy.simultaneous import simultaneous
from causal_core.problem import Problem
from causal_core.study.memo import BUDGET_NOTE, CURVE_NOTE, FOREST_NOTE, Memo, table_note
from causal_core.study.memo_tables import option_rows
from causal_core.study.memo_words import budget_for_people, refusal
from causal_core.study.results import Valued
from causal_core.text import for_markdown
from causal_core.uplift.arrays import interval
from pages.shared.current import OpenStudy
from pages.shared.text_table import text_table

QUIET = {"displayModeBar": False}

NOBODY, EVERYBODY, NOW = "nobody treated", "everybody treated", "what was done"

REFERENCES: dict[str, Against] = {NOBODY: "none", EVERYBODY: "all", NOW: "current"}
"""What gains can be over, beside other policies -> how the core calls it."""


def show_recommendation(memo: Memo) -> None:
    """The answer in one sentence and what stands behind it; green only where the memo may recommend it."""
    box = {"gain": st.warning, "loss": st.error, "unclear": st.info}[memo.verdict]
    if memo.sound:
        box = st.success
    elif not memo.facts:
        box = st.warning
    rest = " ".join((memo.gain, *memo.against))
    box(f"### {for_markdown(memo.recommendation)}\n\n{for_markdown(rest)}".strip())


def show_facts(memo: Memo) -> None:
    """The numbers in large print, each with its interval and what it is per person."""
    if not memo.facts:
        return
    for place, fact in zip(st.columns(len(memo.facts)), memo.facts, strict=True):
        with place:
            st.metric(for_markdown(fact.label), fact.number)
            st.caption(for_markdown(fact.detail))


def show_pictures(here: OpenStudy, memo: Memo, valued: Valued, worth: Economics) -> None:
    """The main picture: the options, what they cost and gain, or the gain along the share treated."""
    views: dict[str, Callable[[], None]] = {
        "The options": lambda: _options(here, memo, over),
        "Gain and cost": lambda: _plane(here, memo),
        "By share": lambda: _share(here, memo, valued, worth, over),
        "By budget": lambda: _budget(here, memo, worth),
    }
    switch, beside = st.columns([3, 2], vertical_alignment="bottom")
    with switch:
        view = st.segmented_control(
            "Picture",
            list(views),
            default="The options",
            required=True,
            key=f"policy-view-{here.token}",
            label_visibility="collapsed",
        )
    with beside:
        over = _choose_over(here, memo, view)
    views[view]()


def show_table(here: OpenStudy, memo: Memo) -> None:
    """All options: who gets it, what it costs, what it changes, what it gains."""
    head, rows, numbers = option_rows(here.study, memo)
    if rows:
        text_table(head, rows, numbers=numbers)
        st.caption(for_markdown(table_note(memo)))
    for each in memo.refused:
        st.warning(for_markdown(refusal(each)))


def _choose_over(here: OpenStudy, memo: Memo, view: str) -> str:
    """What gains are over: nobody, everybody, what was done or, of the options, another policy's letter."""
    if view not in {"The options", "By share"} or not memo.options:
        return NOBODY
    several = len(memo.options[0].result.arm_shares) > 2
    named = {EVERYBODY: f"everybody treated with {memo.options[0].result.all_arm}"} if several else {}
    if view == "The options":
        named |= {each.letter: f"{each.letter}  {each.name}" for each in memo.options}
    picked = st.selectbox(
        "Gain over",
        [*REFERENCES, *(name for name in named if name != EVERYBODY)],
        format_func=lambda name: f"over {named.get(name, name)}",
        key=f"policy-over-{view}-{here.token}",
        label_visibility="collapsed",
        help="Differences are paired: both policies are valued on the same rows.",
    )
    return picked or NOBODY


def _options(here: OpenStudy, memo: Memo, over: str) -> None:
    if not memo.options:
        return
    others = {each.letter: each for each in memo.options}
    name = f"“{others[over].name}”" if over in others else over
    against = REFERENCES[over] if over in REFERENCES else others[over].result
    shown = [each for each in memo.options if each.letter != over]
    results = [each.result for each in shown]
    together = simultaneous(results, against, seed=here.study.seed).gains
    figure = policy_comparison(
        shown,
        [Gain(each.value, each.std_error, interval(each.value, each.std_error)) for each in together],
        f"Gain over {name}",
        memo.unit,
        here.study.question.randomised,
        together,
    )
    st.plotly_chart(figure, config=QUIET, key=f"policy-bars-{here.token}")
    st.caption(FOREST_NOTE)


def _plane(here: OpenStudy, memo: Memo) -> None:
    figure = policy_plane(memo.options, memo.unit, here.study.question.randomised)
    st.plotly_chart(figure, config=QUIET, key=f"policy-plane-{here.token}")
    named = "; ".join(f"{each.letter} {each.name}" for each in memo.options)
    st.caption(f"Higher gains more, further left costs less. {for_markdown(named)}.")


def _share(here: OpenStudy, memo: Memo, valued: Valued, worth: Economics, over: str) -> None:
    against = REFERENCES[over]
    curve = valued.curve if against == "none" else value_curve(worth, against)
    st.plotly_chart(
        share_curve(curve, here.study.policy.share, memo.unit),
        config=QUIET,
        key=f"policy-picture-{here.token}",
    )
    st.caption(f"Valued on {curve.rows_used:,} rows that no learner saw. {CURVE_NOTE}{_unlimited(here)}")


def _budget(here: OpenStudy, memo: Memo, worth: Economics) -> None:
    options = here.study.policy
    try:
        curve = budget_curve(worth)
    except Problem as problem:
        st.info(for_markdown(problem))
        return
    within = next((each for each in memo.options if each.result.policy == "budget"), None)
    budget = None if options.budget is None else budget_for_people(options, curve.people)
    figure = budget_gain(curve, options.people, memo.unit, within, budget)
    st.plotly_chart(figure, config=QUIET, key=f"policy-money-{here.token}")
    st.caption(f"Valued on {curve.rows_used:,} rows that no learner saw. {BUDGET_NOTE}{_unlimited(here)}")


def _unlimited(here: OpenStudy) -> str:
    options = here.study.policy
    limited = options.capacity or options.quota or options.parity is not None
    return " Places and rules for groups are left out of the curve." if limited else ""
