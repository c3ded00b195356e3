"""The gain along the strength of hidden confounding."""

from causal_core.charts.hidden import hidden_bounds
from causal_core.policy.hidden import Bound, HiddenConfounding

CURVE = (Bound(1.0, 2.0, 2.0, (1.0, 3.0)), Bound(2.0, -1.0, 5.0, (-2.0, 6.0)))


def test_bounds_and_both_marks_are_drawn():
    figure = hidden_bounds(HiddenConfounding(2.0, 1.7, 1.4, CURVE, 1.9, 100), "<b>EUR</b>")
    assert list(figure.data[0].y) == [3.0, 6.0, -2.0, 1.0]
    assert list(figure.data[1].y) == [2.0, 5.0, -1.0, 2.0]
    assert list(figure.data[2].y) == [2.0, -1.0]
    assert [note.text for note in figure.layout.annotations] == ["unclear from 1.4", "measured columns: 1.9"]
    assert figure.layout.yaxis.title.text == "Gain per person (&lt;b&gt;EUR&lt;/b&gt;)"
    assert "LaTeX" not in figure.layout.xaxis.title.text


def test_a_loss_is_drawn_from_its_best_end_and_marks_outside_are_left_out():
    figure = hidden_bounds(HiddenConfounding(-2.0, None, None, CURVE, 3.0, 100))
    assert figure.data[2].name == "at best"
    assert list(figure.data[2].y) == [2.0, 5.0]
    assert not figure.layout.annotations
