"""Worlds of several stages whose best rule is known in closed form."""

import numpy as np
import pandas as pd

from causal_core.data.frames import arrow_of
from causal_core.data.table import write_table
from causal_core.graph import CausalGraph
from causal_core.study.options import Data, PolicyOptions, Question, UpliftOptions
from causal_core.study.study import Study

STAGES = (
    {"treatment": "first", "covariates": ("x",)},
    {"treatment": "second", "covariates": ("state",)},
)
PRICE = 0.6


def invest(rows, seed, confounded=False, effect=1.0):
    """The first action costs 0.6 and pays only through a state that the second can then use.

    state is 1 with probability .9 after first = 1, else .1; the second gains `effect` where state is 1 and
    loses it elsewhere, and was 1 with probability .3. By what was done afterwards the first loses: -.6 + .3 *
    .8 = -.36 against -.24. Decided well afterwards it gains: .9 - .6 = .3 against .1.
    """
    random = np.random.default_rng(seed)
    x = random.integers(0, 2, rows)
    first = random.random(rows) < np.where(confounded, 0.3 + 0.4 * x, 0.5)
    state = random.random(rows) < np.where(first, 0.9, 0.1)
    second = random.random(rows) < (np.where(state, 0.5, 0.2) if confounded else 0.3)
    y = x - PRICE * first + effect * second * (2 * state - 1) + random.normal(0, 1, rows)
    columns = {"x": x, "first": first, "state": state, "second": second}
    return pd.DataFrame({name: values.astype(int) for name, values in columns.items()} | {"y": y})


def true_value(history, regime, effect=1.0):
    """The value of a rule in the world `invest`, from its decision in each of the eight histories."""
    known = history.decisions[1].features
    first, second = (policy.argmax(axis=1) for policy in regime.policies)
    x, given, state = (known[name].to_numpy().astype(int) for name in ("x", "first", "state"))
    total = 0.0
    for level in (0, 1):
        action = int(first[x == level][0])
        total += 0.5 * (level - PRICE * action)
        for reached in (0, 1):
            rows = (x == level) & (given == action) & (state == reached)
            # A history that nobody had has no decision to read; it then has next to no weight either.
            step = int(second[rows][0]) if rows.any() else 0
            chance = 0.9 if reached == action else 0.1
            total += 0.5 * chance * effect * step * (2 * reached - 1)
    return total


def chain(rows, seed):
    """Three stages: each push keeps one on the way with probability .9, not .2; only then the third pays."""
    random = np.random.default_rng(seed)
    frame, on = {}, np.ones(rows, dtype=bool)
    for stage in (1, 2):
        push = random.random(rows) < 0.5
        on = on & (random.random(rows) < np.where(push, 0.9, 0.2))
        frame |= {f"t{stage}": push.astype(int), f"on{stage}": on.astype(int)}
    last = random.random(rows) < 0.5
    frame |= {"t3": last.astype(int)}
    pushes = frame["t1"] + frame["t2"]
    frame["y"] = last * np.where(on, 3.0, -1.0) - 0.3 * pushes + random.normal(0, 1, rows)
    return pd.DataFrame(frame)


def study_of(frame, folder, stages=STAGES, graph=None, **parts):
    """A study of these stages and its table."""
    table = write_table(arrow_of(frame), folder)
    question = {"treatment": stages[0].get("treatment", "first"), "outcome": "y", "randomised": True}
    question |= parts.pop("question", {})
    uplift = UpliftOptions(base=parts.pop("base", "linear"))
    nodes = [name for name in frame.columns if name != "y"]
    study = Study(
        Data(path="table.csv", **parts.pop("data", {})),
        graph or CausalGraph(edges=[(name, "y") for name in nodes]),
        Question(**question),
        uplift=uplift,
        policy=PolicyOptions(stages=stages, **parts),
    )
    return study, table
