"""Who buys the premium subscription: the well-off, the readers of e-mails, or the interested?"""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from demo_data.makers.made import Made, levels, logistic

INCOMES = ("lower", "middle", "higher")
INCOME_PULL = np.array([0.0, 0.55, 1.15])
ENGAGED_PULL = 0.30


def premium(seed: int, rows: int = 8_000) -> Made:
    """Age moves income; both move engagement and purchase, and hidden interest moves these two as well.

    Opening e-mails sells a little. Most of what engaged people buy more, they buy out of interest.

    Truth: the probability of a purchase at each income (engagement following), with and without engagement.
    """
    rng = np.random.default_rng(seed)
    age = np.clip(rng.normal(42, 13, rows), 18, 80).round()
    earning = 0.055 * (age - 42) - 0.0025 * (age - 50) ** 2 * (age > 50) + rng.logistic(0, 1, rows)
    income = (earning > -0.7).astype(np.int64) + (earning > 1.0).astype(np.int64)
    interest = rng.normal(0, 1, rows)
    engaged_draw, purchase_draw = rng.random(rows), rng.random(rows)

    def engaged_at(level: NDArray[np.int64]) -> NDArray[np.int64]:
        chance = logistic(-0.55 + 0.45 * level + 1.4 * interest - 0.02 * (age - 42))
        return (engaged_draw < chance).astype(np.int64)

    def bought(level: NDArray[np.int64], engaged: NDArray[np.int64]) -> NDArray[np.float64]:
        pull = INCOME_PULL[level] + ENGAGED_PULL * engaged + 1.3 * interest
        return logistic(-2.3 + pull - 0.025 * (age - 42))

    engaged = engaged_at(income)
    frame = pd.DataFrame(
        {
            "age": age.astype(np.int64),
            "income": levels(INCOMES, income),
            "engaged": engaged,
            "purchase": (purchase_draw < bought(income, engaged)).astype(np.int64),
        }
    )
    at = {name: np.full(rows, i) for i, name in enumerate(INCOMES)}
    truth = pd.DataFrame(
        {
            "interest": interest,
            **{f"probability: income {name}": bought(i, engaged_at(i)) for name, i in at.items()},
            "probability: engaged 0": bought(income, np.zeros(rows, dtype=np.int64)),
            "probability: engaged 1": bought(income, np.ones(rows, dtype=np.int64)),
        }
    )
    return Made(frame, truth)
