"""The automatic choice: weights, scores, what sees which row, and refusals."""

from dataclasses import replace

import numpy as np
import pytest

from causal_core import uplift
from causal_core.engine.progress import listening, report
from causal_core.problem import Problem
from causal_core.uplift import learners
from causal_core.uplift.choice import choose, fit_all, inner_parts
from causal_core.uplift.composition import CONSTANT, Component, mix
from causal_core.uplift.learners import LEARNERS
from causal_core.uplift.scores import Scores, Training, cross_fit
from causal_core.uplift.shared import SharedTraining
from causal_core.uplift.simple import fit_constant, fit_linear_dr, fit_linear_r
from causal_core.uplift.stacking import Loss, dr_loss, r_loss, simplex
from tests.uplift.worlds import confounded, trial

QUICK = {name: LEARNERS[name] for name in ("s", "t")}


class Known:
    """A learner that knows the effect: `scale` times the first column."""

    def __init__(self, scale, arms=2, shift=0.0):
        self.scale, self.arms, self.shift = scale, arms, shift

    def effect(self, matrix):
        return np.repeat(self.scale * matrix[:, :1] + self.shift, self.arms - 1, axis=1)

    def baseline(self, matrix):
        return np.zeros(len(matrix))


def small(rows=600, seed=0, columns=3, **options):
    world = confounded(rows, seed, columns=6)
    X = world.features[:, :columns]
    return Training(X, (), world.arm, world.outcome, 2, seed=seed, **options)


def steep(rows):
    random = np.random.default_rng(0)
    X = random.normal(size=(rows, 2))
    arm = random.integers(0, 2, rows)
    outcome = X[:, 1] + 2 * arm * X[:, 0]
    return Training(X, (), arm, outcome, 2, np.full((rows, 2), 0.5), base="linear")


def no_effect(rows=2000, seed=0):
    random = np.random.default_rng(seed)
    X = random.normal(size=(rows, 3))
    arm = random.integers(0, 2, rows)
    outcome = X[:, 0] + random.normal(size=rows)
    return Training(X, (), arm, outcome, 2, np.full((rows, 2), 0.5), seed=seed, base="linear")


def of_fixed(*effects):
    """Candidates whose effect is given, times the first column."""
    return {f"k{i}": lambda _, scale=scale: Known(scale) for i, scale in enumerate(effects)}


def test_convex_weights_are_the_minimum_on_a_grid_of_two_candidates():
    random = np.random.default_rng(0)
    for truth in (0.3, -0.4, 1.7):
        columns = random.normal(size=(50, 2))
        target = columns @ [truth, 1 - truth] + 0.1 * random.normal(size=50)
        grid = np.linspace(0, 1, 2001)
        losses = [((target - columns @ [w, 1 - w]) ** 2).sum() for w in grid]
        weights = simplex(columns, target)
        assert weights[0] == pytest.approx(grid[int(np.argmin(losses))], abs=3e-4)
        assert weights.sum() == pytest.approx(1)
        assert weights.min() >= 0


def test_convex_weights_satisfy_the_conditions_of_a_minimum():
    random = np.random.default_rng(1)
    for _ in range(20):
        columns = random.normal(size=(40, 6)) + random.normal(size=(40, 1))
        target = random.normal(size=40)
        weights = simplex(columns, target)
        gradient = columns.T @ (columns @ weights - target)
        # The slope is the same for all with a weight and no lower for those without (Karush-Kuhn-Tucker).
        assert weights.min() >= 0
        assert weights.sum() == pytest.approx(1)
        used = weights > 1e-9
        np.testing.assert_allclose(gradient[used], gradient[used].mean(), atol=1e-8)
        assert (gradient[~used] > gradient[used].mean() - 1e-8).all()


def test_the_losses_are_those_of_their_definitions():
    training = small(300)
    scores, _ = cross_fit(training)
    effect = training.matrix[:, 0]
    share = scores.propensity[:, 1]
    mean = (scores.propensity * scores.outcome_model).sum(axis=1)
    by_hand = (training.outcome - mean - (training.arm - share) * effect) ** 2
    by_r = r_loss(scores, training.outcome, training.arm, 0, None)
    np.testing.assert_allclose(by_r.of(effect), by_hand)
    by_dr = dr_loss(scores, 0, None)
    np.testing.assert_allclose(by_dr.of(effect), (scores.effects[:, 0] - effect) ** 2)
    assert by_dr.best_constant == pytest.approx(scores.effects.mean())
    for loss in (by_r, by_dr):
        best = loss.best_constant
        score, behind, error = loss.scores(np.column_stack([np.full(300, best), np.full(300, best + 9)]))
        assert score[0] == pytest.approx(0)
        assert score[1] < 0
        assert behind[0] == 0
        assert error[0] == 0
        assert behind[1] == pytest.approx(-score[1])
        assert error[1] > 0


