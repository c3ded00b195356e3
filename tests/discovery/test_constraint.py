"""PC and FCI where every test answers right: they must find what theory says, no more and no less."""

from itertools import combinations, product

import numpy as np
import pytest

from causal_core.discovery.constraint import fci, pc
from causal_core.discovery.knowledge import Knowledge
from causal_core.discovery.pag import ARROW, CIRCLE, TAIL
from causal_core.graph import CausalGraph
from causal_core.graph.adjacency import bits
from causal_core.problem import GraphError
from tests.discovery.worlds import questions, random_dag


def pointed(graph, columns):
    return {(columns[a], columns[b]) for b in range(len(columns)) for a in bits(graph.parents[b])}


def joined(graph, columns):
    return {frozenset((columns[a], columns[b])) for a in range(len(columns)) for b in bits(graph.near(a))}


def pairs_of(edges):
    return {frozenset(edge) for edge in edges}


@pytest.mark.parametrize("seed", range(40))
def test_pc_finds_the_equivalence_class(seed):
    rng = np.random.default_rng(seed)
    truth = random_dag(rng, int(rng.integers(2, 8)), rng.uniform(0.2, 0.8))
    ask, rules, _ = questions(truth, truth.nodes)
    found, notes = pc(ask, rules, None)
    assert notes == ()
    assert joined(found, truth.nodes) == pairs_of(truth.edges)
    assert pointed(found, truth.nodes) == set(truth.equivalence_class().compelled)


@pytest.mark.parametrize("seed", range(40))
def test_pc_with_true_knowledge_points_what_all_dags_that_obey_it_share(seed):
    rng = np.random.default_rng(1000 + seed)
    truth = random_dag(rng, int(rng.integers(3, 7)), rng.uniform(0.3, 0.9))
    known = true_knowledge(rng, truth)
    ask, rules, _ = questions(truth, truth.nodes, known)
    found, notes = pc(ask, rules, None)
    assert notes == ()
    assert joined(found, truth.nodes) == pairs_of(truth.edges)
    assert pointed(found, truth.nodes) == shared_arrows(truth, known)


def true_knowledge(rng, truth):
    edges = list(truth.edges)
    required = tuple(edge for edge in edges if rng.random() < 0.2)
    forbidden = tuple(
        (a, b)
        for a in truth.nodes
        for b in truth.nodes
        if a != b and (a, b) not in edges and rng.random() < 0.15
    )
    order = truth.topological_order()
    cut = int(rng.integers(0, len(order)))
    tiers = (tuple(order[:cut]), tuple(order[cut:])) if rng.random() < 0.5 and cut else ()
    return Knowledge(forbidden, required, tiers)


def shared_arrows(truth, known):
    """By brute force: the arrows of every DAG of the class that obeys what is known."""
    shared = None
    colliders = v_structures(truth)
    for turned in product((False, True), repeat=len(truth.edges)):
        edges = [edge[::-1] if turn else edge for edge, turn in zip(truth.edges, turned, strict=True)]
        if any(known.forbids(*edge) for edge in edges) or not set(known.required) <= set(edges):
            continue
        try:
            other = CausalGraph(edges, nodes=truth.nodes)
        except GraphError:
            continue
        if v_structures(other) == colliders:
            shared = set(edges) if shared is None else shared & set(edges)
    return shared


def v_structures(graph):
    near = pairs_of(graph.edges)
    return {
        (frozenset((a, c)), b)
        for b in graph.nodes
        for a, c in combinations(sorted(graph.parents(b)), 2)
        if frozenset((a, c)) not in near
    }


def test_a_pair_that_knowledge_keeps_apart_makes_no_collider():
    # x <- y -> z: knowing that x and z do not cause each other says nothing of y's directions. causal-learn
    # takes the empty set as what separated them and points both arrows into y.
    truth = CausalGraph([("y", "x"), ("y", "z")], nodes=("x", "y", "z"))
    ask, rules, _ = questions(truth, truth.nodes, Knowledge(forbidden=(("x", "z"), ("z", "x"))))
    found, _ = pc(ask, rules, None)
    assert pointed(found, truth.nodes) == set()
    assert joined(found, truth.nodes) == {frozenset("xy"), frozenset("yz")}


def test_pc_keeps_a_required_arrow_that_the_data_deny():
    truth = CausalGraph([("a", "b")], nodes=("a", "b", "c"))
    ask, rules, _ = questions(truth, truth.nodes, Knowledge(required=(("c", "b"),)))
    found, _ = pc(ask, rules, None)
    assert ("c", "b") in pointed(found, truth.nodes)


def ancestral(graph):
    return all(a not in graph.ancestors([b]) and b not in graph.ancestors([a]) for a, b in graph.bidirected)


