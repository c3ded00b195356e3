"""Ridge regressions of the reward, one an arm, kept up to date for several runs at once."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Self

import numpy as np

from causal_core.data.design import Floats, Integers


@dataclass(eq=False)
class Posterior:
    """For each run and arm: precision A = penalty I + sum x x', moment b = sum x y, mean A^-1 b.

    With noise of variance 1 and a prior N(0, I / penalty) the posterior of an arm's coefficients is
    N(A^-1 b, A^-1); the disjoint model of Li et al. (2010), algorithm 1.

    Attributes:
        precision: (s, k, q, q) A.
        moment: (s, k, q) b.
        inverse: (s, k, q, q) A^-1.
        mean: (s, k, q) A^-1 b.
    """

    precision: Floats = field(repr=False)
    moment: Floats = field(repr=False)
    inverse: Floats = field(repr=False)
    mean: Floats = field(repr=False)

    @classmethod
    def prior(cls, runs: int, arms: int, columns: int, penalty: float = 1.0) -> Self:
        """Nothing seen yet.

        Args:
            runs: How many runs learn side by side, each for itself.
            arms: k.
            columns: q.
            penalty: Precision of the prior.
        """
        unit = np.broadcast_to(np.eye(columns), (runs, arms, columns, columns))
        nothing = np.zeros((runs, arms, columns))
        return cls(penalty * unit, nothing, unit / penalty, nothing.copy())

    def repeated(self, runs: int) -> Posterior:
        """The same for several runs; this one must be of one run."""
        parts = (self.precision, self.moment, self.inverse, self.mean)
        return Posterior(*(np.repeat(part, runs, axis=0) for part in parts))

    def predict(self, x: Floats) -> Floats:
        """(s, b, k) predicted reward of each arm for people of (s, b, q) covariates."""
        return np.asarray(x @ self.mean.transpose(0, 2, 1))

    def error(self, x: Floats) -> Floats:
        """(s, b, k) standard errors sqrt(x' A^-1 x) of the predictions, in units of the noise."""
        columns = [
            np.sqrt(np.maximum(((x @ self.inverse[:, arm]) * x).sum(axis=2), 0.0))
            for arm in range(self.mean.shape[1])
        ]
        return np.stack(columns, axis=2)

    def update(self, x: Floats, arm: Integers, reward: Floats, seen: Floats | None = None) -> None:
        """Learn from b people of each run.

        Args:
            x: (s, b, q) covariates.
            arm: (s, b) the arm each got.
            reward: (s, b) what came of it.
            seen: (s, b) 1 for people to learn from, 0 for others; None for all.
        """
        if x.shape[1] == 1:
            self._one(x[:, 0], arm[:, 0], reward[:, 0], None if seen is None else seen[:, 0])
            return
        for code in range(self.mean.shape[1]):
            here = (arm == code).astype(np.float64)
            if seen is not None:
                here *= seen
            mine = (x * here[:, :, None]).transpose(0, 2, 1)
            self.precision[:, code] += mine @ x
            self.moment[:, code] += (mine @ reward[:, :, None])[:, :, 0]
        self.inverse = np.linalg.inv(self.precision).astype(np.float64, copy=False)
        self.mean = (self.inverse @ self.moment[..., None])[..., 0]

    def _one(self, x: Floats, arm: Integers, reward: Floats, seen: Floats | None) -> None:
        """One person a run, by the Sherman-Morrison formula."""
        if seen is not None:
            x = x * seen[:, None]
        runs = np.arange(len(x))
        outer = x[:, :, None] * x[:, None, :]
        self.precision[runs, arm] += outer
        self.moment[runs, arm] += x * reward[:, None]
        inverse, mean = self.inverse[runs, arm], self.mean[runs, arm]
        turned = (inverse @ x[:, :, None])[:, :, 0]
        size = 1.0 + (turned * x).sum(axis=1)
        missed = (reward - (mean * x).sum(axis=1)) / size
        self.inverse[runs, arm] = inverse - turned[:, :, None] * (turned / size[:, None])[:, None, :]
        self.mean[runs, arm] = mean + turned * missed[:, None]
