import datetime as dt
from decimal import Decimal

import numpy as np
import pyarrow as pa
import pytest

from causal_core.data.levels import level_text, levels_of, match_level


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (1, "1"),
        (1.0, "1"),
        (-0.0, "0"),
        (0.5, "0.5"),
        (1e20, "100000000000000000000"),
        (np.float64(2), "2"),
        (np.int8(3), "3"),
        (True, "True"),
        (np.bool_(False), "False"),
        ("1.0", "1.0"),
        (Decimal("2.0"), "2"),
        (dt.date(2024, 1, 2), "2024-01-02"),
        (dt.datetime(2024, 1, 2), "2024-01-02"),  # noqa: DTZ001 - tables store no zone
        (dt.datetime(2024, 1, 2, 3), "2024-01-02 03:00:00"),  # noqa: DTZ001 - likewise
    ],
)
def test_the_text_of_a_level(value, text):
    assert level_text(value) == text


@pytest.mark.parametrize(
    ("value", "levels", "expected"),
    [
        (0, ("0", "1"), "0"),
        ("0", ("0", "1"), "0"),
        (0.0, ("0", "1"), "0"),
        ("0.0", ("0", "1"), "0"),
        (False, ("0", "1"), "0"),
        (False, ("False", "True"), "False"),
        ("false", ("False", "True"), "False"),
        ("TRUE", ("False", "True"), "True"),
        (0, ("False", "True"), "False"),
        (True, ("no", "true", "yes"), None),
        ("a", ("A", "a"), "a"),
        ("b", ("A", "a"), None),
        (2, ("0", "1"), None),
        (1, ("1.0", "2.0"), "1.0"),
        (False, ("0", "1", "2"), None),
    ],
)
def test_the_level_a_person_means(value, levels, expected):
    assert match_level(value, levels) == expected


@pytest.mark.parametrize(
    ("array", "texts", "codes"),
    [
        (pa.array([10, 2, 10]), ("2", "10"), [1, 0, 1]),
        (pa.array([1.0, float("nan"), 0.5, float("inf"), None]), ("0.5", "1"), [1, -1, 0, -1, -1]),
        (pa.array([0.0, -0.0]), ("0",), [0, 0]),
        (pa.array([True, None, False]), ("False", "True"), [1, -1, 0]),
        (pa.array(["b", "a", None, "C"]), ("C", "a", "b"), [2, 1, -1, 0]),
        (pa.array(["10", "9", "1e1"]), ("9", "10", "1e1"), [1, 0, 2]),
        (pa.array([dt.date(2024, 2, 1), dt.date(2023, 3, 1)]), ("2023-03-01", "2024-02-01"), [1, 0]),
        (pa.array([None], pa.large_string()), (), [-1]),
    ],
)
def test_levels_are_in_a_sensible_order(array, texts, codes):
    found = levels_of(array, 50)
    assert (found.texts, found.codes.tolist()) == (texts, codes)


def test_too_many_levels_are_only_counted():
    assert levels_of(pa.array(range(51)), 50) == 51
