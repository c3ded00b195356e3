"""Interventions on some rows only."""

import numpy as np
import pandas as pd
import pytest

from causal_core.graph import CausalGraph
from causal_core.problem import Problem
from causal_core.what_if import Shift, StructuralModel, Where

GRAPH = CausalGraph(edges=[("a_group", "x"), ("x", "y"), ("a_group", "y"), ("z", "y")])


@pytest.fixture(scope="module")
def model():
    """y = x + 2 z + noise, x = [group is a] + noise; half the rows are of group a."""
    random = np.random.default_rng(0)
    group = np.resize(["a", "b"], 2_000)
    x = (group == "a") + random.normal(size=2_000)
    z = random.normal(size=2_000)
    y = x + 2 * z + random.normal(size=2_000)
    frame = pd.DataFrame({"a_group": group, "x": x, "y": y, "z": z})
    return StructuralModel.fit(frame, GRAPH, mechanisms={"x": "linear", "y": "linear"})


def test_only_rows_meant_are_set(model):
    plain = model.do({}, 4_000, seed=1)
    done = model.do({"x": Where(5.0, "a_group", "a")}, 4_000, seed=1)
    mine = plain["a_group"] == "a"
    assert (done["x"][mine] == 5).all()
    pd.testing.assert_series_equal(done["x"][~mine], plain["x"][~mine])
    # Those of group a have x = 1 on average, so half of them gain 4 in y.
    assert (done["y"] - plain["y"]).mean() == pytest.approx(2, abs=0.15)
    pd.testing.assert_series_equal(done["y"][~mine], plain["y"][~mine])


def test_rows_are_meant_by_numbers_their_own_or_anothers(model):
    plain = model.do({}, 4_000, seed=1)
    capped = model.do({"x": Where(1.0, "x", above=1.0)}, 4_000, seed=1)
    np.testing.assert_allclose(capped["x"], plain["x"].clip(upper=1))
    raised = model.do({"x": Where(Shift(2.0), "z", above=0.0, over=False)}, 4_000, seed=1)
    np.testing.assert_allclose(raised["x"] - plain["x"], np.where(plain["z"] < 0, 2.0, 0.0), atol=1e-9)
    assert Where(1.0, "z", above=0.5).text == "z is above 0.5"
    assert Where(1.0, "a_group", "a").text == "a_group = a"


def test_what_cannot_say_which_rows_is_named(model):
    cases = {
        "y cannot say for which rows x is set: it is downstream": {"x": Where(1.0, "y")},
        "w cannot say for which rows x is set: it is no node": {"x": Where(1.0, "w")},
        "a_group was never c": {"x": Where(1.0, "a_group", "c")},
        "x takes finite numbers": {"x": np.inf},
        "x is set for some rows only, and also decides": {
            "x": Where(1.0, "a_group", "a"),
            "z": Where(1.0, "x", above=0.0),
        },
    }
    for said, wanted in cases.items():
        with pytest.raises(Problem, match=said):
            model.do(wanted, 10)
