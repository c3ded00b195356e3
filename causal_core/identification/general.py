"""General identification: the ID and IDC algorithms of Shpitser and Pearl."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from causal_core.graph import CausalGraph
from causal_core.identification.expression import (
    Expression,
    Probability,
    do_latex,
    product,
    ratio,
    sum_latex,
    to_latex,
    total,
)
from causal_core.identification.links import Links
from causal_core.identification.question import listed

Set = frozenset[str]


@dataclass(frozen=True)
class Step:
    """One step of a derivation: the rule in words and the expression it leads to, as LaTeX."""

    rule: str
    expression: str


class HedgeFound(Exception):  # noqa: N818 - a hedge is an answer, not an error
    """The effect is not identifiable: `nodes` form one district, and so do `inner` once the rest is set."""

    def __init__(self, nodes: Set, inner: Set, outcomes: Set, treatments: Set) -> None:
        super().__init__(nodes, inner)
        self.nodes = nodes
        self.inner = inner
        self.outcomes = outcomes
        self.treatments = treatments


@dataclass(frozen=True)
class Distribution:
    """A distribution met on the way.

    Attributes:
        order: Its variables, causes before effects.
        joint: Its expression; None for the observed distribution itself.
        chain: The expression of each variable given all earlier ones, when `joint` is their product.
    """

    order: tuple[str, ...]
    joint: Expression | None = None
    chain: tuple[Expression, ...] | None = None

    @classmethod
    def of_chain(cls, order: tuple[str, ...], chain: Sequence[Expression]) -> Distribution:
        """The product of these conditionals."""
        return cls(order, product(chain), tuple(chain))

    def marginal(self, keep: Set) -> Distribution:
        """The distribution of the kept variables alone."""
        order = tuple(node for node in self.order if node in keep)
        if self.joint is None:
            return Distribution(order)
        if self.chain is not None and order == self.order[: len(order)]:
            return Distribution.of_chain(order, self.chain[: len(order)])
        return Distribution(order, total([n for n in reversed(self.order) if n not in keep], self.joint))

    def expression(self) -> Expression:
        """The distribution as an expression."""
        return Probability(self.order) if self.joint is None else self.joint

    def factor(self, node: str, blanket: Set) -> Expression:
        """The distribution of a node given all earlier ones; `blanket` are those of them that matter."""
        position = self.order.index(node)
        before = self.order[:position]
        if self.joint is None:
            return Probability((node,), tuple(n for n in before if n in blanket))
        if self.chain is not None:
            return self.chain[position]
        upto = self.marginal(frozenset((*before, node))).expression()
        return ratio(upto, self.marginal(frozenset(before)).expression()) if before else upto


@dataclass
class _Search:
    """One run on a projected graph; keeps the steps it takes."""

    graph: CausalGraph
    steps: list[Step] = field(default_factory=list)
    _links: dict[Set, Links] = field(default_factory=dict)

    def links(self, nodes: Set) -> Links:
        """The graph on some nodes."""
        if nodes not in self._links:
            self._links[nodes] = Links.of(self.graph, only=nodes)
        return self._links[nodes]

    def note(self, rule: str, expression: str) -> None:
        if not self.steps or self.steps[-1].expression != expression:
            self.steps.append(Step(rule, expression))

    def identify(self, y: Set, x: Set, known: Distribution, outside: Set) -> Expression:
        """P(y | do(x)) in the graph on the variables of `known`, what is `outside` having been set before."""
        nodes = frozenset(known.order)
        links = self.links(nodes)
        if not x:
            answer = known.marginal(y).expression()
            self.note(f"Nothing is set among {listed(nodes)} any more: read it off", to_latex(answer))
            return answer
        upstream = links.ancestors(y)
        if nodes - upstream:
            dropped = nodes - upstream
            self.note(
                f"Leave out {listed(dropped)}: no cause of {listed(y)}", do_latex(y, (x | outside) - dropped)
            )
            return self.identify(y, x & upstream, known.marginal(upstream), outside - dropped)
        idle = nodes - x - links.ancestors(y, stop=x)
        if idle:
            self.note(
                f"Set {listed(idle)} too: once {listed(x)} is set, that changes nothing for {listed(y)}",
                do_latex(y, x | idle | outside),
            )
            return self.identify(y, x | idle, known, outside)
        parts = districts(self.graph, nodes - x)
        if len(parts) > 1:
            pieces = [(part, (nodes - part) | outside) for part in parts]
            over = sorted(nodes - y - x)
            split = r" \, ".join(do_latex(part, done) for part, done in pieces)
            self.note(
                "Split into groups tied by hidden common causes: "
                f"{'; '.join(listed(part) for part in parts)}",
                sum_latex(over, split),
            )
            factors = [self.identify(part, nodes - part, known, outside) for part in parts]
            return total(over, product(factors))
        (part,) = parts
        whole = districts(self.graph, nodes)
        if len(whole) == 1:
            raise HedgeFound(nodes, part, y, x)
        home = next(group for group in whole if part <= group)
        factors = [known.factor(n, self._blanket(n, known.order)) for n in known.order if n in home]
        if part == home:
            answer = total([n for n in reversed(known.order) if n in part - y], product(factors))
            self.note(
                f"No hidden common cause ties {listed(part)} to the rest: use the observed conditionals",
                f"{do_latex(y, x | outside)} = {to_latex(answer)}",
            )
            return answer
        inner = Distribution.of_chain(tuple(n for n in known.order if n in home), factors)
        self.note(
            f"Look only at {listed(home)}, tied by hidden common causes, with the rest set",
            f"{do_latex(home, (nodes - home) | outside)} = {to_latex(product(factors))}",
        )
        return self.identify(y, x & home, inner, outside | (nodes - home))

    def _blanket(self, node: str, order: tuple[str, ...]) -> Set:
        """The earlier nodes that a node depends on given all earlier ones (Tian & Pearl 2002, lemma 1)."""
        upto = frozenset(order[: order.index(node) + 1])
        (district,) = (group for group in districts(self.graph, upto) if node in group)
        links = self.links(upto)
        return district.union(*(links.parents(member) for member in district)) - {node}


def districts(graph: CausalGraph, nodes: Set) -> list[Set]:
    """The groups of `nodes` joined by bidirected edges among them, in the order of the graph's nodes."""
    left = [node for node in graph.nodes if node in nodes]
    groups: list[Set] = []
    while left:
        seen, stack = {left[0]}, [left[0]]
        while stack:
            for near in graph.siblings(stack.pop()) & nodes:
                if near not in seen:
                    seen.add(near)
                    stack.append(near)
        groups.append(frozenset(seen))
        left = [node for node in left if node not in seen]
    return groups


