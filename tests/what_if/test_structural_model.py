"""Interventions and counterfactuals against worlds with known answers."""

import numpy as np
import pandas as pd
import pytest

from causal_core.graph import CausalGraph
from causal_core.problem import DoesNotApply, Problem
from causal_core.what_if import Shift, StructuralModel
from causal_core.what_if.refits import refit

CHAIN = CausalGraph(edges=[("z", "x"), ("z", "y"), ("x", "m"), ("m", "y"), ("x", "y")])


def linear_world(rows, seed=0):
    """y = 1 + 0.5 x + 2 m - z + noise, m = 3 - x + noise, x = 2 z + noise."""
    random = np.random.default_rng(seed)
    z = random.normal(size=rows)
    x = 2 * z + random.normal(size=rows)
    m = 3 - x + 0.5 * random.normal(size=rows)
    y = 1 + 0.5 * x + 2 * m - z + random.normal(size=rows)
    return pd.DataFrame({"y": y, "m": m, "x": x, "z": z})


@pytest.fixture(scope="module")
def linear():
    return StructuralModel.fit(linear_world(4_000), CHAIN, seed=1)


def test_linear_mechanisms_are_chosen_where_the_world_is_linear(linear):
    assert {node: fit.how for node, fit in linear.fits.items()} == {
        "z": "as seen",
        "x": "linear",
        "m": "linear",
        "y": "linear",
    }
    assert linear.fits["x"].explained == pytest.approx(0.8, abs=0.02)
    assert dict(linear.fits["m"].losses)["boosted"] > dict(linear.fits["m"].losses)["linear"]


@pytest.mark.parametrize("value", [-1.0, 2.0])
def test_doing_has_its_closed_form(linear, value):
    drawn = linear.do({"x": value}, rows=10_000, seed=2)
    # E[m] = 3 - x and E[y] = 1 + 0.5 x + 2 (3 - x), since E[z] = 0 whatever x is set to.
    assert drawn["m"].mean() == pytest.approx(3 - value, abs=0.05)
    assert drawn["y"].mean() == pytest.approx(7 - 1.5 * value, abs=0.12)
    assert drawn["y"].var() == pytest.approx(1 + 4 * 0.25 + 1, rel=0.05)
    assert (drawn["x"] == value).all()
    assert list(drawn) == list(linear.order)


def test_shifts_policies_and_several_at_once(linear):
    plain = linear.do({}, rows=2_000, seed=3)
    shifted = linear.do({"x": Shift(1.0)}, rows=2_000, seed=3)
    # The same people: each is moved by what the shift brings, here -1.5 for all.
    moved = shifted["y"] - plain["y"]
    assert moved.std() < 1e-9
    assert moved.mean() == pytest.approx(-1.5, abs=0.1)
    both = linear.do({"x": 1.0, "m": 0.0}, rows=10_000, seed=3)
    assert both["y"].mean() == pytest.approx(1.5, abs=0.1)
    half = linear.do({"x": lambda frame: np.where(frame["z"] > 0, 1.0, 0.0)}, rows=10_000, seed=3)
    assert half["x"].mean() == pytest.approx(0.5, abs=0.02)
    assert half["y"].mean() == pytest.approx(7 - 0.75, abs=0.1)


def test_a_seed_gives_the_same_people(linear):
    pd.testing.assert_frame_equal(linear.do({"x": 1}, 50, seed=4), linear.do({"x": 1}, 50, seed=4))


def test_a_counterfactual_has_its_closed_form(linear):
    row = pd.Series({"z": 0.3, "x": 1.0, "m": 2.5, "y": 4.0})
    found = linear.counterfactual(row, {"x": 0.0})
    # Noise of m is 2.5 - 2 = 0.5 and of y 4 - (1 + 0.5 + 5 - 0.3) = -2.2.
    assert found["m"] == pytest.approx(3.5, abs=0.05)
    assert found["y"] == pytest.approx(1 + 7 - 0.3 - 2.2, abs=0.15)
    assert (found["z"], found["x"]) == (0.3, 0.0)
    same = linear.counterfactual(row, {"x": 1.0})
    pd.testing.assert_series_equal(same, row[list(linear.order)], check_names=False)


