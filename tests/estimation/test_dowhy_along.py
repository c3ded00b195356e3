"""Where DoWhy is wrong without an error along instruments, the front door and mediation, ours is right."""

from __future__ import annotations

import networkx as nx
import numpy as np
import pandas as pd
import pytest

from causal_core import estimation
from causal_core.estimation.through_dowhy import quiet


def of_dowhy(kind, edges, frame, control=0, treatment=1, effect="ATE"):
    """DoWhy's own value for the effect of t on y."""
    from dowhy.causal_estimators.instrumental_variable_estimator import InstrumentalVariableEstimator
    from dowhy.causal_estimators.linear_regression_estimator import LinearRegressionEstimator
    from dowhy.causal_estimators.two_stage_regression_estimator import TwoStageRegressionEstimator
    from dowhy.causal_identifier import EstimandType, identify_effect_auto

    with quiet():
        wanted = EstimandType[f"NONPARAMETRIC_{effect}"]
        estimand = identify_effect_auto(nx.DiGraph(edges), ["t"], ["y"], list(frame), wanted)
        estimand.set_identifier_method(kind)
        if kind == "iv":
            estimator = InstrumentalVariableEstimator(estimand)
        else:
            estimator = TwoStageRegressionEstimator(
                estimand,
                first_stage_model=LinearRegressionEstimator,
                second_stage_model=LinearRegressionEstimator,
            )
        found = estimator.fit(frame.copy()).estimate_effect(
            frame.copy(), control_value=control, treatment_value=treatment
        )
    return found.value


HIDDEN = [("u", "t"), ("u", "y")]


@pytest.fixture
def letters(make):
    random = np.random.default_rng(0)
    z, z2, u = random.integers(0, 2, 2000), random.normal(5, 1, 2000), random.normal(size=2000)
    t = (z + 0.3 * (z2 - 5) + u + random.normal(size=2000) > 0.5).astype(int)
    y = 3 + 2 * t + 3 * u + random.normal(size=2000)
    return make(y, t, []), pd.DataFrame({"z": z, "z2": z2, "t": t, "y": y})


@pytest.fixture
def interacting(make):
    random = np.random.default_rng(1)
    x = random.normal(size=4000)
    t = (x + random.normal(size=4000) > 0).astype(int)
    m = 1 + 2 * t + x + random.normal(size=4000)
    y = t + 2 * m + 1.5 * t * m + x + random.normal(size=4000)
    return make(y, t, x), pd.DataFrame({"t": t, "m": m, "y": y, "x": x})


def test_trap_3_several_instruments_without_an_intercept(letters):
    design, frame = letters
    theirs = of_dowhy("iv", [("z", "t"), ("z2", "t"), ("t", "y"), *HIDDEN], frame)
    (ours,) = estimation.estimate_iv("two_stage_least_squares", design, frame[["z", "z2"]].to_numpy(float))
    assert abs(theirs - 2) > 3
    assert ours.value == pytest.approx(2, abs=3 * ours.std_error)


def test_trap_3_an_instrument_coded_1_and_2(letters):
    design, frame = letters
    theirs = of_dowhy("iv", [("z", "t"), ("t", "y"), *HIDDEN], frame[["z", "t", "y"]].assign(z=frame.z + 1))
    (ours,) = estimation.estimate_iv("wald", design, frame.z.to_numpy(float) + 1)
    assert np.isnan(theirs)
    assert ours.value == pytest.approx(2, abs=3 * ours.std_error)


def test_trap_2_the_front_door_squares_the_contrast(make):
    random = np.random.default_rng(2)
    u = random.normal(size=4000)
    t = (u + random.normal(size=4000) > 0).astype(int)
    m = 1.5 * t + random.normal(size=4000)
    frame = pd.DataFrame({"t": t, "m": m, "y": 2 * m + 3 * u + random.normal(size=4000)})
    edges = [("t", "m"), ("m", "y"), *HIDDEN]
    there, back = (of_dowhy("frontdoor", edges, frame, *pair) for pair in ((0, 1), (1, 0)))
    assert back == pytest.approx(there)
    forward, backward = (
        estimation.estimate_frontdoor(make(frame.y, arm, []), m)[0].value for arm in (t, 1 - t)
    )
    assert forward == pytest.approx(3, abs=0.3)
    assert backward == pytest.approx(-forward)


def test_trap_13_one_of_two_mediators_is_used(make):
    random = np.random.default_rng(3)
    t = random.integers(0, 2, 4000)
    one, two = t + random.normal(size=4000), t + random.normal(size=4000)
    frame = pd.DataFrame({"t": t, "m": one, "k": two, "y": t + one + two + random.normal(size=4000)})
    edges = [("t", "m"), ("t", "k"), ("m", "y"), ("k", "y"), ("t", "y")]
    theirs = of_dowhy("mediation", edges, frame, effect="NIE")
    ours = estimation.estimate_mediation(make(frame.y, t, []), np.column_stack([one, two]))[2]
    assert theirs == pytest.approx(1, abs=0.3)
    assert ours.value == pytest.approx(2, abs=3 * ours.std_error)


def test_traps_2_and_13_natural_effects(interacting):
    """Their contrast is squared, and treatment and mediator do not interact; NDE(0) = 2.5, NIE(1) = 7."""
    design, frame = interacting
    edges = [("t", "m"), ("m", "y"), ("t", "y"), ("x", "t"), ("x", "y"), ("x", "m")]
    direct, indirect, back = (
        of_dowhy("mediation", edges, frame, *pair, effect=effect)
        for effect, pair in (("NDE", (0, 1)), ("NIE", (0, 1)), ("NIE", (1, 0)))
    )
    found = {each.estimand: each for each in estimation.estimate_mediation(design, frame.m.to_numpy())}
    assert abs(direct - 2.5) > 0.8
    assert abs(indirect - 7) > 0.8
    assert back == pytest.approx(indirect)
    assert found["NDE(0)"].value == pytest.approx(2.5, abs=4 * found["NDE(0)"].std_error)
    assert found["NIE(1)"].value == pytest.approx(7, abs=4 * found["NIE(1)"].std_error)
