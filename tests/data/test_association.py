"""Associations against closed forms and independent libraries."""

import math

import numpy as np
import pandas as pd
import pytest
import statsmodels.formula.api as smf
from hypothesis import example, given
from hypothesis import strategies as st
from scipy import stats

from causal_core.data.association import Associations, associations, readable
from causal_core.problem import Problem


@pytest.fixture
def frame():
    draw = np.random.default_rng(4)
    size = draw.normal(size=400)
    group = np.where(size + draw.normal(size=400) > 0.7, "b", np.where(draw.random(400) < 0.5, "a", "c"))
    kind = np.where(draw.random(400) < 0.7, group, draw.choice(["a", "b", "c", "d"], 400))
    weight = 2 * size + draw.normal(size=400)
    weight[:50] = np.nan
    return pd.DataFrame(
        {
            "size": size,
            "weight": weight,
            "group": group,
            "kind": kind,
            "sex": np.where(size > 0, "m", "f"),
            "member": size > 0.3,
            "day": pd.Timestamp("2024-01-01") + pd.to_timedelta(np.round(10 * size), unit="D"),
        }
    )


def found(frame, names=None, types=None):
    names = list(frame.columns) if names is None else names
    columns, left_out = readable(frame, names, types, np.arange(len(frame)))
    pairs = associations(columns)
    return Associations(
        tuple(c.name for c in columns), tuple(c.read_as for c in columns), pairs, tuple(left_out)
    )


def test_two_numbers_give_pearsons_r_with_its_interval_on_rows_with_both(frame):
    pair = found(frame).of("weight", "size")
    both = frame.dropna()
    answer = stats.pearsonr(both["size"], both["weight"])
    low, high = answer.confidence_interval(0.95)
    assert (pair.measure, pair.rows) == ("r", 350)
    assert pair.value == pytest.approx(answer.statistic, abs=1e-12)
    assert pair.ci == pytest.approx((low, high), abs=1e-12)


def test_a_number_and_a_category_give_the_root_of_adjusted_r_squared(frame):
    pair = found(frame).of("size", "group")
    fit = smf.ols("size ~ C(group)", frame).fit()
    assert (pair.measure, pair.rows, pair.ci) == ("eta", 400, None)
    assert pair.value == pytest.approx(math.sqrt(fit.rsquared_adj), abs=1e-12)


def test_two_categories_give_bergsmas_v(frame):
    pair = found(frame).of("kind", "group")
    table = pd.crosstab(frame["kind"], frame["group"])
    n, (r, c) = len(frame), table.shape
    phi = stats.chi2_contingency(table, correction=False).statistic / n - (r - 1) * (c - 1) / (n - 1)
    least = min(r - (r - 1) ** 2 / (n - 1), c - (c - 1) ** 2 / (n - 1)) - 1
    assert (pair.measure, pair.rows) == ("V", 400)
    assert pair.value == pytest.approx(math.sqrt(phi / least), abs=1e-12)


def test_two_levels_truth_values_and_dates_count_as_numbers(frame):
    answers = found(frame)
    assert dict(zip(answers.columns, answers.read_as, strict=True)) == {
        "size": "as numbers",
        "weight": "as numbers",
        "group": "as a category of 3 levels",
        "kind": "as a category of 4 levels",
        "sex": "f as 0, m as 1",
        "member": "as numbers",
        "day": "as numbers",
    }
    codes = (frame["sex"] == "m").astype(float)
    assert answers.of("sex", "size").value == pytest.approx(np.corrcoef(codes, frame["size"])[0, 1])
    assert answers.of("day", "size").value > 0.99
    assert answers.of("member", "sex").measure == "r"


def test_unrelated_columns_give_about_nothing_whatever_their_kind():
    draw = np.random.default_rng(1)
    values = {"V": [], "eta": []}
    for _ in range(200):
        frame = pd.DataFrame(
            {
                "a": draw.choice(list("abcdef"), 100),
                "b": draw.choice(list("abcdef"), 100),
                "n": draw.normal(size=100),
            }
        )
        answers = found(frame)
        values["V"].append(answers.of("a", "b").value ** 2)
        values["eta"].append(answers.of("a", "n").value ** 2)
    # Without the corrections the means would be about 0.05.
    assert np.mean(values["V"]) < 0.01
    assert np.mean(values["eta"]) < 0.025


def test_what_cannot_be_used_is_left_out_with_the_reason(frame):
    frame = frame.assign(same=1, nothing=np.nan, name=[f"n{i}" for i in range(400)])
    answers = found(frame, ["size", "same", "nothing", "name"])
    assert answers.columns == ("size",)
    reasons = dict(answers.left_out)
    assert reasons["same"] == '"same" does not vary.'
    assert "missing in every row" in reasons["nothing"]
    assert "400 different values" in reasons["name"]
    assert answers.of("size", "same") is None


def test_a_column_that_is_not_there_is_a_problem(frame):
    with pytest.raises(Problem, match="sise"):
        found(frame, ["sise"])


def test_large_numbers_do_not_overflow_and_few_rows_have_no_number():
    frame = pd.DataFrame({"a": [1e200, 2e200, 4e200], "b": [1e-200, 2e-200, 4e-200], "c": [1.0, 2.0, None]})
    answers = found(frame)
    assert answers.of("a", "b").value == pytest.approx(1)
    assert (answers.of("a", "c").value, answers.of("a", "c").rows) == (None, 2)


@given(st.integers(0, 10_000))
@example(106)
def test_every_value_is_within_its_range_and_symmetric(seed):
    draw = np.random.default_rng(seed)
    frame = pd.DataFrame(
        {
            "a": draw.choice(list("abc"), 12),
            "b": draw.choice(list("abcd"), 12),
            "n": draw.normal(size=12),
            "m": draw.choice([1.0, 2.0, np.nan], 12),
        }
    )
    one, other = found(frame), found(frame, ["m", "n", "b", "a"])
    for pair in one.pairs:
        assert pair.value is None or (-1 if pair.measure == "r" else 0) <= pair.value <= 1
        back = other.of(pair.one, pair.other)
        assert back.rows == pair.rows
        assert back.value == (None if pair.value is None else pytest.approx(pair.value, abs=1e-9))
