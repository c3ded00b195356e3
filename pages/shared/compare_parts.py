"""The parts of Compare: the two pictures, what differs, what decides, and a set both accept."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Mapping
from functools import lru_cache

import streamlit as st

from causal_core.graph import CausalGraph
from causal_core.graph.difference import Change, Difference, apply
from causal_core.graph.roles import roles
from causal_core.identification.decision import Decision
from causal_core.identification.disagreement import Disagreement, Tried, disagreement
from causal_core.identification.trial import Trial
from causal_core.problem import Problem
from causal_core.study.options import Question
from causal_core.text import for_markdown
from pages.shared.current import OpenStudy, current
from pages.shared.drawing import drawing, keep_drawing
from pages.shared.graph_editor import Highlight
from pages.shared.graph_editor.places import Place, places
from pages.shared.graph_view import graph_view
from pages.shared.legend import legend
from pages.shared.other_graph import Other, desk

YOURS, THEIRS = "your graph", "the other graph"
_SECONDS = 2.0


def compared(one: CausalGraph, other: CausalGraph, question: Question) -> Disagreement:
    """The two graphs held against each other; worked out once for equal graphs, wherever their nodes stand.

    Raises:
        GraphError: The set to adjust for names what is not in the first graph.
    """
    bare = [graph.replace(positions={}, notes={}) for graph in (one, other)]
    asked = (question.treatment, question.outcome, question.adjust_for, question.randomised)
    return _compared(bare[0], bare[1], *asked)


@lru_cache(maxsize=64)
def _compared(
    one: CausalGraph,
    other: CausalGraph,
    treatment: str,
    outcome: str,
    adjust_for: tuple[str, ...] | None,
    randomised: bool,
) -> Disagreement:
    names = (YOURS, THEIRS)
    return disagreement(one, other, treatment, outcome, adjust_for, randomised, names, _SECONDS)


def common_places(one: CausalGraph, other: CausalGraph, question: Question) -> dict[str, Place]:
    """A place for every node of either graph, the first graph's own where it has the node."""
    placed = places(one, question.treatment, question.outcome)
    fresh = {node for node in other.nodes if node not in placed}
    pairs = {frozenset(pair): pair for pair in (*other.edges, *other.bidirected) if fresh & set(pair)}
    # New nodes are joined without direction: taken together, the arrows of two graphs can form a cycle.
    names = dict.fromkeys((*one.nodes, *other.nodes))
    both = CausalGraph(edges=one.edges, bidirected=pairs.values(), nodes=names, positions=placed)
    return places(both, question.treatment, question.outcome)


def pictures(here: OpenStudy, other: Other, found: Disagreement) -> None:
    """Both graphs on the same places, with what sets them apart, and each one's verdict below."""
    question = here.study.question
    placed = common_places(here.study.graph, other.graph, question)
    graphs = (here.study.graph, other.graph)
    named = [_roles(graph, question, placed) for graph in graphs]
    for mine, graph in zip(named, graphs, strict=True):
        mine.update(dict.fromkeys((node for node in placed if node not in graph.nodes), "other"))
    marked = _differing(found.difference)
    titles = ("Your graph", f"The other graph, {other.label}")
    decisions = (found.one, found.other)
    for side, column in enumerate(st.columns(2, gap="large")):
        with column:
            st.markdown(f"**{for_markdown(titles[side])}**")
            graph_view(
                graphs[side].replace(nodes=tuple(placed), positions=placed),
                named[side],
                highlight=marked[side],
                height=330,
                key=f"compare-{side}-{here.token}",
                faded=[node for node in placed if node not in graphs[side].nodes],
                beside=named[1 - side],
            )
            verdict(decisions[side])
    shown = {kind for side in marked for kind in side.values()}
    legend({f"{side} {node}": role for side in (0, 1) for node, role in named[side].items()}, shown)
    for line in strangers_to(*graphs):
        st.caption(for_markdown(line))


def verdict(decision: Decision) -> None:
    """One graph's decision, under its picture."""
    right = decision.identifiable and decision.valid is not False
    words = for_markdown(arrows(decision.verdict))
    if decision.question is None:
        st.warning(f"**Cannot be asked.** {words}")
    elif right:
        st.success(f"**Identified.** {words}")
    else:
        wrong = decision.identifiable and decision.valid is False
        st.warning(f"**{'Your set is wrong' if wrong else 'Not identified from the graph alone'}.** {words}")


def strangers_to(one: CausalGraph, other: CausalGraph) -> tuple[str, ...]:
    """Which names only one of the graphs has, as sentences."""
    lines = []
    for mine, theirs, name in ((one, other, THEIRS), (other, one, YOURS)):
        lacking = [node for node in mine.nodes if node not in set(theirs.nodes)]
        if lacking:
            lines.append(f"Not in {name}: {', '.join(lacking)}. Faint in its picture, to keep the places.")
    return tuple(lines)


def points(found: Disagreement) -> None:
    """Whether the two graphs lead to the same decision, and in what they do not."""
    if found.differs is None:
        st.info("The verdicts agree. There are too many minimal sets to compare all of them.")
    elif not found.differs:
        st.success(
            "**The decisions agree**: the same verdict and the same minimal adjustment sets."
            if found.one.question is not None
            else "**The question cannot be asked of either graph.**"
        )
    else:
        lines = "\n".join(f"- {for_markdown(arrows(point))}" for point in found.points)
        st.warning(f"**The decisions differ.**\n\n{lines}")


