import pytest

from pages.shared.graph_curves import free_side, round_nodes

ROW = {"x": (0.0, 0.0), "y": (300.0, 0.0)}
BELOW, ABOVE = "curvedCCW", "curvedCW"  # of a bow drawn from left to right


@pytest.mark.parametrize(
    ("others", "arrow", "side"),
    [
        ({}, "", BELOW),
        ({"m": (150.0, 45.0)}, "", ABOVE),
        ({"m": (150.0, -45.0)}, "", BELOW),
        ({"m": (150.0, 45.0), "n": (150.0, -45.0), "o": (100.0, -40.0)}, "", BELOW),
        ({"m": (150.0, 200.0)}, "", BELOW),
        ({"m": (-60.0, 20.0)}, "", BELOW),
        ({}, BELOW, ABOVE),
        ({"m": (150.0, -45.0)}, BELOW, ABOVE),
    ],
)
def test_a_bow_keeps_clear_of_nodes_and_of_the_arrow_of_the_same_pair(others, arrow, side):
    assert free_side(ROW | others, "x", "y", arrow) == side


def test_a_bow_seen_from_its_other_end_takes_the_same_side_of_the_picture():
    placed = ROW | {"m": (150.0, 45.0)}
    assert (free_side(placed, "x", "y", ""), free_side(placed, "y", "x", "")) == (ABOVE, BELOW)


def test_an_arrow_is_straight_unless_a_node_is_in_its_way():
    assert round_nodes(ROW, "x", "y") == ""
    assert round_nodes(ROW | {"m": (150.0, 20.0)}, "x", "y") == ABOVE
    assert round_nodes(ROW | {"m": (150.0, 60.0)}, "x", "y") == ""
