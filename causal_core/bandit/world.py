"""A world to act in: people of the table, and what each arm would bring them by the fitted model."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Self

import numpy as np

from causal_core.data.design import Floats, Integers
from causal_core.uplift.result import HeldOut


@dataclass(frozen=True, eq=False)
class World:
    """The truth of a simulation.

    Attributes:
        arms: The k arms, control first.
        x: (n, q) covariates as strategies see them, a constant first.
        mean: (n, k) mean outcome of each person under each arm, at the start.
        benefit: Value of one unit of outcome.
        cost: (n, k) what each arm costs each person, or is predicted to where it is paid by what happens
            afterwards; strategies know it.
        levels: (low, high) of an outcome with two values; None of others.
        residuals: By arm, what outcomes of other kinds scatter by, mean 0.
        centre: Mean logged benefit; strategies start from it.
        scale: Standard deviation of the logged benefit; strategies count errors in it.
        drift: By what share of themselves effects have changed at the end.
        weights: (n,) how many people each row stands for; None when all stand for as many.
    """

    arms: tuple[str, ...]
    x: Floats = field(repr=False)
    mean: Floats = field(repr=False)
    benefit: float
    cost: Floats = field(repr=False)
    levels: tuple[float, float] | None
    residuals: tuple[Floats, ...] = field(repr=False)
    centre: float
    scale: float
    drift: float = 0.0
    weights: Floats | None = field(default=None, repr=False)

    @classmethod
    def of(
        cls,
        held_out: HeldOut,
        x: Floats,
        effects: Floats,
        benefit: float,
        cost: Floats,
        drift: float = 0.0,
    ) -> Self:
        """The world in which the fitted model is the truth.

        The mean outcome under the control is the cross-fitted outcome model's. Effects are the best linear
        predictor (Chernozhukov et al. 2018) of the AIPW effect scores by two predictions from other rows, the
        learner's and that of the outcome models: so the noise of a flexible model is no gain to learn.

        Args:
            held_out: The judged rows.
            x: (n, q) their covariates, without a constant.
            effects: (n, k-1) their effects as the learner predicts them.
            benefit: Value of one unit of outcome.
            cost: (n, k) of each arm.
            drift: By what share of themselves effects have changed at the end.
        """
        model, scores, weights = held_out.outcome_model, held_out.scores, held_out.weights
        control = model[:, 0] + float(np.average(scores[:, 0] - model[:, 0], weights=weights))
        columns = [control]
        for arm in range(1, model.shape[1]):
            guesses = np.column_stack([effects[:, arm - 1], model[:, arm] - model[:, 0]])
            columns.append(control + confirmed(guesses, scores[:, arm] - scores[:, 0], weights))
        values = np.unique(held_out.outcome)
        levels = (float(values[0]), float(values[1])) if len(values) == 2 else None
        mean = np.column_stack(columns)
        if levels is not None:
            mean = np.clip(mean, *levels)
        rows, own = held_out.outcome - model[np.arange(len(model)), held_out.arm], held_out.arm
        residuals = tuple(rows[own == arm] - rows[own == arm].mean() for arm in range(model.shape[1]))
        logged = benefit * held_out.outcome
        middle = float(np.average(logged, weights=weights))
        spread = float(np.sqrt(np.average((logged - middle) ** 2, weights=weights)))
        return cls(
            arms=held_out.arms,
            x=with_constant(x),
            mean=mean,
            benefit=benefit,
            cost=cost,
            levels=levels,
            residuals=residuals,
            centre=middle,
            scale=spread if spread > 0 else 1.0,
            drift=drift,
            weights=weights,
        )

    def take(self, rows: Integers) -> World:
        """The same world with only these people."""
        weights = None if self.weights is None else self.weights[rows]
        return replace(self, x=self.x[rows], mean=self.mean[rows], cost=self.cost[rows], weights=weights)

    def meet(self, uniforms: Floats) -> Integers:
        """(...) the people that uniform numbers in [0, 1) pick, by how many each row stands for."""
        rows = len(self.mean)
        if self.weights is None:
            return (uniforms * rows).astype(np.int64)
        limits = self.weights.cumsum()
        found = np.searchsorted(limits, uniforms * limits[-1], side="right")
        return np.asarray(np.minimum(found, rows - 1))

    def means(self, rows: Integers, time: float) -> Floats:
        """(..., k) mean outcome under each arm of people `rows`, at `time` from 0 to 1."""
        found = self.mean[rows]
        if self.drift:
            found = found[..., :1] + (1 + self.drift * time) * (found - found[..., :1])
            if self.levels is not None:
                found = np.clip(found, *self.levels)
        return np.asarray(found)

    def rewards(self, rows: Integers, time: float) -> Floats:
        """(..., k) mean benefit less cost under each arm."""
        return np.asarray(self.benefit * self.means(rows, time) - self.cost[rows])

    def outcomes(self, rows: Integers, arm: Integers, noise: Floats, time: float) -> Floats:
        """(...) the outcome of people `rows` under their arm.

        Args:
            rows: (...) people.
            arm: (...) the arm of each.
            noise: (...) uniform numbers in [0, 1).
            time: From 0 to 1.
        """
        mean = np.take_along_axis(self.means(rows, time), arm[..., None], axis=-1)[..., 0]
        if self.levels is not None:
            low, high = self.levels
            return np.where(noise * (high - low) < mean - low, high, low)
        for code, residuals in enumerate(self.residuals):
            if len(residuals):
                picked = residuals[(noise * len(residuals)).astype(np.int64)]
                mean = np.where(arm == code, mean + picked, mean)
        return mean

    @property
    def spread(self) -> tuple[float, ...]:
        """By arm after the control, the standard deviation of its effects over people, at the start."""
        effects = self.mean[:, 1:] - self.mean[:, :1]
        apart = effects - np.average(effects, axis=0, weights=self.weights)
        squares = np.average(apart**2, axis=0, weights=self.weights)
        return tuple(float(square) ** 0.5 for square in squares)

    @cached_property
    def best_arm(self) -> int:
        """The arm whose mean reward is highest when everybody gets it, over the whole time."""
        return int(self._over_time[0].argmax())

    @property
    def worth(self) -> tuple[float, float]:
        """What the best single arm and each person's best arm gain over the control, per person."""
        single, each = self._over_time
        return float(single.max() - single[0]), float(each - single[0])

    @cached_property
    def _over_time(self) -> tuple[Floats, float]:
        """Mean reward of each arm, and of each person's best arm at each time."""
        times = np.linspace(0.0, 1.0, 21) if self.drift else np.zeros(1)
        rewards = [self.rewards(np.arange(len(self.mean)), time) for time in times]
        means = np.mean([np.average(found, axis=0, weights=self.weights) for found in rewards], axis=0)
        best = [np.average(found.max(axis=1), weights=self.weights) for found in rewards]
        return means, float(np.mean(best))


def confirmed(guesses: Floats, scores: Floats, weights: Floats | None = None) -> Floats:
    """(n,) what effect scores confirm of predicted effects: their least-squares fit, no slope below 0.

    Args:
        guesses: (n, g) predicted effects, each from models that did not see the row.
        scores: (n,) AIPW effect scores.
        weights: (n,) sampling weights, or None.
    """
    root = np.sqrt(np.ones(len(scores)) if weights is None else weights)
    mean = float(np.average(scores, weights=weights))
    centred = guesses - np.average(guesses, axis=0, weights=weights)
    used = np.flatnonzero(centred.std(axis=0) > 1e-12 * (1 + np.abs(guesses).max()))
    while len(used):
        slopes = np.linalg.lstsq(centred[:, used] * root[:, None], (scores - mean) * root, rcond=None)[0]
        if (slopes >= 0).all():
            return np.asarray(mean + centred[:, used] @ np.minimum(slopes, 1.0))
        used = np.delete(used, slopes.argmin())
    return np.full(len(scores), mean)


def with_constant(x: Floats) -> Floats:
    """(n, q + 1) the columns after a column of ones."""
    return np.column_stack([np.ones(len(x)), x])