def test_curved_mechanisms_are_boosted_and_levels_keep_their_names():
    random = np.random.default_rng(5)
    rows = 6_000
    group = random.choice(["no", "yes", "maybe <b>"], rows, p=[0.5, 0.3, 0.2])
    x = random.uniform(-2, 2, rows)
    y = np.abs(x) * 3 + (group == "yes") + 0.3 * random.normal(size=rows)
    graph = CausalGraph(edges=[("group", "y"), ("x", "y")])
    model = StructuralModel.fit(pd.DataFrame({"group": group, "x": x, "y": y}), graph)
    assert model.fits["y"].how == "boosted"
    drawn = model.do({"x": -1.5, "group": "yes"}, rows=5_000, seed=1)
    assert drawn["y"].mean() == pytest.approx(5.5, abs=0.1)
    assert set(model.do({}, 500)["group"]) == {"no", "yes", "maybe <b>"}
    by_hand = StructuralModel.fit(pd.DataFrame({"group": group, "x": x, "y": y}), graph, 0, {"y": "linear"})
    assert (by_hand.fits["y"].how, by_hand.fits["y"].chosen_by_hand) == ("linear", True)


def binary_world(rows, seed=0):
    random = np.random.default_rng(seed)
    z = random.integers(0, 2, rows)
    x = (random.random(rows) < 0.2 + 0.6 * z).astype(int)
    y = (random.random(rows) < 0.1 + 0.3 * x + 0.4 * z).astype(int)
    return pd.DataFrame({"z": z, "x": x, "y": y})


def test_binary_worlds_are_adjusted_and_their_counterfactuals_monotone():
    graph = CausalGraph(edges=[("z", "x"), ("z", "y"), ("x", "y")])
    model = StructuralModel.fit(binary_world(8_000), graph)
    for value in (0, 1):
        chance = model.do({"x": value}, rows=10_000, seed=1)["y"].mean()
        assert chance == pytest.approx(0.3 + 0.3 * value, abs=0.03)
    row = pd.Series({"z": 0, "x": 0, "y": 0})
    many = model.counterfactuals(row, {"x": 1}, draws=4_000)
    # P(y would be 1 | z=0, x=0, y=0) = (0.4 - 0.1) / 0.9 where x never prevents y.
    assert many["y"].mean() == pytest.approx(1 / 3, abs=0.06)
    assert model.counterfactual(pd.Series({"z": 0, "x": 0, "y": 1}), {"x": 1})["y"] == 1


def test_categories_keep_their_chances_under_gumbel_noise():
    random = np.random.default_rng(6)
    rows = 20_000
    x = random.integers(0, 2, rows)
    chances = np.array([[0.6, 0.3, 0.1], [0.2, 0.3, 0.5]])[x]
    y = np.array(["a", "b", "c"])[(random.random(rows)[:, None] > chances.cumsum(axis=1)).sum(axis=1)]
    model = StructuralModel.fit(pd.DataFrame({"x": x, "y": y}), CausalGraph(edges=[("x", "y")]))
    drawn = model.do({"x": 1}, rows=10_000, seed=1)["y"].value_counts(normalize=True)
    assert drawn[["a", "b", "c"]].tolist() == pytest.approx([0.2, 0.3, 0.5], abs=0.02)
    kept = model.counterfactuals(pd.Series({"x": 0, "y": "c"}), {"x": 0}, draws=200)
    assert set(kept["y"]) == {"c"}
    # The odds of c rise with x, so who had c keeps it.
    assert set(model.counterfactuals(pd.Series({"x": 0, "y": "c"}), {"x": 1}, draws=500)["y"]) == {"c"}
    frame = pd.DataFrame({"x": x, "y": y}).head(3_000)
    pd.testing.assert_frame_equal(
        model.push(model.abduct(frame, seed=2), {})[["x", "y"]], frame, check_dtype=False
    )


def test_noise_with_a_hidden_cause_is_drawn_together():
    random = np.random.default_rng(7)
    u = random.normal(size=8_000)
    a = u + 0.5 * random.normal(size=8_000)
    x = random.normal(size=8_000)
    b = x + u + 0.5 * random.normal(size=8_000)
    graph = CausalGraph(edges=[("u", "a"), ("u", "b"), ("x", "b")], latent={"u"})
    model = StructuralModel.fit(pd.DataFrame({"a": a, "b": b, "x": x}), graph)
    drawn = model.do({"x": 1.0}, rows=8_000, seed=1)
    assert np.corrcoef(drawn["a"], drawn["b"])[0, 1] == pytest.approx(0.8, abs=0.02)
    assert drawn["b"].mean() == pytest.approx(1.0, abs=0.05)
    assert "u" not in model.order


