"""The steps of a study as plans for the engine, and the key of each result."""

from __future__ import annotations

import hashlib
import json
from dataclasses import replace
from functools import lru_cache
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING

from causal_core.data.reading import ReadOptions
from causal_core.data.table import Table
from causal_core.engine.call import Call, Plan
from causal_core.engine.folder import state_folder
from causal_core.identification import Identification, explain
from causal_core.plain import to_plain
from causal_core.policy.catalogue import SLOW
from causal_core.problem import DoesNotApply, Problem
from causal_core.study.dose import dose_plan, is_dose_study, refuse_dose
from causal_core.study.features import FeatureChoice
from causal_core.study.fitness import learnable_features, values_problem
from causal_core.study.inputs import Inputs
from causal_core.study.matrix import FOLDS as MATRIX_FOLDS
from causal_core.study.matrix import Asked as MatrixColumns
from causal_core.study.missing import imputed
from causal_core.study.results import Estimated
from causal_core.study.routes import instrument_names
from causal_core.study.tried import refuted_method

if TYPE_CHECKING:
    from causal_core.graph import CausalGraph
    from causal_core.study.options import Question
    from causal_core.study.study import Study
    from causal_core.uplift import Evaluation
    from causal_core.vault.lock import Lock

STEPS = ("identify", "estimate", "refute", "uplift", "policy")
"""The steps of a study, in the order in which they build on each other."""

TASKS = "causal_core.study.tasks"
MATRIX = "causal_core.study.matrix"
FOLDS = 5
CHUNK = 10
QUICK_CHUNK = 50


def opening(path: Path, name: str, options: ReadOptions, lock: Lock | None = None) -> Plan:
    """The plan that reads and profiles a file without locked rows; its result is a list with one `Opened`."""
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    arguments = {"path": path, "name": name, "options": options, "folder": state_folder("tables")}
    call = Call(f"{TASKS}:open_table", arguments)
    if lock is not None:
        call = Call("causal_core.vault.tasks:open_unlocked", {**arguments, "lock": lock})
    return Plan(
        key=_key("open", digest, Path(name).suffix.lower(), options, *([lock] if lock else [])),
        title=f"Reading {name}",
        tasks=(call,),
    )


def profiling(table: Table) -> Plan:
    """The plan that profiles a table anew; its result is a list with one `Profile`."""
    call = Call("causal_core.data.profile:profile", {"table": table})
    return Plan(_key("profile", table.fingerprint), "Profiling the table", (call,))


def identification(study: Study) -> Identification:
    """Whether and how the study's effect is identified; computed once for equal questions.

    Raises:
        GraphError: The graph does not hold the treatment or the outcome, or not as observed nodes.
    """
    return _identify(study.graph, study.question)


def inputs(study: Study, table: Table) -> Inputs:
    """What the heavy steps start from."""
    return Inputs.of(study, table, identification(study))


def features(study: Study, table: Table) -> FeatureChoice:
    """The columns by which effects may differ."""
    return learnable_features(study, table, identification(study))


def dowhy_plan(study: Study) -> Plan:
    """The plan that asks DoWhy to identify the same effect; its result is a list with one `DoWhyView`."""
    arguments = {
        "graph": identification(study).graph,
        "treatment": study.question.treatment,
        "outcome": study.question.outcome,
    }
    key = _key("dowhy", study.graph.fingerprint, study.question)
    return Plan(key, "Asking DoWhy", (Call(f"{TASKS}:ask_dowhy", arguments),), seconds=60)


