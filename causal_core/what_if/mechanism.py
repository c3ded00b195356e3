"""How a node gets its value from its parents and from noise of its own."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal, Protocol

import numpy as np

from causal_core.data.design import Floats
from causal_core.what_if.predictor import Predictor


class Mechanism(Protocol):
    """value = f(parents, noise)."""

    @property
    def kind(self) -> str:
        """What it is called."""

    @property
    def width(self) -> int:
        """How many numbers of noise a row has."""

    @property
    def invertible(self) -> bool:
        """Whether a row's noise follows from its value and its parents."""

    def drawn(self, parents: Floats, noise: Floats) -> tuple[Floats, Floats | None]:
        """(n,) codes from (n, p) parents' codes and (n, width) noise, and what is expected of them.

        That is (n, k) chances of levels, or an (n,) mean; None of a node without parents.
        """

    def draw(self, rows: int, random: np.random.Generator) -> Floats:
        """(rows, width) noise as it is in the population."""

    def abduct(self, parents: Floats, value: Floats, random: np.random.Generator) -> Floats:
        """(n, width) noise with which the parents give these values; drawn where several do."""


@dataclass(frozen=True, eq=False)
class Root:
    """A node without parents: its values are drawn from those seen; its noise is its value."""

    seen: Floats = field(repr=False)
    kind: Literal["as seen"] = "as seen"
    width: int = 1
    invertible: bool = True

    def drawn(self, parents: Floats, noise: Floats) -> tuple[Floats, None]:  # noqa: ARG002 - a root has no parents
        """The noise."""
        return noise[:, 0], None

    def draw(self, rows: int, random: np.random.Generator) -> Floats:
        """Values seen, evenly over their distribution."""
        return _as_seen(self.seen, rows, random)

    def abduct(
        self,
        parents: Floats,  # noqa: ARG002 - a root has no parents
        value: Floats,
        random: np.random.Generator,  # noqa: ARG002 - nothing is left to chance
    ) -> Floats:
        """The value."""
        return value[:, None]


@dataclass(frozen=True, eq=False)
class Additive:
    """A number: what is expected given its parents, plus noise that does not depend on them.

    Attributes:
        predictor: One score, the mean.
        residuals: (n,) of rows that the predictor was not fitted on, about their mean.
    """

    predictor: Predictor
    residuals: Floats = field(repr=False)
    kind: str = "linear"
    width: int = 1
    invertible: bool = True

    def drawn(self, parents: Floats, noise: Floats) -> tuple[Floats, Floats]:
        """Mean plus noise; the mean."""
        mean = self.predictor.scores(parents)[:, 0]
        return np.asarray(mean + noise[:, 0]), mean

    def draw(self, rows: int, random: np.random.Generator) -> Floats:
        """Residuals, evenly over their distribution."""
        return _as_seen(self.residuals, rows, random)

    def abduct(
        self,
        parents: Floats,
        value: Floats,
        random: np.random.Generator,  # noqa: ARG002 - nothing is left to chance
    ) -> Floats:
        """Value less mean."""
        return np.asarray(value - self.predictor.scores(parents)[:, 0])[:, None]


@dataclass(frozen=True, eq=False)
class Threshold:
    """A binary node: code 1 where uniform noise lies below its chance, so that it is monotone in the odds."""

    predictor: Predictor
    kind: str = "linear"
    width: int = 1
    invertible: bool = False

    def chances(self, parents: Floats) -> Floats:
        """(n, 2) chance of each code."""
        one = _logistic(self.predictor.scores(parents)[:, 0])
        return np.column_stack([1 - one, one])

    def drawn(self, parents: Floats, noise: Floats) -> tuple[Floats, Floats]:
        """Code 1 where the noise lies below its chance; the chances."""
        chances = self.chances(parents)
        return (noise[:, 0] < chances[:, 1]).astype(np.float64), chances

    def draw(self, rows: int, random: np.random.Generator) -> Floats:
        """Uniform on 0 to 1, evenly."""
        return evenly(rows, random)[:, None]

    def abduct(self, parents: Floats, value: Floats, random: np.random.Generator) -> Floats:
        """Uniform on the part of 0 to 1 that gives the value."""
        chance = _logistic(self.predictor.scores(parents)[:, 0])
        uniform = random.random(len(value))
        return np.where(value == 1, uniform * chance, chance + uniform * (1 - chance))[:, None]


@dataclass(frozen=True, eq=False)
class GumbelMax:
    """A category: the code of the largest log chance plus Gumbel noise (Oberst & Sontag 2019).

    Among models with the same chances this one is counterfactually stable: a row changes to another level
    only where that level's odds against its own have risen.
    """

    predictor: Predictor
    width: int
    kind: str = "linear"
    invertible: bool = False

    def chances(self, parents: Floats) -> Floats:
        """(n, k) chance of each code."""
        return np.asarray(np.exp(_log_chances(self.predictor.scores(parents))))

    def drawn(self, parents: Floats, noise: Floats) -> tuple[Floats, Floats]:
        """The code whose log chance plus noise is largest; the chances."""
        logs = _log_chances(self.predictor.scores(parents))
        return np.asarray((logs + noise).argmax(axis=1), dtype=np.float64), np.asarray(np.exp(logs))

    def draw(self, rows: int, random: np.random.Generator) -> Floats:
        """Standard Gumbel, each level's evenly."""
        uniform = np.column_stack([evenly(rows, random) for _ in range(self.width)])
        return np.asarray(-np.log(-np.log(np.clip(uniform, 1e-300, 1 - 1e-16))))

    def abduct(self, parents: Floats, value: Floats, random: np.random.Generator) -> Floats:
        """Gumbel noise under which the value's code is largest (truncated Gumbels; Maddison et al. 2014)."""
        logs = _log_chances(self.predictor.scores(parents))
        rows, code = np.arange(len(value)), value.astype(np.int64)
        # The largest of all is a standard Gumbel, whatever the chances; the others are cut off at it.
        top = random.gumbel(size=len(value))
        free = logs + random.gumbel(size=logs.shape)
        found = -np.logaddexp(-free, -top[:, None])
        found[rows, code] = top
        return np.asarray(found - logs)


def evenly(rows: int, random: np.random.Generator) -> Floats:
    """(rows,) uniform numbers in random order, one in each of `rows` equal parts of 0 to 1.

    Each is uniform, and means over them hardly vary (Latin hypercube sampling; McKay et al. 1979). The same
    generator gives the same people in models fitted to different rows, so that these differ by fit alone.
    """
    return np.asarray((random.permutation(rows) + random.random(rows)) / rows)


def _as_seen(values: Floats, rows: int, random: np.random.Generator) -> Floats:
    place = np.minimum((evenly(rows, random) * len(values)).astype(np.int64), len(values) - 1)
    return np.sort(values)[place, None]


def _logistic(score: Floats) -> Floats:
    # No level is impossible: a row that has it must have a noise that gives it.
    return np.asarray(np.clip(0.5 * (1 + np.tanh(score / 2)), 1e-12, 1 - 1e-12))


def _log_chances(scores: Floats) -> Floats:
    shifted = scores - scores.max(axis=1, keepdims=True)
    return np.asarray(shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True)))
