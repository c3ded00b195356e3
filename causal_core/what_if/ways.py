"""The arrows along which levers reach an outcome, and one another."""

from __future__ import annotations

from collections.abc import Sequence

from causal_core.graph import CausalGraph


def ways(
    graph: CausalGraph, levers: Sequence[str], outcome: str
) -> dict[tuple[str, str] | frozenset[str], str]:
    """Arrow -> "only" on a directed path from one lever to another, else "causal" on one to the outcome.

    Raises:
        ValueError: A lever or the outcome is not in the graph.
    """
    found: dict[tuple[str, str] | frozenset[str], str] = {}
    found |= dict.fromkeys(_between(graph, levers, [outcome]), "causal")
    return found | dict.fromkeys(_between(graph, levers, levers), "only")


def back_door(graph: CausalGraph, node: str, other: str) -> bool:
    """Whether an open path enters the node, so that seeing its value and setting it differ for the other.

    Raises:
        ValueError: One of them is not in the graph, or both are the same.
    """
    bare = graph.without(edges=[edge for edge in graph.edges if edge[0] == node])
    return not bare.is_d_separated(node, other)


def _between(graph: CausalGraph, starts: Sequence[str], ends: Sequence[str]) -> list[tuple[str, str]]:
    below, above = graph.descendants(starts), graph.ancestors(ends)
    return [(first, second) for first, second in graph.edges if first in below and second in above]