def matrix_plan(study: Study, table: Table) -> Plan:
    """The plan of the feature matrix of the graph's observed columns; its result is a `FeatureMatrix`."""
    columns = tuple(name for name in study.graph.nodes if name in study.graph.observed & set(table.columns))
    types = {name: kind for name, kind in study.data.types.items() if name in columns}
    outcome = study.question.outcome
    arguments = {"asked": MatrixColumns(table, columns, outcome, types, study.seed)}
    tasks = [Call(f"{MATRIX}:associate", arguments)]
    tasks += [Call(f"{MATRIX}:hold_out", {**arguments, "fold": fold}) for fold in range(MATRIX_FOLDS)]
    key = _key("matrix", table.fingerprint, columns, outcome, types, study.seed)
    combine = Call(f"{MATRIX}:combine_matrix", arguments)
    return Plan(key, "Looking at the columns without the arrows", tuple(tasks), combine)


def estimate_plan(study: Study, table: Table) -> Plan:
    """The plan of the estimation step; its result is an `Estimated`."""
    given = inputs(study, table)
    if is_dose_study(study, table):
        return dose_plan(given, study.estimate, result_key("estimate", study, table))
    tasks = [
        Call(f"{TASKS}:estimate_method", {"inputs": given, "method": method})
        for method in study.estimate.methods
    ]
    tasks.append(Call(f"{TASKS}:balance_arms", {"inputs": given}))
    combine = Call(f"{TASKS}:combine_estimates", {"inputs": given, "headline": study.estimate.headline})
    plan = Plan(result_key("estimate", study, table), "Estimating the effect", tuple(tasks), combine)
    return imputed(plan, given, study.estimate.imputations) if given.missing == "imputation" else plan


def refute_plan(study: Study, table: Table, estimated: Estimated) -> Plan:
    """The plan of the refutation step; its result is a `Refuted`.

    Raises:
        Problem: No method, or not the one asked for, gave an effect; or a refuter is unknown.
        DoesNotApply: The treatment is a dose.
    """
    refuse_dose(study, table, "refute")
    from causal_core.refutation import QUICK, REFUTERS
    from causal_core.refutation.plan import other_calls, sensitivity_call

    given = inputs(study, table)
    method = refuted_method(estimated, study.refute.method)
    tried = estimated.tried(method)
    calls, names = [sensitivity_call(given, method, tried)], ["sensitivity"]
    for refuter in study.refute.refuters:
        if refuter not in REFUTERS:
            raise Problem(f"There is no refuter {refuter}.", remedy=f"Choose among {', '.join(REFUTERS)}.")
        if not REFUTERS[refuter].simulated:
            more = other_calls(refuter, study.graph, study.data.types, given, method)
            calls += more
            names += [refuter] * len(more)
            continue
        count = study.refute.simulations
        most = REFUTERS[refuter].most
        count = count if most is None else min(count, most)
        seeds = tuple((study.seed * 1_000_003 + number) % 2**32 for number in range(count))
        chunk = QUICK_CHUNK if method in QUICK else CHUNK
        for start in range(0, count, chunk):
            arguments = {
                "inputs": given,
                "refuter": refuter,
                "method": method,
                "seeds": seeds[start : start + chunk],
            }
            calls.append(Call(f"{TASKS}:simulate_refuter", arguments))
            names.append(refuter)
    combine = Call(
        f"{TASKS}:combine_refutations",
        {"estimates": tried, "refuters": tuple(names)},
    )
    return Plan(result_key("refute", study, table), "Trying to refute the estimate", tuple(calls), combine)


def uplift_plan(study: Study, table: Table) -> Plan:
    """The plan of the uplift step; its result is an `Evaluation`.

    Raises:
        DoesNotApply: The effect is not identified by adjustment, or there is no column to learn from, or the
            treatment is a dose.
        Problem: A column that is needed does not hold what learning needs.
    """
    refuse_dose(study, table, "uplift")
    given = inputs(study, table)
    if not given.adjusted:
        raise DoesNotApply(
            "Who responds cannot be learned here: "
            + (given.reason or "the set adjusted for does not identify the effect."),
            remedy="Uplift needs a randomised treatment or a valid adjustment set.",
        )
    fault = features(study, table).fault
    if fault is not None:
        raise fault
    if not given.features:
        raise DoesNotApply(
            "There is no column by which the effect could differ.",
            remedy="Draw columns measured before the treatment into the graph.",
        )
    unusable = values_problem(study, table, given.features)
    if unusable is not None:
        raise unusable
    tasks = [
        Call(
            f"{TASKS}:learn_effects", {"inputs": given, "learner": learner, "base": study.uplift.base, **how}
        )
        for learner in study.uplift.learners
        for how in pieces(study.uplift.evaluation)
    ]
    tasks += _scoring(given, "held_out", study.uplift.evaluation)
    combine = Call(f"{TASKS}:combine_uplift", {"inputs": given, "evaluation": study.uplift.evaluation})
    return Plan(
        result_key("uplift", study, table), "Learning who responds", tuple(tasks), combine, seconds=1800
    )


