"""Noise whose spread depends on the parents, against worlds with known answers and closed forms."""

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from causal_core.data.demos import demo
from causal_core.graph import CausalGraph
from causal_core.problem import Problem
from causal_core.study.study import Study
from causal_core.what_if import StructuralModel
from causal_core.what_if.attribution import intrinsic_influence
from causal_core.what_if.fitness import fitness
from causal_core.what_if.one_row import one_row
from causal_core.what_if.pushed import pushed
from causal_core.what_if.refits import refit
from causal_core.what_if.scaled_choice import SCALED_WAYS
from causal_core.what_if.selection import fit_node, hows_of
from causal_core.what_if.spread import spreads, spreads_verdict

GRAPH = CausalGraph(edges=[("z", "x"), ("z", "y"), ("x", "y")])


def world(rows, seed=0, rate=0.7, noise=lambda random, rows: random.normal(size=rows)):
    """y = 2 x + exp(rate z) e."""
    random = np.random.default_rng(seed)
    z = random.normal(size=rows)
    x = 0.5 * z + random.normal(size=rows)
    return pd.DataFrame({"z": z, "x": x, "y": 2 * x + np.exp(rate * z) * noise(random, rows)})


@pytest.fixture(scope="module")
def model():
    return StructuralModel.fit(world(6_000), GRAPH)


def test_the_spread_is_recovered(model):
    assert model.fits["y"].how == "linear, linear spread"
    gain, error = model.fits["y"].gained
    # One spread for all: log E s - E log s = 0.7^2 / 2 for the log-normal spread s, with sizes in mean ones.
    assert gain == pytest.approx(0.245, abs=3 * error)
    z = np.linspace(-2, 2, 9)
    spread = model.mechanisms["y"].spread(np.column_stack([np.zeros(9), z]))
    np.testing.assert_allclose(spread, np.exp(0.7 * z), rtol=0.08)
    assert (
        stats.kstest(model.mechanisms["y"].draw(4_000, np.random.default_rng(0))[:, 0], "norm").pvalue > 0.01
    )
    # Far outside the data it is held to half the least and twice the largest.
    far = model.mechanisms["y"].spread(np.array([[0.0, -99.0], [0.0, 99.0]]))
    seen = model.mechanisms["y"].spread(model.frame[["x", "z"]].to_numpy())
    assert far == pytest.approx([seen.min() / 2, seen.max() * 2])
    assert model.fits["x"].how == "linear"


@pytest.mark.parametrize(("x", "z"), [(1.0, -1.0), (-1.0, 1.5)])
def test_what_is_drawn_under_do_has_its_closed_form(model, x, z):
    drawn = model.do({"x": x, "z": z}, 10_000, seed=1)["y"]
    spread = np.exp(0.7 * z)
    # Least squares err by about 0.03 here, with noise of standard deviation 1.6; the spread by about 3 %.
    assert drawn.mean() == pytest.approx(2 * x, abs=0.1)
    assert drawn.std() == pytest.approx(spread, rel=0.06)
    # What is told is the mean itself: spread times noise would blur it, however evenly noise is drawn.
    told = pushed(model, model.noise_of(200, 1), {"x": x, "z": z}).expected["y"]
    np.testing.assert_allclose(told, drawn.mean(), atol=0.01 * spread)
    for share in (0.05, 0.25, 0.75, 0.95):
        assert drawn.quantile(share) == pytest.approx(
            stats.norm.ppf(share, 2 * x, spread), abs=0.1 + 0.06 * spread
        )


def test_z_widens_what_it_does_not_move(model):
    drawn = model.do({"x": 0.0}, 10_000, seed=2)["y"]
    # A mixture of normals: variance exp(2 0.7^2), and excess kurtosis that plain noise would not have.
    assert drawn.std() == pytest.approx(np.exp(0.49), rel=0.12)
    true = np.random.default_rng(1).normal(size=(2, 200_000))
    assert stats.ks_2samp(drawn, np.exp(0.7 * true[0]) * true[1]).statistic < 0.025


