"""Costs paid by what happens after treatment: whether a study's columns allow them, and the plan."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from causal_core.engine.call import Call, Plan
from causal_core.problem import Problem
from causal_core.study.features import before_treatment
from causal_core.study.steps import FOLDS, identification, inputs, pieces, result_key
from causal_core.validation.plan import plan_key

if TYPE_CHECKING:
    from causal_core.data.table import Table
    from causal_core.study.study import Study

PAID: Final = "causal_core.policy.paid"

FINDS_RULES: Final = frozenset({"tree", "linear"})
"""Policies that are chosen on scores of the learning rows."""


def paid_columns(study: Study) -> tuple[str, ...]:
    """The columns other than the outcome that costs of the study are paid by."""
    return tuple(
        dict.fromkeys(name for name in study.policy.paid_per.values() if name != study.question.outcome)
    )


def paid_plan(study: Study, table: Table, learning: bool | None = None) -> Plan | None:
    """The plan that learns how much of each column every arm brings; its result is a tuple of `PaidColumn`.

    Args:
        study: The study.
        table: Its table.
        learning: Whether the rows that rules are found on are scored too; None when a policy needs it.

    Returns:
        None when every cost is paid at once or by the outcome.

    Raises:
        Problem: A column cannot be paid for; it is named.
    """
    calls = paid_calls(study, table, learning)
    if not calls:
        return None
    given = inputs(study, table)
    combine = Call(f"{PAID}:combine_paid", {"inputs": given, "evaluation": study.uplift.evaluation})
    columns = paid_columns(study)
    types = _types(study)
    scored = any(call.arguments.get("part") == "learning" for call in calls)
    key = plan_key("paid", result_key("uplift", study, table), columns, types, scored)
    names = ", ".join(columns)
    return Plan(key, f"Learning what each arm makes of {names}", tuple(calls), combine, seconds=1800)


def paid_calls(study: Study, table: Table, learning: bool | None = None) -> list[Call]:
    """The tasks of `paid_plan`.

    Raises:
        Problem: A column cannot be paid for; it is named.
    """
    from causal_core.uplift.split import SCORING

    found: list[Call] = []
    columns = paid_columns(study)
    if not columns:
        return found
    given, types = inputs(study, table), _types(study)
    evaluation = study.uplift.evaluation
    scored = bool(FINDS_RULES & set(study.policy.policies)) if learning is None else learning
    for column in columns:
        check_paid(study, table, column)
        about = {"inputs": given, "column": column, "types": types}
        found += [
            Call(f"{PAID}:learn_paid", {**about, "base": study.uplift.base, **how})
            for how in pieces(evaluation)
        ]
        parts = [("held_out", fold) for fold in SCORING[evaluation]]
        parts += [("learning", fold) for fold in range(FOLDS)] if scored else []
        found += [
            Call(f"{PAID}:score_paid", {**about, "part": part, "fold": fold, "evaluation": evaluation})
            for part, fold in parts
        ]
    return found


def check_paid(study: Study, table: Table, column: str) -> None:
    """Check that a cost may be paid for each unit of a column, by its name and by its values.

    Raises:
        Problem: It may not.
    """
    from causal_core.policy.paid import check_units, units_of

    fault = paid_fault(study, table, column)
    if fault is not None:
        raise fault
    given = inputs(study, table)
    if column == study.question.outcome:
        check_units(column, given.units().outcome)
    else:
        units_of(given, column, _types(study))


def paid_fault(study: Study, table: Table, column: str) -> Problem | None:
    """Why a cost may not be paid for each unit of a column; None when it may, as far as names say.

    It must be the outcome or have been measured after the treatment, by the graph or by the analyst's word;
    and without randomisation what is held fixed must identify the treatment's effect on it too.
    """
    from causal_core.identification import check_adjustment

    question, graph = study.question, study.graph
    if column == question.outcome:
        return None
    if column not in table.columns:
        return Problem(
            f'A cost is paid for each unit of "{column}", which is not a column of the table.',
            column=column,
            remedy="Correct its name.",
        )
    if column == question.treatment:
        return Problem(
            f"A cost is paid for each unit of {column}, which is the treatment itself.",
            column=column,
            remedy="A cost that the treatment alone decides is a plain cost.",
        )
    said = study.data.measured.get(column)
    drawn = column in graph.nodes
    after = said == "after" or (drawn and column in graph.descendants([question.treatment]))
    if not after:
        known = said in {"before", "at"} or (drawn and column in before_treatment(study))
        return Problem(
            f"A cost is paid for each unit of {column}, which was measured before the treatment."
            if known
            else f"A cost is paid for each unit of {column}, and nothing says when it was measured.",
            column=column,
            remedy=f'Use it as the cost itself: cost = "{column}".'
            if known
            else "Say that it was measured after the treatment, or draw it as an effect of the treatment.",
        )
    if drawn and not question.randomised:
        held = tuple(sorted({*inputs(study, table).features, *_adjusted(study)}))
        check = check_adjustment(identification(study).graph, question.treatment, column, held)
        if not check.valid:
            return Problem(
                f"How much of {column} each arm brings is not identified with what is held fixed: "
                f"{check.reason}",
                column=column,
                remedy="Adjust for more columns, or give a plain cost.",
            )
    return None


def _adjusted(study: Study) -> tuple[str, ...]:
    chosen = identification(study).chosen
    return () if chosen is None else tuple(chosen.variables)


def _types(study: Study) -> dict[str, str]:
    return {name: kind for name, kind in study.data.types.items() if name in paid_columns(study)}
