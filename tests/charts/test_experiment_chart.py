import pytest

from causal_core.charts.experiment import against_experiment
from causal_core.validation.experiment import Comparison, Side


def compared(method, value, estimand="ATT"):
    trial = Side(2.0, 0.5, (1.0, 3.0), 100, 80, "ATT")
    side = Side(value, 0.5, (value - 1, value + 1), 900, 80, estimand)
    return Comparison(method, ("no", "yes"), trial, side, value - 2, 0.4, (value - 2.8, value - 1.2), 0.7, 80)


def test_the_experiment_is_filled_and_stands_first():
    shown = [compared("difference_in_means", -3.0, "association"), compared("ipw", 1.5)]
    figure = against_experiment(shown, 1.0, "$ a year")
    assert [trace.marker.symbol for trace in figure.data] == [
        "circle",
        "diamond-open",
        "diamond-open",
        "circle-open",
        "circle-open",
    ]
    assert figure.layout.yaxis.ticktext == (
        "Experiment",
        "Difference in means",
        "Inverse probability weighting",
    )
    assert [trace.name for trace in figure.data if trace.showlegend] == [
        "experiment",
        "observational, not adjusted",
        "observational",
    ]
    assert "&#36; a year" in figure.layout.xaxis.title.text
    assert figure.data[4].x[0] == -0.5
    bands = [(each.xref, each.x0, each.x1) for each in figure.layout.shapes if each.type == "rect"]
    assert bands == [("x", 1.0, 3.0), ("x2", -1.0, 1.0)]
    assert len(figure.layout.shapes) == 4
    assert figure.data[4].error_x.array[0] == pytest.approx(0.8)
    assert figure.data[4].error_x.arrayminus[0] == pytest.approx(0.8)


def test_a_comparison_that_failed_is_left_out():
    figure = against_experiment([Comparison("ipw", ("no", "yes"), error="no overlap")], 1.0)
    assert len(figure.data) == 0
