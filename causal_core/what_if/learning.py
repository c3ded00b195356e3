"""Fitting what a node is expected to be: least squares, logistic regression, or boosted trees."""

from __future__ import annotations

import warnings
from typing import Any, Final, Literal

import numpy as np

from causal_core.data.design import Floats
from causal_core.what_if.columns import Column
from causal_core.what_if.predictor import (
    MOST_LEAVES,
    Expansion,
    LinearPredictor,
    Predictor,
    Tree,
    TreesPredictor,
)

How = Literal["linear", "boosted"]

HOWS: Final[tuple[How, ...]] = ("linear", "boosted")

SETTINGS: Final[dict[str, Any]] = {
    "num_leaves": MOST_LEAVES,
    "learning_rate": 0.12,
    "min_data_in_leaf": 30,
    "lambda_l2": 1.0,
    "num_threads": 1,
    "deterministic": True,
    "force_row_wise": True,
    "verbosity": -1,
}

ROUNDS: Final = 70

SMALL: Final[dict[str, Any]] = {"num_leaves": 8, "learning_rate": 0.2, "poisson_max_delta_step": 0.1}
"""Of a spread: less can be learned of it than of a mean, and steps are not cut short."""

SMALL_ROUNDS: Final = 40

RIDGE: Final = 1e-3
"""Of logistic regression, so that a level that parents decide perfectly still has finite odds."""

COUNT_RIDGE: Final = 1e-4
"""Of Poisson regression, in shares of all that is counted."""

NEVER: Final = 1e-6
"""Mean of a count of which the rows at hand have none."""

UNSEEN: Final = -12.0
"""Log odds of a level that the rows at hand never had: about 6 in a million."""


def learn(
    how: How,
    target: Column,
    columns: tuple[Column, ...],
    parents: Floats,
    values: Floats,
    seed: int,
    *,
    count: bool = False,
    small: bool = False,
) -> Predictor:
    """A predictor of a node from its coded parents.

    Args:
        how: "linear" (least squares, or logistic regression where the node has levels) or "boosted".
        target: The node.
        columns: Its parents.
        parents: (n, p) their codes.
        values: (n,) the node's codes.
        seed: Of the trees.
        count: Whether a number is a count, of which the log of the mean is fitted by Poisson's likelihood.
        small: Whether trees are fewer and smaller.

    Returns:
        One score for a number: its mean, of a count the log of its mean. For a binary node the log odds of
        code 1, for a category the k log odds of its codes up to a constant.
    """
    expansion = Expansion.of(columns, parents)
    matrix = expansion.matrix(parents)
    if len(np.unique(values)) == 1:
        same = float(values[0])
        return _constant(target, expansion, matrix.shape[1], np.log(max(same, NEVER)) if count else same)
    if how == "boosted":
        return _boosted(target, expansion, matrix, values, seed, count=count, small=small)
    if count:
        return _log_linear(expansion, matrix, values)
    if target.discrete:
        return _logistic(target, expansion, matrix, values)
    found, *_ = np.linalg.lstsq(np.column_stack([matrix, np.ones(len(matrix))]), values, rcond=None)
    weights = np.asarray(found, dtype=np.float64)
    return LinearPredictor(expansion, weights[:-1, None], weights[-1:])


def _logistic(target: Column, expansion: Expansion, matrix: Floats, values: Floats) -> LinearPredictor:
    from sklearn.exceptions import ConvergenceWarning
    from sklearn.linear_model import LogisticRegression

    model = LogisticRegression(C=1 / (RIDGE * len(values)), max_iter=1000)
    with warnings.catch_warnings():
        # Nearly perfect separation converges slowly; the ridge keeps what is reached usable.
        warnings.simplefilter("ignore", ConvergenceWarning)
        model.fit(matrix, values)
    weights, intercept = model.coef_.T, model.intercept_
    if target.kind == "category":
        return LinearPredictor(
            expansion, *_every_level(weights, intercept, model.classes_, len(target.levels))
        )
    return LinearPredictor(expansion, weights, intercept)


