"""The table of risks and rates in words."""

from causal_core.estimation.ratio import risks
from causal_core.estimation.result import Estimate
from causal_core.study.risk_words import needed_text, ratio_text, risk_table


def estimate(found, **options):
    whole = {
        "method": "ipw",
        "strategy": "backdoor",
        "target": "ATE",
        "estimand": "ATE",
        "contrast": ("0", "1"),
        "value": found.means[1] - found.means[0],
        "std_error": 0.02,
        "ci": (0.0, 1.0),
        "rows_used": 100,
        "rows_dropped": 0,
        "risks": found,
    }
    return Estimate(**(whole | options))


def test_the_number_needed_in_words():
    more = risks("risk", (0.2, 0.3), 0.1, 1.96, (0.05, 0.15))
    assert needed_text(more) == "one more in 10 (6.67 to 20)"
    fewer = risks("risk", (0.3, 0.2), 0.1, 1.96, (-0.15, -0.05))
    assert needed_text(fewer) == "one fewer in 10 (6.67 to 20)"
    unsure = risks("risk", (0.2, 0.25), 0.1, 1.96, (-0.05, 0.15))
    assert needed_text(unsure) == "one more in 20 (from one more in 6.67 through ∞ to one fewer in 20)"
    other = risks("risk", (0.25, 0.2), 0.1, 1.96, (-0.15, 0.05))
    assert needed_text(other) == "one fewer in 20 (from one fewer in 6.67 through ∞ to one more in 20)"
    touching = risks("risk", (0.2, 0.25), 0.1, 1.96, (0.0, 0.1))
    assert needed_text(touching) == "one more in 20 (10 to ∞)"
    bare = risks("risk", (0.2, 0.25), None, 1.96, None)
    assert needed_text(bare) == "one more in 20"
    assert needed_text(risks("risk", (0.2, 0.2), 0.1, 1.96, (-0.1, 0.1))) == "∞: the risks are equal"


def test_the_ratio_in_words():
    assert ratio_text(risks("risk", (0.2, 0.3), 0.1, 2.0, (0.05, 0.15))) == "1.5 (1.23 to 1.83)"
    assert ratio_text(risks("risk", (0.2, 0.3), None, 2.0, None)) == "1.5"
    assert ratio_text(risks("risk", (0.0, 0.3), None, 2.0, None, "no ratio")) == "no ratio"


def test_the_table_of_risks():
    found = risks("risk", (0.2, 0.3), 0.1, 1.96, (0.05, 0.15))
    table = risk_table([estimate(found), estimate(found, value=None, error="no")])
    assert table.title == "As risks"
    assert [table.head[place] for place in table.numbers] == ["Risk under 0", "Risk under 1"]
    assert len(table.rows) == 1
    assert table.rows[0][:3] == ("Inverse probability weighting", "20.0 %", "30.0 %")
    assert len(table.head) == len(table.rows[0]) == 5


def test_several_arms_are_named():
    found = risks("risk", (0.2, 0.3), 0.1, 1.96, (0.05, 0.15))
    table = risk_table([estimate(found), estimate(found, contrast=("0", "2"))])
    assert [table.head[place] for place in table.numbers] == ["Risk under 0", "Risk under the arm"]
    assert [row[1] for row in table.rows] == ["1", "2"]
    assert len(table.head) == len(table.rows[0]) == 6


def test_the_table_of_rates_has_no_number_needed():
    found = risks("rate", (2.0, 3.0), 0.1, 1.96, (0.5, 1.5))
    table = risk_table([estimate(found)])
    assert table.title == "As rates"
    assert table.rows[0][1:3] == ("2", "3")
    assert len(table.head) == len(table.rows[0]) == 4
    assert "Number needed" not in table.caption


def test_other_outcomes_have_no_table():
    assert risk_table([]) is None
    found = risks("rate", (2.0, 3.0), 0.1, 1.96, (0.5, 1.5))
    assert risk_table([estimate(found, risks=None)]) is None


def test_an_association_is_no_risk_under_an_arm():
    found = risks("risk", (0.2, 0.3), 0.1, 1.96, (0.05, 0.15))
    table = risk_table([estimate(found, method="difference_in_means", estimand="association")])
    assert table.rows[0][0] == "Difference in means (association)"
    assert "For an association: the risk among the rows of that arm as they are." in table.caption
