"""What limits a policy: when costs are paid, places of arms, and rules for groups of people; folded."""

from __future__ import annotations

from typing import Final

import streamlit as st

from causal_core.policy.rule import MOST_GROUPS, Groups
from causal_core.problem import Problem
from causal_core.study.memo_words import arm_name
from causal_core.study.paid import paid_fault
from causal_core.text import for_markdown
from causal_core.uplift.result import HeldOut
from pages.shared.bound import bound
from pages.shared.column_table import kind_of
from pages.shared.current import OpenStudy
from pages.shared.policy_controls import change_policy, policy_options

AT_ONCE: Final = ""
"""The choice of a cost that is paid whatever happens."""

ONE_NUMBER: Final = ""
"""The choice of a cost that is the same for everybody."""

NOBODY: Final = ""
"""The choice of no groups."""


def choose_limits(here: OpenStudy, held_out: HeldOut) -> None:
    """When each arm's cost is paid, how many can get it, and what binds groups of people."""
    options = here.study.policy
    folded = st.popover("Limits", key=f"policy-limits-{here.token}", on_change="rerun", width="stretch")
    used = {
        "worths by person": options.benefit_by,
        "costs paid later": options.paid_per,
        "places": options.capacity,
        "rules for groups": options.quota or options.parity is not None,
    }
    if any(used.values()):
        st.caption(f"In use: {', '.join(name for name, value in used.items() if value)}.")
    if not folded.open:
        # Which columns a cost can be paid by asks the graph about each: not on every move of a slider.
        return
    with folded:
        st.markdown("**What an outcome is worth**")
        _worth(here)
        st.markdown("**What a cost is, and when it is paid**")
        for arm in held_out.arms[1:]:
            _source(here, arm)
            if arm in options.cost or arm in options.paid_per:
                _paid(here, arm)
        st.markdown("**Places**")
        for arm in held_out.arms[1:]:
            _places(here, arm)
        st.markdown("**Rules for groups**")
        _groups(here, held_out)


def _known_before(here: OpenStudy) -> list[str]:
    """Columns of numbers that may be known when treatment is given out."""
    return [
        column.name
        for column in here.profile.columns
        if kind_of(here, column) == "number"
        and here.study.data.measured.get(column.name) != "after"
        and column.name not in {here.study.question.treatment, here.study.question.outcome}
    ]


def _worth(here: OpenStudy) -> None:
    now = here.study.policy.benefit_by or ONE_NUMBER
    key = bound(here, "policy-benefit-by", now)
    st.selectbox(
        f"A unit of {for_markdown(here.study.question.outcome)} is worth the benefit",
        list(dict.fromkeys((ONE_NUMBER, *_known_before(here), now))),
        format_func=lambda name: f"times the column {name}" if name else "of everybody alike",
        key=key,
        on_change=lambda: change_policy(benefit_by=st.session_state[key] or None),
        help="Keeping a customer may be worth what the customer spends: pick the column that says so.",
    )


def _source(here: OpenStudy, arm: str) -> None:
    cost = here.study.policy.cost.get(arm, 0.0)
    now = cost if isinstance(cost, str) else ONE_NUMBER
    columns = _known_before(here)
    key = bound(here, f"policy-source-{arm}", now)
    st.selectbox(
        f"Cost of {for_markdown(arm_name(arm, here.study.question.treatment))}",
        list(dict.fromkeys((ONE_NUMBER, *columns, now))),
        format_func=lambda name: f"the column {name}" if name else "the same for everybody",
        key=key,
        on_change=lambda: _set_source(arm, st.session_state[key]),
        help="A column holds what the arm costs for each person.",
    )


