import json

import numpy as np
import pytest

from causal_core import policy
from causal_core.charts.policy import policy_comparison, share_curve
from causal_core.uplift import HeldOut


@pytest.fixture
def rows():
    random = np.random.default_rng(0)
    predicted = random.normal(size=(300, 2))
    scores = np.hstack([np.zeros((300, 1)), predicted]) + random.normal(size=(300, 3))
    flat = np.zeros(300)
    return HeldOut(
        np.arange(300), ("none", "<b>a</b>", "b"), {"s": predicted}, {"s": flat}, scores, scores,
        flat.astype(int), flat, np.full((300, 3), 1 / 3), None, 600,
    )  # fmt: skip


def test_the_chosen_share_is_marked(rows):
    curve = policy.value_curve(policy.Economics.of(rows, "s"))
    figure = share_curve(curve, 0.3, "EUR")
    mark = figure.data[-1]
    assert (mark.x, mark.y) == ((0.3,), (curve.at(0.3).value,))
    assert mark.error_y.array[0] == pytest.approx(1.959964 * curve.at(0.3).std_error)
    assert figure.layout.yaxis.title.text == "Gain per person (EUR)"
    assert max(len(trace.x) for trace in figure.data) <= 202
    assert len(share_curve(curve).data) == len(figure.data) - 1


@pytest.mark.parametrize("show", ["value", "gain_vs_none", "gain_vs_all"])
def test_policies_are_rows_with_whiskers(rows, show):
    economics = policy.Economics.of(rows, "s")
    results = [policy.treat_none(economics), *policy.treat_all(economics), policy.top_share(economics, 0.25)]
    figure = policy_comparison(results, show)
    names = [
        "treat nobody",
        "treat everybody with &lt;b&gt;a&lt;/b&gt;",
        "treat everybody with b",
        "treat the top 25 %",
    ]
    assert list(figure.layout.yaxis.ticktext) == names
    number = results[3] if show == "value" else getattr(results[3], show)
    assert figure.data[3].x == (number.value,)
    assert figure.data[3].error_x.array[0] == pytest.approx(number.ci[1] - number.value)
    assert "<b>a" not in json.dumps(json.loads(figure.to_json()))
