"""Whether an effect follows from the rows at hand together with experiments on other nodes."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from causal_core.graph import CausalGraph
from causal_core.graph.adjacency import closure

Set = frozenset[str]


@dataclass(frozen=True)
class Obstacle:
    """What keeps the effect from following.

    Attributes:
        tied: Nodes that hidden common causes tie into one group, whatever is known.
        part: Those of them whose own law would be needed.
    """

    tied: Set
    part: Set


def obstacle(
    graph: CausalGraph, outcomes: Iterable[str], treatments: Iterable[str], experiments: Iterable[Set] = ()
) -> Obstacle | None:
    """What keeps P(outcomes | do(treatments)) from following from the rows at hand and some experiments.

    Every group of nodes that hidden common causes tie together once the treatments are set must be had from
    one source alone: the rows at hand, or an experiment on none of its nodes. None when each is; without
    experiments this is the answer of `identify`.

    Args:
        graph: A graph without latent or selected nodes; hidden common causes are its bidirected edges.
        outcomes: What is looked at.
        treatments: What is set.
        experiments: The nodes each experiment assigns at random, all at once.

    Source: Tian & Pearl 2002 (one source), Lee, Correa & Bareinboim 2019, "General identifiability with
    arbitrary surrogate experiments" (several), corrected by Kivva et al. 2022, "Revisiting the general
    identifiability problem".
    """
    web = graph.adjacency
    everything = (1 << len(web.names)) - 1
    y, x = web.mask(outcomes), web.mask(treatments)
    sources = [everything, *(everything & ~web.mask(nodes) for nodes in experiments)]
    left = closure(y, web.parents, everything & ~x)
    within = left
    while left:
        part = closure(left & -left, web.siblings, within)
        left &= ~part
        ties = [_tied(graph, part, source) for source in sources if not part & ~source]
        if all(ties):
            return Obstacle(web.set(ties[0]), web.set(part))
    return None


def _tied(graph: CausalGraph, part: int, known: int) -> int:
    """The district that hides the law of `part` in the distribution of `known`; 0 when it follows."""
    web = graph.adjacency
    while True:
        district = closure(part & -part, web.siblings, known)
        upstream = closure(part, web.parents, district)
        if upstream == part:
            return 0
        if upstream == district:
            return district
        known = upstream


def without_arrows_into(graph: CausalGraph, nodes: Iterable[str]) -> CausalGraph:
    """The graph in which some nodes are assigned at random: no arrow or bidirected edge enters them."""
    gone = frozenset(nodes)
    return graph.without(
        edges=[edge for edge in graph.edges if edge[1] in gone],
        bidirected=[pair for pair in graph.bidirected if gone & set(pair)],
    )