def _paid(here: OpenStudy, arm: str) -> None:
    now = here.study.policy.paid_per.get(arm, AT_ONCE)
    outcome = here.study.question.outcome
    numbers = [
        column.name
        for column in here.profile.columns
        if kind_of(here, column) in {"number", "boolean"} and column.name != outcome
    ]
    later = [name for name in numbers if paid_fault(here.study, here.table, name) is None]
    key = bound(here, f"policy-paid-{arm}", now)
    st.selectbox(
        f"{for_markdown(arm_name(arm, here.study.question.treatment))} is paid",
        list(dict.fromkeys((AT_ONCE, outcome, *later, now))),
        format_func=lambda name: f"for each unit of {name}" if name else "at once",
        key=key,
        on_change=lambda: _set_paid(arm, st.session_state[key]),
        help="A discount costs money only when it is redeemed: pick the column that says so. It must have "
        "been measured after the treatment.",
    )


def _places(here: OpenStudy, arm: str) -> None:
    part = here.study.policy.capacity.get(arm)
    key = bound(here, f"policy-places-{arm}", None if part is None else round(100 * part, 6))
    st.number_input(
        f"At most … % get {for_markdown(arm_name(arm, here.study.question.treatment))}",
        value=None,
        min_value=0.0,
        max_value=100.0,
        step=1.0,
        format="%g",
        placeholder="no limit",
        key=key,
        on_change=lambda: _set_places(arm, st.session_state[key]),
    )


def _groups(here: OpenStudy, held_out: HeldOut) -> None:
    options = here.study.policy
    offered = [
        column.name
        for column in here.profile.columns
        if 2 <= column.distinct <= MOST_GROUPS
        and kind_of(here, column) in {"category", "boolean", "number"}
        and here.study.data.measured.get(column.name) != "after"
        and column.name not in {here.study.question.treatment, here.study.question.outcome}
    ]
    now = options.quota_by or NOBODY
    key = bound(here, "policy-groups", now)
    st.selectbox(
        "Groups by",
        list(dict.fromkeys((NOBODY, *offered, now))),
        format_func=lambda name: name or "no rule for groups",
        key=key,
        on_change=lambda: change_policy(quota_by=st.session_state[key] or None, quota={}, parity=None),
    )
    if not now:
        return
    parity = bound(here, "policy-parity", 100 if options.parity is None else round(100 * options.parity))
    st.slider(
        "Shares treated may differ by",
        0,
        100,
        format="%d %%",
        key=parity,
        on_change=lambda: _set_parity(st.session_state[parity]),
        help="The largest difference between the groups' treated shares; 100 % is no rule.",
    )
    try:
        groups = Groups.of(here.table.frame([now], rows=held_out.rows)[now], now)
    except Problem as problem:
        st.warning(for_markdown(problem))
        return
    with st.expander("Least and most of each group"):
        for label in groups.labels:
            _quota(here, label)


def _quota(here: OpenStudy, label: str) -> None:
    low, high = here.study.policy.quota.get(label, (0.0, 1.0))
    key = bound(here, f"policy-quota-{label}", (round(100 * low), round(100 * high)))
    st.slider(
        f"Share treated of {for_markdown(label)}",
        0,
        100,
        format="%d %%",
        key=key,
        on_change=lambda: _set_quota(label, *st.session_state[key]),
    )


def _set_source(arm: str, column: str) -> None:
    change_policy(cost={**policy_options().cost, arm: column or 0.0})


def _set_paid(arm: str, column: str) -> None:
    kept = {name: per for name, per in policy_options().paid_per.items() if name != arm}
    change_policy(paid_per={**kept, arm: column} if column else kept)


def _set_places(arm: str, part: float | None) -> None:
    kept = {name: share for name, share in policy_options().capacity.items() if name != arm}
    change_policy(capacity=kept if part is None else {**kept, arm: part / 100})


def _set_parity(most: int) -> None:
    change_policy(parity=None if most == 100 else most / 100)


def _set_quota(label: str, low: int, high: int) -> None:
    kept = {name: ends for name, ends in policy_options().quota.items() if name != label}
    change_policy(quota=kept if (low, high) == (0, 100) else {**kept, label: (low / 100, high / 100)})
