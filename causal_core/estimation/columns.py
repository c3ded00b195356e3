"""The columns an effect goes through, instruments or mediators, made ready for numerics."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from causal_core.data.design import Floats
from causal_core.estimation.propensity import pseudo_inverse
from causal_core.estimation.regression import too_wide
from causal_core.estimation.sample import REDUNDANT, Sample
from causal_core.problem import Problem


def as_columns(values: Floats, rows: int, what: str) -> Floats:
    """(n, q) centred and scaled columns of an instrument or mediator.

    Raises:
        Problem: The rows do not fit, a value is missing, or a column is constant.
    """
    columns = whole_columns(values, rows, what)
    scaled: Floats = (columns - columns.mean(axis=0)) / columns.std(axis=0)
    return scaled


def whole_columns(values: Floats, rows: int, what: str) -> Floats:
    """(n, q) the columns in their own units.

    Raises:
        Problem: The rows do not fit, a value is missing, or a column is constant.
    """
    columns = np.asarray(values, dtype=np.float64)
    columns = columns[:, None] if columns.ndim == 1 else columns
    if columns.shape[0] != rows or not np.isfinite(columns).all():
        raise Problem(f"The {what} needs a finite value in each row in use.", remedy="Leave those rows out.")
    if not columns.shape[1] or (columns.std(axis=0) <= 1e-10 * np.abs(columns).max()).any():
        raise Problem(f"The {what} does not vary in the rows in use.", remedy=f"Choose another {what}.")
    return columns


def partial(sample: Sample, columns: Floats) -> Floats:
    """(n, q) what the covariates and an intercept leave of some columns, by weighted least squares."""
    x = sample.x
    weighted = x.T * sample.weights / sample.rows
    rest: Floats = columns - x @ (pseudo_inverse(weighted @ x) @ (weighted @ columns))
    return rest


def apart(sample: Sample, columns: Floats) -> Floats:
    """(n, r) of scaled columns cleared of the covariates, those that the ones before do not explain."""
    kept: list[int] = []
    for j in range(columns.shape[1]):
        rest = columns[:, j]
        if kept:
            before = columns[:, kept]
            weighted = before.T * sample.weights
            rest = rest - before @ (pseudo_inverse(weighted @ before) @ (weighted @ rest))
        if sample.weights @ rest**2 > REDUNDANT * sample.rows:
            kept.append(j)
    return columns[:, kept]


def check_variation(sample: Sample, mediators: Floats, arms: Iterable[int]) -> None:
    """Refuse mediators (n, q, scaled) that are the same for all rows of an arm with the same covariates.

    Raises:
        Problem: One does not vary in one of the arms, or an arm has no more rows than there are columns.
    """
    width = sample.x.shape[1] + mediators.shape[1]
    for b in arms:
        if sample.counts[b] <= width:
            raise too_wide(width, int(sample.counts[b]))
        used = sample.weights * (sample.arm == b)
        weighted = sample.x.T * used
        rest = mediators - sample.x @ (pseudo_inverse(weighted @ sample.x) @ (weighted @ mediators))
        if (used @ rest**2 <= REDUNDANT * used.sum()).any():
            raise Problem(
                f"In arm {sample.design.arms[b]} a mediator does not vary beside the covariates, so its "
                "effect there cannot be told.",
                column=sample.design.treatment_name,
                remedy="Join arms, or choose another mediator.",
            )
