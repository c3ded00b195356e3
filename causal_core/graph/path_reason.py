"""Why a path is open or blocked, in plain sentences."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from causal_core.graph.names import listed

if TYPE_CHECKING:
    from causal_core.graph.causal_graph import CausalGraph


@dataclass(frozen=True)
class Verdict:
    """Whether a path is open, and why.

    Attributes:
        open: Whether association flows along it.
        reason: Why, in plain sentences.
        blockers: The inner nodes that block it, in path order; empty when it is open.
        openers: The inner nodes that are colliders held open, in path order.
    """

    open: bool
    reason: str
    blockers: tuple[str, ...]
    openers: tuple[str, ...]


def verdict(
    graph: CausalGraph, nodes: Sequence[str], marks: Sequence[str], condition: frozenset[str]
) -> Verdict:
    """Whether a path is open given `condition` and the selected nodes, and why.

    Args:
        graph: The graph the path is in.
        nodes: The nodes of the path in order.
        marks: The edges between them: `->`, `<-` or `<->`.
        condition: The nodes adjusted for.
    """
    blocking: list[str] = []
    opening: list[str] = []
    links: list[str] = []
    blockers: list[str] = []
    openers: list[str] = []
    for position in range(1, len(nodes) - 1):
        node, left, right = nodes[position], marks[position - 1], marks[position]
        triple = f"{nodes[position - 1]} {left} {node} {right} {nodes[position + 1]}"
        held = _held(graph, node, condition)
        if left != "<-" and right != "->":
            opener = _opener(graph, node, condition)
            if opener:
                opening.append(f"{node} is a collider ({triple}), opened because {opener}")
                openers.append(node)
            else:
                blockers.append(node)
                nothing = "neither it nor any of its descendants is" if graph.children(node) else "it is not"
                blocking.append(f"{node} is a collider ({triple}), and {nothing} adjusted for")
        elif left == "<-" and right == "->":
            if held:
                blockers.append(node)
                blocking.append(f"{node} is the common cause in the fork {triple}, and it is {held}")
            else:
                opening.append(f"{node} is a common cause ({triple}) that is {_free(graph, node)}")
        elif held:
            blockers.append(node)
            blocking.append(f"{node} is a link of the chain {triple}, and it is {held}")
        else:
            links.append(node)
    if blocking:
        return Verdict(False, "Blocked: " + "; ".join(blocking) + ".", tuple(blockers), tuple(openers))
    if links:
        passed = "is a link of a chain and is" if len(links) == 1 else "are links of chains and are"
        opening.append(f"{listed(links)} {passed} not adjusted for")
    reason = "Open: " + ("; ".join(opening) or _direct(nodes, marks[0])) + "."
    return Verdict(True, reason, (), tuple(openers))


def _held(graph: CausalGraph, node: str, condition: frozenset[str]) -> str:
    """How a node is conditioned on, in words; empty when it is not."""
    if node in condition:
        return "adjusted for"
    return "selected, that is, conditioned on by design" if node in graph.selected else ""


def _free(graph: CausalGraph, node: str) -> str:
    return "latent and cannot be adjusted for" if node in graph.latent else "not adjusted for"


def _opener(graph: CausalGraph, collider: str, condition: frozenset[str]) -> str:
    """What opens a collider, in words; empty when nothing does."""
    if held := _held(graph, collider, condition):
        return f"it is {held}"
    below = graph.descendants(collider)
    for node in (each for each in graph.nodes if each in below):
        if held := _held(graph, node, condition):
            return (
                f"its descendant {node} is {held}: {node} is an effect of the collider {collider}, "
                f"so conditioning on {node} partly conditions on {collider}"
            )
    return ""


def _direct(nodes: Sequence[str], mark: str) -> str:
    cause, effect = (nodes[1], nodes[0]) if mark == "<-" else (nodes[0], nodes[1])
    if mark == "<->":
        return f"{cause} and {effect} share a hidden cause, and no adjustment can block that"
    return f"{cause} causes {effect} directly, with no node between that could block it"
