"""What a reader chooses on the Bandits page: all of it is kept in the study."""

from __future__ import annotations

import dataclasses
from typing import Any

import streamlit as st

from causal_core.bandit.strategies import STRATEGIES
from causal_core.study.options import BanditOptions
from pages.shared.bound import bound
from pages.shared.current import OpenStudy, change, current

CHOICES = tuple(name for name in STRATEGIES if name != "best_fixed")
STARTS = {"nothing": "Nothing of the arms", "data": "What the data say"}

QUICK = 3_000_000
"""Decisions, over all runs and strategies, that are simulated without being asked for."""


def is_quick(options: BanditOptions) -> bool:
    """Whether a simulation takes a few seconds, so that it may start by itself."""
    rounds = options.rounds * options.seeds * len(options.strategies)
    return rounds * options.per_round <= QUICK and rounds <= QUICK / 20


def choose_strategies(here: OpenStudy) -> None:
    """Which strategies are simulated."""
    key = bound(here, "bandit-strategies", list(here.study.bandit.strategies))
    st.multiselect(
        "Strategies",
        list(dict.fromkeys((*CHOICES, *here.study.bandit.strategies))),
        format_func=lambda name: STRATEGIES.get(name, name),
        key=key,
        on_change=lambda: _change(strategies=tuple(st.session_state[key])),
        help="Thompson sampling gives each arm with the chance that it is best. LinUCB gives the arm that "
        "could be best. Epsilon-greedy gives the arm predicted best, but a share of people any arm. An "
        "experiment gives every arm the same chance for some rounds, then stops learning. The best single "
        "arm always stands beside them.",
    )
    start = bound(here, "bandit-start", here.study.bandit.start)
    st.radio(
        "At first they know",
        list(STARTS),
        format_func=STARTS.__getitem__,
        key=start,
        on_change=lambda: _change(start=st.session_state[start]),
        help="Nothing: as when arms are new. What the data say: they start from the rows that effects were "
        "learned on, and learn on.",
    )


def choose_length(here: OpenStudy) -> None:
    """How many people come, and when one learns."""
    options = here.study.bandit
    _whole(here, "bandit-rounds", "Rounds, such as weeks", options.rounds, "rounds", 2, 100_000)
    _whole(here, "bandit-people", "People a round", options.per_round, "per_round", 1, 20_000)
    st.caption(f"{options.rounds * options.per_round:,} people in all. One learns after each round.")
    length = min(options.experiment, options.rounds)
    key = bound(here, "bandit-experiment", length)
    st.slider(
        "Rounds of the experiment",
        1,
        max(2, length, min(options.rounds, 200)),
        key=key,
        on_change=lambda: _change(experiment=st.session_state[key]),
        help="How long every arm has the same chance, before one commits.",
    )


def choose_exploring(here: OpenStudy) -> None:
    """How much each strategy explores, folded."""
    options = here.study.bandit
    with st.expander("How they explore"):
        _share(here, "bandit-epsilon", "Epsilon-greedy: share explored on", options.epsilon, "epsilon")
        _number(here, "bandit-alpha", "LinUCB: standard errors added (alpha)", options.alpha, "alpha")
        _number(here, "bandit-spread", "Thompson sampling: width of what it draws", options.spread, "spread")
        _share(here, "bandit-floor", "Thompson sampling and LinUCB: always at random", options.floor, "floor")
        st.caption(
            "The last keeps every arm's chance above zero, so that the log can be analysed afterwards."
            if options.floor > 0
            else "At 0 LinUCB gives arms without chance: its log cannot say what another policy would bring."
        )


def choose_world(here: OpenStudy) -> None:
    """What makes learning harder, and how often everything is simulated; folded."""
    options = here.study.bandit
    with st.expander("The world"):
        _whole(here, "bandit-delay", "Rounds until outcomes are known", options.delay, "delay", 0, 1000)
        drift = bound(here, "bandit-drift", round(100 * options.drift))
        st.slider(
            "Change of effects until the end",
            -300,
            300,
            step=25,
            format="%d %%",
            key=drift,
            on_change=lambda: _change(drift=st.session_state[drift] / 100),
            help="At -100 % effects fade to nothing, at -200 % they turn round, at 100 % they double.",
        )
        _whole(here, "bandit-seeds", "Runs", options.seeds, "seeds", 2, 200)


def _whole(here: OpenStudy, name: str, label: str, value: int, part: str, low: int, high: int) -> None:
    key = bound(here, name, value)
    st.number_input(
        label,
        min_value=low,
        max_value=high,
        step=1,
        key=key,
        on_change=lambda: _change(**{part: int(st.session_state[key])}),
    )


def _number(here: OpenStudy, name: str, label: str, value: float, part: str) -> None:
    key = bound(here, name, value)
    st.number_input(
        label,
        min_value=0.0,
        step=0.25,
        format="%g",
        key=key,
        on_change=lambda: _change(**{part: float(st.session_state[key])}),
    )


def _share(here: OpenStudy, name: str, label: str, value: float, part: str) -> None:
    key = bound(here, name, round(100 * value))
    st.slider(
        label,
        0,
        100,
        format="%d %%",
        key=key,
        on_change=lambda: _change(**{part: st.session_state[key] / 100}),
    )


def _change(**parts: Any) -> None:
    here = current()
    assert here is not None  # noqa: S101 - a callback of a page that required an open study
    change(bandit=dataclasses.replace(here.study.bandit, **parts))
