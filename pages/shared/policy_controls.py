"""What a reader moves on the Policy page: the memo's policy, and what outcomes are worth and arms cost."""

from __future__ import annotations

import dataclasses
from typing import Any

import streamlit as st

from causal_core.study.decision import share_text
from causal_core.study.memo_words import NAMES, ORDER, budget_for_people, kind_of
from causal_core.study.options import PolicyOptions
from causal_core.study.uplift_words import label_of
from causal_core.text import for_markdown
from causal_core.uplift.result import HeldOut
from pages.shared.bound import bound
from pages.shared.current import OpenStudy, change, current

ALWAYS = ("treat_none", "treat_all", "top_share")

EXTRA = {
    "current": "What was done",
    "threshold": "Above a threshold of predicted gain",
    "best_arm": "Everybody for whom a treatment pays",
    "budget": "Within a budget",
    "tree": "A policy tree: a few rules in words",
    "linear": "A linear rule: points for each column",
}
"""Policies that can be added, as the checkbox says them."""

FIRST_BUDGET = 1000.0


def choose_headline(here: OpenStudy, held_out: HeldOut) -> None:
    """The policy that the memo speaks for."""
    arms = held_out.arms[1:]
    offered: list[str] = []
    for name in sorted({*here.study.policy.policies, "top_share"}, key=_place):
        several = name == "treat_all" and len(arms) > 1
        offered += [f"treat_all: {arm}" for arm in arms] if several else [name]
    now = here.study.policy.headline or "top_share"
    key = bound(here, "policy-headline", now)
    st.selectbox(
        "The memo speaks for",
        list(dict.fromkeys((*offered, now))),
        format_func=_named,
        key=key,
        on_change=lambda: _speak_for(st.session_state[key]),
    )


def choose_size(here: OpenStudy, held_out: HeldOut, planned: float) -> None:
    """What sizes the memo's policy: the share, the threshold or the budget."""
    options = here.study.policy
    kind = kind_of(options.headline or "top_share")[0]
    if kind == "budget":
        _budget(here, held_out)
        return
    if kind == "threshold":
        _threshold(here)
        return
    key = bound(here, "policy-share", round(100 * options.share))
    st.slider(
        "Share to treat",
        0,
        100,
        format="%d %%",
        key=key,
        on_change=lambda: change_policy(share=st.session_state[key] / 100),
        help="Those with the largest predicted benefit, costs taken off, come first.",
    )
    st.caption(f"By the predictions alone, treating {share_text(planned)} pays.")


def choose_learner(here: OpenStudy, held_out: HeldOut) -> None:
    """The learner whose predictions choose."""
    answered = list(held_out.predicted)
    first = here.study.policy.learner or (answered[0] if answered else "")
    if answered == [first]:
        return
    key = bound(here, "policy-learner", first)
    st.selectbox(
        "Predicted by",
        list(dict.fromkeys((*answered, first))),
        format_func=label_of,
        key=key,
        on_change=lambda: change_policy(learner=st.session_state[key]),
        help="Picking the learner whose gain looks best flatters it: choose by how it works, or on Uplift.",
    )


def choose_worth(here: OpenStudy, held_out: HeldOut) -> None:
    """What an outcome unit is worth and what each arm costs."""
    options, outcome = here.study.policy, here.study.question.outcome
    unit = here.study.question.unit
    number(
        here,
        "policy-benefit",
        f"Benefit of one unit of {for_markdown(outcome)}",
        options.benefit,
        lambda value: change_policy(benefit=value),
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
    for arm in [name for name in options.cost if name not in held_out.arms and not options.stages]:
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
        on_change=lambda: change_policy(unit=st.session_state[key].strip()),
        help="The unit of benefit and costs.",
    )


def choose_people(here: OpenStudy) -> None:
    """For how many people totals are said."""
    people = bound(here, "policy-people", here.study.policy.people)
    st.number_input(
        "People to treat or not",
        min_value=1,
        step=1000,
        key=people,
        on_change=lambda: change_policy(people=st.session_state[people]),
        help="Totals are said for so many people like those in the table.",
    )


