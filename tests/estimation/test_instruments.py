from dataclasses import replace

import numpy as np
import pytest

from causal_core import estimation
from causal_core.estimation.columns import apart, as_columns, partial
from causal_core.estimation.sample import prepare
from causal_core.estimation.weak_instruments import Reduced, anderson_rubin, effective_f


@pytest.fixture
def encouraged(make):
    """Encouragement moves 60 % of the people; the hidden u drives treatment and outcome; the effect is 2."""

    def draw(n=2000, strength=0.6, seed=0, covariates=0):
        random = np.random.default_rng(seed)
        z = random.integers(0, 2, n)
        u = random.normal(size=n)
        x = random.normal(size=(n, covariates))
        arm = np.where(random.uniform(size=n) < strength, z, u > 0).astype(int)
        return make(2 * arm + 3 * u + x.sum(axis=1) + random.normal(size=n), arm, x), z

    return draw


def test_wald_is_a_ratio_of_differences(encouraged):
    design, z = encouraged()
    (found,) = estimation.estimate_iv("wald", design, z)
    y, t = design.outcome, design.arm
    expected = (y[z == 1].mean() - y[z == 0].mean()) / (t[z == 1].mean() - t[z == 0].mean())
    assert found.value == pytest.approx(expected, rel=1e-10)
    assert (found.estimand, found.strategy) == ("LATE", "iv")
    assert found.ci[0] < 2 < found.ci[1]
    (line,) = estimation.estimate("linear_regression", design)
    assert line.value > 3


def test_trap_3_coding_and_several_instruments(encouraged):
    """An instrument coded 1 and 2 is the same one, and several are fitted with an intercept."""
    design, z = encouraged()
    assert estimation.estimate_iv("wald", design, z + 1)[0].value == pytest.approx(
        estimation.estimate_iv("wald", design, z)[0].value
    )
    high = replace(design, outcome=design.outcome + 3)
    both = np.column_stack([z + 10, np.random.default_rng(1).normal(5, 1, 2000)])
    (found,) = estimation.estimate_iv("two_stage_least_squares", high, both)
    assert found.value == pytest.approx(2, abs=3 * found.std_error)
    # Without an intercept the two stages give something else altogether.
    fitted = both @ np.linalg.lstsq(both, design.arm, rcond=None)[0]
    assert abs(fitted @ high.outcome / (fitted @ fitted) - 2) > 5 * found.std_error


def test_two_stages_by_hand(encouraged):
    design, z = encouraged(covariates=2)
    y, t = design.outcome, design.arm
    first = np.column_stack([np.ones(2000), design.covariates, z])
    fitted = first @ np.linalg.lstsq(first, t, rcond=None)[0]
    second = np.column_stack([fitted, np.ones(2000), design.covariates])
    (found,) = estimation.estimate_iv("two_stage_least_squares", design, z)
    assert found.value == pytest.approx(np.linalg.lstsq(second, y, rcond=None)[0][0], rel=1e-9)
    assert found.estimand == "linear coefficient"
    inverse = np.linalg.inv(second.T @ second)
    actual = np.column_stack([t, np.ones(2000), design.covariates])
    rest = y - actual @ np.linalg.lstsq(second, y, rcond=None)[0]
    covariance = inverse @ (second.T * rest**2) @ second @ inverse * 2000 / (2000 - 4)
    assert found.std_error == pytest.approx(np.sqrt(covariance[0, 0]), rel=1e-9)


def test_a_weak_instrument_has_an_open_or_split_interval(encouraged):
    shapes = set()
    for seed in range(20):
        design, z = encouraged(200, strength=0.05, seed=seed)
        (found,) = estimation.estimate_iv("wald", design, z)
        if found.ci == (None, None):
            shapes.add("whole line")
        elif isinstance(found.ci[0], tuple):
            shapes.add("two parts")
            assert found.ci[0][0] is None
            assert found.ci[1][1] is None
            assert found.ci[0][1] < found.ci[1][0]
        if any("instrument is weak" in note for note in found.notes):
            shapes.add("weak")
    assert shapes == {"whole line", "two parts", "weak"}


def test_anderson_rubin_covers_with_a_weak_instrument(encouraged):
    held = 0
    for seed in range(250):
        design, z = encouraged(150, strength=0.15, seed=seed)
        (found,) = estimation.estimate_iv("wald", design, z)
        parts = found.ci if isinstance(found.ci[0], tuple) else (found.ci,)
        held += any((low is None or low <= 2) and (high is None or high >= 2) for low, high in parts)
    # Fewer than 226 or more than 247 of 250 happen in 1 of 1,000 trials each at 95 %.
    assert 226 <= held <= 247


