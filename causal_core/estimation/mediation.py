"""The effect split into what runs through mediators and what does not, by the mediation formula."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from causal_core.data.design import Floats
from causal_core.estimation.columns import as_columns, check_variation, whole_columns
from causal_core.estimation.glm import Family
from causal_core.estimation.inference import Answer
from causal_core.estimation.mediated_share import share_check
from causal_core.estimation.nested import ArmFit
from causal_core.estimation.sample import Sample


@dataclass(frozen=True, eq=False)
class Mean:
    """The target's mean outcome in one imagined world, and each row's influence on it (n,)."""

    value: float
    influence: Floats

    def less(self, other: Mean) -> Answer:
        """The difference of two means as an answer."""
        return Answer(self.value - other.value, other.value, self.influence - other.influence)


def mediation(
    sample: Sample, a: int, mediators: Floats, target: str, held: float | None = None
) -> tuple[Answer, ...]:
    """The total effect, the natural direct and indirect one and a controlled direct one, in that order.

    With Y(t, M(s)) the outcome under arm t and the mediators under arm s (Pearl 2001; VanderWeele 2015,
    chapters 2 and 5):

    - NDE(0) = E[Y(a, M(0)) - Y(0, M(0))], NIE(1) = E[Y(a, M(a)) - Y(a, M(0))], TE = NDE(0) + NIE(1) exactly;
    - CDE(m) = E[Y(a, m) - Y(0, m)].

    The outcome is regressed on mediators and covariates in each arm, so treatment and mediator interact; by
    logistic regression when it is 0 and 1. One two-valued mediator is regressed by logistic regression in
    each arm and summed over; for others the fitted outcomes are regressed on the covariates in the arm whose
    mediators are meant, which needs no model of the mediators' joint distribution. All errors are stacked.

    Args:
        sample: The rows; its covariates are what mediation needs to be adjusted for.
        a: The arm.
        mediators: (n, q) the mediators, which count jointly.
        target: Whose mean: all rows, those in arm `a`, or those at the control level.
        held: Where a single mediator is held for the controlled direct effect; None for its mean or, of two
            values, the lower.

    Raises:
        Problem: An arm has too few rows for its regressions, or a mediator does not vary there.
    """
    world = _World.of(sample, a, whole_columns(mediators, sample.rows, "mediator"), target)
    treated, crossed, control = world.mean(a, a), world.mean(a, 0), world.mean(0, 0)
    level, words = world.level(held)
    controlled = world.at(a, level).less(world.at(0, level))
    label = f"{level[0]:.4g}" if len(level) == 1 else "reference"
    total = treated.less(control)
    indirect = treated.less(crossed)
    shared = (world.models,)
    baseline = control.value
    return (
        replace(
            total,
            estimand="TE",
            notes=(*shared, "The total effect, as the models of mediation give it."),
            checks=(share_check(sample, total, indirect),),
        ),
        replace(
            crossed.less(control),
            estimand="NDE(0)",
            notes=("What the treatment does with the mediators as they are under control.",),
        ),
        replace(
            indirect,
            estimand="NIE(1)",
            baseline=baseline,
            notes=("What the change of the mediators alone does, under treatment.",),
        ),
        replace(controlled, estimand=f"CDE(m={label})".replace("-", "−"), baseline=baseline, notes=(words,)),
    )


@dataclass(frozen=True, eq=False)
class _World:
    """Regressions of the outcome in both arms, and what is averaged over whom."""

    sample: Sample
    own: Floats
    m: Floats
    goal: Floats
    outcome: dict[int, ArmFit]

    @classmethod
    def of(cls, sample: Sample, a: int, own: Floats, target: str) -> _World:
        m = as_columns(own, sample.rows, "mediator")
        check_variation(sample, m, (0, a))
        binary = bool(np.isin(sample.outcome, (0.0, 1.0)).all() and np.ptp(sample.outcome))
        features = np.column_stack([sample.x, m])
        family: Family = "logistic" if binary else "linear"
        fits = {b: ArmFit.of(sample, b, family, features, sample.outcome) for b in (0, a)}
        return cls(sample, own, m, sample.target_weights(a, target), fits)

    @property
    def two_valued(self) -> bool:
        """Whether there is one mediator with two values."""
        return self.m.shape[1] == 1 and len(np.unique(self.own)) == 2

    @property
    def models(self) -> str:
        """The models in words."""
        outcome = self.outcome[0].model.family
        through = (
            "logistic regression of the mediator" if self.two_valued else f"{outcome} regression of that"
        )
        return (
            f"Models: {outcome} regression of the outcome on mediators and covariates in each arm, then "
            f"{through} on the covariates in each arm."
        )

    def mean(self, b: int, s: int) -> Mean:
        """The mean of Y(b, M(s))."""
        return self._summed(b, s) if self.two_valued else self._nested(b, s)

    def _summed(self, b: int, s: int) -> Mean:
        """Over the two values of the mediator, weighted by their probabilities in arm `s`."""
        x, inner = self.sample.x, self.outcome[b]
        low, high = (np.full(self.sample.rows, end) for end in (self.m.min(), self.m.max()))
        upper, lower = self._set(inner, high[:, None]), self._set(inner, low[:, None])
        is_high = (self.m[:, 0] > (self.m.min() + self.m.max()) / 2).astype(np.float64)
        mediator = ArmFit.of(self.sample, s, "logistic", x, is_high)
        share = mediator.mean
        mean = share * upper.mean + (1 - share) * lower.mean
        by_outcome = self._over(share * upper.slope) @ upper.features
        by_outcome = by_outcome + self._over((1 - share) * lower.slope) @ lower.features
        by_mediator = self._over((upper.mean - lower.mean) * mediator.slope) @ x
        return self._made(mean, inner.influence(by_outcome) + mediator.influence(by_mediator))

    def _nested(self, b: int, s: int) -> Mean:
        """The fitted outcomes of arm `b`, regressed on the covariates in arm `s`."""
        x, inner = self.sample.x, self.outcome[b]
        outer = ArmFit.of(self.sample, s, inner.model.family, x, inner.mean)
        lever = self._over(outer.slope) @ x
        pull = outer.used * (x @ (outer.model.inverse @ lever))
        through = (pull * inner.slope) @ inner.features / self.sample.rows
        return self._made(outer.mean, outer.influence(lever) + inner.influence(through))

    def at(self, b: int, level: Floats) -> Mean:
        """The mean of Y(b, m) with each mediator held at `level` (q,) in its own unit."""
        scaled = (level - self.own.mean(axis=0)) / self.own.std(axis=0)
        fixed = self._set(self.outcome[b], np.tile(scaled, (self.sample.rows, 1)))
        return self._made(fixed.mean, self.outcome[b].influence(self._over(fixed.slope) @ fixed.features))

    def level(self, held: float | None) -> tuple[Floats, str]:
        """(q,) where the mediators are held, and the same in words."""
        two = [len(np.unique(column)) == 2 for column in self.own.T]
        usual = np.where(two, self.own.min(axis=0), self.sample.weights @ self.own / self.sample.rows)
        if self.own.shape[1] > 1:
            words = "Each mediator held at its mean, or at the lower of two values, for everybody."
            if held is not None:
                words += " A value to hold it at can be given for a single mediator only."
            return usual, words
        if held is None:
            which = "the lower of its two values" if two[0] else "its mean"
            return usual, f"The mediator held at {usual[0]:.4g}, {which}, for everybody."
        words = f"The mediator held at {held:.4g} for everybody."
        if not self.own.min() <= held <= self.own.max():
            words += " No row comes near that value: this is what the models say beyond the data."
        return np.array([held]), words

    def _set(self, inner: ArmFit, m: Floats) -> ArmFit:
        features = np.column_stack([self.sample.x, m])
        return replace(inner, features=features, mean=inner.model.mean(features))

    def _over(self, values: Floats) -> Floats:
        weighted: Floats = self.goal * values / self.sample.rows
        return weighted

    def _made(self, mean: Floats, through: Floats) -> Mean:
        total = self.goal.sum()
        value = float(self.goal @ mean / total)
        return Mean(value, (self.goal * (mean - value) + through) * self.sample.rows / total)
