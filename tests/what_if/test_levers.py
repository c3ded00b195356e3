"""Levers against closed forms: singly, together, and why they do not add up."""

import numpy as np
import pandas as pd
import pytest

from causal_core.graph import CausalGraph
from causal_core.problem import Problem
from causal_core.what_if import Shift, StructuralModel
from causal_core.what_if.intervention import Where
from causal_core.what_if.levers import Lever, change_of, outcome_of, overlaps, pulls, together
from causal_core.what_if.moments import Moment
from causal_core.what_if.refits import error, refit

GRAPH = CausalGraph(edges=[("income", "mail"), ("income", "spend"), ("mail", "spend")])


@pytest.fixture(scope="module")
def model():
    """spend = income + 2 mail + noise, mail = 0.5 income + noise."""
    random = np.random.default_rng(0)
    income = random.normal(size=5_000)
    mail = 0.5 * income + random.normal(size=5_000)
    spend = income + 2 * mail + random.normal(size=5_000)
    frame = pd.DataFrame({"income": income, "mail": mail, "spend": spend})
    return StructuralModel.fit(frame, GRAPH)


def test_shifts_add_up_and_settings_cut(model):
    noise, outcome = model.noise_of(3_000, 1), outcome_of(model, "spend")
    both = [Lever("income", Shift(1.0), 4.0), Lever("mail", Shift(1.0), 1.0)]
    found = {each.nodes: each for each in pulls(model, noise, both, outcome)}
    assert found["income",].change == pytest.approx(2, abs=0.05)
    assert found["mail",].change == pytest.approx(2, abs=0.05)
    assert found["income",].per_cost == pytest.approx(0.5, abs=0.02)
    assert found["income", "mail"].change == pytest.approx(found["income", "mail"].apart)
    assert np.isnan(found["mail",].band).all()
    fixed = [Lever("income", Shift(1.0)), Lever("mail", 2.0)]
    cut = {each.nodes: each for each in pulls(model, noise, fixed, outcome)}
    # What income brings through mail, 1 of its 2, is lost once mail is set.
    together = cut["income", "mail"]
    assert together.apart - together.change == pytest.approx(1, abs=0.05)
    assert together.per_cost is None
    (why,) = overlaps(model, noise, fixed, outcome)
    assert (why.first, why.second, why.cut) == ("income", "mail", True)
    assert why.through == pytest.approx(1, abs=0.05)
    assert not overlaps(model, noise, both, outcome)[0].cut


def test_a_lever_for_some_costs_only_for_them(model):
    noise, outcome = model.noise_of(3_000, 1), outcome_of(model, "spend")
    rich = Lever("mail", Where(Shift(1.0), "income", above=0.0), 3.0)
    (found,) = pulls(model, noise, [rich], outcome)
    assert found.cost == pytest.approx(1.5, abs=0.1)
    assert found.per_cost == pytest.approx(2 / 3, abs=0.02)
    # Whom it is for may hang on what another lever does.
    both = pulls(model, noise, [rich, Lever("income", 5.0)], outcome)[-1]
    assert both.cost == pytest.approx(3.0)


def test_refits_give_bands(model):
    noise, outcome = model.noise_of(1_000, 1), outcome_of(model, "spend")
    levers = [Lever("mail", Shift(1.0))]
    halves = [refit(model, draw) for draw in range(5)]
    errors = error(
        change_of(model, noise, together(levers), outcome),
        np.stack([change_of(half, half.noise_of(1_000, 1), together(levers), outcome) for half in halves]),
    )
    (found,) = pulls(model, noise, levers, outcome, errors)
    low, high = found.band
    assert low < 2 < high
    assert high - low < 0.3


def test_bad_levers_are_named(model):
    noise, outcome = model.noise_of(10), Moment("spend")
    cases = {
        "one to 4 at a time, not 0": [],
        "Two levers act on mail": [Lever("mail", 1.0), Lever("mail", 2.0)],
        "spend is the outcome": [Lever("spend", 1.0)],
        "The cost of mail is -1": [Lever("mail", 1.0, -1)],
    }
    for said, levers in cases.items():
        with pytest.raises(Problem, match=said):
            pulls(model, noise, levers, outcome)
    with pytest.raises(Problem, match="w is no node"):
        outcome_of(model, "w")
