"""Policy trees of up to three questions in a row, found exactly over quantile bins (Athey & Wager 2021)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from causal_core.data.design import Floats, Integers
from causal_core.engine.progress import part, report
from causal_core.plain import Plain, to_plain
from causal_core.policy.tree_depth import FOLDS, DepthValue, compare_depths
from causal_core.policy.tree_fit import Fitted, fit, sized
from causal_core.policy.tree_leaves import Leaf, leaves_of
from causal_core.policy.tree_node import Node, leaf_of, node_from_dict, node_to_dict, plain_level
from causal_core.policy.tree_words import paths, rule_lines
from causal_core.problem import DoesNotApply, Problem
from causal_core.uplift.arrays import cluster_codes
from causal_core.uplift.features import Encoder, as_frame

DEPTHS = (0, 1, 2, 3)
"""How many questions may follow each other."""


@dataclass(frozen=True, eq=False)
class PolicyTree:
    """A policy in a few questions.

    Attributes:
        root: The first question, or a leaf.
        actions: What each action is called; the first is the control.
        score: Mean score of the actions it assigns to the rows it was fitted on; optimistic, so value the
            tree on other rows.
        encoder: How columns become numbers.
        asked: Most questions in a row it was allowed.
        bins: A column of numbers was cut into at most so many parts.
        cuts: Cut points searched, over all columns; the tree is the best of all trees over these.
        smallest_leaf: Rows that each leaf was to hold at least.
        rows: Rows it was fitted on.
        depths: What each depth brings by cross-validation; empty when the depth was given.
        note: What could not be tried, in words; mostly empty.
    """

    root: Node
    actions: tuple[str, ...]
    score: float
    encoder: Encoder = field(repr=False)
    asked: int = 2
    bins: int = 0
    cuts: int = 0
    smallest_leaf: int = 1
    rows: int = 0
    depths: tuple[DepthValue, ...] = ()
    note: str = ""

    def assign(self, features: pd.DataFrame | ArrayLike) -> Integers:
        """(n,) action index of each row.

        Raises:
            Problem: A column the tree was fitted on is missing.
        """
        actions = np.array([leaf.action for leaf in self.root.leaves])
        return np.asarray(actions[leaf_of(self.root, self.encoder.matrix(features))])

    def describe(
        self,
        features: pd.DataFrame | ArrayLike | None = None,
        scores: ArrayLike | None = None,
        unit: str = "",
    ) -> str:
        """The rules in words, one line a leaf; with rows and their scores, each leaf's share and gain too."""
        if features is None or scores is None:
            return "\n".join(rule_lines(self.root, self.actions))
        return "\n".join(leaf.sentence(unit) for leaf in self.leaves(features, scores))

    def leaves(
        self,
        features: pd.DataFrame | ArrayLike,
        scores: ArrayLike,
        clusters: ArrayLike | None = None,
    ) -> tuple[Leaf, ...]:
        """What each leaf gains, low sides first. On rows the tree was fitted on the gains are too high.

        Args:
            features: (n, p) covariates.
            scores: (n, k) AIPW scores of these rows, costs already taken off.
            clusters: (n,) cluster of each row, for the intervals.

        Raises:
            Problem: A column is missing, or the scores have another shape.
        """
        place = leaf_of(self.root, self.encoder.matrix(features))
        rewards = _rewards(scores, len(place))
        if rewards.shape[1] != len(self.actions):
            raise Problem(
                f"The scores are of {rewards.shape[1]} actions, the tree's are {len(self.actions)}.",
                column="scores",
            )
        found = [(path, leaf.action, leaf.runner_up) for path, leaf in paths(self.root)]
        return leaves_of(found, place, rewards, self.actions, cluster_codes(clusters, len(place)))

    def to_dict(self) -> dict[str, Plain]:
        """The tree as plain JSON: "actions", "columns" (how they are coded) and "root".

        A question has "column" and either "threshold" (low: at most that, or missing) or "levels" (low: one
        of these; others, a missing or a new one are high), and what follows in "low" and "high"; a leaf has
        "action" and its "index".
        """
        return {
            "actions": list(self.actions),
            "columns": [
                {"name": name, "levels": None if levels is None else [plain_level(each) for each in levels]}
                for name, levels in zip(self.encoder.names, self.encoder.levels, strict=True)
            ],
            "root": node_to_dict(self.root, self.actions),
            "score": self.score,
            "depth": self.root.depth,
            "asked": self.asked,
            "bins": self.bins,
            "cuts": self.cuts,
            "smallest_leaf": self.smallest_leaf,
            "rows": self.rows,
            "depths": to_plain(self.depths),
            "note": self.note,
        }

    @classmethod
    def from_dict(cls, plain: Mapping[str, Any]) -> PolicyTree:
        """The tree of such a dictionary; levels that JSON does not know come back as text.

        Raises:
            Problem: The dictionary does not describe a tree.
        """
        try:
            encoder = Encoder(
                tuple(column["name"] for column in plain["columns"]),
                tuple(
                    None if column["levels"] is None else tuple(column["levels"])
                    for column in plain["columns"]
                ),
            )
            numbers = {name: int(plain[name]) for name in ("asked", "bins", "cuts", "smallest_leaf", "rows")}
            return cls(
                node_from_dict(plain["root"], encoder),
                tuple(plain["actions"]),
                float(plain["score"]),
                encoder,
                depths=tuple(DepthValue(**each) for each in plain["depths"]),
                note=str(plain["note"]),
                **numbers,
            )
        except (KeyError, TypeError, ValueError) as error:
            raise Problem(
                f"This is not a policy tree: {error}.", remedy="Give what `PolicyTree.to_dict` wrote."
            ) from error


