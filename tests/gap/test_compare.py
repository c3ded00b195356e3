import numpy as np
import pytest

from causal_core.gap.compare import compare, curve, everybody
from causal_core.gap.kinds import KINDS, quadrants, true_kinds, usual_limits
from causal_core.gap.people import people, without_missing
from causal_core.gap.possible import possible_effect, possible_outcome
from causal_core.policy.economics import Economics
from causal_core.policy.ranking import Ranking
from causal_core.policy.result import Gain
from causal_core.policy.share_curve import value_curve
from causal_core.problem import Problem
from tests.gap.worlds import handed


def uniform(count=4000, seed=0):
    """Effects uniform on -1..1 and a baseline that is independent of them."""
    random = np.random.default_rng(seed)
    return random.uniform(-1, 1, count), random.normal(size=count)


def gained(share):
    """What the top share of effects uniform on -1..1 gains per person of all: integral of 1 - 2 s."""
    return share * (1 - share)


def test_a_risk_independent_of_the_effect_gains_what_the_lot_gains():
    effect, without = uniform()
    found = compare(people(handed(effect, without), "t", -without, 1.0), share=0.25)
    assert found.verdict == "uplift"
    assert found.difference.ci[0] < gained(0.25) < found.difference.ci[1]
    assert found.risk.gain.ci[0] < 0 < found.risk.gain.ci[1]
    assert abs(found.risk.gain.value - found.random.value) < 4 * found.risk.gain.std_error
    assert found.same == pytest.approx(0.25, abs=0.04)
    assert found.uplift.effect.value == pytest.approx(0.75, abs=4 * found.uplift.effect.std_error)


def test_a_risk_against_the_effect_does_harm():
    effect, without = uniform()
    found = compare(people(handed(effect, without), "t", -effect, 1.0), share=0.25)
    assert found.difference.ci[0] < 2 * gained(0.25) < found.difference.ci[1]
    assert found.risk.gain.ci[1] < 0
    assert found.same == 0
    # Noise of either arm can be anybody's, so the bound stays below the share whose effect is negative, 1.
    assert 0.2 < found.risk.harmed.lower.value < 1
    assert found.risk.helped.lower.value == 0
    assert found.uplift.harmed.lower.value == 0


def test_a_risk_that_is_the_effect_is_not_told_apart():
    effect, without = uniform()
    found = compare(people(handed(effect, without), "t", 10 * effect, 1.0), share=0.4)
    assert found.verdict == "unclear"
    assert found.difference.value == 0
    assert found.same == 1


def test_a_benefit_below_zero_turns_everything():
    effect, without = uniform()
    mine = people(handed(-effect, without), "t", without, -2.0)
    found = compare(mine, share=0.25)
    assert found.outcome_difference.ci[0] < gained(0.25) < found.outcome_difference.ci[1]
    assert found.difference.value == pytest.approx(2 * found.outcome_difference.value)
    assert found.uplift.effect.value > 0


def test_the_curve_is_that_of_the_policy_page_and_meets_itself_at_the_ends():
    effect, without = uniform(800)
    held_out = handed(effect, without)
    mine = people(held_out, "t", -without, 3.0, {"b": 0.5})
    drawn = curve(mine, "worth", money=False)
    policy = value_curve(Economics.of(held_out, "t", 3.0, {"b": 0.5}))
    assert drawn.uplift.gain == pytest.approx(policy.gain)
    assert drawn.difference.gain[[0, -1]] == pytest.approx([0, 0])
    assert drawn.difference.std_error[-1] == pytest.approx(0, abs=1e-12)
    assert drawn.random.gain == pytest.approx(np.linspace(0, policy.gain[-1], 101))
    at = compare(mine, share=0.37)
    assert drawn.uplift.gain[37] == pytest.approx(at.uplift.gain.value)
    assert drawn.difference.std_error[37] == pytest.approx(at.difference.std_error)


