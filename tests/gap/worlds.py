"""People whose effects and risks are known, as an uplift step would hand them over."""

from __future__ import annotations

import numpy as np

from causal_core.uplift.result import HeldOut


def handed(effect, without, *, seed=0, binary=False, clusters=None):
    """Held-out rows with exact predictions: `effect` (n,) or (n, k-1), `without` (n,) the baseline.

    Outcomes are drawn: with unit noise, or 0/1 with these chances. Models behind the scores are the truth.
    """
    random = np.random.default_rng(seed)
    effects = effect[:, None] if effect.ndim == 1 else effect
    count = len(without)
    mean = np.column_stack([without, without[:, None] + effects])
    arm = random.integers(0, mean.shape[1], count)
    rows = np.arange(count)
    noise = random.normal(size=count)
    if clusters is not None:
        noise = noise + random.normal(size=int(clusters.max()) + 1)[clusters]
    drawn = (random.random(count) < mean[rows, arm]).astype(float) if binary else mean[rows, arm] + noise
    chance = 1 / mean.shape[1]
    scores = mean.copy()
    scores[rows, arm] += (drawn - mean[rows, arm]) / chance
    return HeldOut(
        rows=rows,
        arms=tuple("abcd"[: mean.shape[1]]),
        predicted={"t": effects},
        baseline={"t": without},
        scores=scores,
        outcome_model=mean,
        arm=arm,
        outcome=drawn,
        propensity=np.full(mean.shape, chance),
        clusters=clusters,
        total_rows=2 * count,
    )