def test_what_does_not_apply_is_said(encouraged, world):
    design, z = encouraged(covariates=1)
    assert "covariates" in estimation.estimate_iv("wald", design, z)[0].error
    assert (
        "does not vary" in estimation.estimate_iv("two_stage_least_squares", design, np.ones(2000))[0].error
    )
    three = world(300, 3)
    assert (
        "2 arms need" in estimation.estimate_iv("two_stage_least_squares", three, np.arange(300.0))[1].error
    )
    assert "instrument" in estimation.estimate("wald", design)[0].error


@pytest.fixture
def several(make):
    """Three instruments tied to the covariate; the effect is 2; `direct` spoils the first instrument."""

    def draw(n, strength, seed=0, direct=0.0, **options):
        random = np.random.default_rng(seed)
        x = random.normal(size=n)
        z = random.normal(size=(n, 3)) + 0.5 * x[:, None]
        u = random.normal(size=n)
        arm = (strength * z.sum(axis=1) + u + random.normal(size=n) > 0).astype(int)
        noise = random.normal(size=n) * (1 + 0.5 * np.abs(z[:, 0]))
        return make(2 * arm + 1.5 * u + x + direct * z[:, 0] + noise, arm, x, **options), z

    return draw


def check_of(found, name):
    return next(each for each in found.checks if each.name == name)


def inside(ci, value):
    parts = () if ci is None else ci if isinstance(ci[0], tuple) else (ci,)
    return any((low is None or low <= value) and (high is None or value <= high) for low, high in parts)


def test_hansen_j_by_hand_and_as_statsmodels_has_it(make):
    """IVGMM of statsmodels 0.14 with two steps gives J = 17.783 and p = 1.376e-4 here."""
    random = np.random.default_rng(8)
    z, x, u = random.normal(size=(600, 3)), random.normal(size=600), random.normal(size=600)
    arm = (z.sum(axis=1) * 0.5 + u + random.normal(size=600) > 0).astype(int)
    y = 2 * arm + 1.5 * u + x + 0.2 * z[:, 0] + random.normal(size=600)
    (found,) = estimation.estimate_iv("two_stage_least_squares", make(y, arm, x), z)
    over = check_of(found, "Hansen J")
    assert over.statistic == pytest.approx(17.783, rel=1e-3)
    assert over.p_value == pytest.approx(1.376e-4, rel=1e-2)
    assert "They disagree" in over.words
    columns = np.column_stack([np.ones(600), arm, x])
    instruments = np.column_stack([np.ones(600), x, z])
    fitted = instruments @ np.linalg.lstsq(instruments, columns, rcond=None)[0]
    rest = y - columns @ np.linalg.lstsq(fitted, y, rcond=None)[0]
    inverse = np.linalg.inv((instruments.T * rest**2) @ instruments)
    cross, target = instruments.T @ columns, instruments.T @ y
    gap = target - cross @ np.linalg.solve(cross.T @ inverse @ cross, cross.T @ inverse @ target)
    assert over.statistic == pytest.approx(gap @ inverse @ gap, rel=1e-8)


def test_strong_instruments_keep_the_usual_interval_and_agree(several):
    held, small = 0, 0
    for seed in range(250):
        design, z = several(500, 0.5, seed)
        (found,) = estimation.estimate_iv("two_stage_least_squares", design, z)
        held += inside(found.ci, 2)
        small += check_of(found, "Hansen J").p_value < 0.05
    assert 226 <= held <= 247
    assert small <= 24
    first = check_of(found, "First-stage F")
    assert first.statistic > 25
    assert "can be trusted" in first.words
    assert "does not reject at the 5 % level" in check_of(found, "Anderson-Rubin").words
    assert not found.notes


def test_weak_instruments_show_the_anderson_rubin_set_and_it_covers(several):
    held, open_ends = 0, 0
    for seed in range(250):
        design, z = several(300, 0.08, seed)
        (found,) = estimation.estimate_iv("two_stage_least_squares", design, z)
        assert any("the Anderson-Rubin set" in note for note in found.notes) or not any(found.notes)
        held += inside(found.ci, 2)
        open_ends += found.ci is not None and any(
            end is None for part in np.atleast_2d(np.array(found.ci, dtype=object)) for end in part
        )
    assert 226 <= held <= 247
    assert open_ends > 50


@pytest.mark.parametrize(("strength", "direct"), [(0.05, 0.0), (0.1, 0.3), (0.5, 0.0), (0.3, 1.5)])
def test_the_set_is_what_the_test_accepts_everywhere(several, strength, direct):
    far = np.logspace(2, 5, 30)
    grid = np.concatenate([-far, np.linspace(-60, 60, 3001), far])
    for seed in range(8):
        design, z = several(200, strength, seed, direct)
        sample = prepare(design)
        cleared = apart(sample, partial(sample, as_columns(z, 200, "instrument")))
        both = partial(sample, np.column_stack([design.arm, design.outcome]).astype(float))
        reduced = Reduced.of(sample, cleared, both[:, 0], both[:, 1])
        parts = anderson_rubin(reduced)
        accepted = [reduced.statistic(effect) <= reduced.critical for effect in grid]
        assert [inside(parts or None, effect) for effect in grid] == accepted


