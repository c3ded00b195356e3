"""An offer that costs when it is redeemed, in a world whose truth is known."""

import numpy as np
import pandas as pd
import pytest

from causal_core import policy
from causal_core.data.frames import arrow_of
from causal_core.data.table import write_table
from causal_core.engine.inline import run_inline
from causal_core.graph import CausalGraph
from causal_core.policy.economics import PaidUnits
from causal_core.problem import Problem
from causal_core.study.limited import Limits
from causal_core.study.options import Data, PolicyOptions, Question, UpliftOptions
from causal_core.study.paid import paid_fault, paid_plan
from causal_core.study.results import Refused
from causal_core.study.steps import inputs, policy_plan, uplift_plan
from causal_core.study.study import Study
from causal_core.study.worth import economics_of
from tests.policy.test_cost_curve import rows as held_rows

GRAPH = CausalGraph(
    edges=[("x", "y"), ("offer", "y"), ("offer", "kept"), ("x", "kept"), ("x", "offer"), ("x", "late")]
)


def redeemed(x, offered):
    """The chance to redeem: with an offer a half and more for large x, without none."""
    return offered * (0.5 + 0.3 * x)


def frame(count=1500):
    random = np.random.default_rng(3)
    x, offer = random.uniform(-1, 1, count), random.integers(0, 2, count)
    kept = random.random(count) < redeemed(x, offer)
    y = 10 + 5 * x + 4 * kept + random.normal(size=count)
    table = pd.DataFrame({"x": x, "offer": offer, "kept": kept, "y": y})
    table["late"] = x + 1.0
    table["word"] = np.where(kept, "yes of course", "no")
    table["holed"] = np.where(random.random(count) < 0.1, np.nan, kept)
    table["minus"] = -1.0 * kept
    table["region"] = np.where(x > 0.5, "north", np.where(x > -0.8, "south", None))
    return table


@pytest.fixture(scope="module")
def learned(tmp_path_factory):
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DOSTUDIO_HOME", str(tmp_path_factory.mktemp("home")))
        table = write_table(arrow_of(frame()), tmp_path_factory.mktemp("tables"))
        late = dict.fromkeys(("word", "holed", "minus"), "after")
        study = Study(
            Data(path="table.csv", measured=late),
            GRAPH,
            Question(treatment="offer", outcome="y", randomised=True),
            uplift=UpliftOptions(learners=("t",), base="linear"),
        )
        yield study, table, run_inline(uplift_plan(study, table))


def asked(learned, **options):
    study, table, evaluation = learned
    return study.replace(policy=PolicyOptions(**options)), table, evaluation


PAID = {"cost": {"1": 6.0}, "paid_per": {"1": "kept"}}


def test_an_offer_costs_what_is_redeemed(learned):
    study, table, evaluation = asked(
        learned, policies=("treat_all", "budget", "tree"), budget=900.0, depth=1, **PAID
    )
    valued = run_inline(policy_plan(study, table, evaluation))
    everybody, budget, tree = valued.policies
    # Half redeem, for 6 each; who redeems brings 4.
    assert everybody.cost == pytest.approx(3.0, abs=0.3)
    assert everybody.gain_vs_none.value == pytest.approx(-1.0, abs=0.35)
    assert budget.cost <= 0.75
    assert not isinstance(tree, Refused)
    assert tree.treated_share == 0


def test_predictions_and_scores_of_redemption_are_those_of_the_world(learned):
    study, table, evaluation = asked(learned, **PAID)
    (column,) = run_inline(paid_plan(study, table, learning=True))
    x = frame()["x"].to_numpy()[evaluation.held_out.rows]
    assert column.predicted[:, 1] == pytest.approx(redeemed(x, 1), abs=0.1)
    assert column.predicted[:, 0] == pytest.approx(0, abs=1e-6)
    assert column.scores[:, 1].mean() == pytest.approx(0.5, abs=0.05)
    assert column.learning.shape == (750, 2)
    worth = economics_of(inputs(study, table), study.policy, evaluation.held_out, (column,))
    np.testing.assert_allclose(worth.cost[:, 1], 6 * column.scores[:, 1])
    assert run_inline(paid_plan(study, table))[0].learning is None
    assert paid_plan(learned[0], table) is None


def test_a_cost_paid_by_the_outcome(learned):
    study, table, evaluation = asked(learned, policies=("treat_all",), cost={"1": 0.1}, paid_per={"1": "y"})
    (found,) = run_inline(policy_plan(study, table, evaluation)).policies
    assert found.cost == pytest.approx(1.2, abs=0.05)


