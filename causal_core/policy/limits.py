"""Limits that are set so that several things are just used up: places, money, groups' shares."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Self

import numpy as np

from causal_core.data.design import Floats, Integers
from causal_core.policy.ranking import FEWEST, WINDOW


@dataclass(frozen=True, eq=False)
class Limits:
    """Limits, and the people who stand at one of them: those for whom another arm is nearly as good.

    Attributes:
        taken: (n, j) what each person takes of what each limit is set on, less its mean.
        rows: (m,) the people at a limit.
        before: (m,) their arm.
        after: (m,) the arm that is nearly as good.
        use: (m, j) what the other arm would take more.
        weights: (n,) sampling weights, or None.
    """

    taken: Floats = field(repr=False)
    rows: Integers = field(repr=False)
    before: Integers = field(repr=False)
    after: Integers = field(repr=False)
    use: Floats = field(repr=False)
    weights: Floats | None = field(repr=False, default=None)

    @classmethod
    def of(
        cls, worth: Floats, policy: Floats, uses: Sequence[Floats], weights: Floats | None = None
    ) -> Self | None:
        """The limits of a policy.

        Args:
            worth: (n, k) predicted worth of each arm less what it uses up at the limits' prices; people get
                the arm of highest worth, up to ties.
            policy: (n, k) probabilities.
            uses: For each limit that binds the (n, k) that each arm takes of it.
            weights: (n,) sampling weights.

        Returns:
            None when no limit binds.
        """
        if not uses:
            return None
        people = np.arange(len(worth))
        chosen = policy.argmax(axis=1)
        others = worth.copy()
        others[people, chosen] = -np.inf
        other = others.argmax(axis=1)
        margin = np.abs(worth[people, chosen] - worth[people, other])
        some = min(max(2 * FEWEST, 2 * len(worth) // WINDOW), len(worth))
        near = np.flatnonzero(margin <= np.partition(margin, some - 1)[some - 1])
        taken = np.column_stack([(policy * each).sum(axis=1) for each in uses])
        taken -= np.average(taken, axis=0, weights=weights)
        use = np.column_stack(
            [each[near, other[near]] - each[near, chosen[near]] for each in uses],
        )
        return cls(taken, near, chosen[near], other[near], use, weights)

    def shift(self, values: Floats) -> Floats:
        """(n,) what the moving limits add to each person's contribution to the mean of (n, k) `values`.

        Its mean is 0. What one more unit of each limit is worth is the regression of what those at the limits
        would gain by their other arm on what that takes; for one limit this is the influence of a trimmed
        mean (Stigler 1973).
        """
        change = values[self.rows, self.after] - values[self.rows, self.before]
        root = np.ones(len(self.rows)) if self.weights is None else np.sqrt(self.weights[self.rows])
        worth = np.linalg.lstsq(self.use * root[:, None], change * root, rcond=1e-10)[0]
        return np.asarray(-self.taken @ worth)
