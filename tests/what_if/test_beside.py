"""The model's answer to the study's question beside an estimate of it."""

import dataclasses

import numpy as np
import pandas as pd
import pytest

from causal_core.estimation.result import Estimate
from causal_core.graph import CausalGraph
from causal_core.what_if import StructuralModel
from causal_core.what_if.beside import beside, beside_sentence, of_everybody
from causal_core.what_if.refits import refit
from causal_core.what_if.response import PEOPLE, Banded, doing, response

GRAPH = CausalGraph(edges=[("z", "t"), ("z", "y"), ("t", "y")])

FOUND = Estimate(
    method="aipw",
    strategy="backdoor",
    target="ATE",
    estimand="ATE",
    contrast=("a", "b"),
    value=2.05,
    std_error=0.1,
    ci=(1.85, 2.25),
    rows_used=2_000,
    rows_dropped=0,
)


@pytest.fixture(scope="module")
def frame():
    random = np.random.default_rng(0)
    z = random.normal(size=2_000)
    t = np.where(z + random.normal(size=2_000) > 0, "b", "a")
    y = 2.0 * (t == "b") + z + random.normal(size=2_000)
    return pd.DataFrame({"z": z, "t": t, "y": y})


@pytest.fixture(scope="module")
def model(frame):
    return StructuralModel.fit(frame, GRAPH, mechanisms={"t": "linear", "y": "linear"})


def test_the_model_gives_the_effect_over_everybody(model):
    (found,) = beside(model, model.noise_of(PEOPLE), "t", "y", [FOUND])
    assert found.change == pytest.approx(2.0, abs=0.15)
    assert found.std_error is None
    assert found.agree
    said = beside_sentence(found, "t", "y", "AIPW", "kg")
    assert said.startswith("t = b instead of a, over everybody: this model changes the mean of y by +")
    assert "the estimate by AIPW is +2.05 (95 % interval 1.85 to 2.25; 2,000 rows), in kg." in said
    assert said.endswith("They agree: one lies in the other's interval.")
    (apart,) = beside(
        model, model.noise_of(500), "t", "y", [dataclasses.replace(FOUND, value=5.0, ci=(4, 6))]
    )
    assert apart.agree is False
    assert "They part" in beside_sentence(apart, "t", "y", "AIPW")


def test_refits_say_how_sure_the_difference_between_two_values_is(model):
    values, noise = np.array([0.0, 1.0]), model.noise_of(500)
    halves = np.stack([doing(refit(model, draw), "t", values, noise) for draw in range(12)])
    whole = doing(model, "t", values, noise)
    empty = np.zeros_like(whole)
    banded = Banded(response(model, "t", rows=500), empty, empty, empty, whole, halves)
    (found,) = beside(model, noise, "t", "y", [FOUND], banded)
    # Least squares with the true model: about sqrt(1 / (2000 * var of t given z)).
    assert found.std_error == pytest.approx(0.055, rel=0.5)
    assert "approximate 95 % interval" in beside_sentence(found, "t", "y", "AIPW")
    assert banded.refits == 12


def test_outcomes_of_two_numbers_are_told_in_their_own_unit(frame):
    coded = frame.assign(t=(frame["t"] == "b") + 1, y=np.where(frame["y"] > 1, 30, 10))
    model = StructuralModel.fit(coded, GRAPH, mechanisms={"t": "linear", "y": "linear"})
    arms = dataclasses.replace(FOUND, contrast=("1", "2"))
    (found,) = beside(model, model.noise_of(2_000), "t", "y", [arms])
    assert 5 < found.change < 15
    assert (
        beside(model, model.noise_of(100), "t", "y", [dataclasses.replace(FOUND, contrast=("1", "3"))]) == ()
    )
    assert beside(model, model.noise_of(100), "t", "elsewhere", [arms]) == ()
    text = StructuralModel.fit(coded.assign(y=np.where(coded["y"] > 20, "high", "low")), GRAPH)
    assert beside(text, text.noise_of(100), "t", "y", [arms]) == ()


def test_only_estimates_over_everybody_stand_beside_it():
    treated = dataclasses.replace(FOUND, method="matching", estimand="ATT")
    weighted = dataclasses.replace(FOUND, method="ipw")
    assert of_everybody([treated, FOUND, weighted], "matching", randomised=False) == (FOUND,)
    assert of_everybody([treated, FOUND, weighted], "ipw", randomised=False) == (weighted,)
    assert of_everybody([treated], "matching", randomised=False) == ()
