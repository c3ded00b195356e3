"""Other evidence on an effect, an experiment or negative controls, as plans for the engine."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from importlib.metadata import version

from causal_core.data.table import Table
from causal_core.engine.call import Call, Plan
from causal_core.estimation.methods import METHODS
from causal_core.graph.causal_graph import CausalGraph
from causal_core.plain import to_plain
from causal_core.problem import DoesNotApply, Problem
from causal_core.study.inputs import Inputs
from causal_core.study.steps import identification, inputs
from causal_core.study.study import Study
from causal_core.validation.control_candidates import Candidate, Kind, candidate, candidates
from causal_core.validation.experiment import Samples

RUN = "causal_core.validation.experiment_run"
CONTROLS = "causal_core.validation.negative_run"


def experiment_plan(study: Study, table: Table, samples: Samples) -> Plan:
    """The plan that holds observational estimates against a trial; its result is a `Compared`.

    The plain difference of the observational rows comes first, then the study's methods that adjust.

    Raises:
        Problem: No value marks one of the samples.
    """
    for name, values in (("randomised", samples.trial), ("observational", samples.observational)):
        if not values:
            raise Problem(
                f"No value of {samples.column} marks the {name} rows.",
                column=samples.column,
                remedy="Choose at least one value for each sample.",
            )
    given = inputs(study, table)
    methods = adjusting_methods(study)
    tasks = tuple(
        Call(f"{RUN}:compare_methods", {"inputs": given, "samples": samples, "methods": (method,)})
        for method in methods
    )
    combine = Call(f"{RUN}:combine", {"inputs": given, "samples": samples})
    key = key_of("experiment", given, study.estimate, samples, methods)
    return Plan(key, "Comparing with the experiment", tasks, combine)


def adjusting_methods(study: Study) -> tuple[str, ...]:
    """The plain difference, then the study's methods that adjust for covariates, in the study's order."""
    chosen = [
        name for name in study.estimate.methods if name in METHODS and METHODS[name].strategy == "backdoor"
    ]
    return tuple(dict.fromkeys(("difference_in_means", *chosen)))


def control_candidates(study: Study, table: Table) -> tuple[Candidate, ...]:
    """The negative controls that the study's graph offers, given the set the study adjusts for.

    Raises:
        DoesNotApply: The study adjusts for no set, so no control is held to zero.
    """
    graph, adjustment = _graph_and_set(study, table)
    question = study.question
    return candidates(graph, question.treatment, question.outcome, adjustment, table.columns)


def own_candidate(study: Study, table: Table, column: str, kind: Kind) -> Candidate:
    """A column of the analyst's choice as a negative control, with what the graph says about it.

    Raises:
        DoesNotApply: The study adjusts for no set.
    """
    graph, adjustment = _graph_and_set(study, table)
    return candidate(graph, study.question.treatment, study.question.outcome, adjustment, column, kind)


def controls_plan(study: Study, table: Table, chosen: Sequence[Candidate], method: str) -> Plan:
    """The plan that tests negative controls by one method; its result is a `ControlsTested`."""
    given = inputs(study, table)
    tasks = [Call(f"{CONTROLS}:effect_in_question", {"inputs": given, "method": method})]
    tasks += [
        Call(f"{CONTROLS}:try_control", {"inputs": given, "candidate": each, "method": method})
        for each in chosen
    ]
    combine = Call(f"{CONTROLS}:combine_controls", {"method": method})
    key = key_of("controls", given, study.estimate, tuple(chosen), method)
    return Plan(key, "Testing negative controls", tuple(tasks), combine)


def _graph_and_set(study: Study, table: Table) -> tuple[CausalGraph, tuple[str, ...]]:
    found = identification(study)
    if found.chosen is None and not study.question.randomised:
        raise DoesNotApply(
            f"Nothing is adjusted for, so no control can be held to zero. {found.verdict}",
            remedy="Draw a graph in which a set of columns identifies the effect.",
        )
    if study.question.randomised and study.question.adjust_for is None:
        # What only makes the estimate more precise need not be held fixed, and is a control itself.
        return found.graph, ()
    return found.graph, inputs(study, table).covariates


def key_of(step: str, given: Inputs, *more: object) -> str:
    """What identifies a result: the step, what it starts from with the table by its fingerprint, and more."""
    fields = {name: getattr(given, name) for name in given.__dataclass_fields__ if name != "table"}
    parts = [to_plain(part) for part in (fields, given.table.fingerprint, *more)]
    text = json.dumps([version("dostudio"), step, parts], sort_keys=True)
    return f"{step}-{hashlib.sha256(text.encode()).hexdigest()}"
