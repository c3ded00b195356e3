"""Generated worlds with known effects."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from causal_core.uplift import Units


@dataclass(frozen=True)
class World:
    features: np.ndarray
    arm: np.ndarray
    outcome: np.ndarray
    effect: np.ndarray
    propensity: np.ndarray


def confounded(rows: int, seed: int, columns: int = 20) -> World:
    random = np.random.default_rng(seed)
    X = random.normal(size=(rows, columns))
    propensity = np.clip(1 / (1 + np.exp(-(0.6 * X[:, 0] - 0.4 * X[:, 1]))), 0.1, 0.9)
    effect = 0.5 + 0.5 * X[:, 0] + (X[:, 1] > 0)
    control = 2 * np.sin(X[:, 2]) + X[:, 3] * X[:, 4] + 0.5 * X[:, 5] ** 2 + X[:, 0]
    arm = (random.random(rows) < propensity).astype(np.int64)
    return World(X, arm, control + arm * effect + random.normal(size=rows), effect, propensity)


def trial(
    rows: int, seed: int, *, heterogeneous: bool = True, arms: int = 2, clusters: bool = False
) -> Units:
    """A randomised trial whose effect is a, doubled for the second arm, or 0.3 for everyone."""
    random = np.random.default_rng(seed)
    X = random.normal(size=(rows, 4))
    arm = random.permutation(np.arange(rows) % arms)
    effect = X[:, 0] if heterogeneous else np.full(rows, 0.3)
    outcome = X[:, 1] + arm * effect + random.normal(size=rows)
    features = pd.DataFrame(X, columns=list("abcd"))
    features["region"] = pd.Categorical(np.where(X[:, 0] > 0, "north", "south"))
    features.loc[features.index[::13], "c"] = np.nan
    names = ("none", "low", "high")[:arms]
    codes = np.arange(rows) // 2 if clusters else None
    return Units(features, arm, outcome, names, randomised=True, clusters=codes, rows=np.arange(rows) + 1000)
