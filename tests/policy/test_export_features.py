import datetime as dt
import math

import numpy as np
import pandas as pd
import pytest

from causal_core.data.encoding import feature_frame
from causal_core.data.frames import from_frame
from causal_core.policy.export import runtime
from causal_core.policy.export.features import Feature, costs_of, features_of, matrix_of
from causal_core.problem import Problem
from causal_core.uplift.features import Encoder

FRAME = pd.DataFrame(
    {
        "age": [30.5, None, -2e-7, 1e300],
        "member": [True, False, True, True],
        "seen": pd.to_datetime(
            ["2021-03-01 12:00", None, "2020-01-01", "2021-03-01 12:00:00.5"], format="ISO8601"
        ),
        "region": ["north", None, "sou'th", "NA"],
        "plan": [2, 1, 2, 10],
        "told": ["yes", "no", None, "Y"],
    }
)
TYPES = {"plan": "category", "told": "boolean"}


@pytest.fixture
def table(tmp_path):
    return from_frame(FRAME, tmp_path)


@pytest.fixture
def features(table):
    return features_of(table, table.columns, TYPES)


def test_columns_are_read_as_they_were_learned(table, features):
    frame = feature_frame(table, table.columns, TYPES)
    expected = Encoder.of(frame).matrix(frame)
    assert np.array_equal(matrix_of(features, table), expected, equal_nan=True)
    assert np.array_equal(matrix_of(features, FRAME), expected, equal_nan=True)
    # New people alone are coded alike: dates count from the same day, levels keep their places.
    assert np.array_equal(matrix_of(features, FRAME.tail(2)), expected[2:], equal_nan=True)
    assert [Feature.from_dict(each.to_dict()) for each in features] == list(features)


def test_one_row_is_read_as_the_table_is(table, features):
    expected = matrix_of(features, table)
    texts = [dict(zip(FRAME.columns, row, strict=True)) for row in FRAME.astype(str).to_numpy()]
    for rows in (FRAME.to_dict("records"), texts):
        for row, wanted in zip(rows, expected.tolist(), strict=True):
            found = [runtime.read(row, each.to_dict()) for each in features]
            assert found == [None if math.isnan(value) else value for value in wanted]


@pytest.mark.parametrize("value", [None, "", " ", "NA", "nan", "null", np.nan, pd.NaT, pd.NA])
def test_ways_to_say_nothing(features, value):
    for feature in features:
        # A level of this column is called NA.
        if feature.name != "region":
            assert runtime.read({feature.name: value}, feature.to_dict()) is None
        if not isinstance(value, str):
            empty = pd.DataFrame({feature.name: [value]}, dtype=object)
            assert np.isnan(matrix_of([feature], empty)).all()


def test_levels_new_people_may_write_otherwise(features):
    by_name = {each.name: each for each in features}
    plan = by_name["plan"]
    assert plan.levels == ("1", "2", "10")
    for value, code in ((2, 1.0), (2.0, 1.0), ("2", 1.0), ("2.0", 1.0), ("10", 2.0), (3, None), ("x", None)):
        assert runtime.read({"plan": value}, plan.to_dict()) == code
        frame = pd.DataFrame({"plan": [value]})
        assert matrix_of([plan], frame).item() == (
            code if code is not None else pytest.approx(np.nan, nan_ok=True)
        )
    region = by_name["region"].to_dict()
    assert runtime.read({"region": "nowhere"}, region) is None
    # A level may be called like a missing value.
    assert runtime.read({"region": "NA"}, region) == by_name["region"].levels.index("NA")


def test_dates_in_other_zones_and_types(features):
    seen = next(each for each in features if each.kind == "date").to_dict()
    days = [
        runtime.read({"seen": value}, seen)
        for value in (
            "2020-01-02",
            "2020-01-02T00:00:00Z",
            "2020-01-02T02:00:00+02:00",
            dt.date(2020, 1, 2),
            dt.datetime(2020, 1, 2, tzinfo=dt.UTC),
        )
    ]
    assert days == [1.0] * 5


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("age", "old", "not a number"),
        ("age", "1_000", "not a number"),
        ("told", "perhaps", "neither true nor false"),
        ("seen", "yesterday", "not a date"),
        ("seen", 17, "not a date"),
    ],
)
def test_a_wrong_value_is_named(features, name, value, words):
    feature = next(each for each in features if each.name == name)
    with pytest.raises(ValueError, match=f"{name}.*{words}"):
        runtime.read({name: value}, feature.to_dict())
    with pytest.raises(ValueError, match=f"column '{name}' is needed"):
        runtime.read({}, feature.to_dict())
    with pytest.raises(Problem, match=name):
        matrix_of([feature], pd.DataFrame({name: [value]}))
    with pytest.raises(Problem, match=name):
        matrix_of([feature], pd.DataFrame({"other": [1]}))


def test_costs_of_new_people():
    frame = pd.DataFrame({"price": [1.5, 2]})
    assert costs_of([0.0, "price", 3.0], frame).tolist() == [[0, 1.5, 3], [0, 2, 3]]
    assert runtime.read_cost({"price": "1.5"}, "price") == 1.5
    for row in ({"price": ""}, {"price": -1}, {}):
        with pytest.raises(ValueError, match="price"):
            runtime.read_cost(row, "price")
    assert costs_of([0.0, 1.0], frame.head(0)).shape == (0, 2)
