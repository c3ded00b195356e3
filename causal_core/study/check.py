"""Whether a study would run, and if not, what to mend."""

from __future__ import annotations

from collections.abc import Container, Mapping
from pathlib import Path

from causal_core.bandit.strategies import STRATEGIES
from causal_core.data.checks import nearest_names
from causal_core.data.column import Profile
from causal_core.data.table import Table
from causal_core.estimation.methods import METHODS
from causal_core.problem import Problem
from causal_core.refutation.refuters import REFUTERS
from causal_core.stages.check import stage_problems, staged_columns
from causal_core.study.dose import check_dose
from causal_core.study.file import StudyFileError
from causal_core.study.policy_check import policy_problems
from causal_core.study.routes import instrument_names
from causal_core.study.run import open_data
from causal_core.study.study import Study
from causal_core.study.suitability import suitability
from causal_core.study.terms import log_problems
from causal_core.uplift.catalogue import BASES, LEARNERS
from causal_core.validation.plan import adjusting_methods

POLICIES = (
    "treat_all",
    "treat_none",
    "current",
    "top_share",
    "threshold",
    "best_arm",
    "budget",
    "tree",
    "linear",
    "q_learning",
)


def check_file(path: Path) -> tuple[tuple[Problem, ...], tuple[str, ...]]:
    """What stands against running the study file at `path`, and what its reader should know."""
    try:
        study = Study.load(path)
    except StudyFileError as error:
        return error.problems, ()
    except Problem as problem:
        return (Problem(f"[graph]: {problem.message}", problem.column, problem.remedy),), ()
    try:
        opened = open_data(study)
    except Problem as problem:
        return (problem, *check_names(study)), study.remarks
    problems = (
        *check_names(study),
        *check_columns(study, opened.profile),
        *check_dose(study, opened.table),
    )
    problems += check_values(study, opened.table, {problem.column for problem in problems})
    if study.estimate.logs and not problems:
        problems += log_problems(study, opened.table)
    if not problems:
        problems += policy_problems(study, opened.table)
    return problems, (*study.remarks, *opened.warnings)


def check_names(study: Study) -> tuple[Problem, ...]:
    """Methods, refuters, learners and policies that do not exist, and names that are not in the graph."""
    problems = []
    for table, key, names, known in (
        ("estimate", "methods", study.estimate.methods, tuple(METHODS)),
        ("validate", "methods", study.validate.methods or (), adjusting_methods()),
        ("validate", "repeated", study.validate.repeated or (), adjusting_methods()),
        ("refute", "refuters", study.refute.refuters, tuple(REFUTERS)),
        ("uplift", "learners", study.uplift.learners, tuple(LEARNERS)),
        ("uplift", "base", (study.uplift.base,), tuple(BASES)),
        ("policy", "policies", study.policy.policies, POLICIES),
        ("bandit", "strategies", study.bandit.strategies, tuple(STRATEGIES)),
    ):
        problems += [
            _unknown(f"[{table}] {key}", name, known, "is not known") for name in names if name not in known
        ]
    for table, key, wanted, among in (
        ("estimate", "headline", study.estimate.headline, study.estimate.methods),
        ("refute", "method", study.refute.method, study.estimate.methods),
        ("gap", "learner", study.gap.learner, study.uplift.learners),
        ("policy", "learner", study.policy.learner, study.uplift.learners),
    ):
        if wanted is not None and wanted not in among:
            what = "learners" if key == "learner" else "methods"
            problems.append(_unknown(f"[{table}] {key}", wanted, among, f"is not among the {what}"))
    nodes = study.graph.nodes
    question = study.question
    asked = [("treatment", question.treatment), ("outcome", question.outcome)]
    asked += [("adjust_for", name) for name in question.adjust_for or ()]
    asked += [("instrument", name) for name in instrument_names(question)]
    asked += [("mediator", question.mediator)] if question.mediator else []
    problems += [
        _unknown(f"[question] {key}", name, nodes, "is not in the graph")
        for key, name in asked
        if name not in nodes
    ]
    return (*problems, *stage_problems(study))


