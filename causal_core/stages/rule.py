"""Rules over several stages: learned ones, a readable one, and what they are compared with."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from causal_core.data.design import Floats, Integers
from causal_core.policy import PolicyTree, fit_tree
from causal_core.stages.history import History
from causal_core.stages.q_learning import Models, chances, q_learning
from causal_core.stages.value import Regime
from causal_core.uplift.folds import folds

MOST_SEQUENCES: Final = 24
"""Fixed sequences that are valued; of more, those that most people had."""

_FOLDS: Final = 3


def learned_regime(models: Models) -> Regime:
    """The rule that Q-learning finds on the learning half."""
    found = q_learning(models, models.history.learning)
    return Regime("q_learning", (), found.policies)


def first_only(models: Models) -> Regime:
    """The first decision by person, as though it were the only one; later ones as they were made."""
    history = models.history
    first = history.decisions[0]
    later = history.spent - first.spent
    arms = np.arange(len(first.arms))
    q = models.expected(0, arms, history.worth - later, history.learning) - first.cost
    best = np.where(first.allowed, q, -np.inf).argmax(axis=1)
    return Regime("first_only", (), (np.eye(len(arms))[best], *(None for _ in history.decisions[1:])))


def logged(history: History) -> Regime:
    """What was done."""
    return Regime("logged", (), tuple(None for _ in history.decisions))


def sequences(history: History) -> tuple[tuple[int, ...], ...]:
    """The sequences of arms that can be given to everybody, as people had them; -1 where nobody decides more.

    An arm belongs to a sequence when it was given after the arms before it; sequences that differ only where
    nobody has a decision are one.
    """
    found: list[tuple[int, ...]] = []

    def walk(past: tuple[int, ...]) -> None:
        place = len(past)
        if place == len(history.decisions):
            found.append(past)
            return
        decision = history.decisions[place]
        rows = _followed(history, past) & decision.decided
        if not rows.any():
            walk((*past, -1))
            return
        for arm in np.flatnonzero(decision.allowed[rows].all(axis=0)):
            walk((*past, int(arm)))

    walk(())
    by_rows = sorted(found, key=lambda each: -int(_followed(history, each).sum()))
    kept = set(by_rows[:MOST_SEQUENCES]) | {each for each in found if max(each) <= 0}
    return tuple(each for each in found if each in kept)


def fixed(history: History, sequence: tuple[int, ...]) -> Regime:
    """The same arms for everybody; "none" when they are the controls."""
    labels = tuple(
        decision.arms[arm] if arm >= 0 else ""
        for decision, arm in zip(history.decisions, sequence, strict=True)
    )
    policies = tuple(
        np.eye(len(decision.arms))[np.full(len(decision.arm), max(arm, 0))]
        for decision, arm in zip(history.decisions, sequence, strict=True)
    )
    return Regime("none" if max(sequence) <= 0 else "fixed", labels, policies)


@dataclass(frozen=True, eq=False)
class TreeRule:
    """A rule of a few questions at each stage.

    Attributes:
        trees: One a stage; their actions are the stage's arms in order.
        regime: What it does on all rows.
        overruled: Decisions for which its arm was never given after these arms, so the arm of highest score
            among the possible ones stands in.
    """

    trees: tuple[PolicyTree, ...]
    regime: Regime
    overruled: int


def tree_rule(models: Models, depth: int) -> TreeRule:
    """A policy tree a stage, from the last to the first, on doubly robust scores of the learning half.

    At each stage the scores G_a = Q_a + 1{A = a} / e_a (V - Q_a) - cost_a hold what follows when later stages
    obey their trees, with models of other folds; the tree maximises their sum exactly on quantile bins (Athey
    & Wager 2021; Zhang & Zhang 2018, "C-learning", for the backward steps).

    Args:
        models: What to learn with.
        depth: Questions at each stage, 1 or 2.
    """
    history = models.history
    target, robust = history.worth.copy(), history.worth.copy()
    sequence = np.unique(history.codes[history.learning], axis=0, return_inverse=True)[1].reshape(-1)
    groups = None if history.clusters is None else history.clusters[history.learning]
    clusters = None if groups is None else np.unique(groups, return_inverse=True)[1]
    fold = folds(sequence, _FOLDS, clusters, models.seed)
    trees: list[PolicyTree] = []
    policies: list[Floats] = []
    overruled = 0
    for place in reversed(range(len(history.decisions))):
        decision = history.decisions[place]
        q, scores = _scores(models, place, target, robust, fold)
        used = history.learning[decision.decided[history.learning]]
        features = decision.features
        if features.shape[1] == 0:
            features = features.assign(**{"(nothing)": 0.0})
        # What was never given must not win a leaf: below everything that was.
        floor = float(scores[used].min()) - float(np.ptp(scores[used])) - 1.0
        masked = np.where(decision.allowed[used], scores[used], floor)
        tree = fit_tree(features.iloc[used], masked, depth, actions=decision.arms)
        policy, stood_in = _possible(tree.assign(features), decision.allowed, masked.mean(axis=0))
        overruled += int(stood_in[decision.decided].sum())
        trees.insert(0, tree)
        policies.insert(0, policy)
        decided = decision.decided
        robust = np.where(decided, (policy * scores).sum(axis=1), robust)
        target = np.where(decided, (policy * (q - decision.cost)).sum(axis=1), target)
    return TreeRule(tuple(trees), Regime("tree", (), tuple(policies)), overruled)


def _scores(
    models: Models, place: int, target: Floats, robust: Floats, fold: Integers
) -> tuple[Floats, Floats]:
    """(n, k) regressions and scores of the learning half's rows with a decision, each from other folds."""
    history = models.history
    decision = history.decisions[place]
    q, scores = np.zeros(decision.allowed.shape), np.zeros(decision.allowed.shape)
    arms = np.arange(len(decision.arms))
    for part in range(_FOLDS):
        rows, others = history.learning[fold == part], history.learning[fold != part]
        rows = rows[decision.decided[rows]]
        expected = models.expected(place, arms, target, others)[rows]
        chance = chances(history, place, others, models.seed)[0][rows]
        given, each = decision.arm[rows], np.arange(len(rows))
        score = expected.copy()
        score[each, given] += (robust[rows] - expected[each, given]) / chance[each, given]
        q[rows], scores[rows] = expected, score - decision.cost[rows]
    return q, scores


def _possible(
    chosen: Integers, allowed: np.ndarray[tuple[int, ...], np.dtype[np.bool_]], usual: Floats
) -> tuple[Floats, np.ndarray[tuple[int], np.dtype[np.bool_]]]:
    """(n, k) the arms chosen, the usually best possible one where the chosen one is not; and where."""
    each = np.arange(len(chosen))
    wrong = ~allowed[each, chosen]
    instead = np.where(allowed, usual, -np.inf).argmax(axis=1)
    return np.eye(allowed.shape[1])[np.where(wrong, instead, chosen)], wrong


def _followed(history: History, past: tuple[int, ...]) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    """(n,) whether each person had these arms, wherever there was a decision."""
    held = np.ones(len(history.worth), dtype=bool)
    for decision, arm in zip(history.decisions, past, strict=False):
        held &= (decision.arm == arm) | (decision.arm < 0)
    return held
