"""The repeated study as a plan for the engine."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from typing import TYPE_CHECKING, Final, Literal

from causal_core.engine.call import Call, Plan
from causal_core.estimation.methods import METHODS
from causal_core.problem import DoesNotApply, Problem
from causal_core.study.dose import refuse_dose
from causal_core.study.headline import ORDER, RANDOMISED_ORDER
from causal_core.study.steps import inputs, result_key
from causal_core.validation.plan import adjusting_methods, plan_key

if TYPE_CHECKING:
    from causal_core.data.table import Table
    from causal_core.study.study import Study

HERE: Final = "causal_core.validation.repeat"
REPETITIONS: Final = 200
CHUNK: Final = 5
MOST_METHODS: Final = 3


def repeat_plan(
    study: Study,
    table: Table,
    methods: Sequence[str],
    kind: Literal["linear", "boosted"] = "linear",
    repetitions: int = REPETITIONS,
) -> Plan:
    """The plan that repeats a study in a world fitted to its data; its result is a `Repeated`.

    Args:
        study: The study.
        table: Its table.
        methods: One to three methods that adjust.
        kind: The world's outcome models.
        repetitions: How often the study is repeated.

    Raises:
        DoesNotApply: No set identifies the effect, so that no such world can be fitted, or the treatment is
            a dose.
        Problem: No method, too many, or one that does not adjust.
    """
    refuse_dose(study, table, "validate")
    methods = tuple(dict.fromkeys(methods))
    if not 1 <= len(methods) <= MOST_METHODS:
        raise Problem(
            f"The study is repeated with one to {MOST_METHODS} methods, not {len(methods)}.",
            remedy=f"Choose at least one method and at most {MOST_METHODS}.",
        )
    for method in methods:
        if method not in adjusting_methods():
            label = METHODS[method].label if method in METHODS else method
            raise Problem(
                f"{label} does not adjust for covariates, and in this world adjusting is what works.",
                remedy=f"Choose among {', '.join(adjusting_methods())}.",
            )
    given = inputs(study, table)
    if not (given.adjusted or given.randomised):
        raise DoesNotApply(
            "By the graph the columns in use do not identify the effect. A world fitted to these rows would "
            "take for granted that they do.",
            remedy="No set of them does: see on Identify what would help."
            if given.reason
            else "Choose a valid set on Identify.",
        )
    arguments = {"inputs": given, "methods": methods, "kind": kind}
    tasks = []
    for start in range(0, repetitions, CHUNK):
        numbers = tuple(range(start, min(start + CHUNK, repetitions)))
        tasks.append(Call(f"{HERE}:repeat_part", {**arguments, "numbers": numbers}))
    bare = study.replace(estimate=dataclasses.replace(study.estimate, methods=(), headline=None))
    key = plan_key("repeat", result_key("estimate", bare, table), methods, kind, repetitions)
    combine = Call(f"{HERE}:combine_repeats", arguments)
    return Plan(key, "Repeating the study", tuple(tasks), combine, seconds=3600)


def usual_method(study: Study) -> str | None:
    """The method that speaks for a study, as far as that is known before it has run; None without one."""
    able = adjusting_methods()
    mine = [name for name in study.estimate.methods if name in able]
    if study.estimate.headline in mine:
        return study.estimate.headline
    order = (*RANDOMISED_ORDER, *ORDER) if study.question.randomised else ORDER
    # Double machine learning takes seconds a repetition; it is repeated when it is asked for.
    return next((name for name in order if name in mine and not name.startswith("dml")), None) or next(
        iter(mine), None
    )
