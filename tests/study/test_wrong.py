from dataclasses import replace

import numpy as np
import pytest

from causal_core.estimation.result import Estimate
from causal_core.refutation.benchmarks import Benchmark, Robustness
from causal_core.refutation.e_value import EValue
from causal_core.refutation.finding import Finding
from causal_core.refutation.overlap_rules import Overlap
from causal_core.refutation.partial_r2 import Coefficient
from causal_core.refutation.rosenbaum import Rosenbaum
from causal_core.refutation.sensitivity import Sensitivity
from causal_core.study.wrong import FRONT_DOOR, INSTRUMENT, MODELS, Wrong, what_if_wrong
from tests.study.refuted import PASSED

ESTIMATE = Estimate("aipw", "backdoor", "ATE", "ATE", ("0", "1"), 2.0, 0.5, (1.0, 3.0), 900, 100)
FINE = Finding("", "", "", "", "pass", "")
AGE = Benchmark("age", 0.05, 0.08, (), 3.1, 2.4)
ROBUST = Robustness(Coefficient(2.0, 0.5, 800, 1.96), 0.12, 0.068, (AGE,), FINE)
RISK = EValue(1.5, (1.2, 1.8), "risk ratio", 2.37, 1.69, FINE)
PAIRS = Rosenbaum(0, 0, "", True, None, None, (), (), FINE)
KNOWN = Sensitivity("linear_regression", ("0", "1"), ROBUST, RISK, PAIRS, Overlap((), FINE))
OTHERWISE = "a graph wrong otherwise, or models that do not fit."
CONFOUNDER = (
    "A confounder equally strong with both would have to explain 12 % of what the covariates leave "
    "unexplained of treatment and of outcome to bring the estimate to zero"
)
OF_INTERVAL = " (6.8 % for its interval to touch zero)."
RISKS = " As risk ratios: at least 2.37 with each of the two, 1.69 for the interval."


def said(estimate=ESTIMATE, refutations=(), sensitivity=KNOWN, assigned=False, interference="unknown"):
    found = what_if_wrong(estimate, refutations, sensitivity, assigned, interference)
    assert found.line.endswith(".")
    assert len(found.line.split()) <= 30
    return found


def test_a_hidden_confounder_beside_the_strongest_covariate():
    assert said() == Wrong(
        f"A hidden confounder 3.1 times as strong as age, the strongest known, {OTHERWISE}",
        f"2.4 times its strength lets the 95 % interval touch zero. {CONFOUNDER}{OF_INTERVAL}{RISKS} "
        f"{MODELS}",
    )


def test_for_another_method_it_says_whose_shares_these_are():
    assert said(sensitivity=replace(KNOWN, method="aipw")).detail.endswith(
        f"Shares and multiples are reckoned for the linear regression of the same rows. {MODELS}"
    )


def test_a_covariate_that_would_do_it_is_named():
    weak = replace(ROBUST, benchmarks=(replace(AGE, to_zero=0.4, to_interval=0.1),))
    assert said(sensitivity=replace(KNOWN, robustness=weak)) == Wrong(
        f"A hidden confounder weaker than age, the strongest known (0.4 times its strength), {OTHERWISE}",
        f"0.1 times its strength lets the 95 % interval touch zero. {CONFOUNDER}{OF_INTERVAL}{RISKS} "
        f"{MODELS}",
    )


def test_without_a_yardstick_it_says_so():
    none = replace(ROBUST, benchmarks=(replace(AGE, to_zero=None, to_interval=None),))
    found = said(sensitivity=replace(KNOWN, robustness=none))
    assert found.line == (
        "A hidden confounder unlike every known covariate that explains 12 % of what is left of treatment "
        f"and outcome, {OTHERWISE}"
    )
    assert found.detail.startswith("No confounder like a known covariate could do it, however many times")
    found = said(sensitivity=replace(KNOWN, robustness=replace(ROBUST, benchmarks=())))
    assert found.line == (
        f"A hidden confounder that explains 12 % of what is left of treatment and outcome, {OTHERWISE}"
    )
    assert found.detail.startswith("There is no known covariate to hold that against. A confounder")


