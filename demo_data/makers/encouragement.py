"""A letter drawn by lot invites to an energy advice visit; keen households go, and save without it too."""

from __future__ import annotations

import numpy as np
import pandas as pd

from demo_data.makers.made import Made, levels, logistic

HEATING = ("gas", "electric", "district")


def encouragement(seed: int, rows: int = 10_000) -> Made:
    """An instrument: the letter moves visits and reaches the energy used through visits alone.

    Keenness, which nobody measured, sends households to the visit and lowers their use without it. The letter
    never keeps anybody away, so there are no defiers.

    Truth: the visit with and without the letter, the energy used with and without the visit.
    """
    rng = np.random.default_rng(seed)
    people = rng.choice(np.arange(1, 7), rows, p=(0.28, 0.32, 0.17, 0.14, 0.06, 0.03))
    floor_area = np.clip(rng.normal(45 + 19 * people, 18, rows), 25, 250).round()
    heating = levels(HEATING, rng.choice(3, rows, p=(0.5, 0.3, 0.2)))
    keenness = rng.normal(0, 1, rows)
    letter = rng.permutation(np.arange(rows) % 2)
    draw = rng.random(rows)
    urge = 1.1 * keenness + 0.004 * (floor_area - 90)
    electric = heating == "electric"
    visit_alone = (draw < logistic(urge - 1.8)).astype(np.int64)
    visit_invited = (draw < logistic(urge - 0.4 + 2.0 * electric)).astype(np.int64)
    visit = np.where(letter == 1, visit_invited, visit_alone)
    habits = rng.normal(0, 35, rows)
    use = 130 + 22 * people + 0.8 * floor_area + 20 * electric - 40 * keenness + habits
    effect = -25 - 35 * electric - 0.15 * (floor_area - 90)
    frame = pd.DataFrame(
        {
            "people": people,
            "floor_area": floor_area.astype(np.int64),
            "heating": heating,
            "letter": letter,
            "visit": visit,
            "energy": (use + effect * visit).round(1),
        }
    )
    truth = pd.DataFrame(
        {
            "keenness": keenness,
            "visit without letter": visit_alone,
            "visit with letter": visit_invited,
            "energy without visit": use.round(1),
            "energy with visit": (use + effect).round(1),
        }
    )
    return Made(frame, truth)
