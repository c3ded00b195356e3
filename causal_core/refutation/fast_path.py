"""Short cuts past building and estimating a changed design, where they give the same digits."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from causal_core.data.design import Design, Floats
from causal_core.estimation.sample import Sample, prepare
from causal_core.refutation.draws import Draw
from causal_core.refutation.refuters import QUICK

FastPath = Callable[[Draw], Floats | None]
"""From a draw to (arms - 1,) effects; None where rounding or rank could matter, to be estimated in full."""


def fast_path(method: str, design: Design, target: str) -> FastPath | None:
    """The short cut of a method on a design, or None when there is none.

    A short cut keeps the columns of the original rows. So there is none where some are redundant, or vary so
    little that other rows could decide differently about them.
    """
    from causal_core.refutation.fast_linear import LinearPath
    from causal_core.refutation.fast_weighting import WeightingPath

    if method not in QUICK:
        return None
    sample = prepare(design)
    if not _steady(sample):
        return None
    if method == "linear_regression":
        return LinearPath.of(sample)
    if sample.arms != 2 or design.propensity is not None:
        return None
    return WeightingPath.of(sample, method, target)


def _steady(sample: Sample) -> bool:
    x = sample.design.covariates
    if sample.x.shape[1] != x.shape[1] + 1:
        return False
    centre = x.mean(axis=0)
    apart = x - centre
    return bool((np.einsum("ij,ij->j", apart, apart) > 1e-12 * len(x) * centre**2).all())
