"""What workers do to plan an experiment: simulate it with one number of people, and join the counts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from causal_core.experiment.power import PowerCurve, proportion_interval
from causal_core.experiment.prepare import Wanted, average_setting
from causal_core.experiment.result import Comparison, FalseFindings, Planned, Point
from causal_core.experiment.simulation import Counted, joined, simulate

if TYPE_CHECKING:
    from causal_core.experiment.setting import Setting
    from causal_core.study.inputs import Inputs

RUNS = 400
"""Simulated experiments of each number of people."""

CHUNKS = 2
"""Tasks of each number of people."""

MANY = 20_000
"""People from which on fewer experiments are simulated, as few as a quarter."""

FALSE = 4
"""The number of people, by its place, at which false findings are counted."""


@dataclass(frozen=True, eq=False)
class Source:
    """Where the setting comes from: it is made anew of a table, or sent along.

    Attributes:
        inputs: For average effects.
        setting: For rankings and policies.
    """

    inputs: Inputs | None = None
    setting: Setting | None = None

    def of(self, wanted: Wanted) -> Setting:
        """The setting."""
        if self.setting is not None:
            return self.setting
        assert self.inputs is not None  # noqa: S101 - a source has one of the two
        return average_setting(self.inputs, wanted)


def simulate_power(
    source: Source, wanted: Wanted, seed: int, step: int, chunk: int, effect: bool
) -> Counted | None:
    """A part of the experiments with the number of people at place `step`; None where there is no such."""
    setting = source.of(wanted)
    numbers = setting.numbers()
    if step >= len(numbers):
        if effect:
            return None
        step = len(numbers) - 1
    people = numbers[step]
    runs = int(np.clip(RUNS * MANY / people, RUNS / 4, RUNS)) // CHUNKS
    return simulate(setting, people, runs, (seed, chunk), effect=effect)


def combine_power(
    source: Source, wanted: Wanted, policy: str, learner: str, parts: list[Counted | None]
) -> Planned:
    """The planning step's result.

    Raises:
        Problem: More people do not find more.
    """
    setting = source.of(wanted)
    counted = joined([part for part in parts if part is not None])
    comparisons = []
    cells = [cell for cell in counted if cell.effect]
    formula = [setting.formula(cell.people) for cell in cells]
    for place, arm in enumerate(setting.comparisons):
        points = tuple(
            Point.of(cell.people, cell.runs, int(cell.found[place]), float(by_formula[place]))
            for cell, by_formula in zip(cells, formula, strict=True)
        )
        curve = PowerCurve.fit(
            np.array([float(point.people) for point in points]),
            np.array([float(point.found) for point in points]),
            np.array([float(point.runs) for point in points]),
        )
        share = wanted.shares[place + 1] if arm else 1.0
        comparisons.append(Comparison(arm, share, points, curve))
    none = next(cell for cell in counted if not cell.effect)
    pool = setting.pool
    return Planned(
        goal=wanted.goal,
        against=wanted.against,
        size=wanted.size,
        labels=wanted.labels,
        shares=wanted.shares,
        correction=wanted.correction,
        adjusted=pool.covariates.shape[1] if setting.adjust else 0,
        explained=setting.explained,
        cluster_size=None if pool.group is None else float(pool.clusters[2].mean()),
        whole=wanted.whole,
        source=pool.source,
        rows=len(pool.outcome),
        mean=pool.mean,
        spread=float(np.sqrt(pool.variance)),
        binary=pool.ends is not None,
        comparisons=tuple(comparisons),
        false=FalseFindings(none.people, none.runs, none.any, proportion_interval(none.any, none.runs)),
        policy=policy,
        learner=learner,
    )