@pytest.mark.parametrize("level", [0.0, 5.0])
@pytest.mark.parametrize("clustered", [False, True])
def test_the_paired_interval_covers_whatever_the_average_effect(level, clustered):
    inside = 0
    for seed in range(200):
        effect, without = uniform(240, seed)
        clusters = np.arange(240) // 3 if clustered else None
        held_out = handed(effect + level, without, seed=seed, clusters=clusters)
        low, high = compare(people(held_out, "t", -without, 1.0), share=0.3).difference.ci
        inside += low <= gained(0.3) <= high
    # Exact 99.9 % range of a binomial of 200 at 0.95.
    assert 179 <= inside <= 199


def test_a_constant_risk_is_the_lot():
    effect, without = uniform(1000)
    found = compare(people(handed(effect, without), "t", np.ones(1000), 1.0), share=0.3)
    assert found.risk.gain.value == pytest.approx(found.random.value)
    assert found.same == pytest.approx(0.3)


def test_row_order_never_matters():
    effect, without = uniform(600)
    held_out, risk = handed(effect, without), np.round(without)
    order = np.random.default_rng(1).permutation(600)
    turned, kept, _ = without_missing(held_out, risk, "score")
    assert turned is held_out
    shuffled = handed(effect, without)
    for name in ("scores", "outcome_model", "arm", "outcome", "propensity", "rows"):
        object.__setattr__(shuffled, name, getattr(held_out, name)[order])
    shuffled.predicted["t"], shuffled.baseline["t"] = effect[order][:, None], without[order]
    first = compare(people(held_out, "t", kept, 1.0), share=0.31)
    second = compare(people(shuffled, "t", kept[order], 1.0), share=0.31)
    assert second.risk.gain.value == pytest.approx(first.risk.gain.value)
    assert second.same == pytest.approx(first.same)


def test_money_is_spent_to_the_last_coin_and_by_benefit_per_cost():
    effect = np.array([4.0, 3, 2, 1.5])
    held_out = handed(effect, np.zeros(4))
    cost = np.array([4.0, 1, 1, 1])
    mine = people(held_out, "t", effect, 1.0, {"b": cost})
    found = compare(mine, budget=0.75)
    # By benefit per cost the second, third and fourth fit; by risk the first takes three quarters of itself.
    assert mine.uplift.ranking(money=True).reach(0.75).included.tolist() == [0, 1, 1, 1]
    assert mine.risk.ranking(money=True).reach(0.75).included.tolist() == [0.75, 0, 0, 0]
    assert (found.risk.cost, found.uplift.cost) == (0.75, 0.75)
    assert (found.risk.share, found.uplift.share) == (0.1875, 0.75)
    assert compare(mine, budget=100.0).uplift.share == 1


def test_several_arms_one_for_all_or_the_best_for_each():
    random = np.random.default_rng(4)
    effects = np.column_stack([random.uniform(-1, 1, 3000), random.uniform(-1, 1, 3000) + 0.2])
    held_out = handed(effects, random.normal(size=3000))
    each = people(held_out, "t", random.normal(size=3000), 1.0)
    assert (each.risk.label, each.uplift.label) == ("c", None)
    assert (each.uplift.arm == effects.argmax(axis=1) + 1).all()
    one = people(held_out, "t", random.normal(size=3000), 1.0, arm="b")
    assert (one.risk.label, one.uplift.label) == ("b", "b")
    assert compare(each, share=0.5).uplift.gain.value > compare(one, share=0.5).uplift.gain.value
    with pytest.raises(Problem, match="no arm z"):
        people(held_out, "t", random.normal(size=3000), 1.0, arm="z")


def test_folds_are_ranked_each_by_itself():
    effect, without = uniform(400)
    held_out = handed(effect, without)
    object.__setattr__(held_out, "fold", np.repeat([1, 2], 200))
    risk = np.concatenate([without[:200], without[200:] + 100])
    reached = people(held_out, "t", risk, 1.0).risk.ranking(money=False).reach(0.25)
    assert reached.included[:200].sum() == reached.included[200:].sum() == 50


