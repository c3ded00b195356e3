"""Regret of the automatic choice among learners of effects, in five generated worlds of known effects.

Run `python benchmarks/uplift_choice.py [runs] [rows] [world ...]`: 10 runs of 5,000 rows in all worlds by
default, about 15 seconds of processor a run. Errors are root mean squares over 4,000 new rows, in the
outcome's unit. The regret of a way to choose is its error over that of the learner (or candidate) with the
least mean error in that world, less 1, averaged over the runs. Candidates are the learners and three simple
ones that only the automatic choice uses: the same effect for everybody, and linear effects on boosted
nuisances. Prints four Markdown tables: errors, regrets, mean weights, and processor time over that of the
learners fitted one by one.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from causal_core.data.design import Floats
from causal_core.uplift.choice import SIMPLE, choose
from causal_core.uplift.learners import CANDIDATES, LEARNERS
from causal_core.uplift.scores import Training
from causal_core.uplift.shared import SharedTraining

NEW_ROWS = 4000
SINGLE = {name: LEARNERS[name] for name in CANDIDATES if name in LEARNERS}
ALL = {**SINGLE, **SIMPLE}
WAYS = ("auto", "R-score", "DR-score")

Run = tuple[dict[str, float], dict[str, float]]
"""Errors of candidates and ways to choose; and the weights of the automatic choice."""


@dataclass(frozen=True, eq=False)
class Drawn:
    """Probability of treatment, mean under the control, and effect of each row."""

    propensity: Floats
    control: Floats
    effect: Floats


@dataclass(frozen=True)
class World:
    """A kind of data.

    Attributes:
        columns: Independent standard normal covariates.
        draw: What they imply.
        randomised: Whether the learners are told that assignment was random.
        binary: Whether the outcome is 0 or 1.
    """

    columns: int
    draw: Callable[[Floats], Drawn]
    randomised: bool = False
    binary: bool = False


def _logistic(linear: Floats) -> Floats:
    return np.asarray(1 / (1 + np.exp(-linear)))


def same(X: Floats) -> Drawn:
    """A trial in which everybody gains 0.3."""
    return Drawn(np.full(len(X), 0.5), X[:, 0] + 0.5 * X[:, 1] ** 2, np.full(len(X), 0.3))


def straight(X: Floats) -> Drawn:
    """Everything is linear, and those who gain more are treated more often."""
    propensity = np.clip(_logistic(0.8 * X[:, 0] - 0.5 * X[:, 1] + 0.3 * X[:, 3]), 0.05, 0.95)
    effect = 0.5 + 0.6 * X[:, 0] - 0.4 * X[:, 1] + 0.3 * X[:, 2]
    return Drawn(propensity, X[:, 0] + X[:, 1] - 0.5 * X[:, 3], effect)


def bent(X: Floats) -> Drawn:
    """A bent baseline and an effect that is partly a step."""
    propensity = np.clip(_logistic(0.6 * X[:, 0] - 0.4 * X[:, 1]), 0.1, 0.9)
    control = 2 * np.sin(X[:, 2]) + X[:, 3] * X[:, 4] + 0.5 * X[:, 5] ** 2 + X[:, 0]
    return Drawn(propensity, control, 0.5 + 0.5 * X[:, 0] + (X[:, 1] > 0))


def rare(X: Floats) -> Drawn:
    """One in twenty is treated; a complicated baseline and a simple effect."""
    propensity = np.clip(_logistic(-3.1 + 0.5 * X[:, 0]), 0.01, 0.5)
    control = 2 * np.sin(2 * X[:, 0]) + X[:, 1] * X[:, 2] + np.abs(X[:, 3]) + (X[:, 4] > 0) * X[:, 5]
    return Drawn(propensity, control, 1 + X[:, 1])


def sparse(X: Floats) -> Drawn:
    """A trial with a binary outcome in which one in five gains, half of what there is to gain."""
    control = _logistic(-1 + 0.6 * X[:, 0] + 0.6 * X[:, 1])
    gains = (X[:, 2] > 0) & (X[:, 3] > 0.3)
    return Drawn(np.full(len(X), 0.5), control, 0.5 * (1 - control) * gains)


WORLDS = {
    "no heterogeneity, randomised": World(20, same, randomised=True),
    "linear effect, confounded": World(10, straight),
    "bent baseline, step in the effect": World(20, bent),
    "5 % treated, complicated baseline": World(10, rare),
    "binary outcome, sparse effect": World(20, sparse, randomised=True, binary=True),
}


def draw(world: World, rows: int, seed: int) -> tuple[Training, Floats, Floats]:
    """Rows to learn from, and columns and effects of new ones."""
    random = np.random.default_rng(seed)
    X = random.normal(size=(rows + NEW_ROWS, world.columns))
    truth = world.draw(X)
    arm = (random.random(len(X)) < truth.propensity).astype(np.int64)
    mean = truth.control + arm * truth.effect
    noise = random.random(len(X)) if world.binary else random.normal(size=len(X))
    outcome = (noise < mean).astype(np.float64) if world.binary else mean + noise
    known = np.column_stack([1 - truth.propensity, truth.propensity])[:rows] if world.randomised else None
    training = Training(X[:rows], (), arm[:rows], outcome[:rows], 2, known, None, seed)
    return training, X[rows:], truth.effect[rows:]


def run(world: World, rows: int, seed: int) -> Run:
    """What one seed gives."""
    training, new, effect = draw(world, rows, seed)
    shared = SharedTraining.of(training)

    def error(predicted: Floats) -> float:
        return float(np.sqrt(np.mean((predicted[:, 0] - effect) ** 2)))

    auto = choose(shared, SINGLE)
    # Equal fits are made once, so this costs little more than the choice itself.
    errors = {name: error(fit(shared).effect(new)) for name, fit in ALL.items()}
    parts = auto.composition[0]
    by_r = max(parts, key=lambda part: part.r_score).learner
    by_dr = max(parts, key=lambda part: part.dr_score).learner
    chosen = {"auto": error(auto.effect(new)), "R-score": errors[by_r], "DR-score": errors[by_dr]}
    return errors | chosen, {part.learner: part.weight for part in parts}


def regret(error: Floats, best: Floats) -> str:
    """The mean of error / best - 1 with its standard error, in per cent."""
    ratio = 100 * (error / best - 1)
    return f"{ratio.mean():+.0f} ({ratio.std(ddof=1) / np.sqrt(len(ratio)):.0f})"


def table(head: list[str], rows: list[list[str]]) -> None:
    """A Markdown table."""
    for row in (head, ["---"] * len(head), *rows):
        print(f"| {' | '.join(row)} |")
    print(flush=True)


def processor(world: World, rows: int) -> float:
    """Processor time of the automatic choice over that of the learners fitted one by one."""
    training, _, _ = draw(world, rows, 0)
    start = time.process_time()
    for fit in SINGLE.values():
        fit(training)
    apart = time.process_time() - start
    choose(training, SINGLE)
    return (time.process_time() - start - apart) / apart


def tell(found: dict[str, list[Run]]) -> None:
    """Print errors, regrets and weights of each world's runs."""
    errors, regrets, weights = [], [], []
    for name, runs in found.items():
        by = {way: np.array([each[way] for each, _ in runs]) for way in runs[0][0]}
        errors.append([name, *(f"{values.mean():.3f}" for values in by.values())])
        regrets.append([name])
        for among in (SINGLE, ALL):
            best = min(among, key=lambda way: by[way].mean())
            regrets[-1] += [best, *(regret(by[way], by[best]) for way in WAYS)]
        share = [np.mean([weight.get(way, 0.0) for _, weight in runs]) for way in ALL]
        weights.append([name, *(f"{100 * value:.0f}" for value in share)])
    ways = ["auto", "best R-score", "best DR-score"]
    table(["root mean square error", *ALL, *ways], errors)
    table(["regret in % (standard error)", "best learner", *ways, "best candidate", *ways], regrets)
    table(["mean weight in %", *ALL], weights)


def main(runs: int, rows: int, names: tuple[str, ...]) -> None:
    """Print the tables of the named worlds, or of all."""
    chosen = {name: world for name, world in WORLDS.items() if name in names or not names}
    tell({name: [run(world, rows, seed) for seed in range(runs)] for name, world in chosen.items()})
    times = [[name, f"{processor(world, rows):.1f}"] for name, world in chosen.items()]
    table(["processor time of auto", "over all learners"], times)


if __name__ == "__main__":
    given = [*sys.argv[1:], *("10", "5000")[len(sys.argv) - 1 :]]
    main(int(given[0]), int(given[1]), tuple(given[2:]))
