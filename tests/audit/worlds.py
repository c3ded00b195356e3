"""A linear world whose every effect is known."""

import numpy as np
import pandas as pd

from causal_core.audit.box import Box, Learned
from causal_core.graph import CausalGraph
from causal_core.what_if.predictor import Expansion, LinearPredictor
from causal_core.what_if.structural_model import StructuralModel

GRAPH = CausalGraph(
    edges=[
        ("age", "group"),
        ("age", "job"),
        ("group", "job"),
        ("group", "street"),
        ("job", "income"),
        ("group", "income"),
        ("income", "good"),
        ("job", "good"),
    ]
)

WEIGHTS = {"group": 3.0, "street": 2.0, "job": -1.0, "income": -4.0}
"""Of the model under audit."""

DIRECT = 3.0
STEPS = {"street": 2 * 1.5, "job": (-0.8) * (-1.0 + 0.5 * -4.0), "income": 0.6 * -4.0}
"""What changing the group does to the prediction by each first step."""


def frame(rows, seed=0, group=None):
    """age -> group; group and age -> job; group -> street, a proxy; job and group -> income.

    With `group` it is set for everybody, and each keeps the noise of their own.
    """
    random = np.random.default_rng(seed)
    age = random.normal(size=rows)
    natural = (random.random(rows) < 1 / (1 + np.exp(-age))).astype(int)
    mine = natural if group is None else np.full(rows, group)
    job = 0.7 * age - 0.8 * mine + random.normal(size=rows)
    street = 1.5 * mine + random.normal(size=rows)
    income = 0.5 * job + 0.6 * mine + random.normal(size=rows)
    good = 2 * income + job + random.normal(size=rows)
    return pd.DataFrame(
        {
            "age": age,
            "group": np.array(["a", "b"])[mine],
            "job": job,
            "street": street,
            "income": income,
            "good": good,
        }
    )


def world(rows=2_000, seed=0):
    ways = {"group": "linear", "job": "linear", "street": "linear", "income": "linear", "good": "linear"}
    return StructuralModel.fit(frame(rows, seed), GRAPH, 0, ways)


def linear_box(model, weights=None, intercept=0.0):
    """A model under audit that is linear in codes."""
    weights = WEIGHTS if weights is None else weights
    inputs = tuple(weights)
    columns = {name: model.columns[name] for name in inputs}
    sizes = tuple(len(columns[name].levels) for name in inputs)
    expansion = Expansion(sizes, np.zeros(len(inputs)), np.ones(len(inputs)))
    predictor = LinearPredictor(
        expansion, np.array([[weights[name]] for name in inputs]), np.array([intercept])
    )
    return Box(inputs, columns, Learned(predictor, chance=False), "linear by hand", chance=False)
