"""What a maker hands over, and the few functions the worlds share."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray


@dataclass(frozen=True, eq=False)
class Made:
    """A table and, for a generated world, what a real table never shows.

    Attributes:
        frame: The table as an analyst meets it.
        truth: Potential outcomes and hidden variables, one row a row of `frame`; None for published data.
    """

    frame: pd.DataFrame
    truth: pd.DataFrame | None = None


def logistic(x: NDArray[np.float64]) -> NDArray[np.float64]:
    """The logistic function, elementwise."""
    return 1 / (1 + np.exp(-x))


def levels(names: Sequence[str], codes: NDArray[np.int64]) -> NDArray[np.object_]:
    """Codes 0, 1, ... as the names at those places."""
    return np.asarray(names, dtype=object)[codes]
