"""Policy trees of up to three questions in a row, found exactly over quantile bins (Athey & Wager 2021)."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from causal_core.data.design import Floats, Integers
from causal_core.engine.progress import part, report
from causal_core.policy.tree import PolicyTree
from causal_core.policy.tree_depth import FOLDS, DepthValue, compare_depths
from causal_core.policy.tree_fit import Fitted, fit, sized
from causal_core.policy.tree_node import leaf_of
from causal_core.policy.tree_scores import as_rewards, as_weights
from causal_core.problem import DoesNotApply, Problem
from causal_core.uplift.arrays import cluster_codes
from causal_core.uplift.features import Encoder, as_frame

DEPTHS = (0, 1, 2, 3)
"""How many questions may follow each other."""


def fit_tree(
    features: pd.DataFrame | ArrayLike,
    scores: ArrayLike,
    depth: int = 2,
    actions: tuple[str, ...] | None = None,
    cross_validate: bool = False,
    clusters: ArrayLike | None = None,
    seed: int = 0,
    smallest_leaf: int | None = None,
    weights: ArrayLike | None = None,
) -> PolicyTree:
    """The tree of given depth that maximises sum_i G_{i, pi(x_i)}, exactly over the cuts it searches.

    Numbers are cut between any two values when there are at most 128 different ones, otherwise at 127
    quantiles; at fewer, but never fewer than 63, where the search would take long. For the first question of
    depth three there are at most 47, and fewer for many columns; the tree says how many were searched. A
    category is cut into any of its 20 commonest levels against the rest, or after any place in the order of
    the levels' mean advantage of the best action, one order for the whole tree.

    Args:
        features: (n, p) frame or array; missing values and categories are welcome.
        scores: (n, k) AIPW scores of each action, costs already taken off; the first action is the control.
        depth: 1, 2 or 3; 0 asks for cross-validation.
        actions: What the actions are called; "action 0", ... when None.
        cross_validate: Choose the depth among 0 (one action for everybody) to 3, whatever `depth` says: the
            smallest that is at most one standard error behind the best on five folds.
        clusters: (n,) cluster of each row; folds keep them whole.
        seed: Of the folds.
        smallest_leaf: Rows that each leaf holds at least; 1 % of the rows when None.
        weights: (n,) sampling weights: the sum that is maximised is sum_i w_i G_{i, pi(x_i)}.

    Raises:
        Problem: Another depth, shapes that differ, missing scores, or a search that would take too long.
    """
    if depth not in DEPTHS:
        raise Problem(
            f"Exact trees have depth 1, 2 or 3, not {depth}.",
            column="depth",
            remedy="Choose 1 to 3, or 0 to let cross-validation choose.",
        )
    frame = as_frame(features)
    encoder = Encoder.of(frame)
    matrix = encoder.matrix(frame)
    rewards = as_rewards(scores, len(matrix))
    names = actions or tuple(f"action {action}" for action in range(rewards.shape[1]))
    if len(names) != rewards.shape[1]:
        raise Problem(f"There are {len(names)} names for {rewards.shape[1]} actions.", column="actions")
    least, counted = _least(smallest_leaf, len(matrix)), as_weights(weights, len(matrix))
    truths = frozenset(str(name) for name, kind in frame.dtypes.items() if pd.api.types.is_bool_dtype(kind))
    table: tuple[DepthValue, ...] = ()
    note, start = "", 0.0
    if depth == 0 or cross_validate:
        start = FOLDS / (FOLDS + 1)
        with part(0, start):
            codes = cluster_codes(clusters, len(matrix))
            table, note = _compare(encoder, matrix, rewards, least, codes, seed, counted)
        depth = next(each.depth for each in table if each.chosen)
    with part(start, 1):
        fitted = fit(encoder, matrix, _counted(rewards, counted), depth, least, truths)
        report(1, 1)
    chosen = _actions(fitted, matrix)
    return PolicyTree(
        root=fitted.root,
        actions=names,
        score=float(np.average(rewards[np.arange(len(matrix)), chosen], weights=counted)),
        encoder=encoder,
        asked=depth,
        bins=fitted.bins,
        cuts=fitted.cuts,
        smallest_leaf=least,
        rows=len(matrix),
        depths=table,
        note=note,
    )


def _compare(
    encoder: Encoder,
    matrix: Floats,
    rewards: Floats,
    least: int,
    clusters: Integers | None,
    seed: int,
    weights: Floats | None,
) -> tuple[tuple[DepthValue, ...], str]:
    """The depths by cross-validation, and what could not be tried."""
    depths: tuple[int, ...] = DEPTHS
    note = ""
    try:
        sized(encoder, matrix, rewards, DEPTHS[-1])
    except DoesNotApply as reason:
        depths, note = DEPTHS[:-1], reason.message

    scores = _counted(rewards, weights)

    def assign(learning: Integers, others: Integers, depth: int) -> Integers:
        smallest = max(1, round(least * len(learning) / len(matrix)))
        fitted = fit(encoder, matrix[learning], scores[learning], depth, smallest)
        return _actions(fitted, matrix[others])

    return compare_depths(assign, rewards, depths, clusters, seed, weights), note


def _actions(fitted: Fitted, matrix: Floats) -> Integers:
    actions = np.array([leaf.action for leaf in fitted.root.leaves])
    return np.asarray(actions[leaf_of(fitted.root, matrix)])


def _counted(rewards: Floats, weights: Floats | None) -> Floats:
    return rewards if weights is None else rewards * weights[:, None]


def _least(smallest_leaf: int | None, rows: int) -> int:
    if smallest_leaf is None:
        return max(1, int(np.ceil(rows / 100)))
    if smallest_leaf < 1:
        raise Problem(
            f"A leaf cannot hold at least {smallest_leaf} rows.",
            column="smallest_leaf",
            remedy="Give 1 or more rows.",
        )
    return int(smallest_leaf)
