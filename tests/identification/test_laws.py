"""Laws of identification on random graphs, judged by definitions spelled out, exact worlds and pyagrum."""

from __future__ import annotations

import random
import warnings
from itertools import pairwise

import networkx as nx
import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from causal_core.graph import CausalGraph
from causal_core.identification import (
    Instrument,
    adjustment_sets,
    check_adjustment,
    frontdoor_sets,
    identify,
    instruments,
)
from causal_core.identification.adjustment import why_no_adjustment
from causal_core.identification.question import Question
from tests.identification.brute import graphs, minimal, separated, subsets
from tests.identification.worlds import World

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # its types from C++ have no module, which Python deprecates
    import pyagrum


@st.composite
def questions(draw, largest=6, selected=True):
    """A random graph with one or two treatments and outcomes among its observed, unselected nodes."""
    graph = draw(graphs(smallest=3, largest=largest, selected=selected))
    askable = draw(st.permutations(sorted(graph.observed - graph.selected)))
    assume(len(askable) > 1)
    first = draw(st.integers(1, min(2, len(askable) - 1)))
    second = draw(st.integers(1, min(2, len(askable) - first)))
    return graph, frozenset(askable[:first]), frozenset(askable[first : first + second])


def part_of(draw, nodes, most=6):
    return frozenset(draw(st.sets(st.sampled_from(sorted(nodes)), max_size=most)) if nodes else ())


def forbidden_and_cut(directed, treatments, outcomes, effect):
    """Perkovic et al. 2018, definitions 4.1 and 4.3, from the causal paths listed one by one."""
    if effect == "direct":
        below = set().union(*(nx.descendants(directed, y) for y in outcomes))
        return below, [(x, y) for x in treatments for y in outcomes if directed.has_edge(x, y)]
    proper = [
        path
        for x in treatments
        for y in outcomes
        for path in nx.all_simple_paths(directed, x, y)
        if not set(path[1:]) & treatments
    ]
    causal = {node for path in proper for node in path[1:]}
    return causal.union(*(nx.descendants(directed, n) for n in causal)), [next(pairwise(p)) for p in proper]


def passed_on(directed, treatments, outcomes, cut):
    """Whether a direct effect on one outcome goes on to another, so that no set gives both."""
    left = directed.copy()
    left.remove_nodes_from(treatments)
    return any(nx.descendants(left, y) & outcomes for _, y in cut)


@settings(max_examples=150, deadline=None)
@given(questions(), st.sampled_from(["total", "direct"]), st.data())
def test_adjustment_sets_are_all_minimal_ones_of_the_criterion(question, effect, data):
    graph, treatments, outcomes = question
    directed = graph.to_networkx()
    rest = frozenset(graph.nodes) - treatments - outcomes
    selection = part_of(data.draw, rest & graph.observed, 1)
    include = part_of(data.draw, rest, 2)
    exclude = part_of(data.draw, rest, 2)
    fixed = graph.selected | selection
    forbidden, cut = forbidden_and_cut(directed, treatments, outcomes, effect)
    hopeless = effect == "direct" and passed_on(directed, treatments, outcomes, cut)
    directed.remove_edges_from(cut)
    valid = {
        candidate
        for candidate in subsets(rest & graph.observed - fixed)
        if not hopeless
        and not (candidate | fixed) & forbidden
        and separated(directed, treatments, outcomes, candidate | fixed)
    }
    wanted = include - fixed
    ordered = [candidate for candidate in subsets(rest - fixed) if candidate in valid]
    expected = minimal([each for each in ordered if wanted <= each and not each & exclude])
    found = adjustment_sets(graph, treatments, outcomes, effect, include, exclude, selection)
    assert tuple(found) == expected
    assert found.complete
    for candidate in subsets(rest - fixed):
        check = check_adjustment(graph, treatments, outcomes, candidate, effect, selection)
        assert check.valid == (candidate in valid)
        if check.open_path:
            assert {check.open_path[0]} <= treatments
            assert {check.open_path[-1]} <= outcomes
    asked = Question.ask(graph, treatments, outcomes, effect, selection)
    assert (why_no_adjustment(asked) == "") == bool(valid)


