"""What each node is to a question: treatment, outcome, confounder, mediator, collider, instrument, latent."""

from __future__ import annotations

from typing import TYPE_CHECKING

from causal_core.graph.adjacency import Adjacency, bits, closure
from causal_core.graph.names import Names, known, listed
from causal_core.graph.separation import connected, refuse_overlap
from causal_core.graph.separators import minimal_separator

if TYPE_CHECKING:
    from causal_core.graph.causal_graph import CausalGraph


def roles(graph: CausalGraph, treatment: Names, outcome: Names) -> dict[str, str]:
    """The role of every node, in the order of the graph's nodes.

    - mediator: on a directed path from treatment to outcome;
    - confounder: a cause of the treatment that also causes the outcome by a way round the treatment, or a
      node that causes one of the two and shares a hidden cause with the other;
    - instrument: a cause of the treatment that, perhaps given other nodes, is tied to the outcome only by it;
    - collider: two arrowheads meet there on a path between treatment and outcome;
    - ancestor: a cause of the outcome that is none of the above;
    - descendant: an effect of the treatment or the outcome that is none of the above;
    - proxy: no cause and no effect of either, but an effect of something that causes both;
    - latent: not observed, whatever else it is; other: none of these, or selected by design.

    Args:
        graph: The graph.
        treatment: One treatment or several.
        outcome: One outcome or several.

    Raises:
        GraphError: A name is unknown, selected, or stands on both sides.
    """
    first, second = (known(names, graph.adjacency.index) for names in (treatment, outcome))
    refuse_overlap(graph, first, second, ())
    question = _Question(graph, first, second)
    return {node: question.role(node) for node in graph.nodes}


def role_sentence(graph: CausalGraph, node: str, treatment: Names, outcome: Names) -> str:
    """One plain sentence that says what the node is to the question, and why.

    Raises:
        GraphError: A name is unknown, selected, or stands on both sides.
    """
    first, second, (node,) = (known(names, graph.adjacency.index) for names in (treatment, outcome, node))
    refuse_overlap(graph, first, second, ())
    return _Question(graph, first, second).sentence(node)


def role_sentences(graph: CausalGraph, treatment: Names, outcome: Names) -> dict[str, str]:
    """The sentence of every node, in the order of the graph's nodes; quicker than one after the other.

    Raises:
        GraphError: A name is unknown, selected, or stands on both sides.
    """
    first, second = (known(names, graph.adjacency.index) for names in (treatment, outcome))
    refuse_overlap(graph, first, second, ())
    question = _Question(graph, first, second)
    return {node: question.sentence(node) for node in graph.nodes}


def instruments_given(graph: CausalGraph, treatment: Names, outcome: Names) -> dict[str, frozenset[str]]:
    """The instruments that are such only once other nodes are adjusted for -> those nodes.

    Raises:
        GraphError: A name is unknown, selected, or stands on both sides.
    """
    first, second = (known(names, graph.adjacency.index) for names in (treatment, outcome))
    refuse_overlap(graph, first, second, ())
    question = _Question(graph, first, second)
    given = {
        node: question.instrument_given(node) for node in graph.nodes if question.role(node) == "instrument"
    }
    return {node: nodes for node, nodes in given.items() if nodes}


