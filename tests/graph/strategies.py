"""Random graphs for the laws of this room."""

from __future__ import annotations

from hypothesis import strategies as st

from causal_core import CausalGraph


@st.composite
def graphs(
    draw: st.DrawFn, largest: int = 6, latent: bool = True, bidirected: bool = True, selected: bool = True
) -> CausalGraph:
    """A random acyclic graph on nodes named a, b, c ... listed in random order."""
    size = draw(st.integers(2, largest))
    order = draw(st.permutations("abcdefgh"[:size]))
    pairs = [(order[i], order[j]) for i in range(size) for j in range(i + 1, size)]
    edges = [pair for pair in pairs if draw(st.booleans())]
    arcs = [pair for pair in pairs if bidirected and draw(st.integers(0, 3)) == 0]
    marks = {node: draw(st.integers(0, 5)) for node in order}
    return CausalGraph(
        edges=edges,
        bidirected=arcs,
        nodes=draw(st.permutations(order)),
        latent=[node for node in order if latent and marks[node] == 0],
        selected=[node for node in order if selected and marks[node] == 1],
    )


@st.composite
def questions(draw: st.DrawFn, largest: int = 6) -> tuple[CausalGraph, str, str]:
    """A random graph and two of its nodes that are not selected."""
    graph = draw(graphs(largest).filter(lambda graph: len(set(graph.nodes) - graph.selected) > 1))
    x, y = draw(st.permutations(sorted(set(graph.nodes) - graph.selected)))[:2]
    return graph, x, y
