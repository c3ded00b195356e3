"""Effects predicted from plain models, for many rows at once; `runtime` does the same for one row."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from causal_core.data.design import Floats, Integers


def effects(model: Mapping[str, Any], matrix: Floats, arms: int) -> Floats:
    """(n, k-1) effects of each arm against the control.

    Args:
        model: From `models.plain_model`, or a fitted one as it is: `{"kind": "live", "model": Model}`, for
            assigning people here and now.
        matrix: (n, p) covariates, NaN where missing.
        arms: k.
    """
    if model["kind"] == "live":
        return np.asarray(model["model"].effect(matrix))
    models = model["models"]
    if model["kind"] == "s":
        indicators = np.eye(arms)[:, 1:]
        under = [
            regression(models[0], np.hstack([matrix, np.tile(each, (len(matrix), 1))])) for each in indicators
        ]
        return np.column_stack(under[1:]) - under[0][:, None]
    found = np.column_stack([regression(each, matrix) for each in models])
    if model["kind"] == "t":
        return np.asarray(found[:, 1:] - found[:, :1])
    if model["kind"] == "direct":
        return found
    chances = np.maximum(propensity(model["propensity"], matrix), model["floors"])
    weight = chances[:, 1:] / (chances[:, 1:] + chances[:, :1])
    return np.asarray(weight * found[:, 1::2] + (1 - weight) * found[:, ::2])


def baseline(model: Mapping[str, Any], matrix: Floats, arms: int) -> Floats:
    """(n,) predicted outcome under the control; see `effects`."""
    if model["kind"] == "live":
        return np.asarray(model["model"].baseline(matrix))
    if model["kind"] == "s":
        return regression(model["models"][0], np.hstack([matrix, np.zeros((len(matrix), arms - 1))]))
    controls = model["models"][:1] if model["kind"] == "t" else model["controls"]
    return np.asarray(np.mean([regression(each, matrix) for each in controls], axis=0))


def regression(model: Mapping[str, Any], matrix: Floats) -> Floats:
    """(n,) predictions of one plain regression."""
    if "live" in model:
        return np.asarray(model["live"].predict(matrix))
    if "mean" in model:
        return np.full(len(matrix), float(model["mean"]))
    if "trees" in model:
        total = np.zeros(len(matrix))
        for tree in model["trees"]:
            total += leaves(tree, matrix)
        return total
    total = np.full(len(matrix), float(model["intercept"]))
    for term in model["terms"]:
        values = matrix[:, term[0]]
        if len(term) == 4:
            total += np.nan_to_num((values - term[1]) / term[2], nan=0.0) * term[3]
        elif term[1] is None:
            total += np.isnan(values) * term[2]
        else:
            total += (values == term[1]) * term[2]
    return total


def leaves(tree: Any, matrix: Floats) -> Floats:
    """(n,) the value of the leaf each row falls into."""
    found = np.empty(len(matrix))
    _fall(tree, matrix, np.arange(len(matrix)), found)
    return found


def _fall(node: Any, matrix: Floats, rows: Integers, found: Floats) -> None:
    if not isinstance(node, Sequence):
        found[rows] = node
        return
    if len(rows) == 0:
        return
    values = matrix[rows, node[0]]
    if len(node) == 5:
        low = np.where(np.isnan(values), bool(node[2]), values <= node[1])
    else:
        low = np.isin(values, node[1])
    _fall(node[-2], matrix, rows[low], found)
    _fall(node[-1], matrix, rows[~low], found)


def propensity(model: Mapping[str, Any], matrix: Floats) -> Floats:
    """(n, k) chances of each arm, not clipped."""
    if "shares" in model:
        return np.tile(np.asarray(model["shares"], dtype=np.float64), (len(matrix), 1))
    if "lines" in model:
        scores = np.column_stack([regression(line, matrix) for line in model["lines"]])
    else:
        classes = model["classes"]
        columns = 1 if classes == 2 else classes
        scores = np.zeros((len(matrix), columns))
        for number, tree in enumerate(model["trees"]):
            scores[:, number % columns] += leaves(tree, matrix)
        if classes == 2:
            scores = np.hstack([np.zeros_like(scores), scores])
    powers = np.exp(scores - scores.max(axis=1, keepdims=True))
    return np.asarray(powers / powers.sum(axis=1, keepdims=True))
