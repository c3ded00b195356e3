"""What workers do for the refutations that are no simulations of the estimate."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from causal_core.data.design import Floats
from causal_core.estimation.result import Estimate
from causal_core.falsification.result import Tested
from causal_core.falsification.tasks import Asked, combine_tests, run_part
from causal_core.problem import Problem
from causal_core.refutation.agreement import Stand, judge_agreement
from causal_core.refutation.result import Refutation
from causal_core.refutation.sensitivity import Sensitivity, sensitivity

if TYPE_CHECKING:
    from causal_core.study.inputs import Inputs

Drawn = tuple[Floats, str, int] | str
"""(arms - 1, 1 + draws) statistics, how they were drawn, rows; or why there are none."""

Agreed = tuple[Asked, Stand, tuple[Tested, ...]]
"""What was asked of a graph, what the estimate stands on in it, and some of the tests."""


def look_around(inputs: Inputs, method: str, estimates: tuple[Estimate, ...]) -> tuple[Sensitivity, ...]:
    """The sensitivity of one method's estimates, one an arm."""
    design, _ = inputs.design_for(method)
    return sensitivity(design, estimates, inputs.target)


def draw_assignments(inputs: Inputs, start: int, count: int) -> Drawn:
    """Some draws of the randomisation test."""
    from causal_core.refutation.randomisation import comparison, randomisation_draws

    try:
        design, _ = inputs.design_for("difference_in_means")
        found = randomisation_draws(design, inputs.seed, start, count)
    except Problem as problem:
        return str(problem)
    made = comparison(design, 1)
    return found, made.how, made.rows


def hold_against(asked: Asked, stand: Stand, part: int) -> Agreed:
    """Some tests of what the graph implies."""
    return asked, stand, run_part(asked, part)


def conclude(
    refuter: str, estimates: tuple[Estimate, ...], parts: Sequence[Drawn | Agreed]
) -> tuple[Refutation, ...]:
    """The answers, one an arm, of a refuter that is no simulation.

    Args:
        refuter: `randomisation` or `graph`.
        estimates: One an arm.
        parts: What its tasks gave.
    """
    from causal_core.refutation.assignment import judge_assignment

    if refuter == "randomisation":
        drawn: list[Drawn] = parts  # type: ignore[assignment]  # its tasks draw assignments
        return tuple(judge_assignment(each, place, drawn) for place, each in enumerate(estimates))
    agreed: list[Agreed] = parts  # type: ignore[assignment]  # its tasks test the graph
    asked, stand, _ = agreed[0]
    found = combine_tests(asked, [tested for _, _, tested in agreed])
    return tuple(judge_agreement(each, found, asked.graph, stand) for each in estimates)
