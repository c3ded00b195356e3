"""The same study gives the same digits here, on workers, and however its work is cut up."""

import json
from dataclasses import replace

import pytest

from causal_core import Study
from causal_core.data.demos import demo
from causal_core.engine import run_inline
from causal_core.plain import to_plain
from causal_core.study import steps
from causal_core.study.run import open_data

# Not one that DoWhy computes too: its import would take longer than all the rest.
METHODS = ("regression_adjustment", "aipw", "matching")
REFUTERS = ("random_common_cause", "placebo_treatment", "data_subset", "bootstrap", "unobserved_common_cause")


@pytest.fixture(scope="module")
def asked(state_home):
    study = Study.load(demo("kidney_stones").study)
    study = study.replace(
        estimate=replace(study.estimate, methods=METHODS, headline=None),
        refute=replace(study.refute, refuters=REFUTERS, simulations=23, method=None),
        uplift=replace(study.uplift, learners=("t",)),
    )
    table = open_data(study).table
    return study, table, run_inline(steps.estimate_plan(study, table))


def digits(found):
    return json.dumps(to_plain(found))


def test_estimates_and_uplift_on_two_workers(engine, asked):
    study, table, estimated = asked
    assert digits(engine.submit(steps.estimate_plan(study, table)).result()) == digits(estimated)
    plan = steps.uplift_plan(study, table)
    assert digits(engine.submit(plan).result()) == digits(run_inline(plan))


@pytest.mark.parametrize("method", ["aipw", "linear_regression", "matching"])
def test_refuters_however_they_are_cut(engine, asked, monkeypatch, method):
    study, table, estimated = asked
    if method == "linear_regression":
        # Refuted without having been estimated: what matters is how it is simulated.
        renamed = tuple(replace(each, method=method) for each in estimated.of("aipw"))
        estimated = replace(estimated, estimates=renamed, headline=method)
    study = study.replace(refute=replace(study.refute, method=method))
    found = []
    for size in (23, 7, 1):
        monkeypatch.setattr(steps, "CHUNK", size)
        monkeypatch.setattr(steps, "QUICK_CHUNK", size)
        plan = steps.refute_plan(study, table, estimated)
        plan = replace(plan, key=f"{plan.key}-{method}-{size}")
        found.append(digits(run_inline(plan) if size == 7 else engine.submit(plan).result()))
    assert len(set(found)) == 1
    assert "NaN" not in found[0]