@settings(max_examples=60, deadline=None)
@given(questions(), st.integers(1, 4), st.randoms(use_true_random=False))
def test_a_shorter_listing_is_part_of_the_whole_and_names_do_not_matter(question, limit, shuffle):
    graph, treatments, outcomes = question
    whole = adjustment_sets(graph, treatments, outcomes)
    part = adjustment_sets(graph, treatments, outcomes, limit=limit)
    assert set(part) <= set(whole)
    assert len(part) == min(limit, len(whole))
    assert part.complete == (len(part) == len(whole))
    order = list(graph.nodes)
    shuffle.shuffle(order)
    new = dict(zip(graph.nodes, order, strict=True))
    edges = [(new[a], new[b]) for a, b in graph.edges]
    shuffle.shuffle(edges)
    renamed = CausalGraph(
        edges,
        [(new[b], new[a]) for a, b in graph.bidirected],
        [new[n] for n in graph.latent],
        order,
        [new[n] for n in graph.selected],
    )
    turned = adjustment_sets(renamed, {new[n] for n in treatments}, {new[n] for n in outcomes})
    assert set(turned) == {frozenset(new[n] for n in each) for each in whole}


class Linear:
    """The exact covariances and effects of a linear model with random coefficients on a graph."""

    def __init__(self, graph: CausalGraph, seed: int) -> None:
        chance = random.Random(seed)  # noqa: S311 - coefficients, not secrets
        directed = graph.to_networkx()
        self.names = list(directed)
        size = len(self.names)
        self.direct = np.zeros((size, size))
        for a, b in directed.edges:
            value = chance.uniform(0.4, 0.9) * chance.choice([-1, 1])
            self.direct[self.at(b), self.at(a)] = value
        self.total = np.linalg.inv(np.eye(size) - self.direct)
        noise = np.diag([chance.uniform(0.5, 1.5) for _ in range(size)])
        self.covariance = self.total @ noise @ self.total.T

    def at(self, name: str) -> int:
        return self.names.index(name)

    def partial(self, one: str, other: str, held: frozenset[str]) -> float:
        """The covariance of two variables once the linear part of some others is taken away."""
        keep, gone = [self.at(one), self.at(other)], [self.at(name) for name in sorted(held)]
        cross = self.covariance[np.ix_(keep, gone)]
        inner = self.covariance[np.ix_(gone, gone)]
        left = self.covariance[np.ix_(keep, keep)] - cross @ np.linalg.solve(inner, cross.T)
        return float(left[0, 1])

    def slope(self, outcome: str, treatment: str, held: frozenset[str]) -> float:
        """The coefficient of the treatment in the regression of the outcome on it and some others."""
        return self.partial(treatment, outcome, held) / self.partial(treatment, treatment, held)

    def effect(self, treatment: str, outcome: str, kind: str) -> float:
        matrix = self.total if kind == "total" else self.direct
        return float(matrix[self.at(outcome), self.at(treatment)])


@settings(max_examples=60, deadline=None)
@given(graphs(), st.sampled_from(["total", "direct"]), st.integers(0, 10**6))
def test_regression_gives_the_effect_exactly_when_the_set_is_valid(graph, effect, seed):
    """Sound for linear models too; complete for the total effect and where there is an arrow."""
    world = Linear(graph, seed)
    truth = world.effect("x", "y", effect)
    complete = effect == "total" or ("x", "y") in graph.edges
    for held in subsets(graph.observed - {"x", "y"}):
        right = abs(world.slope("y", "x", held) - truth) < 1e-9
        valid = check_adjustment(graph, "x", "y", held, effect).valid
        assert right if valid else not (right and complete)


@settings(max_examples=80, deadline=None)
@given(graphs(smallest=4, largest=7), st.sampled_from(["total", "direct"]), st.integers(0, 10**6))
def test_every_instrument_gives_the_linear_effect(graph, effect, seed):
    world = Linear(graph, seed)
    truth = world.effect("x", "y", effect)
    for found in instruments(graph, "x", "y", effect):
        moved = world.partial(found.variable, "x", found.given)
        assert abs(moved) > 1e-9
        assert world.partial(found.variable, "y", found.given) / moved == pytest.approx(truth, abs=1e-7)


@settings(max_examples=60, deadline=None)
@given(graphs(smallest=4, largest=6, selected=True), st.sampled_from(["total", "direct"]))
def test_instruments_are_all_of_the_definition_between_any_two_nodes(graph, effect):
    askable = sorted(graph.observed - graph.selected)
    assume(len(askable) > 2)
    treatment, outcome = askable[1], askable[0]
    directed = graph.to_networkx()
    forbidden, cut = forbidden_and_cut(directed, {treatment}, {outcome}, effect)
    without = directed.copy()
    without.remove_edges_from(cut)
    usable = graph.observed - graph.selected - forbidden - {treatment, outcome}
    expected = []
    for variable in sorted(usable) if not graph.selected & forbidden else ():
        valid = [
            held
            for held in subsets(usable - {variable})
            if not separated(directed, {variable}, {treatment}, held | graph.selected)
            and separated(without, {variable}, {outcome}, held | graph.selected)
        ]
        expected += [Instrument(variable, held) for held in minimal(valid)]
    found = instruments(graph, treatment, outcome, effect)
    assert set(found) == set(expected)
    assert len(found) == len(expected)