def independencies(graph):
    return frozenset(
        (x, y, given)
        for x, y in combinations(graph.nodes, 2)
        for size in range(len(graph.nodes) - 1)
        for given in combinations([z for z in graph.nodes if z not in (x, y)], size)
        if graph.is_d_separated(x, y, given)
    )


def classes(nodes, pairs):
    """The maximal ancestral graphs with these pairs joined, grouped by what they imply (Zhang 2008)."""
    groups = {}
    for marks in product(("->", "<-", "<->"), repeat=len(pairs)):
        edges = [
            pair if mark == "->" else pair[::-1]
            for pair, mark in zip(pairs, marks, strict=True)
            if mark != "<->"
        ]
        arcs = [pair for pair, mark in zip(pairs, marks, strict=True) if mark == "<->"]
        try:
            graph = CausalGraph(edges, bidirected=arcs, nodes=nodes)
        except GraphError:
            continue
        if not ancestral(graph):
            continue
        implied = independencies(graph)
        apart = {(x, y) for x, y, _ in implied}
        if all((pair in apart) != (pair in pairs) for pair in combinations(nodes, 2)):
            groups.setdefault(implied, []).append((graph, marks))
    return groups.values()


FOUR = tuple(combinations("abcd", 2))
FIVE = (
    (("a", "b"), ("a", "c"), ("b", "d"), ("c", "e"), ("d", "e")),
    (("a", "b"), ("a", "c"), ("b", "d"), ("c", "d"), ("d", "e"), ("b", "c")),
)


@pytest.mark.parametrize(
    "pairs",
    [*(FOUR[:number] for number in range(1, 6)), FOUR[1:], FOUR[::2], FOUR[1:5], *FIVE],
    ids=lambda pairs: "_".join("".join(pair) for pair in pairs),
)
def test_fci_puts_exactly_the_marks_that_all_graphs_with_hidden_causes_share(pairs):
    nodes = tuple(sorted({end for pair in pairs for end in pair} | set("abcd")))
    meaning = {"->": (TAIL, ARROW), "<-": (ARROW, TAIL), "<->": (ARROW, ARROW)}
    for members in classes(nodes, pairs):
        ask, rules, clock = questions(members[0][0], nodes)
        found, notes = fci(ask, rules, 10, clock)
        assert notes == ()
        for place, (one, other) in enumerate(pairs):
            ends = [{meaning[marks[place]][end] for _, marks in members} for end in (0, 1)]
            wanted = tuple(end.pop() if len(end) == 1 else CIRCLE for end in ends)
            a, b = nodes.index(one), nodes.index(other)
            assert (found.mark[b][a], found.mark[a][b]) == wanted


@pytest.mark.parametrize("seed", range(30))
def test_fci_says_nothing_false_with_hidden_causes_and_true_knowledge(seed):
    rng = np.random.default_rng(2000 + seed)
    whole = random_dag(rng, int(rng.integers(5, 9)), rng.uniform(0.25, 0.6))
    hidden = [str(node) for node in rng.choice(list(whole.nodes), int(rng.integers(0, 3)), replace=False)]
    truth = CausalGraph(whole.edges, nodes=whole.nodes, latent=hidden)
    columns = [node for node in truth.nodes if node not in hidden]
    order = [node for node in truth.topological_order() if node in columns]
    cut = int(rng.integers(1, len(order)))
    known = Knowledge(tiers=(tuple(order[:cut]), tuple(order[cut:])))
    ask, rules, clock = questions(truth, columns, known)
    found, _ = fci(ask, rules, 10, clock)
    for a, one in enumerate(columns):
        for b, other in enumerate(columns):
            causes = other in truth.ancestors([one])
            assert not (found.mark[a][b] == ARROW and causes)
            assert not (found.mark[a][b] == TAIL and not causes)
            late = one in order[cut:] and other in order[:cut]
            if late and found.mark[a][b]:
                assert found.mark[b][a] == ARROW


def test_what_cannot_cause_may_still_share_a_hidden_cause():
    # causal-learn turns "b cannot cause a" into a -> b, which denies the hidden cause.
    truth = CausalGraph([("u", "a"), ("u", "b")], latent=["u"], nodes=("a", "b", "u"))
    ask, rules, clock = questions(truth, ("a", "b"), Knowledge(tiers=(("a",), ("b",))))
    found, _ = fci(ask, rules, None, clock)
    assert found.text(0, 1) == (0, 1, "o->")
    both = Knowledge(forbidden=(("a", "b"), ("b", "a")))
    ask, rules, clock = questions(truth, ("a", "b"), both)
    assert fci(ask, rules, None, clock)[0].text(0, 1) == (0, 1, "<->")