def choose_policies(here: OpenStudy, held_out: HeldOut) -> None:
    """Which further policies are compared, folded."""
    options = here.study.policy
    headline = kind_of(options.headline or "top_share")[0]
    with st.expander("Policies to compare"):
        for name, label in EXTRA.items():
            _include(here, name, label)
            if name not in options.policies:
                continue
            if name == "budget" and headline != "budget":
                _budget(here, held_out)
            if name == "threshold" and headline != "threshold":
                _threshold(here)
            if name == "tree":
                key = bound(here, "policy-depth", options.depth)
                st.radio(
                    "Questions asked one after the other",
                    (1, 2, 3, 0),
                    format_func=lambda depth: str(depth) if depth else "cross-validated",
                    horizontal=True,
                    key=key,
                    on_change=lambda key=key: change_policy(depth=st.session_state[key]),
                )


def change_policy(**parts: Any) -> None:
    """Change options of the open study's policy."""
    change(policy=dataclasses.replace(policy_options(), **parts))


def policy_options() -> PolicyOptions:
    """The open study's, as they stand now."""
    here = current()
    assert here is not None  # noqa: S101 - a callback of a page that required an open study
    return here.study.policy


def number(here: OpenStudy, name: str, label: str, value: float, keep: Any, **more: Any) -> None:
    """A field for a number that the study keeps."""
    key = bound(here, name, value)
    st.number_input(
        label,
        format="%g",
        key=key,
        on_change=lambda: keep(float(st.session_state[key])),
        **{"step": 1.0, **more},
    )


def _budget(here: OpenStudy, held_out: HeldOut) -> None:
    options, rows = here.study.policy, held_out.total_rows
    budget = FIRST_BUDGET if options.budget is None else budget_for_people(options, rows)
    unit = f" ({for_markdown(options.unit)})" if options.unit else ""
    number(
        here,
        "policy-budget",
        f"Budget for {options.people:,} people{unit}",
        float(f"{budget:.6g}"),
        lambda value: change_policy(budget=value * rows / policy_options().people),
        min_value=0.0,
        step=float(max(1, options.people // 10)),
        help=f"The study keeps it for the {rows:,} rows of the table.",
    )


def _threshold(here: OpenStudy) -> None:
    unit = here.study.policy.unit
    number(
        here,
        "policy-threshold",
        "Treat where the predicted net gain is above" + (f" ({for_markdown(unit)})" if unit else ""),
        here.study.policy.threshold,
        lambda value: change_policy(threshold=value),
    )


def _cost(here: OpenStudy, arm: str) -> None:
    cost = here.study.policy.cost.get(arm, 0.0)
    label = f"Cost per person of {for_markdown(here.study.question.treatment)} = {for_markdown(arm)}"
    if isinstance(cost, str):
        st.text_input(label, f"column {cost}", disabled=True, key=f"policy-column-{arm}-{here.token}")
        st.button("Use a number", key=f"policy-number-{arm}", on_click=_drop, args=(arm,))
    else:
        number(here, f"policy-cost-{arm}", label, float(cost), lambda value: _set_cost(arm, value))


def _include(here: OpenStudy, policy: str, label: str) -> None:
    key = bound(here, f"policy-with-{policy}", policy in here.study.policy.policies)

    def changed() -> None:
        _with(policy, wanted=st.session_state[key])

    st.checkbox(label, key=key, on_change=changed)


def _with(policy: str, *, wanted: bool) -> None:
    """Compare a policy, or no longer; one that is left out can no longer be the memo's."""
    options = policy_options()
    names = {*ALWAYS, *options.policies} - {policy} | ({policy} if wanted else set())
    budget = FIRST_BUDGET if policy == "budget" and wanted and options.budget is None else options.budget
    spoken = None if not wanted and kind_of(options.headline or "")[0] == policy else options.headline
    change_policy(policies=tuple(sorted(names, key=_place)), budget=budget, headline=spoken)


def _speak_for(policy: str) -> None:
    _with(kind_of(policy)[0], wanted=True)
    change_policy(headline=None if policy == "top_share" else policy)


def _named(policy: str) -> str:
    kind, arm = kind_of(policy)
    return f"{NAMES.get(kind, kind)}{f' with {arm}' if arm else ''}"


def _place(policy: str) -> tuple[int, str]:
    return (ORDER.index(policy), policy) if policy in ORDER else (len(ORDER), policy)


def _set_cost(arm: str, value: float) -> None:
    change_policy(cost={**policy_options().cost, arm: value})


def _drop(arm: str) -> None:
    change_policy(cost={name: cost for name, cost in policy_options().cost.items() if name != arm})
