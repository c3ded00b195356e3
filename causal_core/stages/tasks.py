"""What workers do for a rule over stages: learn it, value it, and put everything side by side."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import Final

import numpy as np

from causal_core.data.design import Floats, Integers
from causal_core.engine.progress import report
from causal_core.percent import percent
from causal_core.policy.evaluation import HEAVY_UNIT, LOW_SAMPLE
from causal_core.policy.result import Gain
from causal_core.policy.tree import PolicyTree
from causal_core.stages.asked import Asked
from causal_core.stages.history import History, history_of
from causal_core.stages.q_learning import Models, chances, q_learning
from causal_core.stages.result import Assignment, RegimeValue, StageFound, StagesResult
from causal_core.stages.rule import first_only, fixed, learned_regime, logged, sequences, tree_rule
from causal_core.stages.value import Contributions, Regime, contributions
from causal_core.uplift.arrays import interval, mean_and_error

KINDS: Final = ("learned", "readable", "fixed")
"""The tasks of a plan: the learned rule, the readable one, and the sequences they are compared with."""


@dataclass(frozen=True, eq=False)
class Valued:
    """What one task gives.

    Attributes:
        regimes: Values row by row.
        first: (n,) arm of a rule at the first stage; empty for what is no rule.
        expected: (n, k) predicted value of each first arm; empty but for the learned rule.
        trees: The readable rule.
        overruled: Decisions where another arm stands in for its own.
        raised: By stage, held-out rows whose estimated probability was raised.
        outcomes: (h, 2) contributions to the mean outcome of the learned rule and of the control at every
            stage; empty for other kinds, or when nobody could have that.
    """

    regimes: tuple[Contributions, ...]
    first: Integers
    expected: Floats
    raised: tuple[int, ...]
    trees: tuple[PolicyTree, ...] = ()
    overruled: int = 0
    outcomes: Floats = field(default_factory=lambda: np.empty((0, 2)))


def value_rules(asked: Asked, kind: str) -> Valued:
    """One kind of rules, learned on the learning half and valued on the other.

    Raises:
        Problem: A column does not hold what it must, or an arm is too rare.
    """
    models, probabilities, raised = prepared(asked)
    history = models.history
    none: Integers = np.empty(0, dtype=np.int64)
    empty = np.empty((0, 0))
    if kind == "fixed":
        found = sequences(history)
        valued = []
        for done, sequence in enumerate(found):
            report(done, len(found))
            valued.append(contributions(models, probabilities, fixed(history, sequence)))
        return Valued(tuple(valued), none, empty, raised)
    if kind == "readable":
        tree = tree_rule(models, asked.depth)
        report(1, 2)
        return Valued(
            (contributions(models, probabilities, tree.regime),),
            _first_of(tree.regime),
            empty,
            raised,
            tree.trees,
            tree.overruled,
        )
    learned = learned_regime(models)
    report(1, 3)
    regimes = (learned, first_only(models), logged(history))
    valued = [contributions(models, probabilities, regime) for regime in regimes]
    expected = q_learning(models, history.learning).expected[0]
    outcomes = _outcomes(models, probabilities, learned)
    return Valued(tuple(valued), _first_of(learned), expected, raised, outcomes=outcomes)


def combine_stages(asked: Asked, comparable: tuple[str, ...], parts: Sequence[Valued]) -> StagesResult:
    """All rules side by side; `parts` in the order of `KINDS`."""
    history = history_of(asked)
    learned, readable, sequenced = parts
    rule, first, seen = learned.regimes
    regimes = (rule, *readable.regimes, *sequenced.regimes, first, seen)
    none = next((each for each in sequenced.regimes if each.name == "none"), None)
    best = max(sequenced.regimes, key=lambda each: each.predicted, default=None)
    raised = learned.raised
    outcome, spending = _changes(asked, history, learned.outcomes, rule, none)
    return StagesResult(
        stages=tuple(_stage(asked, history, place, raised[place]) for place in range(len(asked.stages))),
        regimes=tuple(_valued(history, each, none, seen, rule) for each in regimes),
        best_fixed=() if best is None else best.arms,
        trees=readable.trees,
        overruled=readable.overruled,
        outcome=outcome,
        spending=spending,
        first=Assignment(
            rows=history.rows,
            learned=learned.first,
            readable=readable.first,
            expected=learned.expected,
            held_out=np.isin(np.arange(len(history.rows)), history.held_out),
        ),
        rows_learned=len(history.learning),
        rows_used=len(history.held_out),
        dropped=history.dropped,
        rare=history.rare,
        comparable=comparable,
    )


@lru_cache(maxsize=1)
def prepared(asked: Asked) -> tuple[Models, tuple[Floats, ...], tuple[int, ...]]:
    """What to learn with, (n, k) chances of each stage's arms, and how many of them were raised."""
    history = history_of(asked)
    found = [chances(history, place, history.learning, asked.seed) for place in range(len(asked.stages))]
    return (
        Models(history, asked.base, asked.seed),
        tuple(probabilities for probabilities, _ in found),
        tuple(raised for _, raised in found),
    )


