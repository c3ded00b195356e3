import dataclasses

import numpy as np
import pytest

from causal_core.graph import CausalGraph
from causal_core.policy.result import Gain, PolicyResult
from causal_core.policy.share_curve import ShareCurve
from causal_core.study.decision import benefit_unit, decision, person_word
from causal_core.study.options import Data, PolicyOptions, Question
from causal_core.study.results import Refused, Valued
from causal_core.study.study import Study


def gain(value, low, high):
    return Gain(value, (high - low) / 3.92, (low, high))


def study(row_is="a customer", unit="kg", **policy):
    return Study(
        Data(path="t.csv", row_is=row_is),
        CausalGraph(edges=[("t", "y")]),
        Question(treatment="t", outcome="y", unit=unit),
        policy=PolicyOptions(**policy),
    )


def valued(over_none, over_all, arms=2, cost=1.2):
    shares = tuple((name, 0.5) for name in ("0", "1", "2")[:arms])
    top = PolicyResult(
        "top_share",
        64.1,
        1.0,
        (62.0, 66.0),
        over_none,
        over_all,
        0.2,
        cost,
        shares,
        "1",
        "t",
        "",
        500,
        gain_vs_current=over_none,
        outcome=over_none,
        spending=gain(cost, cost, cost),
        effective_sample_size=500.0,
    )
    grid = np.linspace(0, 1, 101)
    curve = ShareCurve("t", grid, 2 * grid, grid / 1.959963984540054, 3 * grid, 0.6, 500)
    return Valued((Refused("tree", "no"), top), curve, "t", 100.0)


CLEAR, UNCLEAR, LOSS = gain(2.0, 1.0, 3.0), gain(0.479, -0.764, 1.72), gain(-2.39, -4.65, -0.134)


def test_an_unclear_gain_beside_a_clear_loss_against_everybody():
    found = decision(study(unit="", benefit=100.0), valued(UNCLEAR, LOSS))
    assert found.verdict == "unclear"
    assert found.beaten
    assert found.sentence == (
        "Treating the 20 % with the largest predicted benefit gains 0.479 (−0.764 to 1.72) per customer over "
        "treating nobody: no clear gain, the interval holds zero."
    )
    assert found.against_all == (
        "Compared with treating everybody, it loses 2.39 (0.134 to 4.65) per customer: a clear loss."
    )
    assert found.total == (
        "For 10,000 people: 4,790 (−7,640 to 17,200) in total over treating nobody, "
        "the cost of 12,000 taken off."
    )


def test_a_clear_gain_with_several_arms():
    found = decision(study(share=0.125, people=500), valued(CLEAR, CLEAR, arms=3, cost=0.0))
    assert (found.verdict, found.beaten) == ("gain", False)
    assert found.sentence == (
        "Treating the 12.5 % with the largest predicted benefit, each with the arm predicted best for them, "
        "gains 2 (1 to 3) per customer over treating nobody: a clear gain."
    )
    assert (
        found.against_all
        == "Compared with giving everybody 1, it gains 2 (1 to 3) per customer: a clear gain."
    )
    assert found.total == "For 500 people: 1,000 (500 to 1,500) in total over treating nobody."


def test_the_policy_s_own_unit_stands_in_the_sentences():
    options = dataclasses.replace(study().policy, unit="EUR")
    found = decision(study().replace(policy=options), valued(CLEAR, CLEAR))
    assert "gains 2 EUR (1 to 3) per customer" in found.sentence
    assert found.total.startswith("For 10,000 people: 20,000 EUR (10,000 to 30,000)")


def test_a_loss_and_an_unclear_loss():
    clear = decision(study(), valued(LOSS, CLEAR))
    assert clear.verdict == "loss"
    assert "loses 2.39 (0.134 to 4.65) per customer against treating nobody: a clear loss." in clear.sentence
    unclear = decision(study(), valued(gain(-0.5, -2.0, 1.0), CLEAR)).sentence
    assert "loses 0.5 (−1 to 2) per customer against treating nobody: no clear loss" in unclear


@pytest.mark.parametrize("arms", [2, 3])
def test_the_ends_of_the_slider(arms):
    nobody = decision(study(share=0.0), valued(gain(0, 0, 0), LOSS, arms, cost=0.0))
    assert (nobody.sentence, nobody.total) == ("Treating nobody gains and costs nothing.", "")
    everybody = decision(study(share=1.0), valued(CLEAR, gain(0, 0, 0), arms))
    assert everybody.sentence.startswith("Treating everybody")
    assert bool(everybody.against_all) == (arms == 3)


def test_without_the_policy_the_curve_answers():
    values = valued(CLEAR, CLEAR)
    found = decision(study(share=0.5), dataclasses.replace(values, policies=()))
    assert "gains 1 (0.5 to 1.5) per customer" in found.sentence
    assert found.against_all == ""


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
