"""Whether a model reproduces the data is told: when it does, and what it does not when not."""

import numpy as np
import pandas as pd
import pytest

from causal_core.graph import CausalGraph
from causal_core.what_if import StructuralModel
from causal_core.what_if.fitness import fitness

GRAPH = CausalGraph(edges=[("x", "y"), ("g", "y")])


def world(rows=3_000, seed=0):
    random = np.random.default_rng(seed)
    x = random.normal(size=rows)
    g = random.choice(["a", "b", "c"], rows)
    return pd.DataFrame({"x": x, "g": g, "y": x + (g == "b") + random.normal(size=rows)})


def test_a_right_model_reproduces_its_data():
    found = fitness(StructuralModel.fit(world(), GRAPH))
    assert found.poor == ()
    assert found.rows == 3_000
    assert max(each.distance for each in found.columns) < 0.03
    xy = next(each for each in found.pairs if {each.first, each.second} == {"x", "y"})
    assert xy.data == pytest.approx(xy.model, abs=0.03)


def test_a_wrong_graph_shows_in_the_pairs():
    found = fitness(StructuralModel.fit(world(), CausalGraph(edges=[("g", "y")], nodes=["x"])))
    assert "how x and y go together" in found.poor or "how y and x go together" in found.poor
    assert found.pairs[0].poor


def test_noise_that_depends_on_parents_is_said():
    random = np.random.default_rng(1)
    x = random.uniform(0, 3, 4_000)
    frame = pd.DataFrame({"x": x, "y": 2 * x + x * random.normal(size=4_000)})
    graph = CausalGraph(edges=[("x", "y")])
    found = fitness(StructuralModel.fit(frame, graph, 0, {"y": "linear"}))
    assert "the spread of y, which depends on its parents" in found.poor
    assert found.columns[1].uneven > 0.3
    # Left to the data, the mechanism has that spread, and noise that is left does not depend on x.
    assert fitness(StructuralModel.fit(frame, graph)).poor == ()


def test_a_straight_line_through_a_curve_is_seen_in_the_values():
    random = np.random.default_rng(2)
    x = random.normal(size=4_000)
    frame = pd.DataFrame({"x": x, "y": (x > 0) * 6.0 + x**2 + random.normal(size=4_000) / 4})
    straight = StructuralModel.fit(frame, CausalGraph(edges=[("x", "y")]), 0, {"y": "linear"})
    assert fitness(straight).columns[1].poor
    assert not fitness(StructuralModel.fit(frame, CausalGraph(edges=[("x", "y")]))).columns[1].poor
