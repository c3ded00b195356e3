"""How sure the memo is: what it rests on, and how strong hidden confounding would have to be."""

from __future__ import annotations

import streamlit as st

from causal_core.charts.hidden import hidden_bounds
from causal_core.policy.economics import Economics
from causal_core.policy.estimators import estimators
from causal_core.policy.hidden import HiddenConfounding
from causal_core.policy.result import PolicyResult
from causal_core.study.hidden_gain import QUICK, hidden_gain, hidden_plan
from causal_core.study.hidden_words import RANDOM, hidden_sentences
from causal_core.study.memo import Memo
from causal_core.study.memo_tables import ESTIMATORS_NOTE, estimator_rows
from causal_core.text import for_markdown
from pages.shared.current import OpenStudy
from pages.shared.jobs import result_of
from pages.shared.policy_values import value_key
from pages.shared.text_table import text_table

QUIET = {"displayModeBar": False}


def show_sure(here: OpenStudy, memo: Memo, worth: Economics) -> None:
    """What the numbers rest on, the effective sample, and hidden confounding."""
    st.markdown("\n".join(f"- {for_markdown(sentence)}" for sentence in memo.sure))
    chosen = memo.chosen
    if chosen is None or chosen.result.treated_share == 0:
        return
    result = chosen.result
    if result.policy != "current":
        _estimators(memo, worth, result)
        _hidden(here, memo, worth, result)


def _hidden(here: OpenStudy, memo: Memo, worth: Economics, result: PolicyResult) -> None:
    st.markdown("**Hidden confounding**")
    randomised = here.study.question.randomised
    if randomised:
        st.markdown(RANDOM)
        return
    key = value_key(here, result.policy)
    found: HiddenConfounding | None
    if worth.reward.size <= QUICK:
        found = _bounds(key, worth, result)
    else:
        plan = hidden_plan(key, worth, result)
        found = next(iter(result_of("hidden", plan, "Bound the gain", at_once=True) or ()), None)
    if found is None:
        return
    st.markdown("\n".join(f"- {for_markdown(each)}" for each in hidden_sentences(found, randomised)))
    st.plotly_chart(hidden_bounds(found, memo.unit), config=QUIET, key=f"policy-hidden-{here.token}")
    st.caption(
        "Marginal sensitivity model (Tan 2006; Dorn, Guo & Kallus 2024): the gain over treating nobody, at "
        "the least and at the most, when a hidden cause changes the odds of an arm by up to a factor Lambda."
    )


@st.cache_resource(max_entries=64, show_spinner=False)
def _bounds(
    key: str,  # noqa: ARG001 - what they are kept by; the others are not hashed
    _worth: Economics,
    _result: PolicyResult,
) -> HiddenConfounding:
    return hidden_gain(_worth, _result)


def _estimators(memo: Memo, worth: Economics, result: PolicyResult) -> None:
    st.markdown("**Other ways to value the same policy**")
    head, rows, numbers = estimator_rows(estimators(worth, result), memo.unit)
    text_table(head, rows, numbers=numbers)
    st.caption(ESTIMATORS_NOTE)
