from dataclasses import replace

import numpy as np
import pytest

from causal_core import estimation, refutation
from causal_core.estimation.result import Estimate
from causal_core.problem import Problem
from causal_core.refutation.judgement import crossing

ESTIMATE = Estimate(
    method="linear_regression",
    strategy="backdoor",
    target="ATE",
    estimand="ATE",
    contrast=("no", "yes"),
    value=2.0,
    std_error=0.5,
    ci=(1.0, 3.0),
    rows_used=100,
    rows_dropped=0,
)
STEADY = np.linspace(-0.5, 0.5, 101)


def judged(refuter, simulations, estimate=ESTIMATE):
    return refutation.judge(refuter, estimate, np.asarray(simulations))


@pytest.mark.parametrize(
    ("refuter", "simulations", "shift", "verdict"),
    [
        ("placebo_treatment", STEADY, 0, "pass"),
        ("placebo_treatment", STEADY + 0.2, 0.4, "pass"),
        ("placebo_treatment", STEADY + 2, 4, "fail"),
        ("placebo_treatment", [0.1, 0.9, 0.2], 0.8, "unclear"),
        ("random_common_cause", STEADY / 100 + 2, 0, "pass"),
        ("random_common_cause", STEADY / 100 + 1, -2, "fail"),
        ("data_subset", STEADY / 2 + 2, 0, "pass"),
        ("data_subset", STEADY * 6 + 2, 0, "fail"),
        ("bootstrap", STEADY * 1.5 + 2, 0, "pass"),
        ("bootstrap", STEADY * 4 + 2, 0, "unclear"),
        ("bootstrap", STEADY * 8 + 2, 0, "fail"),
        ("dummy_outcome", STEADY, 0, "pass"),
        ("dummy_outcome", STEADY + 3, 3 / STEADY.std(ddof=1), "fail"),
    ],
)
def test_verdicts(refuter, simulations, shift, verdict):
    found = judged(refuter, simulations)
    assert found.shift == pytest.approx(shift, abs=1e-9)
    assert found.verdict == verdict
    assert ("no problem found" in found.seen) == (verdict == "pass" or "scatter" in found.seen)


@pytest.mark.parametrize("refuter", [name for name, about in refutation.REFUTERS.items() if about.simulated])
def test_trap_16_no_refuter_has_a_p_value_and_all_keep_their_simulations(refuter):
    simulations = np.tile(np.linspace(2, -1, 10), (3, 1)) if refuter.startswith("unob") else STEADY
    found = judged(refuter, simulations)
    assert found.p_value is None
    assert found.to_dict()["p_value"] is None
    assert found.simulations == pytest.approx(simulations if simulations.ndim == 1 else simulations[0])
    assert set(found.to_dict()) >= {
        "refuter", "method", "contrast", "original", "refuted", "shift", "p_value", "expectation", "verdict",
    }  # fmt: skip
    assert found.expectation
    assert found.done
    assert found.seen
    assert found.cannot


def test_hidden_confounder_tips_where_the_curve_meets_zero():
    curve = np.array([2, 1.9, 1.8, 1.5, 1, 0.5, -0.5, -1, -2, -3.0])
    found = judged("unobserved_common_cause", curve[None])
    assert found.tipping == pytest.approx(0.175)
    assert found.verdict == "pass"
    assert "17.5 %" in found.seen
    assert judged("unobserved_common_cause", [curve - 1.95]).verdict == "fail"
    assert judged("unobserved_common_cause", [curve + 5]).tipping is None
    wide = replace(ESTIMATE, std_error=2.0)
    assert judged("unobserved_common_cause", [curve], wide).verdict == "unclear"


@pytest.mark.parametrize(
    ("curve", "expected"), [((1.0, -1.0), 0.5), ((1.0, 0.5), None), ((0.0, 1.0), 0.0), ((-1.0, 3.0), 0.25)]
)
def test_crossing(curve, expected):
    assert crossing((0.0, 1.0), curve) == expected


def test_matching_is_not_judged_by_the_bootstrap():
    found = judged("bootstrap", STEADY * 1.5 + 2, replace(ESTIMATE, method="matching"))
    assert found.verdict == "unclear"
    assert "Abadie & Imbens 2008" in found.seen


def test_no_estimate_no_refutation():
    failed = replace(ESTIMATE, value=None, error="no overlap")
    assert judged("bootstrap", STEADY, failed).error == "There is no estimate to refute."
    assert "could not answer" in judged("bootstrap", [np.nan, np.nan]).error
    with pytest.raises(Problem, match="no refuter luck"):
        judged("luck", STEADY)


def test_without_a_standard_error_the_scatter_measures():
    bare = replace(ESTIMATE, std_error=None)
    assert judged("placebo_treatment", STEADY, bare).verdict == "pass"
    assert judged("random_common_cause", [2.0], bare).verdict == "pass"
    assert judged("random_common_cause", [1.0], bare).verdict == "unclear"


@pytest.mark.parametrize(
    "refuter", ["random_common_cause", "placebo_treatment", "data_subset", "bootstrap", "dummy_outcome"]
)
def test_a_sound_study_passes(world, refuter):
    design = world(600)
    for method in ("linear_regression", "ipw", "aipw"):
        (original,) = estimation.estimate(method, design)
        found = refutation.judge(
            refuter, original, refutation.simulate(refuter, method, design, "ATE", range(60))[:, 0]
        )
        assert found.verdict == "pass", found.seen


def test_a_method_that_gives_up_on_strong_confounders_keeps_what_it_said_of_weaker_ones(world):
    (estimate,) = estimation.estimate("aipw", world(200))
    curve = np.linspace(1.0, 0.1, len(refutation.STRENGTHS))
    rows = np.vstack([curve, curve])
    rows[:, 6:] = np.nan
    rows[0, 5] = np.nan
    found = refutation.judge("unobserved_common_cause", estimate, rows)
    assert found.strengths == refutation.STRENGTHS[:6]
    assert found.simulations == pytest.approx(curve[:6])
    assert "With stronger ones the method cannot answer." in found.seen
    assert found.verdict == "unclear"
