"""Samples as the estimators take them: given by hand, or drawn from one confounded world."""

import numpy as np

from causal_core.data.design import Design


def build(outcome, arm, covariates, arms=None, **options):
    covariates = np.asarray(covariates, dtype=float).reshape(len(outcome), -1)
    names = tuple(f"x{j}" for j in range(covariates.shape[1]))
    arm = np.asarray(arm, dtype=np.int64)
    return Design(
        outcome=np.asarray(outcome, dtype=float),
        arm=arm,
        arms=arms or tuple("abcdef"[: max(int(arm.max()) + 1, 2)]),
        covariates=covariates,
        covariate_names=names,
        covariate_sources=names,
        treatment_name="drug",
        outcome_name="pain",
        rows=np.arange(len(outcome)),
        **options,
    )


def draw(n=500, k=2, seed=0, effect=1.0, **options):
    """Confounded by both covariates; the effect of the second arm is `effect` + x0, of the third 2 - x1."""
    random = np.random.default_rng(seed)
    x = random.normal(size=(n, 2))
    lines = [np.zeros(n), 0.6 * x[:, 0] - 0.4 * x[:, 1], 0.6 * x[:, 0] + 0.4 * x[:, 1]][:k]
    probability = np.exp(np.column_stack(lines))
    probability /= probability.sum(axis=1, keepdims=True)
    arm = (random.uniform(size=(n, 1)) > probability.cumsum(axis=1)).sum(axis=1)
    outcome = (
        x.sum(axis=1) + (arm == 1) * (effect + x[:, 0]) + (arm == 2) * (2 - x[:, 1]) + random.normal(size=n)
    )
    return build(outcome, arm, x, **options)
