"""Coverage of the 95 % intervals for average effects, in generated worlds of known truth.

Run `python benchmarks/coverage.py [runs] [rows]`: 2,000 runs of 1,000 rows by default, minutes on one core.
Prints a Markdown table: coverage with its exact 95 % binomial interval, bias in standard deviations, and the
mean standard error over the standard deviation of the estimates.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from functools import partial

import numpy as np
from scipy.stats import binomtest

from causal_core.data.design import Design
from causal_core.estimation.average import RUN
from causal_core.estimation.inference import cluster_count, interval, standard_error
from causal_core.estimation.sample import prepare

TARGETS = ("ATE", "ATT", "ATC")
ADJUSTING = (
    "regression_adjustment",
    "ipw",
    "aipw",
    "ipw_regression_adjustment",
    "matching",
    "stratification",
)
LARGE = 2_000_000


def design_of(outcome, arm, x, k, **options) -> Design:
    """A design of arrays with made-up names."""
    names = tuple(f"x{j}" for j in range(x.shape[1]))
    arms = tuple(str(a) for a in range(k))
    return Design(outcome, arm, arms, x, names, names, "t", "y", np.arange(len(arm)), **options)


def confounded(n: int, seed: int, k: int) -> Design:
    """Both covariates drive arm and outcome; the first arm's effect is 1 + x0."""
    random = np.random.default_rng(seed)
    x = random.normal(size=(n, 2))
    lines = [np.zeros(n), 0.6 * x[:, 0] - 0.4 * x[:, 1], 0.6 * x[:, 0] + 0.4 * x[:, 1]][:k]
    e = np.exp(np.column_stack(lines))
    e /= e.sum(axis=1, keepdims=True)
    arm = (random.uniform(size=(n, 1)) > e.cumsum(axis=1)).sum(axis=1)
    outcome = x.sum(axis=1) + (arm == 1) * (1 + x[:, 0]) + (arm == 2) * (2 - x[:, 1]) + random.normal(size=n)
    return design_of(outcome, arm, x, k)


def constant(n: int, seed: int) -> Design:
    """As `confounded`, but the effect is 1 for everyone and the noise grows with x0."""
    design = confounded(n, seed, 2)
    x = design.covariates
    noise = np.random.default_rng(seed + 10**6).normal(size=n) * (0.5 + np.abs(x[:, 0]))
    return design_of(x.sum(axis=1) + design.arm + noise, design.arm, x, 2)


def randomised(n: int, seed: int) -> Design:
    """One in five treated at random; effect 1 + x0."""
    random = np.random.default_rng(seed)
    x = random.normal(size=(n, 2))
    arm = (random.uniform(size=n) < 0.2).astype(np.int64)
    outcome = x.sum(axis=1) + arm * (1 + x[:, 0]) + random.normal(size=n)
    return design_of(outcome, arm, x, 2, randomised=True)


def clustered(n: int, seed: int) -> Design:
    """Whole clusters of ten treated at random; outcomes share a cluster's shock; effect 1."""
    random = np.random.default_rng(seed)
    groups = np.repeat(np.arange(n // 10), 10)
    arm = random.integers(0, 2, n // 10)[groups]
    x = random.normal(size=(len(groups), 2))
    outcome = x.sum(axis=1) + arm + random.normal(size=n // 10)[groups] + random.normal(size=len(groups))
    return design_of(outcome, arm, x, 2, randomised=True, clusters=groups)


def cell(
    world: Callable[[int, int], Design], method: str, target: str, truth: float, runs: int, rows: int
) -> str:
    """One line of figures for one world, method and target."""
    held, values, errors = 0, [], []
    for seed in range(runs):
        design = world(rows, seed)
        found = RUN[method](prepare(design), 1, target, True)
        error = found.std_error if found.influence is None else standard_error(found.influence, design)
        groups = cluster_count(design)
        low, high = interval(found.value, error, groups - 1 if groups else found.freedom)
        held += low <= truth <= high
        values.append(found.value)
        errors.append(error)
    exact = binomtest(int(held), runs).proportion_ci()
    spread = float(np.std(values))
    bias = (np.mean(values) - truth) / spread
    shown = f"{held / runs:.1%} [{exact.low:.1%}, {exact.high:.1%}]"
    return f"{shown} | {bias:+.2f} | {np.mean(errors) / spread:.3f}"


def main() -> None:
    """Print the table."""
    runs = int(sys.argv[1]) if len(sys.argv) > 1 else 2000
    rows = int(sys.argv[2]) if len(sys.argv) > 2 else 1000
    print(f"{runs:,} runs of {rows:,} rows a cell.\n")
    print("| world | method | target | coverage | bias / sd | mean error / sd |")
    print("|---|---|---|---|---|---|")
    for k in (2, 3):
        large = confounded(LARGE, 10**9, k)
        x0 = large.covariates[:, 0]
        truths = {"ATE": 1.0, "ATT": 1 + x0[large.arm == 1].mean(), "ATC": 1 + x0[large.arm == 0].mean()}
        for method in ADJUSTING:
            for target in TARGETS:
                world = partial(confounded, k=k)
                line = cell(world, method, target, truths[target], runs, rows)
                print(f"| confounded, {k} arms | {method} | {target} | {line} |", flush=True)
    for world, methods in (
        (constant, ("linear_regression", *ADJUSTING)),
        (randomised, ("difference_in_means", "linear_regression", *ADJUSTING)),
        (
            clustered,
            ("difference_in_means", "linear_regression", "ipw", "aipw", "regression_adjustment", "matching"),
        ),
    ):
        for method in methods:
            print(
                f"| {world.__name__} | {method} | ATE | {cell(world, method, 'ATE', 1.0, runs, rows)} |",
                flush=True,
            )


if __name__ == "__main__":
    main()
