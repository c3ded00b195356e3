"""The search against all trees there are, written down as plainly as can be."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from causal_core import policy


def questions(frame, scores):
    """Every question the search may ask: which rows are on the low side."""
    best = scores[:, 1:].mean(axis=0).argmax() + 1 if scores.shape[1] > 1 else 0
    advantage = pd.Series(scores[:, best] - scores[:, 0])
    for name in frame:
        column = frame[name]
        if column.dtype == float:
            yield from (~(column > cut).to_numpy() for cut in np.unique(column.dropna())[:-1])
            continue
        means = advantage.groupby(column.to_numpy()).mean().sort_index()
        order = list(means.sort_values(kind="stable").index)
        groups = [{level} for level in order]
        for end in range(1, len(order) + 1):
            groups += [set(order[:end]), set(order[end:])]
        yield from (column.isin(list(group)).to_numpy() for group in groups)


def exhaustive(asked, scores, inside, depth, least):
    """The highest sum of scores of any tree over these questions."""
    if inside.sum() < least:
        return -np.inf
    best = scores[inside].sum(axis=0).max()
    if depth == 0:
        return best
    for low in asked:
        sides = inside & low, inside & ~low
        if min(side.sum() for side in sides) >= least:
            best = max(best, sum(exhaustive(asked, scores, side, depth - 1, least) for side in sides))
    return best


@st.composite
def tables(draw, most_rows):
    rows = draw(st.integers(4, most_rows))
    random = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    columns = {}
    for place in range(draw(st.integers(1, 3))):
        levels = draw(st.integers(1, 4))
        values = random.integers(0, levels, rows)
        gaps = random.random(rows) < draw(st.sampled_from([0.0, 0.3]))
        if draw(st.booleans()):
            columns[f"n{place}"] = np.where(gaps, np.nan, values.astype(float))
        else:
            names = np.array(list("abcd"), dtype=object)[values]
            columns[f"c{place}"] = pd.Series(np.where(gaps, None, names), dtype=object)
    actions = draw(st.integers(2, 4))
    # Whole scores, so that different trees are worth exactly the same.
    scores = random.integers(-2, 3, (rows, actions)).astype(float)
    return pd.DataFrame(columns), scores, draw(st.integers(1, 3))


def agree(table, depth):
    frame, scores, least = table
    tree = policy.fit_tree(frame, scores, depth, smallest_leaf=least)
    rows = np.arange(len(frame))
    asked = list({low.tobytes(): low for low in questions(frame, scores)}.values())
    wanted = exhaustive(asked, scores, np.ones(len(frame), dtype=bool), depth, least)
    assert tree.score * len(frame) == pytest.approx(wanted)
    assert scores[rows, tree.assign(frame)].mean() == pytest.approx(tree.score)
    assert tree.root.depth <= depth
    assert min(leaf.rows for leaf in tree.leaves(frame, scores)) >= min(least, len(frame))


@settings(max_examples=40, deadline=None, derandomize=True)
@given(tables(30), st.sampled_from([1, 2]))
def test_depth_one_and_two_equal_an_exhaustive_search(table, depth):
    agree(table, depth)


@settings(max_examples=20, deadline=None, derandomize=True)
@given(tables(14))
def test_depth_three_equals_an_exhaustive_search(table):
    agree(table, 3)


def test_continuous_columns_are_searched_in_full_up_to_64_values():
    random = np.random.default_rng(0)
    x = random.normal(size=(60, 2))
    scores = random.normal(size=(60, 3))
    tree = policy.fit_tree(x, scores, smallest_leaf=1)
    asked = list(questions(pd.DataFrame(x), scores))
    assert tree.cuts == len(asked) == 118
    wanted = exhaustive(asked, scores, np.ones(60, dtype=bool), 2, 1)
    assert tree.score * 60 == pytest.approx(wanted)