@pytest.mark.parametrize(
    ("column", "said", "remedy"),
    [
        ("gone", "not a column of the table", "Correct"),
        ("offer", "the treatment itself", "plain cost"),
        ("late", "measured before the treatment", 'cost = "late"'),
        ("region", "nothing says when it was measured", "after the treatment"),
    ],
)
def test_columns_that_costs_cannot_be_paid_by(learned, column, said, remedy):
    study, table, _ = learned
    fault = paid_fault(study, table, column)
    assert said in fault.message
    assert remedy in fault.remedy


@pytest.mark.parametrize(
    ("column", "said"),
    [("word", "holds a category, not numbers"), ("holed", "missing in"), ("minus", "negative in")],
)
def test_values_that_costs_cannot_be_paid_by(learned, column, said):
    study, table, evaluation = asked(learned, cost={"1": 6.0}, paid_per={"1": column})
    with pytest.raises(Problem, match=said):
        policy_plan(study, table, evaluation)


def test_without_randomisation_what_is_held_fixed_must_do_for_the_cost_too(learned):
    study, table, _ = learned
    graph = CausalGraph(edges=[*GRAPH.edges], bidirected=[("offer", "kept")])
    question = Question(treatment="offer", outcome="y")
    fault = paid_fault(study.replace(graph=graph, question=question), table, "kept")
    assert "is not identified" in fault.message
    assert paid_fault(study.replace(question=question), table, "kept") is None


def test_costs_by_redemption_cover_their_truth():
    """Outcome and redemption drawn together: 6 paid by 0.5 + 0.3 x of people, who bring 15 each."""
    random = np.random.default_rng(9)
    gains = spent = 0
    for _ in range(200):
        x, arm = random.uniform(-1, 1, 400), random.integers(0, 2, 400)
        kept = (random.random(400) < redeemed(x, arm)).astype(float)
        y = 15 * kept + random.normal(size=400)
        mean = np.column_stack([np.zeros(400), redeemed(x, 1)])
        scores = mean + 2 * (arm[:, None] == [0, 1]) * (kept[:, None] - mean)
        outcome = 15 * mean + 2 * (arm[:, None] == [0, 1]) * (y[:, None] - 15 * mean)
        held_out = held_rows(15 * mean[:, 1:], outcome)
        paid = {"a": PaidUnits("kept", scores[:, 1], mean[:, 1])}
        worth = policy.Economics.of(held_out, "s", costs={"a": 6.0}, paid=paid)
        found = policy.top_share(worth, 0.5)
        # The upper half of x redeems with probability 0.65.
        gains += found.gain_vs_none.ci[0] <= 0.5 * 0.65 * 9 <= found.gain_vs_none.ci[1]
        spent += found.spending.ci[0] <= 0.5 * 0.65 * 6 <= found.spending.ci[1]
    assert 181 <= gains <= 198
    assert 181 <= spent <= 198


def test_policies_within_the_limits_of_a_study(learned):
    study, table, evaluation = asked(
        learned,
        policies=("top_share", "threshold", "best_arm", "budget"),
        share=0.4,
        threshold=1.5,
        budget=300.0,
        cost={"1": 1.0},
        quota_by="region",
        quota={"north": (0.0, 0.2)},
        parity=0.5,
    )
    valued = run_inline(policy_plan(study, table, evaluation))
    assert [each.policy for each in valued.policies] == ["top_share", "threshold", "best_arm", "budget"]
    assert [each.policy for each in valued.quotas] == ["top_share", "threshold", "best_arm", "budget"]
    for report in valued.quotas:
        assert [each.group for each in report.groups] == ["north", "south", "(missing)"]
        assert report.groups[0].treated <= 0.2 + 1e-9
        assert report.difference <= 0.5 + 1e-9
    assert valued.policies[3].cost == pytest.approx(0.2)
    places = {**study.policy.__dict__, "quota_by": None, "quota": {}, "parity": None, "capacity": {"1": 0.1}}
    valued = run_inline(policy_plan(study.replace(policy=PolicyOptions(**places)), table, evaluation))
    assert [each.treated_share for each in valued.policies] == pytest.approx([0.1] * 4)
    assert valued.quotas == ()


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"quota": {"north": (0.0, 0.2)}}, "no column says who is in which group"),
        ({"quota_by": "region", "quota": {"east": (0.0, 0.2)}}, "no group east in region"),
        ({"quota_by": "region", "parity": 0.1, "capacity": {"1": 0.1}}, "cannot be held at once"),
        ({"capacity": {"2": 0.1}}, "no arm 2 to limit"),
    ],
)
def test_limits_that_cannot_be(learned, options, said):
    study, table, evaluation = asked(learned, **options)
    with pytest.raises(Problem, match=said):
        Limits.of(inputs(study, table), study.policy, evaluation.held_out)
