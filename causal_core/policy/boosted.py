"""Policies of boosted trees: for each pair of actions a classifier of the better one, and a vote."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import combinations
from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from causal_core.data.design import Floats, Integers
from causal_core.engine.progress import report
from causal_core.policy.linear import CLEARLY, Compared
from causal_core.problem import Problem
from causal_core.uplift.arrays import mean_and_error
from causal_core.uplift.features import Encoder

if TYPE_CHECKING:  # heavy, and only a worker fits models
    import lightgbm

TREES: Final = 60
MOST_ACTIONS: Final = 6


@dataclass(frozen=True, eq=False)
class BoostedPolicy:
    """The action that wins most of its pairs; of equal ones the one ahead by most.

    Attributes:
        boosters: A classifier for each pair of actions (a, b), a < b, in order: log-odds that b is better;
            none where everybody gets `only`.
        only: The action of everybody, where no telling apart was clearly better.
        actions: What the actions are called.
        score: Mean score of the actions on the rows it was found on; optimistic, so value it on others.
        chosen: How well that did on rows it was not found on.
        compared: The best single action, and the boosted trees.
        encoder: How columns become codes.
    """

    boosters: tuple[lightgbm.Booster, ...] = field(repr=False)
    only: int
    actions: tuple[str, ...]
    score: float
    chosen: Compared
    compared: tuple[Compared, ...] = field(repr=False)
    encoder: Encoder = field(repr=False)

    def assign(self, features: pd.DataFrame | ArrayLike) -> Integers:
        """(n,) action index of each row.

        Raises:
            Problem: A column it was found on is missing.
        """
        matrix = self.encoder.matrix(features)
        if not self.boosters:
            return np.full(len(matrix), self.only)
        return _vote(self.boosters, matrix, len(self.actions))


def learn_boosted(
    encoder: Encoder,
    matrix: Floats,
    rewards: Floats,
    fold: Integers,
    clusters: Integers | None,
    actions: tuple[str, ...],
    seed: int = 0,
    weights: Floats | None = None,
) -> BoostedPolicy:
    """Cost-sensitive classification of every pair (all-pairs reduction; Beygelzimer et al. 2008).

    Each row counts in a pair by how far its two scores are apart (Zhao et al. 2012).

    Args:
        encoder: How columns became codes.
        matrix: (n, p) coded columns.
        rewards: (n, k) scores.
        fold: (n,) folds that say whether telling people apart is better than the best single action.
        clusters: (n,) codes, or None.
        actions: What the actions are called.
        seed: Of the trees.
        weights: (n,) sampling weights, or None.

    Raises:
        Problem: There are more than 6 actions.
    """
    if rewards.shape[1] > MOST_ACTIONS:
        raise Problem(
            f"There are {rewards.shape[1]} actions; boosted policies compare at most {MOST_ACTIONS}.",
            remedy="Choose a linear policy or a tree, or leave arms out.",
        )
    shares = np.ones(len(rewards)) if weights is None else weights / weights.mean()
    found, constant = np.empty(len(rewards)), np.empty(len(rewards))
    parts = int(fold.max()) + 1
    for part in range(parts):
        learning, rows = fold != part, np.flatnonzero(fold == part)
        boosters = _boost_pairs(
            matrix[learning], rewards[learning], shares[learning], encoder.categorical, seed
        )
        found[rows] = rewards[rows, _vote(boosters, matrix[rows], rewards.shape[1])]
        constant[rows] = rewards[rows, int((shares[learning] @ rewards[learning]).argmax())]
        report(part + 1, parts + 1)
    gain = mean_and_error(found - constant, clusters, shares)
    tried = (
        Compared("constant", 0.0, float((shares * constant).mean()), 0.0, 0.0),
        Compared("boosted", 0.0, float((shares * found).mean()), *gain),
    )
    only = int((shares @ rewards).argmax())
    if tried[1].gain <= CLEARLY * tried[1].std_error:
        score = float((shares * rewards[:, only]).mean())
        return BoostedPolicy((), only, actions, score, tried[0], tried, encoder)
    boosters = _boost_pairs(matrix, rewards, shares, encoder.categorical, seed)
    picked = _vote(boosters, matrix, rewards.shape[1])
    score = float((shares * rewards[np.arange(len(rewards)), picked]).mean())
    return BoostedPolicy(boosters, only, actions, score, tried[1], tried, encoder)


def _boost_pairs(
    matrix: Floats, rewards: Floats, shares: Floats, categorical: tuple[int, ...], seed: int
) -> tuple[lightgbm.Booster, ...]:
    import lightgbm

    options = {
        "objective": "binary",
        "num_leaves": 8,
        "learning_rate": 0.05,
        "max_bin": 127,
        "min_data_in_leaf": max(2, min(100, len(rewards) // 20)),
        "num_threads": 1,
        "deterministic": True,
        "force_row_wise": True,
        "seed": seed,
        "verbosity": -1,
    }
    found = []
    for first, second in combinations(range(rewards.shape[1]), 2):
        ahead = rewards[:, second] - rewards[:, first]
        weight = shares * np.abs(ahead) / (np.abs(ahead).mean() or 1.0)
        data = lightgbm.Dataset(
            matrix,
            (ahead > 0).astype(np.float64),
            weight=weight,
            categorical_feature=list(categorical),
            params=options,
        )
        found.append(lightgbm.train(options, data, num_boost_round=TREES))
    return tuple(found)


def _vote(boosters: tuple[lightgbm.Booster, ...], matrix: Floats, actions: int) -> Integers:
    wins, ahead = np.zeros((len(matrix), actions)), np.zeros((len(matrix), actions))
    if len(matrix) == 0:
        return np.empty(0, dtype=np.int64)
    for booster, (first, second) in zip(boosters, combinations(range(actions), 2), strict=True):
        odds = np.asarray(booster.predict(matrix, raw_score=True, num_threads=1), dtype=np.float64)
        wins[:, second] += odds > 0
        wins[:, first] += odds <= 0
        ahead[:, second] += odds
        ahead[:, first] -= odds
    # Log-odds decide among equal numbers of wins only.
    ahead = 0.5 * np.tanh(ahead / (1 + np.abs(ahead).max())) / actions
    return np.asarray((wins + ahead).argmax(axis=1))
