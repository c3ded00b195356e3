"""What can be taken away from a simulation: its settings with its results, and one run's log."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from causal_core.plain import to_plain

if TYPE_CHECKING:
    from causal_core.bandit.log import RunLog
    from causal_core.bandit.result import Simulated
    from causal_core.data.table import Table
    from causal_core.study.study import Study


def settings_json(study: Study, simulated: Simulated) -> str:
    """The settings of every strategy, what outcomes and arms are worth, and what came of it, as JSON."""
    policy = study.policy
    settings = {
        "seed": study.seed,
        "treatment": study.question.treatment,
        "outcome": study.question.outcome,
        "benefit": policy.benefit,
        "cost": policy.cost,
        "paid_per": policy.paid_per,
        "unit": policy.unit,
        "bandit": study.bandit,
        "simulated": simulated,
    }
    return json.dumps(to_plain(settings), indent=2)


def log_csv(study: Study, table: Table, log: RunLog, features: tuple[str, ...]) -> str:
    """One simulated run as csv: covariates, arm, outcome, round, the chances of arms, cost and reward."""
    people = table.frame(list(features), rows=log.rows)
    frame = log.frame(people, study.question.treatment, study.question.outcome)
    return str(frame.to_csv(index=False))
