"""Coverage of the bands of a dose-response curve, in generated worlds of known curves.

Run `python benchmarks/dose_coverage.py [runs] [rows] [nuisances]`: 2,000 runs of 1,000 rows with linear
nuisances by default; "boosted" trees take some seconds a run. Prints a Markdown table: coverage of the
pointwise interval at the 10, 50 and 90 % quantiles of the dose, of the simultaneous band of the level and of
the change from the reference, and of the average slope, each with its exact 95 % binomial interval.
"""

from __future__ import annotations

import sys
from collections.abc import Callable

import numpy as np
from scipy.stats import binomtest

from causal_core.data.design import Design
from causal_core.data.dose import Dosed, doses_of
from causal_core.estimation.dose_bands import Curve, respond
from causal_core.estimation.dose_regression import dose_response, linear_regression
from causal_core.estimation.dose_robust import dose_response_dr

LARGE = 1_000_000
SPREAD = float(np.sqrt(2.5**2 + 1 + 0.7**2))
CURVES = {
    "line": lambda dose: 0.5 * dose,
    "bent": lambda dose: 3 * np.log1p(np.exp((dose - 10) / 2)),
    "hump": lambda dose: -0.05 * (dose - 10) ** 2,
}


def world(rows: int, seed: int, curve: str, mixed: float, nuisances: str) -> Dosed:
    """Two covariates drive dose and outcome; with `mixed` the effect of the dose grows with the first."""
    random = np.random.default_rng(seed)
    x = random.normal(size=(rows, 2))
    dose = 10 + x[:, 0] - 0.7 * x[:, 1] + 2.5 * random.normal(size=rows)
    noise = (0.5 + 0.5 * np.abs(x[:, 1])) * random.normal(size=rows)
    outcome = CURVES[curve](dose) + x[:, 0] + 0.5 * x[:, 1] + mixed * (dose - 10) * x[:, 0] + noise
    names = ("x0", "x1")
    design = Design(
        outcome,
        np.zeros(rows, dtype=np.int64),
        ("10",),
        x,
        names,
        names,
        "d",
        "y",
        np.arange(rows),
        interactions=("x0",) if mixed else (),
        nuisances=nuisances,
    )
    return Dosed(design, dose, doses_of("d", dose, 10))


def true_slope(curve: str, low: float, high: float) -> float:
    """The mean slope of the curve over the doses between two ends."""
    dose = 10 + SPREAD * np.random.default_rng(0).normal(size=LARGE)
    dose = dose[(dose >= low) & (dose <= high)]
    step = 1e-4
    return float(np.mean(CURVES[curve](dose + step) - CURVES[curve](dose - step)) / (2 * step))


def cell(
    fit: Callable[[Dosed, int], Curve], curve: str, mixed: float, runs: int, rows: int, nuisances: str
) -> str:
    """One line of figures for one world and method."""
    held = np.zeros((runs, 6), dtype=bool)
    ends = [10 + SPREAD * end for end in (-2.326, 2.326)]
    slope = true_slope(curve, *ends)
    for seed in range(runs):
        data = world(rows, seed, curve, mixed, nuisances)
        found = respond("dose_response", data.doses, fit(data, seed), (rows, 0), seed=seed)
        doses = np.array(found.doses)
        truth = CURVES[curve](doses)
        inside = (np.array(found.level.low) <= truth) & (truth <= np.array(found.level.high))
        at = [found.place(10 + SPREAD * share) for share in (-1.2816, 0, 1.2816)]
        apart = truth - CURVES[curve](10.0)
        held[seed] = (
            *inside[at],
            np.all((np.array(found.level.low_all) <= truth) & (truth <= np.array(found.level.high_all))),
            np.all(
                (np.array(found.change.low_all) <= apart + 1e-12)
                & (apart <= np.array(found.change.high_all) + 1e-12)
            ),
            found.slope.ci[0] <= slope <= found.slope.ci[1],
        )
    shown = []
    for kind in held.T:
        exact = binomtest(int(kind.sum()), runs).proportion_ci()
        shown.append(f"{kind.mean():.1%} [{exact.low:.1%}, {exact.high:.1%}]")
    return " | ".join(shown)


def main() -> None:
    """Print the table."""
    runs = int(sys.argv[1]) if len(sys.argv) > 1 else 2000
    rows = int(sys.argv[2]) if len(sys.argv) > 2 else 1000
    nuisances = sys.argv[3] if len(sys.argv) > 3 else "linear"
    print(f"{runs:,} runs of {rows:,} rows a cell, {nuisances} nuisances of the doubly robust curve.\n")
    print("| world | method | at 10 % | at 50 % | at 90 % | all doses | change, all doses | slope |")
    print("|---|---|---|---|---|---|---|---|")
    methods: dict[str, Callable[[Dosed, int], Curve]] = {
        "linear_regression": lambda data, _: linear_regression(data),
        "dose_response": lambda data, _: dose_response(data),
        "dose_response_dr": dose_response_dr,
    }
    for curve, mixed in (("line", 0.0), ("bent", 0.0), ("hump", 0.0), ("hump", 0.2)):
        name = f"{curve}, effect varies" if mixed else curve
        for method, fit in methods.items():
            if method == "linear_regression" and name != "line":
                continue
            print(f"| {name} | {method} | {cell(fit, curve, mixed, runs, rows, nuisances)} |", flush=True)


if __name__ == "__main__":
    main()
