import pytest

from causal_core.graph import CausalGraph
from causal_core.policy.result import Gain
from causal_core.study.decision import benefit_unit, person_word, share_text, verdict_of
from causal_core.study.options import Data, PolicyOptions, Question
from causal_core.study.study import Study


def study(unit="kg", **policy):
    return Study(
        Data(path="t.csv"),
        CausalGraph(edges=[("t", "y")]),
        Question(treatment="t", outcome="y", unit=unit),
        policy=PolicyOptions(**policy),
    )


@pytest.mark.parametrize(
    ("row_is", "word"),
    [
        ("a customer", "customer"),
        ("an energy customer", "energy customer"),
        ("", "person"),
        ("a smoker of 1971 who came back", "person"),
        ("customers", "person"),
    ],
)
def test_what_a_row_is_called(row_is, word):
    assert person_word(row_is) == word


def test_the_outcome_s_unit_is_the_benefit_s_only_where_nothing_was_converted():
    assert benefit_unit(study()) == "kg"
    assert benefit_unit(study(benefit=2.0)) == ""
    assert benefit_unit(study(cost={"1": 3.0})) == ""
    assert benefit_unit(study(cost={"1": 0.0})) == "kg"
    assert benefit_unit(study().replace(policy=PolicyOptions(benefit=2.0, unit="EUR"))) == "EUR"


def test_a_gain_is_clear_where_its_interval_leaves_0_out():
    ends = ((0.1, 2.0), (-2.0, -0.1), (-1.0, 1.0), (0.0, 0.0))
    assert [verdict_of(Gain(0, 1, each)) for each in ends] == ["gain", "loss", "unclear", "unclear"]
    assert share_text(0.125) == "12.5 %"
