import numpy as np
import pandas as pd
import pytest

from causal_core.data.missing import missing_report
from causal_core.problem import Problem

NAN = float("nan")


def people():
    return pd.DataFrame(
        {
            "drug": ["no"] * 4 + ["low"] * 3 + ["high"] * 2 + [None],
            "pain": [1.0, 2, 3, NAN, 4, 5, 6, 7, 8, 9],
            "age": [NAN, 40.0, 50, 60, NAN, NAN, 30, 20, np.inf, 10],
            "town": ["a", "b", "a", "b", "a", "b", "a", "b", "a", "b"],
            "weight": [1.0, 1, 1, 1, 1, 1, 1, 1, NAN, 1],
        }
    )


def test_counts_by_column_and_arm():
    found = missing_report(people(), "drug", "no", "pain", ["age", "town"], weights="weight")
    assert found.rows == 10
    assert found.arms == ("no", "high", "low")
    assert found.arm_rows == (4, 2, 3)
    assert [(each.name, each.role, each.count, each.by_arm) for each in found.columns] == [
        ("age", "covariate", 4, (1, 1, 2)),
        ("drug", "treatment", 1, (0, 0, 0)),
        ("pain", "outcome", 1, (1, 0, 0)),
        ("weight", "weights", 1, (0, 1, 0)),
    ]
    assert found.complete == (2, 1, 1)
    assert found.needed == (3, 1, 3)
    assert found.in_covariates


def test_a_standardised_difference_of_shares():
    found = missing_report(people(), "drug", "no", "pain", ["age"])
    age = found.columns[0]
    by_hand = (2 / 3 - 1 / 4) / np.sqrt((2 / 9 + 3 / 16) / 2)
    assert age.differences[1] == pytest.approx(by_hand)
    assert age.differs
    assert not found.columns[1].differs


def test_all_of_one_arm_and_none_of_the_other_has_no_scale_and_is_marked():
    frame = pd.DataFrame({"t": [0, 0, 1, 1], "y": [1.0, 2, 3, 4], "x": [1.0, 2, NAN, NAN]})
    (gap,) = missing_report(frame, "t", 0, "y", ["x"]).columns
    assert gap.differences == (None,)
    assert gap.differs


def test_nothing_missing_leaves_nothing_to_say():
    frame = pd.DataFrame({"t": [0, 1], "y": [1, 2], "x": [1, 2]})
    found = missing_report(frame, "t", 0, "y", ["x"])
    assert found.columns == ()
    assert found.complete == (1, 1)
    assert not found.in_covariates


def test_a_gap_in_the_outcome_leaves_no_choice():
    frame = pd.DataFrame({"t": [0, 0, 1], "y": [1, NAN, 2], "x": [1, NAN, 2]})
    assert not missing_report(frame, "t", 0, "y", ["x"]).in_covariates


def test_a_column_that_is_not_there_is_named():
    with pytest.raises(Problem, match="ages"):
        missing_report(people(), "drug", "no", "pain", ["ages"])
