"""How many questions a policy tree should ask: the fewest that do about as well as the best."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from causal_core.data.design import Floats, Integers
from causal_core.engine.progress import part
from causal_core.problem import Problem
from causal_core.study.headline import number_text
from causal_core.uplift.arrays import mean_and_error
from causal_core.uplift.folds import folds

FOLDS = 5

FEWEST = 20
"""Rows, or clusters, below which folds are too small to choose by."""


@dataclass(frozen=True)
class DepthValue:
    """What trees of one depth bring on the folds they were not fitted on.

    It is the value of the procedure, averaged over the folds' trees, and serves to choose; the chosen tree is
    to be valued on other rows.

    Attributes:
        depth: 0 for one action for everybody.
        value: Mean gain over giving everybody action 0, per person.
        std_error: Of `value`; by clusters when there are any.
        behind: The best depth's value less this one's, paired row by row.
        behind_error: The standard error of that difference; 0 for the best depth.
        chosen: Whether this is the smallest depth that is at most one standard error behind.
    """

    depth: int
    value: float
    std_error: float
    behind: float
    behind_error: float
    chosen: bool


def questions_words(depth: int) -> str:
    """How many questions may follow each other, in words."""
    if depth == 0:
        return "no question"
    return f"at most {depth} question{'' if depth == 1 else 's'} in a row"


def depths_words(depths: tuple[DepthValue, ...], unit: str = "") -> str:
    """What cross-validation found, in a sentence or two; empty when the depth was given."""
    if not depths:
        return ""
    chosen = next(each for each in depths if each.chosen)
    best = next(each for each in depths if each.behind_error == 0 and each.behind == 0)
    said = ", ".join(
        f"{each.depth}: {number_text(each.value)} (standard error {number_text(each.std_error)})"
        for each in depths
    )
    why = "the highest gain" if chosen is best else "the fewest within one standard error of the best"
    counted = f" in {unit}" if unit else ""
    return (
        f"Cross-validation chose {questions_words(chosen.depth)}, "
        f"{why}. Gain per person over the control on folds left out{counted}, by questions in a row: {said}."
    )


def compare_depths(
    assign: Callable[[Integers, Integers, int], Integers],
    scores: Floats,
    depths: tuple[int, ...],
    clusters: Integers | None,
    seed: int,
    weights: Floats | None = None,
) -> tuple[DepthValue, ...]:
    """The depths compared on five folds of rows, clusters whole.

    The one-standard-error rule (Breiman et al. 1984, section 3.4.3), with the error of the paired difference:
    what outcomes have in common under two trees says nothing of which tree is better.

    Args:
        assign: From rows to fit on, rows to assign and a depth to their actions.
        scores: (n, k).
        depths: Smallest first.
        clusters: (n,) codes, or None.
        seed: Of the folds.
        weights: (n,) sampling weights, or None.

    Raises:
        Problem: There are too few rows or clusters.
    """
    units = len(scores) if clusters is None else int(clusters.max()) + 1
    if units < FEWEST:
        raise Problem(
            f"With {units:,} {'rows' if clusters is None else 'clusters'} the depth cannot be chosen by "
            "cross-validation.",
            column="depth",
            remedy="Choose depth 1, 2 or 3 yourself.",
        )
    fold = folds(np.zeros(len(scores), dtype=np.int64), FOLDS, clusters, seed)
    gained = np.zeros((len(depths), len(scores)))
    for number in range(FOLDS):
        inside = np.flatnonzero(fold == number)
        outside = np.flatnonzero(fold != number)
        for place, depth in enumerate(depths):
            # The deepest search takes nearly all the time.
            start, end = number / FOLDS, (number + (place == len(depths) - 1)) / FOLDS
            with part(start, end):
                chosen = assign(outside, inside, depth)
            gained[place, inside] = scores[inside, chosen] - scores[inside, 0]
    best = int(np.average(gained, axis=1, weights=weights).argmax())
    behind = [mean_and_error(gained[best] - each, clusters, weights) for each in gained]
    chosen_depth = next(place for place, (gap, error) in enumerate(behind) if gap <= error or place == best)
    return tuple(
        DepthValue(depth, *mean_and_error(each, clusters, weights), gap, error, place == chosen_depth)
        for place, (depth, each, (gap, error)) in enumerate(zip(depths, gained, behind, strict=True))
    )