def general_expression(
    graph: CausalGraph, outcomes: Iterable[str], treatments: Iterable[str], given: Iterable[str] = ()
) -> tuple[Expression, tuple[Step, ...]]:
    """P(outcomes | do(treatments), given) from the observed distribution, with the steps taken.

    Args:
        graph: A graph without latent nodes; hidden common causes are its bidirected edges.
        outcomes: What is looked at.
        treatments: What is set.
        given: What is conditioned on after setting.

    Raises:
        HedgeFound: No expression exists.

    Source: Shpitser & Pearl 2006, "Identification of joint interventional distributions" (ID) and
    "Identification of conditional interventional distributions" (IDC).
    """
    y, x, w = frozenset(outcomes), frozenset(treatments), frozenset(given)
    search = _Search(graph)
    search.note("The question", do_latex(y, x, w))
    order = Distribution(graph.topological_order())
    moved = True
    while moved:
        moved = False
        into_x = {edge for edge in graph.edges if edge[1] in x}
        arcs = [pair for pair in graph.bidirected if not x & set(pair)]
        for node in sorted(w):
            edges = [edge for edge in graph.edges if edge not in into_x and edge[0] != node]
            if Links(graph.nodes, edges, arcs).separated({node}, y, x | w - {node}):
                x, w, moved = x | {node}, w - {node}, True
                search.note(
                    f"Seeing {node} is as good as setting it: no open path enters it (rule 2 of the "
                    "do-calculus)",
                    do_latex(y, x, w),
                )
                break
    joint = search.identify(y | w, x, order, frozenset())
    answer = ratio(joint, total(sorted(y), joint)) if w else joint
    search.note("Put together", f"{do_latex(y, x, w)} = {to_latex(answer)}")
    return answer, tuple(search.steps)
