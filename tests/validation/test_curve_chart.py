import pytest

from causal_core.charts.specification import specification_curve, thinned
from causal_core.estimation.result import Estimate
from causal_core.validation.sets import AdmissibleSet, AdmissibleSets
from causal_core.validation.specification import Own, facets, gather_specifications


@pytest.fixture
def facet_of():
    """Call with values: one facet, a set and two methods in turn."""

    def made(values, low=-0.5, high=0.5):
        asked = [((f"<b>{place // 2}</b>",), ("ipw", "aipw")[place % 2]) for place in range(len(values))]
        parts = [
            (
                Estimate(
                    *(method, "backdoor", "ATE", "ATE", ("0", "1"), value, 0.5),
                    *((value + low, value + high), 100, 0),
                ),
            )
            for (_, method), value in zip(asked, values, strict=True)
        ]
        sets = AdmissibleSets(tuple(AdmissibleSet(each, ()) for each, _ in asked), True)
        own = Own(asked[0][0], ("ipw",), None, "ATE", False)
        return facets(gather_specifications(asked, sets, own, parts))[0]

    return made


def test_points_are_sorted_and_marked_by_what_their_interval_says_of_zero(facet_of):
    figure = specification_curve(facet_of([2.0, 0.1, -1.0, 1.0]), "kg", "", (("<b>0</b>",), "ipw"))
    points = {trace.name: trace for trace in figure.data if trace.name and trace.yaxis == "y"}
    excludes, holds = points["95 % interval excludes zero"], points["95 % interval holds zero"]
    assert (list(excludes.x), list(excludes.y)) == ([0, 2, 3], [-1.0, 1.0, 2.0])
    assert (list(holds.x), list(holds.y)) == ([1], [0.1])
    assert excludes.marker.symbol != holds.marker.symbol
    assert list(points["the number on Estimate"].x) == [3]
    assert "Inverse probability weighting" in excludes.hovertext[2]
    assert "100 rows" in excludes.hovertext[0]
    assert figure.layout.yaxis.title.text == "Effect (kg)"


def test_the_switches_say_set_and_method_of_each_point_with_names_as_text(facet_of):
    figure = specification_curve(facet_of([2.0, 0.1, -1.0, 1.0]))
    sets, methods = (trace for trace in figure.data if trace.yaxis == "y2")
    # In order of value the points are set 1, 0, 1, 0; lines 0 and 1 are the sets, 2 and 3 the methods.
    assert sorted(zip(sets.x, sets.y, strict=True)) == [(0, 1), (1, 0), (2, 1), (3, 0)]
    assert sorted(zip(methods.x, methods.y, strict=True)) == [(0, 2), (1, 3), (2, 3), (3, 2)]
    assert "<b>0" not in "".join(figure.layout.yaxis2.ticktext)


def test_at_most_two_hundred_points_are_drawn(facet_of):
    many = facet_of([float(place) for place in range(501)])
    drawn = [each.estimate.value for each in thinned(many)]
    assert len(drawn) == 200
    assert (drawn[0], drawn[-1]) == (0.0, 500.0)
    assert specification_curve(many).data
