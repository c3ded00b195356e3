"""Shares of a change, of an outlier and of variance against closed forms."""

import numpy as np
import pandas as pd
import pytest

from causal_core.graph import CausalGraph
from causal_core.problem import DoesNotApply, Problem
from causal_core.what_if import StructuralModel
from causal_core.what_if.attribution import intrinsic_influence, what_changed, why_unusual
from causal_core.what_if.shapley import shapley

GRAPH = CausalGraph(edges=[("a", "b"), ("b", "y"), ("a", "y")], nodes=["aside"])


def world(rows, seed, slope=1.0, lift=0.0, start=0.0):
    """b = lift + slope a + noise, y = b + 2 a + noise."""
    random = np.random.default_rng(seed)
    a = start + random.normal(size=rows)
    b = lift + slope * a + random.normal(size=rows)
    y = b + 2 * a + random.normal(size=rows)
    return pd.DataFrame({"a": a, "b": b, "y": y, "aside": random.normal(size=rows)})


def fitted(**kind):
    return StructuralModel.fit(world(4_000, **kind), GRAPH, 1, {"b": "linear", "y": "linear"})


def of(found):
    return {share.name: share.value for share in found.shares}


@pytest.mark.parametrize("players", [3, 10])
def test_shares_of_an_additive_game_are_its_terms_and_of_an_interaction_equal(players):
    terms = np.arange(players, dtype=float)

    def reached(coalition):
        return terms[list(coalition)].sum() + 6 * ({0, 1} <= coalition)

    shares, error = shapley(players, reached)
    wanted = terms + np.where(np.arange(players) < 2, 3, 0)
    assert shares == pytest.approx(wanted, abs=3 * error.max() + 1e-9)
    assert shares.sum() == pytest.approx(terms.sum() + 6)


def test_the_mechanism_that_changed_gets_the_change():
    found = what_changed(fitted(seed=1), fitted(seed=2, lift=3.0), "y")
    assert list(of(found)) == ["a", "b", "y"]
    assert of(found)["b"] == pytest.approx(3, abs=0.15)
    assert of(found)["a"] == pytest.approx(0, abs=0.15)
    both = what_changed(fitted(seed=1), fitted(seed=2, lift=3.0, start=1.0), "y")
    assert (of(both)["a"], of(both)["b"]) == pytest.approx((3, 3), abs=0.2)
    assert both.total == pytest.approx(6, abs=0.25)


def test_an_outlier_is_traced_to_the_noise_that_made_it():
    model = fitted(seed=3)
    # a is usual, b is 5 above what a gives, y follows b.
    found = why_unusual(model, pd.Series({"a": 0.0, "b": 5.0, "y": 5.0, "aside": 0.0}), "y")
    assert of(found)["b"] == pytest.approx(5, abs=0.2)
    assert of(found)["a"] == pytest.approx(0, abs=0.25)
    assert found.total == pytest.approx(5, abs=0.25)


def test_variance_is_shared_by_own_noise():
    found = intrinsic_influence(fitted(seed=4), "y")
    # y = 3 a + noise of b + noise of y: 9 + 1 + 1.
    assert of(found) == pytest.approx({"a": 9, "b": 1, "y": 1}, abs=0.5)


def tied(rows, seed, start=0.0):
    """b = 2 a + u + noise, c = u + noise, y = b + c + noise, with u hidden."""
    random = np.random.default_rng(seed)
    a, u = random.normal(size=rows), start + random.normal(size=rows)
    b, c = 2 * a + u + random.normal(size=rows), u + random.normal(size=rows)
    return pd.DataFrame({"a": a, "b": b, "c": c, "y": b + c + random.normal(size=rows)})


def test_nodes_whose_noise_a_hidden_cause_ties_have_one_share():
    graph = CausalGraph(edges=[("a", "b"), ("b", "y"), ("c", "y")], bidirected=[("b", "c")])
    ways = {"b": "linear", "y": "linear"}
    model, later = (
        StructuralModel.fit(tied(4_000, seed, start), graph, 0, ways) for seed, start in ((5, 0), (6, 1))
    )
    # y = 2 a + (2 u + noise of b + noise of c) + noise of y: 4 + 6 + 1.
    assert of(intrinsic_influence(model, "y")) == pytest.approx({"a": 4, "b and c": 6, "y": 1}, abs=0.5)
    assert of(intrinsic_influence(model, "b")) == pytest.approx({"a": 4, "b": 2}, abs=0.4)
    found = why_unusual(model, pd.Series({"a": 0.0, "b": 3.0, "c": 2.0, "y": 5.0}), "y")
    assert of(found) == pytest.approx({"a": 0, "b and c": 5, "y": 0}, abs=0.25)
    assert of(what_changed(model, later, "y")) == pytest.approx({"a": 0, "b and c": 2, "y": 0}, abs=0.25)


def test_a_row_that_leaves_tied_noise_open_is_refused():
    frame = tied(600, 7)
    frame["b"] = (frame["b"] > 0).astype(int)
    graph = CausalGraph(edges=[("a", "b"), ("b", "y"), ("c", "y")], bidirected=[("b", "c")])
    model = StructuralModel.fit(frame, graph, 0)
    with pytest.raises(DoesNotApply, match="b's value leaves its noise open"):
        why_unusual(model, model.frame.iloc[0], "y")
    assert [share.nodes for share in intrinsic_influence(model, "y").shares] == [("a",), ("b", "c"), ("y",)]


def test_groups_with_other_levels_are_refused():
    def group(levels):
        values = np.resize(levels, 60)
        return StructuralModel.fit(
            pd.DataFrame({"g": values, "y": np.arange(60.0)}), CausalGraph(edges=[("g", "y")]), 0
        )

    with pytest.raises(Problem, match="g has other levels in one group"):
        what_changed(group(["u", "v"]), group(["u", "w"]), "y")
