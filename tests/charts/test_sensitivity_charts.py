import numpy as np
import pytest

from causal_core.charts.contours import contours
from causal_core.charts.sensitivity import rosenbaum_curve, tipping
from causal_core.charts.simulations import simulations
from causal_core.refutation.benchmarks import Benchmark, Robustness
from causal_core.refutation.finding import Finding
from causal_core.refutation.partial_r2 import Coefficient, bound
from causal_core.refutation.result import Refutation
from causal_core.refutation.rosenbaum import Rosenbaum

WORDS = Finding("", "", "", "", "pass", "")
DARFUR = Coefficient.of(0.09731582, 0.02325654, 783)


def benchmark(name, with_treatment, with_outcome):
    points = []
    for times in (1, 2, 3):
        both = bound(times, with_treatment, with_outcome)
        points.append((times, *both, DARFUR.adjusted(*both), DARFUR.adjusted_t(*both)))
    return Benchmark(name, with_treatment, with_outcome, tuple(points), 4.0, 2.5)


FOUND = Robustness(
    DARFUR,
    DARFUR.robustness(),
    DARFUR.robustness_of_interval(),
    (benchmark("<b>female</b> $x$", 0.0091, 0.11), benchmark("age", 0.002, 0.02)),
    WORDS,
)


@pytest.mark.parametrize(("kind", "edge"), [("estimate", 0.0), ("t", DARFUR.critical)])
def test_contours_have_the_line_that_matters_and_labelled_yardsticks(kind, edge):
    figure = contours(FOUND, "points", kind)
    *lines, border = (trace for trace in figure.data if trace.type == "contour")
    expected = DARFUR.adjusted if kind == "estimate" else DARFUR.adjusted_t
    for trace in (*lines, border):
        assert trace.z[7][11] == pytest.approx(expected(trace.x[11], trace.y[7]))
    assert border.contours.start == pytest.approx(edge)
    levels = [
        level
        for trace in lines
        for level in np.arange(trace.contours.start, trace.contours.end + 1e-9, trace.contours.size)
    ]
    assert len(levels) >= 3
    assert min(abs(level - edge) for level in levels) >= 0.4 * lines[0].contours.size - 1e-12
    assert [note.text for note in figure.layout.annotations] == [border.name]
    yardsticks = [trace for trace in figure.data if trace.type == "scatter" and trace.text]
    assert set(yardsticks[1].text) <= {"1×", "2×", "3×", ""}
    assert [each[0] for each in yardsticks[1].customdata] == ["1× age", "2× age", "3× age"]
    assert "<b>" not in yardsticks[0].name
    assert len({trace.marker.symbol for trace in yardsticks}) == 2
    assert figure.layout.xaxis.title.text
    assert figure.layout.title.text


def test_a_covariate_that_would_undo_the_estimate_by_far_is_still_in_the_picture():
    strong = Robustness(DARFUR, 0.02, 0.01, (benchmark("age", 0.15, 0.1),), WORDS)
    figure = contours(strong)
    assert figure.layout.xaxis.range[1] > strong.benchmarks[0].points[0][1] > 4 * strong.value


def test_a_negative_effect_has_its_line_below_zero():
    below = Robustness(Coefficient.of(-0.1, 0.02, 300), 0.2, 0.1, (), WORDS)
    figure = contours(below, kind="t")
    border = [trace for trace in figure.data if trace.type == "contour"][-1]
    assert border.contours.start < 0


def test_the_tipping_curve_ends_where_nothing_is_left():
    figure = tipping(FOUND, "points")
    curve = next(trace for trace in figure.data if trace.mode == "lines" and trace.fill is None)
    assert len(curve.x) <= 200
    assert np.interp(FOUND.value, curve.x, curve.y) == pytest.approx(0, abs=1e-4)
    texts = [note.text for note in figure.layout.annotations]
    assert "estimate zero at 13.9 %" in texts
    assert "interval touches zero at 7.6 %" in texts
    clustered = Robustness(DARFUR, FOUND.value, None, (), WORDS)
    assert all(trace.fill is None for trace in tipping(clustered).data)


def test_bounds_are_drawn_with_the_gamma_at_five_per_cent():
    gammas = tuple(np.linspace(1, 3, 41))
    found = Rosenbaum(50, 2, "signed rank", True, 0.001, 1.8, gammas, tuple(0.02 * g for g in gammas), WORDS)
    figure = rosenbaum_curve(found)
    assert list(figure.data[1].text) == ["Gamma 1.80"]
    assert list(figure.data[0].x) == list(gammas)


def test_without_an_answer_there_is_an_empty_figure():
    nothing = Robustness(None, None, None, (), WORDS)
    assert not contours(nothing).data
    assert not tipping(nothing).data
    assert not rosenbaum_curve(Rosenbaum(0, 0, "", True, None, None, (), (), WORDS)).data


def test_the_randomisation_test_is_drawn_on_its_own_scale():
    drawn = tuple(np.random.default_rng(0).normal(size=400).tolist())
    found = Refutation(
        refuter="randomisation",
        method="difference_in_means",
        contrast=("0", "1"),
        original=250.0,
        refuted=None,
        shift=None,
        p_value=0.01,
        expectation="",
        verdict="pass",
        done="",
        seen="",
        cannot="",
        simulations=drawn,
        statistic=2.7,
    )
    figure = simulations(found, "EUR")
    assert figure.layout.xaxis.title.text == "Difference of the arms over its standard error"
    places = [shape.x0 for shape in figure.layout.shapes]
    assert places == [2.7]
    assert [note.text for note in figure.layout.annotations] == ["as it was"]
    assert figure.layout.yaxis.title.text == "Re-drawn assignments"
