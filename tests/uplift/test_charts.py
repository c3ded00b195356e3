import dataclasses
import json

import numpy as np
import pytest

from causal_core import uplift
from causal_core.charts.uplift import qini_curves, segment_bars, uplift_curves
from tests.uplift.worlds import trial


@pytest.fixture(scope="module")
def results():
    units = dataclasses.replace(trial(800, 0), arms=("none", "<b>$50$</b>"))
    parts = [uplift.learn(units, learner) for learner in ("s", "t", "causal_forest")]
    return uplift.evaluate(units, parts + [uplift.score_fold(units, fold) for fold in range(5)]).results


def test_lines_differ_without_colour_and_are_named_beside_them(results):
    figure = uplift_curves(results, "kg")
    lines = [trace for trace in figure.data if trace.name in ("S", "T")]
    assert [line.line.dash for line in lines] == ["solid", "dash"]
    assert [note.text for note in figure.layout.annotations] == ["<b>S</b>", "<b>T</b>"]
    assert figure.layout.yaxis.title.text == "Gain per person (kg)"
    assert max(len(trace.x) for trace in figure.data) <= 200
    random = next(trace for trace in figure.data if trace.name == "random")
    assert random.y == (0, results[0].curve[-1][1])


def test_the_band_is_drawn_for_one_learner_and_holds_the_curve(results):
    figure = uplift_curves(results[:1])
    band = figure.data[0]
    assert band.fill == "toself"
    half = len(band.x) // 2
    upper, lower = np.array(band.y[:half]), np.array(band.y[half:])[::-1]
    gain = np.interp(band.x[:half], *np.array(results[0].curve).T)
    assert (lower <= gain + 1e-9).all()
    assert (gain <= upper + 1e-9).all()
    assert len(uplift_curves(results).data) == 3


def test_names_from_data_are_text(results):
    for figure in (uplift_curves(results), qini_curves(results), segment_bars(results[0], "<i>")):
        drawn = json.dumps(json.loads(figure.to_json()), ensure_ascii=False)
        assert "<b>$50$" not in drawn
        assert "(<i>)" not in drawn
        assert figure.layout.paper_bgcolor == "rgba(0,0,0,0)"


def test_qini_labels_hold_the_coefficient(results):
    notes = [note.text for note in qini_curves(results).layout.annotations]
    assert notes == [f"<b>S {results[0].qini:.3g}</b>", f"<b>T {results[1].qini:.3g}</b>"]


def test_segments_are_bars_with_whiskers(results):
    bars = segment_bars(results[0]).data[0]
    assert list(bars.x) == ["highest<br>20%", "2<br>20%", "3<br>20%", "4<br>20%", "lowest<br>20%"]
    top = results[0].segments[0]
    assert bars.error_y.array[0] == pytest.approx(top.ci[1] - top.effect)


def test_nothing_to_draw_is_an_empty_figure(results):
    assert len(uplift_curves(results[2:]).data) == 0
    assert len(qini_curves([]).data) == 0
