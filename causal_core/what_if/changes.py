"""Everything downstream of an intervention: what it was, what it becomes, and how far that is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from causal_core.data.design import Floats
from causal_core.what_if.columns import Column
from causal_core.what_if.intervention import Intervention, acted
from causal_core.what_if.moments import Moment, moments
from causal_core.what_if.pushed import Noise, Pushed, pushed
from causal_core.what_if.response import within
from causal_core.what_if.structural_model import StructuralModel


@dataclass(frozen=True, eq=False)
class Change:
    """What becomes of one node.

    Attributes:
        node: The node.
        numbers: (which number, before, after) of it.
        moved: How far it moved: of a number the change of its mean in standard deviations it had, of levels
            the share of people whose level changed.
        set_here: Whether the intervention sets it, rather than moves it from above.
        before: (n,) its codes without the intervention.
        after: (n,) its codes with it, for the same people.
    """

    node: str
    numbers: tuple[tuple[Moment, float, float], ...]
    moved: float
    set_here: bool
    before: Floats = field(repr=False)
    after: Floats = field(repr=False)


@dataclass(frozen=True)
class Support:
    """Whether the data hold anything like what a node is set to.

    Attributes:
        node: The node.
        near: Rows within a tenth of a standard deviation, or of that level.
        rows: All rows.
        outside: Whether the value lies outside everything seen.
    """

    node: str
    near: int
    rows: int
    outside: bool

    @property
    def thin(self) -> bool:
        """Whether fewer than 20 rows are near: the answer extrapolates."""
        return self.near < 20


def changes(
    model: StructuralModel,
    noise: Noise,
    interventions: Mapping[str, Intervention],
    before: Pushed | None = None,
) -> tuple[Change, ...]:
    """What an intervention does to every node it sets or reaches, in causal order; numpy alone.

    Args:
        model: The model.
        noise: Of the people, from `StructuralModel.noise_of`.
        interventions: As `StructuralModel.do` takes them.
        before: What the noise gives without any, where that is known.

    Raises:
        Problem: A node is not in the model, or takes no such value.
    """
    before = before or pushed(model, noise, {})
    after = pushed(model, noise, interventions, before)
    reached = {*interventions, *model.graph.descendants(list(interventions))} if interventions else set()
    return tuple(
        _change(model.columns[node], before, after, set_here=node in interventions)
        for node in model.order
        if node in reached
    )


def support(model: StructuralModel, node: str, value: object) -> Support:
    """How many rows of the data are like a value that a node is set to.

    Raises:
        Problem: The node takes no such value.
    """
    column = model.columns[node]
    code = float(column.codes([value])[0])
    near = within(column.codes(model.frame[node]), code, discrete=column.discrete)
    outside = not column.discrete and not column.low <= code <= column.high
    return Support(node, near, model.rows, outside)


def beyond(model: StructuralModel, people: Mapping[str, Floats], node: str, wanted: Intervention) -> float:
    """Share of people whom an intervention takes below or above all that was seen of its node.

    Args:
        model: The model.
        people: Node -> codes of the people with nothing set.
        node: The node; one with levels cannot leave them.
        wanted: What is done to it.

    Raises:
        Problem: The node takes no such value.
    """
    column, was = model.columns[node], people[node]
    if column.discrete:
        return 0.0
    after = acted(wanted, model.columns, node, people, len(was))
    # Whoever was outside before, as the noise may have it, was not taken there.
    return float((((after < column.low) | (after > column.high)) & (after != was)).mean())


def _change(column: Column, before: Pushed, after: Pushed, *, set_here: bool) -> Change:
    was, becomes = before.codes[column.name], after.codes[column.name]
    numbers = tuple((moment, moment.told(before), moment.told(after)) for moment in moments([column]))
    if column.discrete:
        moved = float((was != becomes).mean())
    else:
        spread = float(was.std())
        moved = float(np.mean(becomes - was)) / spread if spread > 0 else 0.0
    return Change(column.name, numbers, moved, set_here, was, becomes)
