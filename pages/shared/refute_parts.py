"""The parts of the Refute page: its controls, the verdict, each attempt, and the closing words."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Sequence
from typing import Any

import streamlit as st

from causal_core.charts.simulations import simulations
from causal_core.engine import Plan, get_engine
from causal_core.estimation.methods import METHODS
from causal_core.estimation.result import Estimate
from causal_core.refutation.refuters import REFUTERS
from causal_core.refutation.result import Refutation
from causal_core.study.results import Estimated, Refuted
from causal_core.study.verdict import SIGNS, WORDS, hidden_sentence, survival_sentence
from causal_core.text import for_markdown
from pages.shared.bound import bound
from pages.shared.current import OpenStudy, change
from pages.shared.refute_sensitivity import asides, show_untried

FEWEST, MOST = 20, 1000
WIDTH = 560
"""Of the choice of refuters, in pixels."""
QUIET = {"displayModeBar": False}


def show_need(plan: Plan) -> None:
    """Say that an estimate is needed first, when there is none for the study as it stands."""
    if not get_engine().kept(plan.key):
        st.info("There is no estimate yet of the study as it stands. Refuters need one to try.")
        st.page_link("pages/estimate.py", label="Go to Estimate →")


def choose_method(here: OpenStudy, able: Sequence[str]) -> None:
    """Which estimate is tried."""
    options = ["", *able]
    wanted = here.study.refute.method or ""
    if wanted not in options:
        options.append(wanted)
    key = bound(here, "refute-method", wanted)
    st.selectbox(
        "Estimate to try",
        options,
        format_func=lambda name: METHODS[name].label if name in METHODS else "The headline's method",
        key=key,
        on_change=_set,
        args=("method", key),
        help="An association makes no causal claim, so it is not offered.",
    )


def choose_refuters(here: OpenStudy) -> None:
    """Which refuters run."""
    chosen = [name for name in here.study.refute.refuters if name in REFUTERS]
    key = bound(here, "refute-refuters", chosen)
    label, title = st.container(gap="xsmall"), f"Choose refuters ({len(chosen)})"
    label.markdown(":small[Refuters]")
    with label.popover(title, width="stretch", key=f"refute-choose-{here.token}"), st.container(width=WIDTH):
        st.multiselect(
            "Refuters",
            list(REFUTERS),
            format_func=lambda name: REFUTERS[name].label,
            key=key,
            on_change=_set,
            args=("refuters", key),
            wrap=True,
            help="\n\n".join(f"**{about.label}.** {about.done}" for about in REFUTERS.values()),
        )
    label.caption(" · ".join(REFUTERS[name].label for name in chosen) or "None chosen yet.")


def choose_simulations(here: OpenStudy) -> None:
    """How many simulations each refuter runs."""
    key = bound(here, "refute-simulations", min(max(here.study.refute.simulations, FEWEST), MOST))
    st.number_input(
        "Simulations of each",
        FEWEST,
        MOST,
        step=10,
        key=key,
        on_change=_set,
        args=("simulations", key),
        help="More make chance smaller, and take longer. A made-up confounder needs only a few.",
    )


def choose_arm(here: OpenStudy, estimated: Estimated, refuted: Refuted) -> Estimate:
    """The estimate of the arm that is shown; asked for when there are several."""
    tried = {each.contrast[1]: each for each in estimated.tried(refuted.method)}
    arms = list(tried)
    if len(arms) == 1:
        return tried[arms[0]]
    arm = st.selectbox(
        "Arm",
        arms,
        format_func=lambda arm: f"{arm}: {WORDS[_worst(_about(refuted, tried[arm]))]}",
        key=f"refute-arm-{here.token}",
    )
    return tried[arm]


def show_answer(here: OpenStudy, refuted: Refuted, estimate: Estimate) -> None:
    """The verdict of all attempts together, and about which estimate it is."""
    question = here.study.question
    control, arm = (for_markdown(name) for name in estimate.contrast)
    mine = _about(refuted, estimate)
    unit = f" ({for_markdown(question.unit)})" if question.unit else ""
    with st.container(border=True):
        st.markdown(f"**{SIGNS[_worst(mine)]}** {for_markdown(survival_sentence(mine, estimate))}")
        st.caption(
            f"Tried: {METHODS[refuted.method].label}, {estimate.estimand} of "
            f"{for_markdown(question.treatment)} = {arm} against {control} on "
            f"{for_markdown(question.outcome)}{unit}, {estimate.rows_used:,} rows."
        )


def show_attempts(here: OpenStudy, refuted: Refuted, estimate: Estimate) -> None:
    """A card for each refuter: what was done, what to expect, what was seen, the verdict, and its picture."""
    mine = _about(refuted, estimate)
    for each in mine:
        if each.error is None:
            with st.container(border=True):
                _card(here, each)
    show_untried(
        (REFUTERS[each.refuter].label, f"not tried. {each.error}") for each in mine if each.error is not None
    )


def show_closing(here: OpenStudy, refuted: Refuted, estimate: Estimate) -> None:
    """What none of the attempts can tell."""
    randomised = here.study.question.randomised
    st.subheader("What none of this can tell", anchor=False)
    words = hidden_sentence(_about(refuted, estimate), estimate.strategy, randomised)
    st.markdown(for_markdown(words))


def _card(here: OpenStudy, each: Refutation) -> None:
    label = REFUTERS[each.refuter].label
    words, picture = st.columns([1, 1], gap="medium") if each.simulations else (st.container(), None)
    with words:
        st.markdown(f"**{label}** · **{SIGNS[each.verdict]} {WORDS[each.verdict]}**")
        st.markdown(f"**Seen:** {for_markdown(each.seen)}")
        link = "pages/check.py|See each test on Check →" if each.refuter == "graph" else ""
        asides(each, each.refuter, f"{each.refuter}-{here.token}", link)
    if picture is not None:
        figure = simulations(each, here.study.question.unit)
        figure.update_layout(title=None, height=220, margin={"t": 10})
        picture.plotly_chart(figure, config=QUIET, key=f"refute-{each.refuter}-{here.token}")


def _set(option: str, key: str) -> None:
    study: OpenStudy = st.session_state["open_study"]
    value: Any = st.session_state[key]
    if option == "refuters":
        value = tuple(value)
    elif option == "method":
        value = value or None
    change(refute=dataclasses.replace(study.study.refute, **{option: value}))


def _about(refuted: Refuted, estimate: Estimate) -> list[Refutation]:
    return [each for each in refuted.refutations if each.contrast == estimate.contrast]


def _worst(refutations: Iterable[Refutation]) -> str:
    verdicts = {each.verdict for each in refutations if each.error is None}
    return next((verdict for verdict in ("fail", "unclear", "pass") if verdict in verdicts), "unclear")
