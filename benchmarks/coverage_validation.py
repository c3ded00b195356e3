"""Coverage on Validate, for `coverage.py`: distance from an experiment, and effects that must be zero."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from scipy.stats import binomtest

from causal_core.data.design import Design
from causal_core.estimation.sample import prepare
from causal_core.validation.experiment_run import Stacked, compare
from causal_core.validation.negative_run import slope

BIAS = -0.5
METHODS = ("regression_adjustment", "ipw", "aipw", "matching")


def design_of(outcome, arm, x, rows, **options) -> Design:
    """A design of arrays with made-up names."""
    names = tuple(f"x{j}" for j in range(x.shape[1]))
    return Design(outcome, arm, ("0", "1"), x, names, names, "t", "y", rows, **options)


def lalonde(n: int, seed: int) -> Stacked:
    """A fifth of the rows randomised; its treated also against a survey whose outcomes are 0.5 higher."""
    random = np.random.default_rng(seed)
    treated, controls = n // 10, n // 10
    survey = n - treated - controls
    in_survey = np.repeat([False, True], [treated + controls, survey])
    arm = np.repeat([1, 0, 0], [treated, controls, survey])
    x = random.normal(size=(n, 2)) + np.where(in_survey[:, None], [0.6, -0.3], 0)
    effect = 1 + 0.5 * x[:, 0]
    outcome = x @ [1, 0.5] + arm * effect - BIAS * in_survey + random.normal(size=n)
    rows = np.arange(n)
    trial = ~in_survey
    other = in_survey | (arm == 1)
    none = np.empty((int(trial.sum()), 0))
    return Stacked(
        trial=design_of(outcome[trial], arm[trial], none, rows[trial], randomised=True),
        observational=design_of(outcome[other], arm[other], x[other], rows[other]),
        target="ATT",
        shared_arms=("1",),
    )


def zero(n: int, seed: int) -> tuple[Design, np.ndarray]:
    """A numeric exposure that moves the treatment alone, and noise that grows with a covariate."""
    random = np.random.default_rng(seed)
    a = random.normal(size=n)
    z = a + random.normal(size=n)
    arm = (0.6 * a + 0.5 * z + random.logistic(size=n) > 0).astype(np.int64)
    outcome = a + arm + (0.5 + np.abs(a)) * random.normal(size=n)
    return design_of(outcome, arm, a[:, None], np.arange(n)), z


def lines(runs: int, rows: int) -> Iterator[str]:
    """A line of the table for each method, and one for the slope of a control exposure."""
    for method in METHODS:
        found = [compare(lalonde(rows, seed), method, "1") for seed in range(runs)]
        values = np.array([each.difference for each in found], dtype=np.float64)
        errors = np.array([each.std_error for each in found], dtype=np.float64)
        held = sum(each.ci[0] <= BIAS <= each.ci[1] for each in found if each.ci)
        line = _line(held, values, errors, BIAS)
        yield f"| experiment and survey | {method}, less the experiment | ATT | {line} |"
    values, errors = np.empty(runs), np.empty(runs)
    for seed in range(runs):
        design, z = zero(rows, seed)
        value, influence = slope(prepare(design), z)
        values[seed], errors[seed] = value, np.sqrt(np.sum(influence**2)) / rows
    held = int((np.abs(values) <= 1.96 * errors).sum())
    yield f"| nothing hidden | slope of a control exposure | zero | {_line(held, values, errors, 0.0)} |"


def _line(held: int, values: np.ndarray, errors: np.ndarray, truth: float) -> str:
    share = binomtest(held, len(values)).proportion_ci(method="exact")
    spread = values.std(ddof=1)
    return (
        f"{held / len(values):.1%} ({share.low:.1%} to {share.high:.1%}) | "
        f"{(values.mean() - truth) / spread:+.2f} | {errors.mean() / spread:.2f}"
    )


if __name__ == "__main__":
    for line in lines(200, 500):
        print(line, flush=True)