def test_the_r_loss_of_one_of_several_arms_is_taken_on_it_and_the_control():
    arm = np.array([0, 1, 2, 0, 2])
    propensity = np.tile([0.5, 0.2, 0.3], (5, 1))
    models = np.tile([1.0, 2.0, 3.0], (5, 1))
    loss = r_loss(Scores(models, models, propensity, (0, 0, 0)), np.arange(5.0), arm, 1, np.arange(5))
    np.testing.assert_array_equal(loss.rows, [0, 2, 3, 4])
    np.testing.assert_allclose(loss.factor, np.array([0, 1, 0, 1]) - 0.375)
    np.testing.assert_allclose(loss.target, np.array([0, 2, 3, 4]) - (0.625 * 1 + 0.375 * 3))
    np.testing.assert_array_equal(loss.clusters, [0, 2, 3, 4])


def test_weights_go_to_the_candidate_that_is_right_and_sum_to_one():
    training = steep(1500)
    X = training.matrix
    model = choose(training, of_fixed(-2.0, 2.0, 7.0))
    (parts,) = model.composition
    weights = {part.learner: part.weight for part in parts}
    assert list(weights) == ["k0", "k1", "k2", CONSTANT]
    assert sum(weights.values()) == pytest.approx(1)
    assert min(weights.values()) >= 0
    assert weights["k1"] == pytest.approx(1, abs=0.02)
    assert max(parts, key=lambda part: part.r_score).learner == "k1"
    assert max(parts, key=lambda part: part.dr_score).learner == "k1"
    np.testing.assert_allclose(model.effect(X)[:, 0], 2 * X[:, 0], atol=0.15)


def test_one_effect_for_everybody_wins_where_effects_do_not_differ():
    for seed in range(3):
        model = choose(no_effect(seed=seed), QUICK)
        parts = {part.learner: part for part in model.composition[0]}
        assert parts[CONSTANT].weight == 1
        assert parts[CONSTANT].r_behind < 2 * max(parts[CONSTANT].r_error, 1e-9)
        assert np.ptp(model.effect(np.random.default_rng(9).normal(size=(500, 3)))) == 0


def test_a_mix_must_beat_one_effect_for_everybody_by_a_standard_error():
    random = np.random.default_rng(0)
    loss = Loss(np.arange(400), 1 + random.normal(size=400), np.ones(400))
    flat = np.zeros(400)
    for effect in np.linspace(-0.1, 0.3, 9):
        gains = loss.target**2 - (loss.target - effect) ** 2
        clear = gains.mean() > gains.std(ddof=1) / 20
        assert loss.clearly_better(np.full(400, effect), flat) == clear
    assert not loss.clearly_better(flat, flat)
    # Pairs of equal rows count once.
    paired = Loss(np.arange(400), np.repeat(loss.target[:200], 2), np.ones(400), np.repeat(np.arange(200), 2))
    gains = paired.target[::2] ** 2 - (paired.target[::2] - 2.0) ** 2
    assert paired.clearly_better(np.full(400, 2.0), flat) == (gains.mean() > gains.std(ddof=1) / np.sqrt(200))


def test_no_candidate_is_judged_by_a_row_it_was_fitted_on():
    training = steep(600)
    part = inner_parts(training)
    seen = []

    def spy(given):
        seen.append(given)
        return Known(2.0)

    choose(training, {"spy": spy})
    rows = {tuple(row): place for place, row in enumerate(training.matrix)}
    for judging, given in enumerate(seen[:2]):
        used = {rows[tuple(row)] for row in given.matrix}
        assert used == set(np.flatnonzero(part != judging).tolist())
    # The weights of the third fit, on all rows, come from the first two alone.
    assert len(seen) == 3
    assert len(seen[2].matrix) == len(part)


def test_weights_do_not_change_when_what_a_row_was_judged_by_forgets_its_outcome():
    """Predictions of a half are the same whatever its outcomes are."""
    training = small()
    judged = inner_parts(training) == 0
    other = replace(training, outcome=np.where(judged, training.outcome + 5, training.outcome))
    fitted = [fit_all(QUICK, each.take(np.flatnonzero(~judged))) for each in (training, other)]
    for name in QUICK:
        first, second = (models[name].effect(training.matrix[judged]) for models in fitted)
        np.testing.assert_array_equal(first, second)


def test_the_same_seed_gives_the_same_digits():
    first, again = (choose(small(300), {"t": LEARNERS["t"]}) for _ in range(2))
    assert first.composition == again.composition
    np.testing.assert_array_equal(first.effect(small(300).matrix), again.effect(small(300).matrix))


def test_clusters_stay_whole_and_widen_the_errors():
    units = trial(900, 0, clusters=True)
    training = units.training(0)
    part = inner_parts(training)
    for cluster in np.unique(training.clusters):
        assert len(set(part[training.clusters == cluster])) == 1
    plain = choose(replace(training, clusters=None, base="linear"), QUICK)
    # Every row three times is no more evidence once clusters say so.
    copies = np.repeat(np.arange(300), 3)
    thrice = replace(small(300, base="linear").take(copies), clusters=copies)
    alone = replace(thrice, clusters=None)
    scores, _ = cross_fit(thrice)
    effects = np.column_stack([np.zeros(900), thrice.matrix[:, 0]])
    errors = [dr_loss(scores, 0, each.clusters).scores(effects)[2].max() for each in (alone, thrice)]
    assert errors[1] == pytest.approx(np.sqrt(3) * errors[0], rel=0.01)
    assert sum(each.weight for each in plain.composition[0]) == pytest.approx(1)


