"""Coverage of the 95 % intervals for average effects, in generated worlds of known truth.

Run `python benchmarks/coverage.py [runs] [rows] [part ...]`: 2,000 runs of 1,000 rows and all parts by
default (hours on one core); the parts are the keys of `PARTS`.
Prints a Markdown table: coverage with its exact 95 % binomial interval, bias in standard deviations, and the
mean standard error over the standard deviation of the estimates.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable
from dataclasses import replace
from functools import partial

import numpy as np
from coverage_along import lines
from coverage_missing import lines_of_missing
from coverage_validation import lines as lines_of_validation
from scipy.stats import binomtest

from causal_core.data.design import Design
from causal_core.estimation.average import RUN
from causal_core.estimation.inference import cluster_count, interval, standard_error
from causal_core.estimation.overlap import trimming
from causal_core.estimation.risks import risks_of
from causal_core.estimation.sample import prepare

TARGETS = ("ATE", "ATT", "ATC")
ADJUSTING = (
    "regression_adjustment",
    "ipw",
    "aipw",
    "ipw_regression_adjustment",
    "matching",
    "propensity_matching",
    "stratification",
    "standardisation",
    "entropy_balancing",
    "dml_interactive",
)
TO_RATIOS = ("standardisation", "ipw", "aipw", "ipw_regression_adjustment", "dml_interactive")
LARGE = 2_000_000


def design_of(outcome, arm, x, k, **options) -> Design:
    """A design of arrays with made-up names, whose options fit the worlds: effects vary, models are lines."""
    names = tuple(f"x{j}" for j in range(x.shape[1]))
    arms = tuple(str(a) for a in range(k))
    options = {"interactions": names, "nuisances": "linear"} | options
    return Design(outcome, arm, arms, x, names, names, "t", "y", np.arange(len(arm)), **options)


def probabilities(x, k: int):
    """(n, k) of the arms in the confounded worlds."""
    lines = [np.zeros(len(x)), 0.6 * x[:, 0] - 0.4 * x[:, 1], 0.6 * x[:, 0] + 0.4 * x[:, 1]][:k]
    e = np.exp(np.column_stack(lines))
    return e / e.sum(axis=1, keepdims=True)


def confounded(n: int, seed: int, k: int) -> Design:
    """Both covariates drive arm and outcome; the first arm's effect is 1 + x0."""
    random = np.random.default_rng(seed)
    x = random.normal(size=(n, 2))
    e = probabilities(x, k)
    arm = (random.uniform(size=(n, 1)) > e.cumsum(axis=1)).sum(axis=1)
    outcome = x.sum(axis=1) + (arm == 1) * (1 + x[:, 0]) + (arm == 2) * (2 - x[:, 1]) + random.normal(size=n)
    return design_of(outcome, arm, x, k)


def constant(n: int, seed: int) -> Design:
    """As `confounded`, but the effect is 1 for everyone and the noise grows with x0."""
    design = confounded(n, seed, 2)
    x = design.covariates
    noise = np.random.default_rng(seed + 10**6).normal(size=n) * (0.5 + np.abs(x[:, 0]))
    return design_of(x.sum(axis=1) + design.arm + noise, design.arm, x, 2)


def log_means(x, arm):
    """Log odds of the outcome in `binary`, log means in `counts`, are lines like these."""
    return 0.6 * x[:, 0] - 0.4 * x[:, 1] + 0.5 * arm


def binary(n: int, seed: int) -> Design:
    """Arms as in `confounded`; an outcome of 0 or 1 whose log odds are a line."""
    design = confounded(n, seed, 2)
    risk = 1 / (1 + np.exp(-log_means(design.covariates, design.arm)))
    outcome = np.random.default_rng(seed + 10**6).uniform(size=n) < risk
    return replace(design, outcome=outcome.astype(float))


def counts(n: int, seed: int) -> Design:
    """Arms as in `confounded`; counts whose log mean is a line, twice as scattered as Poisson's."""
    design = confounded(n, seed, 2)
    random = np.random.default_rng(seed + 10**6)
    rate = np.exp(0.5 + 0.5 * log_means(design.covariates, design.arm))
    return replace(design, outcome=random.poisson(rate * random.gamma(2, 0.5, size=n)).astype(float))


def curved(n: int, seed: int) -> Design:
    """Waves in outcome, arm and effect, for boosted trees; the effect is 1 on average."""
    random = np.random.default_rng(seed)
    x = random.normal(size=(n, 3))
    drive = np.sin(2 * x[:, 0])
    arm = (random.uniform(size=n) < 1 / (1 + np.exp(-drive))).astype(np.int64)
    outcome = drive + arm * (1 + 0.5 * drive) + random.normal(size=n)
    return design_of(outcome, arm, x, 2, nuisances="boosted")


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


