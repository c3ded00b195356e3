"""The refutations that are no simulations of the estimate, as calls for the engine."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from causal_core.engine.call import Call
from causal_core.estimation.methods import METHODS
from causal_core.falsification.plan import asked_of
from causal_core.falsification.statements import LIMIT
from causal_core.falsification.tasks import CHUNKS
from causal_core.refutation.agreement import Stand

if TYPE_CHECKING:
    from causal_core.estimation.result import Estimate
    from causal_core.graph.causal_graph import CausalGraph
    from causal_core.study.inputs import Inputs

TASKS = "causal_core.refutation.tasks"
PARTS = 4
DRAWS = 1999
"""Assignments drawn by the randomisation test: its p-values are multiples of 1/2000."""


def sensitivity_call(inputs: Inputs, method: str, estimates: tuple[Estimate, ...]) -> Call:
    """The call whose result is a tuple of `Sensitivity`, one an arm."""
    return Call(f"{TASKS}:look_around", {"inputs": inputs, "method": method, "estimates": estimates})


def other_calls(
    refuter: str, graph: CausalGraph, types: Mapping[str, str], inputs: Inputs, method: str
) -> tuple[Call, ...]:
    """The calls of a refuter that simulates no estimates.

    Args:
        refuter: `randomisation` or `graph`.
        graph: The study's graph.
        types: (column, kind) pairs of the study.
        inputs: What the study's heavy steps start from.
        method: The method that is tried.
    """
    if refuter == "randomisation":
        return assignment_calls(inputs)
    return graph_calls(graph, types, inputs, method)


def assignment_calls(inputs: Inputs) -> tuple[Call, ...]:
    """The calls of the randomisation test."""
    size = (DRAWS + 1) // PARTS
    return tuple(
        Call(
            f"{TASKS}:draw_assignments",
            {"inputs": inputs, "start": start, "count": min(size, DRAWS - start)},
        )
        for start in range(0, DRAWS, size)
    )


def graph_calls(
    graph: CausalGraph, types: Mapping[str, str], inputs: Inputs, method: str
) -> tuple[Call, ...]:
    """The calls that test what the graph implies, as the Check page does."""
    asked = asked_of(graph, inputs.table, types, LIMIT)
    adjusts = METHODS[method].strategy == "backdoor"
    stand = Stand(inputs.treatment, inputs.outcome, inputs.covariates if adjusts else None)
    return tuple(
        Call(f"{TASKS}:hold_against", {"asked": asked, "stand": stand, "part": part})
        for part in range(CHUNKS)
    )