def test_a_counterfactual_scales_the_noise_of_its_row(model):
    for place, to in ((0, -1.0), (1, 1.0), (2, 0.3)):
        row = model.frame.iloc[place]
        noise = (row["y"] - 2 * row["x"]) / np.exp(0.7 * row["z"])
        x = 0.5 * to + row["x"] - 0.5 * row["z"]
        found = model.counterfactual(row, {"z": to})
        assert found["x"] == pytest.approx(x, abs=0.1)
        assert found["y"] == pytest.approx(2 * x + np.exp(0.7 * to) * noise, abs=0.3)
        told = one_row(model, row, {"z": to})
        mine = next(each for each in told.abduction if each.node == "y")
        assert (mine.expected, mine.open) == (pytest.approx(2 * row["x"], abs=0.15), False)
        assert mine.expected + mine.noise == pytest.approx(row["y"])
        assert mine.spread == pytest.approx(np.exp(0.7 * row["z"]), rel=0.1)
    given = model.push(model.abduct(model.frame), {})
    pd.testing.assert_frame_equal(given, model.frame)


@pytest.mark.parametrize(
    "noise",
    [
        lambda random, rows: random.normal(size=rows),
        lambda random, rows: random.standard_t(3, size=rows),
        lambda random, rows: random.exponential(size=rows) - 1,
    ],
    ids=["normal", "heavy tails", "skewed"],
)
def test_noise_of_one_size_stays_additive(noise):
    graph = CausalGraph(edges=[("z", "y"), ("x", "y")])
    hows = [StructuralModel.fit(world(300, seed, 0.0, noise), graph).fits["y"].how for seed in range(20)]
    assert sum(how in SCALED_WAYS for how in hows) <= 1


def test_warnings_go_where_the_mechanism_holds_and_stay_where_it_does_not(model):
    assert fitness(model).poor == ()
    assert spreads_verdict(spreads(model)) == ""
    assert abs(fitness(model).columns[2].uneven) < 0.05
    plain = StructuralModel.fit(model.frame, GRAPH, 0, {"y": "linear"})
    assert "the size of y's noise and z (correlation" in spreads_verdict(spreads(plain))
    # A straight log spread misses that noise is large on both sides.
    random = np.random.default_rng(3)
    x = random.normal(size=3_000)
    frame = pd.DataFrame({"x": x, "y": x + (0.1 + x**2) * random.normal(size=3_000)})
    graph = CausalGraph(edges=[("x", "y")])
    bent = StructuralModel.fit(frame, graph)
    assert bent.fits["y"].how == "linear, boosted spread"
    assert bent.do({"x": 2.0}, 5_000)["y"].std() == pytest.approx(4.1, rel=0.2)
    assert bent.do({"x": 0.0}, 5_000)["y"].std() == pytest.approx(0.1, abs=0.1)


def test_a_group_without_any_spread_is_left_as_it_is():
    random = np.random.default_rng(4)
    kept, x = random.integers(0, 2, 3_000), random.normal(size=3_000)
    frame = pd.DataFrame(
        {"kept": kept, "x": x, "y": np.where(kept == 1, 50 + 10 * random.gumbel(size=3_000), 0)}
    )
    graph = CausalGraph(edges=[("kept", "y"), ("x", "y")])
    for way in ("linear, linear spread", "boosted, boosted spread"):
        found = StructuralModel.fit(frame, graph, 0, {"y": way})
        drawn = {code: found.do({"kept": code}, 5_000)["y"] for code in (0, 1)}
        # Trees of the mean err by a little there; noise of 13 becomes next to none.
        assert drawn[0].abs().quantile(0.95) < 2
        # Noise is that of those kept: rows without spread do not tell it.
        assert stats.ks_2samp(drawn[1], frame.loc[kept == 1, "y"]).statistic < 0.05
        assert spreads_verdict(spreads(found)) == ""
        assert not any("the spread of y" in said for said in fitness(found).poor)
        other = found.counterfactual(frame[kept == 0].iloc[0], {"kept": 1})["y"]
        assert 20 < other < 150
    assert StructuralModel.fit(frame, graph).fits["y"].how in SCALED_WAYS


