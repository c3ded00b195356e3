"""Counts against worlds with known answers: closed forms, enumeration and scipy's distributions."""

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from causal_core.data.demos import demo
from causal_core.graph import CausalGraph
from causal_core.problem import DoesNotApply, Problem
from causal_core.what_if import StructuralModel
from causal_core.what_if.attribution import intrinsic_influence, what_changed
from causal_core.what_if.columns import Column
from causal_core.what_if.count import Count
from causal_core.what_if.count_choice import looks_like_count, may_be_count
from causal_core.what_if.fitness import fitness
from causal_core.what_if.predictor import Expansion, LinearPredictor
from causal_core.what_if.refits import error, refit
from causal_core.what_if.scaled_choice import SCALED_WAYS

GRAPH = CausalGraph(edges=[("z", "x"), ("z", "calls"), ("x", "calls"), ("calls", "y")])


def world(rows, seed=0, spread=0.0, x=None, up=0.0):
    """E[calls] = exp(0.3 + 0.5 x + 0.4 z), variance mean + spread mean^2; y = 2 calls + noise."""
    random = np.random.default_rng(seed)
    z = random.normal(size=rows)
    x = up + 0.5 * z + 0.5 * random.normal(size=rows) if x is None else np.full(rows, x)
    mean = np.exp(0.3 + 0.5 * x + 0.4 * z)
    if spread:
        mean = mean * random.gamma(1 / spread, spread, rows)
    calls = random.poisson(mean)
    return pd.DataFrame({"z": z, "x": x, "calls": calls, "y": 2 * calls + random.normal(size=rows)})


@pytest.fixture(scope="module")
def poisson():
    return StructuralModel.fit(world(6_000), GRAPH)


@pytest.fixture(scope="module")
def wide():
    return StructuralModel.fit(world(6_000, spread=0.8), GRAPH)


def by_hand(mean, spread=0.0, largest=30, empty=0.0):
    """A count with this mean for a parent of 0, whose log rises by the parent."""
    predictor = LinearPredictor(
        Expansion((0,), np.zeros(1), np.ones(1)), np.ones((1, 1)), np.array([np.log(mean)])
    )
    return Count(predictor, spread, largest, empty)


@pytest.mark.parametrize(("mean", "spread"), [(0.2, 0), (3.7, 0), (41.0, 0), (0.7, 2.5), (6.0, 0.4)])
def test_quantiles_and_chances_are_those_of_scipy(mean, spread):
    count, uniform = by_hand(mean, spread), np.random.default_rng(0).random(4_000)
    law = stats.nbinom(1 / spread, 1 / (1 + spread * mean)) if spread else stats.poisson(mean)
    zero = np.zeros((4_000, 1))
    np.testing.assert_array_equal(count.drawn(zero, uniform[:, None])[0], law.ppf(uniform))
    each = np.arange(20.0)
    np.testing.assert_allclose(count.chance(zero[:20], each), law.pmf(each), atol=2e-8)


def test_a_count_rises_with_its_mean_for_everybody():
    count, random = by_hand(2.0, 0.5), np.random.default_rng(1)
    noise, parents = random.random((3_000, 1)), random.normal(size=(3_000, 1))
    assert (count.drawn(parents + 0.3, noise)[0] >= count.drawn(parents, noise)[0]).all()
    # Far outside the data the mean is held to twice the largest count.
    far = count.drawn(np.full((1, 1), 50.0), np.full((1, 1), 0.5))[0][0]
    assert far == stats.nbinom(2, 1 / (1 + 0.5 * 60)).ppf(0.5)


def test_poisson_and_its_mean_under_do_have_their_closed_form(poisson):
    assert (poisson.fits["calls"].how, poisson.mechanisms["calls"].spread) == ("count, linear", 0.0)
    # The mean of exp(0.4 z) is exp(0.08) for a standard normal z, whatever x is set to.
    for value in (-0.5, 0.8):
        drawn = poisson.do({"x": value}, rows=10_000, seed=1)["calls"]
        assert drawn.mean() == pytest.approx(np.exp(0.3 + 0.5 * value + 0.08), rel=0.05)
        true = world(200_000, seed=5, x=value)["calls"]
        shares = [np.bincount(each.astype(int), minlength=40)[:40] / len(each) for each in (drawn, true)]
        assert np.abs(shares[0].cumsum() - shares[1].cumsum()).max() < 0.025
    assert (drawn == drawn.round()).all()
    assert drawn.min() >= 0


