import math

import numpy as np
import pandas as pd
import pytest
import scipy.stats as sps
import statsmodels.api as sm
from statsmodels.stats.contingency_tables import StratifiedTable

from causal_core import falsification
from causal_core.data.frames import from_frame
from causal_core.falsification.correlation import partial_correlation
from causal_core.falsification.given import residuals
from causal_core.falsification.measured import strength
from causal_core.falsification.residual_covariance import residual_covariance
from causal_core.problem import DoesNotApply, Problem
from tests.falsification.worlds import DEPENDENT, INDEPENDENT, categories, correlated, opposite_strata

RUNS = 120


def given(frame):
    return [name for name in frame.columns if name not in {"x", "y"}]


@pytest.mark.parametrize("name", INDEPENDENT)
def test_a_true_independence_is_rejected_five_times_in_a_hundred(name):
    random = np.random.default_rng(11)
    rejected = 0
    for _ in range(RUNS):
        frame = INDEPENDENT[name](random, 300)
        rejected += falsification.test_independence(frame, "x", "y", given(frame)).p_value <= 0.05
    low, high = sps.binom.interval(0.999, RUNS, 0.05)
    assert low <= rejected <= high


@pytest.mark.parametrize("name", DEPENDENT)
def test_the_interval_holds_the_true_strength(name):
    random = np.random.default_rng(12)
    held, found = 0, []
    for _ in range(RUNS):
        frame, true = DEPENDENT[name](random, 400)
        tested = falsification.test_independence(frame, "x", "y", given(frame))
        held += tested.ci[0] <= true <= tested.ci[1]
        found.append(tested.effect)
    assert held >= sps.binom.ppf(0.001, RUNS, 0.95)
    assert np.mean(found) == pytest.approx(true, abs=0.02)


@pytest.mark.parametrize("name", DEPENDENT)
def test_a_dependence_is_found_with_enough_rows(name):
    frame, _ = DEPENDENT[name](np.random.default_rng(13), 4000)
    assert falsification.test_independence(frame, "x", "y", given(frame)).p_value < 1e-6


def test_the_partial_correlation_is_that_of_two_regressions():
    frame, _ = correlated(np.random.default_rng(1), 500)
    z = sm.add_constant(frame[["z"]])
    left = [sm.OLS(frame[name], z).fit().resid.to_numpy() for name in ("x", "y")]
    r = sps.pearsonr(*left).statistic
    regressors = np.column_stack([np.ones(500), frame["z"]])
    mine, rank, leverage = residuals(frame[["x", "y"]].to_numpy(), regressors)
    assert rank == 2
    assert leverage.sum() == pytest.approx(2)
    assert np.allclose(mine, np.column_stack(left))
    tested = partial_correlation(mine[:, 0], mine[:, 1], rank, robust=False)
    error = 1 / math.sqrt(500 - 1 - 3)  # one column is given
    assert tested.effect == pytest.approx(r, abs=1e-12)
    assert tested.p_value == pytest.approx(2 * sps.norm.sf(abs(math.atanh(r)) / error), rel=1e-9)
    ends = [math.tanh(math.atanh(r) + sign * sps.norm.ppf(0.975) * error) for sign in (-1, 1)]
    assert tested.ci == pytest.approx(tuple(ends), abs=1e-9)
    assert partial_correlation(mine[:, 0], mine[:, 1], rank).p_value >= tested.p_value


def test_redundant_columns_do_not_count_as_given_twice():
    random = np.random.default_rng(2)
    z = random.normal(size=(200, 1)) * 1e6
    _, rank, _ = residuals(random.normal(size=(200, 1)), np.hstack([np.ones((200, 1)), z, 2 * z + 1]))
    assert rank == 2


