"""Who gets what: the memo's policy by groups of people."""

from __future__ import annotations

import streamlit as st

from causal_core.charts.policy_segments import segment_bars
from causal_core.policy.economics import Economics
from causal_core.policy.segments import Grouping, by_segment, telling
from causal_core.study.memo import GROUPS_NOTE, Memo, Option
from causal_core.study.memo_tables import segment_rows
from causal_core.text import for_markdown
from pages.shared.current import OpenStudy
from pages.shared.text_table import text_table

QUIET = {"displayModeBar": False}


def show_groups(here: OpenStudy, memo: Memo, worth: Economics, columns: tuple[Grouping, ...]) -> None:
    """Bars by group of a column, the one in which the treated differ most unless another is picked."""
    options = {f"{each.letter}  {each.title}": each for each in memo.options}
    if not options or not columns:
        st.markdown("There is no column to tell people apart by.")
        return
    chosen = next((name for name, each in options.items() if each.chosen), next(iter(options)))
    left, right = st.columns(2)
    with left:
        name = st.selectbox(
            "Policy",
            list(options),
            index=list(options).index(chosen),
            key=f"policy-who-{here.token}-{chosen}",
        )
    policy = options[name].result.policy_matrix
    judged = {each.column: (each, difference) for each, difference in telling(columns, policy)}
    with right:
        column = st.selectbox(
            "By",
            list(judged),
            format_func=lambda each: f"{each} (differs by {abs(judged[each][1]):.2f})",
            key=f"policy-by-{here.token}-{name}",
            help="Columns in which those treated differ most from the others come first; differences are in "
            "standard deviations.",
        )
    grouping, difference = judged[column]
    segments = by_segment(worth, policy, grouping)
    question = here.study.question
    figure = segment_bars(segments, column, memo.unit, question.randomised, question.treatment)
    st.plotly_chart(figure, config=QUIET, key=f"policy-segments-{here.token}")
    st.caption(for_markdown(_remark(column, difference, options[name])))
    with st.expander("The numbers"):
        head, rows, numbers = segment_rows(segments, memo.unit)
        text_table(head, rows, numbers=numbers)


def _remark(column: str, difference: float, option: Option) -> str:
    if not 0 < option.result.treated_share < 1:
        return GROUPS_NOTE
    sign = "−" if difference < 0 else "+"
    return (
        f"Those treated differ from the others by {sign}{abs(difference):.2f} standard deviations of "
        f"{column}. {GROUPS_NOTE}"
    )
