"""Arrays from callers, checked; and the mean of scores with its standard error."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from causal_core.data.design import Floats, Integers
from causal_core.problem import Problem

Marks = np.ndarray[tuple[int], np.dtype[np.bool_]]

NORMAL_95 = 1.959963984540054
"""The normal quantile of a 95 % interval."""


def as_floats(values: ArrayLike, name: str) -> Floats:
    """`values` as (n,) finite or infinite floats.

    Raises:
        Problem: They are not numbers, not one-dimensional, empty, or some are missing (it says how many).
    """
    try:
        if isinstance(values, np.ndarray) and values.dtype == np.float64 and values.ndim == 1:
            numbers = values
        else:
            series = pd.Series(np.asarray(values) if not isinstance(values, pd.Series) else values)
            numbers = series.to_numpy(dtype=np.float64, na_value=np.nan)
    except (TypeError, ValueError) as error:
        raise Problem(f"The {name} must be one column of numbers.", column=name) from error
    if len(numbers) == 0:
        raise Problem(f"The {name} has no rows.", column=name)
    missing = int(np.count_nonzero(np.isnan(numbers)))
    if missing:
        raise Problem(
            f"The {name} is missing in {missing:,} of {len(numbers):,} rows.",
            column=name,
            remedy="Leave these rows out, or fill them, before ranking.",
        )
    return numbers


def as_treated(treatment: ArrayLike, rows: int) -> Marks:
    """(n,) whether each row is treated, from a treatment coded 0/1 or false/true.

    Raises:
        Problem: Another length, other values, or only one of the two.
    """
    if isinstance(treatment, np.ndarray) and treatment.ndim == 1 and treatment.dtype.kind in "biu":
        coded = treatment
    else:
        coded = as_floats(treatment, "treatment")
    same_length(rows, treatment=coded)
    treated: Marks = np.asarray(coded == 1)
    if not (treated | (coded == 0)).all():
        raise Problem(
            "The treatment must be coded 0 (control) and 1 (treated).",
            column="treatment",
            remedy="With several arms, draw one curve for each arm against the control.",
        )
    if treated.all() or not treated.any():
        raise Problem("All rows are in the same arm, so nothing can be compared.", column="treatment")
    return treated


def same_length(rows: int, /, **arrays: Floats | Integers | None) -> None:
    """Check that each array has `rows` rows.

    Raises:
        Problem: One has not; it is named.
    """
    for name, array in arrays.items():
        if array is not None and len(array) != rows:
            raise Problem(
                f"The {name.replace('_', ' ')} has {len(array):,} rows where {rows:,} were expected.",
                column=name,
            )


def cluster_codes(clusters: ArrayLike | None, rows: int) -> Integers | None:
    """(n,) codes 0..g-1 in order of first appearance, or None.

    Raises:
        Problem: Another length, or a row without a cluster.
    """
    if clusters is None:
        return None
    codes = pd.factorize(np.asarray(clusters))[0].astype(np.int64)
    same_length(rows, clusters=codes)
    if (codes < 0).any():
        raise Problem(f"{int((codes < 0).sum()):,} rows have no cluster.", column="clusters")
    return codes


def mean_and_error(
    values: Floats, clusters: Integers | None = None, weights: Floats | None = None
) -> tuple[float, float]:
    """The (weighted) mean and its standard error, robust to dependence within clusters.

    Without clusters or weights the error is the sample standard deviation over the root of n; otherwise that
    of the ratio sum(w v) / sum(w) by linearisation, with the usual g/(g-1) for g clusters (or rows).

    Returns:
        (mean, standard error); the error is NaN when there are fewer than two rows or clusters.
    """
    weight = np.ones(len(values)) if weights is None else weights
    total = float(weight.sum())
    mean = float(weight @ values) / total
    residual = weight * (values - mean)
    if clusters is not None:
        sums: Floats = np.bincount(clusters, weights=residual).astype(np.float64)
        residual = sums[np.bincount(clusters) > 0]
    groups = len(residual)
    if groups < 2:
        return mean, float("nan")
    return mean, float(np.sqrt(residual @ residual * groups / (groups - 1)) / total)


def interval(value: float, std_error: float) -> tuple[float, float]:
    """The normal 95 % interval."""
    return value - NORMAL_95 * std_error, value + NORMAL_95 * std_error
