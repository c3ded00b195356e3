"""Policy trees of depth one or two, found exactly on quantile bins (Athey & Wager 2021)."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass, field

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from causal_core.data.design import Floats, Integers
from causal_core.problem import Problem
from causal_core.uplift.features import Encoder

BINS = 64
"""Thresholds of a column of numbers: at most this many less one, at its quantiles."""

_LEVELS = 20


@dataclass(frozen=True)
class Split:
    """One question. A missing number counts as low, a missing category as another level.

    Attributes:
        column: Position of the column.
        name: Its name.
        threshold: Left when the number is at or below it; None for a category.
        level: Left when the category is this one; None for numbers.
        code: The code of that level.
    """

    column: int
    name: str
    threshold: float | None
    level: Hashable
    code: float

    def left(self, matrix: Floats) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
        """(n,) whether each row goes left."""
        values = matrix[:, self.column]
        if self.threshold is None:
            return np.asarray(values == self.code)
        return np.asarray(~(values > self.threshold))

    def words(self, *, left: bool) -> str:
        """The answer that leads left or right."""
        if self.threshold is None:
            return f"{self.name} is {'' if left else 'not '}{self.level}"
        return f"{self.name} {'≤' if left else '>'} {self.threshold:.6g}"


@dataclass(frozen=True)
class Node:
    """A leaf (`split` is None) with its action, or a question with two nodes below."""

    action: int
    split: Split | None = None
    low: Node | None = None
    high: Node | None = None


@dataclass(frozen=True, eq=False)
class PolicyTree:
    """A policy in a few questions.

    Attributes:
        root: The first question, or a leaf.
        actions: What each action is called.
        score: Mean score of the actions it assigns to the rows it was fitted on; optimistic, so value the
            tree on other rows.
        encoder: How columns become numbers.
    """

    root: Node
    actions: tuple[str, ...]
    score: float
    encoder: Encoder = field(repr=False)

    def assign(self, features: pd.DataFrame | ArrayLike) -> Integers:
        """(n,) action index of each row.

        Raises:
            Problem: A column the tree was fitted on is missing.
        """
        matrix = self.encoder.matrix(features)
        actions = np.empty(len(matrix), dtype=np.int64)
        _walk(self.root, matrix, np.arange(len(matrix)), actions)
        return actions

    def describe(self) -> str:
        """The rules in words, one line a leaf."""
        return "\n".join(_rules(self.root, (), self.actions))


def fit_tree(
    features: pd.DataFrame | ArrayLike,
    scores: ArrayLike,
    depth: int = 2,
    actions: tuple[str, ...] | None = None,
) -> PolicyTree:
    """The tree of given depth that maximises sum_i G_{i, pi(x_i)}, exactly over the quantile bins.

    Args:
        features: (n, p) frame or array. Numbers are cut at up to 63 quantiles, categories into one level
            against the others (the 20 commonest).
        scores: (n, k) AIPW scores of each action, costs already taken off.
        depth: 1 or 2.
        actions: What the actions are called; "action 0", ... when None.

    Raises:
        Problem: Another depth, shapes that differ, or missing scores.
    """
    if depth not in (1, 2):
        raise Problem(f"Exact trees have depth 1 or 2, not {depth}.", column="depth", remedy="Choose 1 or 2.")
    rewards = np.asarray(scores, dtype=np.float64)
    encoder = Encoder.of(features)
    matrix = encoder.matrix(features)
    if rewards.ndim != 2 or len(rewards) != len(matrix):
        raise Problem(f"The scores must have the shape ({len(matrix):,}, actions).", column="scores")
    if not np.isfinite(rewards).all():
        raise Problem(
            f"Scores are missing in {int((~np.isfinite(rewards)).any(axis=1).sum()):,} rows.", column="scores"
        )
    names = actions or tuple(f"action {action}" for action in range(rewards.shape[1]))
    candidates = _candidates(encoder, matrix)
    root = _stump(candidates, rewards) if depth == 1 else _two_levels(candidates, matrix, rewards)
    chosen = np.empty(len(matrix), dtype=np.int64)
    _walk(root, matrix, np.arange(len(matrix)), chosen)
    return PolicyTree(root, names, float(rewards[np.arange(len(matrix)), chosen].mean()), encoder)


@dataclass(frozen=True, eq=False)
class _Candidate:
    """The splits of one column in order, and each row's bin: left of split s when its bin is <= s."""

    splits: tuple[Split, ...]
    bins: Integers


