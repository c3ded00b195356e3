"""What a reader chooses on the Policy page: all of it is kept in the study."""

from __future__ import annotations

import dataclasses
from typing import Any

import streamlit as st

from causal_core.study.decision import share_text
from causal_core.study.options import PolicyOptions
from causal_core.study.uplift_words import label_of
from causal_core.text import for_markdown
from causal_core.uplift.result import HeldOut
from pages.shared.bound import bound
from pages.shared.current import OpenStudy, change, current

ALWAYS = ("treat_all", "treat_none", "top_share")
EXTRA = ("best_arm", "budget", "tree")
ORDER = (*ALWAYS, *EXTRA)
FIRST_BUDGET = 1000.0


def choose_share(here: OpenStudy, planned: float | None) -> None:
    """The share of people to treat."""
    key = bound(here, "policy-share", round(100 * here.study.policy.share))
    st.slider(
        "Share to treat",
        0,
        100,
        format="%d %%",
        key=key,
        on_change=lambda: _change(share=st.session_state[key] / 100),
        help="Those with the largest predicted benefit, costs taken off, come first.",
    )
    if planned is not None:
        st.caption(f"By the predictions alone, treating {share_text(planned)} pays.")


def choose_learner(here: OpenStudy, held_out: HeldOut) -> None:
    """The learner whose predictions choose."""
    answered = list(held_out.predicted)
    chosen = here.study.policy.learner
    first = chosen or (answered[0] if answered else "")
    if answered == [first]:
        return
    key = bound(here, "policy-learner", first)
    st.selectbox(
        "Predicted by",
        list(dict.fromkeys((*answered, first))),
        format_func=label_of,
        key=key,
        on_change=lambda: _change(learner=st.session_state[key]),
        help="Picking the learner whose gain looks best flatters it: choose by how it works, or on Uplift.",
    )


def choose_worth(here: OpenStudy, held_out: HeldOut) -> None:
    """What an outcome unit is worth and what each arm costs."""
    options, outcome = here.study.policy, here.study.question.outcome
    unit = here.study.question.unit
    _number(
        here,
        "policy-benefit",
        f"Benefit of one unit of {for_markdown(outcome)}",
        options.benefit,
        lambda value: _change(benefit=value),
        help=(f"The outcome's unit: {for_markdown(unit)}. " if unit else "")
        + "Negative when less of it is better, such as days ill or a bill.",
    )
    if options.benefit < 0:
        st.caption(f"Less of {for_markdown(outcome)} counts as better.")
    if options.benefit == 0:
        st.warning("At a benefit of 0 only costs count.")
    for arm in held_out.arms:
        if arm != held_out.arms[0] or arm in options.cost:
            _cost(here, arm)
    for arm in [name for name in options.cost if name not in held_out.arms]:
        st.warning(f"The study gives a cost to {for_markdown(arm)}, which is not an arm.")
        st.button(
            f"Remove the cost of {for_markdown(arm)}", key=f"policy-drop-{arm}", on_click=_drop, args=(arm,)
        )
    key = bound(here, "policy-unit", options.unit)
    st.text_input(
        "Counted in",
        key=key,
        placeholder="EUR",
        max_chars=24,
        on_change=lambda: _change(unit=st.session_state[key].strip()),
        help="The unit of benefit and costs.",
    )
    people = bound(here, "policy-people", options.people)
    st.number_input(
        "People to treat or not",
        min_value=1,
        step=1000,
        key=people,
        on_change=lambda: _change(people=st.session_state[people]),
        help="Totals are said for so many people like those in the table.",
    )


def choose_policies(here: OpenStudy, held_out: HeldOut) -> None:
    """Which further policies are compared, folded."""
    options = here.study.policy
    with st.expander("More policies to compare"):
        _include(here, "best_arm", "Everybody for whom a treatment pays")
        _include(here, "budget", "Within a budget")
        if "budget" in options.policies:
            _number(
                here,
                "policy-budget",
                f"Budget for the {held_out.total_rows:,} rows of the table",
                FIRST_BUDGET if options.budget is None else options.budget,
                lambda value: _change(budget=value),
                min_value=0.0,
            )
        _include(here, "tree", "A policy tree: a few rules in words")
        if "tree" in options.policies:
            key = bound(here, "policy-depth", options.depth)
            st.radio(
                "Questions asked one after the other",
                (1, 2),
                horizontal=True,
                key=key,
                on_change=lambda: _change(depth=st.session_state[key]),
            )


def _cost(here: OpenStudy, arm: str) -> None:
    cost = here.study.policy.cost.get(arm, 0.0)
    label = f"Cost per person of {for_markdown(here.study.question.treatment)} = {for_markdown(arm)}"
    if isinstance(cost, str):
        st.text_input(label, f"column {cost}", disabled=True, key=f"policy-column-{arm}-{here.token}")
        st.button("Use a number", key=f"policy-number-{arm}", on_click=_drop, args=(arm,))
    else:
        _number(here, f"policy-cost-{arm}", label, float(cost), lambda value: _set_cost(arm, value))


def _number(here: OpenStudy, name: str, label: str, value: float, keep: Any, **more: Any) -> None:
    key = bound(here, name, value)
    st.number_input(
        label, format="%g", step=1.0, key=key, on_change=lambda: keep(float(st.session_state[key])), **more
    )


def _include(here: OpenStudy, policy: str, label: str) -> None:
    key = bound(here, f"policy-with-{policy}", policy in here.study.policy.policies)

    def changed() -> None:
        options = _options()
        wanted = {*ALWAYS, *options.policies} - {policy} | ({policy} if st.session_state[key] else set())
        others = [name for name in options.policies if name not in ORDER]
        policies = (*(name for name in ORDER if name in wanted), *others)
        budget = options.budget
        if policy == "budget" and st.session_state[key] and budget is None:
            budget = FIRST_BUDGET
        _change(policies=policies, budget=budget)

    st.checkbox(label, key=key, on_change=changed)


def _set_cost(arm: str, value: float) -> None:
    _change(cost={**_options().cost, arm: value})


def _drop(arm: str) -> None:
    _change(cost={name: cost for name, cost in _options().cost.items() if name != arm})


def _change(**parts: Any) -> None:
    change(policy=dataclasses.replace(_options(), **parts))


def _options() -> PolicyOptions:
    here = current()
    assert here is not None  # noqa: S101 - a callback of a page that required an open study
    return here.study.policy
