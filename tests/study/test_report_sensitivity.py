from dataclasses import replace

import pytest

from causal_core.data.demos import demo
from causal_core.study.options import EstimateOptions, RefuteOptions
from causal_core.study.report import report
from causal_core.study.study import Study


def run(name, refuters, methods):
    study = Study.load(demo(name).study)
    study = study.replace(
        estimate=EstimateOptions(methods=methods), refute=RefuteOptions(refuters, simulations=10)
    )
    return study.run(["refute"])


def test_a_study_s_sensitivity_is_in_its_results_and_its_report():
    results = run("service", ("bootstrap", "graph"), ("aipw",))
    plain = results.to_dict()
    (found,) = plain["sensitivity"]
    assert found["method"] == "aipw"
    assert 0 < found["partial_r2"]["robustness_value_interval"] < found["partial_r2"]["robustness_value"] < 1
    assert found["e_value"]["value"] > found["e_value"]["limit"] > 1
    assert found["rosenbaum"]["gamma"] > 1
    assert [each["refuter"] for each in plain["refutations"]] == ["bootstrap", "graph"]
    assert all(each["p_value"] is None for each in plain["refutations"])
    page = report(results)
    assert "What would have to be true for this conclusion to be wrong?" in page
    assert "the strongest known, a graph wrong otherwise, or models that do not fit." in page
    assert "every rule is kept" in page
    assert "How much hidden bias do the pairs withstand?" in page
    # What the graph implies is part of what the result came from.
    other = results.study.replace(graph=results.study.graph.replace(notes={}, positions={}))
    assert other.run(["refute"]).to_dict()["sensitivity"] == plain["sensitivity"]


def test_a_trial_has_one_p_value_and_says_what_does_not_apply():
    results = run("retention_offers", ("randomisation",), ("difference_in_means",))
    plain = results.to_dict()
    assert len(plain["refutations"]) == len(plain["sensitivity"]) == 3
    assert all(0 < each["p_value"] < 0.05 for each in plain["refutations"])
    assert all("error" in each["partial_r2"] for each in plain["sensitivity"])
    page = report(results)
    assert "does not apply" in page
    assert "Assignment is known, so a hidden cause cannot make it wrong." in page


def test_weights_and_clusters_are_carried_or_refused_in_words():
    study = Study.load(demo("service").study)
    study = study.replace(
        question=replace(study.question, weights="calls_before", clusters="calls_before"),
        estimate=EstimateOptions(methods=("linear_regression",)),
        refute=RefuteOptions(("graph",), simulations=10),
    )
    results = study.run(["refute"])
    (found,) = results.refuted.sensitivity
    assert found.robustness.interval is None
    assert found.robustness.coefficient.estimate == pytest.approx(results.estimated.estimates[0].value)
    assert "sampling weights" in found.rosenbaum.finding.error