def _constant(target: Column, expansion: Expansion, width: int, value: float) -> LinearPredictor:
    """A predictor of rows that all have one value, such as a half sample without a rare level."""
    if not target.discrete:
        return LinearPredictor(expansion, np.zeros((width, 1)), np.array([value]))
    if target.kind == "binary":
        return LinearPredictor(expansion, np.zeros((width, 1)), np.array([UNSEEN if value == 0 else -UNSEEN]))
    start = np.full(len(target.levels), UNSEEN)
    start[int(value)] = 0.0
    return LinearPredictor(expansion, np.zeros((width, len(start))), start)


def _every_level(weights: Floats, intercept: Floats, seen: Floats, levels: int) -> tuple[Floats, Floats]:
    """Weights of all levels; one that these rows never had gets no chance."""
    if weights.shape[1] == 1:
        weights, intercept = np.hstack([-weights / 2, weights / 2]), np.append(-intercept / 2, intercept / 2)
    full, start = np.zeros((len(weights), levels)), np.full(levels, UNSEEN)
    full[:, seen.astype(np.int64)], start[seen.astype(np.int64)] = weights, intercept
    return full, start


def _log_linear(expansion: Expansion, matrix: Floats, values: Floats) -> LinearPredictor:
    """Poisson regression by Newton's steps, halved where they overshoot (Cameron & Trivedi 2013, 3.2)."""
    every = np.column_stack([matrix, np.ones(len(matrix))])
    # In units of the information about a standardised column, so that it matters only where there is none.
    ridge = np.append(np.full(matrix.shape[1], COUNT_RIDGE * values.sum()), 0.0)

    def objective(weights: Floats) -> float:
        score = every @ weights
        with np.errstate(over="ignore"):
            return float((values * score - np.exp(score)).sum() - (ridge * weights**2).sum() / 2)

    weights = np.append(np.zeros(matrix.shape[1]), np.log(values.mean()))
    best = objective(weights)
    for _ in range(50):
        mean = np.exp(every @ weights)
        slope = every.T @ (values - mean) - ridge * weights
        step = np.linalg.solve((every.T * mean) @ every + np.diag(ridge + 1e-9), slope)
        size = 1.0
        while (reached := objective(weights + size * step)) < best and size > 1e-6:
            size /= 2
        if not reached > best:
            break
        weights = weights + size * step
        gained, best = reached - best, reached
        if gained < 1e-9 * len(values):
            break
    return LinearPredictor(expansion, weights[:-1, None], weights[-1:])


def _boosted(
    target: Column,
    expansion: Expansion,
    matrix: Floats,
    values: Floats,
    seed: int,
    *,
    count: bool,
    small: bool,
) -> TreesPredictor:
    import lightgbm

    settings = {
        **SETTINGS,
        **(SMALL if small else {}),
        "seed": seed,
        "objective": "poisson" if count else "regression",
    }
    outputs = 1
    if target.kind == "binary":
        settings["objective"] = "binary"
    elif target.kind == "category":
        outputs = len(target.levels)
        settings |= {"objective": "multiclass", "num_class": outputs}
    settings["min_data_in_leaf"] = min(int(settings["min_data_in_leaf"]), max(len(values) // 20, 1))
    most = SMALL_ROUNDS if small else ROUNDS
    rounds = most if outputs == 1 else max(most // 2, 1)
    booster = lightgbm.train(settings, lightgbm.Dataset(matrix, values), rounds)
    trees = tuple(_tree(each["tree_structure"]) for each in booster.dump_model()["tree_info"])
    return TreesPredictor(expansion, trees, outputs)


def _tree(root: dict[str, Any]) -> Tree:
    questions: list[tuple[int, float, int]] = []
    values: list[float] = []

    def add(node: dict[str, Any]) -> None:
        if "split_feature" not in node:
            values.append(float(node["leaf_value"]))
            return
        place, first = len(questions), len(values)
        questions.append((0, 0.0, 0))
        add(node["left_child"])
        closed = ((1 << len(values)) - 1) & ~((1 << first) - 1)
        questions[place] = (int(node["split_feature"]), float(node["threshold"]), 0xFFFF & ~closed)
        add(node["right_child"])

    add(root)
    columns, thresholds, kept = zip(*questions, strict=True) if questions else ((), (), ())
    return Tree(columns, thresholds, kept, np.array(values))