def test_levels_with_a_hidden_cause_go_together_as_in_the_data():
    random = np.random.default_rng(9)
    u, x = random.normal(size=(2, 6_000))
    frame = pd.DataFrame({"a": u + 0.5 * random.normal(size=6_000), "x": x, "b": (x + u > 0).astype(int)})
    graph = CausalGraph(edges=[("u", "a"), ("u", "b"), ("x", "b")], latent={"u"})
    model = StructuralModel.fit(frame, graph)
    drawn = model.do({}, rows=12_000, seed=1)
    assert np.corrcoef(drawn["a"], drawn["b"])[0, 1] == pytest.approx(
        np.corrcoef(frame["a"], frame["b"])[0, 1], abs=0.04
    )
    # P(1 + u > 0) is the normal's 0.841, whatever a is.
    assert model.do({"x": 1.0}, rows=12_000, seed=1)["b"].mean() == pytest.approx(0.841, abs=0.03)


def test_what_cannot_be_answered_is_said_in_words(linear):
    frame = linear_world(200)
    with pytest.raises(DoesNotApply, match="A hidden cause moves y and x, and x acts on y: what the data"):
        StructuralModel.fit(frame, CausalGraph(edges=[("x", "y")], bidirected=[("x", "y")]))
    with pytest.raises(DoesNotApply, match="A hidden cause moves y and x, and m acts on y after x"):
        StructuralModel.fit(frame, CausalGraph(edges=[("x", "m"), ("m", "y")], bidirected=[("x", "y")]))
    with pytest.raises(DoesNotApply, match="Rows were selected by m"):
        StructuralModel.fit(frame, CausalGraph(edges=[("x", "m")], selected={"m"}))
    with pytest.raises(Problem, match="The graph's node w has no column"):
        StructuralModel.fit(frame, CausalGraph(edges=[("w", "y")]))
    with pytest.raises(Problem, match="Only 0 rows have a value"):
        StructuralModel.fit(frame.assign(m=np.nan), CHAIN)
    with pytest.raises(Problem, match="There is no mechanism 'magic' for y"):
        StructuralModel.fit(frame, CHAIN, mechanisms={"y": "magic"})
    with pytest.raises(Problem, match="z has no parents, so its values stay as seen"):
        StructuralModel.fit(frame, CHAIN, mechanisms={"z": "linear"})
    with pytest.raises(Problem, match="w is no node of the model"):
        linear.do({"w": 1})
    with pytest.raises(Problem, match="x takes numbers"):
        linear.do({"x": "much"})
    with pytest.raises(Problem, match="m is missing in such a row"):
        linear.counterfactual(pd.Series({"z": 0, "x": 0, "m": np.nan, "y": 0}), {"x": 1})
    binary = StructuralModel.fit(binary_world(300), CausalGraph(edges=[("x", "y")]))
    with pytest.raises(Problem, match="x was never 3 in the data"):
        binary.do({"x": 3})
    with pytest.raises(Problem, match="x has levels, so that nothing can be added"):
        binary.do({"x": Shift(1)})
    with pytest.raises(Problem, match="d holds dates"):
        StructuralModel.fit(frame.assign(d=pd.Timestamp("2024-01-01")), CausalGraph(edges=[("d", "y")]))


