"""Which lever: interventions on different nodes, singly and together, per cost."""

from __future__ import annotations

import streamlit as st

from causal_core.charts.what_if import shares_bars
from causal_core.problem import Problem
from causal_core.study.headline import number_text, signed_text
from causal_core.text import for_markdown
from causal_core.what_if.levers import MOST, Lever, Overlap, Pull, overlaps, pulls
from pages.shared.text_table import text_table
from pages.shared.what_if_controls import choose_intervention
from pages.shared.what_if_parts import Asked

QUIET = {"displayModeBar": False}


def show_levers(asked: Asked) -> None:
    """The view."""
    outcome = asked.outcome()
    causes = [
        node
        for node in asked.model.order
        if node in asked.model.graph.ancestors([outcome.node]) and node != outcome.node
    ]
    if not causes:
        st.info(for_markdown(f"Nothing in the drawing is a cause of {outcome.node}, so there is no lever."))
        return
    side, answer = st.columns([1, 3], gap="large")
    with side:
        start = [node for node in (asked.first("treatment"),) if node in causes]
        # Causes close to the outcome can be acted on more often than those far up, such as age.
        start = [*start, *[node for node in reversed(causes) if node not in start]][:2]
        names = st.multiselect("Levers", causes, default=start, max_selections=MOST, key=asked.key("levers"))
        levers = [_choose(asked, name) for name in names]
    with answer:
        if not levers:
            st.info("Choose at least one lever.")
            return
        try:
            found = pulls(asked.model, asked.noise, levers, outcome)
            why = overlaps(asked.model, asked.noise, levers, outcome)
        except Problem as problem:
            st.error(for_markdown(problem))
            return
        _say(asked, found)
        figure = shares_bars(
            [" and ".join(each.nodes) for each in found],
            [each.change for each in found],
            f"Change of {outcome.text}, by lever",
            f"Change per person {asked.unit(outcome.node)}".strip(),
        )
        st.plotly_chart(figure, config=QUIET, key=asked.key("lever-bars"))
        text_table(
            ["Lever", "Change", "Sum of each alone", "Cost", "Change per cost"],
            [
                [
                    " and ".join(each.nodes),
                    signed_text(each.change),
                    signed_text(each.apart) if len(each.nodes) > 1 else "",
                    number_text(each.cost),
                    "—" if each.per_cost is None else number_text(each.per_cost),
                ]
                for each in found
            ],
            numbers=(1, 2, 3, 4),
        )
        for each in why:
            st.markdown(f"- {for_markdown(_overlap(each))}")


def _choose(asked: Asked, name: str) -> Lever:
    with st.container(border=True):
        st.markdown(f"**{for_markdown(name)}**")
        wanted = choose_intervention(asked, name, "lever")
        cost = st.number_input(
            "Cost per person", min_value=0.0, value=1.0, step=0.5, key=asked.key("cost", name), format="%g"
        )
    return Lever(name, wanted, float(cost))


def _say(asked: Asked, found: tuple[Pull, ...]) -> None:
    better = -1 if asked.here.study.policy.benefit < 0 else 1
    costly = [each for each in found if each.per_cost is not None]
    best = max(found, key=lambda each: better * each.change)
    text = f"Most change: {' and '.join(best.nodes)} ({signed_text(best.change)} per person)."
    if costly:
        cheapest = max(costly, key=lambda each: better * (each.per_cost or 0.0))
        text += f" Most for its cost: {' and '.join(cheapest.nodes)}."
    st.success(for_markdown(f"Under this model: {text}"))


def _overlap(each: Overlap) -> str:
    text = (
        f"{each.first} acts on {each.second} in the drawing: {signed_text(each.through)} of its change "
        "passes through there."
    )
    if each.cut:
        return f"{text} Setting {each.second} overrides that part, so the two do not add up."
    return f"{text} Shifting {each.second} leaves that part in place."
