"""What a worker does to carry a policy out, also one that is never written out: learn it again and assign."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from causal_core.engine.progress import part
from causal_core.policy.assignments import Assignments, assign_people
from causal_core.policy.export.fit import RANKED, Asked, combine_export, fit_effects, fit_paid

if TYPE_CHECKING:
    from causal_core.data.table import Table
    from causal_core.policy.exported import ExportedPolicy
    from causal_core.policy.paid import PaidPart
    from causal_core.study.inputs import Inputs
    from causal_core.uplift.evaluation import FoldScores
    from causal_core.uplift.result import Evaluation


def carry_out(
    inputs: Inputs,
    asked: Asked,
    evaluation: Evaluation,
    paid: Sequence[str],
    types: Mapping[str, str],
    people: Table,
    id_column: str | None,
    parts: Sequence[FoldScores | PaidPart],
) -> Assignments:
    """The arm of each person; models stay in this process, so any learner will do.

    Raises:
        Problem: Learned again, the models predict something else; or a column of `people` cannot be used.
    """
    fitted = []
    how = evaluation.held_out.evaluation
    with part(0, 0.9):
        if asked.name in RANKED:
            fitted.append(fit_effects(inputs, asked.learner, asked.base, how, live=True))
            fitted += [fit_paid(inputs, column, types, asked.base, how, live=True) for column in paid]
        policy = combine_export(inputs, asked, evaluation, [*parts, *fitted])
    return assign_people(policy, people, id_column)


def assign(
    policy: ExportedPolicy, people: Table, id_column: str | None, parts: Sequence[object]
) -> Assignments:
    """The arm of each person by an exported policy.

    Raises:
        Problem: A column is missing, or a value is not what the column held.
    """
    assert not parts  # noqa: S101 - its plan has no tasks
    return assign_people(policy, people, id_column)
