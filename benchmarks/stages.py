"""How often the intervals of rules over several stages hold the truth, and how near rules come to the best.

    python benchmarks/stages.py [runs] [rows]

Two stages. The first action lowers the outcome by 0.6 and leads to a state with probability 0.9, else 0.1;
the second gains `effect` in that state and loses it elsewhere. A binary x is worth 1 and does nothing else.
Noise has unit variance. With an effect of 0 the second stage's best action is a toss-up, where the maximum
that Q-learning takes is not smooth. "drawn": the first by fair lot, the second with probability 0.3, and the
study says so; "estimated": the first with 0.3 or 0.7 by x, the second with 0.2 or 0.5 by the state, and both
are learned. "clusters": five rows share half the variance of the noise.

The truth is that of the very rule that was learned on one half, from its decision in each of the eight
histories. Columns give, in per cent with exact binomial 95 % intervals, how often the interval holds the
learned rule's value, its gain over the control at both stages, its gain over both actions for everybody, and
how often 95 % of the value that the models predict on the learning rows would (mean of the predicted less the
true value in brackets); then the learned rule's mean true value and the best possible one. Linear models. Set
OPENBLAS_NUM_THREADS=1.
"""

from __future__ import annotations

import sys
import tempfile
from collections import Counter
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import stats

from causal_core.data.frames import arrow_of
from causal_core.data.table import write_table
from causal_core.policy.result import Gain
from causal_core.stages.asked import Asked, Stage
from causal_core.stages.history import History, history_of
from causal_core.stages.rule import fixed, learned_regime
from causal_core.stages.tasks import prepared
from causal_core.stages.value import Regime, contributions

PRICE = 0.6
STAGES = (Stage("first", ("x",)), Stage("second", ("state",)))


@dataclass(frozen=True)
class World:
    """What the second stage does, and how actions came about."""

    effect: float
    drawn: bool = True
    clustered: bool = False

    def table(self, rows: int, seed: int) -> pd.DataFrame:
        """Rows of this world."""
        random = np.random.default_rng(seed)
        x = random.integers(0, 2, rows)
        first = random.random(rows) < (0.5 if self.drawn else 0.3 + 0.4 * x)
        state = random.random(rows) < np.where(first, 0.9, 0.1)
        second = random.random(rows) < (0.3 if self.drawn else np.where(state, 0.5, 0.2))
        noise, group = random.normal(size=rows), np.arange(rows) // 5
        if self.clustered:
            noise = np.sqrt(0.5) * (noise + random.normal(size=rows // 5 + 1)[group])
        y = x - PRICE * first + self.effect * second * (2 * state - 1) + noise
        columns = {"x": x, "first": first, "state": state, "second": second, "group": group}
        return pd.DataFrame(
            {name: np.asarray(values).astype(int) for name, values in columns.items()} | {"y": y}
        )

    def value(self, history: History, regime: Regime) -> float:
        """The true value of a rule, from its decision in each history."""
        known = history.decisions[1].features
        first, second = (np.asarray(policy).argmax(axis=1) for policy in regime.policies)
        x, given, state = (known[name].to_numpy().astype(int) for name in ("x", "first", "state"))
        total = 0.0
        for level in (0, 1):
            action = int(first[x == level][0])
            total += 0.5 * (level - PRICE * action)
            for reached in (0, 1):
                rows = (x == level) & (given == action) & (state == reached)
                step = int(second[rows][0]) if rows.any() else 0
                chance = 0.9 if reached == action else 0.1
                total += 0.5 * chance * self.effect * step * (2 * reached - 1)
        return total

    @property
    def best(self) -> float:
        """The value of the best rule."""
        return 0.5 + max(0.1 * self.effect, 0.9 * self.effect - PRICE)


WORLDS = (
    World(1.0),
    World(0.0),
    World(0.1),
    World(1.0, drawn=False),
    World(0.0, drawn=False),
    World(1.0, clustered=True),
    World(0.0, clustered=True),
)


def main(runs: int, rows: int) -> None:
    """Print the table."""
    print(f"{runs:,} runs a world, {rows:,} rows\n")
    head = ("effect", "chances", "clusters", "value", "over controls", "over both for all", "models")
    print(f"| {' | '.join((*head, 'true value', 'best'))} |")
    print("|---" * (len(head) + 2) + "|")
    for world in WORLDS:
        found, mean, excess = covered(world, runs, rows)
        cells = [
            f"{world.effect:g}",
            "drawn" if world.drawn else "estimated",
            "yes" if world.clustered else "no",
        ]
        cells += [share(found[name], runs) for name in ("value", "none", "both")]
        cells += [f"{share(found['models'], runs)} [{excess:+.3f}]", f"{mean:.3f}", f"{world.best:.3f}"]
        print(f"| {' | '.join(cells)} |", flush=True)


def covered(world: World, runs: int, rows: int) -> tuple[Counter[str], float, float]:
    """How many intervals held the truth, the mean true value, and by how much the models exceed it."""
    found: Counter[str] = Counter()
    values, excess = [], []
    with tempfile.TemporaryDirectory() as folder:
        for run in range(runs):
            table = write_table(arrow_of(world.table(rows, run)), folder)
            asked = Asked(
                table=table,
                stages=STAGES,
                outcome="y",
                control=0,
                types=(),
                randomised=world.drawn,
                propensity=None,
                clusters="group" if world.clustered else None,
                weights=None,
                benefit=1.0,
                cost=(),
                depth=1,
                base="linear",
                seed=run,
            )
            models, chances, _ = prepared(asked)
            history = history_of(asked)
            regime = learned_regime(models)
            rule = contributions(models, chances, regime)
            truth = world.value(history, regime)
            clusters = None if history.clusters is None else history.clusters[history.held_out]
            value = Gain.of(rule.by_row, clusters)
            found["value"] += held(value, truth)
            for name, sequence in (("none", (0, 0)), ("both", (1, 1))):
                other = fixed(history, sequence)
                gain = Gain.of(rule.by_row - contributions(models, chances, other).by_row, clusters)
                found[name] += held(gain, truth - world.value(history, other))
            half = (value.ci[1] - value.ci[0]) / 2
            found["models"] += rule.predicted - half <= truth <= rule.predicted + half
            values.append(truth)
            excess.append(rule.predicted - truth)
            table.path.unlink()
    return found, float(np.mean(values)), float(np.mean(excess))


def held(gain: Gain, truth: float) -> bool:
    """Whether the interval holds the truth; one of no width holds it when the number is right."""
    return gain.ci[0] - 1e-9 <= truth <= gain.ci[1] + 1e-9


def share(count: int, runs: int) -> str:
    """A share of runs in per cent with its exact interval."""
    low = stats.beta.ppf(0.025, count, runs - count + 1) if count else 0.0
    high = stats.beta.ppf(0.975, count + 1, runs - count) if count < runs else 1.0
    return f"{100 * count / runs:.1f} ({100 * low:.1f} to {100 * high:.1f})"


if __name__ == "__main__":
    arguments = [int(each) for each in sys.argv[1:]]
    main(*(arguments + [2000, 1000][len(arguments) :]))
