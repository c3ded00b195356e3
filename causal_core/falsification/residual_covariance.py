"""One test for numbers and categories alike: whether what is left of both sides still goes together."""

from __future__ import annotations

import math

import numpy as np

from causal_core.data.design import Floats
from causal_core.falsification.measured import Measured, strength

_CHUNK = 20_000


def residual_covariance(x: Floats, y: Floats, rank: int, leverage: Floats | None = None) -> Measured | None:
    """The dependence between two blocks of residuals; None when nothing is left of one of them.

    With both blocks standardised, C is their cross-covariance and tr(C C') is Pillai's trace (Ankan, Wortel
    & Textor 2021). For dummies of two categories the trace is Pearson's chi-square over n, so the effect,
    sqrt(trace / min(p, q)), is Cramer's V; for a number and a category it is the correlation ratio. It is
    corrected for its bias. The p-value is the larger of two: of Pillai's F, right for equal spreads, and of
    Hotelling's F on the products of residuals, right also for unequal ones (generalised covariance measure,
    Shah & Peters 2020, section 3.2).

    Args:
        x: (n, p) residuals, mean 0; linearly dependent columns are allowed.
        y: (n, q) likewise.
        rank: Rank of the regression they are left from, the constant included.
        leverage: (n,) of the rows in it, to make up for residuals that are too small (HC2).
    """
    from scipy.special import fdtrc

    u, v = _whitened(x), _whitened(y)
    p, q = u.shape[1], v.shape[1]
    if not p or not q:
        return None
    count = len(u)
    cross = u.T @ v / count
    trace = float(np.sum(cross**2))
    least, freedom = min(p, q), count - rank
    if trace > least * (1 - 1e-10):
        return Measured("residual_covariance", 1.0, (1.0, 1.0), math.inf, p * q, 0.0)
    covariance, directed = _spread(u, v, cross, trace, leverage)
    sizes, directions = np.linalg.eigh(covariance)
    kept = sizes > 1e-10 * max(float(sizes[-1]), 1e-300)
    parts = int(kept.sum())
    if freedom - parts < 2 or freedom - q - p < 1:
        return None
    along = directions[:, kept].T @ cross.ravel()
    hotelling = freedom * float(np.sum(along**2 / sizes[kept]))
    robust_f = hotelling * (freedom - parts) / (parts * (freedom - 1))
    robust_p = float(fdtrc(parts, freedom - parts, robust_f))
    top, bottom = least * max(p, q), least * (freedom - q - p + least)
    pillai_f = (trace / top) / ((least - trace) / bottom)
    pillai_p = float(fdtrc(top, bottom, pillai_f))
    bias = float(np.trace(covariance))
    noise = max(bias / (p * q), directed, 1.0 - trace / least)
    effect, ci = strength(trace, bias / freedom, noise / freedom, p * q, least)
    f_value, p_value = max(((robust_f, robust_p), (pillai_f, pillai_p)), key=lambda pair: pair[1])
    return Measured("residual_covariance", effect, ci, f_value, p * q, p_value)


def _whitened(block: Floats) -> Floats:
    """The block turned and scaled to have the identity as covariance, directions without spread left out."""
    scale = np.sqrt(np.mean(block**2, axis=0))
    block = block[:, scale > 0] / scale[scale > 0]
    if not block.shape[1]:
        return block
    sizes, directions = np.linalg.eigh(block.T @ block / len(block))
    kept = sizes > 1e-8
    whitened: Floats = block @ (directions[:, kept] / np.sqrt(sizes[kept]))
    return whitened


def _spread(
    u: Floats, v: Floats, cross: Floats, trace: float, leverage: Floats | None
) -> tuple[Floats, float]:
    """(pq, pq) the covariance of the products of residuals, and the variance of sqrt(trace) times n."""
    size = cross.size
    second = np.zeros((size, size))
    influence = 0.0
    left, right = cross @ cross.T, cross.T @ cross
    for start in range(0, len(u), _CHUNK):
        a, b = u[start : start + _CHUNK], v[start : start + _CHUNK]
        products = (a[:, :, None] * b[:, None, :]).reshape(len(a), size)
        if leverage is not None:
            products = products / (1 - leverage[start : start + _CHUNK, None])
        second += products.T @ products
        own = 2 * products @ cross.ravel()
        own -= np.einsum("ij,jk,ik->i", a, left, a) + np.einsum("ij,jk,ik->i", b, right, b)
        influence += float(own @ own)
    centre = cross.ravel()
    covariance = second / len(u) - np.outer(centre, centre)
    return covariance, influence / len(u) / (4 * trace) if trace > 0 else 0.0
