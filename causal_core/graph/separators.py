"""Minimal sets that d-separate: one of them, or all of them with polynomial delay."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from causal_core.graph.adjacency import Adjacency, bits, closure
from causal_core.graph.names import Names, known
from causal_core.graph.separation import refuse_overlap

if TYPE_CHECKING:
    from causal_core.graph.causal_graph import CausalGraph


def minimal_separators(
    graph: CausalGraph, x: Names, y: Names, include: Names = (), allowed: Names | None = None
) -> Iterator[frozenset[str]]:
    """Every set that d-separates `x` from `y`, holds `include` and has no smaller such set inside it.

    The graph's selected nodes are always conditioned on and never named in a set. The time between two sets
    is polynomial; there may be exponentially many. The order is deterministic, not by size.

    Args:
        graph: The graph; latent nodes and bidirected edges are taken into account.
        x: One name or several, all to be separated from all of `y`.
        y: One name or several.
        include: Nodes every set must hold; a set is minimal among those that hold them.
        allowed: Nodes the sets may use besides `include`; None for all observed nodes that are not selected.

    Raises:
        GraphError: A name is unknown, or a node stands on two sides of the question.

    Source: van der Zander, Liskiewicz & Textor 2014 (LISTMINSEP, through the moral graph of the ancestors of
    x, y and `include`); the listing itself is Takata 2010.
    """
    adjacency = graph.adjacency
    first, second, wanted = (known(names, adjacency.index) for names in (x, y, include))
    refuse_overlap(graph, first, second, wanted)
    free = graph.observed if allowed is None else known(allowed, adjacency.index)
    selected = adjacency.mask(graph.selected)
    source, target, fixed = (adjacency.mask(names) for names in (first, second, wanted))
    fixed &= ~selected
    cuts = minimal_cuts(adjacency, source, target, fixed | selected, adjacency.mask(free))
    return (adjacency.set(cut | fixed) for cut in cuts)


def minimal_separator(
    graph: CausalGraph, x: Names, y: Names, include: Names = (), allowed: Names | None = None
) -> frozenset[str] | None:
    """The minimal separator nearest to `x`, or None when no allowed set separates; in polynomial time.

    Arguments and errors are those of `minimal_separators`.
    """
    return next(minimal_separators(graph, x, y, include, allowed), None)


def minimal_cuts(adjacency: Adjacency, source: int, target: int, fixed: int, free: int) -> Iterator[int]:
    """The masks that, each with `fixed`, separate two masks and hold no smaller such mask.

    Args:
        adjacency: The graph.
        source: One side.
        target: The other.
        fixed: What is conditioned on anyway; in none of the masks.
        free: What the masks may hold.
    """
    free &= ~(source | target | fixed)
    ancestors = adjacency.ancestors(source | target | fixed)
    usable = free & ancestors
    neighbours = moral_graph(adjacency, ancestors)
    neighbours = _project(neighbours, usable | source | target, ancestors & ~fixed)
    around = 0
    for node in bits(source):
        around |= neighbours[node]
    return iter(()) if around & target else _minimal_cuts(neighbours, source, target, usable)


def moral_graph(adjacency: Adjacency, within: int) -> list[int]:
    """The augmented graph of an ancestral mask: neighbours by an edge or by a path of colliders.

    Every district (nodes joined by bidirected edges) forms a clique with all its parents (Richardson 2003).
    """
    neighbours = [0] * len(adjacency.names)
    left = within
    while left:
        district = closure(left & -left, adjacency.siblings, within)
        left &= ~district
        clique = district
        for node in bits(district):
            clique |= adjacency.parents[node]
        for node in bits(clique):
            neighbours[node] |= clique
    return [mask & ~(1 << node) for node, mask in enumerate(neighbours)]


def _project(neighbours: list[int], kept: int, within: int) -> list[int]:
    """The undirected graph on `kept`: two nodes are neighbours when a path through nodes not kept joins them.

    Nodes outside `within` are conditioned on: no path goes through them.
    """
    result = [mask & kept for mask in neighbours]
    left = within & ~kept
    while left:
        hidden = closure(left & -left, neighbours, within & ~kept)
        left &= ~hidden
        border = 0
        for node in bits(hidden):
            border |= neighbours[node] & kept
        for node in bits(border):
            result[node] |= border & ~(1 << node)
    return result


def _minimal_cuts(neighbours: list[int], source: int, target: int, usable: int) -> Iterator[int]:
    """All minimal vertex cuts between two sides, as masks (Takata 2010).

    A minimal cut is the border of exactly one component `near` of the source side. Branching on one border
    node, taken into the near side or kept out of it for good, meets each such component once.
    """
    whole = usable | source | target
    final = _border(neighbours, target, whole)
    near = _closed(neighbours, source, target, whole)
    stack = [] if near is None else [(near, 0)]
    while stack:
        near, out = stack.pop()
        border = _border(neighbours, near, whole)
        branch = border & ~out & ~final
        if not branch:
            yield border
            continue
        node = branch & -branch
        grown = _closed(neighbours, near | node, target, whole)
        if grown is not None and not grown & out:
            stack.append((grown, out))
        stack.append((near, out | node))


def _border(neighbours: list[int], mask: int, whole: int) -> int:
    border = 0
    for node in bits(mask):
        border |= neighbours[node]
    return border & whole & ~mask


def _closed(neighbours: list[int], near: int, target: int, whole: int) -> int | None:
    """The least source side of a minimal cut that holds `near`, or None when `near` touches the target."""
    border = _border(neighbours, near, whole)
    if border & target:
        return None
    far = closure(target, neighbours, whole & ~border)
    return closure(near, neighbours, whole & ~_border(neighbours, far, whole))
