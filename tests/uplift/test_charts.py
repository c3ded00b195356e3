import dataclasses
import json

import numpy as np
import pytest

from causal_core.charts.uplift import qini_curves, segment_bars, toc_curves, uplift_curves
from causal_core.charts.uplift_cost import cost_curves
from causal_core.charts.uplift_lines import LOOKS, NAMED
from causal_core.charts.uplift_pairs import paired_intervals
from causal_core.study.headline import number_text
from causal_core.uplift.catalogue import LEARNERS
from causal_core.uplift.findings import CostCurve
from causal_core.uplift.result import UpliftResult
from tests.uplift.made import made, pair

CONTRAST = ("none", "<b>$50$</b>")


@pytest.fixture
def results():
    return [
        made("s", 0.1, CONTRAST),
        made("t", 0.4, CONTRAST),
        UpliftResult("x", CONTRAST, error="too few rows"),
    ]


def test_lines_differ_without_colour_and_are_named_beside_them(results):
    figure = uplift_curves(results, "kg")
    lines = [trace for trace in figure.data if trace.name in ("S", "T")]
    assert [line.line.dash for line in lines] == ["longdash", "dash"]
    assert [note.text for note in figure.layout.annotations] == ["<b>S</b>", "<b>T</b>"]
    assert figure.layout.yaxis.title.text == "Gain per person (kg)"
    assert lines[0].hovertemplate.startswith("<b>S</b><br>first %{x:.0%}: %{y:,.3r}<br>gain per person (kg)")
    random = next(trace for trace in figure.data if trace.name == "random")
    assert random.y == (0, results[0].curve[-1][1])


def test_each_learner_has_a_look_of_its_own():
    assert set(LEARNERS) <= set(LOOKS)
    dashes = [dash for _, dash in LOOKS.values()]
    assert len(set(dashes)) == len(dashes)
    assert "solid" not in dashes
    assert len(set(LOOKS.values())) == len(LOOKS)


def test_many_lines_are_told_by_the_legend_in_one_order():
    many = [made(learner, 0.1) for learner in LOOKS]
    assert len(many) > NAMED
    figure = uplift_curves(many, focus="s")
    assert not figure.layout.annotations
    ranked = sorted(figure.data[1:-1], key=lambda trace: trace.legendrank)
    assert [trace.name for trace in ranked] == ["Automatic", "S", "T", "X", "R", "DR", "CT", "Forest"]
    assert all(trace.legendrank < 1000 for trace in ranked)


def test_the_learner_in_detail_has_the_band_and_lies_on_top(results):
    figure = uplift_curves(results, focus="s")
    band = figure.data[0]
    assert band.fill == "toself"
    half = len(band.x) // 2
    upper, lower = np.array(band.y[:half]), np.array(band.y[half:])[::-1]
    gain = np.interp(band.x[:half], *np.array(results[0].curve).T)
    assert (lower <= gain + 1e-9).all()
    assert (gain <= upper + 1e-9).all()
    looks = [(trace.name, trace.line.width, trace.line.dash) for trace in figure.data[1:3]]
    assert looks == [("T", 2, "dash"), ("S", 3.5, "solid")]
    assert len(uplift_curves(results).data) == 3
    assert [trace.line.dash for trace in uplift_curves(results[:1]).data[1:]] == ["solid", "solid"]


def test_names_from_data_are_text(results):
    cost = CostCurve("s", CONTRAST[1], ((0.0, 0.0), (1.0, 2.0)), (0.0, 0.1))
    figures = (
        uplift_curves(results),
        qini_curves(results),
        toc_curves(results, "<i>"),
        segment_bars(results[0], "<i>"),
        cost_curves([cost], "<i>"),
    )
    for figure in figures:
        drawn = json.dumps(json.loads(figure.to_json()), ensure_ascii=False)
        assert "<b>$50$" not in drawn
        assert "(<i>)" not in drawn
        assert figure.layout.paper_bgcolor == "rgba(0,0,0,0)"


