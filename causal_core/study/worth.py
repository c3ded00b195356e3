"""What outcomes are worth and arms cost in a study, on the rows its policies are valued on."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from causal_core.problem import DoesNotApply, Problem

if TYPE_CHECKING:
    from causal_core.data.design import Floats
    from causal_core.policy.economics import Economics
    from causal_core.policy.paid import PaidColumn
    from causal_core.policy.result import PolicyResult
    from causal_core.study.inputs import Inputs
    from causal_core.study.options import PolicyOptions
    from causal_core.uplift.result import HeldOut


def economics_of(
    inputs: Inputs, options: PolicyOptions, held_out: HeldOut, columns: Sequence[PaidColumn] = ()
) -> Economics:
    """Rewards and costs of the judged rows.

    Args:
        inputs: The study's inputs.
        options: Its [policy]; no learner means the first that answered.
        held_out: The judged rows.
        columns: What was learned of columns that costs are paid by.

    Raises:
        Problem: No learner answered, or a cost cannot be used; it says why.
    """
    from causal_core.policy.economics import Economics
    from causal_core.policy.paid import paid_units

    learner = options.learner or next(iter(held_out.predicted), "")
    held_out.effects(learner)
    costs = cost_arrays(inputs, options, held_out.rows)
    paid = paid_units(held_out, learner, inputs.outcome, options.paid_per, columns)
    factor = worth_factor(inputs, options, held_out.rows)
    return Economics.of(held_out, learner, options.benefit, costs, paid, factor)


def worth_factor(inputs: Inputs, options: PolicyOptions, rows: object) -> Floats | None:
    """(n,) by which the benefit of each row is multiplied; None where it is the same of everybody.

    Raises:
        Problem: The column is not there, holds text, or is missing in some of these rows.
    """
    import numpy as np

    name = options.benefit_by
    if name is None:
        return None
    column = inputs.table.frame([name], rows=np.asarray(rows))[name]
    try:
        values = column.to_numpy(dtype=np.float64, na_value=np.nan)
    except (TypeError, ValueError):
        raise Problem(
            f"The benefit is multiplied by {name}, which holds text.",
            column=name,
            remedy="Choose a column of numbers.",
        ) from None
    missing = int((~np.isfinite(values)).sum())
    if missing:
        raise Problem(
            f"The benefit is multiplied by {name}, which is missing in {missing:,} rows.",
            column=name,
            remedy="Fill the column.",
        )
    return np.asarray(values)


def refuse_own_worth(options: PolicyOptions, what: str) -> None:
    """Refuse what counts one benefit for everybody.

    Args:
        options: The study's [policy].
        what: What does, the start of a sentence.

    Raises:
        DoesNotApply: The benefit differs by person.
    """
    if options.benefit_by is not None:
        raise DoesNotApply(
            f"{what} where a unit of the outcome is worth the same of everybody; here its benefit is "
            f"multiplied by {options.benefit_by}.",
            remedy="Take that column out on Policy, under Limits, to see it.",
        )


def expected_costs(economics: Economics) -> dict[str, Floats]:
    """Arm -> (n,) what it is predicted to cost each judged row, however it is paid."""
    arms = economics.held_out.arms
    return {label: economics.predicted_cost[:, arm] for arm, label in enumerate(arms)}


def with_unseen(inputs: Inputs, economics: Economics, result: PolicyResult) -> PolicyResult:
    """The result with a warning for each arm that it gives to people who had hardly a chance of it."""
    from dataclasses import replace

    from causal_core.data.encoding import feature_frame
    from causal_core.policy.unseen import unseen

    if not unseen(economics, result.policy_matrix):
        return result
    rows = economics.held_out.rows
    features = feature_frame(inputs.table, inputs.features, dict(inputs.types), rows)
    found = unseen(economics, result.policy_matrix, features)
    return replace(result, warnings=(*result.warnings, *found))


def cost_arrays(inputs: Inputs, options: PolicyOptions, rows: object) -> dict[str, float | Floats]:
    """Arm -> cost a person, or one cost a row where the study names a column.

    Raises:
        Problem: The column is not there or holds no numbers.
    """
    import numpy as np

    costs: dict[str, float | Floats] = {}
    # An arm of a later stage is paid there; see `causal_core.stages`.
    mine = inputs.design().arms if options.stages else tuple(options.cost)
    for arm, cost in options.cost.items():
        if arm not in mine:
            continue
        if isinstance(cost, str):
            column = inputs.table.frame([cost], rows=np.asarray(rows))[cost]
            try:
                costs[arm] = column.to_numpy(dtype=np.float64, na_value=np.nan)
            except (TypeError, ValueError):
                raise Problem(
                    f"The cost column {cost} holds text.", column=cost, remedy="Choose a column of numbers."
                ) from None
        else:
            costs[arm] = cost
    return costs


def learning_costs(
    inputs: Inputs,
    options: PolicyOptions,
    arms: tuple[str, ...],
    rows: object,
    outcome_scores: Floats,
    columns: Sequence[PaidColumn] = (),
) -> Floats:
    """(m, k) costs of the rows that a policy is chosen on, to be taken from their scores.

    Args:
        inputs: The study's inputs.
        options: Its [policy].
        arms: The k levels as text.
        rows: (m,) positions of these rows in the table.
        outcome_scores: (m, k) their AIPW scores of the outcome.
        columns: What was learned of columns that costs are paid by.

    Raises:
        Problem: A cost cannot be used; it says why.
    """
    from causal_core.policy.economics import cost_matrix
    from causal_core.policy.paid import learning_factors

    costs = cost_matrix(arms, len(outcome_scores), cost_arrays(inputs, options, rows))
    return costs * learning_factors(arms, inputs.outcome, options.paid_per, outcome_scores, columns)
