from dataclasses import replace

import numpy as np
import pytest

from causal_core import estimation
from causal_core.estimation.mediation import mediation
from causal_core.estimation.sample import prepare


def parts(design, mediator, target="ATE", held=None):
    found = estimation.estimate_mediation(design, mediator, target, held)
    return {each.estimand.split("(")[0]: each for each in found}


@pytest.fixture
def linear(make):
    """Effects NDE(0) = 2.5, NIE(1) = 7 and CDE(m) = 1 + 1.5 m, with an interaction and one confounder."""

    def draw(n, seed=0, **options):
        random = np.random.default_rng(seed)
        x = random.normal(size=n)
        arm = (x + random.normal(size=n) > 0).astype(int)
        m = 1 + 2 * arm + x + random.normal(size=n)
        y = arm + 2 * m + 1.5 * arm * m + x + random.normal(size=n)
        return make(y, arm, x, **options), m

    return draw


@pytest.fixture
def yes_or_no(make):
    """Mediator and outcome are 0 and 1, by logistic models with the covariate and an interaction."""

    def draw(n, seed=0):
        random = np.random.default_rng(seed)
        x = random.normal(size=n)
        arm = (0.7 * x + random.logistic(size=n) > 0).astype(int)
        m = (random.uniform(size=n) < chance(-0.5 + arm + x)).astype(int)
        y = (random.uniform(size=n) < chance(-1 + 0.5 * arm + m + 0.8 * arm * m + x)).astype(int)
        return make(y, arm, x), m

    return draw


def chance(line):
    return 1 / (1 + np.exp(-line))


def truth_of_yes_or_no():
    """(NDE(0), NIE(1)) by averaging over the covariate on a fine grid of its quantiles."""
    from scipy.special import ndtri

    x = ndtri((np.arange(200_000) + 0.5) / 200_000)

    def mean(t, s):
        share = chance(-0.5 + s + x)
        high, low = chance(-1 + 0.5 * t + 1 + 0.8 * t + x), chance(-1 + 0.5 * t + x)
        return float(np.mean(share * high + (1 - share) * low))

    return mean(1, 0) - mean(0, 0), mean(1, 1) - mean(1, 0)


def test_trap_13_the_interaction_counts(linear):
    """A product of coefficients without interaction gives about 5.5 for the indirect effect; it is 7."""
    design, m = linear(20_000)
    found = parts(design, m, held=2.0)
    for name, truth in (("NDE", 2.5), ("NIE", 7.0), ("TE", 9.5), ("CDE", 4.0)):
        assert found[name].value == pytest.approx(truth, abs=4 * found[name].std_error)
        assert found[name].std_error < 0.15
    assert found["TE"].value == pytest.approx(found["NDE"].value + found["NIE"].value, rel=1e-12)
    assert [each.estimand for each in found.values()] == ["TE", "NDE(0)", "NIE(1)", "CDE(m=2)"]
    assert {each.strategy for each in found.values()} == {"mediation"}


def test_trap_2_the_contrast_is_not_squared(linear):
    """Arms the other way round change the signs; squared contrasts would leave them."""
    design, m = linear(20_000)
    found = parts(replace(design, arm=1 - design.arm), m)
    for name, truth in (("NDE", -1 - 1.5 * 3), ("NIE", -4.0), ("TE", -9.5)):
        assert found[name].value == pytest.approx(truth, abs=4 * found[name].std_error)


def test_trap_13_two_mediators_are_both_used(make):
    random = np.random.default_rng(1)
    arm = random.integers(0, 2, 8000)
    one, two = arm + random.normal(size=8000), 2 * arm + random.normal(size=8000)
    design = make(one + two + 0.5 * arm + random.normal(size=8000), arm, [])
    found = parts(design, np.column_stack([one, two]))
    assert found["NIE"].value == pytest.approx(3.0, abs=4 * found["NIE"].std_error)
    assert found["NDE"].value == pytest.approx(0.5, abs=4 * found["NDE"].std_error)
    assert found["CDE"].estimand == "CDE(m=reference)"
    assert "Each mediator held at its mean" in found["CDE"].notes[0]


def test_linear_parts_by_hand(linear):
    design, m = linear(300)
    x, y, t = design.covariates[:, 0], design.outcome, design.arm

    def line(outcome, columns, arm):
        features = np.column_stack([np.ones(len(outcome)), *columns])
        return np.linalg.lstsq(features[t == arm], outcome[t == arm], rcond=None)[0]

    def mean(b, s):
        a0, ax = line(m, [x], s)
        b0, bx, bm = line(y, [x, m], b)
        return float(np.mean(b0 + bx * x + bm * (a0 + ax * x)))

    found = parts(design, m)
    assert found["NDE"].value == pytest.approx(mean(1, 0) - mean(0, 0), rel=1e-9)
    assert found["NIE"].value == pytest.approx(mean(1, 1) - mean(1, 0), rel=1e-9)
    (adjusted,) = estimation.estimate("regression_adjustment", design)
    assert found["TE"].value == pytest.approx(adjusted.value, rel=1e-9)
    assert found["TE"].std_error == pytest.approx(adjusted.std_error, rel=0.02)


