import dataclasses

import numpy as np
import pandas as pd
import pytest

from causal_core import uplift
from causal_core.problem import Problem
from causal_core.uplift.half_samples import Drawn, half_samples
from causal_core.uplift.split import PIECES, SCORING, Split
from tests.uplift.worlds import trial


def evaluated(units, learners=("s",), seed=0, evaluation="sequential"):
    parts = [
        uplift.learn(units, learner, seed, "linear", evaluation, piece)
        for learner in learners
        for piece in range(PIECES[evaluation])
    ]
    parts += [uplift.score_fold(units, fold, "held_out", seed, evaluation) for fold in SCORING[evaluation]]
    return uplift.evaluate(units, parts, seed, evaluation=evaluation)


def test_a_fold_is_judged_by_learners_of_earlier_folds_alone():
    units = trial(500, 0, clusters=True)
    split = Split.of(units, "sequential", 3)
    assert sorted([*split.learning[0], *split.judged]) == list(range(500))
    for piece in range(4):
        rows = split.rows_of(piece)
        assert set(split.folds[rows]) == {piece + 1}
        assert set(split.folds[split.learning[piece]]) == set(range(piece + 1))
        assert not set(units.clusters[rows]) & set(units.clusters[split.learning[piece]])
    half = Split.of(units, "held_out", 3)
    np.testing.assert_array_equal(half.judged, units.halves(3)[1])
    with pytest.raises(Problem, match="no evaluation 'k_fold'"):
        Split.of(units, "k_fold")
    few = dataclasses.replace(units, arm=(np.arange(500) < 45).astype(np.int64), clusters=None)
    with pytest.raises(Problem, match="arm low has only 45 rows, too few for 5 folds"):
        Split.of(few, "sequential")


def test_numbers_are_the_folds_averages():
    units = trial(800, 1)
    found = evaluated(units, ("t",))
    (result,) = found.results
    held = found.held_out
    assert held.evaluation == "sequential"
    assert set(held.fold) == {1, 2, 3, 4}
    assert result.rows_used == (640, 640)
    effects = held.scores[:, 1] - held.scores[:, 0]
    predicted = held.predicted["t"][:, 0]
    weights = np.bincount(held.fold)[1:] / len(held.fold)
    rates = [
        uplift.rate(effects[held.fold == fold], predicted[held.fold == fold], seed=1_000_003 * (fold - 1))
        for fold in range(1, 5)
    ]
    assert result.autoc.value == pytest.approx(weights @ [rate.value for rate in rates])
    # The root of the sum of squared weights times squared errors, as far as 200 half samples tell.
    error = np.sqrt(weights**2 @ [rate.std_error**2 for rate in rates])
    assert result.autoc.std_error == pytest.approx(error, rel=0.15)
    qinis = [
        uplift.qini_curve(*(each[held.fold == fold] for each in (held.outcome, held.arm, predicted)))
        for fold in range(1, 5)
    ]
    assert result.qini == pytest.approx(weights @ [each.coefficient for each in qinis])
    # The smallest fold has 160 rows.
    assert (len(result.curve), len(result.toc)) == (200, 160)
    assert result.curve[0] == (0, 0)
    assert sum(segment.rows for segment in result.segments) == 640
    assert result.sentence.startswith("Effects differ")


def test_predictions_are_put_at_their_rows_and_missing_pieces_are_named():
    units = trial(400, 2)
    split = Split.of(units, "sequential", 0)
    parts = [uplift.learn(units, "t", 0, "linear", "sequential", piece) for piece in range(4)]
    scores = [uplift.score_fold(units, fold, "held_out", 0, "sequential") for fold in (4, 2, 1, 3)]
    held = uplift.evaluate(units, [*parts[::-1], *scores], evaluation="sequential").held_out
    for piece, part in enumerate(parts):
        np.testing.assert_array_equal(held.predicted["t"][split.piece == piece], part.effect)
    np.testing.assert_array_equal(held.outcome, units.outcome[split.judged])
    with pytest.raises(Problem, match="3 of 4 folds"):
        uplift.evaluate(units, [*parts[1:], *scores], evaluation="sequential")
    failed = [*parts[1:], dataclasses.replace(parts[0], effect=None, error="too few rows"), *scores]
    (result,) = uplift.evaluate(units, failed, evaluation="sequential").results
    assert (result.error, result.autoc) == ("too few rows", None)


def rejected(random, differs, evaluation):
    """Whether an interval of AUTOC leaves out 0, with least squares as learner and known mean outcomes."""
    rows = 300
    x = random.normal(size=(rows, 2))
    arm = random.permutation(np.arange(rows) % 2)
    scores = 0.3 + differs * x[:, 0] + 2 * random.normal(size=rows)
    units = uplift.Units(pd.DataFrame(x), arm, scores, ("0", "1"), randomised=True)
    split = Split.of(units, evaluation, 0)
    parts = []
    for piece, learning in enumerate(split.learning):
        design = np.column_stack([np.ones(len(learning)), x[learning]])
        slope = np.linalg.lstsq(design, scores[learning], rcond=None)[0]
        judged = split.rows_of(piece)
        parts.append(half_samples(scores[judged], [x[judged] @ slope[1:]], seed=piece))
    weights = np.bincount(split.piece) / len(split.piece)
    drawn = Drawn.joined(parts, weights)
    return abs(drawn.rates[0, 0]) > 1.96 * drawn.rate_draws[:, 0, 0].std(ddof=1)


def test_sequential_folds_keep_the_size_of_the_test_and_have_more_power_than_a_half(monkeypatch):
    monkeypatch.setattr("causal_core.uplift.half_samples.HALF_SAMPLES", 50)
    # The script benchmarks/uplift_coverage.py does the same with more runs and the product's own scores.
    runs = 120
    of_null = sum(rejected(np.random.default_rng(run), 0.0, "sequential") for run in range(runs))
    # 5 % of 120 is 6; 14 or more has a probability of 0.4 %.
    assert of_null <= 13
    power = {
        evaluation: sum(rejected(np.random.default_rng(run), 0.45, evaluation) for run in range(runs))
        for evaluation in ("sequential", "held_out")
    }
    assert power["sequential"] > power["held_out"] + 8
