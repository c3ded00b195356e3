"""The end of the decision memo: rules in words, what was assumed, what to do next."""

from __future__ import annotations

from collections.abc import Iterable

import streamlit as st

from causal_core.charts.policy_tree import policy_tree
from causal_core.policy.tree_value import TreeResult
from causal_core.study.memo import Memo
from causal_core.study.memo_words import rule_sheet, rules_found
from causal_core.text import for_markdown
from pages.shared.current import OpenStudy
from pages.shared.graph_view import ink

QUIET = {"displayModeBar": False}


def show_rules(here: OpenStudy, memo: Memo) -> None:
    """The rules of the policies that have some, in words."""
    ruled = [each for each in memo.options if each.result.rules]
    for option in ruled:
        st.markdown(f"**{option.letter}  {for_markdown(option.title)}**")
        result = option.result
        if isinstance(result, TreeResult) and result.tree is not None:
            figure = policy_tree(result.tree, result.leaves, memo.unit, ink())
            st.plotly_chart(figure, config=QUIET, key=f"policy-tree-{here.token}")
        _listed(rule_sheet(result, memo.unit))
        st.caption(for_markdown(rules_found(result, memo.unit)))
    if not ruled:
        searched = {"tree", "linear"} & set(here.study.policy.policies)
        remedy = (
            "The rules asked for are not found yet: press the button above the table."
            if searched and not memo.refused
            else "Add a policy tree under “Policies to compare”."
        )
        st.caption(
            "No policy valued here has rules in words: policies by rank treat by a learner's predictions. "
            + remedy
        )


def show_assumptions(memo: Memo) -> None:
    """What the values rest on."""
    _listed(memo.assumptions)


def show_next(memo: Memo) -> None:
    """What to do next."""
    _listed(memo.next_steps)
    st.page_link("pages/experiment.py", label="Plan an experiment or a holdout on Experiment →")


def _listed(sentences: Iterable[str]) -> None:
    st.markdown("\n".join(f"- {for_markdown(sentence)}" for sentence in sentences))
