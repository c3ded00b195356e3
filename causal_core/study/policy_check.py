"""Whether a study's [policy] can be valued: arms, costs, budgets, places and rules for groups."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from causal_core.problem import Problem

if TYPE_CHECKING:
    from causal_core.data.design import Floats
    from causal_core.data.table import Table
    from causal_core.study.options import PolicyOptions
    from causal_core.study.study import Study

Check = Callable[[], object]
"""Raises the problem there is."""


def policy_problems(study: Study, table: Table) -> tuple[Problem, ...]:
    """What stands against valuing the study's policies, in words, before anything is learned.

    Faults of the question itself are not repeated here: without arms there is nothing to check.
    """
    arms = _arms(study, table)
    if not arms:
        return ()
    checks = (
        *_numbers(study.policy),
        *_worths(study, table),
        *_costs(study, table, arms),
        *_places(study.policy, arms),
        *_groups(study, table),
        *_paid(study, table, arms),
    )
    found = [problem for check in checks if (problem := _raised(check)) is not None]
    return tuple(
        type(each)(f"[policy] {each.message}", column=each.column, remedy=each.remedy) for each in found
    )


def check_known_before(study: Study) -> None:
    """Refuse costs and benefits that are read from a column measured after the treatment.

    Raises:
        Problem: One is; it names the column. Costs of a later stage's arms are not asked here.
    """
    options = study.policy
    if options.benefit_by is not None and _after(study, options.benefit_by):
        _late_worth(options.benefit_by)()
    for label, cost in options.cost.items():
        if isinstance(cost, str) and not options.stages and _after(study, cost):
            _late_cost(label, cost)()


def _late_cost(label: str, column: str) -> Check:
    return _refuse(
        f"The cost of {label} is read from {column}, which is measured after the treatment: it is not known "
        "when treatment is given out, and is another under every arm.",
        column,
        "Choose a column that is known before, or give the cost of one unit and name the column in "
        "[policy.paid_per].",
    )


def _late_worth(column: str) -> Check:
    return _refuse(
        f"The benefit is multiplied by {column}, which is not known before the treatment.",
        column,
        "Choose a column that is known when treatment is given out.",
    )


def _raised(check: Check) -> Problem | None:
    try:
        check()
    except Problem as problem:
        return problem
    return None


def _arms(study: Study, table: Table) -> tuple[str, ...]:
    from causal_core.data.arms import arms_of
    from causal_core.data.source import columns_of

    question = study.question
    try:
        column = columns_of(table, [question.treatment])[question.treatment]
        return arms_of(question.treatment, column, question.control, study.data.types).texts
    except Problem:
        return ()


def _numbers(options: PolicyOptions) -> Iterator[Check]:
    from causal_core.policy.budget import check_budget

    if options.budget is not None:
        yield partial(check_budget, options.budget)
    elif "budget" in options.policies:
        yield _refuse(
            "budget is among the policies, and no budget is given.", None, "Set budget in [policy]."
        )
    for name, value in (("benefit", options.benefit), ("threshold", options.threshold)):
        if not np.isfinite(value):
            yield _refuse(f"{name} is {value:g}; it must be a number.", name)


def _costs(study: Study, table: Table, arms: tuple[str, ...]) -> Iterator[Check]:
    from causal_core.policy.economics import cost_matrix
    from causal_core.stages.check import later_arms

    later = later_arms(study, table) - set(arms)
    for label, cost in study.policy.cost.items():
        if label in later:
            continue
        if not isinstance(cost, str):
            yield partial(cost_matrix, arms, 1, {label: cost})
        elif cost in table.columns and _after(study, cost):
            yield _late_cost(label, cost)
        elif cost in table.columns:
            # That the column is there is told with all columns.
            yield partial(_cost_column, study, table, arms, label, cost)


def _worths(study: Study, table: Table) -> Iterator[Check]:
    name = study.policy.benefit_by
    if name is None or name not in table.columns:
        # That the column is there is told with all columns.
        return
    if _after(study, name):
        yield _late_worth(name)
    else:
        yield partial(_number_column, study, table, name, "benefit is multiplied by")


def _number_column(study: Study, table: Table, column: str, use: str) -> Floats:
    from causal_core.data.source import columns_of
    from causal_core.data.typed import kind_of, numbers

    held = columns_of(table, [column])[column]
    kind = kind_of(column, held, study.data.types)
    if kind not in {"number", "boolean"}:
        raise Problem(
            f"The {use} {column} holds a {kind}, not numbers."
            if use == "cost column"
            else f"The {use} {column}, which holds a {kind}, not numbers.",
            column=column,
            remedy="Choose a column of numbers.",
        )
    return np.zeros(len(held)) if kind == "boolean" else numbers(column, held)


def _cost_column(study: Study, table: Table, arms: tuple[str, ...], label: str, column: str) -> Floats:
    from causal_core.policy.economics import cost_matrix

    values = _number_column(study, table, column, "cost column")
    # Rows that lack a cost may not be used; where they are, the policy step says so.
    return cost_matrix(arms, len(values), {label: np.where(np.isnan(values), 0.0, values)})


def _places(options: PolicyOptions, arms: tuple[str, ...]) -> Iterator[Check]:
    from causal_core.policy.capacity import check_capacity

    for label, part in options.capacity.items():
        yield partial(check_capacity, arms, label, part)


def _groups(study: Study, table: Table) -> Iterator[Check]:
    from causal_core.study.limited import check_groups

    column = study.policy.quota_by
    if column is not None and column not in table.columns:
        yield _refuse(f'quota_by: "{column}" is not a column of the table.', column, "Correct its name.")
    elif column is not None and _after(study, column):
        yield _refuse(
            f"quota_by: {column} is not known when treatment is given out: it is measured after it.",
            column,
            "Choose a column that is known before the treatment.",
        )
    else:
        held = None if column is None else table.frame([column])[column]
        yield partial(check_groups, study.policy, held)


def _after(study: Study, column: str) -> bool:
    question, graph = study.question, study.graph
    if study.data.measured.get(column) == "after" or column in (question.treatment, question.outcome):
        return True
    return column in graph.nodes and column in graph.descendants([question.treatment])


def _paid(study: Study, table: Table, arms: tuple[str, ...]) -> Iterator[Check]:
    from causal_core.policy.economics import arm_of
    from causal_core.study.paid import check_paid

    for label, column in study.policy.paid_per.items():
        yield partial(arm_of, arms, label)
        if label not in study.policy.cost:
            yield _refuse(
                f"paid_per: {label} is paid by {column}, and has no cost.",
                label,
                "Give the cost of one unit in [policy.cost].",
            )
        yield partial(check_paid, study, table, column)


def _refuse(message: str, column: str | None, remedy: str = "") -> Check:
    def refuse() -> None:
        raise Problem(message, column=column, remedy=remedy)

    return refuse
