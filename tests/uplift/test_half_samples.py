import numpy as np
import pytest

from causal_core import uplift
from causal_core.uplift.half_samples import HALF_SAMPLES, Drawn, _half, half_samples


def test_every_half_is_exact_and_equally_likely():
    random = np.random.default_rng(0)
    taken = np.array([_half(random, 5) for _ in range(4000)])
    assert set(taken.sum(axis=1)) == {2}
    # Of 5 groups there are 10 pairs.
    counts = np.unique(taken @ 2 ** np.arange(5), return_counts=True)[1]
    assert len(counts) == 10
    assert counts.min() > 330
    assert counts.max() < 470


def test_numbers_are_those_of_rate_and_toc():
    random = np.random.default_rng(1)
    effect = random.normal(size=300)
    for priority in (random.normal(size=300), np.round(random.normal(size=300), 1)):
        drawn = half_samples(effect, [priority], shares=np.arange(1, 301) / 300)
        toc = uplift.toc(effect, priority)
        np.testing.assert_allclose(drawn.toc[0], toc.gain, atol=1e-12)
        np.testing.assert_allclose(drawn.rates[0], [toc.gain.mean(), (toc.share * toc.gain).mean()])
        for column, weighting in enumerate(("autoc", "qini")):
            found = uplift.rate(effect, priority, weighting)
            assert found.value == drawn.rates[0, column]
            assert found.std_error == drawn.rate_draws[:, 0, column].std(ddof=1)


def test_errors_do_not_depend_on_the_order_of_rows():
    random = np.random.default_rng(2)
    effect = np.round(random.normal(size=200), 1)
    priority = np.round(random.normal(size=200), 1)
    clusters = np.arange(200) // 4
    shuffled = random.permutation(200)
    for codes in (None, clusters):
        first = uplift.rate(effect, priority, clusters=codes)
        second = uplift.rate(
            effect[shuffled], priority[shuffled], clusters=None if codes is None else 99 - codes[shuffled]
        )
        assert first.std_error == pytest.approx(second.std_error, rel=1e-12 if codes is None else 0.25)


def test_rankings_share_their_half_samples():
    random = np.random.default_rng(3)
    effect = random.normal(size=500)
    priority = random.normal(size=500)
    drawn = half_samples(effect, [priority, 5 * priority - 2, -priority])
    np.testing.assert_array_equal(drawn.rate_draws[:, 0], drawn.rate_draws[:, 1])
    assert drawn.rate_draws.shape == (HALF_SAMPLES, 3, 2)
    # One ranking hardly changed: the pair's error is far smaller than either's.
    near = half_samples(effect, [priority, priority + 0.05 * random.normal(size=500)]).rate_draws[..., 0]
    assert (near[:, 0] - near[:, 1]).std() < 0.4 * near[:, 0].std()


def test_a_constant_priority_has_a_toc_of_exactly_0():
    random = np.random.default_rng(4)
    drawn = half_samples(random.normal(size=101), [np.zeros(101)], shares=np.array([0.1, 0.5, 1.0]))
    assert not drawn.rates.any()
    assert not drawn.rate_draws.any()
    assert not drawn.toc.any()
    assert not drawn.toc_draws.any()


def test_the_tocs_errors_are_those_of_repeated_samples():
    random = np.random.default_rng(5)
    share, tocs, errors = np.array([0.1, 0.5, 0.9]), [], []
    for _ in range(60):
        priority = random.random(400)
        drawn = half_samples(priority + random.normal(size=400), [priority], shares=share)
        tocs.append(drawn.toc[0])
        errors.append(drawn.toc_draws[:, 0].std(axis=0, ddof=1))
    np.testing.assert_allclose(np.mean(errors, axis=0), np.std(tocs, axis=0), rtol=0.25)


def test_joined_parts_are_averages_and_their_errors_add_as_squares():
    random = np.random.default_rng(6)
    parts = [
        half_samples(random.normal(size=rows), [random.normal(size=rows)], seed=rows) for rows in (300, 600)
    ]
    weights = np.array([1 / 3, 2 / 3])
    whole = Drawn.joined(parts, weights)
    np.testing.assert_allclose(whole.rates, (parts[0].rates + 2 * parts[1].rates) / 3)
    errors = np.array([part.rate_draws[:, 0, 0].std() for part in parts])
    assert whole.rate_draws[:, 0, 0].std() == pytest.approx(np.hypot(*(weights * errors)), rel=0.2)
