"""The share of an effect that runs through mediators, where the effect is clearly not zero."""

from __future__ import annotations

import numpy as np

from causal_core.estimation.inference import NORMAL, Answer, cluster_count, standard_error
from causal_core.estimation.result import Check
from causal_core.estimation.sample import Sample

NAME = "Share mediated"

ROUNDING = 1e-6
"""How far a share may lie outside 0 and 1 by rounding alone."""


def share_check(sample: Sample, total: Answer, indirect: Answer) -> Check:
    """NIE(1) / TE with Fieller's (1954) interval; in words why there is none.

    A ratio whose denominator may be zero has no bounded interval, so there is a share only where the 95 %
    interval of the total effect leaves zero out; and none where the two parts pull in opposite directions.
    """
    assert total.influence is not None  # noqa: S101 - `mediation` always gives influences
    assert indirect.influence is not None  # noqa: S101 - likewise
    point = NORMAL
    groups = cluster_count(sample.design)
    if groups:
        from scipy.special import stdtrit

        point = float(stdtrit(max(groups - 1, 1), 0.975))
    spread, part, both = (
        (standard_error(influence, sample.design) or np.inf) ** 2
        for influence in (total.influence, indirect.influence, total.influence + indirect.influence)
    )
    if not np.isfinite(spread) or total.value**2 <= point**2 * spread:
        words = "Not shown: the total effect is not clearly different from zero, so nothing is a share of it."
        return Check(NAME, None, None, words)
    share = indirect.value / total.value
    if not -ROUNDING <= share <= 1 + ROUNDING:
        words = (
            "Not shown: by these estimates the direct and the indirect part pull in opposite directions, so "
            "neither is a share of the total."
        )
        return Check(NAME, None, None, words)
    cross = (both - spread - part) / 2
    lead = total.value**2 - point**2 * spread
    middle = indirect.value * total.value - point**2 * cross
    last = indirect.value**2 - point**2 * part
    half = np.sqrt(max(middle**2 - lead * last, 0.0))
    low, high = (100 * (middle + sign * half) / lead for sign in (-1, 1))
    words = (
        f"{100 * share:.0f} % of the total effect runs through the mediators (95 % interval {low:.0f} % to "
        f"{high:.0f} %, Fieller)."
    ).replace("-", "−")
    return Check(NAME, share, None, words)
