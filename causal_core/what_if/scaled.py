"""A number whose noise is larger for some parents than for others: mean plus spread times noise."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

import numpy as np
from numpy.typing import NDArray

from causal_core.data.design import Floats
from causal_core.what_if.mechanism import Mechanism, evenly
from causal_core.what_if.predictor import Predictor

Flags = NDArray[np.bool_]

LEAST: Final = 1e-3
"""Lowest spread, in usual ones: a row's noise follows from its value only where there is some."""

HIDDEN: Final = 0.05
"""Up to this share of the mean spread, each row's weighed by itself, a value hardly tells its noise."""

BEYOND: Final = 2.0
"""A spread is held to this multiple of the largest that rows got, and to its inverse of the least."""


@dataclass(frozen=True, eq=False)
class Scaled:
    """A number: what is expected given its parents, plus a spread that depends on them too times noise.

    The noise itself does not depend on the parents (the location-scale model; Immer et al. 2023).

    Attributes:
        predictor: One score, the mean.
        spreads: One score, the log of the spread in usual ones.
        usual: The spread of a score of 0, in the node's unit.
        low: Lowest score.
        high: Highest score.
        hidden: Score up to which what is left of a value is the mean's error or rounding rather than noise.
        residuals: (n,) of rows that neither predictor was fitted on, over their spread; standard deviation 1.
        weights: (n,) what each residual counts for: its spread, as it tells of noise where that shows most.
    """

    predictor: Predictor
    spreads: Predictor = field(repr=False)
    usual: float
    low: float
    high: float
    hidden: float
    residuals: Floats = field(repr=False)
    weights: Floats = field(repr=False)
    kind: str = "linear, linear spread"
    width: int = 1
    invertible: bool = True

    def spread(self, parents: Floats) -> Floats:
        """(n,) standard deviations about the mean; above 0."""
        return self.usual * np.exp(self._held(parents))

    def tells(self, parents: Floats) -> Flags:
        """(n,) whether there is enough spread to tell a row's noise from its value."""
        return np.asarray(self._held(parents) > self.hidden)

    def drawn(self, parents: Floats, noise: Floats) -> tuple[Floats, Floats]:
        """Mean plus spread times noise; the mean, which noise drawn evenly does not average out to."""
        mean = self.predictor.scores(parents)[:, 0]
        return np.asarray(mean + self.spread(parents) * noise[:, 0]), mean

    def draw(self, rows: int, random: np.random.Generator) -> Floats:
        """Residuals as they weigh, evenly over their distribution."""
        order = self.residuals.argsort()
        share = self.weights[order].cumsum()
        place = np.searchsorted(share, evenly(rows, random) * share[-1], side="right")
        return self.residuals[order][np.minimum(place, len(order) - 1), None]

    def abduct(
        self,
        parents: Floats,
        value: Floats,
        random: np.random.Generator,  # noqa: ARG002 - nothing is left to chance
    ) -> Floats:
        """Value less mean, over spread."""
        mean = self.predictor.scores(parents)[:, 0]
        return np.asarray((value - mean) / self.spread(parents))[:, None]

    def _held(self, parents: Floats) -> Floats:
        return np.asarray(np.clip(self.spreads.scores(parents)[:, 0], self.low, self.high))


def expected(mechanism: Mechanism, parents: Floats) -> Floats:
    """(n,) values without noise, of a number with parents that is no count: its mean."""
    return mechanism.drawn(parents, np.zeros((len(parents), 1)))[0]


def tells(mechanism: Mechanism, parents: Floats) -> Flags:
    """(n,) whether a row's value tells its noise, of a number that is no count."""
    return mechanism.tells(parents) if isinstance(mechanism, Scaled) else np.ones(len(parents), dtype=bool)
