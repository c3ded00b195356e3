import dataclasses

import numpy as np
import pandas as pd

from causal_core import policy
from causal_core.policy.unseen import unseen
from tests.policy.test_cost_curve import rows


def test_people_who_had_no_chance_of_what_they_are_given_are_named():
    effects = np.ones((100, 1))
    held_out = rows(effects, np.hstack([np.zeros((100, 1)), effects]))
    north = np.arange(100) < 20
    chance = np.where(north, 0.0, 0.6)
    arm = np.where(north, 0, np.arange(100) % 2)
    held_out = dataclasses.replace(held_out, propensity=np.column_stack([1 - chance, chance]), arm=arm)
    economics = policy.Economics.of(held_out, "s")
    everybody = policy.treat_all(economics)[0].policy_matrix
    features = pd.DataFrame({"region": np.where(north, "north", "south")})
    (said,) = unseen(economics, everybody, features)
    assert said.startswith("20 % of those given a had no chance of it in the data")
    assert "region = north in 100 %, the others in 0 %" in said
    assert unseen(economics, policy.treat_none(economics).policy_matrix) == ()
    spared = everybody.copy()
    spared[north] = [1, 0]
    assert unseen(economics, spared) == ()


def test_an_estimated_chance_raised_to_its_floor_is_next_to_none():
    held_out = rows(np.ones((100, 1)), np.ones((100, 2)))
    chance = np.where(np.arange(100) < 10, 0.02, 0.25)
    arm = (np.arange(100) % 5 == 0).astype(int)
    held_out = dataclasses.replace(held_out, propensity=np.column_stack([1 - chance, chance]), arm=arm)
    economics = policy.Economics.of(held_out, "s")
    (said,) = unseen(economics, policy.treat_all(economics)[0].policy_matrix)
    assert said.startswith("10 % of those given a had next to no chance of it")
