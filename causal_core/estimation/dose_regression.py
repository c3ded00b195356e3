"""Curves of a dose by regression: a straight line, or a spline averaged over the covariates (g-formula)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from causal_core.data.design import Design, Floats
from causal_core.data.dose import Dosed
from causal_core.estimation.dose_bands import Curve, grid
from causal_core.estimation.dose_result import Residuals
from causal_core.estimation.inference import cluster_count
from causal_core.estimation.propensity import pseudo_inverse
from causal_core.estimation.regression import too_wide
from causal_core.estimation.sample import Sample, prepare
from causal_core.estimation.spline import Spline, spline_of
from causal_core.estimation.terms import interaction_places
from causal_core.problem import Problem

TENTHS = 10


@dataclass(frozen=True, eq=False)
class _Fit:
    """Least squares of the outcome on spline, covariates and products, and each row's part in it.

    Attributes:
        sample: The rows.
        spline: Of the dose.
        mixed: (n, q) the centred covariates that enter products with the spline.
        theta: Coefficients of the spline, of `sample.x`, then of the products, spline by spline.
        inverse: The inverse of the mean of the features' products.
        steep: (n,) weighted residuals over one minus leverage (HC3; MacKinnon & White 1985).
        residual: (n,).
        features: (n, P).
    """

    sample: Sample
    spline: Spline
    mixed: Floats
    theta: Floats
    inverse: Floats
    steep: Floats
    residual: Floats
    features: Floats

    def mean_features(self, basis: Floats, mean_x: Floats) -> Floats:
        """(m, P) features averaged over all rows, had all the same `basis` (m, k); `mean_x` of `sample.x`."""
        middle = self.sample.weights @ self.mixed / self.sample.rows
        products = (basis[:, :, None] * middle[None, None, :]).reshape(len(basis), -1)
        return np.column_stack([basis, np.tile(mean_x, (len(basis), 1)), products])

    def parts(self) -> Floats:
        """(n, P + 1 + k) each row's influence on the coefficients, then what its covariates add to the mean.

        The second kind: the covariates' own part, and for each column of the spline that of its products.
        """
        width, x, weights = self.spline.width, self.sample.x, self.sample.weights
        own = x @ self.theta[width : width + x.shape[1]]
        shape = (width, self.mixed.shape[1])
        by_basis = self.mixed @ self.theta[width + x.shape[1] :].reshape(shape).T
        added = np.column_stack([own, by_basis])
        added = weights[:, None] * (added - weights @ added / self.sample.rows)
        return np.column_stack([(self.features @ self.inverse) * self.steep[:, None], added])


def linear_regression(dosed: Dosed) -> Curve:
    """The line of a least-squares regression of the outcome on the dose and the covariates, HC3 errors.

    Raises:
        Problem: There are not more rows than coefficients, or the covariates determine the dose.
    """
    return _curve(dosed, bends=False)


def dose_response(dosed: Dosed) -> Curve:
    """The parametric g-formula (Robins 1986): mean predictions over all rows, had all the same dose.

    The outcome model is linear in a natural cubic spline of the dose, in the covariates, and in products of
    the spline with the covariates of `design.interactions`. Errors count the coefficients (HC3, summed within
    clusters) and the sampling of the covariates.

    Raises:
        Problem: There are not more rows than coefficients, or the covariates determine the dose.
    """
    return _curve(dosed, bends=True)


def freedom_of(design: Design, width: int) -> float:
    """Degrees of freedom: rows less coefficients, or clusters less one."""
    groups = cluster_count(design)
    return float(groups - 1 if groups else len(design.outcome) - width)


def meat(parts: Floats, design: Design) -> Floats:
    """(r, r) the covariance of means of `parts` (n, r), summed within clusters when there are any.

    Raises:
        Problem: There is only one cluster.
    """
    n = len(parts)
    groups = cluster_count(design)
    if not groups:
        product: Floats = parts.T @ parts / n**2
        return product
    if groups < 2:
        raise Problem(
            "There is only one cluster, so there is no standard error.",
            remedy="Leave the clusters out, or name a column with more of them.",
        )
    _, codes = np.unique(np.asarray(design.clusters), return_inverse=True)
    sums = np.zeros((groups, parts.shape[1]))
    np.add.at(sums, codes, parts)
    summed: Floats = sums.T @ sums / n**2 * groups / (groups - 1)
    return summed


def cluster_notes(design: Design) -> tuple[str, ...]:
    """What to say of few clusters."""
    groups = cluster_count(design)
    return (f"There are only {groups} clusters; the intervals are approximate.",) if 0 < groups < 30 else ()


def _curve(dosed: Dosed, bends: bool) -> Curve:
    fit = _fit(dosed, bends)
    design, spline = dosed.design, fit.spline
    sample, n = fit.sample, fit.sample.rows
    mean_x = sample.weights @ sample.x / n
    at = grid(dosed.doses)
    basis = spline.basis(at)
    lever = np.column_stack([fit.mean_features(basis, mean_x), np.ones(len(at)), basis])
    # The slope of the mean curve, averaged over the doses that rows have in the range shown.
    inside = sample.weights * ((dosed.dose >= dosed.doses.low) & (dosed.dose <= dosed.doses.high))
    bend = spline.slope(dosed.dose)
    mean_bend = inside @ bend / inside.sum()
    along = fit.mean_features(mean_bend[None, :], np.zeros(len(mean_x)))[0]
    slopes = fit.mean_features(bend, np.zeros(len(mean_x))) @ fit.theta
    slope = float(inside @ slopes / inside.sum())
    parts = np.column_stack([fit.parts(), inside * (slopes - slope) * n / inside.sum()])
    spread = meat(parts, design)
    lever = np.column_stack([lever, np.zeros(len(at))])
    of_slope = np.concatenate([along, [0.0], mean_bend, [1.0]])
    values = lever[:, : len(fit.theta)] @ fit.theta
    return Curve(
        values=values,
        covariance=lever @ spread @ lever.T,
        slope=slope,
        slope_error=float(np.sqrt(of_slope @ spread @ of_slope)),
        freedom=freedom_of(design, len(fit.theta)),
        estimand="ATE" if bends else "linear coefficient",
        notes=(*_outcome_notes(sample), *cluster_notes(design), *design.notes),
        bend=_bend_test(fit, spread) if bends else None,
        residuals=_residuals(dosed, fit),
    )


def _outcome_notes(sample: Sample) -> tuple[str, ...]:
    if len(np.unique(sample.outcome)) > 2:
        return ()
    return (
        "The outcome has two values: its probability is modelled as a sum (a linear probability model), so "
        "the curve may leave 0 to 1 at its ends.",
    )


def _fit(dosed: Dosed, bends: bool) -> _Fit:
    design = dosed.design
    sample = prepare(design)
    n, weights = sample.rows, sample.weights
    spline = spline_of(dosed.dose, bends)
    basis = spline.basis(dosed.dose)
    mixed = np.zeros((n, 0))
    if bends and len(design.interactions):
        mixed = design.covariates[:, interaction_places(design)]
        mixed = mixed - weights @ mixed / n
        deviation = np.sqrt(weights @ mixed**2 / n)
        mixed = mixed[:, deviation > 0] / deviation[deviation > 0]
    products = (basis[:, :, None] * mixed[:, None, :]).reshape(n, -1)
    features = np.column_stack([basis, sample.x, products])
    if n <= features.shape[1]:
        raise too_wide(features.shape[1], n)
    _check_determined(dosed, sample, basis[:, 0])
    weighted = features.T * weights
    inverse = pseudo_inverse(weighted @ features / n)
    theta = inverse @ (weighted @ sample.outcome) / n
    residual = sample.outcome - features @ theta
    leverage = weights * np.einsum("ij,ij->i", features @ inverse, features) / n
    steep = np.where(leverage < 1 - 1e-9, residual / np.maximum(1 - leverage, 1e-9), 0)
    return _Fit(sample, spline, mixed, theta, inverse, weights * steep, residual, features)


def _check_determined(dosed: Dosed, sample: Sample, dose: Floats) -> None:
    x, weights = sample.x, sample.weights
    theta = pseudo_inverse((x.T * weights) @ x / sample.rows) @ (x.T @ (weights * dose)) / sample.rows
    left = weights @ (dose - x @ theta) ** 2
    if left <= 1e-9 * (weights @ (dose - weights @ dose / sample.rows) ** 2):
        raise Problem(
            f"The covariates determine {dosed.design.treatment_name}: nothing is left to compare.",
            column=dosed.design.treatment_name,
            remedy="Leave out the covariate that repeats the treatment.",
        )


def _bend_test(fit: _Fit, spread: Floats) -> float | None:
    """The robust Wald test that all bends of the spline are zero, by the F distribution."""
    from scipy.special import fdtrc

    bends = fit.spline.width - 1
    if not bends:
        return None
    places = np.arange(1, fit.spline.width)
    theta, covariance = fit.theta[places], spread[np.ix_(places, places)]
    statistic = float(theta @ pseudo_inverse(covariance) @ theta) / bends
    return float(fdtrc(bends, freedom_of(fit.sample.design, len(fit.theta)), statistic))


def _residuals(dosed: Dosed, fit: _Fit) -> Residuals:
    order = np.argsort(dosed.dose, kind="stable")
    centres, means, errors = [], [], []
    for rows in np.array_split(order, min(TENTHS, max(len(order) // 10, 1))):
        weights = fit.sample.weights[rows]
        if weights.sum() <= 0:
            continue
        share = weights / weights.sum()
        mean = float(share @ fit.residual[rows])
        centres.append(float(share @ dosed.dose[rows]))
        means.append(mean)
        errors.append(float(np.sqrt(share**2 @ (fit.residual[rows] - mean) ** 2)))
    return Residuals(tuple(centres), tuple(means), tuple(errors))
