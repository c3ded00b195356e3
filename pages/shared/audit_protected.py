"""Protected: how two groups come to have different predictions, and whose decision would be other."""

from __future__ import annotations

from collections.abc import Hashable

import streamlit as st

from causal_core.audit.protected import Decomposition, Protected, groups_of
from causal_core.audit.ways import Ways, ways_of
from causal_core.audit.words import gap_sentence, number_with_band, step_text, way_text
from causal_core.charts.audit import parts_chart
from causal_core.engine import Failure
from causal_core.problem import Problem
from causal_core.text import for_markdown
from causal_core.what_if.columns import level_text
from pages.shared.audit_flips import show_flips
from pages.shared.audit_parts import QUIET, Audited
from pages.shared.jobs import show_failure


def show_protected(audited: Audited) -> None:
    """The view."""
    side, answer = st.columns([1, 3], gap="large")
    with side:
        chosen = _choose_groups(audited)
    if chosen is None:
        answer.info("No node of the graph has levels, so there are no groups to compare.")
        return
    attribute, reference, other = chosen
    ways = ways_of(audited.world.graph, attribute, audited.box.inputs)
    names = {way_text(way): way for way in ways.ways}
    with side:
        picked = st.multiselect(
            "Effect along these ways alone",
            list(names),
            key=audited.key("ways", attribute),
            placeholder="None",
            persist_state="session",
        )
    with answer:
        try:
            groups = groups_of(audited.world, attribute, reference, other)
        except Problem as problem:
            show_failure(Failure.of(problem))
            return
        try:
            along = tuple(names[name] for name in picked)
            question, _ = Protected.of(audited.world, audited.box, groups, along)
        except Problem as problem:
            # The difference itself is still told without these ways.
            show_failure(Failure.of(problem))
            question, _ = Protected.of(audited.world, audited.box, groups)
        found: Decomposition | None = audited.ask("audit_protected", question)
        if found is not None:
            _show(audited, found, ways)
    if found is not None:
        show_flips(audited, groups)


def _choose_groups(audited: Audited) -> tuple[str, Hashable, Hashable] | None:
    columns = audited.world.columns
    nodes = [node for node in audited.world.order if columns[node].discrete and node != audited.outcome]
    if not nodes:
        return None
    question = audited.here.study.question
    first = nodes.index(question.treatment) if question.treatment in nodes else 0
    attribute = st.selectbox(
        "Protected attribute", nodes, index=first, key=audited.key("attribute"), persist_state="session"
    )
    attribute = attribute or nodes[first]
    levels = columns[attribute].levels
    control = next((each for each in levels if level_text(each) == question.control), levels[0])
    start = levels.index(control) if attribute == question.treatment else 0
    base = st.selectbox(
        "Reference group",
        levels,
        index=start,
        format_func=level_text,
        key=audited.key("reference", attribute),
        persist_state="session",
    )
    rest = [each for each in levels if each != base]
    other = st.selectbox(
        "Compared with",
        rest,
        format_func=level_text,
        key=audited.key("other", attribute, level_text(base)),
        persist_state="session",
    )
    return attribute, base, other


def _show(audited: Audited, found: Decomposition, ways: Ways) -> None:
    st.success(for_markdown(f"Under this model of the world, {gap_sentence(found)}"))
    if audited.box.stand_in:
        st.caption("Predictions here are those of the stand-in.")
    st.plotly_chart(
        parts_chart(
            ["direct", "through what it brings about", "spurious", "difference seen"],
            [found.direct, -found.indirect, -found.spurious, found.difference],
            f"Where the difference by {found.groups.attribute} comes from",
            whole=True,
        ),
        config=QUIET,
        key=audited.key("parts"),
    )
    st.caption(
        for_markdown(
            f"Reference: {found.groups.attribute} = {level_text(found.groups.reference)}. The first two are "
            "effects on people of the reference group, had it been other for them; the three parts add up "
            "(TV = DE - IE - SE). Whiskers: approximate 95 % bands from refits to half samples."
        )
    )
    if found.chosen is not None:
        st.info(f"Along the ways chosen alone: {number_with_band(found.chosen)}.")
    if found.steps:
        st.plotly_chart(
            parts_chart(
                [step_text(found.groups.attribute, step) for step, _ in found.steps],
                [number for _, number in found.steps],
                "By the first step it takes",
            ),
            config=QUIET,
            key=audited.key("steps"),
        )
        st.caption(
            "Each step changed alone, with all that follows from it. These are the effects along some ways "
            "that can be identified; where ways interact they need not add up."
            + ("" if ways.all_shown else " The graph has more ways than are listed.")
        )
    st.caption(
        "Something that was not measured and moves both a step on the way and what follows it would spoil "
        "these numbers, such as what leads people to where they apply."
    )
