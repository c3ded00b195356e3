"""Methods of the same quantity are said to disagree when each lies outside the other's interval."""

import pytest

from causal_core.estimation.result import Estimate
from causal_core.study.agreement import disagreement_sentence


def made(method, value, ci, estimand="ATE", arm="1"):
    return Estimate(
        method=method,
        strategy="backdoor",
        target="ATE",
        estimand=estimand,
        contrast=("0", arm),
        value=value,
        std_error=0.1,
        ci=ci,
        rows_used=100,
        rows_dropped=0,
    )


SAID = made("aipw", 2.0, (1.8, 2.2))


def test_both_values_outside_the_other_interval():
    found = disagreement_sentence([SAID, made("dml_interactive", 1.0, (0.8, 1.2))], "aipw")
    assert found == (
        "Methods disagree about the same quantity: Doubly robust (AIPW) speaks for the study, but Doubly "
        "robust machine learning gives 1 (0.8 to 1.2). Each value lies outside the other's interval, so the "
        "models behind at least one of them do not fit: look closer below, and see on Validate which choice "
        "moves the answer."
    )


@pytest.mark.parametrize(
    "other",
    [
        made("ipw", 1.7, (1.5, 2.1)),  # its interval holds the headline's value
        made("ipw", 2.1, (2.05, 2.15)),  # it lies in the headline's interval
        made("linear_regression", 1.0, (0.8, 1.2), "variance-weighted"),  # another quantity
        made("difference_in_means", 5.0, (4.8, 5.2), "association"),
        made("ipw", None, None),
        made("ipw", 1.0, None),
        made("ipw", 1.0, (0.8, 1.2), arm="2"),
        made("ipw", 1.0, (None, 2.5)),  # an open end
    ],
)
def test_nothing_is_said_otherwise(other):
    assert disagreement_sentence([SAID, other], "aipw") == ""


def test_an_association_has_nothing_to_agree_with():
    said = made("difference_in_means", 2.0, (1.8, 2.2), "association")
    assert disagreement_sentence([said, made("ipw", 1.0, (0.8, 1.2), "association")], None) == ""
    assert disagreement_sentence([said], "difference_in_means") == ""


def test_of_several_arms_the_arm_is_named():
    estimates = [SAID, made("aipw", 4.0, (3.8, 4.2), arm="2")]
    estimates += [made("ipw", 1.0, (0.8, 1.2)), made("ipw", 3.0, (2.8, 3.2), arm="2")]
    found = disagreement_sentence(estimates, "aipw")
    assert "gives 1 (0.8 to 1.2) for 1; Inverse probability weighting gives 3 (2.8 to 3.2) for 2." in found
