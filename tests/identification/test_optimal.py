from itertools import chain, combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from causal_core.graph import CausalGraph
from causal_core.identification import adjustment_sets, check_adjustment, optimal_adjustment_set
from tests.identification.brute import graphs, subsets
from tests.identification.linear import Linear

SEEDS = st.integers(0, 10**6)


def variance(model, held):
    """The asymptotic variance of x's coefficient in the regression of y on x and these nodes, times n."""
    return model.residual("y", ["x", *held]) / model.residual("x", held)


def valid_sets(graph, include=frozenset(), exclude=frozenset()):
    free = graph.observed - {"x", "y"} - include - exclude
    found = [s | include for s in subsets(free)]
    return [s for s in found if check_adjustment(graph, "x", "y", s).valid]


@settings(max_examples=70, deadline=None)
@given(graphs(smallest=4, largest=6, latents=False), SEEDS)
def test_without_latents_the_best_set_has_the_least_variance_of_all(graph, seed):
    graph = graph.replace(bidirected=())
    found = optimal_adjustment_set(graph, "x", "y")
    sets = valid_sets(graph)
    assert (found.nodes is not None) == (bool(sets) and "x" in graph.ancestors("y"))
    if found.nodes is not None:
        model = Linear(graph, seed)
        best = variance(model, found.nodes)
        assert all(best <= variance(model, s) * (1 + 1e-9) for s in sets)


@settings(max_examples=150, deadline=None)
@given(graphs(smallest=4, largest=6), SEEDS, st.data())
def test_with_latents_and_demands_what_is_called_best_is_best(graph, seed, data):
    others = sorted(graph.observed - {"x", "y"})
    marks = data.draw(st.lists(st.integers(0, 5), min_size=len(others), max_size=len(others)))
    include = frozenset(n for n, m in zip(others, marks, strict=True) if m == 0)
    exclude = frozenset(n for n, m in zip(others, marks, strict=True) if m == 1)
    found = optimal_adjustment_set(graph, "x", "y", include, exclude)
    sets = valid_sets(graph, include, exclude)
    model = Linear(graph, seed)
    if found.nodes is not None:
        assert found.nodes in sets
        best = variance(model, found.nodes)
        assert all(best <= variance(model, s) * (1 + 1e-9) for s in sets)
    if found.minimal is not None:
        minimal = adjustment_sets(graph, "x", "y", include=include, exclude=exclude)
        assert found.minimal in minimal
        best = variance(model, found.minimal)
        assert all(best <= variance(model, s) * (1 + 1e-9) for s in minimal)


@settings(max_examples=60, deadline=None)
@given(graphs(smallest=4, largest=6, latents=False), SEEDS)
def test_for_two_treatments_each_coefficient_has_the_least_variance(graph, seed):
    graph = graph.replace(bidirected=())
    second = sorted(set(graph.nodes) - {"x", "y"})[0]
    treatments = ["x", second]
    if not set(treatments) & graph.ancestors("y"):
        assert optimal_adjustment_set(graph, treatments, "y").nodes is None
        return
    found = optimal_adjustment_set(graph, treatments, "y")
    free = set(graph.nodes) - {"y", *treatments}
    sets = [s for s in subsets(free) if check_adjustment(graph, treatments, "y", s).valid]
    assert (found.nodes is None) == (not sets)
    if not sets:
        return
    model = Linear(graph, seed)
    for one, other in (treatments, treatments[::-1]):
        size = {s: model.residual("y", ["x", second, *s]) / model.residual(one, [other, *s]) for s in sets}
        assert all(size[found.nodes] <= each * (1 + 1e-9) for each in size.values())


def test_the_worked_example_of_the_literature():
    """Witte et al. 2020, "On efficient adjustment in causal graphs": parents of the causal nodes."""
    graph = CausalGraph(
        [("a", "x"), ("c", "x"), ("c", "y"), ("x", "m"), ("m", "y"), ("b", "m"), ("d", "y")],
        nodes=list("abcdmxy"),
    )
    found = optimal_adjustment_set(graph, "x", "y")
    assert found.nodes == frozenset("bcd")
    assert found.reason == (
        "b, c and d are the direct causes of y and of what lies on the way to y beside the way from x. "
        "Of all valid sets this one has the least asymptotic variance (the O-set)."
    )
    assert found.minimal is None
    assert optimal_adjustment_set(graph, "x", "y", include="a").nodes == frozenset("abcd")
    left = optimal_adjustment_set(graph, "x", "y", exclude="d")
    assert left.nodes == frozenset("bc")
    assert left.minimal == frozenset("c")


def test_where_no_set_is_best_it_is_said():
    """Two sets neither of which is better in every model (compare Smucler et al. 2022)."""
    graph = CausalGraph(
        [("z", "x"), ("z", "y"), ("x", "y"), ("u", "p"), ("u", "y")], latent="u", nodes=["p", "z", "x", "y"]
    )
    found = optimal_adjustment_set(graph, "x", "y")
    assert found.nodes is None
    assert found.minimal == frozenset("z")
    assert found.reason == (
        "The best set would need u, which cannot be adjusted for. p is no ancestor of treatment or outcome, "
        "so no set is proved best of all. Of the minimal sets z is best."
    )


@pytest.mark.parametrize(
    ("graph", "reason"),
    [
        (CausalGraph([("x", "y")], [("x", "y")]), "No valid adjustment set exists, so none is best."),
        (
            CausalGraph([("x", "y"), ("c", "s")], selected="s"),
            "The rows are selected on s; no set is proved best there.",
        ),
    ],
)
def test_none_is_best_where_theory_is_silent(graph, reason):
    assert optimal_adjustment_set(graph, "x", "y").reason == reason


def test_a_simulation_shows_the_gain():
    """The spread of estimates over samples agrees with the formula, and the best set's is the smallest."""
    graph = CausalGraph([("a", "x"), ("c", "x"), ("c", "y"), ("x", "y"), ("d", "y")])
    model = Linear(graph, 3)
    random = np.random.default_rng(0)
    rows, runs = 200, 600
    draws = random.multivariate_normal(np.zeros(len(model.names)), model.sigma, size=(runs, rows))
    spread = {}
    for held in map(frozenset, chain(combinations("acd", 1), combinations("acd", 2), ["acd"])):
        if "c" not in held:
            continue
        columns = model.rows(["x", *sorted(held)])
        design, answer = draws[:, :, columns], draws[:, :, model.at("y")]
        inner = np.einsum("rni,rnj->rij", design, design)
        slopes = np.linalg.solve(inner, np.einsum("rni,rn->ri", design, answer)[..., None])[:, 0, 0]
        np.testing.assert_allclose(slopes.mean(), model.effect(["x"], "y")[0], atol=0.02)
        spread[held] = slopes.var() * rows
        np.testing.assert_allclose(spread[held], variance(model, held), rtol=0.2)
    assert min(spread, key=spread.__getitem__) == optimal_adjustment_set(graph, "x", "y").nodes