def test_a_negative_binomial_and_its_spread_under_do(wide):
    assert wide.fits["calls"].how == "count, linear"
    assert (wide.mechanisms["calls"].spread, wide.mechanisms["calls"].empty) == (
        pytest.approx(0.8, abs=0.1),
        0,
    )
    drawn = wide.do({"x": 0.5}, rows=10_000, seed=1)["calls"]
    mean = np.exp(0.3 + 0.25 + 0.08)
    # E[m] + 0.8 E[m^2] + V[m] with E[m^2] = exp(0.16) E[m]^2 for the log-normal m.
    variance = mean + mean**2 * np.exp(0.16) * 1.8 - mean**2
    assert drawn.mean() == pytest.approx(mean, rel=0.06)
    assert drawn.var() == pytest.approx(variance, rel=0.15)
    true = world(200_000, seed=5, spread=0.8, x=0.5)["calls"]
    shares = [np.bincount(each.astype(int), minlength=400)[:400] / len(each) for each in (drawn, true)]
    assert np.abs(shares[0].cumsum() - shares[1].cumsum()).max() < 0.025


def test_a_share_that_has_none_whatever_the_parents_is_found():
    random = np.random.default_rng(4)
    x = random.normal(size=5_000)
    calls = np.where(random.random(5_000) < 0.35, 0, random.poisson(np.exp(1.2 + 0.3 * x)))
    model = StructuralModel.fit(pd.DataFrame({"x": x, "calls": calls}), CausalGraph(edges=[("x", "calls")]))
    mechanism = model.mechanisms["calls"]
    assert mechanism.empty == pytest.approx(0.35, abs=0.02)
    drawn = model.do({"x": 0.5}, 10_000)["calls"]
    rate = np.exp(1.2 + 0.15)
    assert drawn.mean() == pytest.approx(0.65 * rate, rel=0.04)
    assert (drawn == 0).mean() == pytest.approx(0.35 + 0.65 * np.exp(-rate), abs=0.02)
    assert fitness(model).poor == ()
    given = model.push(model.abduct(model.frame), {})["calls"]
    pd.testing.assert_series_equal(given, model.frame["calls"], check_dtype=False)
    uniform, law = random.random(2_000), stats.poisson(4.0)
    hurdle = by_hand(3.0, empty=0.25).drawn(np.zeros((2_000, 1)), uniform[:, None])[0]
    np.testing.assert_array_equal(hurdle, law.ppf(np.maximum(uniform - 0.25, 1e-12) / 0.75))


def test_abducted_noise_gives_every_row_back(poisson, wide):
    for model in (poisson, wide):
        frame = model.frame.copy()
        # Counts that the model thinks next to impossible, too.
        frame.loc[:3, "calls"] = [0, 1, int(frame["calls"].max()), 2 * int(frame["calls"].max())]
        given = model.push(model.abduct(frame, seed=3), {})
        pd.testing.assert_series_equal(given["calls"], frame["calls"], check_dtype=False)
    noise = poisson.abduct(poisson.frame, seed=4)["calls"][:, 0]
    assert stats.kstest(noise, "uniform").pvalue > 0.01


def exact(before, after, seen):
    """(k,) chances of counts at another mean for one with a count, from the parts of 0 to 1 they share."""
    low, high = stats.poisson.cdf([seen - 1, seen], before)
    ends = np.append(0.0, stats.poisson.cdf(np.arange(60), after))
    overlap = np.minimum(ends[1:], high) - np.maximum(ends[:-1], low)
    return np.maximum(overlap, 0) / (high - low)


