"""Coverage of the 95 % intervals where covariates are missing: complete rows, an indicator, imputation.

Run by `coverage.py`; alone, `python benchmarks/coverage_missing.py [runs] [rows]`.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator

import numpy as np
import pandas as pd
from scipy.stats import binomtest

from causal_core.data.encoding import build_design
from causal_core.data.imputation import Filling
from causal_core.estimation.average import estimate
from causal_core.estimation.pooling import complete_freedom, pool
from causal_core.estimation.result import Estimate

TABLES = 10
METHODS = ("regression_adjustment", "ipw", "aipw", "entropy_balancing")
COVARIATES = ["x", "g"]


def lost_by_outcome(n: int, seed: int) -> pd.DataFrame:
    """A number is missing more often where the outcome is high, a category at random; the effect is 1 + x."""
    random = np.random.default_rng(seed)
    x = random.normal(size=n)
    g = random.choice(["a", "b", "c"], n, p=[0.5, 0.3, 0.2])
    arm = (random.uniform(size=n) < 1 / (1 + np.exp(-0.8 * x - 0.7 * (g == "b")))).astype(int)
    y = arm * (1 + x) + x + 1.5 * (g == "b") + random.normal(size=n)
    frame = pd.DataFrame({"x": x, "g": g, "t": arm, "y": y})
    frame["x"] = frame["x"].mask(random.uniform(size=n) < 1 / (1 + np.exp(1.2 - 0.6 * y)))
    frame["g"] = frame["g"].mask(random.uniform(size=n) < 0.2)
    return frame


def trial(n: int, seed: int) -> pd.DataFrame:
    """Assignment at random; a number is missing where it is itself high, before assignment; effect 1 + x."""
    random = np.random.default_rng(seed)
    x = random.normal(size=n)
    g = random.choice(["a", "b", "c"], n)
    arm = (random.uniform(size=n) < 0.4).astype(int)
    y = arm * (1 + x) + x + 1.5 * (g == "b") + random.normal(size=n)
    lost = random.uniform(size=n) < 1 / (1 + np.exp(1 - x))
    return pd.DataFrame({"x": np.where(lost, np.nan, x), "g": g, "t": arm, "y": y})


def answer(frame: pd.DataFrame, method: str, missing: str, seed: int, randomised: bool) -> Estimate:
    """One method's answer by one handling of the missing values."""
    if missing != "imputation":
        filling = Filling("indicator") if missing == "indicator" else None
        design = build_design(frame, "t", 0, "y", COVARIATES, filling=filling, randomised=randomised)
        return estimate(method, design, compared=False)[0]
    designs = [
        build_design(frame, "t", 0, "y", COVARIATES, filling=Filling("imputation", number, seed))
        for number in range(1, TABLES + 1)
    ]
    return pool([estimate(method, each, compared=False)[0] for each in designs], complete_freedom(designs[0]))


def cell(world: Callable[[int, int], pd.DataFrame], method: str, missing: str, runs: int, rows: int) -> str:
    """One line of figures; the true effect is 1."""
    found = [answer(world(rows, seed), method, missing, seed, world is trial) for seed in range(runs)]
    held = sum(each.ci[0] <= 1 <= each.ci[1] for each in found)
    exact = binomtest(held, runs).proportion_ci()
    values = np.array([each.value for each in found])
    error = np.mean([each.std_error for each in found])
    shown = f"{held / runs:.1%} [{exact.low:.1%}, {exact.high:.1%}]"
    return f"{shown} | {(values.mean() - 1) / values.std():+.2f} | {error / values.std():.3f}"


def lines_of_missing(runs: int, rows: int) -> Iterator[str]:
    """The rows of the table."""
    for method in METHODS:
        for missing in ("complete", "imputation"):
            line = cell(lost_by_outcome, method, missing, runs, rows)
            yield f"| lost by outcome | {method}, {missing} | ATE | {line} |"
    for method in ("linear_regression", "regression_adjustment"):
        for missing in ("complete", "indicator", "imputation"):
            line = cell(trial, method, missing, runs, rows)
            yield f"| trial, lost before | {method}, {missing} | ATE | {line} |"


if __name__ == "__main__":
    for said in lines_of_missing(int((sys.argv[1:2] or [2000])[0]), int((sys.argv[2:3] or [1000])[0])):
        print(said, flush=True)
