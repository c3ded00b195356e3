"""Whether several instruments agree on one effect."""

from __future__ import annotations

import numpy as np

from causal_core.data.design import Floats
from causal_core.estimation.inference import cluster_count
from causal_core.estimation.propensity import pseudo_inverse
from causal_core.estimation.result import Check
from causal_core.estimation.sample import Sample
from causal_core.estimation.weak_instruments import covariance

NAME = "Hansen J"


def hansen(sample: Sample, z: Floats, d: Floats, y: Floats, rest: Floats) -> tuple[Check, ...]:
    """Hansen's (1982) J of two-step GMM, robust; no check when there are no more instruments than arms.

    Args:
        sample: For weights and clusters.
        z: (n, q) instruments cleared of the covariates.
        d: (n, k-1) arms, cleared likewise.
        y: (n,) the outcome, cleared likewise.
        rest: (n,) residuals of two-stage least squares, from which the moments' covariance comes.

    Returns:
        One check, or none. J is chi-squared with q - (k - 1) degrees of freedom when the instruments agree.
    """
    from scipy.special import chdtrc

    freedom = z.shape[1] - d.shape[1]
    if freedom < 1:
        return ()
    groups = cluster_count(sample.design)
    if groups == 1:
        return ()
    if groups and groups <= z.shape[1]:
        words = f"{groups} clusters are too few to tell whether {z.shape[1]} instruments agree."
        return (Check(NAME, None, None, words),)
    weighted = (z.T * sample.weights) / sample.rows
    inverse = pseudo_inverse(covariance(sample, z * (sample.weights * rest)[:, None]))
    cross, target = weighted @ d, weighted @ y
    effect = pseudo_inverse(cross.T @ inverse @ cross) @ (cross.T @ inverse @ target)
    gap = target - cross @ effect
    statistic = float(gap @ inverse @ gap)
    p_value = float(chdtrc(freedom, statistic))
    found = (
        "They disagree: at least one reaches the outcome another way, or they move different people, on "
        "whom the effect differs"
        if p_value < 0.05
        else "No disagreement is seen, which does not prove them valid: all could be wrong alike"
    )
    return (
        Check(
            NAME,
            statistic,
            p_value,
            f"Tested: that all {np.shape(z)[1]} instruments give the same effect. A small p-value is bad "
            f"news. {found}.",
        ),
    )
