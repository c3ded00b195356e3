"""What becomes of missing covariates: pooled estimates of completed tables, and what the choice changes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from causal_core.engine.call import Call, Plan
from causal_core.engine.progress import part, report
from causal_core.estimation.methods import METHODS
from causal_core.estimation.result import Estimate
from causal_core.problem import Problem
from causal_core.study.inputs import Inputs
from causal_core.study.results import Estimated

HERE = "causal_core.study.missing"
ESTIMATE = "causal_core.study.tasks:estimate_method"

CHUNK: Final = 2
"""Completed tables a task makes and estimates on."""


@dataclass(frozen=True)
class Handling:
    """What can become of missing covariates.

    Attributes:
        label: The name shown to people.
        sentence: What is done, in one sentence.
        assumes: What must hold for the answer to be right.
    """

    label: str
    sentence: str
    assumes: str


HANDLINGS: Final[dict[str, Handling]] = {
    "complete": Handling(
        "Leave incomplete rows out",
        "Only rows with every needed value are used.",
        "Complete rows assume that among people of the same arm and the same covariates, whether a value is "
        "missing has nothing to do with the outcome. The effect is then that of the people who are kept; it "
        "is everybody's only if those left out respond alike.",
    ),
    "indicator": Handling(
        "Mark them by an indicator",
        "A missing covariate gets its mean or its most common level, and a column says where.",
        "An indicator needs nothing of why values are missing, as long as assignment was random and it was "
        "settled before assignment whose values are missing (White & Thompson 2005). Where assignment was "
        "not random it would bias the estimate, so it is refused there.",
    ),
    "imputation": Handling(
        "Impute them several times",
        "Missing covariates are drawn several times from models of the other columns; the estimates of the "
        "completed tables are pooled.",
        "Imputation assumes that among people alike in arm, outcome and the covariates that were seen, "
        "whether a value is missing has nothing to do with the value itself (missing at random), and that "
        "the models of the missing values are adequate. Only values that were seen are drawn, so those "
        "missing must lie in the same range.",
    ),
}
"""Value of `[estimate] missing` -> what it is."""

CLUSTERED: Final = (
    "Values are imputed as if rows of one cluster were unrelated, so what imputation adds to the interval "
    "may be too little."
)


def adjusts(method: str) -> bool:
    """Whether a method adjusts for covariates, so that its answer depends on what becomes of missing ones."""
    # A plain difference is the same number on every completed table.
    return method in METHODS and METHODS[method].strategy == "backdoor" and method != "difference_in_means"


def imputed(plan: Plan, given: Inputs, imputations: int) -> Plan:
    """The plan of an estimation on completed tables, from the same plan on one table.

    Methods that adjust run on every completed table, in tasks of a few tables each; all else, instruments and
    front doors too, stays as it was.

    Args:
        plan: The plan of the estimation step.
        given: Its inputs, with `missing` set to `imputation`.
        imputations: How many completed tables.

    Raises:
        Problem: Fewer than two tables are asked for.
    """
    if imputations < 2:
        raise Problem(
            "[estimate] imputations: one completed table cannot say how uncertain the filled-in values are.",
            remedy="Set it to at least 2; 20 is usual.",
        )
    methods = {
        place: str(call.arguments["method"])
        for place, call in enumerate(plan.tasks)
        if call.function == ESTIMATE and adjusts(str(call.arguments["method"]))
    }
    if not methods:
        return plan
    kept = [call for place, call in enumerate(plan.tasks) if place not in methods]
    tasks = [*kept, *completed_calls(given, tuple(methods.values()), imputations)]
    combine = Call(
        f"{HERE}:combine_completed",
        {"inputs": given, "methods": methods, "kept": len(kept), "then": plan.combine},
    )
    return replace(plan, tasks=tuple(tasks), combine=combine, seconds=max(plan.seconds, 1800))


def completed_calls(given: Inputs, methods: tuple[str, ...], imputations: int) -> list[Call]:
    """The calls that estimate on completed tables, a few tables each."""
    numbers = tuple(range(1, imputations + 1))
    return [
        Call(
            f"{HERE}:estimate_completed",
            {"inputs": given, "methods": methods, "numbers": numbers[start : start + CHUNK]},
        )
        for start in range(0, imputations, CHUNK)
    ]


def estimate_completed(
    inputs: Inputs, methods: tuple[str, ...], numbers: tuple[int, ...]
) -> tuple[tuple[tuple[Estimate, ...], ...], ...]:
    """For each completed table, for each method, one estimate an arm.

    Where no covariate is missing there is nothing to draw, and only the first table is estimated on.
    """
    from causal_core.study.tasks import estimate_method

    found = []
    for place, number in enumerate(numbers):
        table = replace(inputs, completed=number)
        with part(place / len(numbers), (place + 0.5) / len(numbers)):
            if number > 1 and not _gaps(inputs):
                break
            table.design()
        mine = []
        with part((place + 0.5) / len(numbers), (place + 1) / len(numbers)):
            for turn, method in enumerate(methods):
                report(turn, len(methods))
                with part(turn / len(methods), (turn + 1) / len(methods)):
                    mine.append(estimate_method(table, method))
        found.append(tuple(mine))
    return tuple(found)


def _gaps(inputs: Inputs) -> bool:
    """Whether a covariate is missing in a row that lacks nothing else."""
    from causal_core.data.covariates import covariate
    from causal_core.data.source import columns_of

    columns = columns_of(inputs.table, inputs.covariates)
    return any(covariate(name, columns[name], dict(inputs.types)).missing.any() for name in inputs.covariates)


def pooled(
    inputs: Inputs, methods: Sequence[str], parts: Sequence[tuple[tuple[tuple[Estimate, ...], ...], ...]]
) -> dict[str, tuple[Estimate, ...]]:
    """Method -> its pooled estimates, one an arm, from the parts of `estimate_completed` in order."""
    from causal_core.estimation.pooling import complete_freedom, pool

    tables = [table for chunk in parts for table in chunk]
    if len(tables) == 1:
        return dict(zip(methods, tables[0], strict=True))
    freedom = complete_freedom(inputs.design())
    extra = (CLUSTERED,) if inputs.clusters else ()
    answers = {}
    for place, method in enumerate(methods):
        arms = zip(*(table[place] for table in tables), strict=True)
        answers[method] = tuple(_noted(pool(arm, freedom), extra) for arm in arms)
    return answers


def _noted(estimate: Estimate, extra: tuple[str, ...]) -> Estimate:
    return estimate if estimate.value is None else replace(estimate, notes=(*estimate.notes, *extra))


def combine_completed(
    inputs: Inputs, methods: Mapping[int, str], kept: int, then: Call, parts: Sequence[Any]
) -> Estimated:
    """The estimation step's result, by the plan's own combining call on pooled estimates.

    Args:
        inputs: The inputs.
        methods: Place of a task in the plan on one table -> the method it ran.
        kept: How many parts come from tasks that stayed as they were.
        then: What combines the parts of that plan.
        parts: The parts of the tasks that stayed, then the completed tables.
    """
    from causal_core.engine.runner import perform

    names = tuple(methods.values())
    whole, tables = list(parts[:kept]), parts[kept:]
    answers = pooled(inputs, names, tables)
    for place in sorted(methods):
        whole.insert(place, answers[methods[place]])
    result = perform(then, parts=whole)
    assert isinstance(result, Estimated)  # noqa: S101 - the estimation step's own combining call
    return replace(result, first=tuple(each for arms in tables[0][0] for each in arms))