def test_qini_labels_hold_the_coefficient_and_the_perfect_order_is_asked_for(results):
    notes = [note.text for note in qini_curves(results).layout.annotations]
    assert notes == [f"<b>S {number_text(results[0].qini)}</b>", f"<b>T {number_text(results[1].qini)}</b>"]
    assert not any("perfect" in trace.name for trace in qini_curves(results).data)
    assert qini_curves(results, perfect=True).data[-1].name == "random"
    binary = [made("s", 0.1, perfect=((0.0, 0.0), (0.4, 2.0), (1.0, 0.3)))]
    perfect = qini_curves(binary, perfect=True).data[-1]
    assert (perfect.name, perfect.y) == ("perfect order, known only afterwards", (0.0, 2.0, 0.3))


def test_the_first_few_rows_do_not_set_the_axis_of_the_toc(results):
    figure = toc_curves(results, "kg", focus="t")
    low, high = figure.layout.yaxis.range
    widest = max(end for share, _, end in results[1].toc_band if share >= 0.05)
    assert widest < high < widest * 1.2
    assert low < 0
    assert results[1].toc_band[0][2] > 2 * high
    assert figure.layout.yaxis.title.text == "Effect above the average (kg)"
    flat = next(trace for trace in figure.data if trace.name == "random")
    assert flat.y == (0, 0)
    assert len(toc_curves([dataclasses.replace(results[0], toc=())]).data) == 0


def test_segments_are_bars_with_whiskers(results):
    bars = segment_bars(results[0]).data[0]
    assert list(bars.x) == ["highest<br>20 %", "2<br>20 %", "3<br>20 %", "4<br>20 %", "lowest<br>20 %"]
    top = results[0].segments[0]
    assert bars.error_y.array[0] == pytest.approx(top.ci[1] - top.effect)


def test_a_cost_curve_has_the_line_on_which_it_pays():
    cheap = CostCurve("s", "a", ((0.0, 0.0), (1.0, 3.0), (4.0, 5.0)), (0.0, 0.5, 1.0))
    dear = CostCurve("t", "a", ((0.0, 0.0), (4.0, 5.0)), (0.0, 1.0))
    figure = cost_curves([cheap, dear], "EUR", focus="s")
    assert figure.data[0].y == (0.0, 3 + 1.96 * 0.5, 5 + 1.96, 5 - 1.96, 3 - 1.96 * 0.5, 0.0)
    assert [trace.name for trace in figure.data[1:]] == ["T", "S", "gain equals cost"]
    assert (figure.data[-1].x, figure.data[-1].y) == ((0.0, 4.0), (0.0, 4.0))
    assert figure.layout.title.text == "Cost curve: a"
    assert figure.layout.xaxis.title.text == "Spent per person, where most is predicted for it first (EUR)"
    several = dataclasses.replace(cheap, arm=None)
    assert "for each the arm" in cost_curves([several]).layout.title.text


def test_pairs_are_rows_filled_where_they_are_told_apart():
    figure = paired_intervals([pair("dr", "x", 0.1), pair("dr", "s", -0.01)], "kg")
    assert [trace.marker.symbol for trace in figure.data] == ["circle", "circle-open"]
    assert list(figure.layout.yaxis.ticktext) == ["DR less X", "DR less S"]
    assert [note.text for note in figure.layout.annotations] == [
        "+0.1 (0.06 to 0.14): <b>DR ranks better</b>",
        "−0.01 (−0.05 to 0.03): not told apart",
    ]
    assert figure.layout.xaxis.title.text == "Difference in AUTOC: right of 0 the first ranks better (kg)"


def test_nothing_to_draw_is_an_empty_figure(results):
    assert len(uplift_curves(results[2:]).data) == 0
    assert len(qini_curves([]).data) == 0
    assert len(cost_curves([]).data) == 0
    assert len(paired_intervals([]).data) == 0