@pytest.mark.parametrize("seen", [0, 2, 5])
def test_a_counterfactual_is_the_one_enumerated(poisson, seen):
    row = pd.Series({"z": 0.2, "x": 0.0, "calls": seen, "y": 2.0 * seen})
    codes = [
        np.array([[row[name] if name != "x" else x for name in poisson.parents["calls"]]]) for x in (0, 1)
    ]
    before, after = (poisson.mechanisms["calls"].means(each)[0] for each in codes)
    assert (before, after) == pytest.approx((np.exp(0.38), np.exp(0.88)), rel=0.06)
    many = poisson.counterfactuals(row, {"x": 1.0}, draws=20_000)["calls"]
    shares = np.bincount(many.astype(int), minlength=60) / len(many)
    chances = exact(before, after, seen)
    assert np.abs(shares - chances).max() < 0.012
    assert many.min() >= seen
    assert poisson.counterfactual(row, {"x": 1.0}, draws=20_000)["calls"] == pytest.approx(
        chances @ np.arange(60), abs=0.03
    )
    assert poisson.counterfactual(row, {"x": 0.0})["calls"] == seen


def test_bends_are_boosted_and_the_way_can_be_chosen():
    random = np.random.default_rng(2)
    x = random.uniform(-2, 2, 3_000)
    frame = pd.DataFrame({"x": x, "calls": random.poisson(np.exp(1.5 * np.abs(x) - 1))})
    graph = CausalGraph(edges=[("x", "calls")])
    model = StructuralModel.fit(frame, graph)
    assert model.fits["calls"].how == "count, boosted"
    for value in (-1.5, 0.0):
        mean = model.do({"x": value}, 5_000)["calls"].mean()
        assert mean == pytest.approx(np.exp(1.5 * abs(value) - 1), rel=0.15)
    straight = StructuralModel.fit(frame, graph, 0, {"calls": "count, linear"})
    assert (straight.fits["calls"].how, straight.fits["calls"].chosen_by_hand) == ("count, linear", True)
    assert refit(model, 1).fits["calls"].how == "count, boosted"
    with pytest.raises(Problem, match="x is no count: that is a whole number from 0 to 300"):
        StructuralModel.fit(frame, CausalGraph(edges=[("calls", "x")]), 0, {"x": "count, linear"})
    additive = StructuralModel.fit(frame, graph, 0, {"calls": "linear"})
    assert "the values of calls" in fitness(additive).poor
    assert fitness(model).poor == ()


def test_ages_years_amounts_and_evenly_spread_counts_stay_numbers():
    random = np.random.default_rng(3)
    rows = 2_000
    x = random.normal(size=rows)
    whole = {
        "age": np.clip(44 + 5 * x + 13 * random.normal(size=rows), 18, 90),
        "year": 2010 + 2 * x + 3 * random.normal(size=rows),
        "cents": np.exp(6 + x + random.normal(size=rows)),
        "months": 8 * np.exp(0.3 * x + random.normal(size=rows)),
        "school": np.clip(11 + x + random.normal(size=rows), 0, 18),
    }
    frame = pd.DataFrame({"x": x, **{name: values.round() for name, values in whole.items()}})
    graph = CausalGraph(edges=[("x", name) for name in whole])
    model = StructuralModel.fit(frame, graph)
    assert {fit.how for fit in model.fits.values()} <= {"as seen", "linear", "boosted", *SCALED_WAYS}
    column = Column.of(frame["age"], "age")
    codes = column.codes(frame["age"])
    assert may_be_count(column, codes)
    assert not looks_like_count(column, codes)


def test_half_samples_and_hidden_causes_keep_the_count(wide):
    half = refit(wide, 1)
    assert half.fits["calls"].how == "count, linear"
    assert half.mechanisms["calls"].largest == wide.mechanisms["calls"].largest
    frame = world(3_000, seed=6, spread=0.5)
    graph = CausalGraph(edges=[("z", "x"), ("x", "calls"), ("u", "calls"), ("u", "y")], latent={"u"})
    model = StructuralModel.fit(frame, graph)
    assert model.tied == ("calls", "y")
    drawn = model.do({}, 6_000)
    assert drawn[["calls", "y"]].corr().iloc[0, 1] == pytest.approx(
        frame[["calls", "y"]].corr().iloc[0, 1], abs=0.05
    )
    with pytest.raises(
        DoesNotApply, match="What calls would have been is not defined here: its value leaves"
    ):
        model.counterfactual(frame.iloc[0], {"x": 1.0})