def fit_tree(
    features: pd.DataFrame | ArrayLike,
    scores: ArrayLike,
    depth: int = 2,
    actions: tuple[str, ...] | None = None,
    cross_validate: bool = False,
    clusters: ArrayLike | None = None,
    seed: int = 0,
    smallest_leaf: int | None = None,
) -> PolicyTree:
    """The tree of given depth that maximises sum_i G_{i, pi(x_i)}, exactly over the cuts it searches.

    Numbers are cut between any two values when there are at most 64 different ones, otherwise at 63 quantiles
    (fewer for depth three where the search would take long; the tree says how many cuts there were). A
    category is cut into any of its 20 commonest levels against the rest, or after any place in the order of
    their mean advantage of the best action. The advantage is one ordering for the whole tree.

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
    rewards = _rewards(scores, len(matrix))
    names = actions or tuple(f"action {action}" for action in range(rewards.shape[1]))
    if len(names) != rewards.shape[1]:
        raise Problem(f"There are {len(names)} names for {rewards.shape[1]} actions.", column="actions")
    least = _least(smallest_leaf, len(matrix))
    truths = frozenset(str(name) for name, kind in frame.dtypes.items() if pd.api.types.is_bool_dtype(kind))
    table: tuple[DepthValue, ...] = ()
    note, start = "", 0.0
    if depth == 0 or cross_validate:
        start = FOLDS / (FOLDS + 1)
        with part(0, start):
            table, note = _compare(
                encoder, matrix, rewards, least, cluster_codes(clusters, len(matrix)), seed
            )
        depth = next(each.depth for each in table if each.chosen)
    with part(start, 1):
        fitted = fit(encoder, matrix, rewards, depth, least, truths)
        report(1, 1)
    chosen = _actions(fitted, matrix)
    return PolicyTree(
        root=fitted.root,
        actions=names,
        score=float(rewards[np.arange(len(matrix)), chosen].mean()),
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
) -> tuple[tuple[DepthValue, ...], str]:
    """The depths by cross-validation, and what could not be tried."""
    depths: tuple[int, ...] = DEPTHS
    note = ""
    try:
        sized(encoder, matrix, rewards, DEPTHS[-1])
    except DoesNotApply as reason:
        depths, note = DEPTHS[:-1], reason.message

    def assign(learning: Integers, others: Integers, depth: int) -> Integers:
        smallest = max(1, round(least * len(learning) / len(matrix)))
        fitted = fit(encoder, matrix[learning], rewards[learning], depth, smallest)
        return _actions(fitted, matrix[others])

    return compare_depths(assign, rewards, depths, clusters, seed), note


def _actions(fitted: Fitted, matrix: Floats) -> Integers:
    actions = np.array([leaf.action for leaf in fitted.root.leaves])
    return np.asarray(actions[leaf_of(fitted.root, matrix)])


def _rewards(scores: ArrayLike, rows: int) -> Floats:
    rewards = np.asarray(scores, dtype=np.float64)
    if rewards.ndim != 2 or len(rewards) != rows or rewards.shape[1] == 0:
        raise Problem(f"The scores must have the shape ({rows:,}, actions).", column="scores")
    if not np.isfinite(rewards).all():
        missing = int((~np.isfinite(rewards)).any(axis=1).sum())
        raise Problem(f"Scores are missing in {missing:,} rows.", column="scores")
    return rewards


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
