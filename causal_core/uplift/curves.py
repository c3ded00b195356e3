"""Uplift and Qini curves of a ranking, on randomised data or on effect scores.

Rows are sorted by score, highest first, and ties are merged: a curve has a point only where the score
changes, so the order of rows never matters. N_t, N_c count treated and control rows among the first k, R_t,
R_c sum their outcomes; the mean of an empty arm counts as 0. Areas are taken by the trapezoid rule.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Self

import numpy as np
from numpy.typing import ArrayLike

from causal_core.data.design import Floats, Integers
from causal_core.uplift.arrays import Marks, as_floats, as_treated, same_length
from causal_core.uplift.blocks import at, blocks_of


@dataclass(frozen=True, eq=False)
class Curve:
    """A gain over the share of rows taken in order of score.

    Attributes:
        share: (points,) k/n, from 0 to 1.
        gain: (points,) the gain at each share; the subclass names its unit.
    """

    share: Floats
    gain: Floats

    def on_grid(self, points: int = 200) -> Self:
        """The curve at no more than `points` of its points, spread evenly, for drawing."""
        return replace(self, **dict(zip(("share", "gain"), thin(self.share, points, self.gain), strict=True)))


@dataclass(frozen=True, eq=False)
class UpliftCurve(Curve):
    """Uplift curve (Gutierrez & Gerardy 2016): U(k)/n, U(k) = (R_t/N_t - R_c/N_c)(N_t + N_c).

    Attributes:
        gain: In the outcome's unit per row of the whole sample; the last one is the difference in means.
        area: AUUC, the area under U(k)/n over k/n.
    """

    area: float


@dataclass(frozen=True, eq=False)
class QiniCurve(Curve):
    """Qini curve (Radcliffe 2007): Q(k) = R_t - R_c N_t/N_c.

    Attributes:
        gain: Q(k), the total extra outcome of the treated rows among the first k.
        coefficient: (area under Q - area under its diagonal) / (n N_T), per treated row; not divided by the
            final gain nor by a perfect curve.
    """

    coefficient: float


@dataclass(frozen=True, eq=False)
class ScoreCurve(Curve):
    """Uplift curve from effect scores: the sum of scores among the first k, over n.

    Attributes:
        gain: In the outcome's unit per row of the whole sample; the last one is the mean score.
        area: The area under the curve, comparable to AUUC.
        coefficient: That area less the area under the diagonal, comparable to the Qini coefficient.
    """

    area: float
    coefficient: float


def uplift_curve(outcome: ArrayLike, treatment: ArrayLike, score: ArrayLike) -> UpliftCurve:
    """The uplift curve of `score` where the treatment was randomised with one probability for all.

    Args:
        outcome: (n,) numbers.
        treatment: (n,) 0 for control, 1 for treated.
        score: (n,) any numbers that rank the rows; higher means first.

    Raises:
        Problem: A value is missing (with the count), lengths differ, or only one arm is present.
    """
    count, treated, sum_treated, sum_control = _running(outcome, treatment, score)
    share = count / count[-1]
    gain = (_ratio(sum_treated, treated) - _ratio(sum_control, count - treated)) * share
    return UpliftCurve(share, gain, area=float(np.trapezoid(gain, share)))


def qini_curve(outcome: ArrayLike, treatment: ArrayLike, score: ArrayLike) -> QiniCurve:
    """The Qini curve of `score` where the treatment was randomised with one probability for all.

    Arguments and errors are those of `uplift_curve`.
    """
    count, treated, sum_treated, sum_control = _running(outcome, treatment, score)
    gain = sum_treated - _ratio(sum_control, count - treated) * treated
    share = count / count[-1]
    coefficient = (np.trapezoid(gain, share) - gain[-1] / 2) / treated[-1]
    return QiniCurve(share, gain, coefficient=float(coefficient))


def score_curve(effect_scores: ArrayLike, priority: ArrayLike) -> ScoreCurve:
    """The uplift curve of `priority` from (n,) effect scores such as AIPW scores.

    Raises:
        Problem: A value is missing (with the count), or lengths differ.
    """
    scores = as_floats(effect_scores, "effect score")
    ranked = as_floats(priority, "priority")
    same_length(len(ranked), effect_scores=scores)
    blocks = blocks_of(ranked)
    share = blocks.last / len(ranked)
    (total,) = blocks.running(lambda rows: (at(scores, rows),), 1)
    gain = total / len(ranked)
    area = float(np.trapezoid(gain, share))
    return ScoreCurve(share, gain, area=area, coefficient=area - float(gain[-1]) / 2)


def ranking(score: Floats) -> tuple[Integers, Integers]:
    """The order of rows, highest score first, and the position in it where each block of ties ends."""
    order = np.argsort(-score, kind="stable").astype(np.int64)
    ranked = score[order]
    ends = np.append(np.flatnonzero(ranked[1:] != ranked[:-1]), len(ranked) - 1).astype(np.int64)
    return order, ends


def thin(share: Floats, points: int, *columns: Floats) -> tuple[Floats, ...]:
    """`share` and `columns` at no more than `points` positions, evenly in share, first and last kept."""
    if len(share) <= points:
        return share, *columns
    near = np.searchsorted(share, np.linspace(0.0, 1.0, points))
    kept = np.unique(np.clip(near, 0, len(share) - 1))
    return share[kept], *(column[kept] for column in columns)


def _running(
    outcome: ArrayLike, treatment: ArrayLike, score: ArrayLike
) -> tuple[Floats, Floats, Floats, Floats]:
    """Rows, treated rows, treated outcomes and control outcomes so far, at 0 and after each block of ties."""
    ranked = as_floats(score, "score")
    outcomes = as_floats(outcome, "outcome")
    same_length(len(ranked), outcome=outcomes)
    treated = as_treated(treatment, len(ranked))
    blocks = blocks_of(ranked)

    def columns(rows: Integers | slice) -> tuple[Marks, Floats, Floats]:
        arm, every = at(treated, rows), at(outcomes, rows)
        of_treated = every * arm
        return arm, of_treated, every - of_treated

    count = blocks.last.astype(np.float64)
    sums = blocks.running(columns, 3)
    return count, sums[0], sums[1], sums[2]


def _ratio(numerator: Floats, count: Floats) -> Floats:
    """The mean; where there are no rows the sum is 0, and so is the mean."""
    return np.asarray(numerator / np.maximum(count, 1.0))
