import numpy as np
import pyarrow as pa
import pytest

from causal_core.data.storage import plain_column
from causal_core.data.typed import days, kind_of, numbers, truths
from causal_core.problem import Problem


def column(values, kind=None):
    return plain_column("c", pa.array(values, kind))


def test_text_is_read_as_numbers_when_every_value_is_one():
    got = numbers("c", column(["1", " 2.5 ", "-1e3", None, "", ".5"]))
    np.testing.assert_array_equal(got, [1, 2.5, -1000, np.nan, np.nan, 0.5])
    with pytest.raises(Problem) as caught:
        numbers("c", column(["1", None, "n/k", "x"]))
    assert caught.value.message == 'Column "c" holds "n/k" in row 3, which is not a number.'


def test_infinite_numbers_are_missing():
    np.testing.assert_array_equal(numbers("c", column([1.0, float("-inf")])), [1, np.nan])


@pytest.mark.parametrize("values", [["Yes", " no", None, "TRUE"], [1, 0, None, 1], [True, False, None, True]])
def test_truth_values(values):
    np.testing.assert_array_equal(truths("c", column(values)), [1, 0, np.nan, 1])


@pytest.mark.parametrize(("values", "bad", "row"), [(["yes", "maybe"], "maybe", 2), ([0, 1, 2], "2", 3)])
def test_other_values_are_no_truth_values(values, bad, row):
    with pytest.raises(Problem) as caught:
        truths("c", column(values))
    assert caught.value.message == f'Column "c" holds "{bad}" in row {row}, which is not true or false.'


def test_dates_are_days_since_the_earliest():
    text = column(["2024-01-03", None, "2024-01-01T12:00"])
    np.testing.assert_array_equal(days("c", text), [1.5, np.nan, 0])
    np.testing.assert_array_equal(days("c", column([19000, None, 19002], pa.date32())), [0, np.nan, 2])
    np.testing.assert_array_equal(days("c", column([0, 43_200], pa.timestamp("s"))), [0, 0.5])
    with pytest.raises(Problem, match=r'"31/12/2024" in row 2, which is not a date such as 2024-12-31'):
        days("c", column(["2024-01-03", "31/12/2024"]))
    with pytest.raises(Problem, match="numbers or true/false, not dates"):
        days("c", column([1, 2]))
    with pytest.raises(Problem, match="holds dates, not numbers"):
        numbers("c", column([19000], pa.date32()))


@pytest.mark.parametrize(
    ("values", "kind"),
    [
        ([1], "number"),
        ([0.5], "number"),
        ([True], "boolean"),
        (["a"], "category"),
        ([str(n) for n in range(51)], "text"),
    ],
)
def test_the_kind_by_the_values(values, kind):
    assert kind_of("c", column(values)) == kind
    assert kind_of("c", column(values), {"c": "category", "d": "date"}) == "category"


def test_an_unknown_kind_is_refused():
    with pytest.raises(
        Problem, match=r'type of column "c" cannot be "float".*number, category, boolean, date, text'
    ):
        kind_of("c", column([1]), {"c": "float"})
