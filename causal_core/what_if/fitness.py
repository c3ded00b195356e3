"""Whether a structural model reproduces the data it was fitted on: columns, pairs, and each node's noise."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations
from typing import Final

import numpy as np

from causal_core.data.design import Floats
from causal_core.what_if.scaled import expected, tells
from causal_core.what_if.structural_model import StructuralModel

DRAWN: Final = 20_000
"""Rows drawn from the model to compare with the data."""

TOLERATED: Final = 0.05
"""Distances, and differences of correlations, up to here are called small however sure they are."""


@dataclass(frozen=True)
class ColumnFit:
    """How far a column as the model draws it is from the data's.

    Attributes:
        node: The node.
        distance: Largest difference of the two distribution functions (Kolmogorov-Smirnov), or half the sum
            of the differences of the levels' shares; 0 to 1.
        chance: What chance alone makes of it in one of twenty samples, about.
        uneven: Rank correlation of the size of the noise with the mean expected: away from 0 the noise
            depends on the parents, and the model's noise is too even. None where that is not asked.
        poor: Whether the distance is beyond chance and more than small.
    """

    node: str
    distance: float
    chance: float
    uneven: float | None
    poor: bool


@dataclass(frozen=True)
class PairFit:
    """Correlation of two columns' codes in the data and as the model draws them.

    Attributes:
        first: One.
        second: The other.
        data: In the data.
        model: In the model.
        chance: By how much chance alone parts them in one of twenty samples, about.
        poor: Whether they differ by more than that and by more than a little.
    """

    first: str
    second: str
    data: float
    model: float
    chance: float
    poor: bool


@dataclass(frozen=True)
class Fitness:
    """What a model reproduces.

    Attributes:
        columns: Each node, in causal order.
        pairs: Each pair, largest difference first.
        rows: Rows of the data.
    """

    columns: tuple[ColumnFit, ...]
    pairs: tuple[PairFit, ...]
    rows: int

    @property
    def poor(self) -> tuple[str, ...]:
        """What is not reproduced, in words; names from the data stand in them unescaped."""
        found = [f"the values of {each.node}" for each in self.columns if each.poor]
        found += [f"how {each.first} and {each.second} go together" for each in self.pairs if each.poor]
        found += [
            f"the spread of {each.node}, which depends on its parents"
            for each in self.columns
            if each.uneven is not None and abs(each.uneven) > 0.15
        ]
        return tuple(found)


def fitness(model: StructuralModel, seed: int = 0) -> Fitness:
    """How well the model reproduces the rows it was fitted on; numpy alone."""
    drawn = model.push_codes(model.noise_of(DRAWN, seed), {})
    data = {node: model.columns[node].codes(model.frame[node]) for node in model.order}
    return Fitness(
        tuple(_column(model, node, data, drawn) for node in model.order),
        tuple(
            sorted(
                (
                    _pair(first, second, data, drawn)
                    for first, second in combinations(model.order, 2)
                    if min(np.ptp(each[name]) for each in (data, drawn) for name in (first, second)) > 0
                ),
                key=lambda each: -abs(each.data - each.model),
            )
        ),
        model.rows,
    )


def _column(
    model: StructuralModel, node: str, data: dict[str, Floats], drawn: dict[str, Floats]
) -> ColumnFit:
    column, mechanism = model.columns[node], model.mechanisms[node]
    seen, made = data[node], drawn[node]
    size = np.sqrt(1 / len(seen) + 1 / len(made))
    uneven = None
    if column.discrete:
        levels = len(column.levels)
        shares = [np.bincount(each.astype(np.int64), minlength=levels) / len(each) for each in (seen, made)]
        distance = float(np.abs(shares[0] - shares[1]).sum() / 2)
        # Half the expected sum of absolute normal deviations, and as much again for a rare sample.
        chance = float(size * np.sqrt(shares[1] * (1 - shares[1])).sum())
    else:
        distance, chance = _furthest(seen, made), float(1.36 * size)
        if model.parents[node] and mechanism.invertible:
            above = np.column_stack([data[name] for name in model.parents[node]])
            noise = mechanism.abduct(above, seen, np.random.default_rng(0))[:, 0]
            telling = tells(mechanism, above)
            uneven = _ranked(np.abs(noise)[telling], expected(mechanism, above)[telling])
    return ColumnFit(node, distance, chance, uneven, distance > max(chance, TOLERATED))


def _pair(first: str, second: str, data: dict[str, Floats], drawn: dict[str, Floats]) -> PairFit:
    seen, made = (float(np.corrcoef(each[first], each[second])[0, 1]) for each in (data, drawn))
    chance = float(1.96 * (1 - seen**2) * np.sqrt(1 / len(data[first]) + 1 / len(drawn[first])))
    return PairFit(first, second, seen, made, chance, abs(seen - made) > max(chance, TOLERATED))


def _furthest(first: Floats, second: Floats) -> float:
    every = np.concatenate([first, second])
    shares = [np.searchsorted(np.sort(each), every, side="right") / len(each) for each in (first, second)]
    return float(np.abs(shares[0] - shares[1]).max())


def _ranked(first: Floats, second: Floats) -> float:
    if len(first) < 2 or np.ptp(second) == 0 or np.ptp(first) == 0:
        return 0.0
    one, two = (each.argsort(kind="stable").argsort(kind="stable") for each in (first, second))
    return float(np.corrcoef(one, two)[0, 1])
