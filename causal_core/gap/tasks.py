"""What workers do to compare rankings: predict risk, and put both rankings side by side."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from causal_core.engine.progress import part
from causal_core.problem import Problem

if TYPE_CHECKING:
    from causal_core.gap.result import Gap
    from causal_core.gap.risk import Judged, RiskPart
    from causal_core.study.inputs import Inputs
    from causal_core.study.options import GapOptions, PolicyOptions
    from causal_core.uplift.result import Evaluation


@dataclass(frozen=True)
class Asked:
    """What is compared.

    Attributes:
        gap: Where the risk comes from, and which arm is given.
        policy: What an outcome unit and an arm are worth.
        learner: Whose predicted effects rank.
    """

    gap: GapOptions
    policy: PolicyOptions
    learner: str

    @property
    def good(self) -> int:
        """1 when more of the outcome is better, -1 when less is."""
        return 1 if self.policy.benefit > 0 else -1


def predict_risk(inputs: Inputs, judged: Judged, fold: int, good: int) -> RiskPart:
    """The risk of one fold of the judged rows, by a model of other rows."""
    from causal_core.gap.risk import learn_risk

    return learn_risk(inputs.units(), judged, fold, good, inputs.seed)


def score_risk(
    inputs: Inputs, judged: Judged, column: str, types: dict[str, str], high_is_risky: bool
) -> RiskPart:
    """The risk of the judged rows, from a column of the table."""
    from causal_core.gap.risk import read_risk

    return read_risk(inputs.table, column, types, judged, high_is_risky)


def combine_gap(inputs: Inputs, asked: Asked, evaluation: Evaluation, parts: list[RiskPart]) -> Gap:
    """Both rankings side by side.

    Raises:
        Problem: The score, an arm or a cost cannot be used.
    """
    from causal_core.gap import compare
    from causal_core.gap.accuracy import measure
    from causal_core.gap.people import people, without_missing
    from causal_core.gap.result import Gap
    from causal_core.gap.risk import join
    from causal_core.gap.targeting import targeting
    from causal_core.policy.paid import paid_units
    from causal_core.study.worth import cost_arrays

    risk, learned = join(parts)
    options = asked.gap
    held_out, risk, missing = without_missing(evaluation.held_out, risk, options.score or "")
    costs = cost_arrays(inputs, asked.policy, held_out.rows)
    paid = paid_units(held_out, asked.learner, inputs.outcome, asked.policy.paid_per)
    found = people(held_out, asked.learner, risk, asked.policy.benefit, costs, options.arm, paid)
    with part(0, 0.3):
        try:
            accuracy, why = measure(held_out.outcome, risk, asked.good, held_out.clusters, inputs.seed), ""
        except Problem as problem:
            accuracy, why = None, str(problem)
    with part(0.3, 0.6):
        ranked = targeting(
            (found.risk.effect, found.risk.priority),
            (found.uplift.effect, found.uplift.priority),
            held_out.clusters,
            inputs.seed,
        )
    with part(0.6, 1):
        curves = compare.curves(found)
    return Gap(
        score=options.score,
        high_is_risky=options.high_is_risky,
        learner=asked.learner,
        control=held_out.arms[0],
        arm=options.arm,
        binary=found.uplift.harm.binary,
        accuracy=accuracy,
        accuracy_missing=why,
        targeting=ranked,
        curves=curves,
        everybody=compare.everybody(found),
        without_columns=compare.by_shares(found),
        rows_learned=learned,
        rows=len(found.rows),
        total_rows=held_out.total_rows,
        rows_missing=missing,
        folds=1 if held_out.fold is None else len(set(held_out.fold.tolist())),
        people=found,
    )