def test_half_samples_keep_the_kind_and_it_can_be_chosen(model):
    half = refit(model, 1)
    assert half.fits["y"].how == "linear, linear spread"
    assert half.mechanisms["y"].spread(np.zeros((1, 2)))[0] == pytest.approx(1, rel=0.1)
    column, values = model.columns["y"], model.frame["y"].to_numpy()
    assert hows_of(column, values) == ("linear", "boosted", *SCALED_WAYS)
    by_hand = StructuralModel.fit(world(400, rate=0.0), GRAPH, 0, {"y": "linear, boosted spread"})
    assert (by_hand.fits["y"].how, by_hand.fits["y"].chosen_by_hand) == ("linear, boosted spread", True)
    levels = pd.DataFrame({"x": np.arange(100.0), "b": np.arange(100) % 2})
    with pytest.raises(Problem, match="b has levels, so there is no spread about its mean"):
        StructuralModel.fit(levels, CausalGraph(edges=[("x", "b")]), 0, {"b": "linear, linear spread"})
    # What is exact, or never varies, has no noise whose spread could depend.
    exact = levels.assign(y=2 * levels["x"], c=1.0)
    graph = CausalGraph(edges=[("x", "y"), ("x", "c")])
    assert {fit.how for fit in StructuralModel.fit(exact, graph).fits.values()} == {"as seen", "linear"}
    forced = StructuralModel.fit(exact, graph, 0, dict.fromkeys("yc", "linear, linear spread"))
    assert forced.do({"x": 5.0}, 50)["y"].to_numpy() == pytest.approx(np.full(50, 10.0), abs=1e-6)
    # Where only a mean is wanted there is none.
    frame = model.frame
    parents = tuple(model.columns[name] for name in ("x", "z"))
    plain = fit_node(column, parents, frame[["x", "z"]].to_numpy(), values, 0, plain=True)[1]
    assert plain.how == "linear"


def test_a_hidden_cause_ties_scaled_noise(model):
    random = np.random.default_rng(5)
    frame = world(3_000, seed=6)
    hidden = frame["y"] - 2 * frame["x"]
    frame["w"] = hidden / np.exp(0.7 * frame["z"]) + random.normal(size=3_000)
    graph = CausalGraph(edges=[*GRAPH.edges], nodes=["w"], bidirected=[("y", "w")])
    tied = StructuralModel.fit(frame, graph)
    assert tied.fits["y"].how == "linear, linear spread"
    assert "y" not in pushed(tied, tied.noise_of(200), {}).expected
    for z in (-1.0, 1.0):
        drawn = tied.do({"x": 0.0, "z": z}, 6_000)
        assert drawn["y"].std() == pytest.approx(np.exp(0.7 * z), rel=0.08)
        assert drawn[["y", "w"]].corr().iloc[0, 1] == pytest.approx(np.sqrt(0.5), abs=0.04)


def test_shares_of_a_variance_add_up(model):
    found = intrinsic_influence(model, "y")
    assert found.total == pytest.approx(model.do({}, 4_000)["y"].var(), rel=0.05)


def test_revenue_of_the_retention_demo_is_reproduced():
    study = Study.load(demo("retention_offers").study)
    names = ["kept", "monthly_spend", "offer", "revenue"]
    frame = pd.read_csv(demo("retention_offers").folder / "data.csv")[names].head(8_000)
    graph = CausalGraph(
        edges=[edge for edge in study.graph.edges if set(edge) <= {*names} and edge[1] == "revenue"]
    )
    found = StructuralModel.fit(frame, graph)
    assert found.fits["revenue"].how == "boosted, boosted spread"
    assert fitness(found).poor == ()
    assert spreads_verdict(spreads(found)) == ""
    drawn = {kept: found.do({"kept": kept}, 5_000)["revenue"].std() for kept in (0, 1)}
    # Those who leave pay for none to five months, those who stay all six.
    assert drawn[0] == pytest.approx(frame.loc[frame["kept"] == 0, "revenue"].std(), rel=0.1)
