import numpy as np
import pytest

from causal_core.charts.gap import gap_curves, gap_difference
from causal_core.gap.compare import compare, curve
from causal_core.gap.people import people
from tests.gap.worlds import handed


@pytest.fixture(scope="module")
def mine():
    random = np.random.default_rng(1)
    return people(
        handed(random.normal(size=300), random.normal(size=300)), "t", np.arange(300.0), 2.0, {"b": 1.0}
    )


def test_both_curves_their_bands_and_the_gap_at_the_budget(mine):
    drawn, at = curve(mine, "worth", money=False), compare(mine, share=0.3)
    figure = gap_curves(drawn, at, "EUR <b>")
    names = [trace.name for trace in figure.data]
    assert names == ["95 % pointwise"] * 2 + ["ranked by effect", "ranked by risk", "drawn by lot", "the gap"]
    assert len({trace.line.dash for trace in figure.data[2:5]}) == 3
    assert figure.data[-1].y == (at.risk.gain.value, at.uplift.gain.value)
    assert figure.data[2].y[30] == pytest.approx(at.uplift.gain.value)
    assert f"gap {at.difference.value:.3g}" in figure.layout.annotations[0].text
    assert figure.layout.yaxis.title.text == "Gain per person (EUR &lt;b&gt;)"


def test_the_difference_and_a_budget_of_money(mine):
    drawn = curve(mine, "worth", money=True)
    assert gap_difference(drawn, "EUR", "EUR").layout.xaxis.title.text == "Money spent per person (EUR)"
    # A mark of another kind of budget would stand at the wrong place.
    assert len(gap_curves(drawn, compare(mine, share=0.3)).data) == 5
    assert len(gap_curves(drawn, compare(mine, budget=0.3)).data) == 6
