"""The people whom answers are told of, and what they would be with an attribute set on some ways only."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Final

import numpy as np

from causal_core.audit.box import Box
from causal_core.data.design import Floats, Integers
from causal_core.problem import DoesNotApply
from causal_core.what_if.levers import outcome_of
from causal_core.what_if.mechanism import Threshold
from causal_core.what_if.pushed import Noise
from causal_core.what_if.structural_model import StructuralModel

MOST: Final = 5_000
"""Rows whom answers are told of; of more so many are drawn."""

PREDICTION: Final = "\0prediction"
"""Stands for the prediction among the nodes; no column is called so."""


@dataclass(frozen=True, eq=False)
class People:
    """Rows of the data with the noise under which the model gives them.

    Attributes:
        rows: (n,) positions among the model's rows.
        codes: Node -> (n,) codes, as seen.
        noise: Node -> (n, width) noise; drawn where a row leaves it open.
    """

    rows: Integers
    codes: Mapping[str, Floats] = field(repr=False)
    noise: Noise = field(repr=False)

    @classmethod
    def of(cls, world: StructuralModel, seed: int = 0, rows: Integers | None = None) -> People:
        """At most 5,000 rows of the model, or those asked for."""
        if rows is None:
            rows = np.arange(world.rows)
            if world.rows > MOST:
                rows = np.sort(np.random.default_rng(seed).choice(world.rows, MOST, replace=False))
        frame = world.frame.iloc[rows].reset_index(drop=True)
        codes = {node: world.columns[node].codes(frame[node]) for node in world.order}
        return cls(rows, codes, world.abduct(frame, seed))

    def some(self, kept: np.ndarray[tuple[int], np.dtype[np.bool_]]) -> People:
        """Those who are marked."""
        return People(
            self.rows[kept],
            {node: codes[kept] for node, codes in self.codes.items()},
            {node: noise[kept] for node, noise in self.noise.items()},
        )


def nested(
    world: StructuralModel,
    people: People,
    attribute: str,
    base: float,
    other: float,
    active: Collection[str],
) -> dict[str, Floats]:
    """Node -> (n,) codes as an input of the prediction, with the attribute changed on some ways only.

    The attribute is `base`; its children in `active` see `other` instead, and so does the prediction when
    `PREDICTION` is among them. What these children bring about flows on (Pearl 2001; Avin et al. 2005).
    """
    below = world.graph.descendants([attribute]) - {attribute}
    rows = len(people.rows)
    first, second = np.full(rows, base), np.full(rows, other)
    codes: dict[str, Floats] = {}
    for node in world.order:
        if node == attribute:
            codes[node] = first
        elif node not in below:
            codes[node] = people.codes[node]
        else:
            above = [
                (second if node in active else first) if name == attribute else codes[name]
                for name in world.parents[node]
            ]
            codes[node] = world.mechanisms[node].drawn(np.column_stack(above), people.noise[node])[0]
    return {**codes, attribute: second if PREDICTION in active else first}


def doing(world: StructuralModel, people: People, node: str, code: float) -> dict[str, Floats]:
    """Node -> (n,) codes of the same people with a node set through the graph."""
    value = world.columns[node].values(np.array([code])).iloc[0]
    return world.push_codes(people.noise, {node: value}, people.codes)


def changed(people: People, node: str, code: float) -> dict[str, Floats]:
    """Node -> (n,) codes of the same people with one column overwritten and nothing else moved."""
    return {**people.codes, node: np.full(len(people.rows), code)}


def expected(world: StructuralModel, outcome: str, codes: Mapping[str, Floats]) -> Floats:
    """(n,) the outcome these codes lead to: a number as it is, of two levels the chance of the second.

    Raises:
        DoesNotApply: The outcome has more than two levels.
    """
    column = world.columns[outcome]
    if column.kind == "category":
        raise DoesNotApply(
            f"{outcome} has {len(column.levels)} levels, so there is no one number to move.",
            remedy="Choose an outcome with two levels, or a number.",
        )
    mechanism = world.mechanisms[outcome]
    if isinstance(mechanism, Threshold):
        # The chance, not the level drawn: the same mean with less noise.
        above = np.column_stack([codes[name] for name in world.parents[outcome]])
        return np.asarray(mechanism.chances(above)[:, 1])
    return outcome_of(world, outcome).contributions(codes)


def mean(world: StructuralModel, box: Box, codes: Mapping[str, Floats]) -> float:
    """The mean prediction for these codes."""
    return float(box.predict(world, codes).mean())
