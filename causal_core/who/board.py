"""The plane in which a reader draws a group: some people of the learning half, and who is held out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from causal_core.data.design import Floats, Integers
from causal_core.who.judged import Flags
from causal_core.who.region import Axis, Region
from causal_core.who.result import Who

if TYPE_CHECKING:
    from causal_core.data.table import Table

SHOWN = 2000
"""The most people drawn; a sample of the learning half."""

JITTER = 0.3
"""How far a point strays within the strip of its level, so that points do not hide each other."""

PREDICTED = "predicted effect"
"""What the axis of predicted effects is called."""


@dataclass(frozen=True, eq=False)
class Board:
    """A chart of two axes.

    Attributes:
        x: The axis along the bottom.
        y: The upright axis.
        drawn_x: (m,) where each person is drawn.
        drawn_y: (m,) likewise.
        effects: (m,) out-of-fold predicted effects.
        rows: (m,) positions in the table; all in the learning half, none is judged.
        lacking: People of the sample who lack a value, and so are not drawn.
    """

    x: Axis
    y: Axis
    drawn_x: Floats = field(repr=False)
    drawn_y: Floats = field(repr=False)
    effects: Floats = field(repr=False)
    rows: Integers = field(repr=False)
    lacking: int


def board(
    who: Who, table: Table, types: Mapping[str, str], x: str | None, y: str | None, seed: int = 0
) -> Board:
    """The people drawn, at most 2,000 of the learning half.

    Args:
        who: From `who_plan`.
        table: The study's table.
        types: Kinds by column, from the study.
        x: The column along the bottom, or None for the predicted effect.
        y: The upright column likewise.
        seed: Of the sample.
    """
    random = np.random.default_rng([seed, 37])
    places = np.sort(random.permutation(len(who.learning))[:SHOWN])
    rows, effects = who.learning[places], who.out_of_fold[places]
    axes = (axis_of(who, x), axis_of(who, y))
    values = [_values(table, types, name, rows, effects) for name in (x, y)]
    known = ~(np.isnan(values[0]) | np.isnan(values[1]))
    drawn = [
        value + random.uniform(-JITTER, JITTER, len(value)) if axis.levels is not None else value
        for axis, value in zip(axes, values, strict=True)
    ]
    return Board(
        axes[0], axes[1], drawn[0][known], drawn[1][known], effects[known], rows[known], int((~known).sum())
    )


def held_out_inside(who: Who, table: Table, types: Mapping[str, str], region: Region) -> Flags:
    """(n,) which rows of `who.unseen` are in a region; one that lacks a value is not."""
    found, unseen = [], who.unseen
    for axis in (region.x, region.y):
        name = None if axis.predicted else axis.name
        found.append(_values(table, types, name, unseen.rows, unseen.predicted))
    return region.contains(*found)


def axis_of(who: Who, name: str | None) -> Axis:
    """The axis of a column, or of the predicted effect for None."""
    if name is None:
        return Axis(PREDICTED, predicted=True)
    place = who.columns.names.index(name)
    return Axis(name, who.columns.levels[place], who.columns.day_zero.get(place))


def _values(
    table: Table, types: Mapping[str, str], name: str | None, rows: Integers, predicted: Floats
) -> Floats:
    """(n,) numbers, or codes of the category's levels; NaN where missing."""
    if name is None:
        return predicted
    from causal_core.data.encoding import feature_frame
    from causal_core.uplift.features import Encoder

    frame = feature_frame(table, [name], types, rows)
    return Encoder.of(frame).matrix(frame)[:, 0]
