import dataclasses

import numpy as np
import pandas as pd
import pytest
from scipy.optimize import linprog

from causal_core import policy
from causal_core.policy.group_share import treat_groups
from causal_core.policy.quota import best_arm_by_group, top_share_by_group, within_budget_by_group
from causal_core.policy.quota_report import quota_report
from causal_core.policy.rule import MISSING, GroupRule, Groups
from causal_core.problem import Problem
from tests.policy.test_budget import many
from tests.policy.test_cost_curve import rows

NORTH = Groups.of(pd.Series(["north", "north", "south", None]), "region")


def groups_of(count, seed=1, groups=3):
    codes = np.random.default_rng(seed).integers(0, groups, count)
    return Groups.of(pd.Series(codes), "region")


def test_groups_are_told_as_text_and_the_missing_are_one():
    assert NORTH.labels == ("north", "south", MISSING)
    assert NORTH.code.tolist() == [0, 0, 1, 2]
    assert Groups.of(pd.Series([10.0, 2.0, np.nan]), "g").labels == ("2", "10", MISSING)
    for column in (pd.Series(["a", "a"]), pd.Series(range(30))):
        with pytest.raises(Problem, match="rules for groups need 2 to 20"):
            Groups.of(column, "g")


@pytest.mark.parametrize(
    ("quota", "parity", "said"),
    [
        ({"east": (0, 1)}, None, "no group east in region"),
        ({"north": (0.5, 0.2)}, None, "At least 50 % of north are to be treated, and at most 20 %"),
        ({"north": (-0.1, 0.2)}, None, "between 0 and 1"),
        ({}, 1.5, "largest difference"),
        ({"north": (0.9, 1), "south": (0, 0.1)}, 0.2, "shares may differ by 20 % at most"),
    ],
)
def test_rules_that_cannot_be(quota, parity, said):
    with pytest.raises(Problem, match=said):
        GroupRule.of(NORTH, quota, parity)


def linear_programme(worth, code, rule, share, weights):
    """The best total over all ways to treat with a probability, by HiGHS."""
    size = np.bincount(code, weights=weights)
    rates = np.array([(code == each) * weights / size[each] for each in range(len(size))])
    left, right = [*rates, *-rates], [*rule.most, *-rule.least]
    if rule.parity is not None:
        pairs = [(one, other) for one in rates for other in rates]
        left += [one - other for one, other in pairs]
        right += [rule.parity] * len(pairs)
    equal = {} if share is None else {"A_eq": [weights], "b_eq": [share * weights.sum()]}
    return linprog(-weights * worth, A_ub=np.array(left), b_ub=right, bounds=(0, 1), **equal)


@pytest.mark.parametrize("seed", range(60))
def test_groups_are_treated_as_well_as_rules_allow(seed):
    random = np.random.default_rng(seed)
    count = int(random.integers(2, 5))
    code = np.concatenate([np.arange(count), random.integers(0, count, int(random.integers(2, 20)))])
    worth = random.integers(-3, 6, len(code)).astype(float) if seed % 2 else random.normal(size=len(code))
    weights = np.ones(len(code)) if seed % 3 else random.uniform(0.5, 2, len(code))
    weights = weights / weights.mean()
    least, most = random.uniform(0, 0.5, count), random.uniform(0.5, 1, count)
    parity = None if seed % 5 < 2 else float(random.uniform(0, 0.5))
    rule = GroupRule(least, most, parity)
    if rule.range()[0] > rule.range()[1]:
        return
    share = None if seed % 4 < 2 else float(random.random())
    best = linear_programme(worth, code, rule, share, weights)
    if best.status == 2:
        with pytest.raises(Problem, match="are to be treated"):
            treat_groups(worth, code, rule, share, weights)
        return
    found = treat_groups(worth, code, rule, share, weights)
    assert found.total == pytest.approx(-best.fun, abs=1e-7)
    assert (weights * worth) @ found.included == pytest.approx(-best.fun, abs=1e-7)
    assert (found.rate >= least - 1e-9).all()
    assert (found.rate <= most + 1e-9).all()
    assert parity is None or np.ptp(found.rate) <= parity + 1e-9
    assert share is None or np.average(found.included, weights=weights) == pytest.approx(share)


def economics(held_out):
    return policy.Economics.of(held_out, "s", 2.0, {"a": 0.4, "b": np.linspace(0.1, 2, len(held_out.rows))})


def test_a_budget_is_spent_as_well_as_rules_allow():
    worth, groups = economics(many(40)), groups_of(40)
    gross, price = worth.predicted_gross, worth.price
    rule = GroupRule.of(groups, {"0": (0.5, 1.0), "1": (0.0, 0.1)}, None)
    people = np.kron(np.eye(40), np.ones(3))
    treated = np.tile([0.0, 1, 1], 40)
    rates = [np.repeat(groups.code == each, 3) * treated / (groups.code == each).sum() for each in (0, 1)]
    for budget in (12.0, 20.0, 40.0):
        found = within_budget_by_group(worth, groups, rule, budget)
        chosen = found.policy_matrix
        left = [price.ravel(), -rates[0], rates[1]]
        best = linprog(-gross.ravel(), left, [budget / 2, -0.5, 0.1], people, np.ones(40))
        assert (chosen * gross).sum() == pytest.approx(-best.fun, rel=1e-6)
        assert (chosen * price).sum() <= budget / 2 + 1e-6
        assert rates[0] @ chosen.ravel() >= 0.5 - 1e-9
        assert rates[1] @ chosen.ravel() <= 0.1 + 1e-9


