"""Applicants for a loan and a bank's score of their risk, which looks at where they come from and live."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from demo_data.makers.made import Made, levels, logistic

Floats = NDArray[np.float64]

ORIGINS = ("native", "migrant")
REFUSED = 50.0
"""The bank refuses applicants with this score or more."""


def score(
    migrant: Floats | float, district: Floats, income: Floats, savings: Floats, security: Floats
) -> Floats:
    """(n,) the bank's points; it is linear, so that each way from origin to it has its own effect."""
    return np.asarray(
        40.0
        + 3.0 * np.asarray(migrant)
        - 0.5 * (district - 60)
        - 0.4 * (income - 34)
        - 0.3 * (savings - 12)
        - 0.2 * (security - 50)
    )


def credit(seed: int, rows: int = 5_000) -> Made:
    """Applicants; whether they paid back is known for all, as the bank lent to everybody that year.

    The arrows: age -> origin (the young more often came from abroad), age -> job_security, age -> savings,
    origin -> district, origin -> job_security, origin -> income, job_security -> income, income -> savings;
    default from income, savings and job_security alone. The bank's risk_score sees origin, district, income,
    savings and job_security.

    Truth: chances of default, scores and all that follows under both origins.
    """
    rng = np.random.default_rng(seed)
    age = np.clip(rng.normal(40, 10, rows), 21, 70).round()
    migrant = (rng.random(rows) < logistic(-0.7 - 0.05 * (age - 40))).astype(np.int64)
    noise = {name: rng.normal(0, 1, rows) for name in ("district", "security", "income", "savings")}
    draw = rng.random(rows)

    def world(origin: Floats) -> dict[str, Floats]:
        district = 60 - 14 * origin + 9 * noise["district"]
        security = 50 + 0.5 * (age - 40) - 5 * origin + 10 * noise["security"]
        income = 34 + 0.3 * (security - 50) - 3 * origin + 5 * noise["income"]
        savings = 12 + 0.5 * (income - 34) + 0.2 * (age - 40) + 4 * noise["savings"]
        chance = logistic(-1.3 - 0.08 * (income - 34) - 0.06 * (savings - 12) - 0.04 * (security - 50))
        return {
            "district": district,
            "job_security": security,
            "income": income,
            "savings": savings,
            "chance": chance,
            "score": score(origin, district, income, savings, security),
        }

    seen, here, abroad = (world(each) for each in (migrant.astype(np.float64), np.zeros(rows), np.ones(rows)))
    frame = pd.DataFrame(
        {
            "age": age.astype(np.int64),
            "origin": levels(ORIGINS, migrant),
            "district": seen["district"].round(2),
            "job_security": seen["job_security"].round(2),
            "income": seen["income"].round(2),
            "savings": seen["savings"].round(2),
            "default": (draw < seen["chance"]).astype(np.int64),
            "risk_score": seen["score"].round(2),
        }
    )
    truth = {}
    for name, told in zip(ORIGINS, (here, abroad), strict=True):
        truth[f"probability of default: {name}"] = told["chance"]
        truth[f"score: {name}"] = told["score"]
    features = ("district", "income", "savings", "job_security")
    truth["score: native, seen as a migrant"] = score(1.0, *(here[name] for name in features))
    truth["score: native, with the district of a migrant"] = score(
        0.0, abroad["district"], *(here[name] for name in features[1:])
    )
    return Made(frame, pd.DataFrame(truth))
