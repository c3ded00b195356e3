"""Good service keeps customers partly because it makes them use the product more."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from demo_data.makers.made import Made, logistic


def service(seed: int, rows: int = 6_000) -> Made:
    """Valuable customers are put through to the experienced team, and would leave less anyhow.

    The arrows: customer_value and calls_before move solved, engagement and churn; solved moves engagement and
    churn; engagement moves churn.

    Truth: the probability of leaving under each service, and with the engagement of the other one.
    """
    rng = np.random.default_rng(seed)
    value = np.clip(rng.gamma(6.0, 9.0, rows), 5, 250).round(2)
    calls_before = rng.poisson(1.6, rows)
    rich = (value - 54) / 22
    chance = logistic(0.0 + 0.75 * rich - 0.35 * (calls_before - 1.6))
    solved = (rng.random(rows) < chance).astype(np.int64)
    usual = rng.normal(46 + 5 * rich - 2.5 * (calls_before - 1.6), 14, rows)
    engagement = np.clip(usual[:, None] + np.array([0.0, 9.0]), 0, 100).round(1)

    def leaves(given: int, used: int) -> NDArray[np.float64]:
        bond = (0.045 + 0.015 * given) * (engagement[:, used] - 48)
        return logistic(-0.75 - 0.40 * given - bond - 0.35 * rich + 0.25 * (calls_before - 1.6))

    draw = rng.random(rows)
    frame = pd.DataFrame(
        {
            "customer_value": value,
            "calls_before": calls_before,
            "solved": solved,
            "engagement": engagement[np.arange(rows), solved],
            "churn": (draw < np.where(solved == 1, leaves(1, 1), leaves(0, 0))).astype(np.int64),
        }
    )
    truth = pd.DataFrame(
        {
            "chance of a solution": chance,
            "probability: solved 0": leaves(0, 0),
            "probability: solved 1": leaves(1, 1),
            "probability: solved 1, engagement of solved 0": leaves(1, 0),
        }
    )
    return Made(frame, truth)
