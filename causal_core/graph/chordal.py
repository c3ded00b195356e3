"""Counting the acyclic orientations of a chordal graph that make no collider between non-neighbours.

Source: Wienoebst, Bannach & Liskiewicz 2021, "Polynomial-Time Algorithms for Counting and Sampling Markov
Equivalent DAGs" (Clique-Picking).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from math import factorial

from causal_core.graph.adjacency import bits, closure


def acyclic_orientations(neighbours: Sequence[int], component: int, memory: dict[int, int]) -> int:
    """How many ways there are to direct a connected chordal graph without a cycle or a new collider.

    Args:
        neighbours: The neighbours of each node, as masks.
        component: The nodes of the graph, as a mask; neighbours outside it do not count.
        memory: Counts found so far, by mask; filled on the way.
    """
    if component not in memory:
        total = 0
        for clique, separators in _clique_tree(neighbours, component):
            product = _orders(clique.bit_count(), separators)
            for rest in _left_open(neighbours, component, clique):
                product *= acyclic_orientations(neighbours, rest, memory)
            total += product
        memory[component] = total
    return memory[component]


def _orders(size: int, prefixes: Sequence[int]) -> int:
    """Orders of a clique in which no first part is one of the nested sets of these sizes, ascending."""
    counts: list[int] = []
    for length in (*prefixes, size):
        taken = sum(
            factorial(length - prefix) * count for prefix, count in zip(prefixes, counts, strict=False)
        )
        counts.append(factorial(length) - taken)
    return counts[-1]


def _clique_tree(neighbours: Sequence[int], component: int) -> Iterator[tuple[int, list[int]]]:
    """Each maximal clique, with the sizes of the separators inside it on its way to a clique tree's root.

    The tree is built by maximum cardinality search (Blair & Peyton 1993).
    """
    cliques: list[int] = []
    parent: list[int] = []
    separator: list[int] = []
    clique_of: dict[int, int] = {}
    visited = 0
    before = 0
    weight = dict.fromkeys(bits(component), 0)
    while weight:
        node = max(weight, key=weight.__getitem__)
        count = weight.pop(node)
        earlier = neighbours[node] & visited
        if count <= before:
            cliques.append(earlier)
            separator.append(earlier)
            parent.append(max((clique_of[each] for each in bits(earlier)), default=-1))
        clique_of[node] = len(cliques) - 1
        cliques[-1] |= 1 << node
        visited |= 1 << node
        before = count
        for each in bits(neighbours[node] & component & ~visited):
            weight[each] += 1
    for number, clique in enumerate(cliques):
        inside: set[int] = set()
        while parent[number] >= 0:
            if not separator[number] & ~clique:
                inside.add(separator[number].bit_count())
            number = parent[number]  # noqa: PLW2901 - climbs from the clique to the root
        yield clique, sorted(inside)


def _left_open(neighbours: Sequence[int], component: int, first: int) -> Iterator[int]:
    """The connected parts whose inner edges stay undirected when the clique `first` comes before all else.

    A lexicographic breadth-first search that starts with `first`; nodes first met with the same label form
    the parts (Algorithm 1 of the source).
    """
    sets = [first, component & ~first]
    covered = first
    while sets:
        node = sets[0] & -sets[0]
        if node and not node & covered:
            covered |= sets[0]
            left = sets[0]
            while left:
                part = closure(left & -left, neighbours, sets[0])
                left &= ~part
                yield part
        sets[0] ^= node
        near = neighbours[node.bit_length() - 1]
        sets = [part for each in sets for part in (each & near, each & ~near) if part]
