"""Who responds, and why, as plans for the engine."""

from __future__ import annotations

import hashlib
import json
from dataclasses import replace
from importlib.metadata import version
from typing import TYPE_CHECKING

from causal_core.engine.call import Call, Plan
from causal_core.study.steps import inputs, result_key
from causal_core.who.judged import judged
from causal_core.who.tasks import Learning, folds_of

if TYPE_CHECKING:
    from causal_core.data.table import Table
    from causal_core.study.study import Study
    from causal_core.uplift.result import Evaluation
    from causal_core.who.result import Who

TASKS = "causal_core.who.tasks"


def who_plan(study: Study, table: Table, evaluation: Evaluation, learner: str, arm: str) -> Plan:
    """The plan of everything about one learner and one arm but the tree; its result is a `Who`.

    The learner is fitted again on the learning half, to be asked what it does with each column, and on four
    fifths of it five times (a costly one on each half of it), for effects of the learning rows that no fit
    has seen.

    Raises:
        Problem: The learner gave no predictions, or there is no such arm.
    """
    mine = judged(evaluation, learner, arm)
    asked = _asked(study, table, evaluation, learner, arm)
    tasks = [Call(f"{TASKS}:explain_model", {"asked": asked})]
    tasks += [
        Call(f"{TASKS}:fold_effects", {"asked": asked, "fold": fold}) for fold in range(folds_of(learner))
    ]
    combine = Call(f"{TASKS}:combine_who", {"asked": asked, "judged": mine})
    key = who_key(study, table, learner, arm)
    return Plan(key, "Finding out who responds, and why", tuple(tasks), combine, seconds=1800)


def groups_plan(
    study: Study, table: Table, evaluation: Evaluation, who: Who, depth: int, smallest: float
) -> Plan:
    """The plan of the honest tree; its result is a list with one `Groups`.

    Args:
        study: The study.
        table: Its table.
        evaluation: Of the uplift step.
        who: From `who_plan`.
        depth: How many questions may follow each other: 1, 2 or 3.
        smallest: Share of the learning rows that a leaf holds at least.
    """
    arm, unit = who.judged.contrast[1], study.question.unit
    asked = _asked(study, table, evaluation, who.learner, arm)
    arguments = {"asked": asked, "who": who, "depth": depth, "smallest": smallest, "unit": unit}
    key = _key("groups", who_key(study, table, who.learner, arm), depth, smallest, unit)
    return Plan(key, "Growing the tree", (Call(f"{TASKS}:grow_groups", arguments),))


def person_plan(study: Study, table: Table, who: Who, row: int) -> Plan:
    """The plan that explains one person; its result is a list with one `Person`.

    Args:
        study: The study.
        table: Its table.
        who: From `who_plan`, with an explanation that was not refused.
        row: The person's position in the table.
    """
    types = {name: kind for name, kind in study.data.types.items() if name in who.columns.names}
    arguments = {
        "table": table,
        "types": types,
        "columns": who.columns,
        "copy": who.why.copy,
        "row": row,
    }
    key = _key("person", who_key(study, table, who.learner, who.judged.contrast[1]), row)
    return Plan(key, "Explaining a person", (Call(f"{TASKS}:explain_row", arguments),))


def who_key(study: Study, table: Table, learner: str, arm: str) -> str:
    """What identifies what is found out about one learner and one arm.

    Other learners of the study do not matter to it, nor how rankings are drawn.
    """
    alone = study.replace(uplift=replace(study.uplift, learners=(learner,)))
    return _key("who", result_key("uplift", alone, table), arm)


def _asked(study: Study, table: Table, evaluation: Evaluation, learner: str, arm: str) -> Learning:
    given = replace(inputs(study, table), missing="complete")
    return Learning(given, learner, study.uplift.base, evaluation.held_out.arms[1:].index(arm))


def _key(step: str, *parts: object) -> str:
    text = json.dumps([version("dostudio"), *parts])
    return f"{step}-{hashlib.sha256(text.encode()).hexdigest()}"
