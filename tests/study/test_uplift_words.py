import pytest

from causal_core.graph import CausalGraph
from causal_core.study.options import Data, PolicyOptions, Question
from causal_core.study.study import Study
from causal_core.study.uplift_words import (
    better_of,
    calibration_sentence,
    compared_sentence,
    direction_sentence,
    found_text,
    label_of,
    named,
    pair_numbers,
    pairs_of,
    what_was_tested,
)
from causal_core.uplift.result import Calibration, UpliftResult
from causal_core.uplift.toc import Rate
from causal_core.uplift.verdict import verdict_of
from tests.uplift.made import made, pair

CONTRAST = ("a", "b")


@pytest.mark.parametrize(
    ("ci", "verdict"),
    [((0.01, 0.2), "differs"), ((-0.2, -0.01), "worse"), ((-0.1, 0.1), "nothing"), ((0.0, 0.0), "nothing")],
)
def test_the_verdict_is_where_the_interval_of_autoc_lies(ci, verdict):
    result = UpliftResult("s", CONTRAST, autoc=Rate(sum(ci) / 2, 0.1, ci))
    assert verdict_of(result) == verdict
    assert "above 0 is good news" in what_was_tested(result)
    assert ("does not prove that everybody responds alike" in what_was_tested(result)) == (
        verdict == "nothing"
    )


@pytest.mark.parametrize(
    ("slope", "found"),
    [
        ((-0.1, 0.1), "nothing detected"),
        ((0.1, 0.5), "some signs"),
        ((-0.5, -0.1), "signs of worse than chance"),
    ],
)
def test_the_table_says_signs_when_a_test_beside_autoc_excludes_0(slope, found):
    calibration = Calibration(sum(slope) / 2, 0.1, slope, 0.3, 0.05, (0.2, 0.4))
    result = made("s", 0.0, calibration=calibration)
    assert found_text(result) == found
    assert ("a reason to look again" in what_was_tested(result)) == (found != "nothing detected")
    assert found_text(made("s", 0.0, segments=result.segments[:1])) == "the same effect for all"


def test_without_an_answer_there_is_no_verdict():
    assert verdict_of(UpliftResult("s", CONTRAST, error="why")) is None
    assert found_text(UpliftResult("s", CONTRAST, error="why")) == ""
    assert (label_of("dr"), label_of("mine")) == ("DR-learner", "mine")
    said = [named(learner) for learner in ("auto", "dr", "causal_forest", "mine")]
    assert said == ["the automatic choice", "the DR-learner", "the causal forest", "the mine"]


@pytest.mark.parametrize(
    ("ci", "said"),
    [
        ((-2.0, -1.0), "Predictions point the wrong way"),
        ((-0.1, 0.5), "The interval holds 0: these rows do not show"),
        ((0.1, 0.5), "Below 1: predictions order people, but exaggerate"),
        ((0.5, 1.5), "The interval holds 1"),
        ((1.5, 2.5), "Above 1: people differ by more than predicted."),
    ],
)
def test_calibration_is_read_off_the_interval_of_the_slope(ci, said):
    sentence = calibration_sentence(Calibration(sum(ci) / 2, 0.1, ci, 0.3, 0.05, (0.2, 0.4)))
    assert said in sentence
    assert sentence.startswith(
        "The effect is 0.3 on average (95 % interval 0.2 to 0.4). Where predictions differ by 1"
    )


def test_the_average_effect_has_its_unit():
    calibration = Calibration(0.9, 0.1, (0.5, 1.3), 0.3, 0.05, (0.2, 0.4))
    assert calibration_sentence(calibration, "points").startswith("The effect is 0.3 points on average (95 %")


def test_pairs_are_turned_so_that_the_learner_in_question_comes_first():
    pairs = (
        pair("s", "dr", 0.03),
        pair("dr", "x", 0.1),
        pair("s", "x", 0.1),
        pair("s", "dr", 0.2, measure="qini"),
        pair("s", "dr", 0.2, contrast=("a", "c")),
    )
    mine = pairs_of(pairs, CONTRAST, "autoc", "dr")
    assert [(each.first, each.second, each.value, each.ci) for each in mine] == [
        ("dr", "s", -0.03, (-0.07, 0.01)),
        ("dr", "x", 0.1, (0.06, 0.14)),
    ]
    assert pair_numbers(mine[0]) == "−0.03 (−0.07 to 0.01)"
    assert [better_of(each) for each in (*mine, pair("s", "x", -0.1))] == [None, "dr", "x"]
    assert compared_sentence(mine) == (
        "DR-learner: it ranks better than X-learner; not told apart from the other 1."
    )
    assert compared_sentence(mine[:1]) == (
        "DR-learner: its ranking is not told apart from that of the other learner."
    )
    assert compared_sentence([pair("s", "x", 0.1), pair("s", "t", 0.1), pair("s", "r", -0.1)]) == (
        "S-learner: it ranks better than X-learner and T-learner and worse than R-learner."
    )
    assert compared_sentence(()) == ""


def test_where_less_is_better_the_last_are_the_ones_to_treat():
    study = Study(Data(path="t.csv"), CausalGraph(edges=[("t", "y")]), Question(treatment="t", outcome="y"))
    assert direction_sentence(study) == ""
    study = study.replace(policy=PolicyOptions(benefit=-1.0))
    assert direction_sentence(study).startswith("Less of y counts as better here")
