"""What a reader chooses on the page of rules over stages: all of it is kept in the study."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from typing import Any

import streamlit as st

from causal_core.data.arms import arm_counts
from causal_core.problem import Problem
from causal_core.stages.asked import MOST_STAGES
from causal_core.stages.suggestion import first_stages, treatments
from causal_core.study.options import PolicyOptions
from causal_core.text import for_markdown
from pages.shared.bound import bound
from pages.shared.current import OpenStudy, change, current

Entry = Mapping[str, str | tuple[str, ...]]

USUAL = ""
"""The choice that leaves the control to its name."""

MOST_COSTS = 12


def choose_stages(here: OpenStudy) -> None:
    """The decisions in order, each with what is seen anew before it."""
    stages = here.study.policy.stages
    if not stages:
        st.markdown("A rule over stages decides again when more is known.")
        st.button(
            f"Begin with {for_markdown(here.study.question.treatment)}",
            type="primary",
            key="stages-begin",
            on_click=_begin,
        )
        return
    for place, entry in enumerate(stages):
        with st.container(border=True):
            st.markdown(f"**{'First' if place == 0 else 'Then'}**")
            _choose(here, place, entry)
    more, less = st.columns(2)
    more.button(
        "Add a stage", key="stages-add", on_click=_add, disabled=len(stages) >= MOST_STAGES, width="stretch"
    )
    less.button("Remove last", key="stages-drop", on_click=_drop, disabled=len(stages) < 2, width="stretch")


def choose_worth(here: OpenStudy) -> None:
    """What an outcome unit is worth and what each arm of each stage costs, folded."""
    options, stages = here.study.policy, here.study.policy.stages
    if not stages:
        return
    with st.expander("What it is worth and costs"):
        _number(
            here,
            "stages-benefit",
            f"Benefit of one unit of {for_markdown(here.study.question.outcome)}",
            options.benefit,
            lambda value: _change(benefit=value),
            help="Negative when less of it is better.",
        )
        labels = _labels(here)
        for arm in labels[:MOST_COSTS]:
            cost = options.cost.get(arm, 0.0)
            if isinstance(cost, str):
                st.caption(f"Cost of {for_markdown(arm)}: column {for_markdown(cost)}.")
            else:
                _cost(here, arm, float(cost))
        if len(labels) > MOST_COSTS:
            st.caption(f"Costs of the other {len(labels) - MOST_COSTS} arms can be set in the study file.")
        st.caption("An arm of the same name at two stages costs the same at both.")


def _choose(here: OpenStudy, place: int, entry: Entry) -> None:
    stages = here.study.policy.stages
    taken = {name for number, other in enumerate(stages) if number != place for name in _all_of(other)}
    treatment = str(entry.get("treatment", ""))
    offered = [name for name in treatments(here.study, here.profile) if name not in taken]
    key = bound(here, f"stages-treatment-{place}", treatment or None)
    st.selectbox(
        "What was decided",
        list(dict.fromkeys((*offered, *([treatment] if treatment else [])))),
        key=key,
        placeholder="choose a column",
        on_change=lambda: _set(place, treatment=st.session_state[key] or "", control=None),
        help="A column of at most 20 values. Empty where there was no such decision.",
    )
    seen = _names(entry.get("covariates", ()))
    barred = taken | {treatment, here.study.question.outcome}
    columns = [name for name in here.table.columns if name not in barred]
    keyed = bound(here, f"stages-seen-{place}", list(seen))
    st.multiselect(
        "Known before it" if place == 0 else "Seen anew before it",
        list(dict.fromkeys((*columns, *seen))),
        key=keyed,
        placeholder="choose columns",
        on_change=lambda: _set(place, covariates=tuple(st.session_state[keyed])),
        help="Nothing that this decision or a later one can change."
        if place == 0
        else "What was known and done at earlier stages is remembered anyway.",
    )
    arms = _arms(here, treatment)
    if arms:
        chosen = str(entry.get("control", USUAL))
        control = bound(here, f"stages-control-{place}", chosen)
        st.selectbox(
            "Compared with",
            list(dict.fromkeys((USUAL, *arms, chosen))),
            format_func=lambda name: name or "the usual control",
            key=control,
            on_change=lambda: _set(place, control=st.session_state[control] or None),
            help="The arm that stands for doing nothing. Usual: the question's control, a level called "
            "nothing or none, else the first.",
        )


def _arms(here: OpenStudy, treatment: str) -> tuple[str, ...]:
    if treatment not in here.table.columns:
        return ()
    try:
        found = arm_counts(here.table, treatment, types=here.study.data.types)
    except Problem:
        return ()
    return tuple(text for text, _, _ in found)


def _labels(here: OpenStudy) -> tuple[str, ...]:
    named = (str(entry.get("treatment", "")) for entry in here.study.policy.stages)
    return tuple(dict.fromkeys(arm for name in named for arm in _arms(here, name)))


def _cost(here: OpenStudy, arm: str, cost: float) -> None:
    _number(
        here,
        f"stages-cost-{arm}",
        f"Cost per person of {for_markdown(arm)}",
        cost,
        lambda value: _change(cost={**_options().cost, arm: value}),
    )


def _number(here: OpenStudy, name: str, label: str, value: float, keep: Any, **more: Any) -> None:
    key = bound(here, name, value)
    st.number_input(
        label, format="%g", step=1.0, key=key, on_change=lambda: keep(float(st.session_state[key])), **more
    )


def _begin() -> None:
    here = current()
    assert here is not None  # noqa: S101 - a callback of a page that required an open study
    _change(stages=first_stages(here.study, here.table.columns))


def _add() -> None:
    _change(stages=(*_options().stages, {"treatment": "", "covariates": ()}))


def _drop() -> None:
    _change(stages=_options().stages[:-1])


def _set(place: int, **parts: str | tuple[str, ...] | None) -> None:
    stages = list(_options().stages)
    entry = {**stages[place], **parts}
    stages[place] = {name: value for name, value in entry.items() if value is not None}
    _change(stages=tuple(stages))


def _all_of(entry: Entry) -> tuple[str, ...]:
    return (str(entry.get("treatment", "")), *_names(entry.get("covariates", ())))


def _names(value: str | tuple[str, ...]) -> tuple[str, ...]:
    return (value,) if isinstance(value, str) else tuple(value)


def _change(**parts: Any) -> None:
    change(policy=dataclasses.replace(_options(), **parts))


def _options() -> PolicyOptions:
    here = current()
    assert here is not None  # noqa: S101 - a callback of a page that required an open study
    return here.study.policy
