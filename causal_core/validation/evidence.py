"""Other evidence on an effect, an experiment or negative controls, as plans for the engine."""

from __future__ import annotations

import hashlib
import json
from importlib.metadata import version

from causal_core.data.table import Table
from causal_core.engine.call import Call, Plan
from causal_core.estimation.methods import METHODS
from causal_core.plain import to_plain
from causal_core.problem import Problem
from causal_core.study.inputs import Inputs
from causal_core.study.steps import inputs
from causal_core.study.study import Study
from causal_core.validation.experiment import Samples

RUN = "causal_core.validation.experiment_run"


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


def key_of(step: str, given: Inputs, *more: object) -> str:
    """What identifies a result: the step, what it starts from with the table by its fingerprint, and more."""
    fields = {name: getattr(given, name) for name in given.__dataclass_fields__ if name != "table"}
    parts = [to_plain(part) for part in (fields, given.table.fingerprint, *more)]
    text = json.dumps([version("dostudio"), step, parts], sort_keys=True)
    return f"{step}-{hashlib.sha256(text.encode()).hexdigest()}"
