import dataclasses
import json
import math

import numpy as np
import pandas as pd
import pytest

from causal_core.policy.export import models, predict, runtime
from causal_core.problem import DoesNotApply
from causal_core.uplift.learners import fit_model
from causal_core.uplift.propensity import fit_propensity
from tests.uplift.worlds import trial


@pytest.fixture(scope="module")
def people():
    """A trial of three arms with gaps, a category of seven levels, and gaps in the new rows alone."""
    units = trial(700, 1, arms=3)
    random = np.random.default_rng(0)
    frame = units.features.copy()
    frame["kind"] = pd.Categorical(random.choice(list("pqrstuv"), 700))
    frame.loc[frame.index[::7], "kind"] = np.nan
    outcome = units.outcome + frame["kind"].cat.codes.to_numpy() * units.arm
    return dataclasses.replace(units, features=frame, outcome=outcome)


def one_by_one(plain, matrix, arms):
    rows = [[None if math.isnan(value) else value for value in row] for row in matrix.tolist()]
    found = [runtime.effects(plain, row, arms) for row in rows]
    return np.array(found), np.array([runtime.baseline(plain, row, arms) for row in rows])


@pytest.mark.parametrize("learner", models.LEARNABLE)
@pytest.mark.parametrize(("base", "randomised"), [("boosted", True), ("linear", False)])
def test_effects_are_those_of_the_learner(people, learner, base, randomised):
    training = dataclasses.replace(people, randomised=randomised).training(0, base)
    model = fit_model(learner, training.take(np.arange(500)))
    new = training.matrix[500:].copy()
    new[::11] = np.nan
    new[::9, 5] = 40  # a code that no tree has met
    plain = json.loads(json.dumps(models.plain_model(model), allow_nan=False))
    assert np.abs(predict.effects(plain, new, 3) - model.effect(new)).max() < 1e-12
    assert np.abs(predict.baseline(plain, new, 3) - model.baseline(new)).max() < 1e-12
    effects, baseline = one_by_one(plain, new[:40], 3)
    assert np.abs(effects - model.effect(new[:40])).max() < 1e-12
    assert np.abs(baseline - model.baseline(new[:40])).max() < 1e-12


@pytest.mark.parametrize("arms", [2, 3])
@pytest.mark.parametrize("kind", ["trees", "logistic"])
def test_chances_of_arms_are_those_of_the_model(people, arms, kind):
    training = people.training(0)
    matrix, arm = training.matrix, np.where(training.matrix[:, 0] > 0.3, 1, people.arm) % arms
    model = fit_propensity(matrix, arm, arms, training.categorical, kind=kind)
    plain = json.loads(json.dumps(models._plain_propensity(model)))
    assert np.abs(predict.propensity(plain, matrix) - model.predict(matrix)).max() < 1e-12
    row = [None if math.isnan(value) else value for value in matrix[7].tolist()]
    assert runtime.chances(plain, row) == pytest.approx(model.predict(matrix[7:8])[0].tolist(), abs=1e-12)


def test_zero_and_missing_go_where_lightgbm_sends_them():
    random = np.random.default_rng(3)
    x = np.where(random.random(800) < 0.4, 0.0, random.normal(size=800))
    x[random.random(800) < 0.2] = np.nan
    y = np.where(np.isnan(x), 3.0, np.where(x == 0, -2.0, x)) + 0.1 * random.normal(size=800)
    from causal_core.uplift.trees import boost

    model = boost(np.column_stack([x, random.normal(size=800)]), y)
    plain = json.loads(json.dumps(models.plain_regression(model)))
    asked = np.array([[np.nan, np.nan], [0.0, np.nan], [-0.0, 1.0], [1e-40, 0.0], [5.0, 9.0], [-5.0, np.nan]])
    assert predict.regression(plain, asked).tolist() == pytest.approx(
        model.predict(asked).tolist(), abs=1e-12
    )


def test_few_rows_give_a_mean():
    from causal_core.uplift.trees import boost

    plain = models.plain_regression(boost(np.zeros((5, 1)), np.arange(5.0)))
    assert plain == {"mean": 2.0}
    assert predict.regression(plain, np.zeros((2, 1))).tolist() == [2, 2]
    assert runtime.predict(plain, [None]) == 2


@pytest.mark.parametrize(
    ("learner", "base", "word"),
    [
        ("causal_forest", "boosted", "Causal forest"),
        ("auto", "boosted", "Automatic"),
        ("s", "kernel", "Kernel"),
    ],
)
def test_what_is_not_exported_says_why_and_what_is(learner, base, word):
    with pytest.raises(DoesNotApply, match=word) as refusal:
        models.check_exportable(learner, base)
    assert "assignments" in refusal.value.remedy


def test_other_models_are_refused():
    with pytest.raises(DoesNotApply, match="cannot be written out"):
        models.plain_model(object())
    with pytest.raises(DoesNotApply, match="cannot be written out"):
        models.plain_regression(object())
