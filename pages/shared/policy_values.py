"""Values of policies on the Policy page: at once in this process, but rules that are searched by a worker."""

from __future__ import annotations

import dataclasses
import hashlib
from typing import Any, Final

import streamlit as st

from causal_core.data.table import Table
from causal_core.policy.economics import Economics
from causal_core.policy.paid import PaidColumn
from causal_core.policy.quota_report import QuotaReport
from causal_core.policy.result import PolicyResult
from causal_core.policy.segments import Grouping, groupings
from causal_core.problem import Problem
from causal_core.study.options import PolicyOptions
from causal_core.study.paid import paid_plan
from causal_core.study.policy_check import check_known_before
from causal_core.study.results import Refused, Valued
from causal_core.study.steps import inputs, policy_plan, result_key
from causal_core.study.study import Study
from causal_core.study.tasks import value_policies
from causal_core.study.worth import economics_of
from causal_core.uplift.result import Evaluation, HeldOut
from pages.shared.current import OpenStudy
from pages.shared.jobs import result_of

SLOW: Final = ("tree", "linear", "q_learning")
"""Policies that need scores of the learning rows, and a search: not for this process."""

DECIDES: Final = {
    "top_share": ("share",),
    "threshold": ("threshold",),
    "budget": ("budget",),
    "tree": ("depth",),
}
"""Policy -> the options that move it alone, beside those that all depend on."""

_PLAIN = PolicyOptions()


def paid_columns(here: OpenStudy) -> tuple[PaidColumn, ...] | None:
    """What each arm makes of the columns that costs are paid by; None while it is offered, which is drawn.

    Raises:
        Problem: A cost is paid by a column that it cannot be paid by.
    """
    plan = paid_plan(_reduced(here), here.table)
    if plan is None:
        return ()
    found: tuple[PaidColumn, ...] | None = result_of("paid", plan, "Learn what is paid by outcome")
    return found


def economics(here: OpenStudy, evaluation: Evaluation, paid: tuple[PaidColumn, ...]) -> Economics:
    """What outcomes are worth and arms cost on the held-out rows; kept until a price changes.

    Raises:
        Problem: A cost or the learner does not fit the arms and learners there are, or a cost is not known
            before the treatment.
    """
    study = _reduced(here)
    check_known_before(study)
    return _economics(result_key("policy", study, here.table), study, here.table, evaluation.held_out, paid)


def value_at_once(here: OpenStudy, evaluation: Evaluation, paid: tuple[PaidColumn, ...]) -> Valued:
    """The study's policies but those that are searched for; numpy alone, in milliseconds.

    Only what an option decides is computed anew when it moves.

    Raises:
        Problem: A cost or the learner does not fit the arms and learners there are.
    """
    found: list[PolicyResult | Refused] = []
    quotas: list[QuotaReport] = []
    valued = _value(here, evaluation, paid)
    for name in here.study.policy.policies:
        if name not in SLOW:
            moved = {option: getattr(here.study.policy, option) for option in DECIDES.get(name, ())}
            each = _value(here, evaluation, paid, policies=(name,), **moved)
            found += each.policies
            quotas += each.quotas
    return dataclasses.replace(valued, policies=tuple(found), quotas=tuple(quotas))


def value_key(here: OpenStudy, policy: str) -> str:
    """What identifies the value of one policy."""
    kind = policy.partition(":")[0]
    moved = {option: getattr(here.study.policy, option) for option in DECIDES.get(kind, ())}
    key = result_key("policy", _reduced(here, policies=(kind,), **moved), here.table)
    return f"{key}-{hashlib.sha256(policy.encode()).hexdigest()[:12]}"


def value_slow(here: OpenStudy, evaluation: Evaluation) -> tuple[PolicyResult | Refused, ...] | None:
    """The policies a worker searches for; None while they are offered or on their way, which is drawn."""
    asked = tuple(name for name in here.study.policy.policies if name in SLOW)
    if not asked:
        return ()
    # Places and rules for groups bind policies that rank people, not rules that are searched for.
    free: dict[str, Any] = {"capacity": {}, "quota": {}, "quota_by": None, "parity": None}
    study = _reduced(here, policies=asked, depth=here.study.policy.depth, **free)
    try:
        plan = policy_plan(study, here.table, evaluation)
    except Problem as problem:
        return tuple(Refused(name, str(problem)) for name in asked)
    label = "Find the policy tree" if asked == ("tree",) else "Find the rules"
    valued: Valued | None = result_of("policy_tree", plan, label)
    return None if valued is None else valued.policies


def with_slow(here: OpenStudy, valued: Valued, slow: tuple[PolicyResult | Refused, ...] | None) -> Valued:
    """The values with the searched rules at the place at which the study names them."""
    asked = here.study.policy.policies
    found = (*valued.policies, *(slow or ()))
    ordered = sorted(found, key=lambda each: asked.index(each.policy.partition(":")[0]))
    return dataclasses.replace(valued, policies=tuple(ordered))


def column_groups(here: OpenStudy, evaluation: Evaluation) -> tuple[Grouping, ...]:
    """The held-out rows grouped by each column that learners may use; made once."""
    key = f"{result_key('uplift', here.study, here.table)}-{here.table.fingerprint}"
    return _groups(key, here.study, here.table, evaluation.held_out)


def _value(here: OpenStudy, evaluation: Evaluation, paid: tuple[PaidColumn, ...], **changes: Any) -> Valued:
    study = _reduced(here, **changes)
    key = result_key("policy", study, here.table)
    return _keep(key, study, here.table, evaluation, paid)


def _reduced(here: OpenStudy, **changes: Any) -> Study:
    """The study with only what all values depend on and `changes`, so that equal values have equal keys."""
    options, free = here.study.policy, {"policies": (), "headline": None, "unit": ""}
    moving = {name: getattr(_PLAIN, name) for name in ("share", "threshold", "budget", "depth", "people")}
    return here.study.replace(policy=dataclasses.replace(options, **{**free, **moving, **changes}))


@st.cache_resource(max_entries=48, show_spinner=False)
def _keep(
    key: str,  # noqa: ARG001 - what the value is kept by; the others are not hashed
    _study: Study,
    _table: Table,
    _evaluation: Evaluation,
    _paid: tuple[PaidColumn, ...],
) -> Valued:
    return value_policies(inputs(_study, _table), _study.policy, _evaluation, [], _paid)


@st.cache_resource(max_entries=8, show_spinner=False)
def _economics(
    key: str,  # noqa: ARG001 - what it is kept by; the others are not hashed
    _study: Study,
    _table: Table,
    _held_out: HeldOut,
    _paid: tuple[PaidColumn, ...],
) -> Economics:
    return economics_of(inputs(_study, _table), _study.policy, _held_out, _paid)


@st.cache_resource(max_entries=8, show_spinner=False)
def _groups(
    key: str,  # noqa: ARG001 - what they are kept by; the others are not hashed
    _study: Study,
    _table: Table,
    _held_out: HeldOut,
) -> tuple[Grouping, ...]:
    from causal_core.data.encoding import feature_frame

    given = inputs(_study, _table)
    return groupings(feature_frame(_table, given.features, dict(given.types), _held_out.rows))