def test_what_is_no_count_is_said(poisson):
    row = poisson.frame.iloc[0]
    with pytest.raises(Problem, match=r"A count cannot be 1\.5: it is a whole number from 0 to"):
        poisson.counterfactual(row.replace({row["calls"]: 1.5}), {"x": 1.0})
    never = pd.DataFrame({"x": np.arange(200.0), "calls": np.where(np.arange(200) % 100, 0, 3)})
    never.loc[5, "calls"] = 1
    model = StructuralModel.fit(never, CausalGraph(edges=[("x", "calls")]))
    for seed in range(6):
        assert 0 <= refit(model, seed).do({}, 200)["calls"].mean() < 0.5


def test_shares_add_up_where_a_count_is_among_the_causes(poisson):
    found = intrinsic_influence(poisson, "y")
    assert found.total == pytest.approx(poisson.do({}, 4_000)["y"].var(), rel=0.05)
    assert {each.name for each in found.shares if each.value > 0.2} >= {"z", "calls", "y"}
    changed = what_changed(poisson, StructuralModel.fit(world(6_000, seed=8, up=0.6), GRAPH), "y")
    shares = {each.name: each.value for each in changed.shares}
    # Only x is higher by 0.6: the log mean has variance 0.65^2 + 0.25^2 about 0.3 or 0.6.
    before, after = (2 * np.exp(mean + (0.65**2 + 0.25**2) / 2) for mean in (0.3, 0.6))
    assert shares["x"] == pytest.approx(after - before, abs=0.25)
    assert max(abs(shares[name]) for name in ("z", "calls", "y")) < 0.2


def test_bands_of_a_mean_under_do_hold_its_truth():
    graph, truth, held = CausalGraph(edges=[("x", "calls")]), np.exp(0.2 + 0.4), 0
    for seed in range(12):
        random = np.random.default_rng(seed)
        x = random.normal(size=300)
        calls = random.poisson(np.exp(0.2 + 0.4 * x) * random.gamma(2, 0.5, 300))
        model = StructuralModel.fit(
            pd.DataFrame({"x": x, "calls": calls}), graph, seed, {"calls": "count, linear"}
        )
        models = [model, *(refit(model, draw) for draw in range(12))]
        whole, *halves = (each.do({"x": 1.0}, 2_000, seed)["calls"].mean() for each in models)
        held += abs(whole - truth) <= 1.96 * error(np.array(whole), np.array(halves))
    assert 10 <= held <= 12


def test_support_calls_of_the_retention_demo_are_reproduced_and_ages_stay_numbers():
    names = ["age", "tenure", "engagement", "region", "support_calls"]
    frame = pd.read_csv(demo("retention_observational").study.parent / "data.csv")[names]
    graph = CausalGraph(
        edges=[
            ("age", "tenure"),
            ("age", "engagement"),
            ("tenure", "engagement"),
            ("engagement", "support_calls"),
            ("region", "support_calls"),
        ]
    )
    model = StructuralModel.fit(frame, graph)
    assert model.fits["support_calls"].how == "count, linear"
    scores = dict(model.fits["support_calls"].scores)
    assert scores["count, linear"] > max(score for way, score in scores.items() if way != "count, linear")
    assert {model.fits[name].how for name in ("tenure", "engagement")} <= {"linear", *SCALED_WAYS}
    told = {each.node: each for each in fitness(model).columns}["support_calls"]
    assert told.distance < told.chance
    assert not told.poor
    # As the demo's world is made: the log mean falls by 0.014 with a point of engagement.
    lower, higher = (model.do({"engagement": value}, 10_000)["support_calls"].mean() for value in (40, 60))
    assert np.log(higher / lower) == pytest.approx(-0.28, abs=0.05)