def policy_plan(study: Study, table: Table, evaluation: Evaluation) -> Plan:
    """The plan of the policy step; its result is a `Valued`.

    Raises:
        Problem: A cost is paid by a column that it cannot be paid by.
    """
    from causal_core.stages.entry import Staged
    from causal_core.study.paid import paid_calls

    given = inputs(study, table)
    slow = SLOW & set(study.policy.policies)
    tasks = _scoring(given, "learning", study.uplift.evaluation) if slow else []
    tasks += paid_calls(study, table)
    staged = Staged.of(study, table)
    tasks += staged.calls if staged else []
    arguments = {"inputs": given, "options": study.policy, "evaluation": evaluation, "staged": staged}
    combine = Call(f"{TASKS}:value_policies", arguments)
    return Plan(result_key("policy", study, table), "Valuing policies", tuple(tasks), combine, seconds=1800)


def result_key(step: str, study: Study, table: Table) -> str:
    """What identifies the result of one step: the step, its options and everything it builds on.

    Raises:
        GraphError: The graph does not hold the treatment or the outcome, or not as observed nodes.
    """
    if step == "identify":
        return _key(step, study.graph.fingerprint, study.question)
    given = inputs(study, table)
    if step == "estimate":
        return _key(step, given, study.estimate)
    if step == "refute":
        graph = study.graph.fingerprint if "graph" in study.refute.refuters else None
        return _key(step, given, study.estimate, study.refute, graph)
    # Learners have their own way with missing values.
    given = replace(given, missing="complete")
    if step == "uplift":
        return _key(step, given, study.uplift)
    from causal_core.stages.entry import staged_key

    return _key(step, given, study.uplift, study.policy, *staged_key(study))


def pieces(evaluation: str) -> list[dict[str, str | int]]:
    """The pieces of the judged rows for each of which every learner is fitted once, as task arguments."""
    from causal_core.uplift.split import PIECES

    return [{"evaluation": evaluation, "piece": piece} for piece in range(PIECES[evaluation])]


def _scoring(given: Inputs, part: str, evaluation: str) -> list[Call]:
    from causal_core.uplift.split import SCORING

    how = {"inputs": given, "part": part, "evaluation": evaluation}
    folds = SCORING[evaluation] if part == "held_out" else range(FOLDS)
    return [Call(f"{TASKS}:score_effects", {**how, "fold": fold}) for fold in folds]


@lru_cache(maxsize=256)
def _identify(graph: CausalGraph, question: Question) -> Identification:
    return explain(
        graph,
        question.treatment,
        question.outcome,
        adjust_for=question.adjust_for,
        instrument=next(iter(instrument_names(question)), None),
        mediators=(question.mediator,) if question.mediator else None,
        randomised=question.randomised,
    )


def _key(step: str, *parts: object) -> str:
    plain = [_without_path(part) for part in parts]
    text = json.dumps([version("dostudio"), step, plain], sort_keys=True)
    return f"{step}-{hashlib.sha256(text.encode()).hexdigest()}"


def _without_path(part: object) -> object:
    if isinstance(part, Inputs):
        fields = {name: getattr(part, name) for name in part.__dataclass_fields__ if name != "table"}
        return to_plain({**fields, "table": part.table.fingerprint})
    return to_plain(part)
