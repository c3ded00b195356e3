"""The picture of a Bayesian network: boxes apart, lines around them, evidence brought out."""

from itertools import combinations

import numpy as np
import pytest

from causal_core.charts.network import belief_graph
from causal_core.charts.network_boxes import boxes, levels_shown
from causal_core.charts.network_look import State, chance_text
from causal_core.charts.network_ways import arrows, ties
from causal_core.graph import CausalGraph
from causal_core.what_if import BayesianNetwork
from causal_core.what_if.bif import Node
from tests.what_if.networks import monitoring


@pytest.fixture(scope="module")
def network():
    return monitoring()


def test_boxes_stay_apart_and_lines_end_at_their_boxes(network):
    found = boxes(network)
    for one, other in combinations(found.values(), 2):
        (ax, ay), (bx, by) = one.middle, other.middle
        assert abs(ax - bx) >= one.width + 10 or abs(ay - by) >= (one.height + other.height) / 2 + 10
    lines = dict(zip(network.graph.edges, arrows(network.graph, found, ()), strict=True))
    assert len(lines) == 46
    for (parent, child), points in lines.items():
        assert found[parent].holds(points[0], 3)
        assert found[child].holds(points[-1], 3)
        assert not any(found[parent].holds(each) or found[child].holds(each) for each in points[1:-1])
    through = [
        edge
        for edge, points in lines.items()
        if any(found[name].holds(each) for name in set(found) - set(edge) for each in points)
    ]
    assert len(through) <= 2


def test_positions_too_near_each_other_give_way_to_a_layout(network):
    here = {
        node.name: (float(place % 6) * 1.5, float(place // 6)) for place, node in enumerate(network.nodes)
    }
    kept = boxes(network, here)
    assert kept["HISTORY"].y == kept["CVP"].y + (kept["CVP"].height - kept["HISTORY"].height) / 2
    assert boxes(network, dict.fromkeys(here, (0.0, 0.0))) == boxes(network)


def test_what_is_set_loses_its_arrows_and_its_hidden_causes():
    nodes = tuple(Node(name, ("a", "b"), (), np.array([0.5, 0.5])) for name in "xyz")
    graph = CausalGraph(edges=[("x", "y"), ("y", "z")], bidirected=[("x", "y")])
    network = BayesianNetwork(nodes, graph)
    found = boxes(network)
    assert (len(arrows(graph, found, ())), len(ties(graph, found, ()))) == (2, 1)
    assert (len(arrows(graph, found, {"y"})), len(ties(graph, found, {"y"}))) == (1, 0)
    beliefs = {"x": {"a": 1.0, "b": 0.0}, "y": {"a": 0.25, "b": 0.75}}
    figure = belief_graph(network, beliefs, {"y": {"a": 0.5, "b": 0.5}}, State(seen={"x"}, done={"y"}))
    said = [text for trace in figure.data for text in trace.text or ()]
    assert {"<b>see · x</b>", "<b>do · y</b>", "100 %", "0 %", "25.0 %"} <= set(said)
    assert said.count("?") == 2
    hovers = {data[2] for trace in figure.data if trace.customdata is not None for data in trace.customdata}
    assert "y = a: 25.0 %, before 50.0 %" in hovers
    frames = [shape.line.dash for shape in figure.layout.shapes if shape.type == "rect"]
    assert frames == ["dot", "solid", "solid"]


def test_names_are_text_and_many_levels_are_cut():
    levels = tuple(f"<b>{number}" for number in range(9))
    node = Node("$x$", levels, (), np.full(9, 1 / 9))
    network = BayesianNetwork((node,), CausalGraph(nodes=["$x$"]))
    figure = belief_graph(network, {"$x$": dict.fromkeys(levels, 1 / 9)})
    said = [text for trace in figure.data for text in trace.text or ()]
    assert {"<b>&#36;x&#36;</b>", "&lt;b&gt;0", "<i>3 more</i>", "33.3 %"} <= set(said)
    assert levels_shown(levels, ["<b>8"])[-1] == "<b>8"


def test_chances_are_never_rounded_to_certainty():
    assert [chance_text(each) for each in (0, 1e-5, 0.5, 0.99999, 1, float("nan"))] == [
        *("0 %", "< 0.1 %", "50.0 %", "> 99.9 %", "100 %", "?")
    ]
