"""What noise becomes in a structural model: the rows it gives, and what is expected of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from causal_core.data.design import Floats
from causal_core.problem import Problem
from causal_core.what_if.intervention import Intervention, acted, natural, needs

if TYPE_CHECKING:
    from causal_core.what_if.structural_model import StructuralModel

Noise = Mapping[str, Floats]
"""Node -> (n, width) noise."""


@dataclass(frozen=True, eq=False)
class Pushed:
    """What noise becomes.

    A share of people is told with far less error from their chances than from their levels, and a mean from
    means, since a node's own noise is then averaged out exactly (Rao and Blackwell; Casella & Robert 1996).

    Attributes:
        codes: Node -> (n,) codes.
        expected: Node -> (n, k) chances of its codes, or (n,) mean, given the parents' codes: of nodes that
            have parents and noise of their own and are not set.
    """

    codes: Mapping[str, Floats] = field(repr=False)
    expected: Mapping[str, Floats] = field(repr=False)


def pushed(
    model: StructuralModel,
    noise: Noise,
    interventions: Mapping[str, Intervention],
    base: Pushed | None = None,
) -> Pushed:
    """What this noise gives under the interventions.

    Args:
        model: The model.
        noise: Of the people.
        interventions: As `StructuralModel.do` takes them.
        base: What the noise gives without any, if that is known: what is not reached is taken from it.

    Raises:
        Problem: A node is not in the model, or takes no such value.
    """
    unknown = next((node for node in interventions if node not in model.mechanisms), None)
    if unknown is not None:
        raise Problem(
            f"{unknown} is no node of the model.",
            column=unknown,
            remedy=f"Choose among {', '.join(model.order)}.",
        )
    rows = len(next(iter(noise.values())))
    reached = {*interventions, *model.graph.descendants(list(interventions))} if base else set()
    codes: dict[str, Floats] = {}
    expected: dict[str, Floats] = {}
    for node in _order(model, interventions):
        if base and node not in reached:
            codes[node] = base.codes[node]
            if node in base.expected:
                expected[node] = base.expected[node]
            continue
        wanted = interventions.get(node)
        if node not in interventions or natural(wanted):
            above = side_by_side(codes, model.parents[node], rows)
            codes[node], told = model.mechanisms[node].drawn(above, noise[node])
            # What a hidden cause ties to the parents' noise is not averaged over as if it were free.
            if told is not None and node not in interventions and node not in model.tied:
                expected[node] = told
        if node in interventions:
            codes[node] = acted(wanted, model.columns, node, codes, rows)
    return Pushed(codes, expected)


def side_by_side(codes: Mapping[str, Floats], names: tuple[str, ...], rows: int) -> Floats:
    """(rows, p) codes of some nodes."""
    return np.column_stack([codes[name] for name in names]) if names else np.empty((rows, 0))


def _order(model: StructuralModel, interventions: Mapping[str, Intervention]) -> tuple[str, ...]:
    """The nodes, causes first, and before a node that which says which of its rows are meant."""
    first: set[str] = set()
    for node, column in needs(interventions).items():
        if column not in model.mechanisms or column in model.graph.descendants([node]):
            raise Problem(
                f"{column} cannot say for which rows {node} is set: it "
                + ("is downstream of it." if column in model.mechanisms else "is no node of the model."),
                column=column,
                remedy="Choose a node that is not downstream.",
            )
        first |= {column, *model.graph.ancestors([column])}
    if clash := next((node for node in needs(interventions) if node in first), None):
        raise Problem(
            f"{clash} is set for some rows only, and also decides for which rows another node is set.",
            column=clash,
            remedy="Set one of the two for everybody.",
        )
    return (*(node for node in model.order if node in first), *(n for n in model.order if n not in first))
