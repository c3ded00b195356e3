"""A policy of a study as plain data: the plan that learns it again in a worker."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from causal_core.engine.call import Call, Plan
from causal_core.policy.catalogue import POLICIES, SLOW
from causal_core.policy.export.fit import RANKED, Asked
from causal_core.policy.export.models import check_exportable
from causal_core.problem import DoesNotApply, Problem
from causal_core.study.dose import refuse_dose
from causal_core.study.paid import paid_calls, paid_columns
from causal_core.study.steps import FOLDS, TASKS, inputs, result_key
from causal_core.validation.plan import plan_key

if TYPE_CHECKING:
    from causal_core.data.table import Table
    from causal_core.policy.exported import ExportedPolicy
    from causal_core.study.study import Study
    from causal_core.uplift.result import Evaluation

FIT: Final = "causal_core.policy.export.fit"
CARRY: Final = "causal_core.policy.export.carry"


def export_plan(study: Study, table: Table, evaluation: Evaluation, policy: str) -> Plan:
    """The plan of one policy as plain data; its result is an `ExportedPolicy`.

    It is the policy whose value the study gives: learned again on the same rows with the same seed.

    Args:
        study: Its [policy] says what outcomes and arms are worth.
        table: Its table.
        evaluation: What the uplift step gave.
        policy: Its name, "top_share" or, of several arms, "treat_all: b".

    Raises:
        DoesNotApply: The policy cannot be written as a rule for one person, or its learner not as numbers;
            says why, and what can be had instead.
        Problem: There is no such policy, no budget, or no learner that answered.
    """
    refuse_dose(study, table, "policy")
    fault = export_fault(study, evaluation, policy)
    if fault is not None:
        raise fault
    given = inputs(study, table)
    kind, asked = policy.partition(":")[0], _asked(study, evaluation, policy)
    tasks: list[Call] = []
    if kind in RANKED:
        about = {"inputs": given, "base": asked.base, "evaluation": evaluation.held_out.evaluation}
        tasks.append(Call(f"{FIT}:fit_effects", {**about, "learner": asked.learner}))
        for column in paid_columns(study):
            types = {name: said for name, said in study.data.types.items() if name == column}
            tasks.append(Call(f"{FIT}:fit_paid", {**about, "column": column, "types": types}))
    tasks += _scores(study, table, evaluation, kind)
    combine = Call(f"{FIT}:combine_export", {"inputs": given, "asked": asked, "evaluation": evaluation})
    key = plan_key("export", result_key("policy", study, table), policy)
    title = f"Writing out the policy {POLICIES[kind].label}"
    return Plan(key, title, tuple(tasks), combine, seconds=1800)


def carry_out_plan(
    study: Study,
    table: Table,
    evaluation: Evaluation,
    policy: str,
    people: Table | None = None,
    id_column: str | None = None,
) -> Plan:
    """The plan of who gets what by one policy of the study, whatever learner it follows.

    Args:
        study: The study.
        table: Its table.
        evaluation: What the uplift step gave.
        policy: The policy's name.
        people: A table with one row a person; None for the study's own.
        id_column: The column that names each person.

    Returns:
        A plan whose result is an `Assignments`.

    Raises:
        DoesNotApply: The policy cannot be carried out one person at a time; says why.
        Problem: There is no such policy, no budget, or no learner that answered.
    """
    refuse_dose(study, table, "policy")
    fault = carry_fault(study, evaluation, policy)
    if fault is not None:
        raise fault
    given, kind = inputs(study, table), policy.partition(":")[0]
    tasks, asked = _scores(study, table, evaluation, kind), _asked(study, evaluation, policy)
    columns = paid_columns(study) if kind in RANKED else ()
    types = {name: said for name, said in study.data.types.items() if name in columns}
    about = {"paid": columns, "types": types, "people": people or table, "id_column": id_column}
    combine = Call(f"{CARRY}:carry_out", {"inputs": given, "asked": asked, "evaluation": evaluation, **about})
    parts = (result_key("policy", study, table), policy, (people or table).fingerprint, id_column)
    title = f"Carrying out the policy {POLICIES[kind].label}"
    return Plan(plan_key("carry-out", *parts), title, tuple(tasks), combine, seconds=1800)


def _asked(study: Study, evaluation: Evaluation, policy: str) -> Asked:
    learner = learner_of(study, evaluation)
    return Asked(policy, study.policy, learner, study.uplift.base, study.policy.unit)


def _scores(study: Study, table: Table, evaluation: Evaluation, kind: str) -> list[Call]:
    """What is scored for a policy: the learning rows where rules are found, and columns that are paid for."""
    if kind in RANKED:
        return paid_calls(study, table, learning=False)
    if kind not in SLOW:
        return []
    scoring = {
        "inputs": inputs(study, table),
        "part": "learning",
        "evaluation": evaluation.held_out.evaluation,
    }
    calls = [Call(f"{TASKS}:score_effects", {**scoring, "fold": fold}) for fold in range(FOLDS)]
    return calls + paid_calls(study, table, learning=True)


def export_fault(study: Study, evaluation: Evaluation, policy: str) -> Problem | None:
    """Why a policy cannot be exported; None when it can, as far as is known before it is learned again."""
    fault = carry_fault(study, evaluation, policy)
    if fault is not None or policy.partition(":")[0] not in RANKED:
        return fault
    try:
        check_exportable(learner_of(study, evaluation), study.uplift.base)
    except Problem as problem:
        return problem
    return None


def carry_fault(study: Study, evaluation: Evaluation, policy: str) -> Problem | None:
    """Why a policy cannot be carried out on people one by one; None when it can."""
    kind, options = policy.partition(":")[0], study.policy
    if kind not in POLICIES:
        return Problem(f"There is no policy {policy}.", remedy=f"Choose among {', '.join(POLICIES)}.")
    if kind == "current":
        return DoesNotApply(
            "What was done so far is a record, not a rule, so it cannot be written out as a program.",
            remedy="Export another policy.",
        )
    if kind == "q_learning":
        return DoesNotApply(
            "A policy over several stages is not written out as a program.",
            remedy="Read its rules on Stages.",
        )
    if kind == "budget" and options.budget is None:
        return Problem("No budget is given.", remedy="Set budget in [policy].")
    if kind not in RANKED:
        return None
    if options.benefit_by is not None:
        return DoesNotApply(
            f"Whom this policy treats depends on {options.benefit_by}, by which each benefit is multiplied, "
            "and that is not carried into a program.",
            remedy="Export a policy tree or a linear rule.",
        )
    if options.capacity or options.quota or options.parity is not None:
        return DoesNotApply(
            "With capacities, quotas or parity, who gets what depends on who else is there, so it cannot be "
            "written as a rule for one person.",
            remedy="Export a tree or a linear policy, or leave these limits out.",
        )
    if learner_of(study, evaluation) not in evaluation.held_out.predicted:
        return Problem(
            "No learner could predict effects, so nobody can be chosen by them."
            if not study.policy.learner
            else f"There are no predictions of the learner '{study.policy.learner}'.",
            column=study.policy.learner,
            remedy="Choose another learner.",
        )
    return None


def exportable(study: Study, evaluation: Evaluation) -> tuple[str, ...]:
    """The study's policies that can be exported, in its order; of several arms treating everybody is many."""
    arms = evaluation.held_out.arms
    names: list[str] = []
    for name in study.policy.policies:
        several = name == "treat_all" and len(arms) > 2
        names += [f"treat_all: {arm}" for arm in arms[1:]] if several else [name]
    return tuple(name for name in names if export_fault(study, evaluation, name) is None)


def learner_of(study: Study, evaluation: Evaluation) -> str:
    """Whose predictions choose: the study's, else the first learner that answered; "" when none did."""
    return study.policy.learner or next(iter(evaluation.held_out.predicted), "")


def assignments_plan(policy: ExportedPolicy, people: Table, id_column: str | None = None) -> Plan:
    """The plan that carries an exported policy out on a table; its result is an `Assignments`."""
    arguments = {"policy": policy, "people": people, "id_column": id_column}
    key = plan_key("assignments", policy.fingerprint, people.fingerprint, id_column)
    return Plan(key, "Carrying out the policy", (), Call(f"{CARRY}:assign", arguments))
