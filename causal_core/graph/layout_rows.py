"""Rows of nodes: near the mean of their neighbours, at least one unit apart."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from causal_core.graph.adjacency import Adjacency, bits

SWEEPS = 6


def neighbours(adjacency: Adjacency, nodes: Collection[str]) -> dict[str, list[str]]:
    """Node -> the nodes it shares an edge with, in the order of the graph."""
    found = {}
    for node in nodes:
        place = adjacency.index[node]
        mask = adjacency.parents[place] | adjacency.children[place] | adjacency.siblings[place]
        found[node] = [adjacency.names[other] for other in bits(mask)]
    return found


def settle(
    rows: Sequence[list[str]],
    at: dict[str, float],
    near: Mapping[str, Collection[str]],
    row_of: Mapping[str, float],
    sort: bool,
) -> None:
    """Shift the nodes of each row towards their neighbours, from the first row to the last and back.

    Args:
        rows: The rows that may move, each from its first node to its last; reordered in place when `sort`.
        at: Node -> its place within its row; changed in place, in halves of a unit.
        near: Node -> its neighbours; those without a place count for nothing.
        row_of: Node -> the number of its row; a nearer row counts for more.
        sort: Whether the nodes of a row may change places.
    """
    for sweep in range(2 * SWEEPS):
        for row in rows if sweep % 2 == 0 else reversed(rows):
            wanted = {node: _middle(node, at, near[node], row_of) for node in row}
            if sort:
                row.sort(key=lambda node: round(wanted[node], 6))
            at.update(zip(row, apart([wanted[node] for node in row]), strict=True))


def _middle(node: str, at: Mapping[str, float], near: Collection[str], row_of: Mapping[str, float]) -> float:
    here = row_of[node]
    total = weight = 0.0
    for other in near:
        if other in at and row_of[other] != here:
            share = 1 / abs(row_of[other] - here)
            total += share * at[other]
            weight += share
    return total / weight if weight else at[node]


def apart(wanted: Sequence[float]) -> list[float]:
    """The nearest places (least squares) that are whole steps of one apart, by pooling neighbours."""
    blocks: list[tuple[float, int]] = []
    for place, height in enumerate(wanted):
        total, size = height - place, 1
        while blocks and blocks[-1][0] / blocks[-1][1] > total / size:
            before = blocks.pop()
            total, size = total + before[0], size + before[1]
        blocks.append((total, size))
    levels = [round(2 * total / size) / 2 for total, size in blocks for _ in range(size)]
    return [level + place for place, level in enumerate(levels)]
