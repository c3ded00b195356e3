"""The partial correlation of two numbers, with an interval that unequal spreads do not upset."""

from __future__ import annotations

import math

import numpy as np

from causal_core.data.design import Floats
from causal_core.falsification.measured import Measured

_Z = 1.959963984540054


def partial_correlation(
    x: Floats, y: Floats, rank: int, robust: bool = True, leverage: Floats | None = None
) -> Measured:
    """The correlation of two columns of residuals, with Fisher's z (Fisher 1924).

    z = atanh(r) has standard error 1 / sqrt(n - rank - 2) when the residuals are normal with equal spread.
    Where spreads differ from row to row, the standard error that allows for it (the covariance of products,
    Steiger & Hakstian 1982; under independence that of Shah & Peters 2020) can be larger: the larger counts.

    Args:
        x: (n,) residuals, mean 0.
        y: (n,) residuals, mean 0.
        rank: Rank of the regression they are left from, the constant included.
        robust: False for Fisher's standard error alone.
        leverage: (n,) of the rows in that regression: residuals are too small where it is large, which the
            standard error makes up for (MacKinnon & White 1985, HC2).

    Returns:
        Effect r, the statistic z / standard error, and the two-sided p-value from the normal distribution.
    """
    u, v = x / math.sqrt(float(x @ x) / len(x)), y / math.sqrt(float(y @ y) / len(y))
    products = u * v
    r = float(products.mean())
    if abs(r) > 1 - 1e-12:
        sign = math.copysign(1.0, r)
        return Measured("partial_correlation", sign, (sign, sign), math.copysign(math.inf, r), 1, 0.0)
    freedom = len(x) - rank - 2
    error = 1 / math.sqrt(freedom)
    if robust:
        influence = products - r / 2 * (u * u + v * v)
        if leverage is not None:
            influence = influence / (1 - leverage)
        error = max(error, float(np.sqrt(np.mean(influence**2))) / (1 - r * r) / math.sqrt(freedom))
    z = math.atanh(r)
    ci = (math.tanh(z - _Z * error), math.tanh(z + _Z * error))
    p_value = math.erfc(abs(z) / error / math.sqrt(2))
    return Measured("partial_correlation", r, ci, z / error, 1, p_value)
