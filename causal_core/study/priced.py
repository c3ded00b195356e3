"""The evaluation of learners with what the study's arms cost."""

from __future__ import annotations

from typing import TYPE_CHECKING

from causal_core.study.steps import inputs
from causal_core.study.worth import cost_arrays, refuse_own_worth

if TYPE_CHECKING:
    from causal_core.data.table import Table
    from causal_core.study.study import Study
    from causal_core.uplift.result import Evaluation


def priced_evaluation(study: Study, table: Table, evaluation: Evaluation) -> Evaluation:
    """The same evaluation with cost curves; without costs in [policy] as it is.

    Costs are no part of the uplift step, so that another cost does not make anybody learn again.

    Raises:
        Problem: A cost is of an unknown arm, its column is missing or holds text, or it is paid by another
            column than the outcome, which this step does not learn.
    """
    if not study.policy.cost:
        return evaluation
    refuse_own_worth(study.policy, "Cost curves are drawn")
    from causal_core.policy import priced
    from causal_core.policy.paid import paid_units

    held_out, options = evaluation.held_out, study.policy
    costs = cost_arrays(inputs(study, table), options, held_out.rows)
    paid = {
        learner: paid_units(held_out, learner, study.question.outcome, options.paid_per)
        for learner in held_out.predicted
    }
    return priced(evaluation, options.benefit, costs, paid)
