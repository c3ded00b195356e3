from dataclasses import replace

import numpy as np
import pytest

from causal_core.estimation.result import Estimate
from causal_core.refutation.benchmarks import Benchmark, Robustness
from causal_core.refutation.e_value import EValue
from causal_core.refutation.finding import Finding
from causal_core.refutation.overlap_rules import Overlap
from causal_core.refutation.partial_r2 import Coefficient
from causal_core.refutation.result import Refutation
from causal_core.refutation.rosenbaum import Rosenbaum
from causal_core.refutation.sensitivity import Sensitivity
from causal_core.study.wrong import FRONT_DOOR, INSTRUMENT, wrong_sentence

ESTIMATE = Estimate("aipw", "backdoor", "ATE", "ATE", ("0", "1"), 2.0, 0.5, (1.0, 3.0), 900, 100)
FINE = Finding("", "", "", "", "pass", "")
AGE = Benchmark("age", 0.05, 0.08, (), 3.1, 2.4)
ROBUST = Robustness(Coefficient(2.0, 0.5, 800, 1.96), 0.12, 0.068, (AGE,), FINE)
RISK = EValue(1.5, (1.2, 1.8), "risk ratio", 2.37, 1.69, FINE)
PAIRS = Rosenbaum(0, 0, "", True, None, None, (), (), FINE)
KNOWN = Sensitivity("linear_regression", ("0", "1"), ROBUST, RISK, PAIRS, Overlap((), FINE))
TRIED = Refutation(
    refuter="bootstrap",
    method="aipw",
    contrast=("0", "1"),
    original=2.0,
    refuted=2.0,
    shift=0.0,
    p_value=None,
    expectation="",
    verdict="pass",
    done="",
    seen="",
    cannot="",
)
OTHERWISE = " Or the graph would have to be wrong in another way."
CONFOUNDER = (
    "A hidden confounder would have to explain 12 % of what the covariates leave unexplained of both "
    "treatment and outcome to bring the estimate to zero (6.8 % for its interval to touch zero)"
)
RISKS = " As risk ratios: at least 2.37 with each of the two, 1.69 for the interval."


def said(estimate=ESTIMATE, refutations=(), sensitivity=KNOWN, assigned=False, interference="unknown"):
    return wrong_sentence(estimate, refutations, sensitivity, assigned, interference)


def test_a_hidden_confounder_beside_the_strongest_covariate():
    assert said() == (
        f"{CONFOUNDER}: one like age, the strongest known, would have to be 3.1 times as strong (2.4 times "
        f"for the interval).{RISKS}{OTHERWISE}"
    )


def test_for_another_method_it_says_whose_shares_these_are():
    words = said(sensitivity=replace(KNOWN, method="aipw"))
    assert "The shares are reckoned for the linear regression of the same rows." in words


def test_a_covariate_that_would_do_it_is_named():
    weak = replace(ROBUST, benchmarks=(replace(AGE, to_zero=0.4, to_interval=0.1),))
    assert said(sensitivity=replace(KNOWN, robustness=weak)) == (
        f"{CONFOUNDER}: one like age, the strongest known, would do it at 0.4 times its strength - less than "
        f"age itself.{RISKS}{OTHERWISE}"
    )


def test_without_a_yardstick_it_says_so():
    none = replace(ROBUST, benchmarks=(replace(AGE, to_zero=None, to_interval=None),))
    words = said(sensitivity=replace(KNOWN, robustness=none))
    assert f"{CONFOUNDER}; no confounder like a known covariate could, however many times as strong." in words
    words = said(sensitivity=replace(KNOWN, robustness=replace(ROBUST, benchmarks=())))
    assert f"{CONFOUNDER}; there is no known covariate to hold that against." in words


def test_clusters_have_no_number_for_the_interval():
    loose = replace(ROBUST, interval=None, benchmarks=(replace(AGE, to_interval=None),))
    words = said(sensitivity=replace(KNOWN, robustness=loose, e_value=replace(RISK, limit=1.0)))
    assert words.endswith(
        "to bring the estimate to zero: one like age, the strongest known, would have to be 3.1 times as "
        f"strong.{OTHERWISE}"
    )


def test_an_interval_that_holds_zero_needs_chance_alone():
    assert said(replace(ESTIMATE, ci=(-1.0, 3.0)), assigned=True) == (
        "Nothing more than chance: the 95 % interval (−1 to 3) holds zero, so these data do not settle the "
        "direction in the first place."
    )


def test_in_a_trial_it_is_loss_interference_or_chance():
    assert said(assigned=True) == (
        "Assignment is known, so a hidden cause cannot make it wrong. It would be wrong if assignment was "
        "not carried out as planned, if those left out (100 of 1,000 rows) are missing because of the "
        "treatment, if one's treatment touched another's outcome, or by chance, as one 95 % interval in "
        "twenty is."
    )
    test = replace(TRIED, refuter="randomisation", p_value=0.0005)
    words = said(replace(ESTIMATE, rows_dropped=0), [test], assigned=True, interference="no")
    assert "if people were lost before they reached this table because of the treatment" in words
    assert "touched another's outcome after all" in words
    assert words.endswith("or by chance (p < 0.001 in the randomisation test).")
    assert "as you say it can" in said(assigned=True, interference="yes")


@pytest.mark.parametrize(("strategy", "words"), [("iv", INSTRUMENT), ("frontdoor", FRONT_DOOR)])
def test_another_way_rests_on_another_assumption(strategy, words):
    assert said(replace(ESTIMATE, strategy=strategy)) == words
    assert said(replace(ESTIMATE, strategy=strategy), assigned=True) == words


def test_what_fails_is_said_first():
    failed = [replace(TRIED, verdict="fail"), replace(TRIED, refuter="graph", verdict="fail")]
    shaky = replace(KNOWN, overlap=Overlap((), replace(FINE, verdict="fail")))
    words = said(refutations=failed, sensitivity=shaky)
    assert words.startswith(
        "It may be wrong as it stands: “Bootstrap”, “Graph” and “Overlap” fail. Beyond that: "
    )
    words = said(refutations=failed[:1], assigned=True)
    assert words.startswith(
        "It may be wrong as it stands: “Bootstrap” fails. Beyond that: Assignment is known"
    )


def test_what_was_not_tried_or_says_the_same_is_not_a_failure():
    untried = replace(TRIED, verdict="fail", error="Not applicable.")
    curve = replace(TRIED, refuter="unobserved_common_cause", verdict="fail")
    assert said(refutations=[untried, curve]) == said()


def test_without_numbers_it_says_why():
    assert said(replace(ESTIMATE, value=None)) == "There is no conclusion that could be wrong."
    assert said(sensitivity=None).endswith("how strong, is not known here.")
    nothing = Robustness(None, None, None, (), replace(FINE, error="There are too few rows."))
    words = said(sensitivity=replace(KNOWN, robustness=nothing))
    assert words.endswith("how strong, is not known here (There are too few rows.).")


def test_many_times_stay_readable():
    far = replace(ROBUST, benchmarks=(replace(AGE, to_zero=1234.5, to_interval=np.float64(12.6)),))
    words = said(sensitivity=replace(KNOWN, robustness=far))
    assert "would have to be 1,234 times as strong (13 times for the interval)" in words
