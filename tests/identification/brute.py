"""Small random graphs and separation by definition, to judge the fast algorithms by."""

from itertools import combinations

import networkx as nx
from hypothesis import strategies as st

from causal_core.graph import CausalGraph

NAMES = "abcdef"


@st.composite
def graphs(draw, smallest=3, largest=6, latents=True, selected=False):
    """An acyclic graph on a few nodes with `x` before or after `y`, latents and bidirected edges."""
    size = draw(st.integers(smallest, largest))
    nodes = draw(st.permutations(["x", "y", *NAMES[: size - 2]]))
    pairs = list(combinations(nodes, 2))
    marks = draw(st.lists(st.integers(0, 7), min_size=len(pairs), max_size=len(pairs)))
    others = [n for n in nodes if n not in "xy"]
    flags = draw(st.lists(st.integers(0, 4), min_size=len(others), max_size=len(others)))
    return CausalGraph(
        edges=[p for p, m in zip(pairs, marks, strict=True) if m in (0, 1, 2, 3)],
        bidirected=[p for p, m in zip(pairs, marks, strict=True) if m in (3, 4)],
        nodes=nodes,
        latent={n for n, f in zip(others, flags, strict=True) if latents and f == 0},
        selected={n for n, f in zip(others, flags, strict=True) if selected and f == 1},
    )


def separated(directed, a, b, given):
    """d-separation by networkx on the graph with a fresh latent for each bidirected edge."""
    return nx.is_d_separator(directed, set(a), set(b), set(given))


def subsets(nodes):
    """All subsets, smallest first, ties in name order."""
    ordered = sorted(nodes)
    return [frozenset(c) for k in range(len(ordered) + 1) for c in combinations(ordered, k)]


def minimal(valid):
    """The sets without a smaller one inside, in the order given."""
    kept = []
    for candidate in valid:
        if not any(k <= candidate for k in kept):
            kept.append(candidate)
    return tuple(kept)
