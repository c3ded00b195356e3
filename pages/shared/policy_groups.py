"""Who gets what: the memo's policy by groups of people."""

from __future__ import annotations

import streamlit as st

from causal_core.charts.policy_segments import segment_bars
from causal_core.gap.digits import gain_text
from causal_core.policy.economics import Economics
from causal_core.policy.segments import FEWEST_ROWS, Grouping, PolicySegment, by_segment, telling
from causal_core.study.decision import share_text
from causal_core.study.headline import number_text, signed_text
from causal_core.study.memo import Memo, Option
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
            format_func=lambda each: f"{each} (differs by {number_text(abs(judged[each][1]))})",
            key=f"policy-by-{here.token}-{name}",
            help="Columns in which those treated differ most from the others come first; differences are in "
            "standard deviations.",
        )
    grouping, difference = judged[column]
    segments = by_segment(worth, policy, grouping)
    figure = segment_bars(segments, column, memo.unit, here.study.question.randomised)
    st.plotly_chart(figure, config=QUIET, key=f"policy-segments-{here.token}")
    st.caption(for_markdown(_remark(column, difference, options[name])))
    with st.expander("The numbers"):
        _table(segments, memo)


def _remark(column: str, difference: float, option: Option) -> str:
    share = option.result.treated_share
    told = (
        f"Those treated differ from the others by {signed_text(round(difference, 2))} standard deviations of "
        f"{column}. "
        if 0 < share < 1
        else ""
    )
    return (
        f"{told}Gains are over treating nobody, per person of the group, treated or not. Each interval is "
        "for one group alone; a group picked because it stands out is flattered."
    )


def _table(segments: tuple[PolicySegment, ...], memo: Memo) -> None:
    arms = [arm for arm, _ in segments[0].arm_shares][1:] if segments else []
    several = len(arms) > 1
    unit = f" ({memo.unit})" if memo.unit else ""
    head = ["Group", "Rows", "Of all", "Treated", *(arms if several else ()), "Predicted gain", f"Gain{unit}"]
    rows = [
        (
            each.label,
            f"{each.rows:,}",
            share_text(each.share),
            share_text(each.treated),
            *((share_text(share) for _, share in each.arm_shares[1:]) if several else ()),
            number_text(each.predicted),
            f"fewer than {FEWEST_ROWS} rows" if each.gain is None else gain_text(each.gain),
        )
        for each in segments
    ]
    text_table(head, rows, numbers=tuple(range(1, len(head))))
