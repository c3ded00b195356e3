import importlib

import pytest

from causal_core.data.demos import demo
from causal_core.estimation.method_weights import MATCHED, WEIGHTED
from causal_core.estimation.residuals import Residuals
from causal_core.problem import DoesNotApply
from causal_core.study import diagnosis
from causal_core.study.options import EstimateOptions
from causal_core.study.run import open_data
from causal_core.study.study import Study


def looked(name, methods):
    study = Study.load(demo(name).study)
    study = study.replace(estimate=EstimateOptions(methods=methods))
    plan = diagnosis.diagnosis_plan(study, open_data(study).table)

    def run(call, **more):
        module, _, function = call.function.partition(":")
        return getattr(importlib.import_module(module), function)(**call.arguments, **more)

    return run(plan.combine, parts=[run(call) for call in plan.tasks])


def test_every_weighting_and_matching_method_can_be_looked_at():
    assert {*diagnosis.BALANCED_BY, *diagnosis.LIKE_IPW} == {*WEIGHTED, *MATCHED}


def test_what_is_looked_at_follows_the_studys_methods():
    found = looked("retention_offers", ("aipw", "entropy_balancing", "dml"))
    assert isinstance(found.residuals, Residuals)
    assert [group[0].method for group in found.heaviest] == ["aipw", "entropy_balancing"]
    assert [each.method for each in found.balanced] == ["ipw", "entropy_balancing"]
    assert found.scores[0].arm == "nothing"
    assert len(found.scores) == 4
    assert not found.completed


def test_two_arms_need_no_overlap_of_all():
    found = looked("kidney_stones", ("linear_regression",))
    assert found.scores == ()
    assert [group[0].method for group in found.heaviest] == ["ipw"]


def test_without_a_set_it_does_not_apply():
    with pytest.raises(DoesNotApply, match="Nothing is adjusted for"):
        looked("smoking_tar", ("frontdoor",))
