"""Who gets what as money grows: the steps of all people along their hulls, steepest first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from causal_core.data.design import Floats, Integers
from causal_core.policy.allocation import Segments, hulls
from causal_core.policy.ranking import FEWEST, WINDOW, Limit


@dataclass(frozen=True, eq=False)
class Path:
    """Steps in the order in which money is spent (multi-armed cost curve; Sverdrup et al. 2025).

    Attributes:
        free: (n,) the best action of each person that costs nothing.
        steps: The steps up from it.
        before: (s,) the action each step starts from.
        blocks: (b + 1,) how many steps are taken at 0, 1, .. b blocks; steps of equal slope are one block,
            taken together, so that the order of rows never matters.
        until: (b + 1,) money that takes, per person.
        price: (n, k) what each action takes, 0 for action 0.
        weights: (n,) sampling weights of mean 1, or None.
    """

    free: Integers = field(repr=False)
    steps: Segments = field(repr=False)
    before: Integers = field(repr=False)
    blocks: Integers = field(repr=False)
    until: Floats = field(repr=False)
    price: Floats = field(repr=False)
    weights: Floats | None = field(repr=False, default=None)

    @classmethod
    def of(cls, gross: Floats, price: Floats, weights: Floats | None = None) -> Path:
        """The path of (n, k) predicted gross gains at (n, k) prices, both 0 for action 0.

        Args:
            gross: Predicted benefit over action 0, before costs.
            price: 0 or more.
            weights: How many people each row stands for, 1 on average.
        """
        free, steps = hulls(gross, price)
        money = steps.cost if weights is None else steps.cost * weights[steps.person]
        ends = np.flatnonzero(steps.slope[1:] < steps.slope[:-1]) + 1
        last = [len(steps.person)] if len(steps.person) else []
        blocks = np.concatenate(([0], ends, last)).astype(np.int64)
        until = np.concatenate(([0.0], np.cumsum(money)))[blocks] / len(gross)
        before = _before(free, steps.person, steps.action)
        return cls(free, steps, before, blocks, until, price, weights)

    @property
    def total(self) -> float:
        """Money per person at which nothing more is predicted to gain."""
        return float(self.until[-1])

    def reach(self, money: float) -> tuple[Floats, Limit | None]:
        """What people get for an amount of money per person.

        Returns:
            (n, k) probabilities, between 0 and 1 only for people at the limit, so that just that money is
            spent; and the limit, None when money is no limit.
        """
        rows, arms = self.price.shape
        # A rounding error must not leave a whole block out.
        done = int(np.searchsorted(self.until, money * (1 + 1e-12) + 1e-12, side="right")) - 1
        taken = int(self.blocks[done])
        assigned = self.assigned(taken)
        policy = np.zeros((rows, arms))
        policy[np.arange(rows), assigned] = 1.0
        if done == len(self.blocks) - 1:
            return policy, None
        end = int(self.blocks[done + 1])
        part = (money - self.until[done]) / (self.until[done + 1] - self.until[done])
        if part > 1e-9:
            later = assigned.copy()
            later[self.steps.person[taken:end]] = self.steps.action[taken:end]
            moving = np.unique(self.steps.person[taken:end])
            policy[moving, assigned[moving]] = 1.0 - part
            policy[moving, later[moving]] = part
        else:
            end = taken
        near = slice(*self._window(np.array([taken]), np.array([end]))[:, 0])
        limit = Limit(
            (policy * self.price).sum(axis=1),
            self.steps.person[near],
            self.before[near],
            self.steps.action[near],
            self.steps.cost[near],
            self.weights,
        )
        return policy, limit

    def assigned(self, taken: int) -> Integers:
        """(n,) everybody's action after so many steps."""
        assigned = self.free.copy()
        # Later steps of a person come later in the order and overwrite earlier ones.
        assigned[self.steps.person[:taken]] = self.steps.action[:taken]
        return assigned

    def shares(self, taken: Integers) -> Floats:
        """(p, k) share of people with each action after so many steps."""
        arms = self.price.shape[1]
        weights = np.ones(len(self.free)) if self.weights is None else self.weights
        moved = weights[self.steps.person]
        found = np.empty((len(taken), arms))
        for arm in range(arms):
            change = moved * (self.steps.action == arm) - moved * (self.before == arm)
            start = weights[self.free == arm].sum()
            found[:, arm] = start + np.concatenate(([0.0], np.cumsum(change)))[taken]
        return found / len(self.free)

    def sums(self, values: Sequence[Floats], taken: Integers) -> Floats:
        """(p, j) weighted sums over people of each of j (n, k) values at their actions."""
        found = []
        for each in values:
            start, change = self._along(each)
            if self.weights is not None:
                start, change = start * self.weights, change * self.weights[self.steps.person]
            found.append(start.sum() + np.concatenate(([0.0], np.cumsum(change)))[taken])
        return np.column_stack(found)

    def errors(self, value: Floats, taken: Integers, clusters: Integers | None, *, moving: bool) -> Floats:
        """(p,) standard errors of the mean of (n, k) `value` over people at their actions.

        Args:
            value: What is averaged.
            taken: (p,) how many steps are taken, ascending.
            clusters: (n,) codes, or None.
            moving: Whether the limit moves from sample to sample, as it does where a budget sets it.
        """
        at_limit = self._at_limit(value, taken) if moving else np.zeros(len(taken))
        sums, squares, groups = self._moments((value, self.price), taken, clusters)
        mean = sums / sums[:, :1]
        # With q = (1, value, price): contributions are value - t price less their mean.
        weight = np.column_stack([at_limit * mean[:, 2] - mean[:, 1], np.ones(len(taken)), -at_limit])
        square = np.einsum("pi,pij,pj->p", weight, squares, weight)
        return np.asarray(np.sqrt(np.maximum(square, 0.0) * groups / max(groups - 1, 1)) / sums[:, 0])

    def _at_limit(self, value: Floats, taken: Integers) -> Floats:
        """(p,) mean change of a value per money, of the steps on either side of the limit."""
        _, change = self._along(value)
        money = self.steps.cost
        if self.weights is not None:
            near = self.weights[self.steps.person]
            change, money = change * near, money * near
        first, last = self._window(taken, taken)
        changes, moneys = (np.concatenate(([0.0], np.cumsum(each))) for each in (change, money))
        used = moneys[last] - moneys[first]
        found = np.divide(changes[last] - changes[first], used, out=np.zeros(len(taken)), where=used > 0)
        # Where nothing is left to buy, money sets no limit.
        return np.where(taken == self.blocks[-1], 0.0, found)

    def _window(self, first: Integers, last: Integers) -> Integers:
        near = max(FEWEST, len(self.free) // WINDOW)
        return np.stack([np.maximum(first - near, 0), np.minimum(last + near, len(self.steps.person))])

    def _along(self, value: Floats) -> tuple[Floats, Floats]:
        """(n,) the value at the free action, and (s,) what each step changes."""
        person = self.steps.person
        change = value[person, self.steps.action] - value[person, self.before]
        return value[np.arange(len(value)), self.free], change

    def _moments(
        self, values: tuple[Floats, ...], taken: Integers, clusters: Integers | None
    ) -> tuple[Floats, Floats, int]:
        """Sums of 1 and each value, (p, j), and of their products by cluster, (p, j, j); the clusters."""
        rows, person = len(self.free), self.steps.person
        weights = np.ones(rows) if self.weights is None else self.weights
        starts = [weights] + [weights * each[np.arange(rows), self.free] for each in values]
        ends = [weights[person] * each[person, self.steps.action] for each in values]
        olds = [weights[person] * each[person, self.before] for each in values]
        if clusters is not None:
            changes = [end - old for end, old in zip(ends, olds, strict=True)]
            return _clustered(starts, changes, person, taken, clusters)
        ends, olds = [weights[person], *ends], [weights[person], *olds]
        count = len(starts)
        sums = np.empty((len(taken), count))
        squares = np.empty((len(taken), count, count))
        for i in range(count):
            sums[:, i] = starts[i].sum() + np.concatenate(([0.0], np.cumsum(ends[i] - olds[i])))[taken]
            for j in range(i + 1):
                change = np.concatenate(([0.0], np.cumsum(ends[i] * ends[j] - olds[i] * olds[j])))
                squares[:, i, j] = squares[:, j, i] = starts[i] @ starts[j] + change[taken]
        return sums, squares, rows


def _clustered(
    starts: list[Floats], changes: list[Floats], person: Integers, taken: Integers, codes: Integers
) -> tuple[Floats, Floats, int]:
    size = int(codes.max()) + 1
    groups = int((np.bincount(codes, minlength=size) > 0).sum())
    together = np.stack([np.bincount(codes, weights=each, minlength=size) for each in starts])
    sums = np.empty((len(taken), len(starts)))
    squares = np.empty((len(taken), len(starts), len(starts)))
    done = 0
    for point, count in enumerate(taken):
        here = codes[person[done:count]]
        for place, change in enumerate(changes, start=1):
            together[place] += np.bincount(here, weights=change[done:count], minlength=size)
        done = int(count)
        sums[point], squares[point] = together.sum(axis=1), together @ together.T
    return sums, squares, groups


def _before(free: Integers, person: Integers, action: Integers) -> Integers:
    """(s,) the action each step starts from: that of the person's step before, or the free one."""
    order = np.lexsort((np.arange(len(person)), person))
    people, actions = person[order], action[order]
    first = np.concatenate(([True], people[1:] != people[:-1])) if len(people) else np.empty(0, dtype=bool)
    before = np.empty(len(person), dtype=np.int64)
    before[order] = np.where(first, free[people], np.concatenate(([0], actions[:-1])))
    return before
