"""A rule over stages as a plan for the engine."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from causal_core.engine.call import Call, Plan
from causal_core.stages.asked import Asked
from causal_core.stages.exchangeability import check_stages, require_comparable
from causal_core.validation.plan import plan_key

if TYPE_CHECKING:
    from causal_core.data.table import Table
    from causal_core.study.study import Study

TASKS: Final = "causal_core.stages.tasks"

PARTS: Final = {"learned": "the learned rule", "readable": "the readable rule", "fixed": "fixed sequences"}
"""Task -> what a person reads beside its progress."""


def stages_plan(study: Study, table: Table) -> Plan:
    """The plan of a rule over the stages that a study names; its result is a `StagesResult`.

    Raises:
        DoesNotApply: The study names no stages, or by its graph the arms of a stage are not comparable.
        Problem: A stage is not described as it must be, or a column is not there.
    """
    asked, comparable = stages_asked(study, table)
    tasks = tuple(Call(f"{TASKS}:value_rules", {"asked": asked, "kind": kind}) for kind in PARTS)
    combine = Call(f"{TASKS}:combine_stages", {"asked": asked, "comparable": comparable})
    return Plan(
        stages_key(asked, comparable), "Learning what to do first, and what then", tasks, combine, 1800
    )


def stages_asked(study: Study, table: Table) -> tuple[Asked, tuple[str, ...]]:
    """What is asked, and why the arms of each stage are comparable.

    Raises:
        DoesNotApply: The study names no stages, or by its graph the arms of a stage are not comparable.
        Problem: A stage is not described as it must be, or a column is not there.
    """
    asked = Asked.of(study, table)
    checks = check_stages(study)
    require_comparable(checks)
    return asked, tuple(check.reason for check in checks)


def stages_key(asked: Asked, comparable: tuple[str, ...]) -> str:
    """What identifies the result."""
    fields = {name: getattr(asked, name) for name in asked.__dataclass_fields__ if name != "table"}
    return plan_key("stages", {**fields, "table": asked.table.fingerprint}, comparable)