def differences(here: OpenStudy, other: Other, found: Disagreement) -> None:
    """Every difference, those that change the decision first, each with its reason and its button."""
    decisive = [each for each in found.tried if each.matters]
    others = [each for each in found.tried if not each.matters]
    st.subheader("Which single arrow changes the decision?", anchor=False)
    if not found.tried:
        st.write("The two graphs are the same: the same nodes, arrows and marks.")
        return
    if not decisive:
        st.write("No single difference changes the decision of either graph by itself.")
    for each in decisive:
        _row(here, other, each)
    _combined(found)
    if others:
        number = f"{len(others)} difference{'' if len(others) == 1 else 's'}"
        with st.expander(f"{number} without consequence, or not settled", expanded=not decisive):
            for each in others:
                _row(here, other, each)
    if not found.complete:
        st.caption("Not everything could be tried in the time given; what was not is said.")


def shared_set(found: Disagreement) -> None:
    """The practical answer: a set both accept."""
    st.subheader("A set both accept", anchor=False)
    box = st.info if found.shared is None else st.success
    box(for_markdown(arrows(found.shared_reason)))


def arrows(text: str) -> str:
    """The sentence with arrows as they are drawn."""
    return text.replace("<->", "↔").replace("->", "→").replace("<-", "←")


def _roles(graph: CausalGraph, question: Question, nodes: Iterable[str]) -> dict[str, str]:
    try:
        found: Mapping[str, str] = roles(graph, question.treatment, question.outcome)
    except Problem:
        found = {}
    return {node: found.get(node, "latent" if node in graph.latent else "other") for node in nodes}


def _differing(difference: Difference) -> tuple[Highlight, Highlight]:
    sides: tuple[dict[tuple[str, str] | frozenset[str], str], ...] = ({}, {})
    words = {"only here": "only", "only there": "only", "reversed": "turned", "kind": "kind"}
    for each in difference.of("edge"):
        for side, edges in zip(sides, each.edges, strict=True):
            side.update(dict.fromkeys(edges, words[each.kind]))
    return sides[0], sides[1]


def _row(here: OpenStudy, other: Other, each: Tried) -> None:
    with st.container(border=True):
        text, button = st.columns([4, 1], vertical_alignment="center")
        words = for_markdown(arrows(each.change.words(YOURS, THEIRS)))
        mark = "**Changes the decision.**" if each.matters else _mark(each)
        text.markdown(f"{words} {mark}")
        step = each.change.step()
        lines = (
            f"{step}, in your graph: {_said(each.here)}",
            f"{each.change.undone.step()}, in the other graph: {_said(each.there)}",
        )
        text.caption("\n".join(f"- {for_markdown(arrows(line))}" for line in lines))
        asked = {here.study.question.treatment, here.study.question.outcome}
        removes = each.change.subject == "node" and each.change.before
        reason = (
            each.here.reason
            if not each.here.possible
            else "Your question asks about this node."
            if removes and asked & set(each.change.nodes)
            else ""
        )
        button.button(
            f"Take over this {'arrow' if each.change.subject == 'edge' else each.change.subject}",
            key=f"take-{here.token}-{each.change}",
            on_click=_take_over,
            args=(each.change, other.graph),
            disabled=bool(reason),
            width="stretch",
            help=for_markdown(arrows(reason or f"{step}: one step that Undo on Graph takes back.")),
        )


def _mark(each: Tried) -> str:
    trials = (each.here, each.there)
    if any(trial.matters is None for trial in trials):
        return "**Not settled.**"
    if not any(trial.possible for trial in trials):
        return "**Not possible by itself.**"
    return "Makes no difference."


def _said(trial: Trial) -> str:
    return f"{'changes the decision. ' if trial.matters else ''}{trial.reason}"


def _combined(found: Disagreement) -> None:
    if found.combined is None:
        return
    steps = "; ".join(change.step() for change in found.combination)
    with st.container(border=True):
        st.markdown(
            f"No single one changes the decision of your graph; the smallest combination that does, "
            f"{len(found.combination)} together: **{for_markdown(arrows(steps))}**."
        )
        st.caption(for_markdown(arrows(found.combined.reason)))


def _take_over(change: Change, source: CausalGraph) -> None:
    here = current()
    if here is None:
        return
    kept = desk(here)
    try:
        placed = common_places(here.study.graph, source, here.study.question)
        graph = apply(here.study.graph, (change,), source.with_positions(placed_in(source, placed)))
    except Problem as problem:
        kept.problem = str(problem)
        return
    state = drawing(here)
    adjusted = None if state.adjusted is None else state.adjusted & graph.observed
    keep_drawing(
        here, dataclasses.replace(state, graph=graph, revision=state.revision + 1, adjusted=adjusted)
    )
    st.toast(for_markdown(f"Taken over: {change.step()}. Undo on Graph takes it back."))


def placed_in(graph: CausalGraph, placed: Mapping[str, Place]) -> dict[str, Place]:
    """The places of the nodes of a graph."""
    return {node: placed[node] for node in graph.nodes}
