"""Two nodes of a graph under a conditioning set: separated or connected, and by which nodes."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from causal_core.graph import CausalGraph
from causal_core.graph.names import Names, known
from causal_core.graph.path_reason import verdict
from causal_core.graph.paths import Path, paths
from causal_core.graph.separators import minimal_separator
from causal_core.identification.links import Links
from causal_core.listing import Listing

NAMED = 6
"""Nodes that a sentence names."""


@dataclass(frozen=True)
class PairReading:
    """What the graph says of two nodes.

    Attributes:
        x, y: The nodes.
        given: What is conditioned on, in name order.
        separated: Whether no association flows between them.
        title: The verdict in one short sentence.
        reason: By which nodes, in words.
        paths: The paths between them, shortest first; when the listing is cut short and none of those listed
            is open although the nodes are connected, an open one stands first.
        remedy: What would separate them, or why nothing can; empty when they are separated.
    """

    x: str
    y: str
    given: tuple[str, ...]
    separated: bool
    title: str
    reason: str
    paths: Listing[Path]
    remedy: str = ""


def read_pair(
    graph: CausalGraph,
    x: str,
    y: str,
    given: Names = (),
    limit: int | None = None,
    seconds: float | None = None,
) -> PairReading:
    """Whether two nodes are separated given a set, by which nodes, and along which paths they are not.

    The verdict is exact; only the list of paths is limited.

    Args:
        graph: The graph; its selected nodes are always conditioned on.
        x: One node.
        y: Another.
        given: The nodes conditioned on.
        limit: The most paths to list; None for all.
        seconds: The longest time to look for paths; None for ever.

    Raises:
        GraphError: A name is unknown, or a node stands on two sides of the question.
    """
    held = tuple(sorted(known(given, graph.nodes)))
    separated = graph.is_d_separated(x, y, held)
    found = paths(graph, x, y, held, limit, seconds)
    if not separated and not any(path.open for path in found):
        found = Listing([_open_path(graph, x, y, held), *found], complete=found.complete)
    under = _under(graph, held)
    if separated:
        title = f"{x} and {y} are separated {under}."
        return PairReading(x, y, held, True, title, _blocked(found, graph.selected.union(held)), found)
    title = f"{x} and {y} are connected {under}."
    return PairReading(x, y, held, False, title, _flowing(found, x, y), found, _remedy(graph, x, y, held))


def _under(graph: CausalGraph, held: tuple[str, ...]) -> str:
    words = f"given {_some(held)}" if held else "with nothing adjusted for"
    if graph.selected:
        words += f" among rows selected on {_some(sorted(graph.selected))}"
    return words


def _open_path(graph: CausalGraph, x: str, y: str, held: tuple[str, ...]) -> Path:
    trail = Links.of(graph).open_trail({x}, {y}, {*held, *graph.selected})
    assert trail is not None  # noqa: S101 - the nodes are connected
    found = verdict(graph, trail.nodes, trail.marks, frozenset(held))
    return Path(trail.nodes, trail.marks, found.open, found.reason, found.blockers, found.openers)


def _blocked(found: Listing[Path], held: frozenset[str]) -> str:
    if not found:
        return "No path runs between them." if found.complete else "No open path runs between them."
    counts = Counter(node for path in found for node in path.blockers)
    # A node that is not conditioned on blocks a path only as a collider.
    by = [
        f"{node}{'' if node in held else ', a collider that is not adjusted for'} ({_paths(count)})"
        for node, count in sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    ]
    if len(by) > NAMED:
        by = [*by[:NAMED], f"{len(by) - NAMED} further nodes"]
    if found.complete:
        every = "Every path is blocked, by" if len(found) > 1 else "The only path is blocked, by"
    else:
        every = f"Every path is blocked; the {len(found)} listed by"
    return f"{every}: {'; '.join(by)}."


def _flowing(found: Listing[Path], x: str, y: str) -> str:
    flowing = [path for path in found if path.open]
    kinds = [
        (f"from {x} to {y} along arrows", sum(path.causal for path in flowing)),
        (f"from {y} to {x} along arrows", sum(path.backward for path in flowing)),
        ("not causal", sum(not (path.causal or path.backward) for path in flowing)),
    ]
    words = ", ".join(f"{count} {kind}" for kind, count in kinds if count)
    listed = "" if found.complete else " listed"
    openers = sorted({node for path in flowing for node in path.openers})
    opened = f" Opened by conditioning: the collider{'s' if len(openers) > 1 else ''} {_some(openers)}."
    are = "is" if len(flowing) == 1 else "are"
    count = f"{len(flowing)} of {_paths(len(found))}{listed} {are} open: {words}."
    return count + (opened if openers else "")


def _remedy(graph: CausalGraph, x: str, y: str, held: tuple[str, ...]) -> str:
    if y in graph.parents(x) | graph.children(x):
        return "An arrow joins them, so no adjustment can separate them."
    if y in graph.siblings(x):
        return "A hidden common cause joins them, so no adjustment can separate them."
    nearest = minimal_separator(graph, x, y)
    if nearest is None:
        return "No set of observed nodes separates them."
    if not nearest:
        return f"With nothing adjusted for they are separated: adjusting for {_some(held)} connects them."
    return f"Adjusting for {_some(sorted(nearest))} alone would separate them."


def _paths(count: int) -> str:
    return "1 path" if count == 1 else f"{count} paths"


def _some(names: tuple[str, ...] | list[str]) -> str:
    if len(names) > NAMED:
        return f"{', '.join(names[:NAMED])} and {len(names) - NAMED} others"
    return " and ".join(names) if len(names) < 3 else f"{', '.join(names[:-1])} and {names[-1]}"
