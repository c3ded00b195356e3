"""Coverage of the 95 % intervals where covariates are missing: complete rows, an indicator, imputation.

Run by `coverage.py`; alone, `python benchmarks/coverage_missing.py [runs] [rows]`.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator

import numpy as np
import pandas as pd
from scipy.stats import binomtest

from causal_core.data.design import Design
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


def tables(frame: pd.DataFrame, missing: str, seed: int, randomised: bool) -> list[Design]:
    """The table by one handling of the missing values: one design, or one a completed table."""
    ways: list[Filling | None] = [None]
    if missing == "indicator":
        ways = [Filling("indicator")]
    elif missing == "imputation":
        ways = [Filling("imputation", number, seed) for number in range(1, TABLES + 1)]
    known = randomised and missing != "imputation"
    return [build_design(frame, "t", 0, "y", COVARIATES, filling=way, randomised=known) for way in ways]


def answer(designs: list[Design], method: str) -> Estimate:
    """One method's answer, pooled over the tables."""
    found = [estimate(method, each, compared=False)[0] for each in designs]
    return found[0] if len(found) == 1 else pool(found, complete_freedom(designs[0]))


def cells(
    world: Callable[[int, int], pd.DataFrame], methods: tuple[str, ...], missing: str, runs: int, rows: int
) -> Iterator[str]:
    """One line of figures a method, all on the same tables; the true effect is 1."""
    found: dict[str, list[Estimate]] = {method: [] for method in methods}
    for seed in range(runs):
        designs = tables(world(rows, seed), missing, seed, world is trial)
        for method in methods:
            found[method].append(answer(designs, method))
    for method, answers in found.items():
        held = sum(each.ci[0] <= 1 <= each.ci[1] for each in answers)
        exact = binomtest(held, runs).proportion_ci()
        values = np.array([each.value for each in answers])
        error = np.mean([each.std_error for each in answers])
        shown = f"{held / runs:.1%} [{exact.low:.1%}, {exact.high:.1%}]"
        bias = (values.mean() - 1) / values.std()
        yield f"{method}, {missing} | ATE | {shown} | {bias:+.2f} | {error / values.std():.3f} |"


def lines_of_missing(runs: int, rows: int) -> Iterator[str]:
    """The rows of the table."""
    for missing in ("complete", "imputation"):
        for line in cells(lost_by_outcome, METHODS, missing, runs, rows):
            yield f"| lost by outcome | {line}"
    for missing in ("complete", "indicator", "imputation"):
        for line in cells(trial, ("linear_regression", "regression_adjustment"), missing, runs, rows):
            yield f"| trial, lost before | {line}"


if __name__ == "__main__":
    for said in lines_of_missing(int((sys.argv[1:2] or [2000])[0]), int((sys.argv[2:3] or [1000])[0])):
        print(said, flush=True)
