"""Held-out rows that only a group drawn by the reader is told from.

A group drawn after its like was seen in the same rows looks better than it is. Where there are rows enough,
some are therefore kept from every other view: what those show may suggest a group, and these rows judge it.
"""

from __future__ import annotations

import numpy as np

from causal_core.who.judged import Flags, Judged

SHARE = 0.3
"""Of the held-out rows, or of their clusters."""

FEWEST = 2000
"""With fewer held-out rows none are sealed: too few would be left to tell anything from."""

FEWEST_CLUSTERS = 100
"""Likewise of clusters."""


def sealed_rows(judged: Judged, seed: int = 0) -> Flags:
    """(n,) which held-out rows are sealed: a random part, clusters whole; none where there are too few.

    Args:
        judged: The held-out rows.
        seed: Of the draw; learner and arm do not change it.
    """
    count = len(judged.rows)
    if count < FEWEST:
        return np.zeros(count, dtype=bool)
    units = np.unique(np.arange(count) if judged.clusters is None else judged.clusters)
    if judged.clusters is not None and len(units) < FEWEST_CLUSTERS:
        return np.zeros(count, dtype=bool)
    drawn = np.random.default_rng([seed, 41]).permutation(units)[: round(SHARE * len(units))]
    return np.isin(np.arange(count) if judged.clusters is None else judged.clusters, drawn)
