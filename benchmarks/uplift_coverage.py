"""How often the evaluation's intervals cover and its tests reject, where effects are known.

    python benchmarks/uplift_coverage.py [trial|observed] [runs] [rows]

Without a word both kinds of data. Each run draws three normal columns, an arm by fair lot ("trial") or with
probability 1/(1 + exp(-x0/2)) ("observed", the propensity estimated), and y = x1 + T tau + noise with
tau = 0.3 for all ("no differences") or 0.3 + 0.25 x0 ("differences"). Two rankings are learned by least
squares of y on T, x and T x: "full" by all columns, "blind" without x0. Both are judged on a held-out half
and on sequential folds, with scores from linear outcome models, by the very code that the product uses.

Rankings are linear in x, so that their true AUTOC, QINI and group effects given the fitted coefficients have
closed forms; of sequential folds the truth is the average over the folds' rankings, with the folds' rows as
weights. The table gives, in per cent with exact binomial 95 % intervals, how often 0 lies outside AUTOC's and
QINI's interval (5 % is right without differences, more is power with them) and how often intervals hold the
truth. Set OPENBLAS_NUM_THREADS=1.
"""

from __future__ import annotations

import sys
from collections import defaultdict

import numpy as np
import pandas as pd
from scipy import integrate, stats

from causal_core import uplift
from causal_core.uplift.evaluation import FoldScores, Learned
from causal_core.uplift.scores import FOLDS, score_part
from causal_core.uplift.split import Split
from causal_core.uplift.units import Units

SLOPE = 0.25
AVERAGE = 0.3
GROUPS = 5

# Of a standard normal z: the mean of phi(z_q)/q and of phi(z_q) over q, and the means of its fifths.
_DENSITY = stats.norm.pdf
AUTOC = integrate.quad(lambda z: _DENSITY(z) ** 2 / stats.norm.sf(z), -8, 8)[0]
QINI = 1 / (2 * np.sqrt(np.pi))
_CUTS = stats.norm.isf(np.arange(GROUPS + 1) / GROUPS)
FIFTHS = GROUPS * np.diff(_DENSITY(_CUTS))
TOC_20 = _DENSITY(stats.norm.isf(0.2)) / 0.2


def world(random: np.random.Generator, rows: int, *, trial: bool, differs: bool) -> Units:
    """One draw of the world."""
    x = random.normal(size=(rows, 3))
    chance = np.full(rows, 0.5) if trial else 1 / (1 + np.exp(-x[:, 0] / 2))
    arm = (random.random(rows) < chance).astype(np.int64)
    effect = AVERAGE + differs * SLOPE * x[:, 0]
    outcome = x[:, 1] + arm * effect + random.normal(size=rows)
    frame = pd.DataFrame(x, columns=["x0", "x1", "x2"])
    return Units(frame, arm, outcome, ("0", "1"), randomised=trial)


def coefficients(units: Units, rows: np.ndarray, columns: list[int]) -> np.ndarray:
    """(3,) by how much the effect differs with each column, by least squares; 0 where it is not used."""
    x = units.features.to_numpy()[rows]
    arm = units.arm[rows][:, None]
    design = np.hstack([np.ones_like(arm), x, arm, arm * x[:, columns]])
    fitted = np.linalg.lstsq(design, units.outcome[rows], rcond=None)[0]
    whole = np.zeros(3)
    whole[columns] = fitted[5:]
    return whole


def judged(units: Units, seed: int, evaluation: str) -> tuple[uplift.Evaluation, dict[str, np.ndarray]]:
    """The evaluation of both rankings, and their coefficients, one row a piece."""
    split = Split.of(units, evaluation, seed)
    parts: list[Learned | FoldScores] = []
    x = units.features.to_numpy()
    slopes: dict[str, list[np.ndarray]] = defaultdict(list)
    for learner, columns in (("full", [0, 1, 2]), ("blind", [1, 2])):
        for piece, rows in enumerate(split.learning):
            slopes[learner].append(coefficients(units, rows, columns))
            effect = x[split.rows_of(piece)] @ slopes[learner][-1]
            parts.append(Learned(learner, effect[:, None], np.zeros(len(effect)), piece=piece))
    training = units.training(seed, "linear")
    if split.folds is None:
        training = training.take(split.judged)
        fold, places = training.folds(FOLDS), np.arange(len(split.judged))
    else:
        fold, places = split.folds, split.judged
    for part in range(int(split.folds is not None), FOLDS):
        rows = np.flatnonzero(fold == part)
        scores, _ = score_part(training, np.flatnonzero(fold != part), rows)
        parts.append(FoldScores("held_out", np.searchsorted(places, rows), scores))
    found = uplift.evaluate(units, parts, seed, GROUPS, evaluation)
    return found, {name: np.array(each) for name, each in slopes.items()}


