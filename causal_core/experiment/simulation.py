"""Many simulated experiments, and how often each finds what is there, or is not."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from causal_core.data.design import Integers
from causal_core.engine.progress import report
from causal_core.experiment.setting import Setting


@dataclass(frozen=True, eq=False)
class Counted:
    """Findings of some simulated experiments with one number of people.

    Attributes:
        people: How many.
        runs: How many experiments.
        found: (q,) how many found each comparison, in the size's direction.
        any: How many found any of them, in either direction.
        effect: Whether there was an effect; else findings are false.
    """

    people: int
    runs: int
    found: Integers = field(repr=False)
    any: int
    effect: bool


def simulate(setting: Setting, people: int, runs: int, seed: tuple[int, ...], *, effect: bool) -> Counted:
    """Draw, assign, analyse and test `runs` experiments.

    Args:
        setting: What is simulated.
        people: In each experiment; with clusters about so many.
        runs: How many.
        seed: Of everything drawn.
        effect: Whether treatment does anything.
    """
    random = np.random.default_rng([*seed, people, int(effect)])
    limits = setting.limits(people)
    direction = np.sign(setting.size) or 1.0
    found = np.zeros(len(limits), dtype=np.int64)
    either = 0
    for run in range(runs):
        seen = setting.once(people, random, effect=effect)
        usable = seen.std_error > 0
        ratio = np.where(usable, seen.value / np.where(usable, seen.std_error, 1.0), 0.0)
        found += ratio * direction > limits
        either += int((np.abs(ratio) > limits).any())
        if run % 10 == 9:
            report(run + 1, runs)
    return Counted(people, runs, found, either, effect)


def joined(parts: list[Counted]) -> tuple[Counted, ...]:
    """Parts with the same people and effect put together, fewest people first."""
    keys = sorted({(part.effect, part.people) for part in parts})
    together = []
    for effect, people in keys:
        mine = [part for part in parts if (part.effect, part.people) == (effect, people)]
        together.append(
            Counted(
                people,
                sum(part.runs for part in mine),
                np.sum([part.found for part in mine], axis=0),
                sum(part.any for part in mine),
                effect,
            )
        )
    return tuple(together)
