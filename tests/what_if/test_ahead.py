"""What the next click makes of all beliefs is what they are after it."""

import numpy as np
import pytest

from causal_core.graph import CausalGraph
from causal_core.what_if import BayesianNetwork
from causal_core.what_if import ahead as room
from causal_core.what_if.ahead import ahead
from causal_core.what_if.bif import Node, read_bif
from causal_core.what_if.published import published


@pytest.fixture(scope="module")
def clinic():
    return BayesianNetwork.of(read_bif(published("asia")))


@pytest.mark.parametrize("way", ["See", "Do"])
@pytest.mark.parametrize(
    ("seen", "done"), [({}, {}), ({"dysp": "yes"}, {}), ({"xray": "no"}, {"lung": "yes"})]
)
def test_every_answer_is_that_of_the_network(clinic, seen, done, way):
    names = [node.name for node in clinic.nodes]
    found = ahead(clinic, seen, done, way, names)
    answers = 0
    for node, levels in found.items():
        for level, told in levels.items():
            left = [{name: each for name, each in known.items() if name != node} for known in (seen, done)]
            taken = (seen if way == "See" else done).get(node) == level
            if not taken:
                left[way == "Do"][node] = level
            truth = clinic.beliefs(*left)
            assert {name: told[name].tolist() for name in names} == {
                name: pytest.approx(list(chances.values()), abs=1e-12) for name, chances in truth.items()
            }
            answers += 1
    # Only what cannot be is left out: once lung cancer is set, `either` follows.
    left_out = {(each.name, level) for each in clinic.nodes for level in each.levels} - {
        (node, level) for node, levels in found.items() for level in levels
    }
    assert left_out == ({("either", "no")} if done and way == "See" else set())
    assert answers == 16 - len(left_out)


def test_hidden_causes_leave_what_is_set_open():
    nodes = (
        Node("x", ("a", "b"), (), np.array([0.5, 0.5])),
        Node("y", ("a", "b"), ("x",), np.array([[0.9, 0.1], [0.2, 0.8]])),
    )
    network = BayesianNetwork(nodes, CausalGraph(edges=[("x", "y")], bidirected=[("x", "y")]))
    assert ahead(network, {}, {}, "Do", ["x", "y"]) == {"x": {}, "y": {}}
    assert ahead(network, {}, {}, "See", ["x"])["x"]["b"]["y"].tolist() == pytest.approx([0.2, 0.8])


def test_when_time_runs_out_the_rest_is_left(clinic, monkeypatch):
    monkeypatch.setattr(room, "SECONDS", 0.0)
    found = ahead(clinic, {"smoke": "yes"}, {}, "See", ["asia", "tub"])
    assert [(node, len(levels)) for node, levels in found.items()] == [("asia", 1), ("tub", 0)]


def test_evidence_whose_rest_cannot_be_leaves_the_rest_out(clinic):
    found = ahead(clinic, {"lung": "yes", "either": "no"}, {}, "See", ["lung", "either", "asia"])
    assert found["asia"] == {}
    assert set(found["lung"]) == {"yes", "no"}


def test_after_longer_work_there_is_rest_except_for_what_is_known(clinic, monkeypatch):
    names = ["asia", "tub"]
    first = ahead(clinic, {"xray": "yes"}, {}, "See", names)
    monkeypatch.setattr(room, "SHORT", 0.0)
    monkeypatch.setattr(room, "REST", 1e9)
    monkeypatch.setattr(room, "_rest", type(room._rest)())
    assert ahead(clinic, {"xray": "no"}, {}, "See", names)["tub"]
    assert ahead(clinic, {"bronc": "no"}, {}, "See", names) == {"asia": {}, "tub": {}}
    assert ahead(clinic, {"xray": "yes"}, {}, "See", names) is first
    monkeypatch.setattr(room, "_rest", type(room._rest)())
    assert ahead(clinic, {"bronc": "no"}, {}, "See", names)["tub"]
