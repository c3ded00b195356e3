import datetime as dt
import json

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from causal_core.data.checks import check_columns, nearest_names
from causal_core.data.column import ColumnProfile, Histogram, Level
from causal_core.data.profile import profile, profile_column
from causal_core.data.storage import plain_column
from causal_core.data.table import write_table
from causal_core.engine.progress import listening
from causal_core.plain import to_plain
from causal_core.problem import Problem


def describe(values, kind=None):
    return profile_column("c", plain_column("c", pa.array(values, kind)))


def test_numbers():
    assert describe([1.0, 2.0, None, 4.5, float("inf")]) == ColumnProfile(
        name="c",
        kind="number",
        missing=2,
        distinct=3,
        infinite=1,
        min=1.0,
        max=4.5,
        mean=2.5,
        sd=pytest.approx(1.8027756377319946),
        quantiles=((0.05, 1.1), (0.25, 1.5), (0.5, 2.0), (0.75, 3.25), (0.95, pytest.approx(4.25))),
        histogram=Histogram(
            tuple(np.linspace(1, 4.5, 21).tolist()),
            (1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1),
        ),
        hint="1 infinite values are counted as missing.",
    )


def test_whole_numbers_that_look_like_codes():
    found = describe([1, 3, 3, 2, 3, 2])
    assert (found.kind, found.coded, found.distinct) == ("number", True, 3)
    assert found.histogram == Histogram((0.5, 1.5, 2.5, 3.5), (1, 2, 3))
    assert found.levels == (Level("3", 3), Level("2", 2), Level("1", 1))
    assert found.hint == "Looks like a code with 3 values: make it a category if the numbers have no order."
    assert describe([1.0, None, 2.0]).coded


@pytest.mark.parametrize(
    ("values", "coded"),
    [
        ([0, 1, 0], False),
        ([1, 2, 1], True),
        (list(range(12)), True),
        (list(range(13)), False),
        ([0.5, 1.5], False),
    ],
)
def test_what_looks_like_a_code(values, coded):
    assert describe(values).coded is coded


def test_a_zero_one_column_shows_its_levels():
    found = describe([0, 1, 1])
    assert (found.kind, found.mean, found.levels) == (
        "number",
        pytest.approx(2 / 3),
        (Level("1", 2), Level("0", 1)),
    )


def test_booleans():
    found = describe([True, None, False, True, True])
    assert found == ColumnProfile(
        name="c",
        kind="boolean",
        missing=1,
        distinct=2,
        min=0.0,
        max=1.0,
        mean=0.75,
        levels=(Level("True", 3), Level("False", 1)),
    )


def test_categories_and_text():
    found = describe(["b", "a", "b", None])
    assert found == ColumnProfile(
        name="c", kind="category", missing=1, distinct=2, levels=(Level("b", 2), Level("a", 1))
    )
    many = describe([f"{number:02}x" for number in range(51)] + ["50x"])
    assert (many.kind, many.distinct, many.other) == ("text", 51, 31)
    assert many.levels[:3] == (Level("50x", 2), Level("00x", 1), Level("01x", 1))
    assert len(many.levels) == 20
    assert many.hint == "Text with 51 values: group them before using it as a covariate."
    assert describe([f"{number:02}x" for number in range(50)]).kind == "category"


def test_dates():
    found = describe([dt.date(2024, 1, 1), None, dt.date(2024, 1, 3), dt.date(2024, 1, 3)])
    assert found == ColumnProfile(
        name="c",
        kind="date",
        missing=1,
        distinct=2,
        min="2024-01-01",
        max="2024-01-03",
        histogram=Histogram((19722.5, 19723.5, 19724.5, 19725.5), (1, 0, 2)),
    )
    moments = describe([dt.datetime(2024, 1, 1, 6), dt.datetime(2024, 1, 1, 12)])  # noqa: DTZ001 - stored without a zone
    assert (moments.kind, moments.min, moments.max) == ("date", "2024-01-01 06:00:00", "2024-01-01 12:00:00")


@pytest.mark.parametrize(
    ("values", "kind", "stored"),
    [
        ([None, None], "number", None),
        ([None], "boolean", pa.bool_()),
        ([None], "text", pa.string()),
        ([None], "date", pa.date32()),
        ([float("nan"), float("inf")], "number", None),
    ],
)
def test_columns_without_a_value(values, kind, stored):
    found = describe(values, stored)
    assert (found.kind, found.missing, found.distinct, found.all_missing) == (kind, len(values), 0, True)
    assert found.hint == "No row has a value: leave it out."