def test_rows_without_a_score_are_left_out_and_too_few_are_refused():
    effect, without = uniform(400)
    held_out = handed(effect, without, clusters=np.arange(400) // 2)
    risk = np.where(np.arange(400) < 100, np.nan, without)
    taken, kept, missing = without_missing(held_out, risk, "score")
    assert (len(taken.rows), len(kept), missing) == (300, 300, 100)
    assert taken.rows[0] == 100
    assert taken.clusters.max() == 149
    with pytest.raises(Problem, match='Where the risk score "score" is there, only'):
        without_missing(held_out, np.where(np.arange(400) < 390, np.nan, without), "score")


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"share": 1.2}, "must lie between 0 and 1"),
        ({}, "either a share of people or an amount of money"),
        ({"budget": 1.0}, "Treating costs nothing"),
    ],
)
def test_budgets_that_cannot_be_are_refused(given, said):
    mine = people(handed(*uniform(100)), "t", np.arange(100.0), 1.0)
    with pytest.raises(Problem, match=said):
        compare(mine, **given)


def test_nobody_and_everybody():
    mine = people(handed(*uniform(300)), "t", np.arange(300.0), 1.0)
    nobody, all_ = compare(mine, share=0.0), compare(mine, share=1.0)
    assert nobody.risk.effect is None
    assert nobody.same is None
    assert nobody.difference.ci == (0, 0)
    assert all_.difference.value == pytest.approx(0, abs=1e-12)
    assert all_.same == 1
    harmed, helped = everybody(mine)
    assert all_.uplift.harmed == harmed
    assert all_.uplift.helped == helped


def test_reach_of_ties_and_of_free_people():
    ranking = Ranking.of(np.array([2.0, 2, 2, 1]))
    assert ranking.reach(0.5).included == pytest.approx([2 / 3, 2 / 3, 2 / 3, 0])
    free = Ranking.of(np.array([3.0, 2, 1]), np.array([0.0, 1, 1]))
    assert free.reach(0.0).included.tolist() == [1, 0, 0]
    assert free.total == pytest.approx(2 / 3)


def test_the_four_kinds_and_what_they_really_are():
    effect = np.array([0.4, 0.4, -0.2, -0.2])
    without = np.array([0.1, 0.6, 0.1, 0.6])
    held_out = handed(np.tile(effect, 200), np.tile(without, 200), binary=True)
    mine = people(held_out, "t", -np.tile(without, 200), 1.0)
    assert usual_limits(mine) == (pytest.approx(0.35), 0.0)
    found = quadrants(mine, 0.5, 0.0)
    assert [each.kind for each in found] == list(KINDS)
    assert [each.rows for each in found] == [200, 200, 200, 200]
    assert [each.predicted_effect for each in found] == pytest.approx([0.4, 0.4, -0.2, -0.2])
    assert [each.predicted_baseline for each in found] == pytest.approx([0.1, 0.6, 0.1, 0.6])
    assert found[0].effect.value == pytest.approx(mine.uplift.effect[::4].mean())
    outcomes = {"a": np.tile([0.0, 1, 0, 1], 200), "b": np.tile([1.0, 1, 0, 0], 200)}
    truth = true_kinds(mine, 0.5, 0.0, outcomes)
    assert truth.counts == tuple(tuple(row) for row in np.eye(4).tolist())
    assert truth.shares == (0.25, 0.25, 0.25, 0.25)
    assert true_kinds(mine, 0.5, 0.0, {"a": outcomes["a"]}) is None
    turned = people(held_out, "t", np.tile(without, 200), -1.0)
    assert [each.rows for each in quadrants(turned, 0.5, 0.0)] == [200, 200, 200, 200]
    assert quadrants(turned, 0.5, 0.0)[0].predicted_baseline == pytest.approx(0.6)
    assert quadrants(turned, 0.5, 0.0)[0].predicted_effect == pytest.approx(-0.2)
    assert true_kinds(turned, 0.5, 0.0, outcomes).counts[0] == (1.0, 0.0, 0.0, 0.0)
    empty = quadrants(mine, 0.5, 9.0)
    assert (empty[0].rows, empty[0].effect) == (0, None)