class _Question:
    """Treatment and outcome in a graph, with the node sets that decide roles."""

    def __init__(self, graph: CausalGraph, treatment: tuple[str, ...], outcome: tuple[str, ...]) -> None:
        self.graph, self.treatment, self.outcome = graph, treatment, outcome
        adjacency = graph.adjacency
        self.t, self.y = adjacency.mask(treatment), adjacency.mask(outcome)
        self.causes = adjacency.ancestors(self.t) & ~self.t
        self.effects = adjacency.descendants(self.t) & ~self.t
        self.around = closure(self.y, adjacency.parents, ~self.t)
        self.mediators = self.effects & self.around & ~self.y
        moved = adjacency.descendants(self.mediators | self.effects & self.y)
        self.usable = adjacency.set(
            adjacency.mask(graph.observed) & ~(moved | self.t | self.y | adjacency.mask(graph.selected))
        )
        causal = self.mediators | self.y
        first = [(a, b) for a, b in graph.edges if a in treatment and causal >> adjacency.index[b] & 1]
        self.cut = graph.without(edges=first)

    def role(self, node: str) -> str:
        bit = 1 << self.graph.adjacency.index[node]
        if bit & self.t:
            return "treatment"
        if bit & self.y:
            return "outcome"
        if node in self.graph.latent:
            return "latent"
        if bit & self.mediators:
            return "mediator"
        if bit & self.causes and bit & self.around:
            return "confounder"
        if node not in self.graph.selected:
            if bit & self.causes:
                return "instrument" if self.instrument_given(node) is not None else "confounder"
            if bit & self.around and not bit & self.effects and self._hidden_tie(node):
                return "confounder"
        if self._collides(node):
            return "collider"
        return "other" if node in self.graph.selected else self._lesser(bit)

    def _lesser(self, bit: int) -> str:
        """The role of a node that is no mediator, confounder, instrument or collider."""
        adjacency = self.graph.adjacency
        if bit & self.around and not bit & self.effects:
            return "ancestor"
        if bit & (self.effects | adjacency.descendants(self.y)):
            return "descendant"
        return "proxy" if self._common_above(bit) else "other"

    def _common_above(self, bit: int) -> int:
        """The mask of the node's causes that cause both treatment and outcome."""
        return self.graph.adjacency.ancestors(bit) & ~bit & self.causes & self.around

    def instrument_given(self, node: str) -> frozenset[str] | None:
        """A set given which the node is tied to the outcome through the treatment alone; None without one."""
        if node not in self.usable:
            return None
        allowed = self.usable - {node}
        given = minimal_separator(self.cut, self.outcome, node, allowed=allowed)
        adjacency = self.graph.adjacency
        if given is None:
            return None
        condition = adjacency.mask(given | self.graph.selected)
        return given if connected(adjacency, 1 << adjacency.index[node], condition) & self.t else None

    def _hidden_tie(self, node: str) -> bool:
        """Whether the node and the treatment share a hidden cause that no observed set blocks."""
        allowed = self.usable - {node}
        return minimal_separator(self.graph, node, self.treatment, allowed=allowed) is None

    def _collides(self, node: str) -> bool:
        """Whether two paths that share no node lead from treatment and outcome to arrowheads at the node."""
        adjacency = self.graph.adjacency
        place = adjacency.index[node]
        heads = adjacency.parents[place] | adjacency.siblings[place]
        return heads.bit_count() > 1 and _two_disjoint(adjacency, heads, self.t, self.y, ~(1 << place))

    def sentence(self, node: str) -> str:
        chosen = " The rows are selected on it, so it is always held fixed."
        return self._sentence(node) + (chosen if node in self.graph.selected else "")

    def _sentence(self, node: str) -> str:
        t, y = listed(self.treatment), listed(self.outcome)
        role = self.role(node)
        if role in {"treatment", "outcome", "mediator", "collider"}:
            return {
                "treatment": f"{node} is the treatment: the question is what changing it does to {y}.",
                "outcome": f"{node} is the outcome: the question is how it answers to {t}.",
                "mediator": f"{node} is a mediator: {t} acts on {y} through it, "
                "so adjusting for it would hide part of the effect.",
                "collider": f"{node} is a collider: two arrows meet in it on a path between {t} and {y}, "
                "so adjusting for it can make an association that is no effect.",
            }[role]
        if role == "confounder":
            how = self._confounds(node, t, y)
            return f"{node} is a confounder: it {how}, so the two go together even without an effect."
        if role == "instrument":
            given = sorted(self.instrument_given(node) or ())
            if not given:
                return f"{node} is an instrument: it moves {t} and is tied to {y} only through {t}."
            are = "is" if len(given) == 1 else "are"
            return (
                f"{node} is an instrument given {listed(given)}: it moves {t} and, once {listed(given)} "
                f"{are} adjusted for, is tied to {y} only through {t}. With nothing adjusted for, a "
                f"back-door path ties it to {y} as well."
            )
        return self._remaining(node, role, t, y)

    def _confounds(self, node: str, t: str, y: str) -> str:
        bit = 1 << self.graph.adjacency.index[node]
        if bit & self.causes and bit & self.around:
            return f"causes both {t} and {y}"
        caused, tied = (t, y) if bit & self.causes else (y, t)
        return f"causes {caused} and shares a hidden cause with {tied}"

    def _remaining(self, node: str, role: str, t: str, y: str) -> str:
        """The sentence of a latent node or of one without a role, by what it causes and what causes it."""
        bit = 1 << self.graph.adjacency.index[node]
        adjacency = self.graph.adjacency
        if role == "proxy":
            above = self.graph.adjacency.names[next(bits(self._common_above(bit)))]
            return f"{node} is a proxy: it is an effect of {above}, which causes both {t} and {y}."
        latent = role == "latent"
        start = f"{node} is latent, so nothing can adjust for it: it" if latent else node
        if bit & self.mediators:
            return f"{node} is latent, so nothing can adjust for it: {t} acts on {y} through it."
        if bit & self.causes and bit & self.around:
            return f"{start} causes both {t} and {y}."
        if bit & self.causes:
            return f"{start} causes {t}."
        past_outcome = bit & adjacency.descendants(self.y)
        if bit & closure(self.t, adjacency.children, ~self.y):
            after = (
                f"{t} and of {y}: it comes after both"
                if past_outcome
                else f"{t}: it comes after the treatment"
            )
            return f"{start} is an effect of {after}."
        if bit & self.around:
            sharper = "" if latent else "; adjusting for it can sharpen the estimate"
            return f"{start} causes {y} but not {t}{sharper}."
        if past_outcome:
            return f"{start} is an effect of {y}: it comes after the outcome."
        if connected(adjacency, bit, 0) & (self.t | self.y):
            return f"{start} goes together with {t} or {y} but causes neither."
        return f"{start} has no tie to {t} or {y}."


def _two_disjoint(adjacency: Adjacency, heads: int, first: int, second: int, within: int) -> bool:
    """Whether two paths without a common node lead from `heads` to `first` and to `second`.

    By Menger's theorem they do when both sides are reached and no single node cuts off both; such a node
    would lie on every path, so only those of one path are tried.
    """
    either = [
        p | c | s for p, c, s in zip(adjacency.parents, adjacency.children, adjacency.siblings, strict=True)
    ]
    reached = closure(heads, either, within)
    if not (reached & first and reached & second):
        return False
    for node in _shortest(either, heads, first | second, within):
        rest = within & ~(1 << node)
        if not closure(heads & rest, either, rest) & (first | second):
            return False
    return True


def _shortest(either: list[int], start: int, end: int, within: int) -> list[int]:
    """The nodes of a shortest path between two masks that are joined."""
    layers = [start]
    seen = start
    while not layers[-1] & end:
        step = 0
        for node in bits(layers[-1]):
            step |= either[node]
        layers.append(step & within & ~seen)
        seen |= layers[-1]
    wanted = layers[-1] & end
    path = []
    for layer in reversed(layers):
        node = next(bits(layer & wanted))
        path.append(node)
        wanted = either[node]
    return path
