"""Worlds of a dose with a known curve; the benchmark of coverage draws the same ones."""

import numpy as np

from causal_core.data.design import Design
from causal_core.data.dose import Dosed, doses_of

CURVES = {
    "line": lambda dose: 0.5 * dose,
    "bent": lambda dose: 3 * np.log1p(np.exp((dose - 10) / 2)),
    "hump": lambda dose: -0.05 * (dose - 10) ** 2,
}
"""Mean outcome had everybody the dose, by name of the world."""


def dosed(rows, seed, curve, mixed=0.0, **options):
    """Two covariates drive dose and outcome; with `mixed` the effect of the dose grows with the first."""
    random = np.random.default_rng(seed)
    x = random.normal(size=(rows, 2))
    dose = 10 + x[:, 0] - 0.7 * x[:, 1] + 2.5 * random.normal(size=rows)
    noise = (0.5 + 0.5 * np.abs(x[:, 1])) * random.normal(size=rows)
    outcome = CURVES[curve](dose) + x[:, 0] + 0.5 * x[:, 1] + mixed * (dose - 10) * x[:, 0] + noise
    return of_arrays(outcome, dose, x, 10, **options)


def of_arrays(outcome, dose, x, reference, **options):
    names = tuple(f"x{place}" for place in range(x.shape[1]))
    rows = len(outcome)
    design = Design(
        outcome, np.zeros(rows, dtype=np.int64), ("0",), x, names, names, "d", "y", np.arange(rows), **options
    )
    return Dosed(design, dose, doses_of("d", dose, reference))
