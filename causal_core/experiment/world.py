"""What treatment does in a simulated experiment: effects of exactly the size that is asked for."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from causal_core.data.design import Floats, Integers
from causal_core.experiment.pool import Pool
from causal_core.problem import DoesNotApply, Problem

STEPS = 60
"""Halvings until the size is met."""


@dataclass(frozen=True, eq=False)
class Asked:
    """A size as a function of everybody's effects: sum_i w_i sum_a direction_ia effect_ia + constant.

    Attributes:
        direction: (m, k-1).
        constant: What it is without any effect.
    """

    direction: Floats
    constant: float = 0.0

    def value(self, pool: Pool, effects: Floats) -> float:
        """The size that these (m, k-1) effects have."""
        return float(pool.weight @ (self.direction * effects).sum(axis=1)) + self.constant


def shifted(pool: Pool, size: float, arms: int) -> Floats:
    """(m, arms) everybody's expected effect when each arm changes the mean by `size`.

    A number is shifted by it. A binary outcome changes for a part of those in whom it can, drawn by lot: the
    expected effect of a row with outcome 0 is size / (1 - p) when the size is positive, else 0.

    Raises:
        DoesNotApply: A binary outcome's mean cannot move so far.
    """
    chance = np.full(len(pool.outcome), pool.mean)
    effects = _possible(pool, np.full((len(pool.outcome), arms), float(size)), chance)
    got = float(pool.weight @ effects[:, 0])
    if abs(got - size) > 1e-6 * max(abs(size), 1e-12):
        raise _too_large(pool, size, got)
    return effects


def imposed(pool: Pool, predicted: Floats, chance: Floats, asked: Asked, size: float) -> Floats:
    """(m, k-1) everybody's expected effect: the predicted ones, changed as little as gives the size.

    Each arm's effects move along the projection of `asked.direction` on a constant and the predicted effects:
    the mean effect and how much effects differ, whichever the size depends on.

    Args:
        pool: The people.
        predicted: (m, k-1) predicted effects.
        chance: (m,) predicted outcome without treatment.
        asked: Which size.
        size: How large.

    Raises:
        Problem: The size does not depend on effects like the predicted ones, or cannot be had with this
            outcome.
    """
    move = _move(pool, predicted, asked.direction)
    if not np.any(np.abs(move) > 1e-12):
        raise Problem(
            "The predicted effects do not differ between people, so there is nothing to scale to this size.",
            remedy="Plan for an average effect, or learn who responds with another learner on Uplift.",
        )

    def reached(by: float) -> tuple[float, Floats]:
        effects = _possible(pool, predicted + by * move, chance)
        return asked.value(pool, effects), effects

    start = reached(0.0)[0]
    slope = float(pool.weight @ (asked.direction * move).sum(axis=1))
    first = (size - start) / slope
    low, high = sorted((0.0, 2 * first if first else 1.0))
    for _ in range(STEPS):
        if reached(low)[0] <= size <= reached(high)[0]:
            break
        low, high = (low * 2 - 1e-9, high) if reached(low)[0] > size else (low, high * 2 + 1e-9)
    for _ in range(STEPS):
        middle = (low + high) / 2
        low, high = (middle, high) if reached(middle)[0] < size else (low, middle)
    got, effects = reached(high)
    spread = float(np.sqrt(pool.variance))
    if abs(got - size) > 0.01 * max(abs(size), 1e-3 * spread):
        raise _too_large(pool, size, got)
    return effects


def outcomes(
    pool: Pool, effects: Floats, rows: Integers, arm: Integers, random: np.random.Generator
) -> Floats:
    """(n,) outcomes of the rows drawn, each under its arm; binary outcomes change by lot."""
    values = pool.outcome[rows]
    given = np.column_stack([np.zeros(len(effects)), effects])[rows, arm]
    if pool.ends is None:
        return np.asarray(values + given)
    width = pool.ends[1] - pool.ends[0]
    changed = random.random(len(rows)) < np.abs(given) / width
    return np.asarray(values + np.sign(given) * width * changed)


def _possible(pool: Pool, effects: Floats, chance: Floats) -> Floats:
    """Expected effects given the outcome without treatment, which of a binary outcome bounds them."""
    if pool.ends is None:
        return effects
    low, high = pool.ends
    width = high - low
    likely = np.clip((chance - low) / width, 0.02, 0.98)[:, None]
    at_low = (pool.outcome == low)[:, None]
    up = np.clip(effects / width / (1 - likely), 0, 1)
    down = np.clip(-effects / width / likely, 0, 1)
    return np.asarray(width * np.where(at_low, up, -down))


def _move(pool: Pool, predicted: Floats, direction: Floats) -> Floats:
    weight = pool.weight[:, None]
    constant = (weight * direction).sum(axis=0)
    centred = predicted - (weight * predicted).sum(axis=0)
    spread = (weight * centred**2).sum(axis=0)
    scale = float(np.sqrt(pool.variance))
    usable = spread > (1e-9 * scale) ** 2
    slope = np.where(usable, (weight * direction * centred).sum(axis=0) / np.where(usable, spread, 1.0), 0.0)
    # A ranking's weights make 0 up to rounding: then the mean effect says nothing.
    constant = np.where(np.abs(constant) < 1e-9, 0.0, constant)
    return np.asarray(constant + slope * centred)


def _too_large(pool: Pool, size: float, got: float) -> Problem:
    if pool.ends is None:
        said = f"A size of {size:.4g} cannot be had with effects like the predicted ones."
    else:
        low, high = pool.ends
        said = (
            f"A size of {size:.4g} cannot be had: the outcome is {low:g} or {high:g}, with mean "
            f"{pool.mean:.3g} without treatment, so effects go to {got:.4g} and no further."
        )
    return DoesNotApply(said, remedy="Choose a smaller size.")
