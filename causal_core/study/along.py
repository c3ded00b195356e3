"""Estimates along a route: through instruments, a front door or mediators, with the columns they used."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from causal_core.study.inputs import Inputs

if TYPE_CHECKING:
    from causal_core.data.design import Design, Floats
    from causal_core.estimation import Estimate


def estimate_along(inputs: Inputs, method: str, design: Design, columns: Floats) -> tuple[Estimate, ...]:
    """The method's estimates, the first note of each naming what it went through and what was adjusted for.

    Args:
        inputs: Where the columns came from.
        method: A method that stands on instruments, a front door or mediation.
        design: The rows.
        columns: (n, q) the encoded columns.
    """
    from causal_core.estimation import METHODS, estimate_frontdoor, estimate_iv, estimate_mediation

    strategy = METHODS[method].strategy
    if strategy == "iv":
        route = inputs.instruments
        used = route.variables[:1] if method == "wald" else route.variables
        found = estimate_iv(method, design, columns, inputs.target)
        words = f"Instrument{'s' if len(used) > 1 else ''}: {', '.join(used)}"
        if len(used) < len(route.variables):
            words += f" (alone; {', '.join(route.variables[1:])} left to two-stage least squares)"
    elif strategy == "mediation":
        route = inputs.mediation
        found = estimate_mediation(design, columns, inputs.target, inputs.mediator_value)
        words = f"Mediator{'s, jointly' if len(route.variables) > 1 else ''}: {', '.join(route.variables)}"
    else:
        route = inputs.door
        found = estimate_frontdoor(design, columns, inputs.target)
        words = f"Front door: {', '.join(route.variables)}"
    given = f"; adjusted for {', '.join(route.given)}" if route.given else ""
    note = f"{words}{given}."
    return tuple(replace(each, notes=(note, *each.notes)) for each in found)
