"""The people that two rankings are compared on: who comes first, and what treating them would bring."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import numpy as np

from causal_core.data.design import Floats, Integers
from causal_core.gap.harm import HarmScores, harm_scores, two_values
from causal_core.policy.economics import Costs, Economics, Paid
from causal_core.policy.ranking import Ranking
from causal_core.problem import Problem
from causal_core.uplift.result import HeldOut

FEWEST_ROWS = 10
"""The fewest rows an arm must have among those compared."""


@dataclass(frozen=True, eq=False)
class Side:
    """One way to rank people, and what it would bring to treat them.

    Attributes:
        label: The arm that everybody treated gets, or None when each gets the arm predicted best.
        priority: (n,) higher is treated earlier.
        for_money: (n,) the same where money is short: of the ranking by effect, predicted benefit by cost.
        arm: (n,) the arm 1..k-1 each would get.
        effect: (n,) AIPW scores of that arm's effect, in the outcome's unit, turned so that more is better.
        worth: (n,) benefit of the effect less the arm's cost.
        cost: (n,) what the arm costs more than the control; predicted where it is paid by what happens.
        harm: Scores of the shares harmed and helped by that arm.
    """

    label: str | None
    priority: Floats = field(repr=False)
    for_money: Floats = field(repr=False)
    arm: Integers = field(repr=False)
    effect: Floats = field(repr=False)
    worth: Floats = field(repr=False)
    cost: Floats = field(repr=False)
    harm: HarmScores = field(repr=False)

    def ranking(self, money: bool) -> Ranking:
        """People in the order of this side, under a budget of money or of a number of people."""
        return Ranking.of(self.for_money, self.cost) if money else Ranking.of(self.priority)

    def at_random(self, money: bool) -> Ranking:
        """Everybody with the same chance."""
        return Ranking.of(np.zeros(len(self.cost)), self.cost if money else None)


@dataclass(frozen=True, eq=False)
class People:
    """Everybody who is compared, all on rows that no model behind a ranking saw.

    Attributes:
        rows: (n,) positions in the table.
        good: 1 when more of the outcome is better, -1 when less is.
        risk: Ranked by risk.
        uplift: Ranked by the learner's predicted effect, costs taken off.
        baseline: (n,) predicted outcome without treatment, in the outcome's unit.
        predicted: (n,) predicted effect of the arm that `uplift` gives, in the outcome's unit.
        control: (n,) AIPW scores of the outcome without treatment.
        arms: The arms as text, control first.
        clusters: (n,) codes, or None.
        treated: Share of these rows that were treated when the data were made.
        one_arm: Ranked by predicted effect of the one arm that `risk` gives, so that the two differ in their
            order alone; None where `uplift` gives that arm too.
        values: The two values of a binary outcome, low one first; None for any other outcome.
    """

    rows: Integers = field(repr=False)
    good: int
    risk: Side
    uplift: Side
    baseline: Floats = field(repr=False)
    predicted: Floats = field(repr=False)
    control: Floats = field(repr=False)
    arms: tuple[str, ...]
    clusters: Integers | None = field(repr=False)
    treated: float
    one_arm: Side | None = None
    values: tuple[float, float] | None = None

    @property
    def priced(self) -> bool:
        """Whether treating somebody costs something, so that a budget can be money."""
        return bool((self.risk.cost > 0).any() or (self.uplift.cost > 0).any())


def people(
    held_out: HeldOut,
    learner: str,
    risk: Floats,
    benefit: float,
    costs: Costs | None = None,
    arm: str | None = None,
    paid: Paid | None = None,
) -> People:
    """Everybody in `held_out`, ranked in two ways.

    Args:
        held_out: The rows, none without a risk.
        learner: Whose predicted effects rank.
        risk: (n,) higher means that a worse outcome is expected.
        benefit: Value of one unit of the outcome; negative when less is better.
        costs: Cost by arm label.
        arm: The arm both would give. None gives each person the arm of highest predicted net benefit when
            ranked by effect, and everybody the arm best on average when ranked by risk.
        paid: The units by which arms are paid, by arm label; a budget is spent by what they are predicted to
            cost.

    Raises:
        Problem: There is no such arm or learner, a cost is missing, or treating costs less than the control.
    """
    economics = Economics.of(held_out, learner, benefit, costs, paid)
    count = len(held_out.outcome)
    if arm is None:
        for_risk, for_uplift = np.full(count, economics.all_arm), economics.best
    else:
        if arm not in held_out.arms[1:]:
            raise Problem(
                f"There is no arm {arm} to give.",
                column=arm,
                remedy=f"Choose among {', '.join(held_out.arms[1:])}.",
            )
        for_risk = for_uplift = np.full(count, held_out.arms.index(arm))
    rows = np.arange(count)
    good = 1 if benefit > 0 else -1
    net = economics.predicted[rows, for_uplift - 1]
    side = _Sides(economics, learner, good)
    by_uplift = side.of(net, for_uplift, arm if len(held_out.arms) > 2 else held_out.arms[1])
    by_risk = side.of(risk, for_risk, held_out.arms[int(for_risk[0])])
    effects = held_out.effects(learner)[rows, for_uplift - 1]

    def by_effect(of: Side, net: Floats, effects: Floats) -> Side:
        per_money = _per_money(benefit * effects, of.cost)
        return replace(of, priority=side.in_folds(net), for_money=side.in_folds(per_money))

    one = int(for_risk[0]) - 1
    alike = bool((for_risk == for_uplift).all())
    return People(
        held_out.rows,
        good,
        replace(by_risk, for_money=by_risk.priority),
        by_effect(by_uplift, net, effects),
        held_out.baseline[learner],
        effects,
        held_out.scores[:, 0],
        held_out.arms,
        held_out.clusters,
        float((held_out.arm > 0).mean()),
        None if alike else by_effect(by_risk, economics.predicted[:, one], held_out.effects(learner)[:, one]),
        two_values(held_out.outcome),
    )


@dataclass(frozen=True, eq=False)
class _Sides:
    economics: Economics
    learner: str
    good: int

    def of(self, priority: Floats, arm: Integers, label: str | None) -> Side:
        economics = self.economics
        held_out, rows = economics.held_out, np.arange(len(arm))
        cost = economics.predicted_cost[rows, arm] - economics.predicted_cost[:, 0]
        if (cost < 0).any():
            raise Problem(
                "For some people treating costs less than not treating, so a budget would grow with each.",
                remedy="Count a saving as benefit, and leave the control's cost out.",
            )
        return Side(
            label,
            self.in_folds(priority),
            self.in_folds(priority),
            arm,
            np.asarray(self.good * (held_out.scores[rows, arm] - held_out.scores[:, 0])),
            np.asarray(economics.reward[rows, arm] - economics.reward[:, 0]),
            cost,
            harm_scores(held_out, self.learner, arm, self.good),
        )

    def in_folds(self, priority: Floats) -> Floats:
        """The priority, or its rank within each fold: models of different folds are not on one scale."""
        fold = self.economics.held_out.fold
        if fold is None:
            return priority
        ranks = np.empty(len(priority))
        for each in np.unique(fold):
            mine = np.flatnonzero(fold == each)
            _, places, counts = np.unique(priority[mine], return_inverse=True, return_counts=True)
            ranks[mine] = ((np.cumsum(counts) - (counts - 1) / 2) / len(mine))[places]
        return ranks


def _per_money(gross: Floats, cost: Floats) -> Floats:
    """(n,) predicted benefit by cost; what is free comes first if it brings something, else last."""
    free = np.where(gross > 0, np.inf, -np.inf)
    return np.divide(gross, cost, out=free, where=cost > 0)


def without_missing(held_out: HeldOut, risk: Floats, column: str) -> tuple[HeldOut, Floats, int]:
    """Only the rows that have a risk, that risk, and how many rows had none.

    Raises:
        Problem: Too few rows of an arm are left.
    """
    kept = np.flatnonzero(~np.isnan(risk))
    missing = len(risk) - len(kept)
    if not missing:
        return held_out, risk, 0
    for code, label in enumerate(held_out.arms):
        count = int((held_out.arm[kept] == code).sum())
        if count < FEWEST_ROWS:
            raise Problem(
                f'Where the risk score "{column}" is there, only {count:,} rows of the arm {label} are left '
                "to compare.",
                column=column,
                remedy="Choose another column, or rank by a model.",
            )
    clusters = held_out.clusters
    taken = replace(
        held_out,
        rows=held_out.rows[kept],
        predicted={name: effect[kept] for name, effect in held_out.predicted.items()},
        baseline={name: value[kept] for name, value in held_out.baseline.items()},
        std_error={name: error[kept] for name, error in held_out.std_error.items()},
        scores=held_out.scores[kept],
        outcome_model=held_out.outcome_model[kept],
        arm=held_out.arm[kept],
        outcome=held_out.outcome[kept],
        propensity=held_out.propensity[kept],
        clusters=None if clusters is None else np.unique(clusters[kept], return_inverse=True)[1],
        fold=None if held_out.fold is None else held_out.fold[kept],
        weights=None if held_out.weights is None else held_out.weights[kept],
    )
    return taken, risk[kept], missing
