"""The independencies a graph implies among its observed nodes: what data could speak against."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations
from typing import TYPE_CHECKING

from causal_core.graph.lazy import found
from causal_core.graph.names import listed
from causal_core.graph.separators import minimal_separators
from causal_core.listing import Listing

if TYPE_CHECKING:
    from causal_core.graph.causal_graph import CausalGraph


@dataclass(frozen=True)
class Independence:
    """`x` and `y` are independent given `given` and the graph's selected nodes."""

    x: str
    y: str
    given: frozenset[str]

    @property
    def text(self) -> str:
        """The statement in words."""
        once = f" once {listed(sorted(self.given))} is known" if len(self.given) == 1 else ""
        several = f" once {listed(sorted(self.given))} are known" if len(self.given) > 1 else ""
        return f"{self.x} and {self.y} are independent{once}{several}."


def implied_independencies(
    graph: CausalGraph, limit: int | None = None, seconds: float | None = None
) -> Listing[Independence]:
    """Every minimal separating set of every observed pair that some observed set separates.

    The pairs are those of the projection on the observed nodes; selected nodes are always conditioned on and
    named nowhere. Smallest sets first, then in name order.

    Args:
        graph: The graph.
        limit: The most independencies to list; None for all.
        seconds: The longest time to take; None for ever.

    Source: van der Zander, Liskiewicz & Textor 2014.
    """
    listing = found(_search(graph), limit, seconds)
    ordered = sorted(listing, key=lambda each: (len(each.given), each.x, each.y, sorted(each.given)))
    return Listing(ordered, complete=listing.complete)


def _search(graph: CausalGraph) -> Iterator[Independence | None]:
    candidates = [node for node in graph.nodes if node in graph.observed - graph.selected]
    for x, y in combinations(candidates, 2):
        yield None
        for given in minimal_separators(graph, x, y):
            yield Independence(x, y, given)
