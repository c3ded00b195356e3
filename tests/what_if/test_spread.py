"""Noise that the model draws apart while its sizes go together is found, also where means are silent."""

import numpy as np
import pandas as pd
import pytest

from causal_core.falsification.graph_test import check_graph
from causal_core.graph import CausalGraph
from causal_core.what_if import StructuralModel
from causal_core.what_if.fitness import fitness
from causal_core.what_if.spread import spreads, spreads_verdict

ROWS = 2_000
APART = CausalGraph(nodes=["x", "y"])


def of(frame, graph, **ways):
    return spreads(StructuralModel.fit(pd.DataFrame(frame), graph, 0, ways))


def failing(found):
    return [(each.node, each.beside, each.sizes) for each in found if each.failing]


def test_noise_that_is_as_drawn_raises_no_more_alarms_than_the_level():
    graph = CausalGraph(edges=[("x", "y"), ("b", "y"), ("g", "z"), ("y", "z")])
    alarms = 0
    for seed in range(60):
        random = np.random.default_rng(seed)
        x, y, z = random.exponential(size=(3, 400)) - 1
        b, g = random.integers(0, 2, 400), random.choice(["a", "b", "c"], 400)
        y += x + b
        z += y + (g == "b")
        found = of({"x": x, "y": y, "z": z, "b": b, "g": g}, graph, y="linear", z="linear")
        alarms += bool(failing(found))
    # Beside: of x b and three levels, of y those and x, of z all; and three pairs of sizes.
    assert len(found) == 4 + 5 + 6 + 3
    # More than 7 of 60 have a chance below 2 % at the level of 5 %.
    assert alarms <= 7


def test_a_hidden_cause_of_two_spreads_is_found_though_means_agree():
    random = np.random.default_rng(0)
    x, y = np.exp(random.normal(size=ROWS) / 2) * random.normal(size=(2, ROWS))
    frame = pd.DataFrame({"x": x, "y": y})
    assert not check_graph(APART, frame).of("contradicted")
    assert not fitness(StructuralModel.fit(frame, APART)).poor
    found = of(frame, APART)
    assert failing(found) == [("x", "y", True)]
    assert "the size of x's noise and that of y's (correlation 0.2" in spreads_verdict(found)
    # Drawn as a hidden cause, nothing is drawn apart any more.
    assert of(frame, CausalGraph(nodes=["x", "y"], bidirected=[("x", "y")])) == ()


def test_a_spread_that_follows_another_node_is_found_by_name():
    random = np.random.default_rng(1)
    g, noise = random.choice(["a", "b"], ROWS), random.normal(size=ROWS)
    found = of({"g": g, "y": np.where(g == "b", 3, 1) * noise}, CausalGraph(nodes=["g", "y"]))
    assert failing(found) == [("y", "g = b", False)]
    # Sizes |N(0, 1)| and |N(0, 9)| in equal shares, cut at the 0.9 quantile 3.85 of the two together: means
    # 0.798 and 2.110 (E min(s |Z|, c) = s sqrt(2 / pi) (1 - exp(-c^2 / 2 s^2)) + 2 c (1 - Phi(c / s))), and
    # standard deviations 0.602 and 1.29: half the difference over the standard deviation of all.
    half = (2.110 - 0.798) / 2
    assert found[0].tested.effect == pytest.approx(
        half / np.sqrt((0.602**2 + 1.29**2) / 2 + half**2), abs=0.03
    )


def test_an_arrow_turned_round_is_found_in_a_graph_that_implies_nothing():
    random = np.random.default_rng(2)
    x = random.normal(size=ROWS)
    frame = {"x": x, "y": x + x**3 / 2 + random.normal(size=ROWS)}
    assert failing(of(frame, CausalGraph(edges=[("x", "y")]))) == []
    backwards = CausalGraph(edges=[("y", "x")])
    turned = of(frame, backwards, x="boosted")
    assert ("y", "x", True) in failing(turned)
    assert "an arrow may be turned round" in spreads_verdict(turned)
    # Left to the data, the spread of x follows y, and no longer speaks against the arrow.
    assert "spread" in StructuralModel.fit(pd.DataFrame(frame), backwards).fits["x"].how


def test_what_shares_a_hidden_cause_is_not_held_against_the_model():
    random = np.random.default_rng(3)
    u = random.normal(size=ROWS)
    x = np.exp(u / 2) * random.normal(size=ROWS)
    w = u + random.normal(size=ROWS)
    graph = CausalGraph(edges=[("w", "v")], nodes=["x"], bidirected=[("x", "w")])
    found = of({"x": x, "w": w, "v": w + random.normal(size=ROWS)}, graph)
    beside = {(each.sizes, *sorted((each.node, each.beside))) for each in found}
    # Not the sizes of x and w, nor x beside w or v, which descends from w.
    assert beside == {(False, "v", "x"), (False, "v", "w"), (True, "v", "x"), (True, "v", "w")}
    assert all(each.sizes or each.node == "v" for each in found)
    assert failing(found) == []


def test_nodes_with_levels_alone_have_no_size_of_noise():
    random = np.random.default_rng(4)
    found = of(
        {"a": random.integers(0, 2, 100), "b": random.choice(["p", "q"], 100)}, CausalGraph(nodes=["a", "b"])
    )
    assert found == ()
    assert spreads_verdict(found) == ""
    assert of({"x": np.ones(100), "y": random.normal(size=100)}, APART) == ()
