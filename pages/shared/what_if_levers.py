"""Which lever: interventions on different nodes, singly and together, per cost."""

from __future__ import annotations

import numpy as np
import streamlit as st

from causal_core.charts.what_if import shares_bars
from causal_core.graph.names import listed
from causal_core.problem import Problem
from causal_core.study.headline import number_text, signed_text
from causal_core.text import for_markdown
from causal_core.what_if.intervention import Where, done_label, done_text
from causal_core.what_if.levers import MOST, Lever, Overlap, Pull, overlaps, pulls, together
from causal_core.what_if.moments import Moment
from causal_core.what_if.plan import changes_plan
from causal_core.what_if.ways import ways
from pages.shared.jobs import result_of
from pages.shared.text_table import text_table
from pages.shared.what_if_controls import choose_intervention
from pages.shared.what_if_graph import show_graph
from pages.shared.what_if_parts import Asked
from pages.shared.what_if_support import warn_of_support

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
        names = st.multiselect(
            "Levers",
            causes,
            default=start,
            max_selections=MOST,
            key=asked.key("levers"),
            persist_state="session",
        )
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
        _answer(asked, levers, outcome, found, why)


def _answer(
    asked: Asked, levers: list[Lever], outcome: Moment, found: tuple[Pull, ...], why: tuple[Overlap, ...]
) -> None:
    said, main, button = st.container(), st.container(), st.container()
    with button:
        errors = result_of(
            "what_if_change",
            changes_plan(asked.fitted, asked.model, together(levers), outcome),
            "Say how sure this is: refit 40 times",
        )
    if errors is not None:
        found = pulls(asked.model, asked.noise, levers, outcome, errors)
    with said:
        _say(asked, levers, outcome, found)
    unit = asked.unit(outcome.node)
    marks = {each.node: done_label(each.node, each.intervention) for each in levers}
    names = [" and ".join(marks[node] for node in each.nodes) for each in found]
    figure = shares_bars(
        names,
        [each.change for each in found],
        f"Change of {_number(outcome)}, by lever",
        f"Change per person {f'({unit})' if unit else ''}".strip()
        if outcome.level is None
        else "Change of share",
        [each.band for each in found],
    )
    main.plotly_chart(figure, config=QUIET, key=asked.key("lever-bars"))
    text_table(
        ["Lever", "Change", "95 % interval", "Sum of each alone", "Cost per person", "Change per cost"],
        [
            [
                name,
                signed_text(each.change),
                "—" if errors is None else " to ".join(signed_text(end) for end in each.band),
                signed_text(each.apart) if len(each.nodes) > 1 else "",
                number_text(each.cost),
                "—" if each.per_cost is None else number_text(each.per_cost),
            ]
            for name, each in zip(names, found, strict=True)
        ],
        numbers=(1, 2, 3, 4, 5),
    )
    st.caption(
        "For the same people, with one lever pulled and with several; changes and costs are averages over "
        f"everybody, also where a lever is for some only. {_wanted(asked)} "
        + (
            "Intervals come from 40 half samples and are approximate."
            if errors is not None
            else "How sure these numbers are is not known before refitting."
        )
    )
    if len(levers) > 1:
        _show_ways(asked, levers, outcome, why)


def _show_ways(asked: Asked, levers: list[Lever], outcome: Moment, why: tuple[Overlap, ...]) -> None:
    st.subheader("Why they do or do not add up", anchor=False)
    if not why:
        st.markdown("No lever acts on another in the drawing.")
    some = {each.node for each in levers if isinstance(each.intervention, Where)}
    for each in why:
        st.markdown(f"- {for_markdown(_overlap(each, for_some=each.second in some))}")
    shared = ways(asked.model.graph, [each.node for each in levers], outcome.node)
    notes = {each.node: "lever" for each in levers}
    show_graph(asked, "what-if-levers", notes, shared)
    st.caption(
        "Green: how levers reach the outcome. "
        + ("Orange: from one lever to the next, where they share a way. " if why else "")
        + "Levers that share no way may still not add up where a mechanism bends."
    )


def _choose(asked: Asked, name: str) -> Lever:
    with st.container(border=True):
        st.markdown(f"**{for_markdown(name)}**")
        wanted = choose_intervention(asked, name, "lever")
        warn_of_support(asked, name, wanted)
        cost = st.number_input(
            "Cost for each person it is done to",
            min_value=0.0,
            value=1.0,
            step=0.5,
            key=asked.key("cost", name),
            format="%g",
            persist_state="session",
        )
    return Lever(name, wanted, float(cost))


def _number(outcome: Moment) -> str:
    return f"the mean of {outcome.text}" if outcome.level is None else f"the share with {outcome.text}"


def _say(asked: Asked, levers: list[Lever], outcome: Moment, found: tuple[Pull, ...]) -> None:
    told = {each.node: done_text(each.node, each.intervention) for each in levers}
    unit = asked.unit(outcome.node)
    better = -1 if asked.here.study.policy.benefit < 0 else 1
    costly = [each for each in found if each.per_cost is not None]
    best = max(found, key=lambda each: better * each.change)
    band = "" if np.isnan(best.band[0]) else f", 95 % interval {' to '.join(map(signed_text, best.band))}"
    size = f"{signed_text(best.change)} {unit}".rstrip()
    what, together = "lower" if better < 0 else "raise", len(best.nodes) > 1
    size += " per person" if outcome.level is None else ""
    text = (
        f"{_doing(told, best)}{' together' if together else ''} {what}{'' if together else 's'} "
        f"{_number(outcome)} most: {size}{band}."
    )
    if better * best.change <= 0:
        most = f"{_doing(told, best)} changes it least" if len(found) > 1 else "it changes"
        text = f"no lever {what}s {_number(outcome)}; {most}: {size}{band}."
    if costly and better * best.change > 0:
        cheapest = max(costly, key=lambda each: better * (each.per_cost or 0.0))
        each = signed_text(cheapest.per_cost or 0.0)
        text += f" Most for its cost: {listed(cheapest.nodes)} ({each} for a cost of 1)."
    st.success(for_markdown(f"Under this model, {text}"))


def _wanted(asked: Asked) -> str:
    if asked.here.study.policy.benefit < 0:
        return "Less counts as better, since the benefit on Policy is below 0."
    return "More counts as better; a benefit below 0 on Policy turns that round."


def _doing(told: dict[str, str], pull: Pull) -> str:
    return listed(text[0].lower() + text[1:] for text in (told[node] for node in pull.nodes))


def _overlap(each: Overlap, *, for_some: bool) -> str:
    text = (
        f"{each.first} acts on {each.second} in the drawing: {signed_text(each.through)} of its change "
        "passes through there."
    )
    if each.cut:
        whom = " for those it is set for" if for_some else ""
        return f"{text} Setting {each.second} overrides that part{whom}: it is missing from what both bring."
    return f"{text} Shifting {each.second} leaves that part in place."
