from dataclasses import replace

import numpy as np
import pytest

from causal_core import estimation
from causal_core.refutation.overlap_rules import overlap_rules


def rules(design, target="ATE", method="aipw"):
    estimate = estimation.estimate(method, design, target)[0]
    return overlap_rules(design, estimate, target)


def test_good_overlap_keeps_every_rule(world):
    found = rules(world(500))
    assert found.finding.verdict == "pass"
    assert len(found.rules) == 6
    assert "every rule is kept" in found.finding.seen


def test_numbers_are_those_of_the_weights(world):
    design = world(500)
    found = {rule.name: rule for rule in rules(design).rules}
    from causal_core.estimation.diagnostics import balance

    (known,) = balance(design)
    assert found["Effective sample of b"].value == pytest.approx(known.effective[1])
    assert found["Heaviest row of a"].value == pytest.approx(known.largest_share[0])


def test_only_what_the_target_needs_is_judged(make):
    """Some controls could never have been treated: no harm to the ATT, much to the ATE."""
    random = np.random.default_rng(0)
    x = random.normal(size=3000)
    e = 1 / (1 + np.exp(4 - 2 * x))
    arm = (random.uniform(size=3000) < e).astype(int)
    design = make(x + arm + random.normal(size=3000), arm, x)
    assert rules(design, "ATT").finding.verdict == "pass"
    found = rules(design, "ATE")
    assert found.finding.verdict != "pass"
    assert {rule.verdict for rule in found.rules if "1 %" in rule.name} == {"unclear"}


def test_a_rare_arm_by_design_is_legitimate(make):
    random = np.random.default_rng(0)
    arm = (random.uniform(size=20_000) < 0.008).astype(int)
    e = np.full(20_000, 0.008)
    design = make(
        random.normal(size=20_000),
        arm,
        random.normal(size=20_000),
        propensity=np.column_stack([1 - e, e]),
        randomised=True,
    )
    found = rules(design)
    assert found.finding.verdict == "pass"
    assert "known by design" in found.rules[0].limit


def test_no_overlap_fails_in_words(make):
    x = np.r_[np.linspace(-3, -1, 100), np.linspace(1, 3, 100)]
    arm = (x > 0).astype(int)
    arm[:3], arm[-3:] = 1, 0
    design = make(x + arm + np.sin(np.arange(200)), arm, x)
    lone = replace(design, arm=(x > 0).astype(int))
    estimate = estimation.estimate("aipw", design)[0]
    found = overlap_rules(lone, estimate, "ATE")
    assert found.finding.verdict == "fail"
    assert "no overlap" in found.finding.seen


def test_a_heavy_row_is_named(make):
    random = np.random.default_rng(1)
    x = random.normal(size=400)
    arm = (random.uniform(size=400) < 1 / (1 + np.exp(-3 * x))).astype(int)
    arm[np.argmin(x)] = 1
    design = make(x + random.normal(size=400), arm, x)
    found = rules(design)
    assert found.finding.verdict in ("fail", "unclear")
    assert any(rule.verdict == "fail" and "Heaviest" in rule.name for rule in found.rules)


def test_an_instrument_weights_nobody(world):
    design = world(60)
    estimate = replace(estimation.estimate("aipw", design)[0], strategy="iv")
    assert "no row is weighted" in overlap_rules(design, estimate, "ATE").finding.error
