"""How much instruments move the treatment, and which effects agree with them however little that is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from causal_core.data.design import Floats
from causal_core.estimation.inference import cluster_count
from causal_core.estimation.propensity import pseudo_inverse
from causal_core.estimation.result import Interval
from causal_core.estimation.sample import Sample

BIAS = 0.1
"""Share of the worst possible bias above which instruments are called weak (Montiel Olea & Pflueger 2013)."""


@dataclass(frozen=True, eq=False)
class Reduced:
    """Two regressions on the instruments, of the outcome and of the treatment, and how sure they are.

    Attributes:
        outcome: (q,) coefficients for the outcome.
        treatment: (q,) coefficients for the treatment.
        both: (2q, 2q) their joint covariance, robust to unequal variances and summed within clusters.
        moments: (q, q) mean products of the instruments.
        freedom: Degrees of freedom of the covariance: clusters less one, or rows less coefficients.
    """

    outcome: Floats
    treatment: Floats
    both: Floats
    moments: Floats
    freedom: int

    @classmethod
    def of(cls, sample: Sample, z: Floats, d: Floats, y: Floats) -> Reduced:
        """From instruments (n, q), treatment (n,) and outcome (n,), all cleared of the covariates."""
        moments = (z.T * sample.weights) @ z / sample.rows
        along = z @ pseudo_inverse(moments)
        first, reduced = (along.T @ (sample.weights * v) / sample.rows for v in (d, y))
        scores = np.column_stack(
            [
                along * (sample.weights * (y - z @ reduced))[:, None],
                along * (sample.weights * (d - z @ first))[:, None],
            ]
        )
        groups = cluster_count(sample.design)
        # As in HC1, residuals are as much too short as coefficients were fitted.
        left = max(sample.rows - sample.x.shape[1] - z.shape[1], 1)
        both = covariance(sample, scores) * (1.0 if groups else sample.rows / left)
        return cls(reduced, first, both, moments, groups - 1 if groups else left)

    @property
    def count(self) -> int:
        """How many instruments there are."""
        return len(self.treatment)

    def statistic(self, effect: float) -> float:
        """Anderson & Rubin's statistic of one effect: `count` times an F when it is true."""
        q = self.count
        gap = self.outcome - effect * self.treatment
        turn = np.vstack([np.eye(q), -effect * np.eye(q)])
        return float(gap @ pseudo_inverse(turn.T @ self.both @ turn) @ gap)

    def p_value(self, effect: float) -> float:
        """The p-value of that statistic, by the F distribution."""
        from scipy.special import fdtrc

        return float(fdtrc(self.count, max(self.freedom, 1), self.statistic(effect) / self.count))

    @property
    def critical(self) -> float:
        """The statistic's 95 % point."""
        from scipy.special import fdtri

        return float(self.count * fdtri(self.count, max(self.freedom, 1), 0.95))


def covariance(sample: Sample, scores: Floats) -> Floats:
    """(q, q) covariance of the mean of `scores` (n, q), summed within clusters (factor G/(G-1))."""
    factor, clusters = 1.0, sample.design.clusters
    if clusters is not None:
        names, codes = np.unique(clusters, return_inverse=True)
        scores = np.column_stack([np.bincount(codes, weights=column) for column in scores.T])
        factor = len(names) / (len(names) - 1) if len(names) > 1 else np.inf
    found: Floats = factor * (scores.T @ scores) / sample.rows**2
    return found


def effective_f(reduced: Reduced) -> tuple[float, float]:
    """The effective first-stage F and the value below which the instruments are weak.

    Montiel Olea & Pflueger (2013), equation 4, with the critical value of two-stage least squares for a bias
    of at most a tenth of the worst one, at the 5 % level, by Patnaik's approximation (section 3.2). With one
    instrument it is the robust F, and the critical value is 23.1.
    """
    from scipy.special import chndtrix

    q = reduced.count
    values, vectors = np.linalg.eigh(reduced.moments)
    root = (vectors * np.sqrt(np.maximum(values, 0))) @ vectors.T
    spread = root @ reduced.both[q:, q:] @ root
    trace = float(np.trace(spread))
    if trace <= 0 or not np.isfinite(trace):
        return float("inf") if trace <= 0 else 0.0, 0.0
    strength = float(reduced.treatment @ reduced.moments @ reduced.treatment) / trace
    bias = 1 / BIAS
    largest = float(np.linalg.eigvalsh(spread)[-1])
    degrees = trace**2 * (1 + 2 * bias) / (float(np.sum(spread**2)) + 2 * bias * trace * largest)
    return strength, float(chndtrix(0.95, degrees, bias * degrees)) / degrees


