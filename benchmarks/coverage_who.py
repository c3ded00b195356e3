"""Coverage of what the page Who and why tells: groups of the tree, effects by a column, drawn groups.

    python benchmarks/coverage_who.py --runs 2000 --rows 1000

World: X ~ N(0, I) with 5 columns, e = clip(sigmoid(.6 x0 - .4 x1), .1, .9) estimated, tau = .5 + .5 x0 +
1{x1 > 0}, baseline 2 x2 + x0, unit noise. Learner: T with linear regressions, fitted on one half; scores
cross-fitted on the other. The reader of "a drawn group" picks of sixteen boxes (quartiles of x0 by those
of x1) the one with the largest out-of-fold effect on the learning half; "picked on the held-out rows" is
the same reader looking at the rows that judge, which the page marks exploratory. Nominal 95 %; the
interval behind each share is Clopper and Pearson's over the runs.
"""

from __future__ import annotations

import argparse
from collections import Counter

import numpy as np
import pandas as pd
from scipy.stats import beta

from causal_core.uplift import Units
from causal_core.uplift.features import Encoder
from causal_core.uplift.learners import fit_model
from causal_core.uplift.scores import cross_fit
from causal_core.who.groups import honest_groups
from causal_core.who.judged import Judged
from causal_core.who.regression import smooth
from causal_core.who.subgroup import subgroup
from causal_core.who.tree import Columns, grow, leaf_of

QUARTILES = np.array([-np.inf, -0.6745, 0.0, 0.6745, np.inf])
"""Of the normal distribution."""

GRID = np.linspace(-1.6, 1.6, 17)


def world(rows: int, random: np.random.Generator) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Columns, effects, and chances of the arm."""
    x = random.normal(size=(rows, 5))
    chance = np.clip(1 / (1 + np.exp(-(0.6 * x[:, 0] - 0.4 * x[:, 1]))), 0.1, 0.9)
    return x, 0.5 + 0.5 * x[:, 0] + (x[:, 1] > 0), chance


def one_run(rows: int, seed: int, many: np.ndarray, many_effect: np.ndarray) -> dict[tuple[str, str], int]:
    """Of each kind of interval how many held the truth, and how many there were."""
    random = np.random.default_rng(seed)
    x, effect, chance = world(rows, random)
    arm = (random.random(rows) < chance).astype(np.int64)
    outcome = 2 * x[:, 2] + x[:, 0] + arm * effect + random.normal(size=rows)
    frame = pd.DataFrame(x, columns=list("abcde"))
    units = Units(frame, arm, outcome, ("0", "1"), rows=np.arange(rows))
    learning, held_out = units.halves(seed)
    everybody = units.training(seed, "linear")
    scores = cross_fit(everybody.take(held_out), 5)[0].effects[:, 0]
    mine = Judged(held_out, ("0", "1"), scores, scores, None, None, np.zeros(len(held_out), dtype=bool))
    training = everybody.take(learning)
    folds, effects = training.folds(5), np.empty(len(learning))
    for fold in range(5):
        model = fit_model("t", training.take(np.flatnonzero(folds != fold)))
        effects[folds == fold] = model.effect(training.matrix[folds == fold])[:, 0]
    columns = Columns.of(Encoder.of(frame), x)
    root = grow(columns.take(learning), effects, 2, 0.1)
    place = leaf_of(root, many)
    found: Counter[tuple[str, str]] = Counter()

    def note(kind: str, *held: bool) -> None:
        found[kind, "held"] += sum(held)
        found[kind, "told"] += len(held)

    for group in honest_groups(root, columns.take(held_out), mine, 2, 0.1).groups:
        truth = many_effect[place == group.place].mean()
        if group.effect is not None:
            note("groups of the tree", group.effect.ci[0] <= truth <= group.effect.ci[1])
    band = smooth(x[held_out, 0], mine.effects, GRID, seed=seed)
    away = np.abs(band.value - (1 + 0.5 * GRID)) / band.std_error
    note("by column, at one value", *(away <= 1.959963984540054))
    note("by column, all values at once", bool((away <= band.quantile).all()))
    boxes = [
        (np.searchsorted(QUARTILES, x[:, 0]) == i) & (np.searchsorted(QUARTILES, x[:, 1]) == j)
        for i in range(1, 5)
        for j in range(1, 5)
    ]
    truths = [
        many_effect[
            (np.searchsorted(QUARTILES, many[:, 0]) == i) & (np.searchsorted(QUARTILES, many[:, 1]) == j)
        ].mean()
        for i in range(1, 5)
        for j in range(1, 5)
    ]
    big = [box if box[held_out].sum() >= 30 else None for box in boxes]
    for kind, scores, half in (
        ("drawn group", effects, learning),
        ("picked on the held-out rows", mine.effects, held_out),
    ):
        means = [-np.inf if box is None or not box[half].any() else scores[box[half]].mean() for box in big]
        best = int(np.argmax(means))
        if np.isfinite(means[best]):
            ci = subgroup(mine, boxes[best][held_out]).effect.ci
            note(kind, ci[0] <= truths[best] <= ci[1])
    return dict(found)


def main() -> None:
    """Print a line a kind of interval."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=300)
    parser.add_argument("--rows", type=int, default=1000)
    asked = parser.parse_args()
    many, many_effect, _ = world(40_000, np.random.default_rng(0))
    total: Counter[tuple[str, str]] = Counter()
    for seed in range(1, asked.runs + 1):
        total.update(one_run(asked.rows, seed, many, many_effect))
    print(f"{asked.runs} runs of {asked.rows} rows")
    for kind in dict.fromkeys(name for name, _ in total):
        held, told = total[kind, "held"], total[kind, "told"]
        # Intervals of one run are not independent: the exact interval counts runs.
        runs = min(told, asked.runs)
        share = held / told
        low = beta.ppf(0.025, share * runs, runs - share * runs + 1)
        high = beta.ppf(0.975, share * runs + 1, max(runs - share * runs, 1e-9))
        print(f"{kind:34} {100 * share:5.1f} %  ({100 * low:.1f} to {100 * high:.1f}), {told} intervals")


if __name__ == "__main__":
    main()
