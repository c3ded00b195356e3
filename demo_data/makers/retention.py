"""Two worlds of one subscription business: a randomised trial of offers, and offers to people at risk."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from demo_data.makers.made import Made, levels, logistic

Floats = NDArray[np.float64]

ARMS = ("nothing", "discount", "personal message", "premium feature")
PLANS = ("basic", "standard", "family")
REGIONS = ("centre", "east", "north", "south", "west")
MONTHS = 6
PRICE_CUT = 0.15
CUT_MONTHS = 1


def customers(rows: int, rng: np.random.Generator) -> pd.DataFrame:
    """Customers as the business knows them before any offer, one row a customer.

    The arrows: age -> tenure, age -> engagement, tenure -> engagement, plan -> monthly_spend,
    engagement -> support_calls, region -> support_calls.
    """
    age = np.clip(rng.normal(44, 14, rows), 18, 85).round()
    tenure = np.clip(rng.gamma(1.6, 11 + 0.12 * age, rows), 1, 120).round()
    engagement = np.clip(
        rng.normal(57 - 0.28 * (age - 44) + 3.5 * np.log(tenure / 20), 19, rows), 0, 100
    ).round()
    plan = levels(PLANS, rng.choice(3, rows, p=(0.45, 0.35, 0.20)))
    price = np.select([plan == "basic", plan == "standard"], [22.0, 35.0], 49.0)
    monthly_spend = np.clip(price + rng.gamma(2.0, 4.0, rows), None, 120).round(2)
    region = levels(REGIONS, rng.choice(5, rows, p=(0.18, 0.16, 0.24, 0.22, 0.20)))
    calls = np.exp(0.25 - 0.014 * (engagement - 50) + 0.25 * (region == "north"))
    return pd.DataFrame(
        {
            "age": age,
            "tenure": tenure.astype(np.int64),
            "plan": plan,
            "region": region,
            "monthly_spend": monthly_spend,
            "engagement": engagement.astype(np.int64),
            "support_calls": rng.poisson(calls),
        }
    )


def baseline(people: pd.DataFrame) -> Floats:
    """(n,) log-odds of staying when nobody does anything."""
    stay = (
        0.85
        + 0.042 * (people["engagement"] - 50)
        - 0.42 * (people["support_calls"] - 1)
        + 0.35 * np.log(people["tenure"] / 20)
        - 0.012 * (people["monthly_spend"] - 38)
    )
    return np.asarray(stay, dtype=np.float64)


def reach(people: pd.DataFrame) -> Floats:
    """(n,) from 0, already gone in mind whatever is offered, to 1."""
    lost = 0.16 * (people["engagement"].to_numpy(dtype=float) - 34) - 0.9 * np.maximum(
        people["support_calls"].to_numpy(dtype=float) - 3, 0
    )
    return logistic(lost)


def shifts(people: pd.DataFrame) -> Floats:
    """(n, 4) what each arm adds to the log-odds of staying; some of it is negative.

    A discount moves the young who pay much. A personal message moves people with recent complaints and wakes
    those who pay for years without using the service. A premium feature moves active people on small plans.
    """
    age, tenure, spend, engagement, calls = (
        people[name].to_numpy(dtype=float)
        for name in ("age", "tenure", "monthly_spend", "engagement", "support_calls")
    )
    within = reach(people)
    small_plan = np.where(people["plan"] == "basic", 1.0, 0.1)
    discount = within * 2.6 * logistic((44 - age) / 4) * logistic((spend - 37) / 3) - 0.15
    message = (
        within * 1.9 * logistic((calls - 1.5) / 0.25)
        - 1.7 * logistic((tenure - 22) / 4) * logistic((46 - engagement) / 4)
        - 0.08
    )
    premium = within * 2.2 * logistic((engagement - 50) / 5) * small_plan - 0.15
    return np.column_stack([np.zeros(len(people)), discount, message, premium])


def offers(seed: int, rows: int = 20_000) -> Made:
    """A trial with four arms of equal size; `age` is missing for one person in twenty-five.

    Truth: the probability of staying, the outcome and the revenue of every person under every arm.
    """
    rng = np.random.default_rng(seed)
    people = customers(rows, rng)
    probability = logistic(baseline(people)[:, None] + shifts(people))
    kept = (rng.random(rows)[:, None] < probability).astype(np.int64)
    left_after = rng.integers(0, MONTHS, rows)[:, None]
    months = np.where(kept == 1, MONTHS, left_after)
    cheap_months = np.minimum(months, CUT_MONTHS) * (np.array(ARMS) == "discount")
    paid = months - PRICE_CUT * cheap_months
    revenue = (people["monthly_spend"].to_numpy(dtype=float)[:, None] * paid).round(2)
    arm = rng.permutation(np.arange(rows) % len(ARMS))
    each = np.arange(rows)
    frame = people.assign(
        age=people["age"].mask(rng.random(rows) < 0.04).astype("Int64"),
        offer=levels(ARMS, arm),
        kept=kept[each, arm],
        revenue=revenue[each, arm],
    )
    truth = {
        f"{what}: {name}": values[:, i]
        for what, values in (("probability", probability), ("kept", kept), ("revenue", revenue))
        for i, name in enumerate(ARMS)
    }
    return Made(frame, pd.DataFrame(truth))


def observational(seed: int, rows: int = 10_000) -> Made:
    """The same customers, but the offer goes mostly to people who look like leaving.

    `satisfaction` carries part of the effect. `app_opens_after` is counted after the offer and answers to the
    offer and to a hidden `interest` in the service that also keeps people.

    Truth: the probability of staying under each offer, and with the satisfaction of the other one.
    """
    rng = np.random.default_rng(seed)
    people = customers(rows, rng)
    engagement, calls, tenure = (
        people[name].to_numpy(dtype=float) for name in ("engagement", "support_calls", "tenure")
    )
    chance = logistic(-0.035 * (engagement - 52) + 0.42 * (calls - 1.3) - 0.30 * np.log(tenure / 20) - 0.15)
    offer = (rng.random(rows) < chance).astype(np.int64)
    interest = rng.normal(0, 1, rows)
    opinion = rng.normal(6.3 - 0.35 * (calls - 1), 1.3, rows)
    satisfaction = np.clip(opinion[:, None] + np.array([0.0, 0.9]), 1, 10).round(1)
    direct = 0.15 + 0.5 * shifts(people)[:, 1]
    stay = baseline(people) - 0.15 + 0.9 * interest

    def kept_with(given: int, felt: int) -> Floats:
        return logistic(stay + given * direct + 0.40 * (satisfaction[:, felt] - 6.5))

    draw = rng.random(rows)
    each = np.arange(rows)
    happened = np.where(offer == 1, kept_with(1, 1), kept_with(0, 0))
    opens = rng.poisson(np.exp(1.0 + 1.0 * offer + 0.75 * interest))
    frame = people.assign(
        age=people["age"].astype(np.int64),
        offer=offer,
        satisfaction=satisfaction[each, offer],
        app_opens_after=opens,
        kept=(draw < happened).astype(np.int64),
    )
    truth = pd.DataFrame(
        {
            "interest": interest,
            "chance of an offer": chance,
            "probability: offer 0": kept_with(0, 0),
            "probability: offer 1": kept_with(1, 1),
            "probability: offer 1, satisfaction of offer 0": kept_with(1, 0),
        }
    )
    return Made(frame, truth)
