"""The doubly robust curve of a dose (Kennedy, Ma, McHugh & Small 2017)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from causal_core.data.design import Floats
from causal_core.data.dose import Dosed
from causal_core.engine.progress import part
from causal_core.estimation.dose_bands import Curve, grid
from causal_core.estimation.dose_nuisances import Density, Outcomes, density, outcomes
from causal_core.estimation.dose_regression import cluster_notes, meat
from causal_core.estimation.inference import cluster_count
from causal_core.estimation.propensity import pseudo_inverse
from causal_core.estimation.sample import Sample, prepare

DEGREE = 2
CANDIDATES = 14
BINS = 60
MANY = 200_000
"""From so many rows on influences are kept in single precision, which a standard error can bear."""

ROOT = float(np.sqrt(2 * np.pi))


@dataclass(frozen=True, eq=False)
class _Pseudo:
    """The doubly robust outcome of each row, whose mean given the dose is the curve.

    Attributes:
        value: (n,) residual over stabilised density, plus the mean prediction at the row's dose.
        apart: (n, T) each row's prediction at the doses `steps`, less the mean over its fold.
    """

    value: Floats
    apart: Floats


def dose_response_dr(dosed: Dosed, seed: int = 0) -> Curve:
    """The curve by local regression of doubly robust pseudo-outcomes on the dose.

    Right when the model of the outcome or that of the dose is. The bandwidth is that of the local-linear
    curve with the least leave-one-out error, as in the paper; at that bandwidth the curve is local-quadratic,
    which takes the smoothing bias off the local-linear one (Calonico, Cattaneo & Farrell 2018; for this curve
    Takatsu & Westling 2025). Without that the paper's intervals held a bent curve in 78 to 88 % of trials.
    The errors are the paper's sandwich, which counts the averaging over covariates. In trials of 1,000 rows
    pointwise intervals held the truth in 93 to 96 %, the simultaneous band in 89 to 93 %.

    Args:
        dosed: The rows; `design.nuisances` says what predicts.
        seed: Of the folds.

    Raises:
        Problem: There are too few rows, or the covariates determine the dose.
    """
    sample = prepare(dosed.design, seed)
    with part(0, 0.2):
        likely = density(dosed, sample)
    with part(0.2, 0.9):
        predicted = outcomes(dosed, sample, likely.steps)
    pseudo = _pseudo(dosed, sample, likely, predicted)
    width = bandwidth(dosed, pseudo.value, sample.weights)
    with part(0.9, 1):
        return _curve(dosed, sample, likely, pseudo, width)


def bandwidth(dosed: Dosed, value: Floats, weights: Floats) -> float:
    """The bandwidth with the least leave-one-out error of a local-linear fit, in the dose's unit.

    Args:
        dosed: The rows.
        value: (n,) what is smoothed.
        weights: (n,) sampling weights.
    """
    dose, doses = dosed.dose, dosed.doses
    inside = (dose >= doses.low) & (dose <= doses.high)
    at = np.linspace(doses.low, doses.high, BINS)
    reach = doses.high - doses.low
    deviation = float(np.std(dose[inside]))
    least = max(0.4 * deviation * len(dose) ** -0.2, reach / 40)
    best, chosen = np.inf, reach
    for width in np.geomspace(least, reach, CANDIDATES):
        fits, hats = np.empty(BINS), np.empty(BINS)
        for place, centre in enumerate(at):
            kernel = weights * _kernel((dose - centre) / width)
            inverse = _inverse(kernel, (dose - centre) / width)
            beta = inverse @ _moments(kernel * value, (dose - centre) / width)
            fits[place], hats[place] = beta[0], inverse[0, 0] / (ROOT * len(dose))
        fitted = np.interp(dose[inside], at, fits)
        hat = np.minimum(weights[inside] * np.interp(dose[inside], at, hats), 0.99)
        error = float(weights[inside] @ ((value[inside] - fitted) / (1 - hat)) ** 2)
        if error < best:
            best, chosen = error, float(width)
    return chosen


def _pseudo(dosed: Dosed, sample: Sample, likely: Density, predicted: Outcomes) -> _Pseudo:
    weights = sample.weights
    # What is predicted everywhere is large, so it is centred in place.
    average, apart = np.empty(sample.rows), predicted.everywhere
    for fold in np.unique(predicted.folds):
        rows = predicted.folds == fold
        mean = weights[rows] @ predicted.everywhere[rows] / weights[rows].sum()
        average[rows] = np.interp(dosed.dose[rows], likely.steps, mean)
        apart[rows] -= mean
    return _Pseudo((sample.outcome - predicted.own) * likely.ratio + average, apart)


def _curve(dosed: Dosed, sample: Sample, likely: Density, pseudo: _Pseudo, width: float) -> Curve:
    at = grid(dosed.doses)
    values, slopes = np.empty(len(at)), np.empty(len(at))
    parts = np.empty((sample.rows, len(at)), dtype=np.float32 if sample.rows > MANY else np.float64)
    inside = sample.weights * ((dosed.dose >= dosed.doses.low) & (dosed.dose <= dosed.doses.high))
    share = _shares(dosed.dose, at, inside)
    of_slope = np.zeros(sample.rows)
    for place, dose in enumerate(at):
        beta, influence = _local(dosed, sample, likely, pseudo, float(dose), width)
        values[place], slopes[place] = beta[0], beta[1] / width
        parts[:, place] = influence[:, 0]
        of_slope += share[place] * influence[:, 1] / width
    slope = float(share @ slopes)
    of_slope += inside * (np.interp(dosed.dose, at, slopes) - slope) * sample.rows / inside.sum()
    groups = cluster_count(dosed.design)
    boosted = dosed.design.nuisances == "boosted"
    models = "boosted trees (LightGBM)" if boosted else "least squares with a spline of the dose"
    notes = [
        f"Models of outcome and dose: {models}, each fitted on rows it does not speak about (5 folds).",
        f"Smoothed over a bandwidth of {width:.3g}, corrected for smoothing bias; the band for all doses at "
        "once is approximate.",
    ]
    if likely.raised:
        notes.append(
            f"For {likely.raised:,} row{'s' if likely.raised > 1 else ''} the covariates all but rule out "
            "the dose they had; the density was raised to 1 % of the usual one."
        )
    return Curve(
        values=values,
        covariance=meat(parts, dosed.design),
        slope=slope,
        slope_error=float(np.sqrt(meat(of_slope[:, None], dosed.design)[0, 0])),
        freedom=float(groups - 1) if groups else None,
        notes=(*notes, *cluster_notes(dosed.design), *dosed.design.notes),
    )


def _local(
    dosed: Dosed, sample: Sample, likely: Density, pseudo: _Pseudo, centre: float, width: float
) -> tuple[Floats, Floats]:
    """(3,) level, slope and bend at one dose, by powers of the bandwidth; (n, 2) influences on two."""
    n = sample.rows
    away = np.vander((dosed.dose - centre) / width, DEGREE + 1, increasing=True)
    kernel = sample.weights * _kernel(away[:, 1])
    inverse = pseudo_inverse((away.T * kernel) @ away / n)
    beta = inverse @ (away.T @ (kernel * pseudo.value)) / n
    hat = kernel * np.einsum("ij,ij->i", away @ inverse, away) / n
    residual = kernel * (pseudo.value - away @ beta) / np.maximum(1 - hat, 0.01)
    # A row's covariates also move the mean prediction, at every dose within the kernel's reach.
    far = np.vander((likely.steps - centre) / width, DEGREE + 1, increasing=True)
    density_of = _kernel(far[:, 1]) * likely.marginal * _trapezoid(likely.steps)
    moved = sample.weights[:, None] * (pseudo.apart @ (far * density_of[:, None]))
    influence: Floats = (away * residual[:, None] + moved) @ inverse[:, :2]
    return beta, influence


def _kernel(away: Floats) -> Floats:
    density_of: Floats = np.exp(-(away**2) / 2) / ROOT
    return density_of


def _moments(weighted: Floats, away: Floats) -> Floats:
    moments: Floats = np.array([weighted.sum(), weighted @ away]) / len(away)
    return moments


def _inverse(kernel: Floats, away: Floats) -> Floats:
    zero, one, two = kernel.mean(), (kernel * away).mean(), (kernel * away**2).mean()
    determinant = max(zero * two - one**2, 1e-300)
    inverse: Floats = np.array([[two, -one], [-one, zero]]) / determinant
    return inverse


def _trapezoid(steps: Floats) -> Floats:
    gaps = np.diff(steps)
    lengths: Floats = np.concatenate([[0.0], gaps]) / 2 + np.concatenate([gaps, [0.0]]) / 2
    return lengths


def _shares(dose: Floats, at: Floats, weights: Floats) -> Floats:
    """(m,) the share of the rows that stands at each dose of a grid, between two split by nearness."""
    total = np.zeros(len(at))
    upper = np.clip(np.searchsorted(at, dose), 1, len(at) - 1)
    part_up = np.clip((dose - at[upper - 1]) / (at[upper] - at[upper - 1]), 0, 1)
    np.add.at(total, upper, weights * part_up)
    np.add.at(total, upper - 1, weights * (1 - part_up))
    shares: Floats = total / total.sum()
    return shares
