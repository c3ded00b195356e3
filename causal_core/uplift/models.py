"""Fitted learners: the effect of each arm, and the outcome under the control, as functions of covariates."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np

from causal_core.data.design import Floats
from causal_core.uplift.bases import Regression
from causal_core.uplift.dummies import Dummies
from causal_core.uplift.propensity import Propensity, clip


class Model(Protocol):
    """A fitted learner."""

    def effect(self, matrix: Floats) -> Floats:
        """(n, k-1) effects of each arm against the control."""

    def baseline(self, matrix: Floats) -> Floats:
        """(n,) mean outcome under the control."""


@dataclass(frozen=True, eq=False)
class SModel:
    """tau_a(x) = m(x, a) - m(x, 0), one model in which the arm is a covariate (an indicator an arm)."""

    model: Regression
    arms: int

    def effect(self, matrix: Floats) -> Floats:
        """(n, k-1) effects of each arm against the control."""
        control = self._under(matrix, 0)
        return np.column_stack([self._under(matrix, arm) - control for arm in range(1, self.arms)])

    def baseline(self, matrix: Floats) -> Floats:
        """(n,) mean outcome under the control."""
        return self._under(matrix, 0)

    def _under(self, matrix: Floats, arm: int) -> Floats:
        indicators = np.zeros((len(matrix), self.arms - 1))
        if arm:
            indicators[:, arm - 1] = 1.0
        return self.model.predict(np.column_stack([matrix, indicators]))


@dataclass(frozen=True, eq=False)
class CrossedModel:
    """The S-learner of linear models: m(x, a) is one regression on columns, arms and their products.

    Attributes:
        dummies: How covariates become the design, of q columns.
        baseline_line: (q + 1,) coefficients under the control, intercept first.
        effect_lines: (q + 1, k-1) what each arm adds to them.
    """

    dummies: Dummies
    baseline_line: Floats
    effect_lines: Floats

    def effect(self, matrix: Floats) -> Floats:
        """(n, k-1) effects of each arm against the control."""
        return np.asarray(self.effect_lines[0] + self.dummies.design(matrix) @ self.effect_lines[1:])

    def baseline(self, matrix: Floats) -> Floats:
        """(n,) mean outcome under the control."""
        return np.asarray(self.baseline_line[0] + self.dummies.design(matrix) @ self.baseline_line[1:])


@dataclass(frozen=True, eq=False)
class TModel:
    """tau_a(x) = m_a(x) - m_0(x), a model for each arm."""

    models: tuple[Regression, ...]

    def effect(self, matrix: Floats) -> Floats:
        """(n, k-1) effects of each arm against the control."""
        control = self.baseline(matrix)
        return np.column_stack([model.predict(matrix) - control for model in self.models[1:]])

    def baseline(self, matrix: Floats) -> Floats:
        """(n,) mean outcome under the control."""
        return self.models[0].predict(matrix)


@dataclass(frozen=True, eq=False)
class XModel:
    """tau_a(x) = e_a(x) tau_control(x) + (1 - e_a(x)) tau_treated(x), e_a within arm a and control.

    tau_treated regresses y - m_0(x) on the treated, tau_control m_a(x) - y on the controls.
    """

    control: Regression
    pairs: tuple[tuple[Regression, Regression], ...]
    propensity: Propensity
    shares: Floats

    def effect(self, matrix: Floats) -> Floats:
        """(n, k-1) effects of each arm against the control."""
        probabilities, _ = clip(self.propensity.predict(matrix), self.shares)
        columns = []
        for arm, (from_treated, from_control) in enumerate(self.pairs, start=1):
            weight = probabilities[:, arm] / (probabilities[:, arm] + probabilities[:, 0])
            columns.append(
                weight * from_control.predict(matrix) + (1 - weight) * from_treated.predict(matrix)
            )
        return np.column_stack(columns)

    def baseline(self, matrix: Floats) -> Floats:
        """(n,) mean outcome under the control."""
        return self.control.predict(matrix)


@dataclass(frozen=True, eq=False)
class DirectModel:
    """A regression an arm whose target is the effect itself (R and DR), and models of the control outcome."""

    effects: tuple[Regression, ...]
    controls: tuple[Regression, ...]

    def effect(self, matrix: Floats) -> Floats:
        """(n, k-1) effects of each arm against the control."""
        return np.column_stack([model.predict(matrix) for model in self.effects])

    def baseline(self, matrix: Floats) -> Floats:
        """(n,) mean outcome under the control, averaged over the folds' models."""
        return np.asarray(np.mean([model.predict(matrix) for model in self.controls], axis=0))
