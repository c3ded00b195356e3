"""The comparison of rankings as a plan for the engine, and what stands against a risk score."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Final

from causal_core.engine.call import Call, Plan
from causal_core.gap.risk import Judged
from causal_core.gap.tasks import Asked
from causal_core.problem import DoesNotApply, Problem
from causal_core.study.dose import refuse_dose
from causal_core.study.features import feature_choice
from causal_core.study.options import GapOptions, PolicyOptions
from causal_core.study.paid import paid_columns
from causal_core.study.steps import identification, inputs, result_key
from causal_core.study.worth import refuse_own_worth
from causal_core.validation.plan import plan_key

if TYPE_CHECKING:
    from causal_core.data.table import Table
    from causal_core.study.study import Study
    from causal_core.uplift.result import Evaluation

TASKS: Final = "causal_core.gap.tasks"

PLAIN: Final = PolicyOptions()


def gap_plan(study: Study, table: Table, evaluation: Evaluation) -> Plan:
    """The plan of the comparison; its result is a `Gap`, from which every budget's numbers follow.

    Args:
        study: Its [gap] says where the risk comes from, its [policy] what outcomes and arms are worth.
        table: Its table.
        evaluation: What the uplift step gave.

    Raises:
        DoesNotApply: The treatment is a dose, an outcome is worth nothing, or the score may not rank people.
        Problem: No learner answered, or a name does not exist.
    """
    refuse_dose(study, table, "uplift")
    options, policy = study.gap, study.policy
    if policy.benefit == 0:
        raise DoesNotApply(
            f"At a benefit of 0 neither more nor less of {study.question.outcome} is bad, so nobody is at "
            "risk.",
            remedy="Set the benefit of one unit of the outcome; negative when less of it is better.",
        )
    refuse_own_worth(policy, "Rankings are compared")
    if paid_columns(study):
        raise DoesNotApply(
            f"A cost is paid by {paid_columns(study)[0]}. Rankings are compared where costs are paid at "
            "once, or by the outcome.",
            remedy="Give a plain cost, or compare policies on Policy.",
        )
    learner = learner_of(study, evaluation)
    asked = Asked(
        GapOptions(score=options.score, high_is_risky=options.high_is_risky, arm=options.arm),
        dataclasses.replace(
            PLAIN,
            benefit=policy.benefit,
            cost=policy.cost,
            paid_per=policy.paid_per,
            stages=policy.stages,
        ),
        learner,
    )
    given = inputs(study, table)
    held_out = evaluation.held_out
    judged = Judged(held_out.rows, held_out.fold)
    types: dict[str, str] = {}
    if options.score is None:
        about = {"inputs": given, "judged": judged, "good": asked.good}
        tasks = tuple(Call(f"{TASKS}:predict_risk", {**about, "fold": fold}) for fold in judged.folds)
    else:
        fault = score_fault(study, table, options.score)
        if fault is not None:
            raise fault
        types = {name: kind for name, kind in study.data.types.items() if name == options.score}
        arguments = {"inputs": given, "judged": judged, "column": options.score, "types": types}
        tasks = (Call(f"{TASKS}:score_risk", {**arguments, "high_is_risky": options.high_is_risky}),)
    combine = Call(f"{TASKS}:combine_gap", {"inputs": given, "asked": asked, "evaluation": evaluation})
    return Plan(
        gap_key(study, table, asked, types), "Ranking by risk and by effect", tasks, combine, seconds=1800
    )


def gap_key(study: Study, table: Table, asked: Asked, types: dict[str, str]) -> str:
    """What identifies the comparison: who responds, where the risk comes from, and what arms are worth."""
    return plan_key("gap", result_key("uplift", study, table), asked, types)


def learner_of(study: Study, evaluation: Evaluation) -> str:
    """The learner whose predicted effects rank: of [gap], else of [policy], else the first that answered.

    Raises:
        Problem: It did not answer, or none did.
    """
    answered = evaluation.held_out.predicted
    wanted = study.gap.learner or study.policy.learner or next(iter(answered), "")
    if wanted not in answered:
        have = ", ".join(answered) or "none"
        raise Problem(
            f"There are no predictions of the learner '{wanted}' (there are: {have})."
            if wanted
            else "No learner could predict effects, so nobody can be ranked by them.",
            remedy="Choose another learner on Uplift.",
        )
    return wanted


def score_columns(study: Study, table: Table) -> tuple[str, ...]:
    """The columns that may be a risk score: known before the treatment, as far as the study says."""
    return tuple(name for name in table.columns if score_fault(study, table, name) is None)


def score_fault(study: Study, table: Table, column: str) -> Problem | None:
    """Why a column may not rank people as a risk score; None when it may."""
    question = study.question
    if column not in table.columns:
        return Problem(
            f'The risk score "{column}" is not a column of the table.',
            column=column,
            remedy="Correct its name.",
        )
    known = {
        question.treatment: "it is the treatment",
        question.outcome: "it is the outcome",
        question.propensity: "it is the known chance of treatment",
        question.weights: "it holds the sampling weights",
        question.clusters: "it names the clusters",
    }
    why = known.get(column)
    if why is None and study.data.measured.get(column, "before") != "before":
        why = "it is said to be measured after the treatment or with it"
    if why is None and column in study.graph.nodes:
        left_out = dict(feature_choice(study, table.columns, identification(study)).left_out)
        why = left_out.get(column)
    if why is None:
        return None
    return DoesNotApply(
        f'The column "{column}" cannot be the risk score: {why}.',
        column=column,
        remedy="Choose a score that was known before the treatment.",
    )