def test_a_quadrant_of_few_or_uncertain_people_has_no_means():
    effect = np.repeat([0.4, -0.4], [149, 51])
    number = people(handed(effect, np.ones(200)), "t", effect, 1.0)
    assert [(each.rows, each.effect is None) for each in quadrants(number, 0.0, 0.0)][1:4:2] == [
        (149, False),
        (51, False),
    ]
    fewer = people(handed(effect[:198], np.ones(198)), "t", effect[:198], 1.0)
    few = quadrants(fewer, 0.0, 0.0)[3]
    assert (few.rows, few.effect, few.baseline) == (49, None, None)
    # Doubly robust scores of a chance of one half have a standard deviation of 1: 1.96 / sqrt(52) is 0.27.
    binary = people(handed(np.full(52, 0.01), np.full(52, 0.5), binary=True), "t", np.ones(52), 1.0)
    wide = quadrants(binary, 0.0, 0.0)[1]
    assert (wide.rows, wide.effect, wide.baseline) == (52, None, None)


def test_means_of_a_binary_outcome_stay_where_they_can_be():
    gain = Gain(0.86, 0.21, (0.44, 1.27))
    assert possible_outcome(gain, (0.0, 1.0)) == Gain(0.86, 0.21, (0.44, 1.0))
    assert possible_outcome(gain, None) is gain
    assert possible_effect(Gain(-0.9, 0.2, (-1.3, -0.5)), (0.0, 1.0)).ci == (-1.0, -0.5)
    assert possible_effect(gain, None) is gain
    # Any two values: a share of 95 % of the higher one.
    assert possible_outcome(Gain(1.95, 0.1, (1.75, 2.15)), (1.0, 2.0)).ci == (1.75, 2.0)
    without = np.full(400, 0.02)
    mine = people(handed(np.full(400, 0.95), without, binary=True), "t", np.arange(400.0), 1.0)
    sure = quadrants(mine, 0.0, 0.0)[1]
    assert 0 <= sure.baseline.ci[0] < sure.baseline.ci[1] <= 1
    few = compare(mine, share=0.02)
    for side in (few.risk, few.uplift):
        assert -1 <= side.effect.ci[0] <= side.effect.value <= side.effect.ci[1] <= 1


def test_the_order_alone_is_told_apart_from_the_choice_of_arm():
    random = np.random.default_rng(4)
    effects = np.column_stack([random.uniform(-1, 1, 6000), random.uniform(-1, 1, 6000) + 0.2])
    held_out, risk = handed(effects, random.normal(size=6000)), random.normal(size=6000)
    found = compare(people(held_out, "t", risk, 1.0), share=0.4)
    one = compare(people(held_out, "t", risk, 1.0, arm="c"), share=0.4)
    assert found.alone.arm == "c"
    assert found.alone.difference == one.difference
    # Of effects uniform on -0.8..1.2 the upper 0.4 gain 0.4 * 0.8 and any 0.4 gain 0.4 * 0.2.
    low, high = found.alone.difference.ci
    assert low < 0.24 < high
    assert found.difference.value > found.alone.difference.value
    assert one.alone is None
    everybody_treated = compare(people(held_out, "t", risk, 1.0), share=1.0)
    assert everybody_treated.alone.difference == Gain(0.0, 0.0, (0.0, 0.0))
    assert everybody_treated.difference.value > 0
    money = people(held_out, "t", risk, 1.0, {"b": 0.2, "c": 0.1})
    by_money = compare(money, budget=0.03).alone.difference
    alone = compare(people(held_out, "t", risk, 1.0, {"b": 0.2, "c": 0.1}, arm="c"), budget=0.03)
    assert by_money == alone.difference


def test_one_arm_best_for_everybody_leaves_nothing_to_tell_apart():
    random = np.random.default_rng(5)
    better = random.uniform(0, 1, 300)
    mine = people(
        handed(np.column_stack([better - 2, better]), np.zeros(300)), "t", random.normal(size=300), 1.0
    )
    assert mine.one_arm is None
    assert compare(mine, share=0.5).alone is None
