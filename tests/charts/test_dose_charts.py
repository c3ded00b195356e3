from causal_core.charts.dose_response import dose_balance, dose_curve, dose_histogram
from causal_core.estimation.dose_bands import respond
from causal_core.estimation.dose_regression import dose_response
from causal_core.estimation.dose_result import Along, DoseFindings
from tests.estimation.dose_worlds import dosed

WORLD = dosed(400, 1, "bent")
RESPONSE = respond("dose_response", WORLD.doses, dose_response(WORLD), (400, 0), seed=1)
ALONG = Along((4.0, 8.0, 12.0), (12.0, 90.0, 90.0), ("a<b", "b"), (0.5, -0.2), (0.02, -0.03))
FINDINGS = DoseFindings(WORLD.doses, (RESPONSE,), ALONG)


def test_the_curve_has_bands_marks_histogram_and_grey_ranges():
    figure = dose_curve(RESPONSE, FINDINGS, "<b>t", "y$", "kg")
    names = [trace.name for trace in figure.data]
    assert names[:2] == ["95 % band, all doses at once", "95 % interval at one dose"]
    line = next(trace for trace in figure.data if trace.mode == "lines" and trace.line.color == "#0072B2")
    assert line.line.dash == "solid"
    assert max(len(trace.x) for trace in figure.data) <= 200
    marks = next(trace for trace in figure.data if trace.mode == "markers")
    assert marks.marker.symbol == "circle-open"
    assert len(marks.x) == 3
    assert figure.data[-1].type == "bar"
    assert sum(figure.data[-1].y) <= 400
    assert figure.layout.xaxis.title.text == "&lt;b&gt;t"
    assert figure.layout.yaxis.title.text == "Mean of y&#36; (kg)"
    assert (figure.layout.shapes[-1].x0, figure.layout.shapes[-1].x1) == (4.0, 6.0)


def test_random_assignment_is_filled_and_a_change_starts_at_zero():
    figure = dose_curve(RESPONSE, FINDINGS, "t", "y", "", randomised=True, change=True)
    marks = next(trace for trace in figure.data if trace.mode == "markers")
    assert marks.marker.symbol == "circle"
    line = next(trace for trace in figure.data if trace.name == "change from 10")
    assert line.y[list(line.x).index(10.0)] == 0
    assert figure.layout.yaxis.title.text == "Change in y"


def test_the_histogram_marks_the_reference_and_balance_both_states():
    histogram = dose_histogram(WORLD.doses, "t$")
    assert histogram.layout.shapes[0].x0 == 10.0
    assert histogram.layout.xaxis.title.text == "t&#36;"
    balance = dose_balance(ALONG, "t")
    assert [trace.name for trace in balance.data] == ["as the data are", "weighted"]
    assert balance.layout.yaxis.ticktext == ("a&lt;b", "b")
