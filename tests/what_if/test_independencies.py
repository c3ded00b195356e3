"""What a model's graph says is unrelated is held against the data: rightly silent, and loud by name."""

import numpy as np
import pandas as pd
import pytest

from causal_core.falsification.graph_test import check_graph
from causal_core.graph import CausalGraph
from causal_core.what_if import StructuralModel
from causal_core.what_if.fitness import fitness
from causal_core.what_if.independencies import independencies

RIGHT = CausalGraph(edges=[("x", "m"), ("m", "y"), ("g", "y"), ("x", "b"), ("g", "b")])
HIDDEN = CausalGraph(edges=[("u", "m"), ("u", "w"), ("x", "m"), ("w", "y"), ("x", "y")], latent=["u"])


def world(seed, rows=400, direct=0.0):
    """Numbers, two values and levels; x acts on y through m alone unless `direct`."""
    random = np.random.default_rng(seed)
    x, m, y = random.normal(size=(3, rows))
    g = random.choice(["a", "b", "c"], rows)
    m += x
    y += m + (g == "b") + direct * x
    b = random.random(rows) < 1 / (1 + np.exp(-x - (g == "c")))
    return pd.DataFrame({"x": x, "m": m, "g": g, "y": y, "b": b.astype(int)})


def hidden_world(seed, rows=400, direct=0.0):
    """A cause u of m and w that is not a column; m acts on y by `direct`, else not at all."""
    random = np.random.default_rng(seed)
    u, x, m, w, y = random.normal(size=(5, rows))
    m += u + x
    w += u
    y += w + x + direct * m
    return pd.DataFrame({"x": x, "m": m, "w": w, "y": y})


def judged(frame, graph=RIGHT):
    return independencies(check_graph(graph, frame))


@pytest.mark.parametrize(("made", "graph"), [(world, RIGHT), (hidden_world, HIDDEN)])
def test_a_right_graph_is_contradicted_no_more_often_than_the_level(made, graph):
    alarms = sum(bool(judged(made(seed), graph).failing) for seed in range(60))
    # More than 7 of 60 have a chance below 2 % at the level of 5 %.
    assert alarms <= 7


def test_a_right_graph_is_told_with_what_the_rows_cannot_exclude():
    few, many = judged(world(0)), judged(world(0, 20_000))
    assert few.implied == len(few.tested) == 5
    assert few.untested == ()
    assert "contradict none of the 5 tested independencies" in few.verdict
    assert "rows are too few to exclude a dependence of 0.1" in few.verdict
    assert "too few" not in many.verdict


def test_a_missing_arrow_is_found_by_name_with_its_size():
    found = judged(world(0, 4_000, direct=0.6))
    # What descends from x goes with y too, less strongly.
    first, second = found.failing
    assert {first.x, first.y} == {"x", "y"}
    assert {second.x, second.y} == {"b", "y"}
    # x and y given m: 0.6 / sqrt(0.6^2 + 2 (1 + 2/9)), for x given m has variance 1/2 and g adds 2/9.
    assert first.effect == pytest.approx(0.6 / np.sqrt(0.36 + 2 * 11 / 9), abs=0.03)
    assert "contradict 2 of 5" in found.verdict
    assert "x and y once m is known (partial correlation 0.3" in found.verdict
    assert "An arrow or a hidden cause between the two may be missing" in found.verdict


def test_what_pairs_cannot_show_beside_a_hidden_cause_independencies_do():
    frame = hidden_world(0, 4_000, direct=0.5)
    assert not any(each.poor for each in fitness(StructuralModel.fit(frame, HIDDEN)).pairs)
    (only,) = judged(frame, HIDDEN).failing
    assert (only.x, only.y) == ("m", "y")
    assert not {"u"} & {
        name for each in judged(frame, HIDDEN).tested for name in (each.x, each.y, *each.given)
    }


def test_a_single_statement_is_told_as_one():
    graph = CausalGraph(nodes=["x", "g"])
    assert "do not contradict the one tested independence" in judged(world(0, 4_000), graph).verdict
    turned = judged(world(0, 4_000), CausalGraph(nodes=["x", "m"]))
    assert (
        "contradict the one independence that its graph implies: m and x (correlation 0.7" in turned.verdict
    )


def test_more_contradictions_than_are_named_are_counted():
    frame = pd.DataFrame(dict.fromkeys("abcd", np.random.default_rng(0).normal(size=500)))
    frame += np.random.default_rng(1).normal(size=frame.shape)
    found = judged(frame, CausalGraph(nodes=list("abcd")))
    assert len(found.failing) == 6
    assert "; and 3 more." in found.verdict


@pytest.mark.parametrize(
    "graph",
    [
        CausalGraph(nodes=["x"]),
        CausalGraph(edges=[("x", "m"), ("x", "y"), ("m", "y")]),
        CausalGraph(edges=[("x", "m")], bidirected=[("x", "m")]),
    ],
    ids=["one node", "complete", "hidden"],
)
def test_where_nothing_is_implied_it_says_so(graph):
    found = judged(world(0), graph)
    assert (found.implied, found.tested, found.failing) == (0, (), ())
    assert "no two of these columns" in found.verdict


def test_what_cannot_be_tested_is_said_with_why():
    found = judged(world(0).assign(x=1.0), CausalGraph(nodes=["x", "m", "y"], edges=[("m", "y")]))
    assert (found.implied, len(found.tested)) == (2, 0)
    assert "could be tested" in found.verdict
    assert found.untested[0].startswith("2 tests: x has the same value in every row")
    latent = judged(hidden_world(0).drop(columns="w"), HIDDEN)
    assert any("w, which is not a column of the table" in each for each in latent.untested)