def holds(ci: tuple[float, float], truth: float) -> bool:
    """Whether an interval holds the truth."""
    return ci[0] <= truth <= ci[1]


def record(
    seen: dict[str, list[bool]], found: uplift.Evaluation, slopes: dict[str, np.ndarray], *, differs: bool
) -> None:
    """Note what one run's intervals held."""
    held = found.held_out
    pieces = np.zeros(len(held.rows), dtype=int) if held.fold is None else held.fold - 1
    weights = np.bincount(pieces) / len(pieces)
    slope = differs * SLOPE
    parallel = {
        name: float(weights @ (each[:, 0] / np.linalg.norm(each, axis=1))) for name, each in slopes.items()
    }
    full = found.results[0]
    seen["AUTOC differs from 0"].append(not holds(full.autoc.ci, 0))
    seen["QINI differs from 0"].append(not holds(full.rate_qini.ci, 0))
    gain = slope * parallel["full"]
    seen["AUTOC covers"].append(holds(full.autoc.ci, gain * AUTOC))
    seen["QINI covers"].append(holds(full.rate_qini.ci, gain * QINI))
    low, high = np.array(full.toc_band)[[share == 0.2 for share, _ in full.toc]][0, 1:]
    seen["TOC at 20 % covers"].append(holds((low, high), gain * TOC_20))
    for group, segment in enumerate(full.segments):
        seen["a group's effect covers"].append(holds(segment.ci, AVERAGE + gain * FIFTHS[group]))
    seen["highest less lowest group covers"].append(holds(full.extremes.ci, gain * (FIFTHS[0] - FIFTHS[-1])))
    spread = weights * (slopes["full"] ** 2).sum(axis=1)
    truth = slope * float(weights @ slopes["full"][:, 0]) / float(spread.sum())
    seen["calibration slope covers"].append(holds(full.calibration.ci, truth))
    seen["calibration mean covers"].append(holds(full.calibration.mean_ci, AVERAGE))
    difference = next(each for each in found.paired if each.measure == "autoc")
    seen["paired AUTOC difference covers"].append(
        holds(difference.ci, slope * AUTOC * (parallel["full"] - parallel["blind"]))
    )


def main(kinds: tuple[bool, ...], runs: int, rows: int) -> None:
    """Print the table."""
    table: dict[str, list[str]] = defaultdict(list)
    head = []
    for trial in kinds:
        for differs in (False, True):
            for evaluation in ("held_out", "sequential"):
                seen: dict[str, list[bool]] = defaultdict(list)
                for run in range(runs):
                    units = world(np.random.default_rng([run, trial]), rows, trial=trial, differs=differs)
                    found, slopes = judged(units, run, evaluation)
                    record(seen, found, slopes, differs=differs)
                head.append(
                    f"{'trial' if trial else 'observed'}, {'' if differs else 'no '}differences, "
                    f"{evaluation.replace('_', ' ')}"
                )
                for name, marks in seen.items():
                    exact = stats.binomtest(sum(marks), len(marks)).proportion_ci()
                    # Groups of one run are not independent draws of an interval, so theirs has no interval.
                    shown = f" ({100 * exact.low:.1f}-{100 * exact.high:.1f})" if len(marks) == runs else ""
                    table[name].append(f"{100 * np.mean(marks):.1f}{shown}")
                print(head[-1], file=sys.stderr, flush=True)
    print(f"{runs:,} runs a cell, {rows:,} rows each, per cent")
    print(f"| | {' | '.join(head)} |")
    print("|---|" + "---|" * len(head))
    for name, cells in table.items():
        print(f"| {name} | {' | '.join(cells)} |")


if __name__ == "__main__":
    words = [given for given in sys.argv[1:] if not given.isdigit()]
    numbers = [int(given) for given in sys.argv[1:] if given.isdigit()]
    main(
        tuple(word == "trial" for word in words) or (True, False), *[*numbers, *(1000, 1000)[len(numbers) :]]
    )
