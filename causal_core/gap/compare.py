"""Two rankings of the same people at equal budgets, valued with AIPW scores of rows no model saw.

Rankings are learned on other rows, so that given them each gain is a mean over people; differences are paired
row by row.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from causal_core.data.design import Floats
from causal_core.engine.progress import part, report
from causal_core.gap.harm import Bounds, bounded, without_columns
from causal_core.gap.people import People, Side
from causal_core.gap.possible import possible_effect
from causal_core.gap.result import Alone, Comparison, GapCurve, Line, Treated, Unit
from causal_core.policy.ranking import Reached
from causal_core.policy.result import Gain
from causal_core.problem import Problem
from causal_core.uplift.arrays import mean_and_error

STEPS = 100
"""A curve has so many steps from nobody to everybody."""

MANY_ROWS = 200_000
"""With more rows it has half as many."""


def compare(people: People, share: float | None = None, budget: float | None = None) -> Comparison:
    """Both rankings at one budget.

    Args:
        people: Whom they rank.
        share: The share of people to treat.
        budget: Or the money to spend, per person of all people.

    Raises:
        Problem: Neither or both are given, one is out of range, or there is money where nothing costs any.
    """
    money, amount = _amount(people, share, budget)
    reached = {
        name: side.ranking(money).reach(amount)
        for name, side in (("risk", people.risk), ("uplift", people.uplift))
    }
    by_risk, by_uplift = reached["risk"], reached["uplift"]
    lot = people.risk.at_random(money).reach(amount)
    treated = float(by_risk.included.sum())
    return Comparison(
        money=money,
        budget=amount,
        risk=_treated(people, people.risk, by_risk),
        uplift=_treated(people, people.uplift, by_uplift),
        random=lot.gain(people.risk.worth, people.clusters),
        difference=_paired(people, by_risk, by_uplift, people.risk.worth, people.uplift.worth),
        outcome_difference=possible_effect(
            _paired(people, by_risk, by_uplift, people.risk.effect, people.uplift.effect), people.values
        ),
        same=float(by_risk.included @ by_uplift.included) / treated if treated > 0 else None,
        rows=len(people.rows),
        alone=_alone(people, by_risk, money, amount),
    )


def curves(people: People) -> tuple[GapCurve, ...]:
    """Gains for every budget: by share, and by money where treating costs something; in both units."""
    kinds: list[tuple[Unit, bool]] = [("outcome", False), ("worth", False)]
    if people.priced:
        kinds += [("outcome", True), ("worth", True)]
    found = []
    for place, (unit, money) in enumerate(kinds):
        with part(place / len(kinds), (place + 1) / len(kinds)):
            found.append(curve(people, unit, money=money))
    return tuple(found)


def curve(people: People, unit: Unit, *, money: bool) -> GapCurve:
    """Gains for every hundredth of the largest budget, or every fiftieth where there are many rows."""
    sides = (people.risk, people.uplift)
    values = [side.effect if unit == "outcome" else side.worth for side in sides]
    rankings = [side.ranking(money) for side in sides]
    most = max(ranking.total for ranking in rankings)
    steps = STEPS if len(people.rows) <= MANY_ROWS else STEPS // 2
    budgets = np.linspace(0.0, most, steps + 1)
    lines: list[list[tuple[float, float]]] = [[], [], []]
    for step, amount in enumerate(budgets):
        report(step, len(budgets))
        risk, uplift = (
            ranking.reach(float(amount)).influence(value)
            for ranking, value in zip(rankings, values, strict=True)
        )
        for line, parts in zip(lines, (risk, uplift, uplift - risk), strict=True):
            line.append(mean_and_error(parts, people.clusters))
    by_risk, by_uplift, difference = (_line(line) for line in lines)
    lot = _by_lot(people, values[0], budgets, money=money)
    return GapCurve(money, unit, budgets, by_risk, by_uplift, lot, difference)


def everybody(people: People) -> tuple[Bounds, Bounds]:
    """Shares of all people harmed and helped, each by the arm that ranking by effect would give them."""
    all_of_them = people.uplift.ranking(money=False).reach(1.0)
    harm = people.uplift.harm
    return _bounds(people, all_of_them, harm.harmed), _bounds(people, all_of_them, harm.helped)


def by_shares(people: People) -> tuple[tuple[float, float], tuple[float, float]] | None:
    """What the shares of good outcomes alone say about everybody (harmed, helped); None if not binary."""
    good = people.uplift.harm.good
    return None if good is None else without_columns(*good)


def _amount(people: People, share: float | None, budget: float | None) -> tuple[bool, float]:
    if (share is None) == (budget is None):
        raise Problem("Give either a share of people or an amount of money.")
    if share is not None:
        if not 0 <= share <= 1:
            raise Problem(f"The share to treat is {share}; it must lie between 0 and 1.", column="share")
        return False, share
    assert budget is not None  # noqa: S101 - one of the two is given
    if not people.priced:
        raise Problem(
            "Treating costs nothing, so money sets no limit.", remedy="Give the arms a cost on Policy."
        )
    if not budget >= 0:
        raise Problem(f"The budget is {budget}; it must be 0 or more.", column="budget")
    return True, budget


def _treated(people: People, side: Side, reached: Reached) -> Treated:
    clusters, harm = people.clusters, side.harm
    some = reached.share > 0
    effect = reached.mean(side.effect, clusters)
    return Treated(
        share=reached.share,
        cost=float((reached.included * side.cost).mean()),
        gain=reached.gain(side.worth, clusters),
        outcome_gain=possible_effect(reached.gain(side.effect, clusters), people.values),
        effect=None if effect is None else possible_effect(effect, people.values),
        harmed=_bounds(people, reached, harm.harmed) if some else None,
        helped=_bounds(people, reached, harm.helped) if some else None,
    )


def _alone(people: People, by_risk: Reached, money: bool, amount: float) -> Alone | None:
    side, risk = people.one_arm, people.risk
    if side is None or risk.label is None:
        return None
    reached = side.ranking(money).reach(amount)
    return Alone(risk.label, _paired(people, by_risk, reached, risk.worth, side.worth))


def _bounds(people: People, reached: Reached, scores: Floats) -> Bounds:
    lower, upper = (reached.mean(scores[:, side], people.clusters) for side in (0, 1))
    assert lower is not None  # noqa: S101 - only asked where somebody is treated
    assert upper is not None  # noqa: S101 - as above
    return bounded(lower, upper)


def _paired(people: People, risk: Reached, uplift: Reached, of_risk: Floats, of_uplift: Floats) -> Gain:
    return Gain.of(uplift.influence(of_uplift) - risk.influence(of_risk), people.clusters)


def _by_lot(people: People, values: Floats, budgets: Floats, *, money: bool) -> Line:
    """Everybody has the same chance, so gain and error are straight lines until all are treated."""
    ranking = people.risk.at_random(money)
    half = ranking.reach(ranking.total / 2).gain(values, people.clusters)
    everybody = ranking.reach(ranking.total).gain(values, people.clusters)
    chance = np.minimum(budgets / ranking.total, 1.0) if ranking.total > 0 else np.ones(len(budgets))
    error = np.where(chance < 1, 2 * half.std_error * chance, everybody.std_error)
    return Line(everybody.value * chance, error)


def _line(points: Sequence[tuple[float, float]]) -> Line:
    gain, error = np.array(points).T
    return Line(gain, error)