def _candidates(encoder: Encoder, matrix: Floats) -> list[_Candidate]:
    found = []
    for column, (name, levels) in enumerate(zip(encoder.names, encoder.levels, strict=True)):
        values = matrix[:, column]
        known = values[~np.isnan(values)]
        if levels is not None:
            codes, counts = np.unique(known, return_counts=True)
            for code in codes[np.argsort(-counts, kind="stable")][:_LEVELS]:
                split = Split(column, name, None, levels[int(code)], float(code))
                found.append(_Candidate((split,), (values != code).astype(np.int64)))
            continue
        if len(known) == 0:
            continue
        cuts = np.unique(np.quantile(known, np.arange(1, BINS) / BINS, method="inverted_cdf"))
        cuts = cuts[cuts < known.max()]
        if len(cuts):
            # A missing value sorts with the lowest.
            bins = np.searchsorted(cuts, np.where(np.isnan(values), -np.inf, values))
            found.append(_Candidate(tuple(Split(column, name, float(cut), None, 0.0) for cut in cuts), bins))
    return found


def _leaf(totals: Floats) -> Node:
    return Node(int(totals.argmax()))


def _stump(candidates: list[_Candidate], rewards: Floats) -> Node:
    """The best tree of depth one; a leaf when no split gains anything."""
    totals = rewards.sum(axis=0)
    best, value = _leaf(totals), float(totals.max())
    for candidate in candidates:
        count = len(candidate.splits)
        below = np.column_stack(
            [np.bincount(candidate.bins, weights=column, minlength=count + 1)[:count] for column in rewards.T]
        ).cumsum(axis=0)
        gained = below.max(axis=1) + (totals - below).max(axis=1)
        split = int(gained.argmax())
        if gained[split] > value + 1e-9 * abs(value):
            value = float(gained[split])
            best = Node(0, candidate.splits[split], _leaf(below[split]), _leaf(totals - below[split]))
    return best


def _two_levels(candidates: list[_Candidate], matrix: Floats, rewards: Floats) -> Node:
    """The best first split given the best stump on either side, then those stumps.

    For each pair of columns the scores are summed over their joint bins; running sums over both axes give the
    total score of every quadrant, so all thresholds of both columns are compared at once.
    """
    totals = rewards.sum(axis=0)
    best: tuple[float, Split | None] = (float(totals.max()), None)
    for first in candidates:
        # A side may also stay whole.
        rows = len(first.splits)
        marginal = _joint(first, None, rewards)[:rows, 0]
        low, high = marginal.max(axis=1), (totals - marginal).max(axis=1)
        for second in candidates:
            joint = _joint(first, second, rewards)
            below, whole = joint[:rows, : len(second.splits)], joint[:rows, -1:]
            in_low = below.max(axis=2) + (whole - below).max(axis=2)
            above = joint[-1:, : len(second.splits)] - below
            in_high = above.max(axis=2) + ((totals - whole) - above).max(axis=2)
            low, high = np.maximum(low, in_low.max(axis=1)), np.maximum(high, in_high.max(axis=1))
        split = int((low + high).argmax())
        value = float(low[split] + high[split])
        if value > best[0] + 1e-9 * abs(best[0]):
            best = (value, first.splits[split])
    if best[1] is None:
        return _leaf(totals)
    left = best[1].left(matrix)
    sides = [
        _stump([_Candidate(one.splits, one.bins[side]) for one in candidates], rewards[side])
        for side in (left, ~left)
    ]
    return Node(0, best[1], *sides)


def _joint(first: _Candidate, second: _Candidate | None, rewards: Floats) -> Floats:
    """(bins of first, bins of second, k) running sums of the scores along both axes."""
    rows = len(first.splits) + 1
    columns = 1 if second is None else len(second.splits) + 1
    cell = first.bins * columns + (0 if second is None else second.bins)
    sums = [np.bincount(cell, weights=column, minlength=rows * columns) for column in rewards.T]
    return np.stack(sums, axis=1).reshape(rows, columns, -1).cumsum(axis=0).cumsum(axis=1)


def _walk(node: Node, matrix: Floats, rows: Integers, actions: Integers) -> None:
    if node.split is None or node.low is None or node.high is None:
        actions[rows] = node.action
        return
    left = node.split.left(matrix[rows])
    _walk(node.low, matrix, rows[left], actions)
    _walk(node.high, matrix, rows[~left], actions)


def _rules(node: Node, conditions: tuple[str, ...], actions: tuple[str, ...]) -> list[str]:
    if node.split is None or node.low is None or node.high is None:
        where = f"If {' and '.join(conditions)}" if conditions else "Always"
        return [f"{where}: {actions[node.action]}"]
    return [
        *_rules(node.low, (*conditions, node.split.words(left=True)), actions),
        *_rules(node.high, (*conditions, node.split.words(left=False)), actions),
    ]
