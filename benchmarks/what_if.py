"""The structural model against dowhy.gcm in one run: fit, do, counterfactuals; and a moved slider.

    python benchmarks/what_if.py [rows] [rounds]

Ten nodes in a random graph, each a sum of its parents plus noise: of the parents themselves in the linear
world, of sines and squares of them in the curved one. Both sides choose the mechanism of each node from the
same rows (`gcm.auto.assign_causal_mechanisms` there), alternating. Seconds are of the processor, the least of
the rounds; `ratio` is ours over theirs. Errors are root mean squares over the nodes downstream, in standard
deviations of each: of the mean under do against two million true draws, and of 1,000 rows' counterfactuals
against the true ones.

The slider: one value set, everything downstream told for 5,000 people; the median of 15 moves by the clock.
At last it is moved in the curved world with spreads boosted too, and in a world of nine counts, all of them
boosted, the slowest there is.
"""

from __future__ import annotations

import statistics
import sys
import time
import warnings
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from causal_core.graph import CausalGraph
from causal_core.what_if import StructuralModel
from causal_core.what_if.changes import changes
from causal_core.what_if.response import PEOPLE

NODES = [f"n{place}" for place in range(10)]
SET, VALUE = "n2", 1.0
MANY = 2_000_000


@dataclass(frozen=True)
class World:
    """Who causes whom, with which weight, and whether straight or bent."""

    bent: bool
    weights: Mapping[str, Mapping[str, float]]

    @classmethod
    def drawn(cls, bent: bool) -> World:
        """A random graph; n2 acts on n9 in it."""
        random = np.random.default_rng(4)
        weights: dict[str, dict[str, float]] = {}
        for place, node in enumerate(NODES):
            chosen = [name for name in NODES[:place] if random.random() < 0.4]
            weights[node] = {name: float(random.choice([-1, 1]) * random.uniform(0.5, 1)) for name in chosen}
        weights["n9"]["n2"] = 1.0
        return cls(bent, weights)

    def noise(self, rows: int, seed: int) -> dict[str, np.ndarray]:
        """Of the nodes."""
        random = np.random.default_rng(seed)
        return {node: random.normal(size=rows) for node in NODES}

    def push(self, noise: Mapping[str, np.ndarray], done: Mapping[str, float]) -> pd.DataFrame:
        """The rows that noise gives."""
        found: dict[str, np.ndarray] = {}
        for node in NODES:
            total = noise[node] * (0.5 if self.weights[node] else 1.0)
            for name, weight in self.weights[node].items():
                parent = found[name]
                total = total + weight * (
                    np.sin(1.5 * parent) + 0.2 * np.minimum(parent**2, 9) if self.bent else parent
                )
            found[node] = np.full(len(total), done[node]) if node in done else total
        return pd.DataFrame(found)

    @property
    def edges(self) -> list[tuple[str, str]]:
        """Of its graph."""
        return [(name, node) for node in NODES for name in self.weights[node]]


def main() -> None:
    """Print a table of each world."""
    rows, rounds = (int(each) for each in (*sys.argv[1:], *(10_000, 3)[len(sys.argv) - 1 :]))
    for bent in (False, True):
        _compare(World.drawn(bent), rows, rounds)
    world = World.drawn(bent=True)
    above = {node: "boosted, boosted spread" for node in NODES if world.weights[node]}
    print("\nCurved world, every mean and spread boosted")
    _slide(StructuralModel.fit(world.push(world.noise(rows, 0), {}), _graph(world), 0, above), SET)
    found = counts(World.drawn(bent=True), rows)
    print("\nNine counts, boosted")
    _slide(StructuralModel.fit(*found, 0, dict.fromkeys(NODES[1:], "count, boosted")), NODES[0])


def counts(world: World, rows: int) -> tuple[pd.DataFrame, CausalGraph]:
    """All nodes but the first are negative binomial, their means bent in their parents or in the first."""
    random = np.random.default_rng(0)
    found = {NODES[0]: random.normal(size=rows)}
    edges = []
    for node in NODES[1:]:
        above = list(world.weights[node]) or [NODES[0]]
        edges += [(name, node) for name in above]
        bent = [np.abs(found[name] - found[name].mean()) / found[name].std() for name in above]
        mean = np.exp(0.5 + 0.3 * np.mean(bent, axis=0))
        found[node] = random.poisson(mean * random.gamma(2, 0.5, rows))
    return pd.DataFrame(found), CausalGraph(edges=edges)


