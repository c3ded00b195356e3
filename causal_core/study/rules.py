"""Rules found on the learning rows of a study: the policy tree and the linear policy."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from causal_core.problem import Problem

if TYPE_CHECKING:
    import pandas as pd

    from causal_core.data.design import Floats, Integers
    from causal_core.policy import Economics, PolicyResult, PolicyTree
    from causal_core.policy.linear import LinearPolicy
    from causal_core.policy.paid import PaidColumn
    from causal_core.study.inputs import Inputs
    from causal_core.study.options import PolicyOptions
    from causal_core.uplift.evaluation import FoldScores


@dataclass(frozen=True, eq=False)
class LearningRows:
    """What rules are found on, and where they are valued.

    Attributes:
        features: (m, p) columns of the learning rows.
        rewards: (m, k) their AIPW scores in the benefit's unit, costs taken off.
        clusters: (m,) codes, or None.
        judged: (n, p) columns of the judged rows.
        actions: What the arms are called in a rule.
        seed: The study's.
        weights: (m,) sampling weights, or None.
    """

    features: pd.DataFrame = field(repr=False)
    rewards: Floats = field(repr=False)
    clusters: Integers | None = field(repr=False)
    judged: pd.DataFrame = field(repr=False)
    actions: tuple[str, ...]
    seed: int = 0
    weights: Floats | None = field(default=None, repr=False)

    @classmethod
    def of(
        cls,
        inputs: Inputs,
        options: PolicyOptions,
        evaluation: str,
        parts: Sequence[FoldScores],
        paid: Sequence[PaidColumn] = (),
    ) -> LearningRows:
        """The rows of a study.

        Args:
            inputs: The study's inputs.
            options: Its [policy].
            evaluation: "held_out" or "sequential".
            parts: Scores of the learning rows, fold by fold.
            paid: What was learned of columns that costs are paid by.

        Raises:
            Problem: Folds are missing, or a cost cannot be used.
        """
        from causal_core.study.worth import learning_costs, worth_factor
        from causal_core.uplift.evaluation import gather
        from causal_core.uplift.split import Split

        units = inputs.units()
        split = Split.of(units, evaluation, inputs.seed)
        learning = split.learning[0]
        assert units.rows is not None  # noqa: S101 - `Inputs.units` always sets it
        scores = gather(parts).scores
        costs = learning_costs(inputs, options, units.arms, units.rows[learning], scores, paid)
        factor = worth_factor(inputs, options, units.rows[learning])
        # A threshold of a date would read as nanoseconds.
        columns = units.features.select_dtypes(exclude=["datetime", "datetimetz", "timedelta"])
        return cls(
            columns.iloc[learning],
            options.benefit * scores * (1.0 if factor is None else factor[:, None]) - costs,
            None if units.clusters is None else units.clusters[learning],
            columns.iloc[split.judged],
            tuple(f"{inputs.treatment} = {arm}" for arm in units.arms),
            inputs.seed,
            None if units.weights is None else units.weights[learning],
        )


def find_tree(options: PolicyOptions, rows: LearningRows) -> PolicyTree:
    """The policy tree of the study's depth; cross-validation chooses among 0 to 3 where that is 0.

    Raises:
        Problem: There is no such depth, or the search would take too long.
    """
    from causal_core.policy import fit_tree

    return fit_tree(
        rows.features,
        rows.rewards,
        depth=options.depth,
        actions=rows.actions,
        clusters=rows.clusters,
        seed=rows.seed,
        weights=rows.weights,
    )


def find_linear(inputs: Inputs, rows: LearningRows) -> LinearPolicy:
    """The linear policy.

    Raises:
        Problem: There are too few rows.
    """
    from causal_core.policy.learning import learn_policy
    from causal_core.policy.linear import LinearPolicy

    found = learn_policy(
        rows.features,
        rows.rewards,
        actions=rows.actions,
        clusters=rows.clusters,
        seed=inputs.seed,
        weights=rows.weights,
    )
    if not isinstance(found, LinearPolicy):
        raise Problem("No linear policy was found.")
    return found


def value_linear(economics: Economics, found: LinearPolicy, features: pd.DataFrame) -> PolicyResult:
    """A linear policy valued on the judged rows.

    Args:
        economics: Rewards and costs.
        found: Its actions are the arms, in order.
        features: (n, p) columns of the judged rows.
    """
    from dataclasses import replace

    import numpy as np

    from causal_core.policy.valuation import value_of

    chosen = np.eye(len(economics.held_out.arms))[found.assign(features)]
    return replace(value_of(economics, "linear", chosen, learner=""), rules=found.describe())
