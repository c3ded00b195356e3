"""The picture of a Bayesian network: boxes apart, lines around them, evidence brought out."""

from itertools import combinations

import numpy as np
import pytest

from causal_core.charts.chance import chance_text
from causal_core.charts.network import drawing
from causal_core.charts.network_boxes import boxes_of, levels_of
from causal_core.charts.network_ways import arrows
from causal_core.graph import CausalGraph
from causal_core.what_if import BayesianNetwork
from causal_core.what_if.bif import Node, read_bif
from causal_core.what_if.published import published


@pytest.fixture(scope="module")
def network():
    return BayesianNetwork.of(read_bif(published("alarm")))


def boxes(network, positions=None):
    return boxes_of(network.graph, levels_of(network), positions or {})


def test_boxes_stay_apart_and_lines_end_at_their_boxes(network):
    found = boxes(network)
    for one, other in combinations(found.values(), 2):
        (ax, ay), (bx, by) = one.middle, other.middle
        assert abs(ax - bx) >= one.width + 10 or abs(ay - by) >= (one.height + other.height) / 2 + 10
    lines = dict(zip(network.graph.edges, arrows(network.graph, found), strict=True))
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


def test_a_drawing_holds_every_box_and_line():
    nodes = tuple(Node(name, ("a", "b"), (), np.array([0.5, 0.5])) for name in "xyz")
    graph = CausalGraph(edges=[("x", "y"), ("y", "z")], bidirected=[("x", "y")])
    found = drawing(BayesianNetwork(nodes, graph))
    assert [(way.start, way.end, way.tied, len(way.heads)) for way in found.ways] == [
        *(("x", "y", False, 1), ("y", "z", False, 1), ("x", "y", True, 2))
    ]
    x, y, _ = found.nodes
    tip, _, angle = found.ways[0].heads[0]
    assert (tip, angle) == (pytest.approx(y.x, abs=2), 90)
    assert x.y + x.height / 2 == y.y + y.height / 2
    assert found.ways[2].path.count("L") > 2  # bent, so that it lies apart from the arrow
    for node in found.nodes:
        assert found.left < node.x
        assert node.x + node.width < found.left + found.width
        assert found.top < node.y
        assert node.y + node.height < found.top + found.height
    assert drawing(BayesianNetwork(nodes, graph)) is found


def test_long_names_and_many_levels_are_cut():
    levels = tuple(f"level number <b>{number}" for number in range(9))
    name = "a name with more than twenty-two letters"
    network = BayesianNetwork((Node(name, levels, (), np.full(9, 1 / 9)),), CausalGraph(nodes=[name]))
    (node,) = drawing(network).nodes
    assert (node.name, node.label) == (name, "a name with more than…")
    assert node.levels[8] == ("level number <b>8", "level number <b…")
    assert node.height == 22 + 18 * 7 + 6  # six levels, and a line for the rest


def test_chances_are_never_rounded_to_certainty():
    assert [chance_text(each) for each in (0, 1e-5, 0.5, 0.99999, 1, float("nan"))] == [
        *("0 %", "< 0.1 %", "50.0 %", "> 99.9 %", "100 %", "?")
    ]
