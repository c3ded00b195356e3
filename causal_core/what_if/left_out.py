"""How well a way of fitting a node predicts rows it was not fitted on."""

from __future__ import annotations

from typing import Final

import numpy as np

from causal_core.data.design import Floats, Integers
from causal_core.what_if.columns import Column
from causal_core.what_if.learning import How, learn

FOLDS: Final = 5

SURELY: Final = 2.0
"""Standard errors by which boosting is behind when no more folds are fitted."""


def left_out(
    way: How,
    target: Column,
    columns: tuple[Column, ...],
    parents: Floats,
    values: Floats,
    fold: Integers,
    seed: int,
    rival: Floats | None = None,
    *,
    count: bool = False,
    small: bool = False,
) -> Floats:
    """(n, s) scores of each row by a model of the other folds; NaN where the fold is -1.

    Given the (n,) losses of a rival, folds end once these are clearly lower; rows left are NaN.
    """
    found: Floats | None = None
    for part in range(FOLDS):
        inside = (fold != part) & (fold >= 0)
        here = fold == part
        learned = learn(way, target, columns, parents[inside], values[inside], seed, count=count, small=small)
        scores = learned.scores(parents[here])
        if found is None:
            found = np.full((len(values), scores.shape[1]), np.nan)
        found[here] = scores
        if rival is not None:
            done = (fold <= part) & (fold >= 0)
            behind = losses(target, found[done], values[done], count=count) - rival[done]
            if behind.mean() > SURELY * behind.std(ddof=1) / np.sqrt(len(behind)):
                break
    assert found is not None  # noqa: S101 - there are folds
    return found


def losses(target: Column, scores: Floats, values: Floats, *, count: bool = False) -> Floats:
    """(n,) squared errors of a number, negative log chances of levels, and of counts up to a constant."""
    if count:
        return np.asarray(np.exp(scores[:, 0]) - values * scores[:, 0])
    if target.kind == "number":
        return np.asarray((values - scores[:, 0]) ** 2)
    if target.kind == "binary":
        return np.asarray(np.logaddexp(0, np.where(values == 1, -scores[:, 0], scores[:, 0])))
    top = scores.max(axis=1, keepdims=True)
    total = np.log(np.exp(scores - top).sum(axis=1)) + top[:, 0]
    return np.asarray(total - scores[np.arange(len(values)), values.astype(np.int64)])


def base_loss(target: Column, values: Floats) -> float:
    """The mean loss of predicting the mean or the shares."""
    if target.kind == "number":
        return float(values.var())
    shares = np.bincount(values.astype(np.int64)) / len(values)
    return float(-(shares[shares > 0] * np.log(shares[shares > 0])).sum())
