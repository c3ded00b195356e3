from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from causal_core.graph import CausalGraph
from causal_core.identification import Instrument, explain, optimal_adjustment_set, survey
from causal_core.problem import Problem
from tests.identification.brute import graphs
from tests.identification.worlds import World

MEDIATED = CausalGraph([("z", "x"), ("x", "m"), ("m", "y"), ("x", "y"), ("c", "x"), ("c", "y")])


def test_a_total_effect():
    found = survey(MEDIATED, "x", "y")
    assert (found.effect, found.words, found.zero, found.held) == ("total", "effect of x on y", False, ())
    assert tuple(found.adjustment_sets) == (frozenset("c"),)
    assert found.reason == (
        "Adjusting for c closes every path of bias between x and y, and every causal path is left open."
    )
    assert found.optimal == optimal_adjustment_set(MEDIATED, "x", "y")
    assert tuple(found.instruments) == (Instrument("z", frozenset()),)
    assert found.general.identifiable


def test_a_direct_effect_holds_the_other_causes():
    found = survey(MEDIATED, "x", "y", effect="direct")
    assert (found.words, found.zero, found.held) == ("direct effect of x on y", False, ("c", "m"))
    assert tuple(found.adjustment_sets) == (frozenset("cm"),)
    assert found.optimal is None
    assert tuple(found.frontdoor_sets) == ()
    assert found.general.estimand == r"P(\text{y} \mid \text{c}, \text{m}, \text{x})"


def test_a_direct_effect_the_graph_does_not_draw_is_zero():
    found = survey(CausalGraph([("x", "m"), ("m", "y")]), "x", "y", effect="direct")
    assert found.zero
    assert found.reason.endswith("draws no arrow from x to y, so the effect is zero by the graph.")


def test_several_treatments_and_outcomes():
    graph = CausalGraph([("x1", "y1"), ("x2", "y1"), ("x1", "y2"), ("c", "x1"), ("c", "y2")])
    found = survey(graph, ["x1", "x2"], ["y1", "y2"])
    assert found.words == "effect of x1 and x2 on y1 and y2"
    assert tuple(found.adjustment_sets) == (frozenset("c"),)
    assert tuple(found.instruments) == ()
    with pytest.raises(Problem, match="There is no effect 'half'"):
        survey(graph, "x1", "y1", effect="half")


@settings(max_examples=60, deadline=None)
@given(graphs(smallest=3, largest=5, latents=False), st.integers(0, 10**6))
def test_the_controlled_direct_effect_is_the_truth(graph, seed):
    """The formula is the law of y with x and every other observed cause of y set."""
    found = survey(graph, "x", "y", effect="direct")
    if not found.general.identifiable:
        return
    world = World(graph, seed)
    done = dict.fromkeys(["x", *found.held], 1)
    truth = world.marginal(world.joint(do=done), {"y"})
    got = world.at(world.value(found.general.expression, world.joint()), done)
    np.testing.assert_allclose(*np.broadcast_arrays(truth, got))


def test_without_time_the_verdict_still_stands():
    """Listings stop at once and say so; verdict, one set and the formula do not depend on them."""
    chance = np.random.default_rng(2)
    names = [f"v{number:02d}" for number in range(40)]
    edges = [pair for pair in combinations(names, 2) if chance.random() < 0.3]
    graph = CausalGraph(edges, nodes=names)
    found = explain(graph, "v13", "v39", seconds=0)
    assert found.identifiable
    assert found.chosen is not None
    assert found.chosen.valid
    assert "Not all adjustment sets are listed." in found.notes
    assert not found.paths.complete
