"""One fit of a policy tree: how fine the cuts can be, the search, and what came second in each leaf."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from causal_core.data.design import Floats
from causal_core.policy.tree_bins import Column, columns_of
from causal_core.policy.tree_node import Node, leaf_of, pruned
from causal_core.policy.tree_search import Task, search, seconds
from causal_core.problem import DoesNotApply
from causal_core.uplift.features import Encoder

BINS = (128, 96, 64, 48, 32, 24, 16, 12, 8)
"""Most parts of a column of numbers, the finest first."""

RANGE = {1: (64, 128), 2: (64, 128), 3: (8, 48)}
"""Depth -> the coarsest and the finest cuts tried."""

GOOD = {1: 0.3, 2: 0.3, 3: 2.0}
"""Depth -> seconds, about, that a search may take before its cuts are made coarser."""

COARSE = 16
"""Parts than which a column is made coarser only for a search that would take longer than `PATIENT`."""

PATIENT = 20.0
"""Seconds, about."""

LONGEST = 60.0
"""Seconds, about, that a search of depth three may take with the coarsest cuts."""


@dataclass(frozen=True, eq=False)
class Fitted:
    """A tree and what it was the best of.

    Attributes:
        root: The tree.
        bins: A column of numbers was cut into at most so many parts.
        cuts: Cut points, over all columns, over which no tree is better.
    """

    root: Node
    bins: int
    cuts: int


def fit(
    encoder: Encoder,
    matrix: Floats,
    rewards: Floats,
    depth: int,
    least: int,
    truths: frozenset[str] = frozenset(),
) -> Fitted:
    """The best tree.

    Args:
        encoder: What the codes mean.
        matrix: (n, p) coded columns.
        rewards: (n, k) scores, net of costs.
        depth: 0 to 3.
        least: Rows that a leaf holds at least.
        truths: Columns of true and false.

    Raises:
        DoesNotApply: The search would take longer than about a minute.
    """
    bins, columns = sized(encoder, matrix, rewards, depth, truths)
    added = tuple(np.ascontiguousarray(each - rewards[:, 0]) for each in rewards.T[1:])
    finer = None
    if depth == 3 and added:
        finer = Task(sized(encoder, matrix, rewards, 2, truths)[1], added, least)
    root = search(Task(columns, added, least), depth, finer) if added else Node(0)
    return Fitted(
        _with_runners_up(pruned(root), matrix, rewards), bins, sum(column.size for column in columns)
    )


def sized(
    encoder: Encoder, matrix: Floats, rewards: Floats, depth: int, truths: frozenset[str] = frozenset()
) -> tuple[int, tuple[Column, ...]]:
    """How many parts a column of numbers is cut into, and the columns cut so.

    It depends on rows, columns and actions alone, never on how fast a machine is.

    Raises:
        DoesNotApply: With the coarsest cuts the search would still take longer than about a minute.
    """
    if depth == 0:
        return 0, ()
    fewest, most = RANGE[depth]
    columns = columns_of(encoder, matrix, _advantage(rewards), most, truths)
    if not columns:
        return most, columns
    rows, actions = rewards.shape

    def takes(bins: int) -> float:
        sizes = [column.size if column.groups else min(column.size, bins - 1) for column in columns]
        return seconds(sizes, rows, actions, depth)

    offered = [each for each in BINS if fewest <= each <= most]
    limits = {each: GOOD[depth] if each > COARSE else PATIENT for each in offered}
    bins = next((each for each, limit in limits.items() if takes(each) <= limit), offered[-1])
    if depth == 3 and takes(bins) > LONGEST:
        raise DoesNotApply(
            f"An exact tree of depth 3 over {len(columns):,} columns and {rows:,} rows would take about "
            f"{_duration(takes(bins))}.",
            column="depth",
            remedy="Choose depth 2, or give the tree fewer columns, such as those along which the effect "
            "differs most.",
        )
    if bins < most:
        columns = columns_of(encoder, matrix, _advantage(rewards), bins, truths)
    return bins, columns


def _duration(seconds: float) -> str:
    return f"{seconds:,.0f} seconds" if seconds < 120 else f"{seconds / 60:,.0f} minutes"


def _advantage(rewards: Floats) -> Floats:
    """(n,) what the action that is best on average adds to action 0."""
    if rewards.shape[1] < 2:
        return np.zeros(len(rewards))
    best = int(rewards[:, 1:].mean(axis=0).argmax()) + 1
    return np.asarray(rewards[:, best] - rewards[:, 0])


def _with_runners_up(root: Node, matrix: Floats, rewards: Floats) -> Node:
    """The tree with the action that came second in each leaf on these rows."""
    place = leaf_of(root, matrix)
    numbers = iter(range(len(root.leaves)))

    def told(node: Node) -> Node:
        if node.low is None or node.high is None:
            totals = rewards[place == next(numbers)].sum(axis=0)
            totals[node.action] = -np.inf
            return replace(node, runner_up=int(totals.argmax()))
        low = told(node.low)
        return replace(node, low=low, high=told(node.high))

    return told(root)