def _compare(world: World, rows: int, rounds: int) -> None:
    noise = world.noise(rows, 0)
    frame = world.push(noise, {})
    few = frame.head(1_000)
    sides = {"dostudio": _ours(world), "dowhy.gcm": _theirs(world)}
    seconds: dict[tuple[str, str], float] = {}
    answers: dict[str, tuple[pd.DataFrame, pd.DataFrame]] = {}
    for _ in range(rounds):
        for side, (fit, do, counterfactual) in sides.items():
            model = _timed(seconds, (side, "fit"), fit, frame)
            drawn = _timed(seconds, (side, "do, 10,000 rows"), do, model)
            _timed(seconds, (side, "counterfactual, 1 row"), counterfactual, model, few.head(1))
            many = _timed(seconds, (side, "counterfactual, 1,000 rows"), counterfactual, model, few)
            answers[side] = drawn, many
            if side == "dostudio":
                ours = model
    print(f"\n{'Curved' if world.bent else 'Linear'} world, {rows:,} rows, {len(world.edges)} arrows\n")
    print("| | dostudio | dowhy.gcm | ratio |\n|---|---:|---:|---:|")
    for what in ("fit", "do, 10,000 rows", "counterfactual, 1 row", "counterfactual, 1,000 rows"):
        mine, other = (seconds[side, what] for side in sides)
        print(f"| {what}, s | {mine:.4f} | {other:.4f} | {mine / other:.3f} |")
    below = sorted(CausalGraph(edges=world.edges).descendants([SET]) - {SET})
    scale = frame[below].std()
    truth = world.push(world.noise(MANY, 1), {SET: VALUE})[below].mean()
    true_rows = world.push({node: each[:1_000] for node, each in noise.items()}, {SET: VALUE})[below]
    means = [_size((answers[side][0][below].mean() - truth) / scale) for side in sides]
    each = [_size((answers[side][1][below].reset_index(drop=True) - true_rows) / scale) for side in sides]
    print(f"| error of means under do | {means[0]:.4f} | {means[1]:.4f} | {means[0] / means[1]:.2f} |")
    print(f"| error of 1,000 counterfactuals | {each[0]:.4f} | {each[1]:.4f} | {each[0] / each[1]:.2f} |")
    _slide(ours, SET)


def _graph(world: World) -> CausalGraph:
    return CausalGraph(edges=world.edges, nodes=NODES)


def _slide(model: StructuralModel, node: str) -> None:
    people = model.noise_of(PEOPLE)
    taken = []
    for move in range(15):
        begun = time.perf_counter()
        changes(model, people, {node: VALUE + 0.1 * move})
        taken.append(time.perf_counter() - begun)
    print(f"\nA moved slider: {statistics.median(taken):.3f} s", flush=True)


def _ours(world: World) -> tuple[Callable[..., Any], ...]:
    graph = _graph(world)

    def counterfactual(model: StructuralModel, frame: pd.DataFrame) -> pd.DataFrame:
        return model.push(model.abduct(frame), {SET: VALUE})

    return (
        lambda frame: StructuralModel.fit(frame, graph),
        lambda model: model.do({SET: VALUE}, 10_000),
        counterfactual,
    )


def _theirs(world: World) -> tuple[Callable[..., Any], ...]:
    warnings.filterwarnings("ignore")
    import networkx as nx
    from dowhy import gcm

    gcm.config.disable_progress_bars()
    # Seconds of processes it would start are not counted.
    gcm.config.set_default_n_jobs(1)
    graph = nx.DiGraph(world.edges)
    graph.add_nodes_from(NODES)

    def fit(frame: pd.DataFrame) -> Any:
        model = gcm.InvertibleStructuralCausalModel(graph)
        gcm.auto.assign_causal_mechanisms(model, frame)
        gcm.fit(model, frame)
        return model

    done = {SET: lambda _: VALUE}
    return (
        fit,
        lambda model: gcm.interventional_samples(model, done, num_samples_to_draw=10_000),
        lambda model, frame: gcm.counterfactual_samples(model, done, observed_data=frame),
    )


def _timed(
    seconds: dict[tuple[str, str], float], key: tuple[str, str], run: Callable[..., Any], *given: Any
) -> Any:
    begun = time.process_time()
    found = run(*given)
    seconds[key] = min(seconds.get(key, np.inf), time.process_time() - begun)
    return found


def _size(errors: pd.DataFrame | pd.Series) -> float:
    return float(np.sqrt((np.asarray(errors) ** 2).mean()))


if __name__ == "__main__":
    main()
