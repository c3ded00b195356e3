"""What DoWhy's structural models (dowhy.gcm 0.14) get wrong without an error, and what is right instead."""

import networkx as nx
import numpy as np
import pandas as pd
import pytest

from causal_core.estimation.through_dowhy import quiet

EDGES = [("x", "y")]


def fitted(graph, slope):
    from dowhy import gcm

    random = np.random.default_rng(0)
    x = random.normal(size=300)
    frame = pd.DataFrame({"x": x, "y": slope * x + 0.01 * random.normal(size=300)})
    model = gcm.StructuralCausalModel(graph)
    model.set_causal_mechanism("x", gcm.EmpiricalDistribution())
    model.set_causal_mechanism("y", gcm.AdditiveNoiseModel(gcm.ml.create_linear_regressor()))
    gcm.config.disable_progress_bars()
    gcm.fit(model, frame)
    return model


def mean_at_one(model):
    from dowhy import gcm

    drawn = gcm.interventional_samples(model, {"x": lambda _: 1.0}, num_samples_to_draw=100)
    return drawn["y"].mean()


def test_trap_17_two_models_on_one_graph_overwrite_each_other():
    with quiet():
        shared = nx.DiGraph(EDGES)
        first, second = fitted(shared, 2), fitted(shared, -3)
        assert mean_at_one(first) == pytest.approx(-3, abs=0.05)
        first, second = fitted(nx.DiGraph(EDGES), 2), fitted(nx.DiGraph(EDGES), -3)
        assert mean_at_one(first) == pytest.approx(2, abs=0.05)
        assert mean_at_one(second) == pytest.approx(-3, abs=0.05)


@pytest.mark.parametrize(
    ("kind", "mechanism"), [(np.int64, "DiscreteAdditiveNoiseModel"), (str, "ClassifierFCM")]
)
def test_trap_17_yes_or_no_in_whole_numbers_becomes_a_rounded_regression(kind, mechanism):
    from dowhy import gcm

    random = np.random.default_rng(1)
    x = random.normal(size=200)
    frame = pd.DataFrame({"x": x, "y": (x + random.normal(size=200) > 0).astype(np.int64).astype(kind)})
    model = gcm.StructuralCausalModel(nx.DiGraph(EDGES))
    with quiet():
        gcm.auto.assign_causal_mechanisms(model, frame)
    assert type(model.causal_mechanism("y")).__name__ == mechanism


def test_trap_17_no_counterfactual_through_a_category():
    from dowhy import gcm

    random = np.random.default_rng(2)
    x = random.normal(size=200)
    frame = pd.DataFrame({"x": x, "y": np.where(x + random.normal(size=200) > 0, "yes", "no")})
    model = gcm.InvertibleStructuralCausalModel(nx.DiGraph(EDGES))
    with quiet():
        model.set_causal_mechanism("x", gcm.EmpiricalDistribution())
        model.set_causal_mechanism("y", gcm.ClassifierFCM(gcm.ml.create_logistic_regression_classifier()))
        gcm.fit(model, frame)
        with pytest.raises(AttributeError, match="estimate_noise"):
            gcm.counterfactual_samples(model, {"x": lambda _: 0.0}, observed_data=frame.head(1))
