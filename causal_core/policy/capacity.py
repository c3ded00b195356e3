"""Arms of which there are only so many: who gets one, with or without a budget beside."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from causal_core.data.design import Floats, Integers
from causal_core.policy.kinds import Kinds
from causal_core.policy.transport import transport
from causal_core.problem import Problem

SAMPLE = 20_000
"""With more people, the price of money is first looked for on so many."""

STEPS = 40
"""How often the price of money is halved in on among these, and at most among all."""

CANDIDATES = 3000
"""The people nearest to a limit, who get what is left."""

APART = 1e-6
"""By how much of itself a price is moved, so that people who are alike part ways one after the other."""


@dataclass(frozen=True, eq=False)
class Placed:
    """Who gets one of the places.

    Attributes:
        assigned: (n,) action of each person.
        kinds: People whose rows are alike.
        value: Total predicted reward.
        spent: Total cost.
        gap: No assignment of whole people within the limits brings more than `value` and this; 0 without a
            budget.
        prices: (k,) predicted reward of one more place for each action.
        money: Predicted reward of one more unit of money.
    """

    assigned: Integers = field(repr=False)
    kinds: Kinds = field(repr=False)
    value: float
    spent: float
    gap: float
    prices: Floats
    money: float


def place(
    rewards: Floats, places: Integers, price: Floats | None = None, budget: float | None = None
) -> Placed:
    """Give each person an action, no more people an action than there are places, within a budget.

    Without a budget the assignment is the best there is. With one its Lagrangian is minimised over the price
    of money; at that price the best assignment that the budget allows is taken and what is left is spent on
    the people nearest to a limit. By how much that may fall short of the best is the gap.

    Args:
        rewards: (n, k) reward of each action.
        places: (k,) the most people for each; together enough for all.
        price: (n, k) what each action costs, 0 for one without a limit of places.
        budget: The most to spend on everybody together; None for no limit.
    """
    costs = np.zeros((len(rewards), 1)) if price is None else price
    kinds = Kinds.of(rewards, costs)
    free = transport(rewards[kinds.first], kinds.count, places)
    assigned = kinds.assigned(free.flow)
    rows = np.arange(len(rewards))
    spent = 0.0 if price is None else float(price[rows, assigned].sum())
    if price is None or budget is None or spent <= budget:
        gap = max(free.bound - free.total, 0.0)
        return Placed(assigned, kinds, free.total, spent, gap, free.prices, 0.0)
    order = kinds.order
    values, each = rewards[order], price[order]
    money = 0.0
    if len(values) > 2 * SAMPLE:
        some = slice(None, None, len(values) // SAMPLE)
        few = len(values[some])
        fewer = np.maximum((places * (few / len(values))).astype(np.int64), 1)
        fewer[places >= len(values)] = few
        money = _Search(values[some], each[some], fewer, budget * few / len(values)).run(0.0, 1.0).money
    found = _Search(values, each, places, budget).run(money, 1.01 if money else 1.0)
    assigned = np.empty(len(values), dtype=np.int64)
    assigned[order] = found.fill()
    total = float(rewards[rows, assigned].sum())
    spent = float(price[rows, assigned].sum())
    gap = max(found.bound - total, 0.0)
    return Placed(assigned, kinds, total, spent, gap, found.prices, found.money)


class _Search:
    """The search for the price of money at which the budget is just spent."""

    def __init__(self, values: Floats, price: Floats, places: Integers, budget: float) -> None:
        self.values, self.price, self.places, self.budget = values, price, places, budget
        # Where people are alike they must not all move at one price of money.
        self.apart = price * (1 + APART * np.random.default_rng(0).random((len(price), 1)))
        self.count = np.ones(len(price), dtype=np.int64)
        self.bound, self.money, self.total = np.inf, 0.0, -np.inf
        self.prices = np.zeros(len(places))
        self.assigned = np.zeros(len(price), dtype=np.int64)
        self.last: Floats | None = None

    def spent(self, money: float) -> float:
        """What the best assignment at a price of money costs."""
        found = transport(self.values - money * self.apart, self.count, self.places, self.last)
        self.last = found.prices
        best = (self.values - money * self.price - found.prices).max(axis=1)
        self.bound = min(self.bound, float(best.sum() + found.prices @ self.places + money * self.budget))
        assigned, rows = found.flow.argmax(axis=1), np.arange(len(self.count))
        cost = float(self.price[rows, assigned].sum())
        total = float(self.values[rows, assigned].sum())
        if cost <= self.budget and total > self.total:
            self.assigned, self.prices, self.total, self.money = assigned, found.prices, total, money
        return cost

    def run(self, start: float, factor: float) -> _Search:
        """Find the price; from `start` up and down by a factor, or from nothing."""
        low, high = self._bracket(start, factor)
        largest = float(self.price.max())
        for step in range(STEPS):
            # Within the price of one person nothing is gained by looking on.
            if high[0] - low[0] <= 1e-10 * high[0] or self.bound - self.total <= 1e-9 * abs(self.bound):
                break
            part = (low[1] - self.budget) / (low[1] - high[1])
            # Between where too much is spent and too little, by interpolation and by halves in turn.
            part = min(max(part, 0.02), 0.98) if step % 3 < 2 else 0.5
            middle = low[0] + part * (high[0] - low[0])
            cost = self.spent(middle)
            if cost > self.budget:
                low = middle, cost
            else:
                high = middle, cost
                if self.budget - cost <= largest and len(self.values) > SAMPLE:
                    break
        return self

    def _bracket(self, start: float, factor: float) -> tuple[tuple[float, float], tuple[float, float]]:
        """A price at which too much is spent and one at which it is not, each with what is spent."""
        if start > 0:
            high = start * factor, self.spent(start * factor)
            if high[1] <= self.budget:
                low = start / factor, self.spent(start / factor)
                while low[1] <= self.budget:
                    factor *= factor
                    high, low = low, (low[0] / factor, self.spent(low[0] / factor))
                return low, high
            low, following = high, high[0] * factor
        else:
            low, following = (0.0, self.spent(0.0)), self._usual()
        factor = max(factor, 2.0)
        high = following, self.spent(following)
        while high[1] > self.budget:
            low, high = high, (high[0] * factor, self.spent(high[0] * factor))
            factor *= factor
        return low, high

    def _usual(self) -> float:
        cost = self.price[self.price > 0]
        return float(np.abs(self.values).max() / cost.mean()) or 1.0

    def fill(self) -> Integers:
        """(n,) actions, when what is left goes to the people nearest to a limit, one after the other."""
        actions = len(self.places)
        worth = self.values - self.money * self.price - self.prices
        ordered = np.partition(worth, actions - 2, axis=1)
        margin = ordered[:, -1] - ordered[:, -2]
        few = min(CANDIDATES, len(margin)) - 1
        near = np.argpartition(margin, few)[: few + 1]
        mine, values, price = self.assigned[near], self.values[near], self.price[near]
        everybody = np.arange(len(near))
        left = self.budget - float(self.price[np.arange(len(worth)), self.assigned].sum())
        free = self.places - np.bincount(self.assigned, minlength=actions)
        for _ in range(CANDIDATES):
            more = values - values[everybody, mine][:, None]
            extra = price - price[everybody, mine][:, None]
            able = (more > 0) & (extra <= left) & (free > 0)
            if not able.any():
                break
            slope = np.where(able, more / np.maximum(extra, 1e-300), -1.0)
            person, new = np.unravel_index(slope.argmax(), slope.shape)
            left -= float(extra[person, new])
            free[mine[person]] += 1
            free[new] -= 1
            mine[person] = new
        assigned = self.assigned.copy()
        assigned[near] = mine
        return assigned


def places_of(
    arms: tuple[str, ...], capacity: Mapping[str, float], people: int, share: float | None = None
) -> Integers:
    """(k,) the most people of `people` for each arm; everybody may be left without.

    Args:
        arms: The k levels as text, control first.
        capacity: Arm -> share of people.
        people: How many there are.
        share: Where given, just that share of people is treated, as far as there are places.

    Raises:
        Problem: There is no such arm, it is the control, or a share lies outside 0 to 1.
    """
    most = np.full(len(arms), people, dtype=np.int64)
    for label, part in capacity.items():
        check_capacity(arms, label, part)
        most[arms.index(label)] = int(np.floor(part * people + 1e-9))
    if share is not None:
        treated = min(int(np.floor(share * people + 1e-9)), int(most[1:].sum()))
        most[0] = people - treated
    return most


def check_capacity(arms: tuple[str, ...], label: str, part: float) -> None:
    """Check one capacity.

    Raises:
        Problem: There is no such arm, it is the control, or the share lies outside 0 to 1.
    """
    if label not in arms:
        raise Problem(
            f"There is no arm {label} to limit.", column=label, remedy=f"Choose among {', '.join(arms[1:])}."
        )
    if label == arms[0]:
        raise Problem(
            f"{label} is the control, which everybody can keep, so it has no capacity.",
            column=label,
            remedy=f"Limit {', '.join(arms[1:])}.",
        )
    if not 0 <= part <= 1:
        raise Problem(
            f"The capacity of {label} is {part:g}; it is the share of people who can get it, from 0 to 1.",
            column=label,
        )
