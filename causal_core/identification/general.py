"""General identification: the ID and IDC algorithms of Shpitser and Pearl."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from causal_core.graph import CausalGraph
from causal_core.graph.adjacency import closure
from causal_core.identification.c_components import blanket, districts, seen_for_set
from causal_core.identification.derivation import (
    Separation,
    Step,
    question_step,
    set_to,
    setting_changes,
)
from causal_core.identification.expression import Expression, Probability, Ratio, Sum, product, ratio, total
from causal_core.identification.question import listed

Set = frozenset[str]


class HedgeFound(Exception):  # noqa: N818 - a hedge is an answer, not an error
    """The effect is not identifiable: `nodes` form one district, and so do `inner` once the rest is set."""

    def __init__(self, nodes: Set, inner: Set, outcomes: Set, treatments: Set) -> None:
        super().__init__(nodes, inner)
        self.nodes = nodes
        self.inner = inner
        self.outcomes = outcomes
        self.treatments = treatments
        self.steps: tuple[Step, ...] = ()


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

    def factor(self, node: str) -> Expression:
        """The distribution of a node given all earlier ones; `joint` is there."""
        position = self.order.index(node)
        if self.chain is not None:
            return self.chain[position]
        upto = self.marginal(frozenset(self.order[: position + 1])).expression()
        before = self.order[:position]
        return ratio(upto, self.marginal(frozenset(before)).expression()) if before else upto


@dataclass
class _Search:
    """One run on a projected graph; keeps the steps it takes."""

    graph: CausalGraph
    steps: list[Step] = field(default_factory=list)

    def ancestors(self, y: Set, within: Set, stop: Set = frozenset()) -> Set:
        """The nodes of `within` with a directed path to `y` inside it that enters no node of `stop`."""
        web = self.graph.adjacency
        return web.set(closure(web.mask(y), web.parents, web.mask(within - stop)))

    def identify(self, y: Set, x: Set, known: Distribution, outside: Set, shown: Set) -> Expression:
        """P(y | do(x)) in the graph on the variables of `known`, what is `outside` having been set before.

        Args:
            y: What is looked at.
            x: What is still to be set.
            known: The distribution it is to be had from.
            outside: What is set in `known`.
            shown: What is set in the expression the derivation has reached.
        """
        nodes = frozenset(known.order)
        if not x:
            self.steps += setting_changes(y, shown, outside)
            answer = known.marginal(y).expression()
            self._found(set_to(y, outside), answer, known, "Sum the rest out")
            return answer
        upstream = self.ancestors(y, nodes)
        if nodes - upstream:
            return self.identify(y, x & upstream, known.marginal(upstream), outside, shown)
        idle = nodes - x - self.ancestors(y, nodes, stop=x)
        if idle:
            return self.identify(y, x | idle, known, outside, shown)
        parts = districts(self.graph, nodes - x)
        if len(parts) > 1:
            return self._by_parts(y, x, known, outside, shown, parts)
        (part,) = parts
        whole = districts(self.graph, nodes)
        if len(whole) == 1:
            raise HedgeFound(nodes, part, y, x)
        home = next(group for group in whole if part <= group)
        if part == home == y:
            self.steps += setting_changes(y, shown, x | outside)
            return self._district(home, known, outside).expression()
        inner = self._district(home, known, outside)
        if part == home:
            self.steps += setting_changes(y, shown, x | outside)
            answer = total([n for n in reversed(inner.order) if n not in y], inner.expression())
            self._found(set_to(y, x | outside), answer, inner, "Sum the rest out")
            return answer
        return self.identify(y, x & home, inner, outside | (nodes - home), shown)

    def _by_parts(
        self, y: Set, x: Set, known: Distribution, outside: Set, shown: Set, parts: list[Set]
    ) -> Expression:
        nodes = frozenset(known.order)
        self.steps += setting_changes(y, shown, x | outside)
        over = tuple(sorted(nodes - y - x))
        pieces = product(set_to(part, (nodes - part) | outside) for part in parts)
        self.steps.append(
            Step(
                f"Split into groups that no hidden common cause joins: {'; '.join(map(listed, parts))}",
                "factorisation",
                set_to(y, x | outside),
                Sum(over, pieces) if over else pieces,
                apart=tuple(parts),
            )
        )
        factors = []
        for part in parts:
            rest = nodes - part
            factors.append(self.identify(part, rest, known, outside, rest | outside))
        return total(over, product(factors))

    def _district(self, home: Set, known: Distribution, outside: Set) -> Distribution:
        """The distribution of a district once everything else in `known` is set."""
        order = tuple(node for node in known.order if node in home)
        if known.joint is None:
            needed = [blanket(self.graph, n, known.order[: known.order.index(n)]) for n in order]
            steps = seen_for_set(order, known.order, outside, needed)
            chain: list[Expression] = [
                Probability((n,), tuple(m for m in known.order if m in near))
                for n, near in zip(order, needed, strict=True)
            ]
        else:
            steps = seen_for_set(order, known.order, outside, None)
            chain = [known.factor(n) for n in order]
        self.steps += steps
        inner = Distribution.of_chain(order, chain)
        if known.joint is not None:
            start = set_to(order, (frozenset(known.order) - home) | outside)
            last = steps[-1].right if steps else start
            self._found(last, inner.expression(), known, "Divide")
        return inner

    def _found(self, left: Expression, right: Expression, known: Distribution, doing: str) -> None:
        """The step that writes an expression with what was found for `known`."""
        if left == right:
            return
        of = f" of {listed(known.order)}"
        if doing == "Divide" and known.chain is None:
            self.steps.append(
                Step(
                    f"Divide by what is conditioned on, in the distribution{of}", "conditioning", left, right
                )
            )
        elif doing == "Divide" or (isinstance(left, Probability) and set(left.variables) == set(known.order)):
            self.steps.append(
                Step(f"Use what was found for the distribution{of}", "substitution", left, right)
            )
        else:
            self.steps.append(Step(f"{doing}, in the distribution{of}", "marginalisation", left, right))


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
    "Identification of conditional interventional distributions" (IDC). The steps use the three rules of the
    do-calculus (Pearl 2009, theorem 3.4.1), the laws of probability and the factorisation of Tian and
    Pearl 2002.
    """
    y, x, w = frozenset(outcomes), frozenset(treatments), frozenset(given)
    search = _Search(graph)
    search.steps.append(question_step(y, x, w))
    asked = set_to(y, x, w)
    moved = True
    while moved:
        moved = False
        for node in sorted(w):
            claim = Separation(frozenset((node,)), y, x | w - {node}, into=x, out_of=frozenset((node,)))
            if claim.holds(graph):
                before = set_to(y, x, w)
                x, w, moved = x | {node}, w - {node}, True
                words = f"Set {node} instead of seeing it: no open path enters it"
                search.steps.append(Step(words, "rule 2", before, set_to(y, x, w), (claim,)))
                break
    if w:
        halves = Ratio(set_to(y | w, x), set_to(w, x))
        words = f"Write it through the distribution of {listed(y | w)}"
        search.steps.append(Step(words, "conditioning", set_to(y, x, w), halves))
    try:
        joint = search.identify(y | w, x, Distribution(graph.topological_order()), frozenset(), x)
    except HedgeFound as found:
        found.steps = tuple(search.steps)
        raise
    answer = ratio(joint, total(sorted(y), joint)) if w else joint
    if len(search.steps) > 1 and (search.steps[-1].left, search.steps[-1].right) != (asked, answer):
        search.steps.append(Step("Put together", "substitution", asked, answer))
    return answer, tuple(search.steps)
