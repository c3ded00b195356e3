"""From a curve and its covariance to bands, contrasts and the average slope."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from causal_core.data.design import Floats
from causal_core.data.dose import Doses, rounded
from causal_core.data.levels import level_text
from causal_core.estimation.dose_result import Band, DoseResponse, Residuals, Slope
from causal_core.estimation.inference import interval
from causal_core.estimation.result import Estimate

POINTS = 81
DRAWS = 20_000


@dataclass(frozen=True, eq=False)
class Curve:
    """What a method computed at the doses of `grid`.

    Attributes:
        values: (m,) mean outcomes.
        covariance: (m, m) of these.
        slope: The average slope.
        slope_error: Its standard error.
        freedom: Degrees of freedom of intervals; None for the normal distribution.
        estimand: What a contrast of the curve is.
        notes: What a reader must know.
        bend: p-value of the hypothesis of a straight line, or None.
        residuals: How the model fits along the dose, or None.
    """

    values: Floats
    covariance: Floats
    slope: float
    slope_error: float
    freedom: float | None
    estimand: str = "ATE"
    notes: tuple[str, ...] = ()
    bend: float | None = None
    residuals: Residuals | None = None


def grid(doses: Doses) -> Floats:
    """(m,) the doses a curve is told at, at most 85: even steps, the quartiles and the reference."""
    even = np.linspace(doses.low, doses.high, POINTS)
    inside = [
        dose for dose in (*doses.quartiles, *doses.told, doses.reference) if doses.low <= dose <= doses.high
    ]
    return np.unique(np.concatenate([even, inside]))


def critical_value(covariance: Floats, freedom: float | None, seed: int) -> float:
    """The number of standard errors that makes a 95 % band for all values at once (sup-t).

    The 95 % point of the largest of |t| over the values, from 20,000 draws with the estimated correlations:
    the limit of a multiplier bootstrap of the influences with normal multipliers (Montiel Olea &
    Plagborg-Moller 2019, algorithm 1).

    Args:
        covariance: (m, m); values without variance are passed over.
        freedom: Degrees of freedom; None for the normal distribution.
        seed: Of the draws.
    """
    error = np.sqrt(np.maximum(np.diag(covariance), 0))
    moving = error > 1e-9 * max(float(error.max()), 1e-300)
    if not moving.any():
        return 0.0
    correlation = covariance[np.ix_(moving, moving)] / np.outer(error[moving], error[moving])
    roots, vectors = np.linalg.eigh((correlation + correlation.T) / 2)
    kept = roots > 1e-10 * roots[-1]
    factor = vectors[:, kept] * np.sqrt(roots[kept])
    random = np.random.default_rng(seed)
    draws = np.abs(random.standard_normal((DRAWS, factor.shape[1])) @ factor.T).max(axis=1)
    if freedom is not None:
        draws /= np.sqrt(random.chisquare(freedom, DRAWS) / freedom)
    return float(np.quantile(draws, 0.95))


def respond(
    method: str,
    doses: Doses,
    curve: Curve,
    rows: tuple[int, int],
    target: str = "ATE",
    strategy: str = "backdoor",
    seed: int = 0,
) -> DoseResponse:
    """The curve with its bands, and its contrasts as estimates.

    Args:
        method: A key of `METHODS`.
        doses: The doses of the rows in use.
        curve: What the method computed at `grid(doses)`.
        rows: Rows used and dropped.
        target: What was asked for.
        strategy: `backdoor`, or `none` for an association.
        seed: Of the simultaneous bands.
    """
    at = grid(doses)
    place = int(np.argmin(np.abs(at - doses.reference)))
    shift = np.eye(len(at))
    shift[:, place] -= 1
    difference = shift @ curve.covariance @ shift.T
    level = _band(curve.values, curve.covariance, curve.freedom, seed)
    change = _band(curve.values - curve.values[place], difference, curve.freedom, seed)
    estimates = []
    for dose in doses.told:
        at_dose = int(np.argmin(np.abs(at - dose)))
        value, low, high = change.at(at_dose)
        estimates.append(
            Estimate(
                method=method,
                strategy=strategy,
                target=target,
                estimand=curve.estimand,
                contrast=(level_text(rounded(doses.reference)), level_text(rounded(dose))),
                value=value,
                std_error=change.std_error[at_dose],
                ci=(low, high),
                rows_used=rows[0],
                rows_dropped=rows[1],
                baseline=level.estimate[place],
                notes=curve.notes,
            )
        )
    low, high = (float(end or 0.0) for end in interval(curve.slope, curve.slope_error, curve.freedom))
    return DoseResponse(
        method=method,
        doses=tuple(at.tolist()),
        level=level,
        change=change,
        reference=doses.reference,
        slope=Slope(curve.slope, curve.slope_error, (low, high)),
        estimates=tuple(estimates),
        rows_used=rows[0],
        rows_dropped=rows[1],
        notes=curve.notes,
        bend=curve.bend,
        residuals=curve.residuals,
    )


def _band(values: Floats, covariance: Floats, freedom: float | None, seed: int) -> Band:
    error = np.sqrt(np.maximum(np.diag(covariance), 0))
    one = float(interval(0.0, 1.0, freedom)[1] or 0.0)
    every = max(critical_value(covariance, freedom, seed), one)
    return Band(
        *(
            tuple(numbers.tolist())
            for numbers in (
                values,
                error,
                values - one * error,
                values + one * error,
                values - every * error,
                values + every * error,
            )
        )
    )
