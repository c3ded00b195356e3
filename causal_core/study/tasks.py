"""What workers do for a study: one small function a task, and one that combines a step's parts."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from causal_core.engine.progress import part
from causal_core.problem import DoesNotApply, Problem
from causal_core.study.comparability import with_balance
from causal_core.study.headline import headline_method
from causal_core.study.inputs import Inputs
from causal_core.study.options import PolicyOptions
from causal_core.study.results import Estimated, Opened, Refused, Refuted, Valued

if TYPE_CHECKING:
    from causal_core.data.design import Floats
    from causal_core.data.reading import ReadOptions
    from causal_core.estimation import Estimate
    from causal_core.estimation.diagnostics import Balance
    from causal_core.graph import CausalGraph
    from causal_core.identification import DoWhyView
    from causal_core.policy import Economics, PolicyResult
    from causal_core.policy.paid import PaidColumn, PaidPart
    from causal_core.refutation.result import Refutation
    from causal_core.refutation.sensitivity import Sensitivity
    from causal_core.stages.entry import Staged
    from causal_core.uplift import Evaluation
    from causal_core.uplift.evaluation import FoldScores, Learned


def open_table(path: Path, name: str, options: ReadOptions, folder: Path) -> Opened:
    """Read a file into a table and profile it.

    Raises:
        Problem: The file cannot be read as a table.
    """
    from causal_core.data.profile import profile
    from causal_core.data.reading import read

    with part(0, 0.8):
        report = read(path, options, name=name, folder=folder)
    with part(0.8, 1):
        found = profile(report.table)
    return Opened(report.table, found, report.options, report.warnings)


def ask_dowhy(graph: CausalGraph, treatment: str, outcome: str) -> DoWhyView:
    """DoWhy's own identification beside ours."""
    from causal_core.identification.dowhy_check import compare_with_dowhy

    return compare_with_dowhy(graph, treatment, outcome)


def estimate_method(inputs: Inputs, method: str) -> tuple[Estimate, ...]:
    """One method's estimates, one an arm; a method that does not apply says why in each."""
    from causal_core.estimation import estimate
    from causal_core.study.along import estimate_along

    try:
        design, through = inputs.design_for(method)
    except DoesNotApply as reason:
        return _refuse(inputs, method, str(reason))
    if through is None:
        return estimate(method, design, inputs.target, adjusted=inputs.adjusted, seed=inputs.seed)
    return estimate_along(inputs, method, design, through)


def balance_arms(inputs: Inputs) -> tuple[Balance, ...]:
    """Overlap and balance of each arm against control."""
    from causal_core.estimation.diagnostics import balance

    return balance(inputs.design(), inputs.target) if inputs.covariates else ()


def combine_estimates(
    inputs: Inputs, headline: str | None, parts: Sequence[tuple[Estimate, ...] | tuple[Balance, ...]]
) -> Estimated:
    """The estimation step's result; the last part is the balance."""
    design = inputs.design()
    balances = cast("tuple[Balance, ...]", tuple(parts[-1]))
    plain = cast("tuple[Estimate, ...]", tuple(estimate for part in parts[:-1] for estimate in part))
    # Where chance assigned, what is left unlike is chance's too.
    estimates = plain if inputs.randomised else with_balance(plain, balances)
    return Estimated(
        estimates=estimates,
        balance=balances,
        headline=headline_method(estimates, headline, inputs.randomised),
        covariates=inputs.covariates,
        rows_used=design.rows_used,
        dropped_by=design.dropped_by,
        missing=inputs.missing_values(),
    )


def simulate_refuter(inputs: Inputs, refuter: str, method: str, seeds: tuple[int, ...]) -> Floats:
    """Some simulations of one refuter."""
    from causal_core.refutation import simulate

    design, through = inputs.design_for(method)
    return simulate(refuter, method, design, inputs.target, seeds, through)


def combine_refutations(
    estimates: tuple[Estimate, ...], refuters: tuple[str, ...], parts: Sequence[Any]
) -> Refuted:
    """The refutation step's result.

    Args:
        estimates: The estimates that were tried, one an arm.
        refuters: The refuter of each part, or `sensitivity`.
        parts: Simulations, (seeds, arms - 1) or (seeds, arms - 1, strengths); of refuters that simulate
            nothing, and of the sensitivity, what their own tasks gave.
    """
    import numpy as np

    from causal_core.refutation import REFUTERS, judge
    from causal_core.refutation.tasks import conclude

    answers: list[Refutation] = []
    sensitivity: tuple[Sensitivity, ...] = ()
    for refuter in dict.fromkeys(refuters):
        mine = [part for name, part in zip(refuters, parts, strict=True) if name == refuter]
        if refuter == "sensitivity":
            sensitivity = mine[0]
            continue
        if not REFUTERS[refuter].simulated:
            answers += conclude(refuter, estimates, mine)
            continue
        simulations = np.concatenate(mine)
        answers += [judge(refuter, each, simulations[:, arm]) for arm, each in enumerate(estimates)]
    return Refuted(tuple(answers), estimates[0].method, sensitivity)


