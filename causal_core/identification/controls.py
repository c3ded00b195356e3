"""May a node be adjusted for: a good, a neutral or a bad control, worked out from the graph."""

from __future__ import annotations

from causal_core.graph import CausalGraph
from causal_core.graph.names import Names
from causal_core.identification.control_judge import Control, Judge
from causal_core.identification.links import Links, Trail
from causal_core.identification.question import Question, listed
from causal_core.identification.reasons import forbidden_reason

__all__ = ["Control", "controls"]


def controls(
    graph: CausalGraph, treatment: Names, outcome: Names, limit: int = 20, seconds: float = 0.5
) -> tuple[Control, ...]:
    """What adjusting for each node does to the total effect, in the order of the graph's nodes.

    The verdicts come from the generalised adjustment criterion alone. A node that no set may hold is bad. One
    without which a minimal valid set is no longer valid is good. One that spoils a valid set it is added to
    is bad. The others change no bias; d-separation then says what they do to precision: a node tied to the
    outcome given treatment and set but not to the treatment given the set sharpens the estimate, the reverse
    blurs it (Henckel, Perković & Maathuis 2022; Rotnitzky & Smucler 2020). Where hidden causes leave bias
    whatever is adjusted for, the same is asked of the graph without those hidden links, and a node tied to
    the outcome through the treatment alone is bad, because it makes that bias larger (Pearl 2010). The kinds
    are those of Cinelli, Forney & Pearl 2022, "A crash course in good and bad controls".

    Args:
        graph: The causal graph; its selected nodes are always held fixed.
        treatment: One node or several.
        outcome: One node or several.
        limit: The most valid sets to look at.
        seconds: About the longest time for finding them.

    Raises:
        GraphError: A name is unknown, or treatment or outcome is unobserved, missing or used twice.
    """
    question = Question.ask(graph, treatment, outcome)
    closed, left = _closable(question)
    judge = None if closed is None else Judge(question, closed, left, limit, seconds)
    return tuple(_control(question, judge, left, node) for node in graph.nodes)


def _control(question: Question, judge: Judge | None, left: tuple[Trail, ...], node: str) -> Control:
    if node in question.treatments | question.outcomes:
        role = "treatment" if node in question.treatments else "outcome"
        return Control(node, "none", "asked about", f"It is the {role}: the question is about it.")
    if node in question.graph.latent:
        return Control(node, "none", "latent", "It is not observed, so nothing can adjust for it.")
    if node in question.selection:
        return Control(node, "none", "selected", "It is held fixed already: the rows are selected on it.")
    if node in question.forbidden:
        return _barred(question, node)
    if judge is None:
        if left:
            why = f"the path {left[-1].text} stays open whatever is adjusted for"
        else:
            why = f"the rows are selected on {listed(question.selection & question.forbidden)}"
        return Control(node, "none", "no set", f"No adjustment gives the effect, because {why}.")
    return judge.control(node)


def _barred(question: Question, node: str) -> Control:
    """A node that no set may hold: on a causal path, or caused by what lies on one."""
    if node in question.causal_nodes or not question.links.directed_path(question.outcomes, {node}):
        kind = "over-control"
    else:
        rest = [each for each in question.graph.nodes if each not in question.outcomes]
        aside = Links.of(question.graph, only=rest).directed_path(question.treatments, {node})
        if aside is not None:
            down = question.links.directed_path(question.outcomes, {node})
            assert down is not None  # noqa: S101 - it is caused by an outcome, as said above
            reason = (
                f"{node} is caused by the treatment ({aside.text}) and by the outcome ({down.text}): "
                "conditioning on it makes an association between the two that is no effect."
            )
            return Control(node, "bad", "collider", reason, (*aside.nodes, *reversed(down.nodes[:-1])))
        kind = "case-control"
    return Control(node, "bad", kind, forbidden_reason(question, node))


def _closable(question: Question) -> tuple[Question | None, tuple[Trail, ...]]:
    """The question in the graph less the hidden links that leave bias whatever is adjusted for.

    Returns it with the paths that stay open; None for it when such a path holds no hidden link.
    """
    left: list[Trail] = []
    while not question.selection & question.forbidden:
        links = question.biasing
        near = links.ancestors(question.treatments | question.outcomes | question.selection)
        held = near & question.usable | question.selection
        trail = links.open_trail(question.treatments, question.outcomes, held)
        if trail is None:
            return question, tuple(left)
        left.append(trail)
        step = _hidden_step(question, trail)
        if step is None:
            break
        one, other = trail.nodes[step : step + 2]
        if trail.marks[step] == "<->":
            graph = question.graph.without(bidirected=[(one, other)])
        else:
            graph = question.graph.without(edges=[(one, other), (other, one)])
        question = Question.ask(graph, question.treatments, question.outcomes)
    return None, tuple(left)


def _hidden_step(question: Question, trail: Trail) -> int | None:
    """The place of the first edge of a path that is bidirected or leads into a latent node on its way."""
    passed = set(trail.others) & question.graph.latent
    for place, mark in enumerate(trail.marks):
        if mark == "<->" or trail.nodes[place + 1] in passed:
            return place
    return None
