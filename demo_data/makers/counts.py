"""Tables rebuilt from published counts, one row a person, in a seeded random order."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import numpy as np
import pandas as pd

from demo_data.makers.made import Made

Counts = Mapping[tuple[str, str], tuple[int, int]] | Mapping[tuple[int, int], tuple[int, int]]

KIDNEY_STONES: Final[Mapping[tuple[str, str], tuple[int, int]]] = {
    ("small", "open surgery"): (81, 87),
    ("large", "open surgery"): (192, 263),
    ("small", "percutaneous"): (234, 270),
    ("large", "percutaneous"): (55, 80),
}
"""(stone size, treatment) -> (successes, patients): Charig et al. 1986; Julious & Mullee 1994."""

BERKELEY: Final[Mapping[tuple[str, str], tuple[int, int]]] = {
    ("A", "male"): (512, 825),
    ("A", "female"): (89, 108),
    ("B", "male"): (353, 560),
    ("B", "female"): (17, 25),
    ("C", "male"): (120, 325),
    ("C", "female"): (202, 593),
    ("D", "male"): (138, 417),
    ("D", "female"): (131, 375),
    ("E", "male"): (53, 191),
    ("E", "female"): (94, 393),
    ("F", "male"): (22, 373),
    ("F", "female"): (24, 341),
}
"""(department, gender) -> (admitted, applicants): the table `UCBAdmissions` of R."""

SMOKING_TAR: Final[Mapping[tuple[int, int], tuple[float, float]]] = {
    (0, 0): (47.5, 10.0),
    (1, 0): (2.5, 90.0),
    (0, 1): (2.5, 5.0),
    (1, 1): (47.5, 85.0),
}
"""(smoking, tar) -> (% of the population, % of them with cancer): Pearl, Causality, Table 3.1; invented."""


def kidney_stones(seed: int) -> Made:
    """700 patients, from the counts of successes by treatment and stone size."""
    return _people(("stone_size", "treatment", "success"), KIDNEY_STONES, seed)


def berkeley(seed: int) -> Made:
    """4,526 applicants, from the counts of admissions by department and gender."""
    return _people(("department", "gender", "admitted"), BERKELEY, seed)


def smoking_tar(seed: int, rows: int = 4_000) -> Made:
    """Pearl's percentages as people; with 4,000 rows each cell is a whole number."""
    counts = {}
    for cell, (share, cancer) in SMOKING_TAR.items():
        people = share / 100 * rows
        counts[cell] = (round(people * cancer / 100), round(people))
    return _people(("smoking", "tar", "cancer"), counts, seed)


def _people(columns: tuple[str, str, str], counts: Counts, seed: int) -> Made:
    rows: list[tuple[object, ...]] = []
    for cell, (successes, people) in counts.items():
        rows += [(*cell, 1)] * successes + [(*cell, 0)] * (people - successes)
    order = np.random.default_rng(seed).permutation(len(rows))
    return Made(pd.DataFrame(rows, columns=list(columns)).iloc[order].reset_index(drop=True))