def test_without_covariates_two_values_are_summed_over_the_cells(make):
    random = np.random.default_rng(3)
    arm = random.integers(0, 2, 900)
    m = (random.uniform(size=900) < 0.3 + 0.4 * arm).astype(int)
    y = (random.uniform(size=900) < 0.2 + 0.2 * arm + 0.2 * m + 0.2 * arm * m).astype(int)
    share = [m[arm == s].mean() for s in (0, 1)]
    cell = {(t, k): y[(arm == t) & (m == k)].mean() for t in (0, 1) for k in (0, 1)}

    def mean(t, s):
        return share[s] * cell[t, 1] + (1 - share[s]) * cell[t, 0]

    found = parts(make(y, arm, []), m)
    assert found["NDE"].value == pytest.approx(mean(1, 0) - mean(0, 0), abs=1e-9)
    assert found["NIE"].value == pytest.approx(mean(1, 1) - mean(1, 0), abs=1e-9)
    assert found["CDE"].value == pytest.approx(cell[1, 0] - cell[0, 0], abs=1e-9)
    assert found["CDE"].estimand == "CDE(m=0)"
    assert "the lower of its two values" in found["CDE"].notes[0]
    # Coded 1 and 2 it is the same mediator.
    again = parts(make(y, arm, []), m + 1)
    assert again["NIE"].value == pytest.approx(found["NIE"].value, abs=1e-9)


def test_intervals_cover(linear, yes_or_no):
    """250 runs of 400 rows: fewer than 226 or more than 247 happen in 1 of 1,000 trials each at 95 %."""
    direct, indirect = truth_of_yes_or_no()
    for world, truths in ((linear, (9.5, 2.5, 7.0, 4.0)), (yes_or_no, (direct + indirect, direct, indirect))):
        held = np.zeros(len(truths))
        for seed in range(250):
            design, m = world(400, seed)
            answers = mediation(prepare(design), 1, m, "ATE", 2.0)
            for place, (answer, truth) in enumerate(zip(answers, truths, strict=False)):
                error = np.sqrt(np.sum(answer.influence**2)) / len(m)
                held[place] += abs(answer.value - truth) < 1.96 * error
        assert held.min() >= 226
        assert held.max() <= 247


def test_weights_count_like_rows_and_clusters_like_one(linear):
    design, m = linear(400)
    twice = np.repeat(np.arange(400), 1 + np.arange(400) % 2)
    weighted = parts(replace(design, weights=1.0 + np.arange(400) % 2), m, "ATT")
    repeated = replace(
        design,
        outcome=design.outcome[twice],
        arm=design.arm[twice],
        covariates=design.covariates[twice],
        rows=np.arange(len(twice)),
        clusters=twice,
    )
    again = parts(repeated, m[twice], "ATT")
    for name in ("TE", "NDE", "NIE"):
        assert weighted[name].value == pytest.approx(again[name].value, rel=1e-9)
        assert weighted[name].std_error == pytest.approx(again[name].std_error, rel=0.05)


def test_each_arm_is_split_by_itself(world):
    design = world(900, 3)
    random = np.random.default_rng(5)
    m = design.arm + random.normal(size=900)
    found = estimation.estimate_mediation(replace(design, outcome=design.outcome + 2 * m), m)
    assert [each.contrast[1] for each in found] == ["b"] * 4 + ["c"] * 4
    for truth, each in ((2.0, found[2]), (4.0, found[6])):
        assert each.estimand == "NIE(1)"
        assert each.value == pytest.approx(truth, abs=4 * each.std_error)


def test_the_share_is_said_only_of_a_clear_effect(linear, make):
    design, m = linear(2000)
    (said,) = parts(design, m)["TE"].checks
    assert said.statistic == pytest.approx(7 / 9.5, abs=0.05)
    assert "of the total effect runs through the mediators (95 % interval" in said.words
    random = np.random.default_rng(2)
    arm, noise = random.integers(0, 2, 500), random.normal(size=500)
    (none,) = parts(make(noise, arm, []), random.normal(size=500))["TE"].checks
    assert none.statistic is None
    assert "not clearly different from zero" in none.words
    against = 3 * arm + noise
    (apart,) = parts(make(arm * 9 - 2 * against, arm, []), against + noise[::-1])["TE"].checks
    assert "opposite directions" in apart.words


def test_what_cannot_be_told_is_said(linear):
    design, m = linear(200)
    assert "does not vary" in estimation.estimate_mediation(design, np.ones(200))[0].error
    stuck = np.where(design.arm == 1, 1.0, m)
    assert "In arm b a mediator does not vary" in estimation.estimate_mediation(design, stuck)[0].error
    assert "beyond the data" in parts(design, m, held=99.0)["CDE"].notes[0]
