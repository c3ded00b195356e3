"""The price of money at which just a budget is spent, where groups' treated shares are bound."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import numpy as np

from causal_core.data.design import Floats, Integers
from causal_core.policy.group_share import Treated, treat_groups
from causal_core.policy.rule import GroupRule

STEPS = 60
"""How often the price of money is looked for at most."""

SAMPLE = 10_000
"""With more than twice as many people, the price is first looked for on so many."""

_NEAR = 1e-9
"""The part of the money's worth by which the two policies between which the budget lies may differ."""


@dataclass(frozen=True, eq=False)
class Spending:
    """Money to be spent on people of several groups.

    Attributes:
        gross: (n, k) predicted benefit of each arm over the control, before costs.
        price: (n, k) predicted cost, 0 for the control.
        group: (n,) codes.
        rule: What binds the groups' treated shares.
        money: The most to spend, per person.
        weights: (n,) how many people each row stands for, or None.
    """

    gross: Floats = field(repr=False)
    price: Floats = field(repr=False)
    group: Integers = field(repr=False)
    rule: GroupRule
    money: float
    weights: Floats | None = field(repr=False, default=None)

    def least(self) -> float:
        """What the groups' least shares cost at least, per person."""
        cheapest = self.price[:, 1:].min(axis=1)
        found = treat_groups(-cheapest, self.group, self.rule, None, self.weights)
        return float(np.average(found.included * cheapest, weights=self.weights))

    def search(self) -> tuple[float, Floats, Treated]:
        """The price of money, the (n, k) policy there, and how its groups are treated.

        At that price two policies are equally good, of which one spends too much and one too little; chances
        are between them, so that just the money is spent: a solution of the linear programme.
        """
        low = self._at(0.0)
        if low.spent <= self.money * (1 + 1e-12):
            return low.price, low.policy, low.treated
        low, high = self._bracket(low)
        for step in range(STEPS):
            prices, spent = high.price - low.price, low.spent - high.spent
            if prices * spent <= _NEAR * high.price * self.money or prices <= 1e-12 * high.price:
                break
            # By interpolation and by halves in turn.
            part = (low.spent - self.money) / spent if step % 3 < 2 else 0.5
            middle = self._at(low.price + min(max(part, 0.02), 0.98) * prices)
            low, high = (middle, high) if middle.spent > self.money else (low, middle)
        part = min(max((self.money - high.spent) / (low.spent - high.spent), 0.0), 1.0)
        return high.price, part * low.policy + (1 - part) * high.policy, high.treated

    def _bracket(self, low: _Priced) -> tuple[_Priced, _Priced]:
        """A price at which too much is spent, and one at which it is not."""
        start, factor = self._first()
        high = self._at(start * factor)
        if high.spent <= self.money and factor < 2:
            near = self._at(start / factor)
            return (near, high) if near.spent > self.money else (low, near)
        while high.spent > self.money and high.price < 1e15:
            low, high = high, self._at(high.price * max(factor, 4.0))
        return low, high

    def _first(self) -> tuple[float, float]:
        """A first price, and by what factor it may be wrong."""
        cost = self.price[self.price > 0]
        usual = float(np.abs(self.gross).mean() / cost.mean()) or 1.0
        if len(self.gross) <= 2 * SAMPLE:
            return usual, 4.0
        some = slice(None, None, len(self.gross) // SAMPLE)
        weights = None if self.weights is None else self.weights[some] / self.weights[some].mean()
        fewer = replace(
            self, gross=self.gross[some], price=self.price[some], group=self.group[some], weights=weights
        )
        groups = len(self.rule.least)
        if len(np.unique(fewer.group)) < groups or fewer.least() >= self.money:
            return usual, 4.0
        found = fewer.search()[0]
        return (found, 1.03) if found > 0 else (usual, 4.0)

    def _at(self, price: float) -> _Priced:
        worth = self.gross[:, 1:] - price * self.price[:, 1:]
        arm, rows = worth.argmax(axis=1), np.arange(len(worth))
        found = treat_groups(worth[rows, arm], self.group, self.rule, None, self.weights)
        policy = np.zeros(self.price.shape)
        policy[rows, arm + 1] = found.included
        policy[:, 0] = 1.0 - found.included
        spent = np.average(found.included * self.price[rows, arm + 1], weights=self.weights)
        return _Priced(price, policy, found, float(spent))


@dataclass(frozen=True, eq=False)
class _Priced:
    price: float
    policy: Floats
    treated: Treated
    spent: float
