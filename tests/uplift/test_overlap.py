import numpy as np
import pandas as pd

from causal_core import uplift
from causal_core.uplift.comparable import hardly_comparable, rests_on_extrapolation
from causal_core.uplift.overlap import overlap_warnings
from causal_core.uplift.scores import Scores
from causal_core.uplift.sentences import _holm, several
from causal_core.uplift.toc import Rate
from tests.uplift.worlds import trial


def warned(probability, arm, clipped=(0, 0), *, known=False, features=None):
    table = np.column_stack([1 - probability, probability])
    scores = Scores(table, table, table, clipped)
    frame = pd.DataFrame({"age": np.arange(len(arm)) % 9}) if features is None else features
    return overlap_warnings(scores, arm, ("none", "mail"), frame, known=known, shares=(0.5, 0.5))


def test_good_overlap_says_nothing():
    assert warned(np.full(400, 0.5), np.arange(400) % 2) == ()


def test_a_handful_of_raised_probabilities_needs_no_warning():
    assert warned(np.full(400, 0.5), np.arange(400) % 2, clipped=(0, 2)) == ()


def test_raised_probabilities_are_counted_and_the_people_named():
    old = np.arange(400) < 40
    features = pd.DataFrame(
        {"age": np.where(old, 80.0, 30.0) + np.arange(400) % 2, "noise": np.arange(400) % 7}
    )
    (said,) = warned(np.where(old, 0.05, 0.55), np.arange(400) % 2, clipped=(0, 40), features=features)
    assert said.startswith(
        "Little overlap for mail: 40 of 400 rows (10.0 %) had an estimated chance of it below 0.05, a tenth "
        "of the arm's share"
    )
    assert said.endswith("Their mean age is 80.5, that of the others 30.5.")
    assert warned(np.where(old, 0.3, 0.55), np.arange(400) % 2, clipped=(0, 40), known=True) == ()


def test_few_effective_rows_and_one_heavy_row_are_said():
    probability = np.full(400, 0.5)
    probability[1] = 0.002
    (said,) = warned(probability, np.arange(400) % 2, known=True)
    assert "its 200 rows are worth 3, as some count many times; one row has 56 % of its weight" in said


def test_categories_are_named_by_their_level():
    region = np.where(np.arange(400) < 40, "north", "south")
    (said,) = warned(
        np.where(region == "north", 0.05, 0.55),
        np.arange(400) % 2,
        clipped=(0, 40),
        features=pd.DataFrame({"region": pd.Categorical(region)}),
    )
    assert said.endswith("They are region = north in 100 %, the others in 0 %.")


def result(learner, value, error, arm="mail"):
    rate = Rate(value, error, (value - 1.96 * error, value + 1.96 * error))
    return uplift.UpliftResult(learner, ("none", arm), autoc=rate)


def test_holms_correction_by_hand():
    # 0.01 < 5 %/4, 0.02 > 5 %/3 though it is below 5 %.
    assert _holm([0.04, 0.01, 0.02, 0.5]) == [1]
    assert _holm([0.01, 0.012, 0.02, 0.049]) == [0, 1, 2, 3]
    assert _holm([]) == []


def test_several_rankings_are_counted_in_one_sentence():
    assert several([result("s", 9, 1)]) == ""
    assert several([result("s", 9, 1), uplift.UpliftResult("t", ("none", "mail"), error="no")]) == ""
    # z = 2.1 alone is below 5 %, among three it is not; one that is worse than chance is not counted as good.
    assert several([result("s", 2.1, 1), result("t", 0, 0), result("x", -5, 1)]).startswith(
        "Of 3 rankings tried, none is detectably better than chance when it is counted how many were tried"
    )
    assert several([result("s", 5, 1), result("s", 0.1, 1, "call")]).endswith(": S-learner for mail.")


def test_arms_that_share_hardly_anybody_are_said_to_be_hardly_comparable():
    arm = np.arange(400) % 2
    # Chances as they stand after being raised to their floor of 0.05.
    (first, second, *_) = warned(np.where(arm == 1, 0.95, 0.05), arm, clipped=(200, 200))
    assert first == (
        "These arms are hardly comparable: 100 % of the rows of none had next to no chance of mail. What "
        "they would have shown under mail is not in the data: effects of mail and the numbers below rest on "
        "extrapolation by models."
    )
    assert "of the rows of mail had next to no chance of none" in second
    few = warned(np.where((arm == 1) | (np.arange(400) > 190), 0.5, 0.05), arm, clipped=(0, 96))
    assert not any("hardly comparable" in sentence for sentence in few)


def test_only_contrasts_with_the_arm_that_cannot_be_compared_rest_on_extrapolation():
    arm = np.arange(300) % 3
    chance = np.full((300, 3), 1 / 3)
    arms = ("none", "mail", "call")
    assert not rests_on_extrapolation(chance, arm, arms, ("none", "mail"))
    chance[arm != 2] = (0.485, 0.485, 0.03)
    assert rests_on_extrapolation(chance, arm, arms, ("none", "call"))
    assert not rests_on_extrapolation(chance, arm, arms, ("none", "mail"))
    assert hardly_comparable(chance, arm, (1 / 3, 1 / 3, 1 / 3)) == ((0, 2, 1.0), (1, 2, 1.0))


def test_a_treatment_decided_by_a_cause_of_the_outcome_is_no_comparison():
    random = np.random.default_rng(2)
    x = random.normal(size=1200)
    arm = (x > 0).astype(np.int64)
    frame = pd.DataFrame({"x": x, "z": random.normal(size=1200)})
    units = uplift.Units(frame, arm, x + 1.5 * arm + random.normal(size=1200), ("none", "mail"))
    parts = [uplift.learn(units, "t", base="linear")] + [uplift.score_fold(units, fold) for fold in range(5)]
    evaluation = uplift.evaluate(units, parts)
    assert [said[:33] for said in evaluation.overlap[:2]] == ["These arms are hardly comparable:"] * 2
    held = evaluation.held_out
    assert rests_on_extrapolation(held.propensity, held.arm, held.arms, ("none", "mail"))


def test_a_trial_has_no_warnings_and_an_evaluation_counts_its_rankings():
    units = trial(400, 0, arms=3)
    parts = [uplift.learn(units, "t", base="linear")] + [uplift.score_fold(units, fold) for fold in range(5)]
    evaluation = uplift.evaluate(units, parts)
    assert evaluation.overlap == ()
    assert evaluation.sentence.startswith("Of 2 rankings tried")
    assert evaluation.paired == ()
