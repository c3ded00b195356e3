"""Worlds in which rewards are linear in what strategies see."""

import numpy as np

from causal_core.bandit.world import World, with_constant


def linear_world(rows=2000, columns=5, arms=3, binary=False, seed=0, **changes):
    """Effects differ by person and no single arm is best for all."""
    random = np.random.default_rng(seed)
    x = random.normal(size=(rows, columns))
    slopes = random.normal(size=(columns, arms)) * 0.4
    mean = x @ slopes
    if binary:
        mean = np.clip(0.5 + 0.1 * mean, 0.02, 0.98)
    parts = {
        "arms": tuple("abcdef"[:arms]),
        "x": with_constant(x),
        "mean": mean,
        "benefit": 1.0,
        "cost": np.zeros((rows, arms)),
        "levels": (0.0, 1.0) if binary else None,
        "residuals": tuple(random.permutation(np.linspace(-1.7, 1.7, 500)) for _ in range(arms)),
        "centre": 0.5 if binary else 0.0,
        "scale": 0.5 if binary else 1.0,
    }
    return World(**{**parts, **changes})