def test_clusters_have_no_number_for_the_interval():
    loose = replace(ROBUST, interval=None, benchmarks=(replace(AGE, to_interval=None),))
    found = said(sensitivity=replace(KNOWN, robustness=loose, e_value=replace(RISK, limit=1.0)))
    assert found.detail == f"{CONFOUNDER}. {MODELS}"


def test_an_interval_that_holds_zero_needs_chance_alone():
    assert said(replace(ESTIMATE, ci=(-1.0, 3.0)), assigned=True) == Wrong(
        "Nothing more than chance: the 95 % interval (−1 to 3) holds zero, so these data do not settle the "
        "direction in the first place."
    )


def test_in_a_trial_it_is_loss_interference_or_chance():
    found = said(assigned=True)
    assert found == Wrong(
        "An assignment not carried out as planned, people missing because of their treatment, one's "
        "treatment touching another's outcome, or chance.",
        "Assignment is known, so a hidden cause cannot make it wrong. 100 of 1,000 rows are left out. One "
        "95 % interval in twenty misses the truth by chance.",
    )
    test = replace(PASSED, refuter="randomisation", p_value=0.0005)
    detail = said(replace(ESTIMATE, rows_dropped=0), [test], assigned=True, interference="no").detail
    assert "people may have been lost before they reached it. You say that no one's treatment can" in detail
    assert detail.endswith(
        "Chance: the randomisation test of no effect on anybody gives p < 0.001; a small p speaks against it."
    )
    detail = said(assigned=True, interference="yes").detail
    assert "You say that one's treatment can touch another's outcome." in detail


@pytest.mark.parametrize(("strategy", "words"), [("iv", INSTRUMENT), ("frontdoor", FRONT_DOOR)])
def test_another_way_rests_on_another_assumption(strategy, words):
    assert said(replace(ESTIMATE, strategy=strategy)) == words
    assert said(replace(ESTIMATE, strategy=strategy), assigned=True) == words


def test_what_fails_is_said_first():
    failed = [replace(PASSED, verdict="fail"), replace(PASSED, refuter="graph", verdict="fail")]
    shaky = replace(KNOWN, overlap=Overlap((), replace(FINE, verdict="fail")))
    found = said(refutations=failed, sensitivity=shaky)
    assert found.line == (
        "Nothing more: “Bootstrap”, “Graph” and “Overlap” fail, so it may be wrong as it stands."
    )
    assert found.detail.startswith("Beyond that: a hidden confounder 3.1 times as strong as age, the")
    found = said(refutations=failed[:1], assigned=True)
    assert found.line == "Nothing more: “Bootstrap” fails, so it may be wrong as it stands."
    assert found.detail.startswith("Beyond that: an assignment not carried out as planned")


def test_what_was_not_tried_or_says_the_same_is_not_a_failure():
    untried = replace(PASSED, verdict="fail", error="Not applicable.")
    curve = replace(PASSED, refuter="unobserved_common_cause", verdict="fail")
    assert said(refutations=[untried, curve]) == said()


def test_without_numbers_it_says_why():
    assert said(replace(ESTIMATE, value=None)) == Wrong("There is no conclusion that could be wrong.")
    unknown = f"A hidden cause of both treatment and outcome, how strong is not known here, {OTHERWISE}"
    assert said(sensitivity=None) == Wrong(unknown)
    nothing = Robustness(None, None, None, (), replace(FINE, error="There are too few rows."))
    assert said(sensitivity=replace(KNOWN, robustness=nothing)) == Wrong(unknown, "There are too few rows.")


def test_many_times_stay_readable():
    far = replace(ROBUST, benchmarks=(replace(AGE, to_zero=1234.5, to_interval=np.float64(12.6)),))
    found = said(sensitivity=replace(KNOWN, robustness=far))
    assert "A hidden confounder 1,234 times as strong as age" in found.line
    assert "13 times its strength lets" in found.detail
