"""Fits that several learners need, made once."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field, fields
from typing import TypeVar, cast

import numpy as np

from causal_core.data.design import Floats, Integers
from causal_core.uplift.bases import Regression
from causal_core.uplift.propensity import Kind, Propensity
from causal_core.uplift.scores import Training

T = TypeVar("T")


@dataclass(frozen=True, eq=False)
class SharedTraining(Training):
    """Training that makes an equal fit only once, and gives the same digits as without.

    What is taken from it shares its memory. Two fits are equal when their rows, targets, weights and options
    are, bit by bit.

    Attributes:
        memory: Digest of what went in -> what was fitted.
    """

    memory: dict[str, object] = field(default_factory=dict, repr=False)

    @classmethod
    def of(cls, training: Training) -> SharedTraining:
        """The same training, with an empty memory."""
        return cls(**{each.name: getattr(training, each.name) for each in fields(Training)})

    def regress(
        self,
        target: Floats,
        rows: Integers | None = None,
        weights: Floats | None = None,
        *,
        noisy: bool = False,
    ) -> Regression:
        """A regression of a target, one number for each of `rows` (None: all), on their covariates."""
        matrix = self.matrix if rows is None else self.matrix[rows]
        return self._once(
            (matrix, target, weights),
            ("regress", noisy),
            lambda: Training.regress(self, target, rows, weights, noisy=noisy),
        )

    def propensity_model(self) -> Propensity:
        """P(arm | covariates): constant when the known probabilities are, otherwise fitted."""
        return self._once(
            (self.matrix, self.arm, self.propensity),
            ("propensity", self.arms, self.assignment),
            lambda: Training.propensity_model(self),
        )

    def choose_assignment(self) -> Kind:
        """What predicts the assignment of these rows better."""
        return self._once(
            (self.matrix, self.arm), ("assignment", self.arms), lambda: Training.choose_assignment(self)
        )

    def _once(
        self,
        arrays: tuple[Floats | Integers | None, ...],
        options: tuple[object, ...],
        fit: Callable[[], T],
    ) -> T:
        digest = hashlib.sha256(repr((options, self.base, self.seed, self.categorical)).encode())
        for array in arrays:
            digest.update(b"none" if array is None else repr((array.shape, array.dtype.str)).encode())
            if array is not None:
                digest.update(np.ascontiguousarray(array).tobytes())
        key = digest.hexdigest()
        if key not in self.memory:
            self.memory[key] = fit()
        return cast("T", self.memory[key])
