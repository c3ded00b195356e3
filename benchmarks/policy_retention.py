"""Draws of the generated trial `retention_offers`, whose true gains are known."""

from __future__ import annotations

import sys
from collections import Counter
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from benchmarks.policy_tally import holds, show
from benchmarks.policy_worlds import Data, held_out, lines, predicted
from causal_core import policy
from demo_data.makers import retention

BENEFIT, PRICES = 100.0, np.array([0.0, 6.0, 2.0, 5.0])


def basis(people: pd.DataFrame) -> np.ndarray:
    """(n, p) columns in which effects of the offers can bend: quarters of each number, and levels."""
    columns = []
    for name, cuts in (
        ("age", (35, 42, 48)),
        ("tenure", (15, 22, 30)),
        ("monthly_spend", (32, 38, 45)),
        ("engagement", (40, 50, 60)),
        ("support_calls", (1, 2, 4)),
    ):
        numbers = people[name].to_numpy(dtype=float, na_value=44.0)
        columns += [numbers >= cut for cut in cuts]
    columns += [people["plan"].to_numpy() == level for level in ("standard", "family")]
    return np.column_stack(columns).astype(float)


def of_retention(rows: int, seed: int, everybody: tuple[np.ndarray, np.ndarray]) -> tuple[bool, bool, bool]:
    """One draw of the trial of offers, best_arm learned on its half.

    Returns:
        Whether the interval of its gain over nobody, and of that over the best single offer, held the truth;
        and whether it truly gains more than every single offer.
    """
    features, net = everybody
    made = retention.offers(seed, rows).frame
    arm = made["offer"].cat.codes.to_numpy() if made["offer"].dtype == "category" else None
    if arm is None:
        arm = made["offer"].map({name: place for place, name in enumerate(retention.ARMS)}).to_numpy()
    else:
        order = [retention.ARMS.index(str(level)) for level in made["offer"].cat.categories]
        arm = np.array(order)[arm]
    random = np.random.default_rng(seed)
    known = np.full((rows, 4), 0.25)
    data = Data(basis(made), np.asarray(arm), made["kept"].to_numpy(dtype=float), 4, known, None)
    half = data.folds(2, random)
    learned = lines(data.take(np.flatnonzero(half == 0)))
    judged = data.take(np.flatnonzero(half == 1))
    effects = predicted(learned, judged.x)
    held = replace(
        held_out(replace(judged, arms=4), effects[:, 1:] - effects[:, :1], random, rows), arms=retention.ARMS
    )
    costs = dict(zip(retention.ARMS, PRICES.tolist(), strict=True))
    economics = policy.Economics.of(held, "t", BENEFIT, costs)
    found = policy.best_arm(economics)
    value = BENEFIT * predicted(learned, features) - PRICES
    true = float(net[np.arange(len(net)), value.argmax(axis=1)].mean())
    single = net.mean(axis=0)
    over_all = true - float(single[economics.all_arm])
    return holds(found.gain_vs_none.ci, true), holds(found.gain_vs_all.ci, over_all), true > single.max()


def retention_people(rows: int = 200_000) -> tuple[np.ndarray, np.ndarray]:
    """Columns of many customers, and the true net gain of each offer for each."""
    random = np.random.default_rng(12345)
    people = retention.customers(rows, random)
    odds = retention.baseline(people)[:, None] + retention.shifts(people)
    stay = 1 / (1 + np.exp(-odds))
    net = BENEFIT * (stay - stay[:, :1]) - PRICES
    people["age"] = people["age"].mask(random.random(rows) < 0.04)
    return basis(people), net


def by_retention(runs: int) -> None:
    """Draws of the trial of offers."""
    everybody = retention_people()
    for rows in (8000, 20_000):
        found = Counter[str]()
        for seed in range(runs):
            names = ("gain over nobody", "gain over the best offer", "truly beats every offer")
            for name, held in zip(names, of_retention(rows, seed, everybody), strict=True):
                found[name] += held
        show("rows", f"{rows:,}", found, runs, head=rows == 8000)
