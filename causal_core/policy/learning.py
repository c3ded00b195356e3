"""Learning a policy from doubly robust scores: whom to give what, from a class of simple rules.

All ways maximise the mean AIPW score of the actions (Athey & Wager 2021; Zhou, Athey & Wager 2023), each
by a stand-in that can be optimised: the value of a softmax policy, ascended by its gradient; a classifier of
the best action, weighted by what a mistake costs (Zhao et al. 2012; for several actions each weighted by what
it brings above the worst); and a regression of the scores. Folds of rows left out choose among them.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from causal_core.data.design import Floats, Integers
from causal_core.engine.progress import report
from causal_core.policy.boosted import BoostedPolicy, learn_boosted
from causal_core.policy.linear import CLEARLY, Compared, LinearPolicy
from causal_core.problem import Problem
from causal_core.uplift.arrays import mean_and_error
from causal_core.uplift.bases import least_squares
from causal_core.uplift.dummies import Dummies
from causal_core.uplift.features import Encoder
from causal_core.uplift.folds import folds

FOLDS: Final = 5
SPLITS: Final = 3
"""With fewer than `FEW_ROWS` rows the folds are drawn so many times, as their draw matters much."""

FEW_ROWS: Final = 5000
MOST_ROWS: Final = 20_000
"""Rows that choose among the ways; the chosen one is learned from all."""

PENALTIES: Final = {"classification": (1e-3, 1e-2, 1e-1), "ascent": (1e-4, 1e-3, 1e-2)}
"""Way -> penalties tried, half of each times the squared weights of standardised columns."""

STEPS: Final = 80
"""Steps of an optimiser: the policy's choices settle long before its weights do."""

POINTS: Final = 10.0


def learn_policy(
    features: pd.DataFrame | ArrayLike,
    scores: ArrayLike,
    kind: str = "linear",
    actions: tuple[str, ...] | None = None,
    clusters: Integers | None = None,
    seed: int = 0,
    weights: Floats | None = None,
) -> LinearPolicy | BoostedPolicy:
    """The policy of a class with the highest mean score, as far as rows left out can tell.

    A rule that tells people apart must beat the best single action, on rows left out, by more than `CLEARLY`
    standard errors of that difference; otherwise everybody gets that action.

    Args:
        features: (n, p) frame or array; categories and missing values are welcome.
        scores: (n, k) AIPW scores of each action, costs already taken off.
        kind: "linear", or "boosted" (trees for each pair of actions).
        actions: What the actions are called; "action 0", ... when None.
        clusters: (n,) codes of rows that stay in one fold, or None.
        seed: Of the folds.
        weights: (n,) sampling weights, or None: the mean is that of the people they stand for.

    Raises:
        Problem: There is no such kind, shapes differ, scores are missing, or there are fewer than 50 rows.
    """
    if kind not in ("linear", "boosted"):
        raise Problem(
            f"There is no class of policies '{kind}'.", remedy="Choose linear or boosted, or fit a tree."
        )
    encoder = Encoder.of(features)
    matrix = encoder.matrix(features)
    rewards = _checked(scores, len(matrix))
    names = actions or tuple(f"action {action}" for action in range(rewards.shape[1]))
    splits = SPLITS if len(rewards) < FEW_ROWS else 1
    same = np.zeros(len(rewards), dtype=np.int64)
    drawn = np.stack([folds(same, FOLDS, clusters, seed + number) for number in range(splits)])
    if kind == "boosted":
        return learn_boosted(encoder, matrix, rewards, drawn[0], clusters, names, seed, weights)
    dummies = Dummies.of(matrix, encoder.categorical)
    design = dummies.design(matrix)
    kept = np.random.default_rng([seed, 8]).permutation(len(design))[:MOST_ROWS]
    groups = None if clusters is None else clusters[kept]
    shares = np.ones(len(rewards)) if weights is None else weights / weights.mean()
    tried = compare(design[kept], rewards[kept], drawn[:, kept], groups, shares[kept])
    chosen = choose(tried)
    found = _scaled(_WAYS[chosen.method](design, rewards, shares, chosen.penalty))
    picked = (found[0] + design @ found[1:]).argmax(axis=1)
    score = float((shares * rewards[np.arange(len(rewards)), picked]).mean())
    return LinearPolicy(found, names, score, chosen, tried, dummies, encoder)


def compare(
    design: Floats, rewards: Floats, drawn: Integers, clusters: Integers | None, shares: Floats
) -> tuple[Compared, ...]:
    """Each way of finding weights, by its actions on folds it was not found on.

    Args:
        design: (n, q) columns.
        rewards: (n, k) scores.
        drawn: (s, n) the fold of each row, drawn s times; values are means over these.
        clusters: (n,) codes, or None.
        shares: (n,) how many people each row stands for, 1 on average.
    """
    ways = [("constant", 0.0), ("regression", 0.0)]
    ways += [(way, penalty) for way, penalties in PENALTIES.items() for penalty in penalties]
    found = np.zeros((len(ways), len(rewards)))
    rounds = [(fold, part) for fold in drawn for part in range(int(fold.max()) + 1)]
    for number, (fold, part) in enumerate(rounds):
        learning, rows = fold != part, np.flatnonzero(fold == part)
        for way, (method, penalty) in enumerate(ways):
            weights = _WAYS[method](design[learning], rewards[learning], shares[learning], penalty)
            picked = (weights[0] + design[rows] @ weights[1:]).argmax(axis=1)
            found[way, rows] += rewards[rows, picked] / len(drawn)
        report(number + 1, len(rounds) + 1)
    return tuple(
        Compared(
            method, penalty, float((shares * mine).mean()), *mean_and_error(mine - found[0], clusters, shares)
        )
        for (method, penalty), mine in zip(ways, found, strict=True)
    )