def test_instruments_that_disagree_while_weak_leave_nothing(several):
    empty = 0
    for seed in range(20):
        design, z = several(300, 0.15, seed, direct=2.0)
        (found,) = estimation.estimate_iv("two_stage_least_squares", design, z)
        if found.ci is None:
            empty += 1
            assert any("Anderson-Rubin set is empty" in note for note in found.notes)
            assert check_of(found, "Hansen J").p_value < 0.05
    assert empty > 0


def test_critical_values_of_the_effective_f():
    """Montiel Olea & Pflueger (2013): 23.1 for one instrument; it falls with more that are alike."""
    for count, expected in ((1, 23.1), (3, 17.7)):
        both = np.eye(2 * count)
        reduced = Reduced(np.zeros(count), np.full(count, 3.0), both, np.eye(count), 100)
        strength, critical = effective_f(reduced)
        assert strength == pytest.approx(9.0)
        assert critical == pytest.approx(expected, abs=0.1)


def test_a_repeated_instrument_changes_nothing(several):
    design, z = several(400, 0.5)
    (once,) = estimation.estimate_iv("two_stage_least_squares", design, z)
    (again,) = estimation.estimate_iv(
        "two_stage_least_squares", design, np.column_stack([z, 2 * z[:, 0] + 1])
    )
    assert again.value == pytest.approx(once.value)
    assert again.checks[2].statistic == pytest.approx(once.checks[2].statistic)
    assert "1 of the instrument's columns repeat others" in again.notes[0]


def test_clusters_are_carried_through(several):
    design, z = several(400, 0.5)
    twice = np.repeat(np.arange(400), 2)
    doubled = replace(
        design,
        outcome=design.outcome[twice],
        arm=design.arm[twice],
        covariates=design.covariates[twice],
        rows=np.arange(800),
        clusters=twice,
    )
    (once,) = estimation.estimate_iv("two_stage_least_squares", design, z)
    (both,) = estimation.estimate_iv("two_stage_least_squares", doubled, z[twice])
    assert both.value == pytest.approx(once.value)
    assert both.std_error == pytest.approx(once.std_error, rel=0.02)
    for place in range(3):
        assert both.checks[place].statistic == pytest.approx(once.checks[place].statistic, rel=0.02)


def test_without_scatter_the_set_is_a_point_and_one_cluster_has_no_interval(several):
    design, z = several(300, 0.5)
    (exact,) = estimation.estimate_iv(
        "two_stage_least_squares", replace(design, outcome=2.0 * design.arm), z[:, :1]
    )
    assert exact.ci == pytest.approx((2.0, 2.0))
    alone = replace(design, clusters=np.zeros(300, dtype=np.int64))
    (found,) = estimation.estimate_iv("two_stage_least_squares", alone, z)
    assert (found.ci, found.std_error, found.checks) == (None, None, ())
    assert "only one cluster" in found.notes[-1]


def test_weights_count_like_rows(several):
    design, z = several(400, 0.5)
    times = 1 + np.arange(400) % 2
    again = np.repeat(np.arange(400), times)
    longer = replace(
        design,
        outcome=design.outcome[again],
        arm=design.arm[again],
        covariates=design.covariates[again],
        rows=np.arange(len(again)),
        clusters=again,
    )
    (weighted,) = estimation.estimate_iv("two_stage_least_squares", replace(design, weights=times / 2), z)
    (repeated,) = estimation.estimate_iv("two_stage_least_squares", longer, z[again])
    assert weighted.value == pytest.approx(repeated.value)
    assert weighted.std_error == pytest.approx(repeated.std_error, rel=0.02)
    for one, other in zip(weighted.checks, repeated.checks, strict=True):
        assert one.statistic == pytest.approx(other.statistic, rel=0.03)


def test_several_arms_have_a_first_stage_each(make):
    random = np.random.default_rng(0)
    z, u = random.normal(size=(3000, 3)), random.normal(size=3000)
    line = np.column_stack([np.zeros(3000), z[:, 0] + 0.5 * u, z[:, 1] - 0.5 * u])
    arm = (line + random.gumbel(size=(3000, 3))).argmax(axis=1)
    y = (arm == 1) * 1.0 + (arm == 2) * 3.0 + u + random.normal(size=3000)
    found = estimation.estimate_iv("two_stage_least_squares", make(y, arm, []), z)
    for truth, each in zip((1.0, 3.0), found, strict=True):
        assert each.value == pytest.approx(truth, abs=4 * each.std_error)
        assert check_of(each, "First-stage F").statistic > 50
    same = estimation.estimate_iv(
        "two_stage_least_squares", make(y, arm, []), z[:, [0, 2]] @ [[1, 1], [0, 0.02]]
    )
    assert check_of(same[0], "First-stage F").statistic < 10
    assert "biased towards" in same[0].notes[0]
