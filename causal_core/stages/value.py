"""The value of a rule over several stages, on rows it was not learned on."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from causal_core.data.design import Floats, Integers
from causal_core.stages.history import History
from causal_core.stages.q_learning import Models, Policy
from causal_core.uplift.arrays import Marks


@dataclass(frozen=True, eq=False)
class Regime:
    """What is done at each stage.

    Attributes:
        name: "q_learning", "tree", "none", "fixed", "logged" or "first_only".
        arms: The sequence of arms of "none" and "fixed", "" where the sequence has no further decision.
        policies: For each stage (n, k) probabilities, or None to do there as was done.
    """

    name: str
    arms: tuple[str, ...]
    policies: tuple[Policy | None, ...]


@dataclass(frozen=True, eq=False)
class Contributions:
    """One regime's value, row by row.

    Attributes:
        name: Of the regime.
        arms: Of the regime.
        by_row: (h,) one for each held-out row; their mean is the value, costs taken off.
        weight: (h,) product over the stages of pi / e.
        steps: What is done to whom; see `Followed`.
        spent: Mean cost a person.
        treated: Share of people who get another arm than the control at any stage.
        predicted: Mean value that the regressions give on the rows they were learned on: optimistic for a
            rule that was learned by them.
    """

    name: str
    arms: tuple[str, ...]
    by_row: Floats
    weight: Floats
    steps: tuple[Floats, ...]
    spent: float
    treated: float
    predicted: float


def contributions(models: Models, chances: tuple[Floats, ...], regime: Regime) -> Contributions:
    """The sequential doubly robust value of a regime.

    From the last stage to the first, with V_{J+1} the outcome's worth,
    V_j = sum_a pi_j(a) (Q_j(a) - cost_a) + pi_j(A_j) / e_j(A_j) (V_{j+1} - Q_j(A_j)),
    and V_j = V_{j+1} where there was no decision (Bang & Robins 2005, section 5; Zhang et al. 2013, "Robust
    estimation of optimal dynamic treatment regimes"; Jiang & Li 2016, equation 10). It is right when at every
    stage the probabilities or the regressions are. The Q_j are learned on the learning half alone, backwards,
    each for what the regime does later.
    """
    history = models.history
    rows = history.learning
    target, robust = history.worth, history.worth
    weight = np.ones(len(history.worth))
    each = np.arange(len(history.worth))
    for place in reversed(range(len(history.decisions))):
        decision, policy = history.decisions[place], regime.policies[place]
        if policy is None:
            target, robust = target - decision.spent, robust - decision.spent
            continue
        wanted = np.flatnonzero((policy[decision.decided] > 0).any(axis=0))
        q = models.expected(place, wanted, target, rows)
        given = np.maximum(decision.arm, 0)
        ratio = _ratio(policy[each, given], chances[place][each, given], decision.decided)
        weight = weight * ratio
        plain = (policy * (q - decision.cost)).sum(axis=1)
        robust = np.where(decision.decided, plain + ratio * (robust - q[each, given]), robust)
        target = np.where(decision.decided, plain, target)
    walked = followed(history, chances, regime)
    return Contributions(
        name=regime.name,
        arms=regime.arms,
        by_row=robust[history.held_out],
        weight=weight[history.held_out],
        steps=walked.steps,
        spent=walked.spent,
        treated=walked.treated,
        predicted=mean_of(target, history, history.learning),
    )


@dataclass(frozen=True, eq=False)
class Followed:
    """What a regime does among the held-out rows.

    Attributes:
        steps: For the first stage (1, k + 1) shares of people by arm, the last column without a decision; for
            each later stage (k before + 1, k + 1) shares by the arms of the stage before and its own.
        spent: Mean cost a person.
        treated: Share of people who get another arm than the control at any stage.
    """

    steps: tuple[Floats, ...]
    spent: float
    treated: float


def followed(history: History, chances: tuple[Floats, ...], regime: Regime) -> Followed:
    """Who gets what under a regime, and what that costs.

    Whom there is to decide about at a later stage depends on what was done before, so rows that followed the
    regime until then stand, by their weights, for everybody.
    """
    rows = history.held_out
    each = np.arange(len(rows))
    weight = np.ones(len(rows)) if history.weights is None else history.weights[rows]
    untreated = weight
    before = np.ones((len(rows), 1))
    steps, spent, never = [], 0.0, 0.0
    for place, decision in enumerate(history.decisions):
        decided, given = decision.decided[rows], np.maximum(decision.arm[rows], 0)
        policy = regime.policies[place]
        taken = np.eye(len(decision.arms))[given]
        does = np.where(decided[:, None], taken if policy is None else policy[rows], 0.0)
        total = max(float(weight.sum()), np.finfo(float).tiny)
        steps.append(before.T @ (np.column_stack([does, ~decided]) * weight[:, None]) / total)
        spent += float((weight * (does * decision.cost[rows]).sum(axis=1)).sum()) / total
        never = float((untreated * np.where(decided, does[:, 0], 1.0)).sum()) / total
        if policy is not None:
            ratio = _ratio(policy[rows][each, given], chances[place][rows][each, given], decided)
            weight, untreated = weight * ratio, untreated * ratio
        untreated = np.where(decided & (given > 0), 0.0, untreated)
        before = np.column_stack([np.where(decided[:, None], taken, 0.0), ~decided])
    return Followed(tuple(steps), spent, min(max(1 - never, 0.0), 1.0))


def mean_of(values: Floats, history: History, rows: Integers) -> float:
    """The (weighted) mean over some rows."""
    weights = None if history.weights is None else history.weights[rows]
    return float(np.average(values[rows], weights=weights))


def _ratio(wanted: Floats, chance: Floats, decided: Marks) -> Floats:
    """(n,) pi / e of the arm given; 1 without a decision."""
    return np.divide(wanted, chance, out=np.ones(len(wanted)), where=decided)