def learn_effects(inputs: Inputs, learner: str, base: str, evaluation: str, piece: int) -> Learned:
    """One learner's predictions on a piece of the judged rows."""
    from causal_core.uplift import learn

    return learn(inputs.units(), learner, inputs.seed, base, evaluation, piece)


def score_effects(inputs: Inputs, fold: int, part: str, evaluation: str) -> FoldScores:
    """One fold of the AIPW scores of the rows judged, or of those a policy is chosen on."""
    from causal_core.uplift import score_fold

    return score_fold(inputs.units(), fold, part, inputs.seed, evaluation)


def combine_uplift(inputs: Inputs, evaluation: str, parts: list[Learned | FoldScores]) -> Evaluation:
    """The uplift step's result."""
    from causal_core.uplift import evaluate

    return evaluate(inputs.units(), parts, inputs.seed, evaluation=evaluation)


def value_policies(
    inputs: Inputs,
    options: PolicyOptions,
    evaluation: Evaluation,
    parts: Sequence[FoldScores | PaidPart],
    paid: tuple[PaidColumn, ...] = (),
    staged: Staged | None = None,
) -> Valued:
    """The policy step's result.

    Args:
        inputs: The study's inputs.
        options: Its [policy].
        evaluation: What the uplift step gave.
        parts: Scores of the learning rows where rules are found, and what was learned of the columns that
            costs are paid by.
        paid: Those columns, where they are known already.
        staged: The rule over several stages that is asked for; its own parts are among `parts`.
    """
    from causal_core import policy
    from causal_core.policy.paid import PaidPart, combine_paid
    from causal_core.stages.entry import staged_entry
    from causal_core.study.limited import LIMITED, Limits
    from causal_core.study.worth import economics_of, with_unseen

    held_out = evaluation.held_out
    by_stage, parts = staged_entry(staged, parts)
    scores = [part for part in parts if not isinstance(part, PaidPart)]
    columns = paid or combine_paid(
        inputs, held_out.evaluation, [part for part in parts if isinstance(part, PaidPart)]
    )
    economics = economics_of(inputs, options, held_out, columns)
    limits = Limits.of(inputs, options, held_out)
    valued: list[PolicyResult | Refused] = []
    for name in options.policies:
        if name == by_stage.policy:
            valued.append(by_stage)
            continue
        try:
            found = (
                (limits.value(name, economics),)
                if name in LIMITED
                else _policies(name, inputs, options, economics, scores, columns)
            )
            valued += [with_unseen(inputs, economics, each) for each in found]
        except Problem as problem:
            valued.append(Refused(name, str(problem)))
    reports = [limits.report(economics, each) for each in valued if not isinstance(each, Refused)]
    return Valued(
        tuple(valued),
        policy.value_curve(economics),
        economics.learner,
        options.benefit,
        tuple(each for each in reports if each is not None),
    )


def _policies(
    name: str,
    inputs: Inputs,
    options: PolicyOptions,
    economics: Economics,
    parts: list[FoldScores],
    columns: tuple[PaidColumn, ...],
) -> tuple[PolicyResult, ...]:
    from causal_core import policy

    if name == "treat_all":
        return policy.treat_all(economics)
    if name == "treat_none":
        return (policy.treat_none(economics),)
    if name == "current":
        return (policy.current(economics),)
    if name in ("tree", "linear"):
        return (_rule(name, inputs, options, economics, parts, columns),)
    raise Problem(f"There is no policy {name} in this version of dostudio.")


def _rule(
    name: str,
    inputs: Inputs,
    options: PolicyOptions,
    economics: Economics,
    parts: list[FoldScores],
    paid: tuple[PaidColumn, ...],
) -> PolicyResult:
    from causal_core import policy
    from causal_core.study import rules

    rows = rules.LearningRows.of(inputs, options, economics.held_out.evaluation, parts, paid)
    if name == "linear":
        return rules.value_linear(economics, rules.find_linear(inputs, rows), rows.judged)
    return policy.by_tree(economics, rules.find_tree(options, rows), rows.judged)


def _refuse(inputs: Inputs, method: str, reason: str) -> tuple[Estimate, ...]:
    from causal_core.estimation import Estimate

    design = inputs.design()
    rows = (design.rows_used, design.rows_dropped)
    return tuple(
        Estimate.unanswered(method, "none", inputs.target, "none", (design.arms[0], arm), rows, reason)
        for arm in design.arms[1:]
    )
