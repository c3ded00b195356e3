"""What the study's own log says of strategies that learn, without a model of outcomes."""

from __future__ import annotations

import streamlit as st

from causal_core.bandit.plan import replay_plan
from causal_core.bandit.replay_words import replay_sentence, rows_sentence
from causal_core.bandit.result import Replay
from causal_core.bandit.tables import REPLAY_HEAD, replay_rows
from causal_core.charts.bandit import replay_values
from causal_core.policy.paid import PaidColumn
from causal_core.problem import Problem
from causal_core.study.decision import benefit_unit
from causal_core.text import for_markdown
from causal_core.uplift.result import Evaluation
from pages.shared.current import OpenStudy
from pages.shared.jobs import result_of
from pages.shared.text_table import text_table

QUIET = {"displayModeBar": False}


def show_replay(here: OpenStudy, evaluation: Evaluation, paid: tuple[PaidColumn, ...]) -> None:
    """The replay, on demand; or why the log cannot be replayed."""
    try:
        plan = replay_plan(here.study, here.table, evaluation, paid)
    except Problem as problem:
        st.info(f"{for_markdown(problem.message)} {for_markdown(problem.remedy)}")
        return
    replayed: Replay | None = result_of("bandit_replay", plan, "Replay the log")
    if replayed is None:
        st.caption(
            "Goes through the rows of your table: where a strategy gives the arm that a person really had, "
            "the outcome counts. No model of outcomes enters."
        )
        return
    st.markdown(for_markdown(replay_sentence(here.study, replayed)))
    st.plotly_chart(
        replay_values(replayed, benefit_unit(here.study)), config=QUIET, key=f"bandit-replay-{here.token}"
    )
    text_table(REPLAY_HEAD, replay_rows(replayed), numbers=(1, 2))
    st.caption(for_markdown(rows_sentence(replayed)))
