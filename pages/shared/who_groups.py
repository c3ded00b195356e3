"""Groups: a shallow tree grown on one half of the rows, its effects told from the other."""

from __future__ import annotations

import streamlit as st

from causal_core.charts.who_tree import effect_tree
from causal_core.percent import percent
from causal_core.study.headline import number_text
from causal_core.text import for_markdown
from causal_core.who.groups import Group, Groups
from causal_core.who.judged import FEWEST_ROWS
from causal_core.who.plan import groups_plan
from causal_core.who.tree import DEPTHS
from pages.shared.graph_view import ink
from pages.shared.jobs import result_of
from pages.shared.text_table import text_table
from pages.shared.who_controls import QUIET, Asked, seen_before

LEAVES = (0.02, 0.05, 0.1, 0.2)


def show_groups(asked: Asked) -> None:
    """The tree, its groups as rules in words, and what the groups' effects are."""
    here = asked.here
    with asked.side:
        depth = st.radio(
            "Questions in a row", DEPTHS, index=1, horizontal=True, key=f"who-depth-{here.token}"
        )
        smallest = st.select_slider(
            "Smallest group",
            LEAVES,
            value=0.05,
            format_func=percent,
            key=f"who-smallest-{here.token}",
            help="Share of the learning rows that each group holds at least.",
        )
    plan = groups_plan(here.study, here.table, asked.evaluation, asked.who, depth, smallest)
    found = result_of("who_groups", plan, "Grow the tree", at_once=True)
    if found is None:
        return
    groups: Groups = found[0]
    seen_before(asked).add("Groups")
    differs = groups.sentence.startswith("The groups differ")
    (st.success if differs else st.info)(for_markdown(groups.sentence))
    figure = effect_tree(groups, asked.unit, here.study.question.randomised, ink())
    st.plotly_chart(figure, config=QUIET, key=asked.key("tree"))
    st.caption(
        "Questions were chosen on the learning half, from effects predicted by fits that had not seen the "
        "row; effects are means of doubly robust scores of held-out rows, so no group was chosen because its "
        "effect looked large there (honest tree, Athey & Imbens 2016). The tree is grown question by "
        "question: two columns that matter only together may be missed. Dotted: the average effect."
    )
    unit = f", {asked.unit}" if asked.unit else ""
    text_table(
        ("Group", "Who", "Rows", "Share", f"Effect{unit}", "95 % interval", "Predicted", "Few to compare"),
        [_row(group) for group in groups.groups],
        numbers=(2, 3, 4, 5, 6, 7),
    )
    st.caption(
        "Share and rows are of the held-out half; predicted is the mean where the tree was grown. Few to "
        "compare: rows with a probability of an arm of at most a tenth of its share."
    )


def _row(group: Group) -> tuple[object, ...]:
    effect = group.effect
    if effect is None:
        told, interval = "", f"fewer than {FEWEST_ROWS} rows"
    else:
        told = number_text(effect.value)
        ends = effect.ci
        interval = "too few clusters" if ends is None else f"{number_text(ends[0])} to {number_text(ends[1])}"
    return (
        group.letter,
        group.rule or "everybody",
        f"{group.rows:,}",
        percent(group.share),
        told,
        interval,
        number_text(group.predicted),
        f"{group.thin:,}",
    )
