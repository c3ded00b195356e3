"""Opening the locked part, as a plan for the engine; and what is recorded of it."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import TYPE_CHECKING, Final

from causal_core.data.reading import ReadOptions
from causal_core.engine.call import Call, Plan
from causal_core.problem import Problem
from causal_core.study.dose import refuse_dose
from causal_core.study.steps import inputs
from causal_core.study.worth import economics_of, refuse_own_worth
from causal_core.validation.plan import plan_key
from causal_core.vault.lock import lock_of
from causal_core.vault.question import asked_words

if TYPE_CHECKING:
    from causal_core.data.table import Table
    from causal_core.policy.exported import ExportedPolicy
    from causal_core.study.study import Study
    from causal_core.uplift.result import Evaluation
    from causal_core.vault.tasks import Answer

TASK: Final = "causal_core.vault.tasks:answer_locked"


def asked_policy(study: Study, table: Table, evaluation: Evaluation) -> str:
    """The policy asked about; of several arms treating everybody is with that predicted best on average."""
    name, arms = study.held_back.policy, evaluation.held_out.arms
    if name != "treat_all" or len(arms) == 2:
        return name
    return f"treat_all: {arms[_best_arm(study, table, evaluation)]}"


def opening_plan(
    study: Study, table: Table, source: Path, evaluation: Evaluation, policy: ExportedPolicy
) -> Plan:
    """The plan that opens the locked part for its question; its result is a list of one `Answer`.

    Args:
        study: Its [held_back] says what is locked and asked.
        table: The open part.
        source: The data file, whose locked rows are read now for the first time.
        evaluation: What the uplift step gave on the open part.
        policy: The policy, learned on the open part alone.

    Raises:
        Problem: Nothing is locked, no question is written down, or the part was opened before.
        DoesNotApply: The treatment is a dose.
    """
    options = study.held_back
    refuse_dose(study, table, "policy")
    refuse_own_worth(study.policy, "The locked part is opened")
    locked = lock_of(options)
    if locked is None:
        raise Problem("No rows are locked away.", remedy="Lock a share of the rows first.")
    if options.opened:
        raise Problem(
            f"The locked part was opened on {options.opened}: it is no longer unseen.",
            remedy="Another question needs new data.",
        )
    if not options.written:
        raise Problem("No question is written down.", remedy="Write down what the locked part shall answer.")
    given = inputs(study, table)
    everybody = _best_arm(study, table, evaluation)
    data = study.data
    arguments = {
        "source": source,
        "name": data.path,
        "reading": ReadOptions(data.delimiter, data.encoding, data.decimal, data.sheet),
        "lock": locked,
        "inputs": given,
        "policy": policy,
        "options": study.policy,
        "types": dict(data.types),
        "everybody": everybody,
        "sha256": options.sha256,
        "rows": options.rows,
    }
    key = plan_key("held_back", table.fingerprint, options, policy.name, study.policy, study.seed)
    return Plan(key, "Opening the locked part", (Call(TASK, arguments),), seconds=1800)


def answer_of(study: Study, found: Answer) -> dict[str, float | int | bool | str]:
    """What is kept in the study: the numbers asked for, whether they are a success, and the sentence."""
    options = study.held_back
    gain = getattr(found.locked, options.measure)
    return {
        "value": gain.value,
        "std_error": gain.std_error,
        "low": gain.ci[0],
        "high": gain.ci[1],
        "success": bool(gain.ci[0] > options.at_least),
        "rows": found.locked.rows,
        "clusters": found.locked.clusters,
        "treated_share": found.locked.treated_share,
        "policy_was": found.policy,
        "asked": asked_words(options, study.policy.unit),
        "share": float(options.share or 0),
        "same_data": found.same_data,
    }


def _best_arm(study: Study, table: Table, evaluation: Evaluation) -> int:
    # Costs that are paid later are left out: the open part has no scores of them at hand.
    policy = dataclasses.replace(study.policy, paid_per={})
    return economics_of(inputs(study, table), policy, evaluation.held_out).all_arm
