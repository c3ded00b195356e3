"""Districts (c-components) and the steps that turn what is set into what is seen within one of them."""

from __future__ import annotations

from collections.abc import Iterable

from causal_core.graph import CausalGraph
from causal_core.graph.adjacency import closure
from causal_core.graph.names import listed as in_order
from causal_core.identification.derivation import Separation, Step, set_to
from causal_core.identification.expression import Expression, Probability, product
from causal_core.identification.question import listed

Set = frozenset[str]


def districts(graph: CausalGraph, nodes: Iterable[str]) -> list[Set]:
    """The groups of `nodes` joined by bidirected edges among them, in the order of the graph's nodes."""
    web = graph.adjacency
    left = within = web.mask(nodes)
    groups = []
    while left:
        group = closure(left & -left, web.siblings, within)
        left &= ~group
        groups.append(web.set(group))
    return groups


def blanket(graph: CausalGraph, node: str, before: Iterable[str]) -> Set:
    """The nodes of `before` that a node depends on given all of them (Tian & Pearl 2002, lemma 1).

    Args:
        graph: A graph without latent nodes.
        node: The node.
        before: Nodes that come before it in a topological order.
    """
    web = graph.adjacency
    own = web.mask((node,))
    within = web.mask(before) | own
    district = closure(own, web.siblings, within)
    found = district
    left = district
    while left:
        low = left & -left
        found |= web.parents[low.bit_length() - 1]
        left ^= low
    return web.set(found & within & ~own)


def seen_for_set(
    part: tuple[str, ...], order: tuple[str, ...], outside: Set, blankets: list[Set] | None
) -> list[Step]:
    """The steps from P(part | do(everything else)) to conditionals in which only `outside` is set.

    Every node of `part` is followed in topological order: what is set after it has no influence (rule 3),
    what is set before it may as well be seen (rule 2), and what it does not depend on is left out (rule 1).

    Args:
        part: A group of nodes that no bidirected edge joins to another node of `order`, in its order.
        order: The nodes looked at, causes before effects.
        outside: What has been set before, and stays set.
        blankets: For each node of `part` what it depends on among the nodes before it; None to leave it out.

    Source: Tian & Pearl 2002, "A general identification condition for causal effects", lemma 1, from rules of
    the do-calculus (Pearl 2009, theorem 3.4.1).
    """
    members = frozenset(part)
    others = frozenset(order) - members
    everything, held = tuple(sorted(others | outside)), tuple(sorted(outside))
    chained: list[Expression] = []
    unmoved: list[Expression] = []
    observed: list[Expression] = []
    shortest: list[Expression] = []
    later: list[Separation] = []
    tied: list[Separation] = []
    spare: list[Separation] = []
    for place, node in enumerate(part):
        own = frozenset((node,))
        earlier = order[: order.index(node)]
        inside = tuple(n for n in earlier if n in members)
        early = frozenset(earlier) & others
        chained.append(Probability((node,), inside, everything))
        unmoved.append(Probability((node,), inside, tuple(sorted(early | outside))))
        observed.append(Probability((node,), earlier, held))
        if others - early:
            given = early | outside | frozenset(inside)
            later.append(Separation(own, others - early, given, into=others | outside))
        if early:
            tied.append(Separation(own, early, outside | frozenset(inside), into=outside, out_of=early))
        if blankets is not None:
            needed = blankets[place]
            shortest.append(Probability((node,), tuple(n for n in earlier if n in needed), held))
            if idle := frozenset(earlier) - needed:
                spare.append(Separation(own, idle, needed | outside, into=outside))
    with_set = f"With {listed(everything)} set, t" if everything else "T"
    forms = [
        (f"{with_set}ake {in_order(part)} one after the other, causes first", "chain rule", chained, []),
        (
            f"Leave what comes later as it is: setting it changes nothing for {_of(later)}",
            "rule 3",
            unmoved,
            later,
        ),
        (
            f"See what comes before instead of setting it: no hidden cause ties it to {_of(tied)}",
            "rule 2",
            observed,
            tied,
        ),
    ]
    if blankets is not None:
        forms.append(
            (f"Leave out what makes no difference to {_of(spare)}, given the rest", "rule 1", shortest, spare)
        )
    steps = []
    now: Expression = set_to(part, everything)
    for rule, law, factors, claims in forms:
        then = product(factors)
        if then != now:
            steps.append(Step(rule, law, now, then, tuple(claims)))
            now = then
    return steps


def _of(claims: list[Separation]) -> str:
    return listed(frozenset[str]().union(*(claim.left for claim in claims)))
