import numpy as np
import pandas as pd
import pytest

from causal_core.data.dose import build_dose, doses_of, is_dose
from causal_core.problem import Problem


def test_a_number_with_more_than_twenty_values_is_a_dose():
    frame = pd.DataFrame(
        {
            "few": np.arange(60) % 20,
            "many": np.arange(60) / 3,
            "gaps": [np.nan, np.inf, *range(58)],
            "text": [f"level {i}" for i in range(60)],
            "digits": [str(i) for i in range(60)],
            "date": pd.date_range("2024-01-01", periods=60),
        }
    )
    assert [name for name in frame.columns if is_dose(frame, name)] == ["many", "gaps"]
    assert is_dose(frame, "digits", {"digits": "number"})
    assert not is_dose(frame, "text", {"text": "number"})
    assert not is_dose(frame, "many", {"many": "category"})
    assert not is_dose(frame, "elsewhere")


def test_the_reference_is_the_control_or_the_median_where_zero_is_no_dose():
    values = np.linspace(10, 30, 1001)
    found = doses_of("t", values, 15)
    assert (found.reference, found.note) == (15.0, "")
    assert found.quartiles == (15.0, 20.0, 25.0)
    assert (found.low, found.high) == pytest.approx((10.2, 29.8))
    assert sum(found.counts) == 981
    assert doses_of("t", values, "15.5").reference == 15.5
    away = doses_of("t", values, 0)
    assert away.reference == 20.0
    assert away.note == (
        "0 lies outside the doses that the rows hold, so doses are compared with the median, 20."
    )
    assert doses_of("t", values - 20, 0).reference == 0.0
    assert doses_of("t", np.append(values, np.nan)).missing == 1


@pytest.mark.parametrize("control", [10.1, 500, "no", True])
def test_a_reference_that_is_no_dose_is_refused(control):
    with pytest.raises(Problem) as caught:
        doses_of("t", np.linspace(10, 30, 1001), control)
    assert caught.value.column == "t"
    assert "98 % of the rows lie between 10.2 and 29.8" in caught.value.message


def test_the_rows_with_every_value_are_used():
    n = 50
    frame = pd.DataFrame(
        {
            "t": np.arange(n) / 2,
            "y": np.arange(n) ** 2.0,
            "x": np.arange(n) % 7.0,
            "g": [f"g{i % 5}" for i in range(n)],
            "w": 1.0 + np.arange(n) % 3,
        }
    )
    frame.loc[3, "t"] = np.nan
    frame.loc[4, "y"] = np.nan
    frame.loc[5, "x"] = np.inf
    frame.loc[6, "w"] = np.nan
    found = build_dose(frame, "t", 10, "y", ["x"], clusters="g", weights="w", randomised=True)
    design = found.design
    assert list(design.rows) == [i for i in range(n) if i not in {3, 4, 5, 6}]
    assert (design.rows_dropped, dict(design.dropped_by)) == (4, {"t": 1, "y": 1, "x": 1, "w": 1})
    assert (design.arms, design.randomised) == (("10",), True)
    np.testing.assert_array_equal(found.dose, frame["t"].to_numpy()[design.rows])
    np.testing.assert_array_equal(design.weights, frame["w"].to_numpy()[design.rows])
    assert set(design.clusters) == set(range(5))


def test_a_column_has_one_role():
    frame = pd.DataFrame({"t": np.arange(50.0), "y": np.arange(50.0)})
    for covariates, at_fault in ((["t"], "t"), (["y"], "y")):
        with pytest.raises(Problem) as caught:
            build_dose(frame, "t", 20, "y", covariates)
        assert caught.value.column == at_fault


def test_no_complete_row_names_the_column_that_most_lack():
    frame = pd.DataFrame({"t": np.arange(50.0), "y": np.arange(50.0), "x": np.arange(50.0)})
    frame.loc[:25, "y"] = np.nan
    frame.loc[10:, "x"] = np.nan
    with pytest.raises(Problem) as caught:
        build_dose(frame, "t", 20, "y", ["x"])
    assert caught.value.message == 'No row has every needed value; most lack "x".'