@settings(max_examples=80, deadline=None)
@given(questions(selected=False))
def test_frontdoor_sets_are_all_minimal_ones_of_the_definition(question):
    """Pearl 2009, definition 3.3.3, for several treatments and outcomes."""
    graph, treatments, outcomes = question
    directed = graph.to_networkx()

    def back_doors_closed(sources, targets, held):
        without = directed.copy()
        without.remove_edges_from([edge for edge in directed.edges if edge[0] in sources])
        return separated(without, sources, targets, held)

    def carries_everything(held):
        without = directed.copy()
        without.remove_nodes_from(held)
        return not any(nx.has_path(without, x, y) for x in treatments for y in outcomes)

    valid = [
        held
        for held in subsets(graph.observed - treatments - outcomes)
        if carries_everything(held)
        and (
            not held
            or (back_doors_closed(treatments, held, set()) and back_doors_closed(held, outcomes, treatments))
        )
    ]
    assert tuple(frontdoor_sets(graph, treatments, outcomes)) == minimal(valid)


@settings(max_examples=40, deadline=None)
@given(graphs(smallest=3, largest=6), st.integers(0, 10**6))
def test_sets_give_the_distribution_after_the_intervention(graph, seed):
    """The adjustment and front-door formulas of every set found, on an exact distribution."""
    world = World(graph, seed)
    joint = world.joint()

    def probability(variables, given=()):
        return world.marginal(joint, {*variables, *given}) / world.marginal(joint, set(given))

    def summed(array, over):
        return array.sum(axis=tuple(world.names.index(n) for n in over), keepdims=True)

    answers = [
        summed(probability("y", {"x", *held}) * probability(held), held)
        for held in adjustment_sets(graph, "x", "y")
    ]
    for held in frontdoor_sets(graph, "x", "y"):
        if held:
            inner = summed(probability("x") * probability("y", {"x", *held}), "x")
            answers.append(summed(probability(held, "x") * inner, held))
    for value in (0, 1):
        truth = world.marginal(world.joint(do={"x": value}), {"y"})
        for answer in answers:
            got = world.at(answer, {"x": value})
            np.testing.assert_allclose(*np.broadcast_arrays(truth, got))


@settings(max_examples=150, deadline=None)
@given(questions(largest=7, selected=False))
def test_identifiability_agrees_with_pyagrum(question):
    """Several treatments and outcomes in graphs whose hidden causes are bidirected edges or latent roots."""
    graph, treatments, outcomes = question
    hidden = {u: sorted(graph.children(u)) for u in graph.latent if not graph.parents(u)}
    assume(hidden.keys() == graph.latent and not any(graph.siblings(u) for u in graph.latent))
    arrows = [edge for edge in graph.edges if edge[0] not in graph.latent]
    lines = [f"{a}->{b}" for a, b in arrows]
    causes = [(f"arc{i}", list(pair)) for i, pair in enumerate(graph.bidirected)]
    causes += [(f"hidden {u}", children) for u, children in hidden.items() if len(children) > 1]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # a warning raised as an error inside its C++ ends the process
        network = pyagrum.BayesNet.fastPrototype(";".join([*lines, *sorted(graph.observed)]))
        model = pyagrum.CausalModel(network, causes, True)
        _, table, _ = pyagrum.causalImpact(model, on=set(outcomes), doing=set(treatments))
    assert identify(graph, treatments, outcomes).identifiable == (table is not None)


@settings(max_examples=40, deadline=None)
@given(questions(largest=5, selected=False), st.integers(0, 10**6))
def test_formulas_for_several_treatments_and_outcomes_give_the_true_effect(question, seed):
    graph, treatments, outcomes = question
    found = identify(graph, treatments, outcomes)
    assume(found.identifiable)
    world = World(graph, seed)
    joint = world.joint()
    for number in range(2 ** len(treatments)):
        done = {name: number >> place & 1 for place, name in enumerate(sorted(treatments))}
        truth = world.marginal(world.joint(do=done), set(outcomes))
        got = world.at(world.value(found.expression, joint), done)
        np.testing.assert_allclose(*np.broadcast_arrays(truth, got))


@settings(max_examples=60, deadline=None)
@given(graphs(largest=6))
def test_each_way_to_the_effect_makes_it_identifiable(graph):
    ways = [*adjustment_sets(graph, "x", "y"), *frontdoor_sets(graph, "x", "y")]
    if ways:
        assert identify(graph, "x", "y").identifiable