def anderson_rubin(reduced: Reduced) -> tuple[Interval, ...]:
    """All effects that Anderson & Rubin's test (1949, robust variances) does not reject at the 5 % level.

    The ends are the real roots of det [[V(b), g(b)], [g(b)', c]] = 0, where g(b) is the coefficients of
    y - b d on the instruments, V(b) their covariance and c the critical value: a quadratic eigenvalue problem
    in b, so the set is exact and not searched on a grid.

    Returns:
        Its parts from left to right, None at an open end; none at all when every effect is rejected.
    """
    critical = reduced.critical
    if not np.isfinite(reduced.both).all() or not np.isfinite(critical):
        return ((None, None),)
    unit = _unit(reduced)
    ends = sorted(unit * _roots(reduced, unit, critical))
    inside = [_middle(ends, place, reduced.statistic) <= critical for place in range(len(ends) + 1)]
    parts: list[Interval] = []
    edges = [None, *(float(end) for end in ends), None]
    for place, held in enumerate(inside):
        if not held:
            continue
        left, right = edges[place], edges[place + 1]
        if parts and place and inside[place - 1]:
            left = parts.pop()[0]
        parts.append((left, right))
    if not parts and reduced.count == 1:
        # One instrument always agrees with its own ratio; without any scatter, with nothing else.
        ratio = float(reduced.outcome[0] / reduced.treatment[0])
        return ((ratio, ratio),)
    return tuple(parts)


def _unit(reduced: Reduced) -> float:
    """The size of effect in which the problem is well scaled."""
    q = reduced.count
    top, bottom = (
        float(np.trace(part)) + float(side @ side)
        for part, side in (
            (reduced.both[:q, :q], reduced.outcome),
            (reduced.both[q:, q:], reduced.treatment),
        )
    )
    return float(np.sqrt(top / bottom)) if top > 0 and bottom > 0 else 1.0


def _roots(reduced: Reduced, unit: float, critical: float) -> Floats:
    """The real effects, in `unit`s, at which the statistic crosses the critical value."""
    from scipy.linalg import eigvals

    q = reduced.count
    v_yy, v_yd, v_dd = reduced.both[:q, :q], reduced.both[:q, q:] * unit, reduced.both[q:, q:] * unit**2
    values, vectors = np.linalg.eigh(v_yy + v_dd)
    whiten = vectors / np.sqrt(np.maximum(values, 1e-14 * max(values[-1], 1e-300)))
    size = q + 1
    constant, linear, square = (np.zeros((size, size)) for _ in range(3))
    constant[:q, :q] = whiten.T @ v_yy @ whiten
    linear[:q, :q] = -whiten.T @ (v_yd + v_yd.T) @ whiten
    square[:q, :q] = whiten.T @ v_dd @ whiten
    scale = np.sqrt(critical)
    constant[:q, q] = constant[q, :q] = whiten.T @ reduced.outcome / scale
    linear[:q, q] = linear[q, :q] = -whiten.T @ reduced.treatment * unit / scale
    constant[q, q] = 1.0
    none, one = np.zeros((size, size)), np.eye(size)
    found = eigvals(np.block([[none, one], [-constant, -linear]]), np.block([[one, none], [none, square]]))
    real: Floats = found[np.isfinite(found) & (np.abs(found.imag) <= 1e-6 * (1 + np.abs(found)))].real
    return real[np.abs(real) < 1e8]


def _middle(ends: list[float], place: int, statistic: Callable[[float], float]) -> float:
    """The statistic somewhere between two neighbouring ends."""
    if not ends:
        return statistic(0.0)
    step = max(abs(ends[0]), abs(ends[-1]), ends[-1] - ends[0], 1e-300)
    if place == 0:
        return statistic(ends[0] - step)
    if place == len(ends):
        return statistic(ends[-1] + step)
    return statistic((ends[place - 1] + ends[place]) / 2)
