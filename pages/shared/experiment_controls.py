"""What a reader chooses to plan an experiment: all of it is kept in the study."""

from __future__ import annotations

import dataclasses
from typing import Any

import streamlit as st

from causal_core.experiment.words import CORRECTIONS, GOALS, OVER, unit_of
from causal_core.percent import percent
from causal_core.study.experiment_options import ExperimentOptions
from causal_core.text import for_markdown
from pages.shared.bound import bound
from pages.shared.current import OpenStudy, change, current

POWERS = (0.8, 0.85, 0.9, 0.95)


def choose_goal(here: OpenStudy) -> None:
    """What the experiment shall learn; another goal starts with its own usual size."""
    options = here.study.experiment
    key = bound(here, "experiment-goal", options.goal)
    st.radio(
        "What to learn",
        list(GOALS),
        format_func=GOALS.__getitem__,
        key=key,
        on_change=lambda: set_options(goal=st.session_state[key], size=None),
    )
    if options.goal == "gain":
        against = bound(here, "experiment-against", options.against)
        st.selectbox(
            "Gain over",
            list(OVER),
            format_func=OVER.__getitem__,
            key=against,
            on_change=lambda: set_options(against=st.session_state[against], size=None),
        )


def choose_size(here: OpenStudy, usual: float) -> float:
    """The smallest size worth finding, which is given back."""
    options = here.study.experiment
    size = usual if options.size is None else options.size
    unit = unit_of(here.study, options.goal)
    key = bound(here, "experiment-size", size)
    st.number_input(
        "Smallest size worth finding" + (f" ({for_markdown(unit)})" if unit else ""),
        format="%g",
        step=abs(usual) / 10 or 0.1,
        key=key,
        on_change=lambda: set_options(size=float(st.session_state[key])),
        help={
            "average": "The difference of mean outcomes, per person. At first a fifth of the outcome's "
            "standard deviation.",
            "autoc": "AUTOC: how much larger effects are among the first by prediction than among all, "
            "averaged over how many are first. At first half of what was found here.",
            "gain": "Per person of all people. At first what was found here.",
        }[options.goal],
    )
    return size


def choose_time(here: OpenStudy) -> None:
    """The power asked for, how many people join a week, and how long outcomes take."""
    options = here.study.experiment
    power = bound(here, "experiment-power", options.power)
    st.select_slider(
        "Power",
        sorted({*POWERS, options.power}),
        format_func=percent,
        key=power,
        on_change=lambda: set_options(power=float(st.session_state[power])),
        help="The chance that the experiment finds a size that is there.",
    )
    _number(here, "per_week", "People who join a week", options.per_week, 10.0, min_value=0.1)
    _number(
        here, "delay", "Weeks from treatment to outcome", options.delay, 1.0, min_value=0.0, max_value=1000.0
    )


def choose_people(here: OpenStudy) -> None:
    """How many people can be had, where that is known."""
    options = here.study.experiment
    key = f"experiment-people-{here.token}"
    st.session_state[key] = options.people
    st.number_input(
        "People at hand, if that is fixed",
        min_value=2,
        step=100,
        value=None,
        key=key,
        placeholder="open",
        on_change=lambda: set_options(people=st.session_state[key]),
        help="Then the smallest size that they find is said too.",
    )


def choose_design(here: OpenStudy, labels: tuple[str, ...], covariates: bool) -> None:
    """Folded: arms, shares, correction, analysis and clusters."""
    options = here.study.experiment
    with st.expander("Arms and analysis"):
        if options.goal == "average":
            arms = bound(here, "experiment-arms", options.arms or len(labels) - 1)
            st.number_input(
                "Arms beside the control",
                min_value=1,
                max_value=19,
                step=1,
                key=arms,
                on_change=lambda: set_options(arms=int(st.session_state[arms]), shares={}),
            )
        _choose_shares(here, labels)
        if max(options.arms or 0, len(labels) - 1) > 1 and options.goal == "average":
            correction = bound(here, "experiment-correction", options.correction)
            st.selectbox(
                "Several comparisons are corrected by",
                list(CORRECTIONS),
                format_func=CORRECTIONS.__getitem__,
                key=correction,
                on_change=lambda: set_options(correction=st.session_state[correction]),
                help="Dunnett: exact for arms that share a control. Bonferroni: a little stricter. None: "
                "each arm is tested at 5 % by itself.",
            )
        if options.goal == "average" and covariates:
            adjust = bound(here, "experiment-adjust", options.adjust)
            st.checkbox(
                "Adjust for what predicts the outcome",
                key=adjust,
                on_change=lambda: set_options(adjust=bool(st.session_state[adjust])),
            )
        if here.study.question.clusters:
            whole = bound(here, "experiment-whole", options.whole_clusters)
            st.checkbox(
                f"Whole clusters of {for_markdown(here.study.question.clusters)} get one arm",
                key=whole,
                on_change=lambda: set_options(whole_clusters=bool(st.session_state[whole])),
            )


def set_options(**parts: Any) -> None:
    """Change the study's [experiment]."""
    change(experiment=dataclasses.replace(options_now(), **parts))


def options_now() -> ExperimentOptions:
    """The study's [experiment] as it stands."""
    here = current()
    assert here is not None  # noqa: S101 - a callback of a page that required an open study
    return here.study.experiment


def _choose_shares(here: OpenStudy, labels: tuple[str, ...]) -> None:
    options = here.study.experiment
    if options.shares:
        listed = ", ".join(f"{name} {share:.0%}".replace("%", " %") for name, share in options.shares.items())
        st.markdown(f"Shares of the study file: {for_markdown(listed)}")
        st.button("Use equal shares", key=f"experiment-equal-{here.token}", on_click=_no_shares)
        return
    if max(options.arms or 0, len(labels) - 1) < 2:
        share = bound(here, "experiment-share", 50)
        st.slider(
            "Share treated",
            5,
            95,
            step=5,
            format="%d %%",
            key=share,
            on_change=lambda: _set_share(labels, st.session_state[share] / 100),
        )
        return
    key = bound(here, "experiment-allocation", options.allocation)
    st.radio(
        "Shares of the arms",
        ("equal", "more_control"),
        format_func={"equal": "equal", "more_control": "more of the control"}.__getitem__,
        key=key,
        on_change=lambda: set_options(allocation=st.session_state[key]),
        help="With k arms compared with one control, √k times the people in the control make all comparisons "
        "most precise. Other shares: `shares` in [experiment] of the study file.",
    )


def _set_share(labels: tuple[str, ...], share: float) -> None:
    set_options(shares={} if share == 0.5 else {labels[0]: 1 - share, labels[1]: share})


def _no_shares() -> None:
    set_options(shares={})


def _number(here: OpenStudy, name: str, label: str, value: float, step: float, **more: Any) -> None:
    key = bound(here, f"experiment-{name}", value)
    st.number_input(
        label,
        format="%g",
        step=step,
        key=key,
        on_change=lambda: set_options(**{name: float(st.session_state[key])}),
        **more,
    )
