"""The values of policies on the Policy page: at once in this process, but the tree by a worker."""

from __future__ import annotations

import dataclasses
from typing import Any

import streamlit as st

from causal_core.data.table import Table
from causal_core.policy.result import PolicyResult
from causal_core.study.options import PolicyOptions
from causal_core.study.results import Refused, Valued
from causal_core.study.steps import inputs, policy_plan, result_key
from causal_core.study.study import Study
from causal_core.study.tasks import value_policies
from causal_core.uplift.result import Evaluation
from pages.shared.current import OpenStudy
from pages.shared.jobs import result_of

SLOW = "tree"
"""The policy that needs scores of the learning half, and a search: not for this process."""

_PLAIN = PolicyOptions()


def value_at_once(here: OpenStudy, evaluation: Evaluation) -> Valued:
    """The study's policies but the tree, and the gain over the share treated; numpy alone, in milliseconds.

    Only what the share decides is computed anew when it moves.

    Raises:
        Problem: A cost or the learner does not fit the arms and learners there are.
    """
    asked = here.study.policy.policies
    moving = [name for name in asked if name == "top_share"]
    steady = [name for name in asked if name not in {"top_share", SLOW}]
    moved = _valued(here, evaluation, policies=tuple(moving))
    stood = _valued(here, evaluation, policies=tuple(steady), share=_PLAIN.share)
    found = (*moved.policies, *stood.policies)
    ordered = tuple(each for name in asked for each in found if each.policy.partition(":")[0] == name)
    return dataclasses.replace(stood, policies=ordered)


def value_tree(here: OpenStudy, evaluation: Evaluation) -> PolicyResult | Refused | None:
    """The policy tree, from a worker; None while it is offered or on its way, which is drawn."""
    study = _reduced(here, policies=(SLOW,), share=_PLAIN.share, budget=None)
    plan = policy_plan(study, here.table, evaluation)
    valued: Valued | None = result_of("policy_tree", plan, "Find the policy tree")
    return None if valued is None else valued.policies[0]


def with_tree(here: OpenStudy, valued: Valued, tree: PolicyResult | Refused | None) -> Valued:
    """The values with the tree at the place at which the study names it."""
    if tree is None:
        return valued
    asked = here.study.policy.policies
    found = sorted((*valued.policies, tree), key=lambda each: asked.index(each.policy.partition(":")[0]))
    return dataclasses.replace(valued, policies=tuple(found))


def _valued(here: OpenStudy, evaluation: Evaluation, **changes: Any) -> Valued:
    study = _reduced(here, **changes)
    return _keep(result_key("policy", study, here.table), study, here.table, evaluation)


def _reduced(here: OpenStudy, **changes: Any) -> Study:
    """The study with only what the values depend on, so that equal values have equal keys."""
    options = dataclasses.replace(here.study.policy, unit="", people=_PLAIN.people, **changes)
    return here.study.replace(policy=options)


@st.cache_resource(max_entries=256, show_spinner=False)
def _keep(
    key: str,  # noqa: ARG001 - what the value is kept by; the others are not hashed
    _study: Study,
    _table: Table,
    _evaluation: Evaluation,
) -> Valued:
    return value_policies(inputs(_study, _table), _study.policy, _evaluation, [])
