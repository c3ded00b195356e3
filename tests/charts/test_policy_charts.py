import json

import numpy as np
import pandas as pd
import pytest

from causal_core import policy
from causal_core.charts.policy import policy_comparison, share_curve
from causal_core.charts.policy_plane import policy_plane
from causal_core.charts.policy_segments import segment_bars
from causal_core.policy.segments import Grouping, by_segment
from causal_core.study.memo import Option
from causal_core.uplift import HeldOut

BAD = "<b>a</b>"


@pytest.fixture
def economics():
    random = np.random.default_rng(0)
    predicted = random.normal(size=(300, 2))
    scores = np.hstack([np.zeros((300, 1)), predicted]) + random.normal(size=(300, 3))
    flat = np.zeros(300)
    rows = HeldOut(
        np.arange(300), ("none", BAD, "b"), {"s": predicted}, {"s": flat}, scores, scores,
        flat.astype(int), flat, np.full((300, 3), 1 / 3), None, 600,
    )  # fmt: skip
    return policy.Economics.of(rows, "s", costs={"b": 0.5})


@pytest.fixture
def options(economics):
    results = [
        policy.treat_none(economics),
        *policy.treat_all(economics),
        policy.top_share(economics, 0.25),
    ]
    names = ["treat nobody", f"treat everybody with {BAD}", "treat everybody with b", "treat the top 25 %"]
    return [
        Option("ABCD"[place], names[place], result, place == 3, result.gain_vs_none)
        for place, result in enumerate(results)
    ]


def test_the_chosen_share_is_marked(economics):
    curve = policy.value_curve(economics)
    figure = share_curve(curve, 0.3, "EUR")
    mark = figure.data[-1]
    assert (mark.x, mark.y) == ((0.3,), (curve.at(0.3).value,))
    assert mark.error_y.array[0] == pytest.approx(1.959964 * curve.at(0.3).std_error)
    assert figure.layout.yaxis.title.text == "Gain per person (EUR)"
    assert max(len(trace.x) for trace in figure.data) <= 202
    assert len(share_curve(curve).data) == len(figure.data) - 1
    over = policy.value_curve(economics, "all")
    assert share_curve(over).data[2].y == (over.gain[0], over.gain[-1])
    assert share_curve(over).layout.title.text == "Gain over treating everybody"


def test_policies_are_rows_with_whiskers(options):
    gains = [option.result.gain_vs_none for option in options]
    figure = policy_comparison(options, gains, unit="EUR")
    assert list(figure.layout.yaxis.ticktext) == [
        "<b>A</b>  Treat nobody",
        "<b>B</b>  Treat everybody with &lt;b&gt;a&lt;/b&gt;",
        "<b>C</b>  Treat everybody with b",
        "<b>D</b>  Treat the top 25 %",
    ]
    assert figure.data[3].x == (gains[3].value,)
    assert figure.data[3].error_x.array[0] == pytest.approx(gains[3].ci[1] - gains[3].value)
    assert [trace.marker.symbol for trace in figure.data] == ["circle", "circle", "circle", "diamond"]
    wide = [option.together for option in options]
    assert policy_comparison(options, gains, together=wide).data[3].x == gains[3].ci
    hollow = policy_comparison(options, gains, randomised=False)
    assert hollow.data[3].marker.symbol == "diamond-open"
    assert "<b>a" not in figure.to_json()


def test_policies_stand_at_their_cost_and_gain(options):
    figure = policy_plane(options, "EUR")
    assert [trace.text for trace in figure.data] == [(f"<b>{letter}</b>",) for letter in "ABCD"]
    for trace, option in zip(figure.data, options, strict=True):
        assert trace.x == (option.result.spending.value,)
        assert trace.y == (option.result.gain_vs_none.value,)
    assert figure.layout.xaxis.title.text == "Cost per person (EUR)"
    assert "<b>a" not in json.dumps(json.loads(figure.to_json()))


def test_bars_part_each_group_by_arm_beside_its_gain(economics):
    chosen = policy.best_arm(economics).policy_matrix
    grouping = Grouping.of(pd.Series([BAD, "q"] * 150), "x")
    segments = by_segment(economics, chosen, grouping)
    figure = segment_bars(segments, f"column {BAD}", "EUR")
    bars, dots = figure.data[:-1], figure.data[-1]
    assert [bar.name for bar in bars] == ["&lt;b&gt;a&lt;/b&gt;", "b", "none"]
    assert np.allclose(np.sum([bar.x for bar in bars], axis=0), 1)
    assert dots.x == tuple(each.gain.value for each in segments)
    assert len({(bar.marker.color, bar.marker.pattern.shape) for bar in bars}) == 3
    assert "<b>a" not in figure.to_json()
