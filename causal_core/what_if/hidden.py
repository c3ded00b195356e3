"""Latent nodes: which can be left out of a structural model, and where they would mislead it."""

from __future__ import annotations

from causal_core.graph import CausalGraph
from causal_core.problem import DoesNotApply


def modelled(graph: CausalGraph) -> tuple[CausalGraph, tuple[str, ...]]:
    """The graph of the observed nodes that mechanisms are fitted for, and the nodes whose noise depends.

    A hidden common cause of two nodes makes their noise depend, which is kept by drawing it together. The
    mechanism of a node is still learned rightly from its parents as long as none of these is the other node
    or descends from it.

    Raises:
        DoesNotApply: A parent of a node shares a hidden cause with it or descends from such a node: then what
            the data show of its mechanism is confounded. Or rows were selected.
    """
    from causal_core.identification.projection import latent_projection

    if graph.selected:
        names = ", ".join(sorted(graph.selected))
        raise DoesNotApply(
            f"Rows were selected by {names}, so mechanisms learned from them are not those of everybody.",
            remedy="A structural model needs a sample of everybody.",
        )
    shown = latent_projection(graph)
    joint: set[str] = set()
    for node in sorted(shown.nodes):
        for other in sorted(shown.siblings(node)):
            reached = {other, *shown.descendants([other])}
            misled = sorted(reached & shown.parents(node))
            if misled:
                raise DoesNotApply(
                    f"A hidden cause moves {node} and {other}, and {misled[0]} acts on {node}"
                    + (f" after {other}" if misled[0] != other else "")
                    + f": what the data show of {misled[0]} on {node} is confounded.",
                    remedy=f"Measure that cause, or leave {node} out of the graph.",
                )
            joint |= {node, other}
    return shown, tuple(sorted(joint))
