"""People whose rows hold the same, so that none of them comes first by where they stand."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from causal_core.data.design import Floats, Integers


@dataclass(frozen=True, eq=False)
class Kinds:
    """People whose rows are alike, so that none of them comes first by where they stand.

    Attributes:
        kind: (n,) each person's kind; kinds are in an order that depends on what the rows hold alone.
        first: (g,) one person of each kind.
        count: (g,) how many there are.
    """

    kind: Integers = field(repr=False)
    first: Integers = field(repr=False)
    count: Integers = field(repr=False)

    @classmethod
    def of(cls, *tables: Floats) -> Kinds:
        """The kinds of people of equal rows in all of the (n, ..) tables."""
        # Adding 0 makes one zero of two.
        bits = np.ascontiguousarray(np.hstack(tables) + 0.0).view(np.uint64)
        factors = _factors(int(bits.shape[1]))
        mixed = np.zeros(len(bits), dtype=np.uint64)
        for column in range(bits.shape[1]):
            mixed = (mixed ^ bits[:, column]) * factors[column]
            mixed ^= mixed >> np.uint64(29)
        _, first, kind, count = np.unique(mixed, return_index=True, return_inverse=True, return_counts=True)
        return cls(kind, first, count)

    @property
    def order(self) -> Integers:
        """(n,) people sorted by kind."""
        return np.argsort(self.kind, kind="stable")

    def assigned(self, flow: Integers) -> Integers:
        """(n,) the action of each person, from (g, k) how many of each kind get each."""
        assigned = np.empty(len(self.kind), dtype=np.int64)
        assigned[self.order] = np.repeat(np.tile(np.arange(flow.shape[1]), len(flow)), flow.ravel())
        return assigned

    def shares(self, assigned: Integers, actions: int) -> Floats:
        """(n, k) chance of each action when people of one kind draw lots for what they got together."""
        cell = self.kind * actions + assigned
        flow = np.bincount(cell, minlength=len(self.count) * actions).reshape(-1, actions)
        return np.asarray((flow / self.count[:, None])[self.kind])


def _factors(count: int) -> np.ndarray[tuple[int], np.dtype[np.uint64]]:
    # Odd numbers: multiplying by them loses nothing modulo 2^64.
    return np.random.default_rng(0).integers(0, 2**63, count, dtype=np.uint64) * np.uint64(2) + np.uint64(1)