@pytest.mark.parametrize("levels", [0, 2, 4])
def test_trees_kept_as_arrays_predict_as_lightgbm_does(levels):
    import lightgbm

    from causal_core.what_if.columns import Column
    from causal_core.what_if.learning import ROUNDS, SETTINGS, learn
    from causal_core.what_if.predictor import Expansion

    random = np.random.default_rng(8)
    frame = pd.DataFrame({"a": random.normal(size=900), "g": random.choice(list("uvw"), 900)})
    score = frame["a"] + (frame["g"] == "v")
    values = pd.Series(score + random.normal(size=900))
    if levels:
        values = pd.Series((np.floor(score * levels) % levels).astype(int).astype(str))
    target, columns = Column.of(values, "y"), (Column.of(frame["a"], "a"), Column.of(frame["g"], "g"))
    parents = np.column_stack([column.codes(frame[column.name]) for column in columns])
    codes = target.codes(values)
    mine = learn("boosted", target, columns, parents, codes, 3).scores(parents)
    objective = {0: "regression", 2: "binary", 4: "multiclass"}[levels]
    settings = {**SETTINGS, "seed": 3, "objective": objective} | ({"num_class": 4} if levels == 4 else {})
    matrix = Expansion.of(columns, parents).matrix(parents)
    rounds = ROUNDS // 2 if levels == 4 else ROUNDS
    theirs = lightgbm.train(settings, lightgbm.Dataset(matrix, codes), rounds)
    raw = theirs.predict(matrix, raw_score=True).reshape(900, -1)
    np.testing.assert_allclose(mine, raw, atol=1e-9)


def test_a_known_linear_model_is_inverted_to_the_last_digits(linear):
    """Counterfactuals against the closed form of the mechanisms as fitted, and means against theirs."""
    weight = {}
    for node in ("x", "m", "y"):
        predictor = linear.mechanisms[node].predictor
        scaled = predictor.weights[:, 0] / predictor.expansion.scale
        weight[node] = dict(zip(linear.parents[node], scaled, strict=True))
        weight[node][""] = float(predictor.intercept[0] - scaled @ predictor.expansion.centre)
    row = linear_world(1, seed=3).iloc[0]
    found = linear.counterfactual(row, {"x": row["x"] + 1})
    moved = weight["y"]["x"] + weight["y"]["m"] * weight["m"]["x"]
    assert found["m"] - row["m"] == pytest.approx(weight["m"]["x"], abs=1e-9)
    assert found["y"] - row["y"] == pytest.approx(moved, abs=1e-9)
    m = weight["m"][""] + weight["m"]["x"] * 2
    y = weight["y"][""] + weight["y"]["x"] * 2 + weight["y"]["m"] * m
    y += weight["y"]["z"] * linear.frame["z"].mean()
    # Evenly drawn noise leaves the mean of 10,000 people an error of a thousandth, not of a hundredth.
    assert linear.do({"x": 2.0}, seed=5)["y"].mean() == pytest.approx(y, abs=2e-3)


def test_levels_that_only_a_few_rows_have_are_fitted():
    random = np.random.default_rng(10)
    x = random.normal(size=300)
    rare = np.where(np.arange(300) == 7, "rare", np.where(x > 0, "up", "down"))
    frame = pd.DataFrame(
        {"x": x, "once": (np.arange(300) == 3).astype(int), "rare": rare, "same": 4.0, "one": "a"}
    )
    graph = CausalGraph(edges=[("x", name) for name in ("once", "rare", "same", "one")])
    model = StructuralModel.fit(frame, graph)
    half = refit(model, 1)
    for each in (model, half):
        drawn = each.do({"x": 1.0}, 500)
        assert set(drawn["one"]) == {"a"}
        assert (drawn["same"] == 4).all()
        assert drawn["once"].mean() < 0.05
    assert half.columns["rare"].levels == ("down", "rare", "up")
    assert model.fits["same"].explained is None
    for way in ("linear", "boosted"):
        StructuralModel.fit(frame, graph, mechanisms=dict.fromkeys(("once", "rare", "same", "one"), way))


def test_a_counterfactual_with_open_noise_and_a_hidden_cause_is_refused():
    random = np.random.default_rng(11)
    u, x = random.normal(size=(2, 500))
    frame = pd.DataFrame({"a": u + random.normal(size=500), "x": x, "b": (x + u > 0).astype(int)})
    graph = CausalGraph(edges=[("u", "a"), ("u", "b"), ("x", "b")], latent={"u"})
    model = StructuralModel.fit(frame, graph)
    with pytest.raises(DoesNotApply, match="What b would have been is not defined"):
        model.counterfactual(frame.iloc[0], {"x": 1.0})
    assert model.counterfactual(frame.iloc[0], {"a": 1.0})["b"] == frame["b"].iloc[0]