def test_a_budget_too_small_for_the_least_shares_says_what_they_cost():
    worth = policy.Economics.of(rows(np.ones((4, 1)), np.ones((4, 2))), "s", costs={"a": 2.0})
    groups = Groups.of(pd.Series(["n", "n", "s", "s"]), "region")
    rule = GroupRule.of(groups, {"n": (0.5, 1.0)})
    with pytest.raises(Problem, match=r"budget of 3 for [0-9]+ rows is too small .* cost at least 4"):
        within_budget_by_group(worth, groups, rule, 3.0)
    assert within_budget_by_group(worth, groups, rule, 4.0).treated_share == pytest.approx(0.25)


def test_rules_that_bind_nothing_change_nothing():
    worth, groups = economics(many(300)), groups_of(300)
    rule = GroupRule.of(groups, {}, None)
    for free, bound in (
        (policy.top_share(worth, 0.3), top_share_by_group(worth, groups, rule, 0.3)),
        (policy.best_arm(worth), best_arm_by_group(worth, groups, rule)),
        (policy.within_budget(worth, 100.0), within_budget_by_group(worth, groups, rule, 100.0)),
    ):
        assert bound.gain_vs_none.value == pytest.approx(free.gain_vs_none.value, abs=1e-6)
        assert bound.treated_share == pytest.approx(free.treated_share, abs=1e-6)
        # The worth of the limit is estimated in another way, from the same people.
        assert bound.gain_vs_none.std_error == pytest.approx(free.gain_vs_none.std_error, rel=0.1)


def test_the_report_says_who_is_treated_and_what_the_rules_give_up():
    effects = np.array([[3.0], [2], [1], [0.5]])
    held_out = rows(effects, np.hstack([np.zeros((4, 1)), effects]))
    worth = policy.Economics.of(held_out, "s")
    groups = Groups.of(pd.Series(["north", "north", "south", None]), "region")
    rule = GroupRule.of(groups, {"north": (0.0, 0.5), MISSING: (1.0, 1.0)})
    free, bound = policy.top_share(worth, 0.5), top_share_by_group(worth, groups, rule, 0.5)
    report = quota_report(worth, groups, rule, free, bound)
    assert [(each.group, each.treated, each.free) for each in report.groups] == [
        ("north", 0.5, 1.0),
        ("south", 0.0, 0.0),
        (MISSING, 1.0, 0.0),
    ]
    assert [each.gain.value for each in report.groups] == [1.5, 0, 0.5]
    assert [each.people for each in report.groups] == [0.5, 0.25, 0.25]
    assert report.price.value == pytest.approx((5 - 3.5) / 4)
    assert report.difference == 1
    assert "100 % of region = (missing) are treated and 0 % of south" in report.sentence
    unbound = GroupRule.of(groups, {})
    same = quota_report(worth, groups, unbound, free, top_share_by_group(worth, groups, unbound, 0.5))
    assert same.sentence.endswith("The rules for groups change nothing.")
    even = GroupRule.of(groups, {}, 0.0)
    alike = quota_report(worth, groups, even, free, top_share_by_group(worth, groups, even, 0.5))
    assert alike.sentence.startswith("50 % of each group of region are treated. ")


def test_equal_people_share_what_their_group_gets_in_any_order():
    held_out = many(60, decimals=0)
    groups = groups_of(60)
    order = np.random.default_rng(2).permutation(60)
    shuffled = dataclasses.replace(
        held_out, predicted={"s": held_out.predicted["s"][order]}, scores=held_out.scores[order]
    )
    other = dataclasses.replace(groups, code=groups.code[order])
    rule = GroupRule.of(groups, {"0": (0.4, 0.5)}, 0.2)
    costs = {"a": 1.0, "b": 3.0}
    found = [
        (
            top_share_by_group(worth, mine, rule, 0.37).gain_vs_none.value,
            within_budget_by_group(worth, mine, rule, 60.0).gain_vs_none.value,
        )
        for worth, mine in (
            (policy.Economics.of(held_out, "s", costs=costs), groups),
            (policy.Economics.of(shuffled, "s", costs=costs), other),
        )
    ]
    assert found[0] == pytest.approx(found[1])


@pytest.mark.parametrize("kind", ["share", "budget"])
def test_gains_under_rules_cover_the_truth(kind):
    """Effects 1 + x, and 0.6 less in the south, known to the ranking; truth from 50,000 people."""
    random = np.random.default_rng(11)

    def draw(count):
        south = random.integers(0, 2, count)
        effect = 1 + random.normal(size=count) - 0.6 * south
        return south, effect, random.uniform(0.5, 1.5, count)

    def valued(south, effect, price, noise):
        scores = np.column_stack([np.zeros(len(effect)), effect + noise])
        held_out = rows(effect[:, None], scores)
        worth = policy.Economics.of(held_out, "s", costs={"a": price})
        groups = Groups.of(pd.Series(south), "south")
        rule = GroupRule.of(groups, {"1": (0.45, 1.0)})
        if kind == "share":
            return top_share_by_group(worth, groups, rule, 0.4)
        return within_budget_by_group(worth, groups, rule, 0.35 * held_out.total_rows)

    truth = valued(*draw(50_000), np.zeros(50_000)).gain_vs_none.value
    covered = 0
    for _ in range(100):
        ci = valued(*draw(400), random.normal(size=400)).gain_vs_none.ci
        covered += ci[0] <= truth <= ci[1]
    assert 89 <= covered <= 100
