"""A counterfactual in its three steps."""

import numpy as np
import pandas as pd
import pytest

from causal_core.graph import CausalGraph
from causal_core.what_if import StructuralModel
from causal_core.what_if.one_row import one_row


def test_numbers_are_abducted_exactly():
    random = np.random.default_rng(0)
    x = random.normal(size=4_000)
    frame = pd.DataFrame({"x": x, "y": 3 * x + random.normal(size=4_000), "other": random.normal(size=4_000)})
    model = StructuralModel.fit(frame, CausalGraph(edges=[("x", "y")], nodes=["other"]))
    found = one_row(model, pd.Series({"x": 1.0, "y": 5.0, "other": 0.5}), {"x": 0.0})
    told = {each.node: each for each in found.abduction}
    assert told["y"].noise == pytest.approx(2, abs=0.1)
    assert told["y"].expected == pytest.approx(3, abs=0.1)
    assert (told["x"].noise, told["x"].expected, told["y"].open) == (None, None, False)
    assert found.action == (("x", "0"),)
    would = {each.node: each for each in found.prediction}
    assert (would["x"].why, would["y"].why, would["other"].why) == ("set", "moved", "untouched")
    assert would["y"].would == pytest.approx(2, abs=0.1)
    assert would["y"].range[0] == would["y"].range[1]
    assert would["other"].would == 0.5


def test_levels_have_chances_and_bounds_that_need_no_monotonicity():
    random = np.random.default_rng(1)
    x = random.integers(0, 2, 30_000)
    y = (random.random(30_000) < np.where(x == 1, 0.7, 0.4)).astype(int)
    model = StructuralModel.fit(pd.DataFrame({"x": x, "y": y}), CausalGraph(edges=[("x", "y")]))
    found = one_row(model, pd.Series({"x": 0, "y": 0}), {"x": 1}).prediction[1]
    assert dict(found.chances)[1] == pytest.approx(0.3 / 0.6, abs=0.04)
    assert found.bounds == pytest.approx((0.5, 1.0), abs=0.03)
    kept = one_row(model, pd.Series({"x": 1, "y": 1}), {"x": 0}).prediction[1]
    assert dict(kept.chances)[1] == pytest.approx(4 / 7, abs=0.04)
    assert kept.bounds == pytest.approx((0.1 / 0.7, 4 / 7), abs=0.03)
    assert kept.would == 1
    same = one_row(model, pd.Series({"x": 1, "y": 1}), {"x": 1}).prediction[1]
    assert same.bounds == (1.0, 1.0)


def test_bounds_are_left_out_where_a_parent_is_open():
    random = np.random.default_rng(2)
    x = random.integers(0, 2, 5_000)
    m = (random.random(5_000) < np.where(x == 1, 0.8, 0.3)).astype(int)
    y = (random.random(5_000) < np.where(m == 1, 0.6, 0.2)).astype(int)
    graph = CausalGraph(edges=[("x", "m"), ("m", "y")])
    model = StructuralModel.fit(pd.DataFrame({"x": x, "m": m, "y": y}), graph)
    found = one_row(model, pd.Series({"x": 0, "m": 0, "y": 0}), {"x": 1})
    assert [each.bounds is None for each in found.prediction] == [True, False, True]
    assert found.abduction[1].expected == pytest.approx(0.7, abs=0.03)
    assert found.abduction[1].open


def test_a_count_is_told_as_a_mean_with_a_range_and_bounds():
    random = np.random.default_rng(3)
    x = random.integers(0, 2, 20_000)
    frame = pd.DataFrame({"x": x, "calls": random.poisson(np.where(x == 1, 2.0, 1.0))})
    frame["y"] = frame["calls"] + random.normal(size=20_000)
    model = StructuralModel.fit(frame, CausalGraph(edges=[("x", "calls"), ("calls", "y")]))
    found = one_row(model, pd.Series({"x": 0, "calls": 0, "y": 0.0}), {"x": 1})
    told = found.abduction[1]
    assert (told.open, told.count, told.noise) == (True, True, None)
    assert told.expected == pytest.approx(1.0, abs=0.04)
    moved = found.prediction[1]
    # Noise below exp(-1): 0 up to exp(-2), 1 up to 3 exp(-2) = 0.406, which is above exp(-1) = 0.368.
    assert moved.would == pytest.approx(1 - np.exp(-1), abs=0.05)
    assert moved.range == (0.0, 1.0)
    # The lowest such part of the distribution at 2 is that one. The highest holds all counts from 3 on, with
    # chance 1 - 5 exp(-2) and mean 2 - 6 exp(-2) in it, and some 2.
    highest = (2 * (5 * np.exp(-2) - 1 + np.exp(-1)) + 2 - 6 * np.exp(-2)) / np.exp(-1)
    assert moved.bounds == pytest.approx((1 - np.exp(-1), highest), abs=0.06)
    same = one_row(model, pd.Series({"x": 0, "calls": 3, "y": 0.0}), {"x": 0}).prediction[1]
    assert (same.would, same.range, same.bounds) == (3.0, (3.0, 3.0), (3.0, 3.0))
