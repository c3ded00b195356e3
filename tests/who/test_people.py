from io import BytesIO

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from pyarrow import parquet

from causal_core.data.frames import from_frame
from causal_core.uplift.result import HeldOut
from causal_core.who.judged import judged
from causal_core.who.people import Filter, as_csv, as_parquet, as_table, chosen, people

BAD = '<img src=x onerror=alert(1)> "q" $a$ 🙂, b'


@pytest.fixture
def frame():
    return pd.DataFrame(
        {
            BAD: ['=HYPERLINK("x")', "a,b", 'say "hi"', None, "-1", "🙂"],
            "age": [30.0, 40.0, np.nan, 50.0, 60.0, 70.0],
            "since": pd.to_datetime(["2020-01-01", "2020-02-01", None, "2020-03-01"] + ["2021-01-01"] * 2),
            "predicted effect": [1, 2, 3, 4, 5, 6],
            "=cmd": [True, False, True, False, True, False],
        }
    )


@pytest.fixture
def table(frame, tmp_path):
    return from_frame(frame, tmp_path)


def evaluation(arms=("0", "a", "none"), std_error=None):
    rows = np.array([0, 2, 3, 4, 5])
    effect = np.array([[0.5, 0.1], [-1.0, -2.0], [0.5, 0.9], [0.2, 0.1], [0.0, 3.0]])
    propensity = np.full((5, 3), 1 / 3)
    propensity[2, 1] = 0.001
    held = HeldOut(
        rows=rows,
        arms=arms,
        predicted={"t": effect},
        baseline={},
        scores=np.zeros((5, 3)),
        outcome_model=np.zeros((5, 3)),
        arm=np.array([0, 1, 2, 0, 1]),
        outcome=np.zeros(5),
        propensity=propensity,
        clusters=None,
        total_rows=6,
        std_error={} if std_error is None else {"t": std_error},
    )
    return type("Evaluation", (), {"held_out": held})()


def listed(**more):
    given = evaluation()
    return people(given.held_out, judged(given, "t", "a"), "t", **more)


def test_people_come_by_effect_with_the_arm_that_pays():
    found = listed()
    assert found.rows.tolist() == [0, 3, 4, 5, 2]
    assert found.effect.tolist() == [0.5, 0.5, 0.2, 0.0, -1.0]
    # The arm that is called "none" is told apart from nobody being treated.
    assert found.recommended == ("none", "a", "none (arm)")
    assert [found.recommended[code] for code in found.best] == ["a", "none (arm)", "a", "none (arm)", "none"]
    assert found.thin.tolist() == [False, True, False, False, False]
    assert found.low is None


def test_costs_and_a_benefit_below_zero_change_the_recommendation():
    costly = listed(costs={"none": 1.0})
    assert [costly.recommended[code] for code in costly.best] == ["a", "a", "a", "none (arm)", "none"]
    turned = listed(benefit=-1.0)
    assert [turned.recommended[code] for code in turned.best] == ["none"] * 4 + ["none (arm)"]


def test_the_interval_is_there_where_the_learner_has_one(table):
    given = evaluation(std_error=np.full((5, 2), 0.1))
    found = people(given.held_out, judged(given, "t", "a"), "t")
    assert found.high - found.effect == pytest.approx(0.1959963984540054)
    assert "about 95 % from" in as_table(found, table, ("age",)).column_names


def test_filters_by_effect_arm_and_column(table):
    found = listed()

    def rows(**asked):
        return chosen(found, table, Filter(**asked)).rows.tolist()

    assert rows() == [0, 3, 4, 5, 2]
    assert rows(effect=(0.1, 0.4)) == [4]
    assert rows(arms=frozenset({1})) == [0, 4]
    assert rows(column="age", span=(50.0, 60.0)) == [3, 4]
    assert rows(column="since", span=(pd.Timestamp("2020-02-15"), pd.Timestamp("2020-12-31"))) == [3]
    assert rows(column=BAD, levels=frozenset({"🙂", 'say "hi"'})) == [5, 2]
    assert rows(column="=cmd", levels=frozenset({"true"})) == [0, 4, 2]


def test_the_export_gives_back_what_went_in(table, frame):
    columns = tuple(frame.columns)
    made = as_table(listed(), table, columns)
    assert made.column_names == ["row", "predicted effect 2", "recommended", "few to compare with", *columns]
    again = parquet.read_table(BytesIO(as_parquet(made)))
    assert again.equals(made)
    assert again.column(BAD).to_pylist() == ['=HYPERLINK("x")', None, "-1", "🙂", 'say "hi"']
    assert again.column("row").to_pylist() == [1, 4, 5, 6, 3]

    read = pd.read_csv(BytesIO(as_csv(made)), keep_default_na=False, na_values={BAD: [], "age": [""]})
    assert list(read.columns) == [*made.column_names[:4], BAD, *columns[1:4], "'=cmd"]
    assert read["predicted effect 2"].tolist() == [0.5, 0.5, 0.2, 0.0, -1.0]
    assert read["age"].isna().tolist() == [False, False, False, False, True]
    # What a spreadsheet would run is text there; all else is as it was.
    assert read[BAD].tolist() == ['\'=HYPERLINK("x")', "", "'-1", "🙂", 'say "hi"']


def test_a_large_export_is_quick_to_make_and_whole(tmp_path):
    rows = 100_000
    table = from_frame(pd.DataFrame({"x": np.arange(rows) * 1.0, "k": ["a", "b"] * (rows // 2)}), tmp_path)
    found = listed()
    many = type(found)(
        np.arange(rows)[::-1], np.ones(rows), None, None, np.zeros(rows, dtype=np.int64), ("0", "1"),
        np.zeros(rows, dtype=bool),
    )  # fmt: skip
    made = as_table(many, table, ("x", "k"))
    assert made.num_rows == rows
    assert as_csv(made).count(b"\n") == rows + 1
    assert isinstance(made, pa.Table)