def test_two_categories_are_pearsons_chi_square():
    frame, _ = DEPENDENT["associated"](np.random.default_rng(3), 800)
    tested = falsification.test_independence(frame, "x", "y")
    chi2, p_value, df, _ = sps.chi2_contingency(pd.crosstab(frame["x"], frame["y"]), correction=False)
    assert (tested.statistic, tested.p_value, tested.df) == (
        pytest.approx(chi2),
        pytest.approx(p_value, rel=1e-6),
        df,
    )
    assert tested.effect == pytest.approx(math.sqrt((chi2 - df) / (800 * 2)))
    assert (tested.measure, tested.method) == ("Cramér's V", "strata")


def test_strata_add_up_their_chi_squares_and_degrees_of_freedom():
    frame, _ = opposite_strata(np.random.default_rng(4), 1000)
    tested = falsification.test_independence(frame, "x", "y", "z")
    parts = [
        sps.chi2_contingency(pd.crosstab(part["x"], part["y"]), correction=False)[:3]
        for _, part in frame.groupby("z")
    ]
    assert tested.statistic == pytest.approx(sum(part[0] for part in parts))
    assert tested.df == sum(part[2] for part in parts) == 4
    assert tested.measure == "conditional Cramér's V"


def test_sparse_strata_are_pooled_as_mantel_and_haenszel_do():
    random = np.random.default_rng(5)
    stratum = np.repeat(np.arange(40), 8)
    frame = pd.DataFrame(
        {
            "x": random.random(320) < 0.3 + 0.01 * stratum,
            "y": random.random(320) < 0.7 - 0.01 * stratum,
            "z": [f"s{number}" for number in stratum],
        }
    )
    tested = falsification.test_independence(frame, "x", "y", "z")
    tables = [pd.crosstab(part["x"], part["y"]) for _, part in frame.groupby("z")]
    tables = [table.to_numpy() for table in tables if table.shape == (2, 2)]
    theirs = StratifiedTable(tables).test_null_odds(correction=False)
    assert (tested.statistic, tested.df) == (pytest.approx(theirs.statistic), 1)
    assert tested.p_value == pytest.approx(theirs.pvalue)
    assert "sparse strata were pooled (Cochran-Mantel-Haenszel)." in tested.notes[-1]


def test_a_number_and_a_category_are_never_surer_than_the_analysis_of_covariance():
    frame, _ = DEPENDENT["grouped"](np.random.default_rng(6), 200)
    dummies = pd.get_dummies(frame["x"], drop_first=True, dtype=float)
    full = sm.OLS(frame["y"], sm.add_constant(pd.concat([frame[["z"]], dummies], axis=1))).fit()
    f_test = full.compare_f_test(sm.OLS(frame["y"], sm.add_constant(frame[["z"]])).fit())
    regressors = np.column_stack([np.ones(200), frame["z"]])
    block, rank, _ = residuals(np.column_stack([dummies, frame["y"]]), regressors)
    mine = residual_covariance(block[:, :2], block[:, 2:], rank)
    assert mine.df == 2
    assert mine.p_value >= f_test[1] * (1 - 1e-9)
    assert math.log(mine.p_value) == pytest.approx(math.log(f_test[1]), rel=0.15)


def test_nothing_depends_on_the_order_of_the_two_sides():
    for name in INDEPENDENT:
        frame = INDEPENDENT[name](np.random.default_rng(7), 300)
        one = falsification.test_independence(frame, "x", "y", given(frame))
        other = falsification.test_independence(frame, "y", "x", given(frame)[::-1])
        assert one.p_value == pytest.approx(other.p_value, rel=1e-6, abs=1e-12)
        assert one.effect == pytest.approx(other.effect, abs=1e-9)


def test_the_names_of_levels_do_not_matter():
    frame, _ = opposite_strata(np.random.default_rng(8), 500)
    renamed = frame.replace({"x": {"a": "zebra"}, "z": {"b": "0"}})
    one, other = (falsification.test_independence(each, "x", "y", "z") for each in (frame, renamed))
    assert (one.p_value, one.effect) == pytest.approx((other.p_value, other.effect))


