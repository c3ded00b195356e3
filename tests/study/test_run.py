"""The demos' studies, run as the command line runs them, against what is known of their worlds."""

import dataclasses
import json

import pytest

from causal_core import Study
from causal_core.data.demos import demo
from causal_core.plain import to_plain
from causal_core.problem import Problem


def run(name, methods, steps=("estimate",), **parts):
    study = Study.load(demo(name).study)
    study = study.replace(estimate=dataclasses.replace(study.estimate, methods=methods))
    for section, changed in parts.items():
        study = study.replace(**{section: dataclasses.replace(getattr(study, section), **changed)})
    return study.run(steps)


def values(results):
    return {(each.method, each.contrast[1]): each.value for each in results.estimated.estimates}


@pytest.fixture(autouse=True, scope="module")
def home(tmp_path_factory):
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DOSTUDIO_HOME", str(tmp_path_factory.mktemp("home")))
        yield


@pytest.mark.parametrize(("target", "truth"), [("ATE", 0.1061), ("ATT", 0.1130), ("ATC", 0.1008)])
def test_adjusting_finds_the_offers_effect_where_the_raw_difference_has_the_wrong_sign(target, truth):
    methods = ("difference_in_means", "matching", "ipw", "aipw")
    results = run("retention_observational", methods, question={"target": target})
    found = {each.method: each for each in results.estimated.estimates}
    assert found["difference_in_means"].value == pytest.approx(-0.0690, abs=0.0001)
    assert found["difference_in_means"].estimand == "association"
    for method in methods[1:]:
        low, high = found[method].ci
        assert low < truth < high
        assert found[method].estimand == target
    assert results.estimated.headline == "aipw"


def test_the_smoking_study_gives_what_was_published():
    results = run("nhefs", ("difference_in_means", "linear_regression", "regression_adjustment", "ipw"))
    found = values(results)
    assert found["difference_in_means", "1"] == pytest.approx(2.54, abs=0.005)
    # With the squared terms of Hernan & Robins: 3.4 by weighting, 3.5 by regression.
    assert found["linear_regression", "1"] == pytest.approx(3.46, abs=0.005)
    assert found["ipw", "1"] == pytest.approx(3.44, abs=0.005)
    assert found["regression_adjustment", "1"] == pytest.approx(3.5, abs=0.1)


def test_each_offer_drawn_by_lot_has_its_own_effect():
    results = run("retention_offers", ("difference_in_means", "aipw"))
    truths = {"discount": 0.0509, "personal message": 0.0340, "premium feature": 0.0393}
    for each in results.estimated.estimates:
        assert each.ci[0] < truths[each.contrast[1]] < each.ci[1]
        assert each.estimand == "ATE"
    assert results.estimated.dropped_by == (("age", 777),)


def test_an_instrument_gives_the_effect_on_those_it_moves_and_can_be_tried():
    results = run(
        "encouragement",
        ("difference_in_means", "linear_regression", "wald"),
        steps=("refute",),
        refute={"refuters": ("bootstrap", "unobserved_common_cause"), "simulations": 20},
    )
    found = {each.method: each for each in results.estimated.estimates}
    assert found["wald"].estimand == "LATE"
    assert found["wald"].value == pytest.approx(-41.3, abs=0.05)
    assert found["wald"].ci[0] < -43.8 < found["wald"].ci[1]
    assert found["linear_regression"].value is None
    assert "keenness" in found["linear_regression"].error
    # What is tried is the effect, not the association beside it.
    assert results.refuted.method == "wald"
    bootstrap, hidden = results.refuted.refutations
    assert bootstrap.refuted == pytest.approx(-41.3, abs=3)
    assert "allows for hidden causes" in hidden.error


def test_a_front_door_turns_the_sign_and_can_be_tried():
    results = run(
        "smoking_tar",
        ("difference_in_means", "frontdoor"),
        steps=("refute",),
        refute={"refuters": ("data_subset",), "simulations": 20},
    )
    assert values(results)["frontdoor", "1"] == pytest.approx(-0.045, abs=1e-9)
    assert values(results)["difference_in_means", "1"] == pytest.approx(0.755, abs=1e-9)
    assert results.refuted.method == "frontdoor"
    assert results.refuted.refutations[0].refuted == pytest.approx(-0.045, abs=0.01)


def test_the_method_to_try_can_be_chosen_but_an_association_cannot():
    options = {"refuters": ("bootstrap",), "simulations": 10}
    methods = ("difference_in_means", "linear_regression", "aipw")
    tried = run("nhefs", methods, ("refute",), refute={**options, "method": "linear_regression"})
    assert tried.refuted.method == "linear_regression"
    refused = run("nhefs", methods, ("refute",), refute={**options, "method": "difference_in_means"})
    assert refused.failures["refute"] == (
        "difference_in_means gave no effect that could be tried. Choose one of linear_regression, aipw."
    )
    assert refused.estimated is not None


def test_an_association_alone_is_not_refuted():
    results = run("encouragement", ("difference_in_means",), steps=("refute",))
    assert results.estimated.headline == "difference_in_means"
    assert "no effect to refute" in results.inapplicable["refute"]


def test_the_same_seed_gives_the_same_digits():
    options = {"refuters": ("bootstrap",), "simulations": 12}
    first, second = (
        run("kidney_stones", ("ipw",), ("refute",), refute=options, question={"target": "ATT"}) for _ in "ab"
    )
    assert json.dumps(to_plain(first.refuted)) == json.dumps(to_plain(second.refuted))


def test_an_unknown_step_is_named():
    with pytest.raises(Problem, match="There is no step guess"):
        Study.load(demo("nhefs").study).run(["guess"])
