"""What a reader chooses on the page that compares rankings: all but the unit is kept in the study."""

from __future__ import annotations

import dataclasses
from typing import Any

import streamlit as st

from causal_core.gap.chosen import share_of
from causal_core.gap.plan import score_columns
from causal_core.gap.result import Gap, Unit
from causal_core.study.decision import share_text
from causal_core.study.options import GapOptions
from causal_core.study.uplift_words import label_of
from causal_core.text import for_markdown
from causal_core.uplift.result import HeldOut
from pages.shared.bound import bound
from pages.shared.column_table import kind_of
from pages.shared.current import OpenStudy, change, current

MODEL = ""
"""The choice that stands for a model learned here."""

BEST = ""
"""The choice that stands for the arm predicted best."""

WAYS = {False: "Share of people", True: "Money"}
UNITS: dict[Unit, str] = {"worth": "Benefit less cost", "outcome": "Outcome"}


def choose_risk(here: OpenStudy) -> None:
    """Where the risk comes from: a model learned here, or a column that holds a score in use."""
    options = here.study.gap
    usable = [
        name
        for name in score_columns(here.study, here.table)
        if kind_of(here, here.profile.column(name)) in {"number", "boolean"}
    ]
    picks = list(dict.fromkeys((MODEL, *usable, options.score or MODEL)))
    key = bound(here, "gap-score", options.score or MODEL)
    st.selectbox(
        "Risk comes from",
        picks,
        format_func=lambda name: name or "a model learned here",
        key=key,
        on_change=lambda: _change(score=st.session_state[key] or None),
        help="The model everybody builds: the outcome predicted from the columns, the treatment left aside. "
        "Or the risk score you rank by today, from your own table; it need not be in the graph.",
    )
    if options.score is None:
        return
    high = bound(here, "gap-high", options.high_is_risky)
    st.radio(
        "At risk are those with",
        (True, False),
        format_func={True: "high scores", False: "low scores"}.__getitem__,
        horizontal=True,
        key=high,
        on_change=lambda: _change(high_is_risky=st.session_state[high]),
    )
    if options.score not in here.study.data.measured and options.score not in here.study.graph.nodes:
        st.caption(
            f"Counted as known before the treatment: the study does not say when "
            f"{for_markdown(options.score)} was measured. Say it on Data."
        )


def choose_ranking(here: OpenStudy, held_out: HeldOut) -> None:
    """Whose predicted effects rank, and which arm is given; asked only where there is a choice."""
    options = here.study.gap
    answered = list(held_out.predicted)
    first = options.learner or here.study.policy.learner or (answered[0] if answered else "")
    if answered != [first]:
        key = bound(here, "gap-learner", first)
        st.selectbox(
            "Effects predicted by",
            list(dict.fromkeys((*answered, first))),
            format_func=label_of,
            key=key,
            on_change=lambda: _change(learner=st.session_state[key]),
            help="Picking the learner whose gain looks best flatters it.",
        )
    if len(held_out.arms) > 2:
        arm = bound(here, "gap-arm", options.arm or BEST)
        st.selectbox(
            "Treat with",
            list(dict.fromkeys((BEST, *held_out.arms[1:], options.arm or BEST))),
            format_func=lambda name: name or "the arm predicted best",
            key=arm,
            on_change=lambda: _change(arm=st.session_state[arm] or None),
            help="One arm for both rankings, or the best: for each person by effect, on average by risk.",
        )


def choose_budget(here: OpenStudy, gap: Gap) -> None:
    """How many people, or how much money, both rankings get."""
    options, policy = here.study.gap, here.study.policy
    if gap.people.priced or options.budget is not None:
        way = bound(here, "gap-way", options.budget is not None)
        st.radio(
            "Both rankings get the same",
            list(WAYS),
            format_func=WAYS.__getitem__,
            horizontal=True,
            key=way,
            on_change=lambda: _change(
                budget=share_of(here.study) * gap.total_rows * float(gap.people.risk.cost.mean())
                if st.session_state[way]
                else None
            ),
        )
    if options.budget is not None:
        key = bound(here, "gap-budget", options.budget)
        st.number_input(
            f"Budget for the {gap.total_rows:,} rows of the table"
            + (f" ({for_markdown(policy.unit)})" if policy.unit else ""),
            min_value=0.0,
            format="%g",
            step=1000.0,
            key=key,
            on_change=lambda: _change(budget=float(st.session_state[key])),
        )
    else:
        share = bound(here, "gap-share", round(100 * share_of(here.study)))
        st.slider(
            "Share to treat",
            0,
            100,
            format="%d %%",
            key=share,
            on_change=lambda: _change(share=st.session_state[share] / 100),
        )
        st.caption(f"In these data {share_text(round(gap.people.treated, 2))} were treated.")


def choose_unit(here: OpenStudy, gap: Gap) -> Unit:
    """Whether gains are shown as benefit less cost or in the outcome's unit; asked where these differ."""
    if here.study.policy.benefit == 1 and not gap.people.priced:
        return "worth"
    return st.radio(
        "Gains are shown as",
        list(UNITS),
        format_func=UNITS.__getitem__,
        horizontal=True,
        key=f"gap-unit-{here.token}",
    )


def _change(**parts: Any) -> None:
    change(gap=dataclasses.replace(_options(), **parts))


def _options() -> GapOptions:
    here = current()
    assert here is not None  # noqa: S101 - a callback of a page that required an open study
    return here.study.gap
