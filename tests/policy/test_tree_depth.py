import numpy as np
import pytest

from causal_core.policy.tree_depth import compare_depths, depths_words, questions_words
from causal_core.problem import Problem


def compared(gains, noise=0.0, draw=0, **options):
    """Depths that gain so much on average; `noise` is each depth's own."""
    random = np.random.default_rng(draw)
    rows = 400
    # One action a depth, whose scores are those of the depth's tree.
    scores = np.column_stack([np.zeros(rows), *(gain + noise * random.normal(size=rows) for gain in gains)])
    asked = {"clusters": None, "seed": 0, **options}

    def assign(learning, others, depth):
        assert not set(learning) & set(others)
        assert len(learning) + len(others) == rows
        return np.full(len(others), depth + 1)

    return compare_depths(assign, scores, tuple(range(len(gains))), **asked), scores


def test_the_smallest_depth_that_is_not_clearly_behind_is_chosen():
    found, scores = compared((0.0, 0.5, 0.5, 0.5), noise=0.3, draw=2)
    assert [each.chosen for each in found] == [False, True, False, False]
    assert max(each.value for each in found) > found[1].value
    for place, each in enumerate(found):
        assert each.value == pytest.approx(scores[:, place + 1].mean())
        assert each.std_error == pytest.approx(scores[:, place + 1].std(ddof=1) / 20)
    best = max(range(4), key=lambda place: found[place].value)
    behind = scores[:, best + 1] - scores[:, 1]
    assert found[0].behind == pytest.approx(behind.mean())
    assert found[0].behind_error == pytest.approx(behind.std(ddof=1) / 20)
    assert found[0].behind > found[0].behind_error
    assert found[1].behind <= found[1].behind_error


def test_what_all_depths_have_in_common_hides_no_difference():
    # The standard errors of the values are 50 times the differences, those of the differences are 0.
    random = np.random.default_rng(1)
    common = 100 * random.normal(size=400)
    found, _ = compared((common, common + 0.1))
    assert found[0].std_error > 4
    assert [each.chosen for each in found] == [False, True]


def test_equal_depths_give_the_smallest():
    found, _ = compared((0.5, 0.5, 0.5))
    assert [each.chosen for each in found] == [True, False, False]


def test_weights_count():
    weights = np.where(np.arange(400) < 200, 1.0, 3.0)
    later = (np.arange(400) >= 200).astype(float)
    found, _ = compared((later, 0.6), weights=weights)
    assert found[0].value == pytest.approx(0.75)
    assert found[0].chosen


def test_in_words():
    found, _ = compared((0.0, 0.5, 0.5, 0.5), noise=0.3, draw=2)
    said = depths_words(found, "EUR")
    assert said.startswith(
        "Cross-validation chose at most 1 question in a row, the fewest within one standard error of the "
        "best. Gain per person over the control on folds left out in EUR, by questions in a row: 0: "
    )
    assert depths_words(()) == ""
    assert questions_words(0) == "no question"
    assert questions_words(3) == "at most 3 questions in a row"


def test_too_few_rows_or_clusters():
    with pytest.raises(Problem, match="With 4 clusters the depth cannot be chosen by cross-validation"):
        compared((0.0, 1.0), clusters=np.arange(400) % 4)
