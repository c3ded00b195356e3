"""The specification curve as a plan for the engine."""

from __future__ import annotations

import dataclasses
import hashlib
import json
from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from causal_core.engine.call import Call, Plan
from causal_core.estimation.methods import METHODS
from causal_core.plain import to_plain
from causal_core.problem import DoesNotApply, Problem
from causal_core.study.dose import refuse_dose
from causal_core.study.steps import identification, inputs, result_key
from causal_core.validation.sets import AdmissibleSet, admissible_sets
from causal_core.validation.specification import Own

if TYPE_CHECKING:
    from causal_core.data.table import Table
    from causal_core.study.inputs import Inputs
    from causal_core.study.study import Study

MOST_POINTS: Final = 200
"""The most specifications of one curve."""

MOST_SETS: Final = 24
"""The most sets of one curve."""

FEWEST_SETS: Final = 4
"""Sets that a curve tries however large the table is."""

MOST_ROWS: Final = 1_000_000
"""Rows times sets that a curve may take, so that it ends in minutes."""

TASKS: Final = "causal_core.validation.tasks"

SLOW: Final = ("dml", "dml_interactive")
"""Methods that take seconds a set; they enter when the study asks for them."""

CURVES: Final = ("dose_response", "dose_response_dr")
"""Methods for a dose: they give a curve over it, not a difference of arms."""

PLAIN: Final = "difference_in_means"


def adjusting_methods() -> tuple[str, ...]:
    """The methods that adjust for a set of columns, and the plain difference, which adjusts for none."""
    return tuple(
        name for name, about in METHODS.items() if about.strategy == "backdoor" and name not in CURVES
    )


def usual_methods(study: Study) -> tuple[str, ...]:
    """The methods a curve starts with: all that adjust, the slow ones where the study uses them."""
    mine = study.estimate.methods
    return tuple(name for name in adjusting_methods() if name not in SLOW or name in mine)


def curve_plan(study: Study, table: Table, methods: Sequence[str], targets: Sequence[str]) -> Plan:
    """The plan of every admissible set by every method and target; its result is a `Curve`.

    One task a specification; each gives the number that Estimate gives with that set and target.

    Raises:
        DoesNotApply: The graph admits no set to adjust for, or the treatment is a dose.
        Problem: No method or target is chosen, or one of them is unknown.
    """
    refuse_dose(study, table, "validate")
    methods, targets = tuple(methods), tuple(targets)
    for chosen, what in ((methods, "method"), (targets, "population")):
        if not chosen:
            raise Problem(f"No {what} is chosen.", remedy=f"Choose at least one {what}.")
    unknown = [name for name in methods if name not in adjusting_methods()]
    if unknown:
        raise Problem(
            f"{unknown[0]} does not adjust for a set of columns.",
            remedy=f"Choose among {', '.join(adjusting_methods())}.",
        )
    identified, given = identification(study), inputs(study, table)
    limit = most_sets(table.rows, len(methods) * len(targets))
    found = admissible_sets(study, table.columns, identified, given.covariates, limit)
    if not found.sets:
        raise DoesNotApply(
            "By the graph no set of these columns identifies the effect, so there is no other set to try.",
            remedy="Identify says why, and what would help.",
        )
    kinds = tuple(sorted((name, kind) for name, kind in study.data.types.items() if name in table.columns))
    tasks, asked = [], []
    for each in found.sets:
        about = {"covariates": each.columns, "adjusted": True, "reason": "", "types": kinds}
        for target in targets:
            changed = dataclasses.replace(given, **about, target=target)  # type: ignore[arg-type]  # a dict of fields
            mine = _worthwhile(each, methods)
            # All methods share a completed table, which takes long to make.
            together = [mine] if given.missing == "imputation" else [(method,) for method in mine]
            tasks += [_call(changed, some, study.estimate.imputations) for some in together]
            asked += [(each.columns, method) for method in mine]
    options = study.estimate
    own = Own(given.covariates, options.methods, options.headline, given.target, given.randomised)
    combine = Call(
        f"{TASKS}:combine_curve",
        {"asked": tuple(asked), "sets": found, "own": own},
    )
    bare = study.replace(estimate=dataclasses.replace(options, methods=methods, headline=None))
    key = plan_key("curve", result_key("estimate", bare, table), found, targets, own)
    return Plan(key, "Trying every defensible analysis", tuple(tasks), combine, seconds=1800)


def most_sets(rows: int, each: int) -> int:
    """How many sets a curve tries when each brings `each` specifications, fewer for a large table.

    Every set costs a fit of each method, so that a million rows allow four sets.
    """
    by_rows = max(FEWEST_SETS, MOST_ROWS // max(rows, 1))
    return max(1, min(MOST_SETS, MOST_POINTS // each, by_rows))


def plan_key(step: str, *parts: object) -> str:
    """What identifies a result: the step and everything it builds on, hashed."""
    text = json.dumps([step, [to_plain(part) for part in parts]], sort_keys=True)
    return f"{step}-{hashlib.sha256(text.encode()).hexdigest()}"


def _call(inputs: Inputs, methods: tuple[str, ...], imputations: int) -> Call:
    arguments = {"inputs": inputs, "methods": methods, "imputations": imputations}
    return Call(f"{TASKS}:specify", arguments)


def _worthwhile(chosen: AdmissibleSet, methods: tuple[str, ...]) -> tuple[str, ...]:
    """The methods to run with a set: with nothing to adjust for all are one comparison, so one is enough."""
    if not chosen.columns:
        return (PLAIN,) if PLAIN in methods else methods[:1]
    return tuple(name for name in methods if name != PLAIN)