def _outcomes(models: Models, probabilities: tuple[Floats, ...], learned: Regime) -> Floats:
    history = models.history
    none = next((fixed(history, each) for each in sequences(history) if max(each) <= 0), None)
    if none is None:
        return np.empty((0, 2))
    free = tuple(replace(each, cost=np.zeros_like(each.cost)) for each in history.decisions)
    plain = replace(models, history=replace(history, worth=history.outcome, decisions=free), memory={})
    return np.column_stack([contributions(plain, probabilities, each).by_row for each in (learned, none)])


def _first_of(regime: Regime) -> Integers:
    policy = regime.policies[0]
    return np.empty(0, dtype=np.int64) if policy is None else policy.argmax(axis=1)


def _valued(
    history: History,
    found: Contributions,
    none: Contributions | None,
    seen: Contributions,
    rule: Contributions,
) -> RegimeValue:
    clusters = None if history.clusters is None else history.clusters[history.held_out]
    weights = None if history.weights is None else history.weights[history.held_out]

    def gain(over: Floats) -> Gain:
        return Gain.of(over, clusters, weights)

    value, error = mean_and_error(found.by_row, clusters, weights)
    carried = found.weight if weights is None else found.weight * weights
    square = float(carried @ carried)
    size = float(carried.sum() ** 2 / square) if square > 0 else 0.0
    return RegimeValue(
        name=found.name,
        arms=found.arms,
        value=value,
        std_error=error,
        ci=interval(value, error),
        gain_vs_none=None if none is None else gain(found.by_row - none.by_row),
        gain_vs_logged=gain(found.by_row - seen.by_row),
        gain_of_rule=gain(rule.by_row - found.by_row),
        cost=found.spent,
        treated_share=found.treated,
        effective_sample_size=size,
        warnings=_warnings(carried, size),
        predicted=found.predicted,
        steps=found.steps,
        by_row=found.by_row,
    )


def _changes(
    asked: Asked,
    history: History,
    outcomes: Floats,
    rule: Contributions,
    none: Contributions | None,
) -> tuple[Gain | None, Gain | None]:
    if none is None or not len(outcomes):
        return None, None
    clusters = None if history.clusters is None else history.clusters[history.held_out]
    weights = None if history.weights is None else history.weights[history.held_out]
    outcome = outcomes[:, 0] - outcomes[:, 1]
    spent = asked.benefit * outcome - (rule.by_row - none.by_row)
    return Gain.of(outcome, clusters, weights), Gain.of(spent, clusters, weights)


def _warnings(carried: Floats, size: float) -> tuple[str, ...]:
    found = []
    if size < LOW_SAMPLE:
        found.append(
            f"Few rows had the arms it gives: the effective sample size is {size:.0f}, so the value rests on "
            "few rows."
        )
    total = float(carried.sum())
    if total > 0 and carried.max() > HEAVY_UNIT * total:
        found.append(f"One row carries {percent(carried.max() / total)} of the weight.")
    return tuple(found)


def _stage(asked: Asked, history: History, place: int, raised: int) -> StageFound:
    stage, decision = asked.stages[place], history.decisions[place]
    by_column = asked.propensity is not None and asked.propensity[0] == stage.treatment
    return StageFound(
        treatment=stage.treatment,
        arms=decision.arms,
        covariates=stage.covariates,
        known=tuple(map(str, decision.features.columns)),
        decided=float(decision.decided.mean()),
        within=decision.within,
        chances="known" if by_column else "estimated" if decision.known is None else "drawn",
        raised=raised,
    )