def check_columns(study: Study, profile: Profile) -> tuple[Problem, ...]:
    """Columns that the study names and the table lacks; nodes that are neither columns nor latent."""
    question, columns = study.question, profile.names
    named = [("[question] treatment", question.treatment), ("[question] outcome", question.outcome)]
    named += [
        (f"[question] {key}", name)
        for key in ("propensity", "clusters", "weights", "mediator")
        if (name := getattr(question, key))
    ]
    named += [("[question] instrument", name) for name in instrument_names(question)]
    named += [("[question] adjust_for", name) for name in question.adjust_for or ()]
    named += [("[estimate] squares", name) for name in study.estimate.squares]
    named += [("[estimate] logs", name) for name in study.estimate.logs]
    named += [("[estimate] interactions", name) for name in study.estimate.interactions]
    named += [("[data.types]", name) for name in study.data.types]
    named += [("[data.measured]", name) for name in study.data.measured]
    named += [("[uplift] features", name) for name in study.uplift.features or ()]
    named += [("[gap] score", study.gap.score)] if study.gap.score else []
    named += [("[experiment] blocks", name) for name in study.experiment.blocks]
    named += [("[held_back] clusters", study.held_back.clusters)] if study.held_back.clusters else []
    named += [("[policy] stages", name) for name in staged_columns(study)]
    named += [("[policy] benefit_by", study.policy.benefit_by)] if study.policy.benefit_by else []
    named += [("[policy.cost]", cost) for cost in study.policy.cost.values() if isinstance(cost, str)]
    seen = {name for _, name in named}
    named += [("[graph]", name) for name in study.graph.nodes if name not in study.graph.latent | seen]
    problems = [
        _unknown(
            place,
            name,
            columns,
            "is not a column of the table",
            also=" Or declare it latent." if place == "[graph]" else "",
        )
        for place, name in named
        if name not in columns
    ]
    treatment = next((column for column in profile.columns if column.name == question.treatment), None)
    if treatment is not None and treatment.constant:
        problems.append(
            Problem(
                f"[question] treatment: {question.treatment} has the same value in every row.",
                column=question.treatment,
                remedy="An effect needs at least two levels.",
            )
        )
    return tuple(problems)


def check_values(study: Study, table: Table, told: Container[str | None] = ()) -> tuple[Problem, ...]:
    """What the values of the question's columns stand against, of the columns whose fault is not `told` yet.

    Covariates are looked at as the kind the study or the table gives them; a graph that cannot be identified
    has none.
    """
    question, types = study.question, study.data.types
    places = {
        getattr(question, key): f"[question] {key}: "
        for key in ("weights", "clusters", "propensity", "outcome", "treatment")
    }
    found = list(suitability(question, types, table).problems)
    known = {problem.column for problem in found}
    found += [
        problem
        for name in _adjusted(study)
        if name in table.columns and name not in known
        for problem in _unusable(table, name, types)
    ]
    found += _misled(study, table) if study.uplift.features and not found else ()
    return tuple(
        Problem(f"{places.get(each.column, '')}{each.message}", column=each.column, remedy=each.remedy)
        for each in found
        if each.column not in told
    )


def _unusable(table: Table, name: str, types: Mapping[str, str]) -> tuple[Problem, ...]:
    from causal_core.data.covariates import covariate
    from causal_core.data.source import columns_of

    try:
        covariate(name, columns_of(table, [name])[name], types)
    except Problem as problem:
        return (problem,)
    return ()


def _misled(study: Study, table: Table) -> tuple[Problem, ...]:
    """What is wrong with the columns that learners shall use; nothing where effects cannot be learned."""
    from causal_core.study.steps import features, identification

    try:
        chosen = identification(study).chosen
        fault = features(study, table).fault if chosen is not None and chosen.valid else None
    except Problem:
        return ()
    if fault is None:
        return ()
    return (Problem(f"[uplift] features: {fault.message}", column=fault.column, remedy=fault.remedy),)


def _adjusted(study: Study) -> tuple[str, ...]:
    """The columns to adjust for; none where the graph or the question has a fault of its own."""
    from causal_core.study.steps import identification

    try:
        chosen = identification(study).chosen
    except Problem:
        return ()
    return () if chosen is None else tuple(chosen.variables)


def _unknown(place: str, name: str, known: tuple[str, ...], fault: str, also: str = "") -> Problem:
    near = nearest_names(name, known)
    remedy = f"Did you mean {' or '.join(near)}?" if near else f"There are: {', '.join(known[:12])}."
    return Problem(f"{place}: {name} {fault}.", column=name, remedy=remedy + also)
