"""The open study's graph as the editor draws it, and back."""

from __future__ import annotations

import dataclasses

from causal_core.graph import CausalGraph, read_text
from causal_core.graph.layout import layered
from causal_core.identification import Identification
from causal_core.study.options import Question
from causal_core.study.study import Study
from pages.shared.asking import asking
from pages.shared.current import OpenStudy, change
from pages.shared.graph_editor import EditorState, Highlight


def drawing(here: OpenStudy) -> EditorState:
    """What the editor shows for the open study."""
    question = here.study.question
    nodes = set(here.study.graph.nodes)
    treatment, outcome = (name if name in nodes else None for name in (question.treatment, question.outcome))
    adjusted = None if question.adjust_for is None else frozenset(question.adjust_for) & nodes
    if adjusted is not None:
        adjusted -= {treatment, outcome} | here.study.graph.latent
    return EditorState(here.study.graph, treatment, outcome, here.revision, adjusted)


def keep_drawing(here: OpenStudy, new: EditorState) -> None:
    """Store what the editor shows in the open study.

    The question's treatment is randomised when its node is declared random, and no longer when that is taken
    back.
    """
    asked = here.study.question
    # A role whose column is not drawn yet stays as it is.
    treatment = new.treatment or (asked.treatment if asked.treatment not in here.study.graph.nodes else "")
    outcome = new.outcome or (asked.outcome if asked.outcome not in here.study.graph.nodes else "")
    question = asking(here, treatment, outcome)
    if new.adjusted != drawing(here).adjusted:
        adjust_for = None if new.adjusted is None else tuple(sorted(new.adjusted))
        question = dataclasses.replace(question, adjust_for=adjust_for)
    question = _randomised(question, here.study, new.graph)
    change(graph=new.graph, question=question, revision=new.revision)


def read_drawing(here: OpenStudy, text: str) -> None:
    """Replace the graph by the one that `text` describes; its roles become the question's.

    Raises:
        GraphError: The text describes no graph; it says where and why.
    """
    found = read_text(text)
    question = here.study.question
    treatment = next(iter(found.treatments), question.treatment)
    outcome = next(iter(found.outcomes), question.outcome)
    changed = asking(here, treatment, outcome)
    if treatment != question.treatment:
        changed = dataclasses.replace(changed, adjust_for=None)
    if found.adjusted or changed.adjust_for:
        changed = dataclasses.replace(changed, adjust_for=tuple(sorted(found.adjusted)) or None)
    graph = found.graph
    changed = _randomised(changed, here.study, graph)
    if not set(graph.nodes) <= set(graph.positions):
        graph = graph.with_positions(_layout(graph, treatment, outcome))
    change(graph=graph, question=changed)


def _randomised(question: Question, before: Study, graph: CausalGraph) -> Question:
    """The question, its treatment random while its node is declared so."""
    if question.treatment in graph.randomised:
        return dataclasses.replace(question, randomised=True)
    if before.question.treatment in before.graph.randomised:
        return dataclasses.replace(question, randomised=False)
    return question


def strangers(here: OpenStudy) -> tuple[str, ...]:
    """Observed nodes that are not columns of the table."""
    columns = set(here.table.columns)
    graph = here.study.graph
    return tuple(name for name in graph.nodes if name not in columns | graph.latent)


def highlights(identification: Identification) -> Highlight:
    """The edges of the causal paths, and of the other paths by whether they are open."""
    found: dict[tuple[str, str] | frozenset[str], str] = {}
    order = {"causal": 3, "open": 2, "closed": 1}
    for path in identification.paths:
        meaning = "causal" if path.causal else "open" if path.open else "closed"
        for mark, one, other in zip(path.marks, path.nodes, path.nodes[1:], strict=False):
            edge: tuple[str, str] | frozenset[str] = (one, other)
            if mark == "<-":
                edge = (other, one)
            elif mark == "<->":
                edge = frozenset((one, other))
            if order[meaning] > order.get(found.get(edge, ""), 0):
                found[edge] = meaning
    return found


def _layout(graph: CausalGraph, treatment: str, outcome: str) -> dict[str, tuple[float, float]]:
    nodes = set(graph.nodes)
    return layered(graph, treatment if treatment in nodes else None, outcome if outcome in nodes else None)
