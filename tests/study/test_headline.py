from dataclasses import replace

import pytest

from causal_core.estimation.result import Estimate
from causal_core.study.headline import (
    adjustment_sentence,
    ground_sentence,
    headline_method,
    headline_sentence,
    interval_text,
    number_text,
    signed_text,
)

AIPW = Estimate(
    method="aipw",
    strategy="backdoor",
    target="ATE",
    estimand="ATE",
    contrast=("none", "call"),
    value=2.0,
    std_error=0.5,
    ci=(1.0, 3.0),
    rows_used=100,
    rows_dropped=0,
    baseline=8.0,
)
PLAIN = replace(
    AIPW, method="difference_in_means", strategy="none", estimand="association", value=-1.0, ci=(-2.0, -0.5)
)
REGRESSION = replace(AIPW, method="linear_regression", estimand="variance-weighted")


def said(estimate, unit="kg"):
    return headline_sentence(estimate, "offer", "weight", unit)


def test_an_effect_is_said_with_unit_interval_population_and_baseline():
    assert said(AIPW) == (
        "Setting offer to call instead of none raises weight by 2 (kg) on average over everybody "
        "(95 % interval 1 to 3), which is 25 % of the mean under none, 8."
    )


def test_a_negative_effect_lowers():
    assert said(replace(AIPW, value=-2.0, ci=(-3.0, -1.0)), "") == (
        "Setting offer to call instead of none lowers weight by 2 on average over everybody "
        "(95 % interval 1 to 3), which is 25 % of the mean under none, 8."
    )


def test_an_interval_that_holds_zero_settles_no_direction():
    assert said(replace(AIPW, value=0.5, ci=(-0.5, 1.5))) == (
        "Setting offer to call instead of none may raise or lower weight: the estimate is +0.5 (kg) on "
        "average over everybody (95 % interval −0.5 to 1.5). The interval holds zero: these data do not "
        "settle the direction."
    )


def test_an_open_interval_and_one_in_parts_are_said_so():
    assert interval_text(replace(AIPW, ci=(None, 3.0))) == "−∞ to 3"
    parts = replace(AIPW, ci=((None, -4.0), (1.0, None)))
    assert interval_text(parts) == "−∞ to −4 or 1 to ∞"
    assert "raises weight by 2" in said(parts)
    assert "settle" in said(replace(AIPW, ci=((None, 0.1), (1.0, None))))
    assert interval_text(replace(AIPW, ci=None)) == ""


@pytest.mark.parametrize(
    ("estimand", "whom"),
    [
        ("ATT", "over those who were treated"),
        ("ATC", "over those who were not treated"),
        ("LATE", "over those whose treatment the instrument moves"),
        ("linear coefficient", "if the effect is the same for everybody"),
        ("variance-weighted", "with most weight on those whose treatment was least certain"),
    ],
)
def test_the_population_is_the_one_the_number_is_about(estimand, whom):
    sentence = said(replace(AIPW, estimand=estimand))
    assert whom in sentence
    # The baseline of everybody is not that of the people whom an instrument moves.
    assert ("% of the mean" in sentence) == (estimand in {"ATT", "ATC"})


def test_an_association_is_never_said_as_an_effect():
    assert said(PLAIN) == (
        "Rows with offer = call have weight 1 (kg) lower than rows with none (95 % interval 0.5 to 2)."
    )
    assert "not an effect" in ground_sentence(PLAIN, randomised=False)


def test_an_effect_rests_on_the_draw_or_on_the_graph():
    assert "random" in ground_sentence(AIPW, randomised=True)
    assert ground_sentence(AIPW, randomised=False) == (
        "This holds if the graph is right and the models behind the number fit."
    )
    plain = replace(AIPW, method="difference_in_means")
    assert ground_sentence(plain, randomised=False) == "This holds if the graph is right."
    # A random treatment does not make an instrument's or a front door's own assumptions true.
    assert ground_sentence(replace(AIPW, strategy="iv"), randomised=True).startswith("This holds if")


def test_without_a_value_the_reason_is_said():
    assert said(replace(AIPW, value=None, error="Too few rows.")) == (
        "There is no answer for call: Too few rows."
    )


def test_the_headline_is_the_most_trusted_method_that_gives_the_target():
    assert headline_method([PLAIN, REGRESSION, AIPW], None, randomised=False) == "aipw"
    assert headline_method([PLAIN, REGRESSION], None, randomised=False) == "linear_regression"
    assert headline_method([PLAIN], None, randomised=False) == "difference_in_means"
    assert headline_method([PLAIN, REGRESSION, AIPW], "linear_regression", randomised=False) == (
        "linear_regression"
    )
    effect = replace(PLAIN, estimand="ATE", strategy="backdoor")
    assert headline_method([effect, AIPW], None, randomised=True) == "difference_in_means"
    assert headline_method([replace(AIPW, value=None, error="no")], "aipw", randomised=False) is None


def test_adjusting_is_told_against_the_plain_difference():
    assert adjustment_sentence([PLAIN, AIPW], "aipw", ("age", "sex"), randomised=False) == (
        "Without adjustment the difference is −1: an association, in which the effect is mixed with what "
        "sets the arms apart. Doubly robust (AIPW), adjusted for age, sex, gives +2."
    )
    many = adjustment_sentence([PLAIN, AIPW], "aipw", tuple("abcde"), randomised=False)
    assert "adjusted for 5 columns, gives +2." in many
    assert adjustment_sentence([AIPW], "aipw", (), randomised=False) == ""
    effect = replace(PLAIN, estimand="ATE", strategy="backdoor")
    assert "both are the effect" in adjustment_sentence(
        [effect, AIPW], "difference_in_means", ("age",), randomised=True
    )


def test_a_plain_difference_that_is_the_effect_by_the_graph_alone_is_not_called_random():
    effect = replace(PLAIN, estimand="ATE", strategy="backdoor")
    assert adjustment_sentence([effect, AIPW], "aipw", (), randomised=False) == (
        "Without adjustment the difference is −1; Doubly robust (AIPW), adjusted for nothing, gives +2. "
        "By the graph no path of bias is open, so both are the effect: adjusting may shorten the interval, "
        "not make the answer another."
    )


def test_numbers_have_three_digits_and_a_true_minus():
    assert [number_text(value) for value in (0.012345, -3.14159, 1234.5, -98765.4, 0.0)] == [
        "0.0123",
        "−3.14",
        "1,234",
        "−98,765",
        "0",
    ]
    assert signed_text(0.5) == "+0.5"
    assert signed_text(-0.5) == "−0.5"
    assert signed_text(0.0) == "0"
