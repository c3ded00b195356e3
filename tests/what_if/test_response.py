"""Doing against seeing, with bands, in worlds with known answers."""

import numpy as np
import pandas as pd
import pytest

from causal_core.graph import CausalGraph
from causal_core.problem import Problem
from causal_core.what_if import StructuralModel
from causal_core.what_if.moments import Moment
from causal_core.what_if.refits import band, error, refit
from causal_core.what_if.response import doing, response, values_of, within

GRAPH = CausalGraph(edges=[("z", "x"), ("z", "y"), ("x", "y")])


def confounded(rows, seed=0):
    """y = 1 x + 2 z + noise with x = z + noise: seeing x shows a slope of 2, doing it has 1."""
    random = np.random.default_rng(seed)
    z = random.normal(size=rows)
    x = z + random.normal(size=rows)
    return pd.DataFrame({"z": z, "x": x, "y": x + 2 * z + random.normal(size=rows)})


def test_doing_and_seeing_differ_by_the_confounding():
    model = StructuralModel.fit(confounded(6_000), GRAPH)
    found = response(model, "x")
    assert found.levels == ()
    assert [told.moment.node for told in found.told] == ["z", "y"]
    y = found.of(Moment("y"))
    inner = slice(4, -4)
    assert np.polyfit(found.grid[inner], y.do[inner], 1)[0] == pytest.approx(1, abs=0.04)
    assert np.polyfit(found.grid[inner], y.see[inner], 1)[0] == pytest.approx(2, abs=0.1)
    z = found.of(Moment("z"))
    assert np.ptp(z.do) == 0
    assert z.see[-1] > z.do[-1] + 1
    assert y.now == pytest.approx(0, abs=0.1)
    assert found.near[12] > found.near[0]
    low, high = y.see_band
    assert ((low < y.see) & (y.see < high)).all()


def test_levels_are_set_one_by_one():
    random = np.random.default_rng(1)
    group = random.choice(["a", "b", "c"], 3_000)
    y = pd.Series(group).map({"a": 0.0, "b": 1.0, "c": 5.0}) + random.normal(size=3_000)
    model = StructuralModel.fit(pd.DataFrame({"g": group, "y": y}), CausalGraph(edges=[("g", "y")]))
    found = response(model, "g")
    assert found.levels == ("a", "b", "c")
    assert found.of(Moment("y")).do == pytest.approx([0, 1, 5], abs=0.15)
    assert found.of(Moment("y")).see == pytest.approx([0, 1, 5], abs=0.15)
    assert found.near.sum() == 3_000
    back = response(model, "y")
    assert [told.moment.level for told in back.told] == ["a", "b", "c"]
    assert back.of(Moment("g", "c", 2)).do == pytest.approx([(group == "c").mean()] * 25, abs=0.03)
    with pytest.raises(Problem, match="w is no node"):
        values_of(model, "w")


def test_rows_near_a_value_are_counted():
    data = np.array([0.0, 0.05, 1.0, 2.0, 3.0])
    assert within(data, 0.0, discrete=False) == 2
    assert within(np.array([0.0, 1.0, 1.0]), 1.0, discrete=True) == 2


def test_bands_of_refits_cover():
    """The slope of doing in 15 worlds; half samples give its error."""
    held = 0
    for seed in range(15):
        frame = confounded(300, seed)
        model = StructuralModel.fit(frame, GRAPH, seed, {"x": "linear", "y": "linear"})
        noise = model.noise_of(200, seed)
        answer = doing(model, "x", np.array([0.0, 1.0]), noise)
        halves = np.stack(
            [
                doing(half, "x", np.array([0.0, 1.0]), half.noise_of(200, seed))
                for half in (refit(model, draw) for draw in range(16))
            ]
        )
        difference, drawn = answer[1, 1] - answer[1, 0], halves[:, 1, 1] - halves[:, 1, 0]
        low, high = band(np.array(difference), drawn)
        held += low <= 1 <= high
    assert held >= 12


def test_errors_of_few_refits_reach_as_far_as_student_s_t():
    whole, halves = np.zeros(1), np.array([[3.0], [-4.0]] * 20)
    # The root mean square is sqrt(12.5); t with 40 degrees of freedom has 2.0211 where the normal has 1.96.
    assert 1.959964 * error(whole, halves)[0] == pytest.approx(2.0211 * np.sqrt(12.5), rel=0.001)
    low, high = band(whole, halves)
    assert high[0] == -low[0] == pytest.approx(1.959964 * error(whole, halves)[0])
