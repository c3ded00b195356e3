"""Adjustment judged by arithmetic: a set is valid exactly when regression gives the effect."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from causal_core.graph import CausalGraph
from causal_core.identification import adjustment_sets, check_adjustment, instruments
from tests.identification.brute import graphs, minimal, subsets
from tests.identification.linear import Linear

SEEDS = st.integers(0, 10**6)


def gives(graph, treatments, outcomes, held, effect, seed):
    """Whether regression on treatments and `held` gives the effect on every outcome in random models."""
    for each in (seed, seed + 1):
        model = Linear(graph, each)
        for outcome in outcomes:
            got = model.coefficients(outcome, [*treatments, *sorted(held)])[: len(treatments)]
            of = model.effect if effect == "total" else model.direct
            if not np.allclose(got, of(treatments, outcome), atol=1e-9, rtol=0):
                return False
    return True


@pytest.mark.parametrize("effect", ["total", "direct"])
@pytest.mark.parametrize(("more_treatments", "more_outcomes"), [(0, 0), (1, 0), (0, 1), (1, 1)])
@settings(max_examples=40, deadline=None)
@given(graph=graphs(smallest=4, largest=6), seed=SEEDS)
def test_a_set_is_valid_exactly_when_regression_gives_the_effect(
    effect, more_treatments, more_outcomes, graph, seed
):
    others = sorted(graph.observed - {"x", "y"})
    treatments = ["x", *others[:more_treatments]]
    outcomes = ["y", *others[more_treatments : more_treatments + more_outcomes]]
    free = graph.observed - {*treatments, *outcomes}
    right = []
    for held in subsets(free):
        valid = check_adjustment(graph, treatments, outcomes, held, effect=effect).valid
        if effect == "direct" and held & graph.descendants(outcomes):
            # The single-door criterion bars them, also where no arrow is drawn and nothing would be lost.
            assert not valid
            continue
        assert valid == gives(graph, treatments, outcomes, held, effect, seed), (sorted(held), valid)
        right += [held] if valid else []
    assert tuple(adjustment_sets(graph, treatments, outcomes, effect=effect)) == minimal(right)


@settings(max_examples=40, deadline=None)
@given(graph=graphs(smallest=4, largest=6), seed=SEEDS, data=st.data())
def test_an_instrument_gives_the_effect_in_a_linear_model(graph, seed, data):
    """cov(z, y | w) / cov(z, x | w) is the total or the direct effect (Henckel et al. 2024)."""
    effect = data.draw(st.sampled_from(["total", "direct"]))
    model = Linear(graph, seed)
    of = model.effect if effect == "total" else model.direct
    for found in instruments(graph, "x", "y", effect=effect):
        held = sorted(found.given)
        z, x, y, w = (model.rows(names) for names in ([found.variable], ["x"], ["y"], held))
        sigma = model.sigma

        def partial(a, b, w=w, sigma=sigma):
            direct = sigma[np.ix_(a, b)]
            if w:
                direct = direct - sigma[np.ix_(a, w)] @ np.linalg.solve(
                    sigma[np.ix_(w, w)], sigma[np.ix_(w, b)]
                )
            return direct[0, 0]

        if abs(partial(z, x)) > 1e-6:
            np.testing.assert_allclose(partial(z, y) / partial(z, x), of(["x"], "y")[0], atol=1e-6)


def test_a_direct_effect_that_is_passed_on_is_said():
    graph = CausalGraph([("x", "y"), ("x", "w"), ("y", "w")])
    check = check_adjustment(graph, "x", ["w", "y"], (), effect="direct")
    assert (check.valid, check.open_path) == (False, ("x", "y", "w"))
    assert check.reason == (
        "The direct effect on y is passed on to w (x -> y -> w), and y, being an outcome, cannot be held "
        "fixed: ask for one outcome at a time."
    )
    assert tuple(adjustment_sets(graph, "x", ["w", "y"], effect="direct")) == ()
    assert tuple(adjustment_sets(graph, "x", "w", effect="direct")) == (frozenset("y"),)
    assert (
        tuple(
            instruments(
                graph.replace(nodes=["z"], edges=[*graph.edges, ("z", "x")]), "x", ["w", "y"], "direct"
            )
        )
        == ()
    )
