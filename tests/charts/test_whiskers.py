"""Whiskers around points."""

from causal_core.charts.whiskers import whiskers


def test_ends_become_lengths_to_either_side():
    assert whiskers([1.0, 2.0], [(0.5, 3.0), (2.0, 2.5)], "red", 1.5, 4) == {
        "type": "data",
        "symmetric": False,
        "array": [2.0, 0.5],
        "arrayminus": [0.5, 0.0],
        "thickness": 1.5,
        "width": 4,
        "color": "red",
    }
    assert "color" not in whiskers([1.0], [(0.0, 2.0)])