def test_a_table_and_a_frame_give_the_same(tmp_path):
    frame = INDEPENDENT["number_and_category"](np.random.default_rng(9), 300)
    frame.loc[:30, "y"] = np.nan
    table = from_frame(frame, tmp_path)
    one, other = (falsification.test_independence(each, "x", "y", "z") for each in (frame, table))
    assert one == other
    assert (one.rows_used, one.rows_dropped) == (269, 31)


def test_a_number_of_two_values_and_a_boolean_are_one_thing():
    random = np.random.default_rng(10)
    flag = random.random(200) < 0.4
    frame = pd.DataFrame(
        {"flag": flag, "number": flag.astype(float) + 1, "y": flag + random.normal(size=200)}
    )
    one, other = (falsification.test_independence(frame, name, "y") for name in ("flag", "number"))
    assert one.effect == pytest.approx(other.effect)
    assert one.effect > 0.3
    assert one.measure == "correlation"


def test_dates_count_as_days():
    days = pd.date_range("2020-01-01", periods=200)
    frame = pd.DataFrame({"day": days, "y": np.arange(200.0) + np.random.default_rng(1).normal(size=200)})
    assert falsification.test_independence(frame, "day", "y").effect > 0.99


def test_rare_levels_are_tested_as_one_and_said():
    random = np.random.default_rng(14)
    codes = random.choice(10, 400, p=[0.45, 0.45, *[0.0125] * 8])
    frame = pd.DataFrame({"x": categories(codes), "y": random.normal(size=400)})
    tested = falsification.test_independence(frame, "x", "y")
    assert tested.df == 2
    assert tested.notes == ("8 rare levels of x are tested together, as one.",)


ROUGH = pd.DataFrame(
    {
        "text": [f"name {place}" for place in range(100)],
        "same": [3.0] * 100,
        "empty": [np.nan] * 100,
        "seldom": [1.0 * place if place < 12 else np.nan for place in range(100)],
        "y": np.sin(np.arange(100.0)),
        "doubled": 2 * np.sin(np.arange(100.0)) + 1,
        "z": np.cos(np.arange(100.0) ** 2),
    }
)


@pytest.mark.parametrize(
    ("x", "given", "words"),
    [
        ("text", (), 'Column "text" holds 100 different values, too many for a category'),
        ("same", (), "same has the same value in every row that is complete here"),
        ("empty", (), 'Column "empty" is missing in every row.'),
        ("seldom", (), "Only 12 rows have a value in each of seldom and y"),
        ("z", ("doubled",), "y is fixed by doubled: nothing of it is left"),
        ("y", (), "y and y are not all different."),
        ("absent", (), 'The table has no column "absent".'),
    ],
)
def test_what_cannot_be_tested_says_why(x, given, words):
    with pytest.raises(Problem, match=r".") as caught:
        falsification.test_independence(ROUGH, x, "y", given)
    assert str(caught.value).startswith(words)


def test_a_deterministic_pair_is_fully_dependent():
    tested = falsification.test_independence(ROUGH, "doubled", "y")
    assert (tested.effect, tested.p_value, tested.verdict) == (1.0, 0.0, "contradicted")


def test_few_rows_for_many_given_columns_is_refused():
    random = np.random.default_rng(15)
    frame = pd.DataFrame(random.normal(size=(22, 16)), columns=list("xyabcdefghijklmn"))
    with pytest.raises(DoesNotApply, match="too few for the 14 terms"):
        falsification.test_independence(frame, "x", "y", list("abcdefghijklmn"))


def test_the_interval_of_a_strength_inverts_the_noncentral_chi_square():
    effect, (low, high) = strength(total=0.05, bias=0.003, noise=0.001, df=3, scale=2.0)
    assert effect == pytest.approx(math.sqrt((0.05 - 0.003) / 2))
    for end, share in ((low, 0.975), (high, 0.025)):
        assert sps.ncx2.cdf(50, 3, 2 * end**2 / 0.001) == pytest.approx(share, abs=1e-4)
    assert strength(0.0, 0.003, 0.001, 3, 1.0)[0] == 0.0
