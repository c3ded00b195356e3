"""How well a risk score predicts: AUC of a binary outcome, a rank correlation of any other."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

from causal_core.data.design import Floats, Integers
from causal_core.engine.progress import report
from causal_core.gap.harm import two_values
from causal_core.problem import Problem
from causal_core.uplift.arrays import interval

HALF_SAMPLES = 200


@dataclass(frozen=True)
class Accuracy:
    """How well a score ranks people by an outcome that is bad.

    Attributes:
        measure: "auc", the chance that of two people with different outcomes the one with the bad outcome has
            the higher score (ties count half), 0.5 for chance; or "spearman", the rank correlation of the
            score with how bad the outcome is, 0 for chance.
        value: The number.
        std_error: DeLong's for "auc", that of 200 half samples for "spearman"; by clusters if any.
        ci: The normal 95 % interval, within the measure's range.
        rows: Rows it was computed on.
    """

    measure: Literal["auc", "spearman"]
    value: float
    std_error: float
    ci: tuple[float, float]
    rows: int


def measure(
    outcome: Floats, risk: Floats, good: int, clusters: Integers | None = None, seed: int = 0
) -> Accuracy:
    """The AUC where the outcome has two values, else the rank correlation.

    Args:
        outcome: (n,) in the outcome's unit.
        risk: (n,) higher means that a worse outcome is expected.
        good: 1 when more of the outcome is better, -1 when less is.
        clusters: (n,) codes, or None.
        seed: Of half samples.

    Raises:
        Problem: All outcomes are alike.
    """
    values = two_values(outcome)
    if values is None and np.ptp(outcome) > 0:
        return rank_correlation(risk, -good * outcome, clusters, seed)
    worst = outcome.min() if good > 0 else outcome.max()
    return auc(risk, (outcome == worst).astype(np.float64), clusters)


def auc(score: Floats, bad: Floats, clusters: Integers | None = None) -> Accuracy:
    """Area under the ROC curve with the standard error of DeLong, DeLong & Clarke-Pearson (1988).

    With clusters that of Obuchowski (1997): the placements of a cluster's rows are summed first.

    Args:
        score: (n,) higher means that the bad outcome is expected.
        bad: (n,) 1 where the outcome is bad, else 0.
        clusters: (n,) codes, or None.

    Raises:
        Problem: All outcomes are alike.
    """
    from scipy.stats import rankdata

    ill = bad > 0
    many, few = int(ill.sum()), int((~ill).sum())
    if not (many and few):
        raise Problem("All outcomes are alike here, so that nothing can be predicted or missed.")
    ranks = rankdata(score)
    # The share of the other kind that each row is rightly placed against, ties counted half.
    placed = np.empty(len(score))
    placed[ill] = (ranks[ill] - rankdata(score[ill])) / few
    placed[~ill] = 1 - (ranks[~ill] - rankdata(score[~ill])) / many
    value = float(placed[ill].mean())
    parts = np.where(ill, (placed - value) / many, (placed - value) / few)
    if clusters is None:
        factor = np.where(ill, many / max(many - 1, 1), few / max(few - 1, 1))
        error = float(np.sqrt((parts**2 * factor).sum()))
    else:
        sums = np.bincount(clusters, weights=parts)[np.bincount(clusters) > 0]
        error = float(np.sqrt(sums @ sums * len(sums) / max(len(sums) - 1, 1)))
    return Accuracy("auc", value, error, _within(value, error, 0.0), len(score))


def rank_correlation(
    score: Floats, badness: Floats, clusters: Integers | None = None, seed: int = 0
) -> Accuracy:
    """Spearman's rank correlation, with the standard deviation over 200 half samples as its error.

    Half samples are drawn without replacement, clusters whole; a score that is the same for all has 0.

    Args:
        score: (n,) higher means a worse outcome is expected.
        badness: (n,) higher means worse.
        clusters: (n,) codes, or None.
        seed: Of the half samples.
    """
    random = np.random.default_rng(seed)
    groups = len(score) if clusters is None else int(clusters.max()) + 1
    blocks = [np.unique(values, return_inverse=True)[1] for values in (score, badness)]
    draws = np.empty(HALF_SAMPLES)
    for draw in range(HALF_SAMPLES):
        report(draw, HALF_SAMPLES)
        taken = np.zeros(groups, dtype=bool)
        taken[random.permutation(groups)[: groups // 2]] = True
        rows = taken if clusters is None else taken[clusters]
        draws[draw] = _correlation(*(_ranks(block[rows]) for block in blocks))
    value = _correlation(*(_ranks(block) for block in blocks))
    error = float(draws.std(ddof=1))
    return Accuracy("spearman", value, error, _within(value, error, -1.0), len(score))


def _ranks(block: Integers) -> Floats:
    """Ranks with ties in the middle, from codes in the order of the values."""
    counts = np.bincount(block)
    return np.asarray((np.cumsum(counts) - (counts - 1) / 2)[block])


def _correlation(first: Floats, second: Floats) -> float:
    one, two = first - first.mean(), second - second.mean()
    size = float(np.sqrt((one @ one) * (two @ two)))
    return float(one @ two) / size if size > 0 else 0.0


def _within(value: float, error: float, least: float) -> tuple[float, float]:
    low, high = interval(value, error)
    return max(low, least), min(high, 1.0)