def choose(tried: Sequence[Compared]) -> Compared:
    """The way with the highest value, where it is clearly above the best single action's; else that one."""
    best = max(tried[1:], key=lambda each: each.value)
    return best if best.gain > CLEARLY * best.std_error else tried[0]


@dataclass(frozen=True, eq=False)
class _Softmax:
    """Probabilities proportional to exp(w_a' phi), and gradients in the weights."""

    design: Floats

    def probabilities(self, weights: Floats) -> Floats:
        linear = weights[0] + self.design @ weights[1:]
        powers = np.exp(linear - linear.max(axis=1, keepdims=True))
        return np.asarray(powers / powers.sum(axis=1, keepdims=True))

    def gradient(self, pull: Floats) -> Floats:
        """From (n, k) derivatives in the linear scores, one row's share each."""
        return np.vstack([pull.sum(axis=0), self.design.T @ pull])


def _constant(design: Floats, rewards: Floats, shares: Floats, penalty: float) -> Floats:  # noqa: ARG001 - as the other ways
    weights = np.zeros((design.shape[1] + 1, rewards.shape[1]))
    weights[0, int((shares @ rewards).argmax())] = 1.0
    return weights


def _regression(design: Floats, rewards: Floats, shares: Floats, penalty: float) -> Floats:  # noqa: ARG001 - as the other ways
    return np.column_stack([least_squares(design, column, shares) for column in rewards.T])


def _classification(design: Floats, rewards: Floats, shares: Floats, penalty: float) -> Floats:
    cost = shares[:, None] * (rewards - rewards.min(axis=1, keepdims=True)) / _spread(rewards)
    model, total = _Softmax(design), cost.sum(axis=1, keepdims=True)

    def loss(weights: Floats) -> tuple[float, Floats]:
        chance = model.probabilities(weights)
        pull = (total * chance - cost) / len(design)
        return -float((cost * np.log(np.maximum(chance, 1e-300))).sum()) / len(design), model.gradient(pull)

    return _minimise(loss, np.zeros((design.shape[1] + 1, rewards.shape[1])), penalty)


def _ascent(design: Floats, rewards: Floats, shares: Floats, penalty: float) -> Floats:
    gain = shares[:, None] * (rewards - rewards.mean(axis=1, keepdims=True)) / _spread(rewards)
    model = _Softmax(design)

    def loss(weights: Floats) -> tuple[float, Floats]:
        chance = model.probabilities(weights)
        value = (chance * gain).sum(axis=1, keepdims=True)
        return -float(value.mean()), model.gradient(chance * (value - gain) / len(design))

    # The value is not concave: it starts where the concave stand-in ends.
    return _minimise(loss, _classification(design, rewards, shares, 1e-2), penalty)


_WAYS: Final[dict[str, Callable[[Floats, Floats, Floats, float], Floats]]] = {
    "constant": _constant,
    "regression": _regression,
    "classification": _classification,
    "ascent": _ascent,
}


def _minimise(loss: Callable[[Floats], tuple[float, Floats]], start: Floats, penalty: float) -> Floats:
    from scipy.optimize import minimize

    def penalised(flat: Floats) -> tuple[float, Floats]:
        weights = flat.reshape(start.shape)
        value, gradient = loss(weights)
        gradient[1:] += penalty * weights[1:]
        # The intercepts are held lightly, so that their common level does not drift.
        gradient[0] += 1e-6 * weights[0]
        value += penalty / 2 * float((weights[1:] ** 2).sum()) + 5e-7 * float((weights[0] ** 2).sum())
        return value, gradient.ravel()

    found = minimize(penalised, start.ravel(), jac=True, method="L-BFGS-B", options={"maxiter": STEPS})
    return np.asarray(found.x.reshape(start.shape))


def _spread(rewards: Floats) -> float:
    return float((rewards - rewards.mean(axis=1, keepdims=True)).std()) or 1.0


def _scaled(weights: Floats) -> Floats:
    """Points against action 0, the largest weight of a column at 10."""
    against = weights - weights[:, :1]
    largest = float(np.abs(against[1:]).max()) if len(against) > 1 else 0.0
    return np.asarray(against * (POINTS / largest)) if largest > 0 else against


def _checked(scores: ArrayLike, rows: int) -> Floats:
    rewards = np.asarray(scores, dtype=np.float64)
    if rewards.ndim != 2 or len(rewards) != rows or rewards.shape[1] < 2:
        raise Problem(f"The scores must have the shape ({rows:,}, actions).", column="scores")
    missing = int((~np.isfinite(rewards)).any(axis=1).sum())
    if missing:
        raise Problem(f"Scores are missing in {missing:,} rows.", column="scores")
    if rows < 50:
        raise Problem(
            f"There are {rows} rows, too few to find a rule by which people differ (at least 50).",
            remedy="Use more rows, or give everybody the same.",
        )
    return rewards
