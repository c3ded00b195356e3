"""What stands against the stages of a study before anything is computed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from causal_core.problem import Problem

if TYPE_CHECKING:
    from causal_core.data.table import Table
    from causal_core.study.study import Study


def stage_problems(study: Study) -> tuple[Problem, ...]:
    """Faults of the stages as they are written; none where a study neither names nor asks for any."""
    from causal_core.stages.asked import stages_of

    if not study.policy.stages and "q_learning" not in study.policy.policies:
        return ()
    try:
        stages_of(study)
    except Problem as problem:
        return (Problem(f"[policy] stages: {problem.message}", problem.column, problem.remedy),)
    return ()


def staged_columns(study: Study) -> tuple[str, ...]:
    """The columns that the stages name, as far as they are written as they must be."""
    found: list[str] = []
    for entry in study.policy.stages:
        for key in ("treatment", "covariates"):
            names = entry.get(key, ())
            found += [names] if isinstance(names, str) else list(names)
    return tuple(dict.fromkeys(name for name in found if name))


def later_arms(study: Study, table: Table) -> frozenset[str]:
    """The arms of every stage that the study names, so that their costs are no mistake."""
    from causal_core.data.arms import arm_counts

    found: set[str] = set()
    for entry in study.policy.stages:
        name = str(entry.get("treatment", ""))
        if name not in table.columns:
            continue
        try:
            found |= {text for text, _, _ in arm_counts(table, name, types=study.data.types)}
        except Problem:
            # What is wrong with the column is said where the stages are learned.
            continue
    return frozenset(found)