def test_three_arms_have_weights_of_their_own_with_gaps_and_categories():
    units = trial(900, 0, arms=3)
    model = choose(units.training(0), {"t": LEARNERS["t"]})
    assert len(model.composition) == 2
    for parts in model.composition:
        assert sum(part.weight for part in parts) == pytest.approx(1)
    assert model.composition[0] != model.composition[1]
    effect = model.effect(units.training(0).matrix)
    truth = units.features["a"].to_numpy()
    assert effect.shape == (900, 2)
    assert np.corrcoef(effect[:, 0], truth)[0, 1] > 0.8
    assert np.corrcoef(effect[:, 1], 2 * truth)[0, 1] > 0.9
    assert model.baseline(units.training(0).matrix).shape == (900,)


def test_too_few_rows_are_refused_in_words():
    training = small(200)
    few = np.concatenate([np.flatnonzero(training.arm == 0), np.flatnonzero(training.arm == 1)[:15]])
    with pytest.raises(Problem, match="one arm has only 15 rows: too few to compare learners") as caught:
        choose(training.take(few), QUICK)
    assert "Choose a single learner" in caught.value.remedy


def test_a_learner_without_an_answer_is_left_out():
    def refuses(_):
        raise Problem("Not here.")

    model = choose(small(base="linear"), {"no": refuses, **of_fixed(1.0)})
    assert [part.learner for part in model.composition[0]] == ["k0", CONSTANT]


def test_progress_only_grows():
    told = []

    def slow(_):
        report(1, 2)
        report(2, 2)
        return Known(1.0)

    with listening(lambda done, total: told.append(done / total)):
        choose(small(base="linear"), {"slow": slow, "k": lambda _: Known(0.5)})
    assert told == sorted(told)
    assert told[-1] == pytest.approx(1)


def test_sharing_fits_changes_no_digit_and_fits_once():
    training = small(300)
    shared = SharedTraining.of(training)
    for name in ("t", "x", "dr", "r"):
        apart, together = LEARNERS[name](training), LEARNERS[name](shared)
        np.testing.assert_array_equal(apart.effect(training.matrix), together.effect(training.matrix))
    fits = len(shared.memory)
    LEARNERS["dr"](shared)
    assert len(shared.memory) == fits
    assert shared.outcome_model(0) is shared.outcome_model(0)
    assert shared.outcome_model(0) is not replace(shared, outcome=-training.outcome).outcome_model(0)
    assert shared.regress(training.outcome) is not shared.regress(training.outcome, noisy=True)


def test_simple_effects_are_found():
    random = np.random.default_rng(0)
    X = random.normal(size=(2000, 2))
    arm = random.integers(0, 2, 2000)
    outcome = X[:, 1] + arm * (1 + 0.5 * X[:, 0]) + 0.3 * random.normal(size=2000)
    training = Training(X, (), arm, outcome, 2, np.full((2000, 2), 0.5), base="linear")
    for fit in (fit_linear_dr, fit_linear_r):
        np.testing.assert_allclose(fit(training).effect(X)[:, 0], 1 + 0.5 * X[:, 0], atol=0.1)
    constant = fit_constant(training)
    np.testing.assert_allclose(constant.effect(X), cross_fit(training)[0].effects.mean())
    assert np.corrcoef(constant.baseline(X), X[:, 1])[0, 1] > 0.95


def test_the_mix_is_said_in_words():
    def part(learner, weight):
        return Component(learner, weight, 0.1, 0.1, 0.0, 0.0, 0.0, 0.0)

    parts = [part("dr", 0.4), part("x", 0.6), part("s", 0.0)]
    assert mix(parts) == "60 % X-learner, 40 % DR-learner"
    assert mix([part(CONSTANT, 1.0)]) == "100 % the same effect for everybody"
    assert mix([part("r_linear", 0.999), part("s", 0.001)]) == "100 % R-learner with a linear effect"


def test_it_is_a_learner_like_the_others(monkeypatch):
    assert set(learners.CANDIDATES) == set(LEARNERS) - {"ct", "auto"}
    monkeypatch.setattr(learners, "CANDIDATES", ("s", "dr"))
    world = confounded(300, 0, columns=6)
    fitted = uplift.fit("auto", world.features, world.arm, world.outcome)
    assert fitted.effect(world.features).shape == (300, 1)
    names = [part.learner for part in fitted.model.composition[0]]
    assert names == ["s", "dr", "r_linear", "dr_linear", CONSTANT]


def test_the_result_says_what_was_taken(monkeypatch):
    monkeypatch.setattr(learners, "CANDIDATES", ("s", "dr"))
    units = trial(600, 0)
    parts = [
        uplift.learn(units, "auto", base="linear"),
        *(uplift.score_fold(units, fold) for fold in range(5)),
    ]
    (result,) = uplift.evaluate(units, parts).results
    assert sum(part.weight for part in result.composition) == pytest.approx(1)
    assert mix(result.composition)
