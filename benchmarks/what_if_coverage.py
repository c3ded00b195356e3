"""How often the bands of the structural model hold the truth.

    python benchmarks/what_if_coverage.py [linear] [levels] [boosted] [counts] [levels of 10,000 rows]

Linear worlds: x = 2 z + noise, m = 3 - x + noise, y = 1 + 0.5 x + 2 m - z + noise, so that y is 7 - 1.5 x on
average when x is set. Levels: x and y have chances logistic in their parents. Curved worlds: y is
sin(2 x) + z and noise; mechanisms are boosted. Counts: y is negative binomial with mean
exp(0.2 + 0.4 x + 0.3 z) and variance mean + mean^2 / 2. The arguments are runs; a world of none is left out.
The bands come from 40 half samples, as on the page. Mechanisms are of the kind named. Columns give, in per
cent with exact binomial 95 % intervals, how often the band holds the truth of a mean under do(x), of the
change from how things are, and of a shift of x. Set OPENBLAS_NUM_THREADS=1.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from scipy import stats

from causal_core.graph import CausalGraph
from causal_core.what_if import Shift, StructuralModel
from causal_core.what_if.levers import change_of, outcome_of
from causal_core.what_if.pushed import pushed
from causal_core.what_if.refits import error, refit
from causal_core.what_if.response import PEOPLE
from causal_core.what_if.tasks import BAND_ROWS

REFITS = 40
MANY = 2_000_000
GRAPH = CausalGraph(edges=[("z", "x"), ("z", "y"), ("x", "m"), ("m", "y"), ("x", "y")])
SMALL = CausalGraph(edges=[("z", "x"), ("z", "y"), ("x", "y")])


@dataclass(frozen=True)
class World:
    """A world: how it is drawn, what is set, and how mechanisms are fitted."""

    name: str
    graph: CausalGraph
    draw: Callable[[int, int, Any], pd.DataFrame]
    value: float
    ways: dict[str, str] | None


def linear(rows: int, seed: int, done: Any = None) -> pd.DataFrame:
    """All means linear, all noise normal."""
    random = np.random.default_rng(seed)
    z = random.normal(size=rows)
    x = _done(2 * z + random.normal(size=rows), done)
    m = 3 - x + 0.5 * random.normal(size=rows)
    y = 1 + 0.5 * x + 2 * m - z + random.normal(size=rows)
    return pd.DataFrame({"z": z, "x": x, "m": m, "y": y})


def levels(rows: int, seed: int, done: Any = None) -> pd.DataFrame:
    """X and y are binary."""
    random = np.random.default_rng(seed)
    z = random.normal(size=rows)
    x = (random.random(rows) < 1 / (1 + np.exp(-z))).astype(float)
    x = x if done is None else np.full(rows, float(done))
    y = (random.random(rows) < 1 / (1 + np.exp(0.5 - x - z))).astype(int)
    return pd.DataFrame({"z": z, "x": x.astype(int), "y": y})


def curved(rows: int, seed: int, done: Any = None) -> pd.DataFrame:
    """Y bends with x."""
    random = np.random.default_rng(seed)
    z = random.normal(size=rows)
    x = _done(z + random.normal(size=rows), done)
    y = np.sin(2 * x) + z + 0.5 * random.normal(size=rows)
    return pd.DataFrame({"z": z, "x": x, "y": y})


def counts(rows: int, seed: int, done: Any = None) -> pd.DataFrame:
    """Y is a count."""
    random = np.random.default_rng(seed)
    z = random.normal(size=rows)
    x = _done((z + random.normal(size=rows)) / 2, done)
    mean = np.exp(0.2 + 0.4 * x + 0.3 * z)
    return pd.DataFrame({"z": z, "x": x, "y": random.poisson(mean * random.gamma(2, 0.5, rows))})


def _done(natural: np.ndarray, done: Any) -> np.ndarray:
    if isinstance(done, Shift):
        return natural + done.by
    return natural if done is None else np.full(len(natural), float(done))


def main() -> None:
    """Print one row for each world."""
    usual = (2_000, 500, 30, 300, 100)
    given = [int(each) for each in (*sys.argv[1:], *usual[len(sys.argv) - 1 :])]
    runs, levelled, boosted, counted, many_levelled = given
    ways = dict.fromkeys(("x", "m", "y"), "linear")
    small = {"x": "linear", "y": "linear"}
    worlds = [
        (World("linear", GRAPH, linear, 1.0, ways), runs, 500),
        (World("curved, y boosted", SMALL, curved, 1.0, small | {"y": "boosted"}), boosted, 2_000),
        (World("levels, logistic", SMALL, levels, 1.0, small), levelled, 500),
        (World("levels, logistic", SMALL, levels, 1.0, small), many_levelled, 10_000),
        (World("counts, linear", SMALL, counts, 1.0, small | {"y": "count, linear"}), counted, 500),
    ]
    print("| world | rows | runs | mean under do(x = 1) | change from now | shift of x by 1 |")
    print("|---|---:|---:|---|---|---|", flush=True)
    for world, many, size in worlds:
        if not many:
            continue
        held, asked = _run(world, many, size)
        cells = ["—" if not of else _share(int(hits), int(of)) for hits, of in zip(held, asked, strict=True)]
        print(f"| {world.name} | {size:,} | {many:,} | {' | '.join(cells)} |", flush=True)


def _run(world: World, runs: int, rows: int) -> tuple[np.ndarray, np.ndarray]:
    levelled = world.draw is levels
    now = world.draw(MANY, 1, None)["y"].mean()
    mean = world.draw(MANY, 1, world.value)["y"].mean()
    moved = np.nan if levelled else world.draw(MANY, 1, Shift(1.0))["y"].mean() - now
    truth = np.array([mean, mean - now, moved])
    held, asked = np.zeros(3), np.array([runs, runs, 0 if levelled else runs])
    for seed in range(runs):
        model = StructuralModel.fit(world.draw(rows, 10 + seed, None), world.graph, seed, world.ways)
        told = _answers(model, seed, PEOPLE, world.value, levelled)
        whole, *halves = (
            _answers(each, seed, BAND_ROWS, world.value, levelled)
            for each in (model, *(refit(model, k) for k in range(REFITS)))
        )
        held += np.abs(told - truth) <= 1.959964 * error(whole, np.stack(halves))
    return held, asked


def _answers(model: StructuralModel, seed: int, people: int, value: float, levelled: bool) -> np.ndarray:
    noise, outcome = model.noise_of(people, seed), outcome_of(model, "y")
    now = outcome.told(pushed(model, noise, {}))
    many = [{"x": value}] if levelled else [{"x": value}, {"x": Shift(1.0)}]
    change = change_of(model, noise, many, outcome)
    return np.array([now + change[0], change[0], np.nan if levelled else change[1]])


def _share(hits: int, runs: int) -> str:
    found = stats.binomtest(hits, runs).proportion_ci()
    return f"{100 * hits / runs:.1f} ({100 * found.low:.1f} to {100 * found.high:.1f})"


if __name__ == "__main__":
    main()
