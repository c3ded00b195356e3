"""What double machine learning predicts with: cross-fitted outcomes and probabilities of the arms."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final
from weakref import WeakKeyDictionary

import numpy as np
from numpy.typing import NDArray

from causal_core.data.design import Floats, Integers
from causal_core.engine.progress import report
from causal_core.estimation import glm
from causal_core.estimation.propensity import FLOOR, Scores, fit_scores, known_scores
from causal_core.estimation.sample import Sample
from causal_core.problem import Problem

if TYPE_CHECKING:
    import lightgbm

Flags = NDArray[np.bool_]

FOLDS = 5
LEAST_ROWS = 100
TREES = 150
KINDS = ("boosted", "linear")
PARAMETERS: Final[dict[str, Any]] = {
    "learning_rate": 0.05,
    "num_leaves": 15,
    "min_data_in_leaf": 20,
    "num_threads": 1,
    "verbose": -1,
    "deterministic": True,
    "force_row_wise": True,
}


@dataclass(frozen=True, eq=False)
class CrossFit:
    """Predictions for each row by models that did not see it.

    Attributes:
        outcome: (n, g) the mean outcome, one column for each group that was asked for.
        scores: The probabilities of the arms; known ones as they are.
        sentence: What the models were, in words.
    """

    outcome: Floats
    scores: Scores
    sentence: str


_found: WeakKeyDictionary[Sample, dict[tuple[int | None, ...], CrossFit]] = WeakKeyDictionary()


def cross_fit(sample: Sample, groups: tuple[int | None, ...]) -> CrossFit:
    """Predict each row's outcome and arm from the other folds' rows; once for all arms of one sample.

    Args:
        sample: The rows; `sample.design.nuisances` says whether trees or linear models predict.
        groups: For each column of the outcome the arm whose rows it is learnt from, or None for all rows.

    Raises:
        Problem: There are too few rows or clusters to split.
    """
    found = _found.setdefault(sample, {})
    if groups not in found:
        found[groups] = _cross_fit(sample, groups)
    return found[groups]


def _cross_fit(sample: Sample, groups: tuple[int | None, ...]) -> CrossFit:
    if sample.rows < LEAST_ROWS or sample.counts.min() < 2 * FOLDS:
        raise Problem(
            f"Double machine learning needs at least {LEAST_ROWS} rows and {2 * FOLDS} of each arm.",
            remedy="Use linear regression or AIPW.",
        )
    kind = sample.design.nuisances
    if kind not in KINDS:
        raise Problem(f"There are no nuisances {kind}.", remedy=f"Choose one of {', '.join(KINDS)}.")
    known = sample.design.propensity
    folds = folds_of(sample)
    outcome = np.empty((sample.rows, len(groups)))
    probability = np.empty((sample.rows, sample.arms)) if known is None else known_scores(known).probability
    family = glm.family_of(sample.outcome)
    if family == "poisson":
        family = "linear"
    maker = _means if sample.x.shape[1] == 1 else {"boosted": _boosted, "linear": _linear}[kind]
    learn = maker(sample, family)
    steps = FOLDS * (len(groups) + (known is None))
    for fold in range(FOLDS):
        out = folds == fold
        if len(np.unique(sample.arm[~out])) < sample.arms or not out.any():
            raise Problem(
                "The clusters are too few or too uneven to split the rows into folds that hold every arm.",
                remedy="Use linear regression or AIPW.",
            )
        for place, group in enumerate(groups):
            rows = ~out if group is None else ~out & (sample.arm == group)
            outcome[out, place] = learn(rows, out, False)[:, 0]
            report(fold * (steps // FOLDS) + place + 1, steps)
        if known is None:
            probability[out] = learn(~out, out, True)
            report((fold + 1) * (steps // FOLDS), steps)
    share = np.bincount(sample.arm, sample.weights, sample.arms) / sample.rows
    floor = FLOOR * share if known is None else np.zeros(sample.arms)
    words = {
        "boosted": "LightGBM nuisances",
        "linear": "Linear nuisances ("
        + ("logistic regression" if family == "logistic" else "least squares")
        # A known probability needs no model.
        + (", logistic regression for the treatment)" if known is None else ")"),
    }[kind]
    sentence = f"{words}, cross-fitted in {FOLDS} folds."
    return CrossFit(outcome, Scores(probability, floor, None), sentence)


def folds_of(sample: Sample) -> Integers:
    """(n,) fold of each row: balanced within each arm, or whole clusters when there are any."""
    random = np.random.default_rng(sample.seed)
    folds = np.empty(sample.rows, dtype=np.int64)
    if sample.design.clusters is not None:
        _, codes = np.unique(sample.design.clusters, return_inverse=True)
        return np.asarray(random.permutation(codes.max() + 1)[codes] % FOLDS, dtype=np.int64)
    for b in range(sample.arms):
        rows = random.permutation(np.flatnonzero(sample.arm == b))
        folds[rows] = np.arange(len(rows)) % FOLDS
    return folds


Learn = Callable[[Flags, Flags, bool], Floats]
"""(rows to learn from, rows to predict, whether the arm is predicted) -> (predicted rows, 1 or k)."""


def _means(sample: Sample, family: glm.Family) -> Learn:  # noqa: ARG001 - all makers have one signature
    def learn(rows: Flags, out: Flags, arm: bool) -> Floats:
        if arm:
            mass = np.bincount(sample.arm[rows], weights=sample.weights[rows], minlength=sample.arms)
            return np.tile(mass / mass.sum(), (int(out.sum()), 1))
        mean = np.average(sample.outcome[rows], weights=sample.weights[rows])
        return np.full((int(out.sum()), 1), mean)

    return learn


def _linear(sample: Sample, family: glm.Family) -> Learn:
    def learn(rows: Flags, out: Flags, arm: bool) -> Floats:
        x, weights = sample.x[rows], sample.weights[rows]
        if arm:
            return fit_scores(x, sample.arm[rows], sample.arms, weights / weights.mean()).at(sample.x[out])
        return glm.fit(family, x, sample.outcome[rows], weights).mean(sample.x[out])[:, None]

    return learn


def _boosted(sample: Sample, family: glm.Family) -> Learn:
    from lightgbm import Dataset

    table = np.ascontiguousarray(sample.design.covariates, dtype=np.float64)
    parameters = PARAMETERS | {"seed": sample.seed}
    # The columns are binned once, without looking at outcome or arm; each fold takes its rows of the bins.
    binned = Dataset(table, label=sample.outcome, weight=sample.weights, params=parameters).construct()

    def learn(rows: Flags, out: Flags, arm: bool) -> Floats:
        part = binned.subset(np.flatnonzero(rows).tolist(), params=parameters).construct()
        options = dict(parameters)
        if not arm:
            options["objective"] = "binary" if family == "logistic" else "regression"
            return np.asarray(_predicted(options, part, table[out]), dtype=np.float64)[:, None]
        part.set_label(sample.arm[rows])
        if sample.arms > 2:
            options |= {"objective": "multiclass", "num_class": sample.arms}
            return np.asarray(_predicted(options, part, table[out]), dtype=np.float64)
        options["objective"] = "binary"
        second = np.asarray(_predicted(options, part, table[out]), dtype=np.float64)
        return np.column_stack([1 - second, second])

    return learn


def _predicted(options: dict[str, Any], part: lightgbm.Dataset, table: Floats) -> Any:
    from lightgbm import train

    return train(options, part, num_boost_round=TREES).predict(table, num_threads=1)
