"""How often an audit's approximate 95 % bands hold the truth, in a linear world where every effect is known.

    python benchmarks/audit.py --worlds 100

Each world has its own rows: age -> group, group and age -> job, group -> street, job and group -> income, and
an outcome of job and income. The model under audit is linear and fixed. Prints for each number the share of
worlds whose band holds it, and the mean width of the bands. A hundred worlds take about five minutes on one
core.
"""

from __future__ import annotations

import argparse
import sys
import time
import warnings
from pathlib import Path

import numpy as np
import pandas as pd

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from causal_core.audit.answer import answered
from causal_core.audit.flips import Flips, flipped
from causal_core.audit.protected import Protected, decomposition, groups_of
from causal_core.audit.use import Use, contrasts_of
from causal_core.what_if.refits import refit
from tests.audit.worlds import STEPS, WEIGHTS, frame, linear_box, world

THRESHOLD = 0.0


def score(people: pd.DataFrame) -> np.ndarray:
    """The model under audit."""
    numbers = people.assign(group=(people["group"] == "b").astype(float))
    return np.asarray(sum(weight * numbers[name] for name, weight in WEIGHTS.items()))


def truths() -> dict[str, float]:
    """What is true in the population, from two million people where no formula is at hand."""
    seen, set_to_a, set_to_b = (frame(2_000_000, 99, group) for group in (None, 0, 1))
    in_b = (seen["group"] == "b").to_numpy()
    a, b = score(set_to_a), score(set_to_b)
    return {
        "difference": score(seen)[in_b].mean() - score(seen)[~in_b].mean(),
        "indirect": sum(STEPS.values()),
        "spurious": b[in_b].mean() - b[~in_b].mean(),
        **{f"by {name}": effect for name, effect in STEPS.items()},
        "share of flips": ((a >= THRESHOLD) != (b >= THRESHOLD)).mean(),
    }


def one(rows: int, seed: int, refits: int) -> dict[str, tuple[float, float]]:
    """The bands of one world; of effects per unit of job, ends are divided by the contrast."""
    model = world(rows, seed)
    box = linear_box(model)
    groups = groups_of(model, "group", "a", "b")
    asked = Protected.of(model, box, groups)[0]
    flips = Flips(groups, THRESHOLD)
    use = Use("good", contrasts_of(model, ("job",), "good"))
    questions = (asked, flips, use)
    halves = []
    for place in range(refits):
        half = refit(model, place)
        halves.append([question.numbers(half, box) for question in questions])
    answers = [
        answered(question.numbers(model, box), [half[place] for half in halves])
        for place, question in enumerate(questions)
    ]
    parts = decomposition(asked, answers[0])
    steps = dict(parts.steps)
    share = flipped(model, box, flips, answers[1]).share
    width = use.contrasts[0].high - use.contrasts[0].low
    told = {
        "difference": parts.difference,
        "indirect": -parts.indirect,
        "spurious": -parts.spurious,
        "by street": steps["street"],
        "by job": steps["job"],
        "by income": steps["income"],
        "share of flips": share,
    }
    found = {name: (number.low, number.high) for name, number in told.items()}
    graph, effect = answers[2].at(1), answers[2].at(2)
    found["prediction per job"] = (graph.low / width, graph.high / width)
    found["outcome per job"] = (effect.low / width, effect.high / width)
    return found


def main() -> None:
    """Draw worlds and print the table."""
    parser = argparse.ArgumentParser(description="Coverage of an audit's bands.")
    parser.add_argument("--worlds", type=int, default=100)
    parser.add_argument("--rows", type=int, default=2_000)
    parser.add_argument("--refits", type=int, default=40)
    given = parser.parse_args()
    warnings.simplefilter("error")
    truth = {**truths(), "prediction per job": -3.0, "outcome per job": 2.0}
    started = time.perf_counter()
    found = [one(given.rows, 1_000 + seed, given.refits) for seed in range(given.worlds)]
    seconds = time.perf_counter() - started
    print(f"{given.worlds} worlds of {given.rows:,} rows, {given.refits} refits, {seconds:.0f} s")
    print(f"{'number':<20}{'truth':>9}{'covered':>9}{'width':>9}")
    for name, value in truth.items():
        covered = np.mean([each[name][0] <= value <= each[name][1] for each in found])
        width = np.mean([each[name][1] - each[name][0] for each in found])
        print(f"{name:<20}{value:>9.3f}{covered:>9.2f}{width:>9.3f}")


if __name__ == "__main__":
    main()
