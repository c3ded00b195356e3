import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from causal_core import policy
from causal_core.policy.capacity import place
from causal_core.policy.kinds import Kinds
from causal_core.policy.transport import transport
from causal_core.problem import Problem

PROBLEMS = st.integers(1, 9).flatmap(
    lambda rows: st.tuples(
        st.lists(st.lists(st.integers(-3, 9), min_size=3, max_size=3), min_size=rows, max_size=rows),
        st.lists(st.lists(st.integers(0, 6), min_size=3, max_size=3), min_size=rows, max_size=rows),
        st.lists(st.integers(0, rows), min_size=3, max_size=3),
        st.integers(0, 30),
    )
)


def tables(rewards, prices, most):
    """With noughts for the first action, and room for everybody there."""
    nothing = np.zeros((len(rewards), 1))
    table = [np.hstack([nothing, np.array(each, dtype=float)]) for each in (rewards, prices)]
    return *table, np.array([len(rewards), *most])


def best_of(rewards, price, places, budget):
    """The best whole assignment, by branch and bound."""
    from scipy.optimize import Bounds, LinearConstraint, milp

    rows, arms = rewards.shape
    limits = [
        LinearConstraint(np.kron(np.eye(rows), np.ones(arms)), 1, 1),
        LinearConstraint(np.kron(np.ones(rows), np.eye(arms)), 0, places),
    ]
    if budget is not None:
        limits.append(LinearConstraint(price.reshape(1, -1), 0, budget))
    whole = np.ones(rewards.size)
    return -milp(-rewards.ravel(), constraints=limits, integrality=whole, bounds=Bounds(0, 1)).fun


@settings(max_examples=80, deadline=None)
@given(PROBLEMS)
def test_places_are_given_as_well_as_can_be(problem):
    rewards, price, places = tables(*problem[:3])
    found = policy.allocate(rewards, np.zeros(4), None, [None, *places[1:].tolist()])
    assert (np.bincount(found.assigned, minlength=4) <= places).all()
    assert found.value == rewards[np.arange(len(rewards)), found.assigned].sum()
    assert found.value == pytest.approx(best_of(rewards, price, places, None))
    assert found.gap == pytest.approx(0, abs=1e-9)


@settings(max_examples=80, deadline=None)
@given(PROBLEMS)
def test_within_a_budget_the_gap_is_the_most_that_can_be_missed(problem):
    rewards, price, places = tables(*problem[:3])
    found = policy.allocate(rewards, price, problem[3], [None, *places[1:].tolist()])
    rows = np.arange(len(rewards))
    assert found.spent == price[rows, found.assigned].sum() <= problem[3]
    assert (np.bincount(found.assigned, minlength=4) <= places).all()
    best = best_of(rewards, price, places, problem[3])
    assert found.value <= best + 1e-6 <= found.value + found.gap + 2e-6
    # No more is missed than what two people can bring.
    assert found.gap <= 2 * max(np.ptp(rewards, axis=1).max(), 0) + 1e-9


def test_without_places_the_gap_of_a_budget_is_what_part_of_a_person_would_bring():
    found = policy.allocate([[0, 10], [0, 4]], [[0, 5], [0, 4]], 7)
    assert (found.value, found.gap, found.money) == (10, 2, 1)
    assert policy.allocate([[0, 10], [0, 4]], [[0, 5], [0, 4]], None).gap == 0


@pytest.mark.parametrize("decimals", [0, 1, 12])
def test_many_people_get_places_exactly_and_in_any_order(decimals):
    random = np.random.default_rng(decimals)
    rewards = np.hstack([np.zeros((3000, 1)), np.round(random.normal(0.3, 1, (3000, 3)), decimals)])
    price = np.hstack([np.zeros((3000, 1)), np.round(random.uniform(0.1, 2, (3000, 3)), decimals)])
    most = [None, 400, 300, 500]
    found = policy.allocate(rewards, np.zeros(4), None, most)
    assert found.gap <= 1e-9 * found.value
    assert np.bincount(found.assigned)[1:].tolist() == most[1:]
    order = random.permutation(3000)
    assert policy.allocate(rewards[order], np.zeros(4), None, most).value == pytest.approx(found.value)
    spending = policy.allocate(rewards, price, 600.0, most)
    assert spending.spent <= 600
    assert spending.gap <= 2e-3 * spending.value
    again = policy.allocate(rewards[order], price[order], 600.0, most)
    assert again.value == pytest.approx(spending.value)
    alone = policy.allocate(rewards, price, 600.0)
    assert policy.allocate(rewards[order], price[order], 600.0).value == pytest.approx(alone.value)
    assert alone.value >= spending.value


def test_two_arms_that_bring_the_same_share_their_people():
    random = np.random.default_rng(3)
    effect = random.normal(size=5000)
    found = policy.allocate(
        np.column_stack([np.zeros(5000), effect, effect]), np.zeros(3), None, [None, 900, 600]
    )
    assert found.value == pytest.approx(np.sort(effect)[-1500:].sum())
    assert np.bincount(found.assigned)[1:].tolist() == [900, 600]


def test_prices_say_what_one_more_place_would_bring():
    random = np.random.default_rng(4)
    rewards = np.hstack([np.zeros((40, 1)), random.normal(0.5, 1, (40, 2))])
    kinds = Kinds.of(rewards)
    values = rewards[kinds.first]
    found = transport(values, kinds.count, np.array([40, 5, 30]))
    more = transport(values, kinds.count, np.array([40, 6, 30]))
    fewer = transport(values, kinds.count, np.array([40, 4, 30]))
    assert more.total - found.total - 1e-9 <= found.prices[1] <= found.total - fewer.total + 1e-9
    assert (found.prices[0], found.prices[2]) == (0, 0)


def test_people_of_one_kind_draw_lots():
    rewards = np.array([[0, 1.0], [0, 2], [0, 1], [0, 1]])
    placed = place(rewards, np.array([4, 2]))
    np.testing.assert_allclose(placed.kinds.shares(placed.assigned, 2)[:, 1], [1 / 3, 1, 1 / 3, 1 / 3])


def test_refusals():
    for capacity, said in [
        ([None, -1], "capacity is negative"),
        ([None], "1 capacities for 2 actions"),
        ([0, 1], "doing nothing, which has no capacity"),
    ]:
        with pytest.raises(Problem, match=said):
            policy.allocate([[0, 1]], [0, 1], 1, capacity)
