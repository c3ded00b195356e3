"""The mechanism of a node: fitted both ways, chosen by how well left-out rows are predicted."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from causal_core.data.design import Floats, Integers
from causal_core.problem import Problem
from causal_core.what_if.columns import Column
from causal_core.what_if.learning import HOWS, How, learn
from causal_core.what_if.mechanism import Additive, GumbelMax, Mechanism, Root, Threshold
from causal_core.what_if.predictor import Predictor

FOLDS: Final = 5

MOST_ROWS: Final = 20_000
"""Rows on which the two ways are compared."""

SURELY: Final = 2.0
"""Standard errors by which boosting is behind when no more folds are fitted."""


@dataclass(frozen=True)
class Fit:
    """How a node's mechanism was chosen, and how well it predicts rows it was not fitted on.

    Attributes:
        node: The node.
        parents: Its parents.
        how: "as seen" of a node without parents, "linear" or "boosted".
        chosen_by_hand: Whether the analyst chose it.
        losses: (way, mean loss on left-out rows): the squared error in variances of the node, or the negative
            log chance of the level that came, relative to that of its share. Below 1 parents help.
        explained: Share of the node's variance (or of its deviance) that the chosen way predicts in left-out
            rows; None for a node without parents, or that does
            not vary.
    """

    node: str
    parents: tuple[str, ...]
    how: str
    chosen_by_hand: bool = False
    losses: tuple[tuple[str, float], ...] = ()
    explained: float | None = None


def fit_node(
    target: Column,
    columns: tuple[Column, ...],
    parents: Floats,
    values: Floats,
    seed: int,
    how: str | None = None,
    *,
    judged: bool = True,
) -> tuple[Mechanism, Fit]:
    """The mechanism of one node.

    Args:
        target: The node.
        columns: Its parents.
        parents: (n, p) their codes.
        values: (n,) the node's codes.
        seed: Of folds and trees.
        how: "linear" or "boosted"; None for whichever predicts left-out rows better, boosted only where its
            loss is lower by more than a standard error.
        judged: Whether to say how well left-out rows are predicted; else a node with levels whose `how` is
            given is fitted once, which takes a sixth of the time.

    Raises:
        Problem: There is no such way, or it is asked for a node without parents.
    """
    names = tuple(column.name for column in columns)
    if how is not None and (how not in HOWS or not columns):
        raise Problem(
            f"{target.name} has no parents, so its values stay as seen."
            if how in HOWS
            else f"There is no mechanism '{how}' for {target.name}.",
            column=target.name,
            remedy=f"Choose among {', '.join(HOWS)}." if columns else "Leave its mechanism out.",
        )
    if not columns:
        return Root(values), Fit(target.name, names, "as seen")
    ways = HOWS if how is None else (how,)
    if len(np.unique(values)) == 1:
        # Nothing varies, so nothing can be learned of it.
        ways = ("linear",)
    if not judged and target.discrete and len(ways) == 1:
        predictor = learn(ways[0], target, columns, parents, values, seed)
        return _mechanism(target, predictor, values[:, None], values, ways[0]), Fit(
            target.name, names, ways[0], chosen_by_hand=True
        )
    drawn = np.random.default_rng(seed).permutation(len(values))
    fold = drawn % FOLDS
    # The two ways are compared on some rows of a large table, the one chosen is left out on all.
    some = len(ways) == 2 and len(values) > MOST_ROWS
    kept = np.where(drawn < MOST_ROWS, fold, -1) if some else fold
    loss: dict[How, Floats] = {}
    out: dict[How, Floats] = {}
    for way in ways:
        rival = None if way == ways[0] else loss[ways[0]]
        out[way] = _left_out(way, target, columns, parents, values, kept, seed, rival)
        loss[way] = np.full(len(values), np.nan)
        scored = np.isfinite(out[way]).all(axis=1)
        loss[way][scored] = _losses(target, out[way][scored], values[scored])
    chosen = ways[0]
    if len(ways) == 2:
        difference = loss["linear"] - loss["boosted"]
        difference = difference[np.isfinite(difference)]
        if difference.mean() > difference.std(ddof=1) / np.sqrt(len(difference)):
            chosen = "boosted"
    if some:
        out[chosen] = _left_out(chosen, target, columns, parents, values, fold, seed)
    base = _base_loss(target, values)
    told = tuple((way, float(np.nanmean(loss[way]) / base)) for way in ways) if base > 0 else ()
    explained = 1 - dict(told)[chosen] if told else None
    predictor = learn(chosen, target, columns, parents, values, seed)
    fitted = Fit(target.name, names, chosen, how is not None, told, explained)
    return _mechanism(target, predictor, out[chosen], values, chosen), fitted


def _mechanism(target: Column, predictor: Predictor, out: Floats, values: Floats, how: str) -> Mechanism:
    if target.kind == "binary":
        return Threshold(predictor, how)
    if target.kind == "category":
        return GumbelMax(predictor, len(target.levels), how)
    # Residuals of rows that were fitted are too small, those of left-out rows are as in new people.
    residuals = values - out[:, 0]
    return Additive(predictor, residuals - residuals.mean(), how)


def _left_out(
    way: How,
    target: Column,
    columns: tuple[Column, ...],
    parents: Floats,
    values: Floats,
    fold: Integers,
    seed: int,
    rival: Floats | None = None,
) -> Floats:
    """(n, s) scores of each row by a model of the other folds; NaN where the fold is -1.

    Given the (n,) losses of a rival, folds end once these are clearly lower; rows left are NaN.
    """
    found: Floats | None = None
    for part in range(FOLDS):
        inside = (fold != part) & (fold >= 0)
        here = fold == part
        scores = learn(way, target, columns, parents[inside], values[inside], seed).scores(parents[here])
        if found is None:
            found = np.full((len(values), scores.shape[1]), np.nan)
        found[here] = scores
        if rival is not None:
            done = (fold <= part) & (fold >= 0)
            behind = _losses(target, found[done], values[done]) - rival[done]
            if behind.mean() > SURELY * behind.std(ddof=1) / np.sqrt(len(behind)):
                break
    assert found is not None  # noqa: S101 - there are folds
    return found


def _losses(target: Column, scores: Floats, values: Floats) -> Floats:
    """(n,) squared errors of a number, negative log chances of levels."""
    if target.kind == "number":
        return np.asarray((values - scores[:, 0]) ** 2)
    if target.kind == "binary":
        return np.asarray(np.logaddexp(0, np.where(values == 1, -scores[:, 0], scores[:, 0])))
    top = scores.max(axis=1, keepdims=True)
    total = np.log(np.exp(scores - top).sum(axis=1)) + top[:, 0]
    return np.asarray(total - scores[np.arange(len(values)), values.astype(np.int64)])


def _base_loss(target: Column, values: Floats) -> float:
    """The mean loss of predicting the mean or the shares."""
    if target.kind == "number":
        return float(values.var())
    shares = np.bincount(values.astype(np.int64)) / len(values)
    return float(-(shares[shares > 0] * np.log(shares[shares > 0])).sum())
