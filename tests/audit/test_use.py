"""What a model uses, curves through the graph, and decisions that flip."""

import numpy as np
import pandas as pd
import pytest

from causal_core.audit.answer import answered
from causal_core.audit.curve import Curve, curved
from causal_core.audit.flips import Flips, flipped
from causal_core.audit.protected import groups_of
from causal_core.audit.tasks import ask_halves, combine
from causal_core.audit.use import Use, contrasts_of, used
from causal_core.graph import CausalGraph
from causal_core.problem import DoesNotApply
from causal_core.what_if.structural_model import StructuralModel
from tests.audit.worlds import DIRECT, STEPS, WEIGHTS, linear_box, world


@pytest.fixture(scope="module")
def model():
    return world(2_000)


@pytest.fixture(scope="module")
def box(model):
    return linear_box(model)


@pytest.fixture(scope="module")
def inputs(model, box):
    question = Use("good", contrasts_of(model, box.inputs, "good"))
    parts = [ask_halves(model, box, (question,), tuple(range(12)))]
    (found,) = combine(model, box, (question,), parts)
    return {each.contrast.node: each for each in found}


def test_each_input_is_told_in_three_ways(model, inputs):
    street, job = inputs["street"], inputs["job"]
    low, high = np.quantile(model.frame["street"], [0.25, 0.75])
    assert street.naive.value == pytest.approx(2 * (high - low))
    assert street.graph.value == pytest.approx(2 * (high - low))
    assert street.effect.value == 0
    assert street.correlation == pytest.approx(np.corrcoef(model.frame["street"], model.frame["good"])[0, 1])
    width = job.contrast.high - job.contrast.low
    assert job.naive.value == pytest.approx(WEIGHTS["job"] * width)
    assert job.graph.value == pytest.approx((-1 + 0.5 * -4) * width, rel=0.1)
    assert job.effect.value == pytest.approx((1 + 0.5 * 2) * width, rel=0.1)
    assert job.effect.low < 2 * width < job.effect.high
    assert inputs["group"].contrast.text == "a to b"


def test_a_proxy_is_named_as_one(inputs):
    assert inputs["street"].verdict == "proxy"
    assert not inputs["street"].cause
    # The model's weights are against what these do to the outcome.
    assert inputs["job"].verdict == "opposite"
    assert inputs["income"].verdict == "opposite"


def test_what_is_unused_and_what_comes_after(model):
    graph = CausalGraph(edges=[("age", "good"), ("job", "good"), ("good", "income")], nodes=["street"])
    frame = model.frame[["age", "job", "good", "income", "street"]]
    other = StructuralModel.fit(frame, graph, 0, {"good": "linear", "income": "linear"})
    box = linear_box(other, {"income": 1.0, "street": 1.0, "job": 0.0, "age": 1.0})
    question = Use("good", contrasts_of(other, box.inputs, "good"))
    found = used(other, question, answered(question.numbers(other, box), []))
    assert [(each.contrast.node, each.verdict) for each in found] == [
        ("income", "leak"),
        ("street", "proxy"),
        ("age", "moves both"),
        ("job", "cause unused"),
    ]


def test_levels_are_compared_from_the_worst_to_the_best(model):
    town = np.array(["x", "y", "z"])[np.arange(2_000) % 3]
    good = model.frame["good"] + 3.0 * (town == "y") - (town == "z")
    frame = pd.DataFrame({"town": town, "good": good})
    other = StructuralModel.fit(frame, CausalGraph(edges=[("town", "good")]), 0, {"good": "linear"})
    (contrast,) = contrasts_of(other, ["town"], "good")
    assert contrast.text == "z to y"
    with pytest.raises(DoesNotApply, match="good has 3 levels"):
        contrasts_of(
            StructuralModel.fit(frame.assign(good=town, town=good), CausalGraph(edges=[("town", "good")]), 0),
            ["town"],
            "good",
        )


def test_the_curve_through_the_graph_and_the_naive_one(model, box):
    question = Curve.of(model, "job")
    answer = answered(question.numbers(model, box), [question.numbers(model, box) + 0.1] * 10)
    found = curved(model, box, question, answer)
    assert found.reached == ("income",)
    assert np.polyfit(found.grid, found.naive, 1)[0] == pytest.approx(WEIGHTS["job"])
    slope = np.polyfit(found.grid, found.graph, 1)[0]
    assert slope == pytest.approx(-3, abs=0.25)
    assert (found.low < found.graph).all()
    # Both curves meet where the input is as it is on average.
    assert np.interp(model.frame["job"].mean(), found.grid, found.naive) == pytest.approx(found.now)
    levels = curved(
        model,
        box,
        Curve.of(model, "group"),
        answered(Curve.of(model, "group").numbers(model, box), []),
    )
    assert levels.levels == ("a", "b")
    assert np.isnan(levels.low).all()


def test_decisions_flip_as_the_closed_form_says(model, box):
    groups = groups_of(model, "group", "a", "b")
    question = Flips(groups, 0.0)
    halves = ask_halves(model, box, (question,), tuple(range(10)))
    (found,) = combine(model, box, (question,), [halves])
    total = DIRECT + sum(STEPS.values())
    rows = found.rows
    assert not rows.open
    moved = np.where(rows.other, rows.score - rows.would, rows.would - rows.score)
    assert moved == pytest.approx(moved[0])
    assert moved[0] == pytest.approx(total, abs=0.6)
    first = ~rows.other
    crossing = (rows.score[first] < 0) & (rows.score[first] + moved[0] >= 0)
    assert found.up[0].value == pytest.approx(crossing.mean())
    assert found.down[0].value == 0
    assert found.up[1].value == 0
    assert found.share.value == pytest.approx(rows.chance.mean())
    assert 0 <= found.share.low < found.share.value < found.share.high <= 1
    assert found.down[0].high > 0


def test_a_model_blind_to_all_that_follows_is_counterfactually_fair(model):
    fair = linear_box(model, {"age": 1.0})
    question = Flips(groups_of(model, "group", "a", "b"), 0.0)
    found = flipped(model, fair, question, answered(question.numbers(model, fair), []))
    assert found.share.value == 0
    assert found.rows.would == pytest.approx(found.rows.score)


def test_levels_that_leave_noise_open_give_chances(model):
    random = np.random.default_rng(1)
    group = np.resize(["a", "b"], 1_000)
    owner = (random.random(1_000) < np.where(group == "a", 0.3, 0.7)).astype(int)
    frame = pd.DataFrame({"group": group, "owner": owner})
    other = StructuralModel.fit(frame, CausalGraph(edges=[("group", "owner")]), 0, {"owner": "linear"})
    box = linear_box(other, {"owner": 1.0})
    question = Flips(groups_of(other, "group", "a", "b"), 0.5)
    rows = flipped(other, box, question, answered(question.numbers(other, box), [])).rows
    assert rows.open
    # Of those of group a who do not own, (0.7 - 0.3) / 0.7 would, by the monotone mechanism.
    without = ~rows.other & ~rows.above
    assert rows.chance[without].mean() == pytest.approx(4 / 7, abs=0.08)
    assert rows.chance[~rows.other & rows.above].max() == 0
