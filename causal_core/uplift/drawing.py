"""The curves of one ranking for drawing, each with its errors; of several pieces their average."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from causal_core.data.design import Floats, Integers
from causal_core.uplift.arrays import Marks
from causal_core.uplift.bands import score_curve_errors, uplift_curve_errors
from causal_core.uplift.curves import qini_curve, score_curve, thin, uplift_curve
from causal_core.uplift.result import Points

POINTS = 200
"""The most points a curve keeps for drawing."""


@dataclass(frozen=True, eq=False)
class Drawing:
    """An uplift curve, a Qini curve, and what a perfect order would give.

    Attributes:
        qini: Qini coefficient.
        auuc: Area under the uplift curve.
        share: (p,) of the uplift curve.
        gain: (p,) per row.
        errors: (p,) standard errors of the gain; NaN where an arm has fewer than two rows.
        qini_share: (q,) of the Qini curve.
        qini_gain: (q,) Q/N_T.
        perfect: (share, Q/N_T) in the perfect order, or None.
        perfect_qini: Its Qini coefficient, or NaN.
    """

    qini: float
    auuc: float
    share: Floats
    gain: Floats
    errors: Floats
    qini_share: Floats
    qini_gain: Floats
    perfect: tuple[Floats, Floats] | None = None
    perfect_qini: float = math.nan

    @property
    def curve(self) -> Points:
        """The uplift curve."""
        return points(self.share, self.gain)

    @property
    def known_errors(self) -> tuple[float | None, ...]:
        """The errors, None where there is none."""
        return tuple(None if math.isnan(error) else error for error in self.errors.tolist())


def from_arms(
    outcome: Floats, treated: Marks, predicted: Floats, clusters: Integers | None, *, binary: bool
) -> Drawing:
    """Curves that compare an arm with the control directly, where everybody had one chance of it.

    Args:
        outcome: (n,).
        treated: (n,) whether a row is in the arm.
        predicted: (n,) predicted effects.
        clusters: (n,) codes, or None.
        binary: Whether the outcome is 0 or 1, so that a perfect order can be drawn: first the treated with
            the outcome, last the controls with it, everybody else between (Radcliffe 2007).
    """
    uplift = uplift_curve(outcome, treated, predicted)
    qini = qini_curve(outcome, treated, predicted)
    share, gain = thin(uplift.share, POINTS, uplift.gain)
    arm = treated.astype(np.float64)
    errors = uplift_curve_errors(outcome, arm, predicted, share, clusters)
    qini_share, qini_gain = thin(qini.share, POINTS, qini.gain / arm.sum())
    drawn = (qini.coefficient, uplift.area, share, gain, errors, qini_share, qini_gain)
    if not binary:
        return Drawing(*drawn)
    perfect = qini_curve(outcome, treated, outcome * (2 * arm - 1))
    return Drawing(*drawn, (perfect.share, perfect.gain / arm.sum()), perfect.coefficient)


def from_scores(effects: Floats, predicted: Floats, clusters: Integers | None) -> Drawing:
    """Curves of the AIPW effect scores, where assignment depended on covariates."""
    curve = score_curve(effects, predicted)
    share, gain = thin(curve.share, POINTS, curve.gain)
    errors = score_curve_errors(effects, predicted, share, clusters)
    return Drawing(curve.coefficient, curve.area, share, gain, errors, share, gain)


def joined(parts: Sequence[Drawing], weights: Floats) -> Drawing:
    """The weighted average of the curves of several pieces, and its errors.

    Each piece ranks its own rows, so that at a share q the top q of every piece is taken. Errors are the root
    of the sum of squared weights times squared errors: given its learner, a piece's error does not depend on
    earlier pieces.
    """
    if len(parts) == 1:
        return parts[0]
    share = np.linspace(0.0, 1.0, POINTS)

    def average(curves: list[tuple[Floats, Floats]]) -> Floats:
        return np.asarray(weights @ np.array([np.interp(share, *curve) for curve in curves]))

    variances = [
        np.interp(share, part.share, np.nan_to_num(part.errors**2))
        + np.where(np.interp(share, part.share, np.isnan(part.errors)) > 0, np.nan, 0.0)
        for part in parts
    ]
    perfect = [part.perfect for part in parts if part.perfect is not None]
    return Drawing(
        float(weights @ [part.qini for part in parts]),
        float(weights @ [part.auuc for part in parts]),
        share,
        average([(part.share, part.gain) for part in parts]),
        np.sqrt(weights**2 @ np.array(variances)),
        share,
        average([(part.qini_share, part.qini_gain) for part in parts]),
        (share, average(perfect)) if len(perfect) == len(parts) else None,
        float(weights @ [part.perfect_qini for part in parts]),
    )


def points(share: Floats, gain: Floats) -> Points:
    """A curve as pairs."""
    return tuple(zip(share.tolist(), gain.tolist(), strict=True))
