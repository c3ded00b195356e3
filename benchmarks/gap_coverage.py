"""How often the intervals of ranking by risk against ranking by effect hold the truth.

    python benchmarks/gap_coverage.py [runs] [rows]

Two arms by fair lot, 30 % treated. Effects are level + 0.5 a and risks r = c a + sqrt(1 - c^2) b of normal
a, b: c = 0 is a risk that has nothing to do with the effect, -0.8 one that comes last where the effect comes
first. Numbers have unit noise. Binary outcomes have chances 0.5 - 0.2 r without treatment, and with it a
tenth of the effect more, both cut to 0.02 .. 0.98. Clusters are four rows that share half the variance of a,
b and the noise. Predictions are exact, so that the truth of a budget is known from two million rows.

Columns give, in per cent with exact binomial 95 % intervals, how often the interval holds the truth of the
paired difference, of the gain of ranking by effect, and of the effect among those that risk treats. "given
limits" is the paired difference if the rows treated counted as fixed, as is often done; "bounds" is how often
the outer interval of the share harmed among those that risk treats holds its two true ends. Set
OPENBLAS_NUM_THREADS=1.
"""

from __future__ import annotations

import sys
from collections import Counter
from dataclasses import dataclass

import numpy as np
from scipy import stats

from causal_core.gap.compare import compare
from causal_core.gap.people import people
from causal_core.policy.result import Gain
from causal_core.uplift.result import HeldOut

SHARE = 0.3
MANY = 2_000_000


@dataclass(frozen=True)
class World:
    """What the effects are like."""

    level: float
    link: float
    clustered: bool = False
    binary: bool = False

    def draw(self, rows: int, seed: int) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray, HeldOut]:
        """Risk, effect, the outcome's mean under both arms, and the rows as an uplift step gives them."""
        random = np.random.default_rng(seed)
        groups = np.arange(rows) // 4
        own = random.normal(size=(rows, 3))
        if self.clustered:
            own = np.sqrt(0.5) * (own + random.normal(size=(rows // 4 + 1, 3))[groups])
        a, b, noise = own.T
        risk = self.link * a + np.sqrt(1 - self.link**2) * b
        effect = self.level + 0.5 * a
        if self.binary:
            without = np.clip(0.5 - 0.2 * risk, 0.02, 0.98)
            given = np.clip(without + 0.1 * effect, 0.02, 0.98)
        else:
            without, given = -risk, -risk + effect
        mean = np.column_stack([without, given])
        arm = random.integers(0, 2, rows)
        each = np.arange(rows)
        if self.binary:
            outcome = (stats.norm.cdf(noise) < mean[each, arm]).astype(float)
        else:
            outcome = mean[each, arm] + noise
        scores = mean.copy()
        scores[each, arm] += 2 * (outcome - mean[each, arm])
        held_out = HeldOut(
            rows=each,
            arms=("0", "1"),
            predicted={"t": (given - without)[:, None]},
            baseline={"t": without},
            scores=scores,
            outcome_model=mean,
            arm=arm,
            outcome=outcome,
            propensity=np.full((rows, 2), 0.5),
            clusters=groups if self.clustered else None,
            total_rows=rows,
        )
        return risk, given - without, without, given, held_out

    def truth(self) -> tuple[float, float, float, float, float]:
        """Difference, gain by effect, effect among those at risk, and the ends of the share harmed there."""
        risk, effect, without, given, _ = self.draw(MANY, 1)
        first = np.argsort(-effect)[: int(SHARE * MANY)]
        ill = np.argsort(-risk)[: int(SHARE * MANY)]
        gain, other = effect[first].sum() / MANY, effect[ill].mean()
        zero, one = without[ill], given[ill]
        if self.binary:
            low, high = np.maximum(0, zero - one).mean(), np.minimum(zero, 1 - one).mean()
        else:
            best = 2 * stats.norm.cdf(np.abs(one - zero) / 2) - 1
            low, high = (best * (one < zero)).mean(), 1 - (best * (one > zero)).mean()
        return gain - SHARE * other, gain, other, low, high


WORLDS = (
    World(0.0, 0.0),
    World(0.0, -0.8),
    World(3.0, 0.0),
    World(3.0, -0.8),
    World(0.0, -0.8, clustered=True),
    World(3.0, -0.8, clustered=True),
    World(0.0, 0.0, binary=True),
    World(1.0, -0.8, binary=True),
    World(1.0, -0.8, clustered=True, binary=True),
)


def main(runs: int, rows: int) -> None:
    """Print the table."""
    print(f"{runs:,} runs a world, {rows:,} rows\n")
    head = ("average effect", "risk to effect", "clusters", "outcome", "difference", "gain", "effect")
    print(f"| {' | '.join((*head, 'given limits', 'bounds'))} |")
    print("|---" * (len(head) + 2) + "|")
    for world in WORLDS:
        found = covered(world, runs, rows)
        cells = [f"{world.level / 10 if world.binary else world.level:g}", f"{world.link:g}"]
        cells += ["yes" if world.clustered else "no", "binary" if world.binary else "number"]
        cells += [text(found[name], runs) for name in ("difference", "gain", "effect", "fixed", "bounds")]
        print("| " + " | ".join(cells) + " |", flush=True)


def covered(world: World, runs: int, rows: int) -> Counter[str]:
    """How often each interval held the truth."""
    difference, gain, effect, low, high = world.truth()
    found: Counter[str] = Counter()
    for seed in range(2, runs + 2):
        risk, *_, held_out = world.draw(rows, seed)
        mine = people(held_out, "t", risk, 1.0)
        at = compare(mine, share=SHARE)
        by_risk, by_effect = (
            side.ranking(money=False).reach(SHARE).included for side in (mine.risk, mine.uplift)
        )
        fixed = Gain.of((by_effect - by_risk) * mine.uplift.effect, mine.clusters)
        if at.risk.effect is None or at.risk.harmed is None:
            raise AssertionError("somebody is always treated")
        outer = at.risk.harmed.outer
        found["difference"] += at.difference.ci[0] <= difference <= at.difference.ci[1]
        found["gain"] += at.uplift.gain.ci[0] <= gain <= at.uplift.gain.ci[1]
        found["effect"] += at.risk.effect.ci[0] <= effect <= at.risk.effect.ci[1]
        found["fixed"] += fixed.ci[0] <= difference <= fixed.ci[1]
        found["bounds"] += outer[0] <= low and high <= outer[1]
    return found


def text(count: int, runs: int) -> str:
    """A share in per cent with its exact interval."""
    low, high = stats.binomtest(int(count), runs).proportion_ci()
    return f"{100 * count / runs:.1f} ({100 * low:.1f} to {100 * high:.1f})"


if __name__ == "__main__":
    arguments = [int(argument) for argument in sys.argv[1:]]
    main(*(arguments + [2000, 500][len(arguments) :]))
