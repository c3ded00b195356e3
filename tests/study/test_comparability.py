from dataclasses import replace

from causal_core.estimation.diagnostics import Balance
from causal_core.estimation.result import Estimate
from causal_core.study.comparability import comparability_sentence, concerns, with_balance
from causal_core.study.headline import ground_sentence

GOOD = Balance(
    contrast=("none", "call"),
    target="ATE",
    covariates=("age",),
    before=(0.65,),
    after=(0.02,),
    edges=(0.0, 1.0),
    control_share=(1.0,),
    arm_share=(1.0,),
    rows=(500, 400),
    effective=(450.4, 380.0),
    largest_share=(0.004, 0.006),
    clipped=(0, 0),
    known=False,
)


def test_comparable_arms_are_said_so_with_their_effective_rows():
    assert comparability_sentence(GOOD) == (
        "call against none: no problem found. The largest standardised difference is 0.65 as the data are "
        "and 0.02 after weighting. The weights leave an effective sample of 380 of 400 rows of call and 450 "
        "of 500 of none; the heaviest row has 0.60 % of its arm's weight."
    )


def test_each_concern_names_its_arm():
    bad = replace(GOOD, effective=(450.0, 30.0), largest_share=(0.004, 0.2), clipped=(0, 7), after=(-0.3,))
    assert concerns(bad) == (
        "few effective rows of call",
        "one row of call weighs too much",
        "7 rows with hardly any chance of call",
        "still unlike after weighting (above 0.1)",
    )


def test_a_small_table_is_not_blamed_for_being_small():
    assert concerns(replace(GOOD, rows=(50, 40), effective=(45.0, 38.0), largest_share=(0.06, 0.07))) == ()


def test_arms_that_cannot_be_weighted_say_why():
    sentence = comparability_sentence(replace(GOOD, after=(), error="The covariates determine the arm."))
    assert sentence == "call and none cannot be weighted to look alike: The covariates determine the arm."


def test_weights_that_leave_the_arms_unlike_are_said_beside_the_number():
    # A skewed covariate in a logistic model: AIPW gave 0.29 for a true 0.17, and nothing beside it said why.
    estimate = Estimate("aipw", "backdoor", "ATE", "ATE", ("none", "call"), 2.0, 0.5, (1.0, 3.0), 900, 0)
    straight = replace(estimate, method="linear_regression")
    bad = replace(GOOD, after=(0.42,))
    said, other = with_balance((estimate, straight), (bad,))
    assert said.notes == (
        "After weighting the arms still differ: age by 0.42 standard deviations (accepted: 0.1). The model "
        "of the treatment does not make them comparable; the number may be biased.",
    )
    assert ground_sentence(said, randomised=False).endswith(said.notes[0])
    assert other == straight
    # Balanced arms, known probabilities and arms that cannot be weighted have nothing to add.
    for each in (GOOD, replace(bad, known=True), replace(bad, after=(), error="no overlap")):
        assert with_balance((estimate,), (each,)) == (estimate,)