@pytest.mark.parametrize(
    "values", [[3, 3], [2.5, 2.5, None], ["a", "a"], [True, True], [dt.date(2024, 1, 1)] * 2]
)
def test_constant_columns(values):
    found = describe(values)
    assert found.constant
    assert found.hint.startswith("The same ")


@pytest.mark.parametrize(
    ("values", "hint"),
    [
        (list(range(60)), "A different whole number in every row: probably an identifier, not a covariate."),
        (
            [f"id{n}" for n in range(60)],
            "A different text in every row: probably an identifier, not a covariate.",
        ),
        (
            ["1", "2", "3", "4", "5", "?"],
            'Mostly numbers, but also "?": mark missing values as empty cells.',
        ),
        (["1,5", "2,5"], 'Numbers written as text, such as "1,5": choose the decimal mark.'),
    ],
)
def test_hints(values, hint):
    assert describe(values).hint == hint


@given(st.lists(st.floats(allow_nan=False, allow_infinity=False, width=32), min_size=2, max_size=60))
def test_numbers_agree_with_numpy(values):
    found = describe(values)
    data = np.array(values)
    assert (found.min, found.max, found.distinct) == (data.min(), data.max(), len(np.unique(data)))
    assert found.mean == pytest.approx(data.mean(), rel=1e-9, abs=1e-30)
    assert found.sd == pytest.approx(data.std(ddof=1), rel=1e-9, abs=1e-30)
    shares, quantiles = zip(*found.quantiles, strict=True)
    assert quantiles == pytest.approx(tuple(np.quantile(data, shares)), rel=1e-9, abs=1e-30)
    assert found.histogram is not None
    assert sum(found.histogram.counts) == len(values)
    assert len(found.histogram.counts) + 1 == len(found.histogram.edges) <= 21


@given(st.lists(st.integers(-(2**40), 2**40), min_size=1, max_size=60), st.integers(1, 2000))
def test_bins_of_whole_numbers_are_equally_wide_in_whole_numbers(values, squeeze):
    found = describe([value % squeeze for value in values]).histogram
    assert found is not None
    widths = set(np.diff(found.edges).tolist())
    assert len(widths) == 1
    assert widths.pop().is_integer()
    assert sum(found.counts) == len(values)
    assert len(found.counts) <= 20


def test_a_table_is_profiled_column_by_column(tmp_path):
    heard = []
    table = write_table(pa.table({"x": [1, 2], "w": ["a", "b"]}), tmp_path)
    with listening(lambda done, total: heard.append((done, total))):
        found = profile(table)
    assert (found.names, found.rows, found.fingerprint) == (("x", "w"), 2, table.fingerprint)
    assert found.column("w").kind == "category"
    assert heard == [(1, 2), (2, 2)]
    assert json.loads(json.dumps(to_plain(found)))["columns"][0]["max"] == 2.0


def test_many_rows_agree_with_pandas(tmp_path):
    rng = np.random.default_rng(5)
    frame = pd.DataFrame(
        {
            "x": rng.normal(size=20_000),
            "n": rng.integers(-500, 500, 20_000),
            "w": rng.choice(list("abc"), 20_000),
        }
    )
    found = profile(write_table(pa.Table.from_pandas(frame), tmp_path))
    for name in ("x", "n"):
        column, series = found.column(name), frame[name]
        assert (column.min, column.max, column.distinct) == (series.min(), series.max(), series.nunique())
        assert column.quantiles[2][1] == series.median()
        assert (column.mean, column.sd) == (pytest.approx(series.mean()), pytest.approx(series.std()))
    counts = frame["w"].value_counts()
    assert {level.text: level.count for level in found.column("w").levels} == counts.to_dict()


def test_names_that_are_not_columns_are_refused_with_the_nearest(tmp_path):
    found = profile(write_table(pa.table({"Income": [1], "age": [2], "agent": [3]}), tmp_path))
    check_columns(found, ["age", "Income"])
    with pytest.raises(Problem) as caught:
        check_columns(found, ["age", "income", "zzz"])
    assert caught.value.message == 'The table has no columns "income", "zzz".'
    assert caught.value.remedy == 'Did you mean "Income"?'
    assert caught.value.column == "income"
    with pytest.raises(Problem, match=r'no column "zzz".*Its columns are "Income", "age", "agent"\.'):
        check_columns(found, ["zzz"])
    with pytest.raises(Problem, match='Did you mean "age" or "agent"'):
        found.column("agee")


def test_nearest_names_ignore_case_and_keep_twins():
    assert nearest_names("AGE", ["Age", "age", "income"]) == ("Age", "age")
    assert nearest_names("zzz", ["Age"]) == ()
