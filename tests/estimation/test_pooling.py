from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from scipy.stats import binom, t

from causal_core import estimation
from causal_core.data.encoding import build_design
from causal_core.data.imputation import Filling
from causal_core.estimation.average import RUN
from causal_core.estimation.inference import standard_error
from causal_core.estimation.pooling import complete_freedom, pool
from causal_core.estimation.result import Estimate
from causal_core.estimation.sample import prepare
from causal_core.problem import Problem


def said(value, std_error=1.0, **options):
    parts = {
        "method": "aipw",
        "strategy": "backdoor",
        "target": "ATE",
        "estimand": "ATE",
        "contrast": ("0", "1"),
        "value": value,
        "std_error": std_error,
        "ci": (value - 1, value + 1) if value is not None else None,
        "rows_used": 10,
        "rows_dropped": 0,
        "baseline": 4.0,
    }
    return Estimate(**(parts | options))


def test_rubins_rules_by_hand():
    pooled = pool([said(1.0), said(2.0), said(3.0)], 20)
    share = (4 / 3) / (7 / 3)
    freedom = 1 / (share**2 / 2 + 1 / (21 / 23 * 20 * (1 - share)))
    half = t.ppf(0.975, freedom) * np.sqrt(7 / 3)
    assert pooled.value == 2
    assert pooled.std_error == pytest.approx(np.sqrt(7 / 3))
    assert pooled.ci == pytest.approx((2 - half, 2 + half))
    assert pooled.baseline == 4
    assert pooled.through == "dostudio"
    assert pooled.notes[0].startswith("Pooled over 3 completed tables by Rubin's rules: 57 % of the variance")


def test_equal_tables_are_one_table():
    first = said(2.0, notes=("A note.",))
    pooled = pool([first, first], 100)
    assert (pooled.value, pooled.std_error, pooled.ci, pooled.notes) == (2, 1, (1, 3), ("A note.",))


def test_a_table_without_an_answer_leaves_none_and_says_how_often():
    pooled = pool([said(1.0), said(None, None, error="No overlap.")], 20)
    assert pooled.value is None
    assert pooled.error == "In 1 of 2 completed tables: No overlap."


def test_without_standard_errors_there_is_a_value_and_no_interval():
    pooled = pool([said(1.0, None, ci=None), said(3.0, None, ci=None)], 20)
    assert (pooled.value, pooled.std_error, pooled.ci) == (2, None, None)


def test_another_estimand_in_one_table_is_that_of_all_and_notes_say_whose_they_are():
    pooled = pool([said(1.0, notes=("Both.", "Mine.")), said(2.0, estimand="trimmed", notes=("Both.",))], 9)
    assert pooled.estimand == "trimmed"
    assert pooled.notes[1:] == ("Both.", "In the first completed table: Mine.")


def test_one_table_is_refused():
    with pytest.raises(Problem, match="One completed table"):
        pool([said(1.0)], 20)


def test_freedom_counts_clusters_where_there_are_any(world):
    design = world(100)
    assert complete_freedom(design) == 100 - 2 - 2
    assert complete_freedom(replace(design, clusters=np.arange(100) % 7)) == 6


def frame_of(seed, n=500):
    """Everybody's effect is 1; the confounder is missing more often where the outcome is high."""
    random = np.random.default_rng(seed)
    x = random.normal(size=n)
    arm = (random.uniform(size=n) < 1 / (1 + np.exp(-x))).astype(int)
    y = arm * (1 + x) + x + random.normal(size=n)
    lost = random.uniform(size=n) < 1 / (1 + np.exp(1.2 - 0.6 * y))
    return pd.DataFrame({"x": np.where(lost, np.nan, x), "t": arm, "y": y})


def answer(design):
    sample = prepare(design)
    found = RUN["regression_adjustment"](sample, 1, "ATE", True)
    return said(found.value, standard_error(found.influence, design))


def test_imputation_is_unbiased_and_covers_where_complete_rows_do_not():
    runs, held, values, complete = 120, 0, [], []
    for seed in range(runs):
        frame = frame_of(seed)
        designs = [
            build_design(frame, "t", 0, "y", ["x"], filling=Filling("imputation", number, seed))
            for number in range(1, 6)
        ]
        pooled = pool([answer(design) for design in designs], complete_freedom(designs[0]))
        values.append(pooled.value)
        held += pooled.ci[0] <= 1 <= pooled.ci[1]
        complete.append(answer(build_design(frame, "t", 0, "y", ["x"])).value)
    assert np.mean(values) == pytest.approx(1, abs=0.05)
    assert np.mean(complete) < 0.7
    low, high = binom.ppf([0.001, 0.999], runs, 0.95)
    assert low <= held <= high


@pytest.mark.parametrize("method", ["difference_in_means", "regression_adjustment", "aipw", "matching"])
def test_in_a_trial_an_indicator_keeps_every_row_and_the_answer(method):
    random = np.random.default_rng(5)
    n = 4000
    x = random.normal(size=n)
    arm = random.integers(0, 2, n)
    y = 2 * arm + 3 * x + random.normal(size=n)
    frame = pd.DataFrame({"x": np.where(random.uniform(size=n) < 0.3, np.nan, x), "t": arm, "y": y})
    design = build_design(frame, "t", 0, "y", ["x"], filling=Filling("indicator"), randomised=True)
    (found,) = estimation.estimate(method, design)
    assert found.rows_used == n
    assert abs(found.value - 2) < 3 * found.std_error
    (plain,) = estimation.estimate("difference_in_means", design)
    if method != "difference_in_means":
        assert found.std_error < 0.8 * plain.std_error
