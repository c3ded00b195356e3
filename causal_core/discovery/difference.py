"""What a suggestion and a drawn graph do not share, and taking one difference over into the drawing."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations
from typing import Final, Literal

from causal_core.discovery.suggestion import PairShares, Suggested, SuggestedEdge
from causal_core.graph import CausalGraph

Kind = Literal["direction", "suggested", "drawn", "undecided", "same"]

KINDS: Final[dict[Kind, str]] = {
    "direction": "drawn otherwise",
    "suggested": "suggested, not drawn",
    "drawn": "drawn, not suggested",
    "undecided": "drawn; the data leave it open",
    "same": "the same",
}
"""Kind of difference -> its words, in the order in which differences are listed."""


@dataclass(frozen=True)
class Change:
    """One way to change the drawing between two nodes.

    Attributes:
        one, other: The two nodes.
        mark: What joins them afterwards, `->` (from `one`), `<->` or nothing.
        label: What it does, in words; names are not escaped.
    """

    one: str
    other: str
    mark: Literal["->", "<->", ""]
    label: str


@dataclass(frozen=True)
class Difference:
    """How two columns are joined in the drawing and in the suggestion.

    Attributes:
        one, other: The two columns.
        kind: What kind of difference it is; `same` when there is none.
        drawn: What the drawing has between them, as text; empty for nothing.
        suggested: What the data suggest, as text; empty for nothing.
        changes: What the drawing could take over; nothing where they agree or the data leave it open.
        shares: How often the pair came back in resamples, read from `one`; None without resamples.
    """

    one: str
    other: str
    kind: Kind
    drawn: str
    suggested: str
    changes: tuple[Change, ...] = ()
    shares: PairShares | None = None


def differences(graph: CausalGraph, suggested: Suggested) -> tuple[Difference, ...]:
    """Each pair of searched columns that the drawing or the suggestion joins, differences first.

    Only what is drawn directly between two of the columns is compared; two columns with a drawn unobserved
    common cause count as joined by it.
    """
    columns = suggested.suggestion.columns
    found = []
    for one, other in combinations(columns, 2):
        edge = suggested.suggestion.between(one, other)
        if edge is None and _drawn(graph, one, other) == _Drawn():
            continue
        if edge is not None:
            one, other = edge.one, edge.other  # noqa: PLW2901 - read the pair as the arrow runs
        elif (other, one) in graph.edges:
            one, other = other, one  # noqa: PLW2901 - the same
        drawn = _drawn(graph, one, other)
        kind, changes = _judged(edge, one, other, drawn)
        words = "" if edge is None else edge.text
        shares = suggested.frequencies.of(one, other)
        found.append(Difference(one, other, kind, drawn.text(one, other), words, changes, shares))
    order = list(KINDS)
    return tuple(
        sorted(found, key=lambda each: (order.index(each.kind), -(each.shares.joined if each.shares else 0)))
    )


def accept(graph: CausalGraph, change: Change) -> CausalGraph:
    """The drawing with one change; everything else in it stays.

    Raises:
        GraphError: The arrow would close a circle or point into a randomised node; it names the nodes.
    """
    pair = frozenset((change.one, change.other))
    edges = [edge for edge in graph.edges if frozenset(edge) != pair]
    arcs = [arc for arc in graph.bidirected if frozenset(arc) != pair]
    if change.mark == "->":
        edges.append((change.one, change.other))
    if change.mark == "<->":
        arcs.append((change.one, change.other))
    nodes = [*graph.nodes, *(end for end in (change.one, change.other) if end not in graph.nodes)]
    kept = {
        key: text
        for key, text in graph.notes.items()
        if isinstance(key, str) or (key in edges if isinstance(key, tuple) else key in map(frozenset, arcs))
    }
    return graph.replace(edges=edges, bidirected=arcs, nodes=nodes, notes=kept)


@dataclass(frozen=True)
class _Drawn:
    """What the drawing has between two nodes."""

    ahead: bool = False
    back: bool = False
    arc: bool = False
    hidden: tuple[str, ...] = ()

    def text(self, one: str, other: str) -> str:
        parts = [f"{one} → {other}"] if self.ahead else []
        parts += [f"{other} → {one}"] if self.back else []
        parts += [f"{one} ↔ {other}"] if self.arc else []
        return ", ".join([*parts, *(f"{one} ← {each} → {other}" for each in self.hidden)])


def _drawn(graph: CausalGraph, one: str, other: str) -> _Drawn:
    if one not in graph.nodes or other not in graph.nodes:
        return _Drawn()
    hidden = sorted(graph.parents(one) & graph.parents(other) & graph.latent)
    edges = graph.edges
    return _Drawn((one, other) in edges, (other, one) in edges, other in graph.siblings(one), tuple(hidden))


def _judged(
    edge: SuggestedEdge | None, one: str, other: str, drawn: _Drawn
) -> tuple[Kind, tuple[Change, ...]]:
    if edge is None:
        plain = _Drawn(drawn.ahead, drawn.back, drawn.arc)
        if plain == _Drawn():
            return "drawn", ()
        return "drawn", (Change(one, other, "", f"Take {plain.text(one, other)} away"),)
    forward = Change(one, other, "->", f"Draw {one} → {other}")
    backward = Change(other, one, "->", f"Draw {other} → {one}")
    both = Change(one, other, "<->", f"Draw {one} ↔ {other}")
    if drawn == _Drawn():
        offers = {
            "->": (forward,),
            "--": (forward, backward),
            "<->": (both,),
            "o->": (forward, both),
            "o-o": (forward, backward, both),
        }
        return "suggested", offers[edge.mark]
    if edge.mark == "->":
        return ("same", ()) if drawn.ahead else ("direction", (_instead(forward),))
    if edge.mark == "<->":
        alike = (drawn.arc or drawn.hidden) and not (drawn.ahead or drawn.back)
        return ("same", ()) if alike else ("direction", (_instead(both),))
    if edge.mark == "o->" and drawn.back:
        return "direction", (_instead(forward), _instead(both))
    return "undecided", ()


def _instead(change: Change) -> Change:
    return Change(change.one, change.other, change.mark, f"{change.label} instead")
