"""Figures of an audit."""

import numpy as np

from causal_core.audit.answer import Number
from causal_core.audit.curve import Curved
from causal_core.audit.use import Contrast, Used
from causal_core.charts.audit import curve_chart, flips_chart, parts_chart, use_chart
from causal_core.charts.colours import BLUE, PURPLE


def used(node, verdict="proxy"):
    moved, none = Number(2.0, 1.5, 2.5), Number(0.0, 0.0, 0.0)
    return Used(
        Contrast(node, 0, 1, "<i>0 to 1"), 0.3, moved, moved, none, cause=False, leak=False, verdict=verdict
    )


def test_prediction_and_outcome_stand_side_by_side():
    figure = use_chart([used("<b>a"), used("b")], "y<b>", "EUR")
    assert len(figure.data) == 3
    assert [trace.xaxis for trace in figure.data] == ["x", "x", "x2"]
    assert "<b>" not in figure.to_json().replace("<br>", "")
    assert figure.data[0].error_x.array is None
    assert figure.data[1].error_x.array == (0.5, 0.5)


def test_curves_have_a_band_for_what_goes_through_the_graph():
    grid = np.linspace(0, 1, 25)
    found = Curved("x", grid, (), grid, 2 * grid, 2 * grid - 1, 2 * grid + 1, 0.5, ("m",))
    figure = curve_chart(found)
    assert [trace.name for trace in figure.data] == [
        "95 % band (approximate)",
        "this column changed alone",
        "set through the graph",
    ]
    none = np.full(2, np.nan)
    levels = Curved("x", np.arange(2.0), ("a", "b"), none + 0, np.ones(2), none, none, 0.5, ())
    figure = curve_chart(levels)
    assert len(figure.data) == 2
    assert figure.layout.xaxis.ticktext == ("a", "b")


def test_parts_of_a_difference_have_their_colours():
    numbers = [Number(1.0, 0.5, 1.5), Number(2.0), Number(-1.0, -1.2, -0.8), Number(2.0, 1.0, 3.0)]
    names = ["direct", "through", "spurious", "seen"]
    figure = parts_chart(names, numbers, "Parts", whole=True)
    assert figure.data[2].marker.color == PURPLE
    assert figure.data[1].error_x.array is None
    assert {trace.marker.color for trace in parts_chart(names, numbers, "Steps").data} == {BLUE}


def test_flips_are_told_by_group_and_direction():
    shares = [Number(0.1, 0.05, 0.2), Number(0.0, 0.0, 0.01)]
    figure = flips_chart(["g = <b>", "g = b"], shares, shares, "50")
    assert [trace.name for trace in figure.data] == ["to the threshold or above", "below the threshold"]
    assert "<b>" not in figure.to_json()
