import numpy as np
import pytest

from causal_core.experiment.holdout import holdout
from causal_core.problem import DoesNotApply, Problem


def test_the_share_is_the_smallest_that_shows_the_gain_in_a_period():
    found = holdout(1.0, 10.0, 10_000, unit="EUR")
    error = 10 * np.sqrt(1 / (found.share * 1e4) + 1 / ((1 - found.share) * 1e4))
    assert 1.0 / error == pytest.approx(1.959964 + 0.841621, abs=1e-5)
    assert found.share < 0.5
    assert found.weeks_at(found.share) == pytest.approx(52 / 12)
    assert found.people == int(np.ceil(found.share * 10_000))
    assert found.forgone == pytest.approx(found.people)
    assert found.sentence == (
        "Hold out 8.6 % of people at random, 859 of 10,000 a month: then a gain of 1 EUR a person is seen "
        "within each month with 80 % power. It gives up about 859 EUR a month."
    )


def test_simulated_periods_see_the_gain_as_often_as_promised():
    found = holdout(0.5, 2.0, 3000)
    random = np.random.default_rng(5)
    seen = 0
    for _ in range(2000):
        out, treated = random.normal(0, 2, found.people), random.normal(0.5, 2, 3000 - found.people)
        error = np.sqrt(out.var(ddof=1) / len(out) + treated.var(ddof=1) / len(treated))
        seen += treated.mean() - out.mean() > 1.96 * error
    assert seen / 2000 == pytest.approx(0.8, abs=0.03)


def test_covariates_make_it_smaller_and_clusters_larger():
    plain = holdout(1.0, 10.0, 10_000).share
    assert holdout(1.0, 10.0, 10_000, explained=0.5).share < plain
    assert holdout(1.0, 10.0, 10_000, design_effect=2.0).share > plain
    assert holdout(1.0, 10.0, 10_000, "quarter").share == plain


def test_where_half_is_not_enough_it_says_how_long_it_takes():
    found = holdout(0.1, 10.0, 1000)
    assert found.share is None
    assert found.weeks == pytest.approx(found.weeks_at(0.5))
    assert "even with half of them held out it takes" in found.sentence
    shares, weeks, forgone = found.line()
    assert (len(shares), weeks.argmin(), forgone.argmin()) == (50, 49, 0)


def test_what_cannot_be_held_out_for_is_refused_in_words():
    with pytest.raises(DoesNotApply, match="A gain of 0 is never seen"):
        holdout(0.0, 1.0, 1000)
    with pytest.raises(DoesNotApply, match="Outcomes do not vary"):
        holdout(1.0, 0.0, 1000)
    with pytest.raises(Problem, match="at least 4 people"):
        holdout(1.0, 1.0, 2)
