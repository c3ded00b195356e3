import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from causal_core import policy
from causal_core.problem import Problem


def test_steepest_first_by_hand():
    predicted = [[0, 10, 12], [0, 6, 6], [0, 1, 9]]
    costs = [[0, 2, 4], [0, 3, 4], [0, 2, 3]]
    # Slopes: first person 5 then 1; second 2; third 3 (action 1 lies under the hull).
    for budget, assigned in [(0, [0, 0, 0]), (2, [1, 0, 0]), (5, [1, 0, 2]), (8, [1, 1, 2]), (10, [2, 1, 2])]:
        found = policy.allocate(predicted, costs, budget)
        assert found.assigned.tolist() == assigned
        assert found.spent <= budget
        assert found.value == sum(row[action] for row, action in zip(predicted, assigned, strict=True))


def test_what_is_left_goes_to_cheaper_people():
    found = policy.allocate([[0, 10], [0, 1]], [[0, 5], [0, 2]], 3)
    assert (found.assigned.tolist(), found.spent) == ([0, 1], 2)


def test_free_and_harmful_actions():
    found = policy.allocate([[0, -1, 2], [1, 0, 0.5]], [0, 1, 0], 100)
    assert (found.assigned.tolist(), found.value, found.spent) == ([2, 0], 3, 0)


tables = st.integers(1, 5).flatmap(
    lambda rows: st.tuples(
        st.lists(st.lists(st.integers(-3, 9), min_size=3, max_size=3), min_size=rows, max_size=rows),
        st.lists(st.lists(st.integers(0, 6), min_size=2, max_size=2), min_size=rows, max_size=rows),
        st.integers(0, 20),
    )
)


@settings(max_examples=120, deadline=None)
@given(tables)
def test_never_over_the_budget_and_near_the_best(table):
    rewards, prices, budget = table
    predicted = np.array(rewards, dtype=float)
    costs = np.array([[0, *row] for row in prices], dtype=float)
    found = policy.allocate(predicted, costs, budget)
    rows = np.arange(len(predicted))
    assert found.spent == costs[rows, found.assigned].sum() <= budget
    assert found.value == predicted[rows, found.assigned].sum() >= predicted[:, 0].sum()
    best = max(
        predicted[rows, list(choice)].sum()
        for choice in itertools.product(range(3), repeat=len(rows))
        if costs[rows, list(choice)].sum() <= budget
    )
    # Whole people: greedy may miss the optimum by at most one segment's reward.
    assert found.value >= best - np.ptp(predicted, axis=1).max()


def test_refusals():
    with pytest.raises(Problem, match="Action 0 must cost nothing"):
        policy.allocate([[0, 1]], [1, 1], 1)
    with pytest.raises(Problem, match="costs are negative"):
        policy.allocate([[0, 1]], [0, -1], 1)
    with pytest.raises(Problem, match="budget is -1"):
        policy.allocate([[0, 1]], [0, 1], -1)
    with pytest.raises(Problem, match="missing or infinite"):
        policy.allocate([[0, np.nan]], [0, 1], 1)
    with pytest.raises(Problem, match="costs must have the shape"):
        policy.allocate([[0, 1]], [0, 1, 2], 1)
