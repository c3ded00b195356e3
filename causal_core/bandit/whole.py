"""All of learning while acting, as a run does it: the simulation, and the replay where the log allows it."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from causal_core.bandit.plan import bandit_plan, replay_plan
from causal_core.bandit.result import Acted
from causal_core.problem import DoesNotApply
from causal_core.study.paid import paid_plan

if TYPE_CHECKING:
    from causal_core.data.table import Table
    from causal_core.engine.call import Plan
    from causal_core.study.study import Study
    from causal_core.uplift.result import Evaluation


def act(study: Study, table: Table, evaluation: Evaluation, do: Callable[[Plan], Any]) -> Acted:
    """What is found of learning while acting.

    Args:
        study: Its [bandit] says which strategies act, and for how long.
        table: Its table.
        evaluation: What the uplift step gave.
        do: Carries a plan out.

    Raises:
        DoesNotApply: The treatment is a dose, or an outcome is worth nothing.
        Problem: An option does not fit.
    """
    learned = paid_plan(study, table, learning=False)
    paid = () if learned is None else do(learned)
    simulated = do(bandit_plan(study, table, evaluation, paid))
    try:
        return Acted(simulated, do(replay_plan(study, table, evaluation, paid)))
    except DoesNotApply as reason:
        return Acted(simulated, None, str(reason))
