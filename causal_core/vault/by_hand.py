"""Opening the locked part of a study from Python."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from causal_core.engine.inline import run_inline
from causal_core.vault.plan import answer_of, asked_policy, opening_plan
from causal_core.vault.question import record

if TYPE_CHECKING:
    from causal_core.policy.exported import ExportedPolicy
    from causal_core.study.study import Study
    from causal_core.uplift.result import Evaluation
    from causal_core.vault.tasks import Answer


def open_locked(study: Study, when: str) -> Study:
    """The study with its locked part opened and the answer in its [held_back]; save it with `to_text`.

    Args:
        study: With rows locked away and a question written down.
        when: The date and time of the opening, as text.

    Raises:
        Problem: Nothing is locked, no question is written down, the part was opened before, or the policy
            cannot be learned or carried out on new people.
    """
    from causal_core.policy.export_plan import export_plan
    from causal_core.study.run import open_data
    from causal_core.study.steps import uplift_plan

    table = open_data(study).table
    evaluation = cast("Evaluation", run_inline(uplift_plan(study, table)))
    policy = cast(
        "ExportedPolicy",
        run_inline(export_plan(study, table, evaluation, asked_policy(study, table, evaluation))),
    )
    plan = opening_plan(study, table, study.data_path, evaluation, policy)
    found = cast("list[Answer]", run_inline(plan))[0]
    return study.replace(held_back=record(study.held_back, answer_of(study, found), when))
