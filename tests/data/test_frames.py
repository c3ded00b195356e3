import datetime as dt
import decimal

import numpy as np
import pandas as pd
import pytest

from causal_core.data.frames import arrow_of, from_frame
from causal_core.problem import Problem


def stored(values, tmp_path):
    return from_frame(pd.DataFrame({"c": values}), tmp_path).frame()["c"]


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        (pd.Series([1, 2.5, None], dtype=object), [1.0, 2.5, None]),
        (pd.Series([1, 2], dtype=object), [1, 2]),
        (pd.Series([True, None, False], dtype=object), [True, None, False]),
        (pd.Series([1, "a", 2.0, None, True], dtype=object), ["1", "a", "2", None, "True"]),
        (pd.Series([decimal.Decimal("1.5"), 2], dtype=object), [1.5, 2.0]),
        (pd.Series([True, 2], dtype=object), ["True", "2"]),
        (pd.Series([None, np.nan, pd.NA, pd.NaT], dtype=object), [None] * 4),
        (pd.Series([2**70, 1], dtype=object), [2.0**70, 1.0]),
        (pd.Series([1, 2, 1], dtype="category"), ["1", "2", "1"]),
        (pd.Series(["a", None], dtype="category"), ["a", None]),
        (pd.Series([1, None], dtype="Int64"), [1.0, None]),
        (pd.Series([True, None], dtype="boolean"), [True, None]),
        (pd.Series(["a", None]), ["a", None]),
        (pd.Series([0.0, 1.0]).astype("Sparse[float]"), [0.0, 1.0]),
        (pd.Series(pd.period_range("2024-01", periods=2, freq="M")), ["2024-01", "2024-02"]),
        (pd.Series(pd.to_timedelta(["1D", "36h"])), [1.0, 1.5]),
        (
            pd.Series([dt.date(2024, 1, 1), dt.datetime(2024, 1, 2)], dtype=object),  # noqa: DTZ001 - no zone on purpose
            [pd.Timestamp("2024-01-01"), pd.Timestamp("2024-01-02")],
        ),
        (
            pd.Series(pd.to_datetime(["2024-01-01 12:00"]).tz_localize("Europe/Paris")),
            [pd.Timestamp("2024-01-01 11:00")],
        ),
    ],
)
def test_columns_of_every_kind_are_stored(values, expected, tmp_path):
    got = stored(values, tmp_path)
    assert [None if pd.isna(value) else value for value in got] == expected


def test_names_become_text_and_the_index_is_left_out(tmp_path):
    frame = pd.DataFrame({0: [1, 2], ("a", "b"): [3, 4]}, index=["p", "q"])
    table = from_frame(frame, tmp_path)
    assert table.columns == ("0", "a b")
    assert table.frame().index.tolist() == [0, 1]


def test_the_frame_is_left_alone(tmp_path):
    frame = pd.DataFrame({"c": pd.Series([1, "a"], dtype=object)})
    before = frame.copy()
    from_frame(frame, tmp_path)
    pd.testing.assert_frame_equal(frame, before)


def test_equal_frames_are_one_table(tmp_path):
    frame = pd.DataFrame({"x": np.arange(5.0), "w": list("abcab")})
    assert from_frame(frame, tmp_path) == from_frame(frame.iloc[::-1].iloc[::-1], tmp_path)


@pytest.mark.parametrize("value", [[1, 2], {"a": 1}, {1}, b"raw", 1j])
def test_nested_values_are_refused_by_name(value, tmp_path):
    with pytest.raises(Problem) as caught:
        stored(pd.Series([None, value], dtype=object), tmp_path)
    assert caught.value.column == "c"
    assert caught.value.message == f'Column "c" holds a {type(value).__name__} in a row.'


def test_complex_empty_and_twin_columns_are_refused(tmp_path):
    with pytest.raises(Problem, match='"c" holds complex numbers'):
        stored(np.array([1j]), tmp_path)
    with pytest.raises(Problem, match="no rows or no columns"):
        from_frame(pd.DataFrame({"c": []}), tmp_path)
    with pytest.raises(Problem, match='More than one column of the frame is called "1"'):
        arrow_of(pd.DataFrame([[1, 2]], columns=[1, "1"]))
