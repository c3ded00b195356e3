from types import SimpleNamespace

import numpy as np
import pytest

from causal_core.charts.gap import gap_curves, gap_difference
from causal_core.charts.gap_parts import harm_ranges, predict_and_target
from causal_core.gap.accuracy import Accuracy
from causal_core.gap.compare import compare, curve
from causal_core.gap.digits import number_and_ends
from causal_core.gap.kinds import quadrants
from causal_core.gap.people import people
from causal_core.gap.square import kinds_square
from causal_core.gap.targeting import targeting
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
    assert names == ["95 % pointwise"] * 2 + [
        "ranked by effect",
        "ranked by risk",
        "picked at random",
        "the gap",
    ]
    assert len({trace.line.dash for trace in figure.data[2:5]}) == 3
    assert figure.data[-1].y == (at.risk.gain.value, at.uplift.gain.value)
    assert figure.data[2].y[30] == pytest.approx(at.uplift.gain.value)
    assert (
        f"gap {number_and_ends(at.difference.value, at.difference.ci)[0]}"
        in figure.layout.annotations[0].text
    )
    assert figure.layout.yaxis.title.text == "Gain per person (EUR &lt;b&gt;)"


def test_the_difference_and_a_budget_of_money(mine):
    drawn = curve(mine, "worth", money=True)
    assert gap_difference(drawn, "EUR", "EUR").layout.xaxis.title.text == "Money spent per person (EUR)"
    # A mark of another kind of budget would stand at the wrong place.
    assert len(gap_curves(drawn, compare(mine, share=0.3)).data) == 5
    assert len(gap_curves(drawn, compare(mine, budget=0.3)).data) == 6


def test_ranges_of_harm_are_drawn_unless_nobody_is_treated(mine):
    figure = harm_ranges(compare(mine, share=0.3))
    thick = [trace for trace in figure.data if trace.line.width > 10]
    assert [trace.y[0] for trace in thick] == [
        "harmed, by effect",
        "harmed, by risk",
        "helped, by effect",
        "helped, by risk",
    ]
    assert harm_ranges(compare(mine, share=0.0)) is None


def test_prediction_beside_targeting_also_where_prediction_has_no_measure(mine):
    targets = targeting((mine.risk.effect, mine.risk.priority), (mine.uplift.effect, mine.uplift.priority))
    found = Accuracy("auc", 0.7, 0.01, (0.68, 0.72), 300)
    both = predict_and_target(SimpleNamespace(accuracy=found, targeting=targets))
    assert [trace.x[0] for trace in both.data] == [0.7, targets.uplift.value, targets.risk.value]
    assert "<b>0.700</b> (0.680 to 0.720)" in [each.text for each in both.layout.annotations]
    alone = predict_and_target(SimpleNamespace(accuracy=None, targeting=targets))
    assert len(alone.data) == 2
    assert not alone.layout.xaxis.visible


def test_the_square_holds_every_kind_and_shows_names_as_text(mine):
    html = kinds_square(quadrants(mine, 0.0, 0.0), (0.0, 0.0), "<i>y", 1)
    for kind in ("persuadable", "sure thing", "lost cause", "sleeping dog"):
        assert f"like a <b>{kind}</b>" in html
    assert "<i>" not in html
    assert "predicted: above 0" in html
    assert "predicted: below 0" in kinds_square(quadrants(mine, 0.0, 0.0), (0.0, 0.0), "y", -1)
    assert "nobody" in kinds_square(quadrants(mine, 0.0, 1e9), (0.0, 1e9), "y", 1)
    highest = float(np.sort(mine.predicted)[-18])
    few = kinds_square(quadrants(mine, -1e9, highest), (-1e9, highest), "y", 1)
    assert few.count("too few to tell") == 1
    assert "17 people<br>too few to tell</td>" in few


def test_numbers_show_the_digits_their_intervals_bear():
    assert number_and_ends(4.0736, (2.6, 5.55)) == ("4.1", "2.6 to 5.5")
    assert number_and_ends(40736.0, (26000.0, 55472.0)) == ("41,000", "26,000 to 55,000")
    # An end just clear of zero does not read as zero, nor does a number that rounds to it carry a sign.
    assert number_and_ends(2.7, (0.03, 5.4)) == ("2.70", "0.03 to 5.40")
    assert number_and_ends(-4e-5, (-0.012, 0.0119)) == ("0.000", "−0.012 to 0.012")
    assert number_and_ends(1.0, (1.0, 1.0)) == ("1", "1 to 1")
