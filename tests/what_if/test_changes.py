"""Everything downstream, and whether the data hold anything like it."""

import numpy as np
import pandas as pd
import pytest

from causal_core.graph import CausalGraph
from causal_core.what_if import Shift, StructuralModel
from causal_core.what_if.changes import beyond, changes, support
from causal_core.what_if.intervention import Where
from causal_core.what_if.moments import Moment, moments
from causal_core.what_if.pushed import pushed


@pytest.fixture(scope="module")
def model():
    random = np.random.default_rng(0)
    a = random.normal(10, 2, 3_000)
    b = a + random.normal(size=3_000)
    c = np.where(b + random.normal(size=3_000) > 10, "high", "low")
    d = random.normal(size=3_000)
    frame = pd.DataFrame({"a": a, "b": b, "c": c, "d": d})
    return StructuralModel.fit(frame, CausalGraph(edges=[("a", "b"), ("b", "c")], nodes=["d"]))


def test_all_that_is_reached_is_told_in_causal_order(model):
    found = changes(model, model.noise_of(4_000), {"a": Shift(2.0)})
    assert [(each.node, each.set_here) for each in found] == [("a", True), ("b", False), ("c", False)]
    assert found[0].moved == pytest.approx(1, abs=0.05)
    assert found[1].moved == pytest.approx(2 / np.sqrt(5), abs=0.05)
    ((moment, before, after),) = found[2].numbers
    assert moment == Moment("c", "low", 1)
    assert before == pytest.approx(0.5, abs=0.03)
    assert after < 0.3
    assert found[2].moved == pytest.approx(before - after, abs=0.01)  # drawn people against their chances


def test_nothing_set_moves_nothing(model):
    assert changes(model, model.noise_of(10), {}) == ()
    (only,) = changes(model, model.noise_of(500), {"c": "low"})
    assert only.numbers[0][2] == 1


def test_rows_like_the_value_are_counted(model):
    assert not support(model, "a", 10).thin
    assert not support(model, "a", 10).outside
    assert support(model, "a", 40) == support(model, "a", 40.0)
    assert (support(model, "a", 40).near, support(model, "a", 40).outside) == (0, True)
    assert support(model, "c", "low").near == (model.frame["c"] == "low").sum()


def test_people_pushed_out_of_what_was_seen_are_counted(model):
    people = model.push_codes(model.noise_of(2_000), {})
    assert beyond(model, people, "a", Shift(0.0)) == 0
    assert beyond(model, people, "a", Shift(40.0)) == 1
    assert beyond(model, people, "a", Where(Shift(40.0), "a", above=10.0)) == pytest.approx(0.5, abs=0.05)
    assert beyond(model, people, "a", 10.0) == 0
    assert beyond(model, people, "c", "low") == 0


def test_shares_are_told_from_chances_and_hardly_vary_with_the_people():
    random = np.random.default_rng(4)
    z = random.normal(size=1_000)
    x = random.random(1_000) < 1 / (1 + np.exp(-z))
    y = random.random(1_000) < 1 / (1 + np.exp(0.5 - x - z))
    frame = pd.DataFrame({"z": z, "x": x.astype(int), "y": y.astype(int)})
    graph = CausalGraph(edges=[("z", "x"), ("z", "y"), ("x", "y")])
    model = StructuralModel.fit(frame, graph, 0, {"x": "linear", "y": "linear"})
    (moment,) = moments([model.columns["y"]])
    told = [moment.told(pushed(model, model.noise_of(1_000, seed), {"x": 1})) for seed in range(20)]
    drawn = [moment.of(model.push_codes(model.noise_of(1_000, seed), {"x": 1})) for seed in range(20)]
    # Given x, y depends on z alone, which is drawn evenly: nothing is left to chance.
    assert np.std(told) < 1e-12
    assert told[0] == pytest.approx(np.mean(drawn), abs=0.01)
    assert np.std(drawn) > 0.004


def test_people_whom_a_hidden_cause_ties_are_told_from_their_levels():
    random = np.random.default_rng(5)
    u = random.normal(size=600)
    frame = pd.DataFrame({"z": random.normal(size=600), "w": u + random.normal(size=600)})
    frame["y"] = (random.random(600) < 1 / (1 + np.exp(-u - frame["z"]))).astype(int)
    graph = CausalGraph(edges=[("z", "y")], bidirected=[("w", "y")], nodes=["w"])
    model = StructuralModel.fit(frame, graph, 0)
    assert set(model.tied) == {"w", "y"}
    assert pushed(model, model.noise_of(100), {}).expected == {}
    free = StructuralModel.fit(frame, CausalGraph(edges=[("z", "y")], nodes=["w"]), 0)
    found = pushed(free, free.noise_of(100), {})
    assert set(found.expected) == {"y"}
    assert pushed(free, free.noise_of(100), {"y": 1}, found).expected == {}
    assert pushed(free, free.noise_of(100), {"w": 1}, found).expected["y"] is found.expected["y"]
