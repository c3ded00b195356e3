"""People whom a policy gives an arm that hardly anybody like them had."""

from __future__ import annotations

import numpy as np
import pandas as pd

from causal_core.data.design import Floats
from causal_core.percent import percent
from causal_core.policy.economics import Economics
from causal_core.uplift.arrays import Marks
from causal_core.uplift.comparable import NEAR_ZERO, ROUNDING
from causal_core.uplift.overlap import NOTABLE, who_they_are


def unseen_rows(economics: Economics, policy: Floats) -> tuple[Marks, ...]:
    """For each arm the (n,) rows that a policy gives it although they had next to no chance of it.

    Next to none is none, or up to a tenth of the arm's share, to which estimated chances are raised.

    Args:
        economics: Of the judged rows.
        policy: (n, k) probabilities.
    """
    held_out = economics.held_out
    shares = np.bincount(held_out.arm, minlength=len(held_out.arms)) / len(held_out.arm)
    return tuple(
        (policy[:, arm] > 0) & (held_out.propensity[:, arm] <= NEAR_ZERO * share * ROUNDING)
        for arm, share in enumerate(shares)
    )


def unseen(economics: Economics, policy: Floats, features: pd.DataFrame | None = None) -> tuple[str, ...]:
    """A sentence for each arm that a policy gives to people who had next to no chance of it.

    Args:
        economics: Of the judged rows.
        policy: (n, k) probabilities.
        features: (n, p) columns, to say who these people are; None to leave that out.
    """
    said = []
    rows = unseen_rows(economics, policy)
    for arm, (label, mine) in enumerate(zip(economics.held_out.arms, rows, strict=True)):
        if mine.sum() <= NOTABLE * len(mine):
            continue
        given = policy[:, arm] > 0
        none = float((economics.held_out.propensity[mine, arm] == 0).mean())
        chance = "no chance" if none == 1 else "next to no chance"
        who = "" if features is None else who_they_are(features, mine)
        said.append(
            f"{percent(mine.sum() / given.sum())} of those given {label} had {chance} of it in the data: "
            f"what it would bring them is a model's guess, which nothing here checks.{who}"
        )
    return tuple(said)