def ratio_cell(
    world: Callable[[int, int], Design], method: str, target: str, truth: float, runs: int, rows: int
) -> str:
    """One line of figures for the ratio of the means, on the log scale."""
    held, values, errors = 0, [], []
    for seed in range(runs):
        sample = prepare(world(rows, seed))
        found = risks_of(RUN[method](sample, 1, target, True), sample, 1, True)
        held += found.ratio_ci[0] <= truth <= found.ratio_ci[1]
        values.append(np.log(found.ratio))
        errors.append(np.log(found.ratio_ci[1] / found.ratio) / 1.96)
    exact = binomtest(int(held), runs).proportion_ci()
    spread = float(np.std(values))
    bias = (np.mean(values) - np.log(truth)) / spread
    shown = f"{held / runs:.1%} [{exact.low:.1%}, {exact.high:.1%}]"
    return f"{shown} | {bias:+.2f} | {np.mean(errors) / spread:.3f}"


def with_own_people(runs: int, rows: int) -> None:
    """Print the rows of methods whose population is their own."""
    for k in (2, 3):
        x = confounded(LARGE, 10**9, k).covariates
        e = probabilities(x, k)
        kept = trimming(e, np.ones(LARGE)).kept
        truths = {
            "overlap_weights": np.average(1 + x[:, 0], weights=1 / (1 / e).sum(axis=1)),
            "ipw_trimmed": (1 + x[kept, 0]).mean(),
        }
        for method, truth in truths.items():
            line = cell(partial(confounded, k=k), method, "ATE", truth, runs, rows)
            print(f"| confounded, {k} arms | {method} | its own | {line} |", flush=True)


def with_ratios(runs: int, rows: int) -> None:
    """Print the rows of outcomes of 0 and 1 and of counts: the difference and the ratio."""
    x = confounded(LARGE, 10**9, 2).covariates
    arm = confounded(LARGE, 10**9, 2).arm
    risk = [1 / (1 + np.exp(-log_means(x, b))) for b in (0, 1)]
    rate = [np.exp(0.5 + 0.5 * log_means(x, b)) for b in (0, 1)]
    for world, mean in ((binary, risk), (counts, rate)):
        for target, inside in (("ATE", arm >= 0), ("ATT", arm == 1)):
            low, high = mean[0][inside].mean(), mean[1][inside].mean()
            for method in TO_RATIOS:
                line = cell(world, method, target, high - low, runs, rows)
                print(f"| {world.__name__} | {method} | {target} | {line} |", flush=True)
                line = ratio_cell(world, method, target, high / low, runs, rows)
                print(f"| {world.__name__} | {method}, ratio | {target} | {line} |", flush=True)


def with_confounding(runs: int, rows: int) -> None:
    """Rows of the methods that adjust, in the worlds of two and of three arms."""
    for k in (2, 3):
        large = confounded(LARGE, 10**9, k)
        x0 = large.covariates[:, 0]
        truths = {"ATE": 1.0, "ATT": 1 + x0[large.arm == 1].mean(), "ATC": 1 + x0[large.arm == 0].mean()}
        for method in ADJUSTING:
            for target in TARGETS:
                line = cell(partial(confounded, k=k), method, target, truths[target], runs, rows)
                print(f"| confounded, {k} arms | {method} | {target} | {line} |", flush=True)


def with_constant_effects(runs: int, rows: int) -> None:
    """Rows of the worlds in which the effect is 1 for everyone on average, whatever the target."""
    plain = ("difference_in_means", "linear_regression", "dml")
    clusters = ("ipw", "aipw", "regression_adjustment", "matching", "standardisation", "entropy_balancing")
    for world, methods in (
        (constant, ("linear_regression", "dml", *ADJUSTING)),
        (randomised, (*plain, *ADJUSTING)),
        (clustered, (*plain, *clusters, "overlap_weights", "dml_interactive")),
    ):
        for method in methods:
            line = cell(world, method, "ATE", 1.0, runs, rows)
            print(f"| {world.__name__} | {method} | ATE | {line} |", flush=True)


def with_trees(runs: int, rows: int) -> None:
    """The row of boosted nuisances in a world without straight lines."""
    line = cell(curved, "dml_interactive", "ATE", 1.0, runs, rows)
    print(f"| curved | dml_interactive, boosted | ATE | {line} |", flush=True)


def with_lines(make: Callable[[int, int], Iterable[str]], runs: int, rows: int) -> None:
    """Rows that another module makes."""
    for line in make(runs, rows):
        print(line, flush=True)


PARTS = {
    "confounding": with_confounding,
    "constant": with_constant_effects,
    "populations": with_own_people,
    "ratios": with_ratios,
    "along": partial(with_lines, lines),
    "validation": partial(with_lines, lines_of_validation),
    "trees": with_trees,
    "missing": partial(with_lines, lines_of_missing),
}


def main() -> None:
    """Print the table, or some of its parts."""
    runs = int(sys.argv[1]) if len(sys.argv) > 1 else 2000
    rows = int(sys.argv[2]) if len(sys.argv) > 2 else 1000
    print(f"{runs:,} runs of {rows:,} rows a cell.\n")
    print("| world | method | target | coverage | bias / sd | mean error / sd |")
    print("|---|---|---|---|---|---|")
    for part in sys.argv[3:] or PARTS:
        PARTS[part](runs, rows)


if __name__ == "__main__":
    main()
