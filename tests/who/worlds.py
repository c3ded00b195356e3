"""Held-out rows with known effects, made without a learner, and a trial as a study."""

from __future__ import annotations

import numpy as np
import pandas as pd

from causal_core.data.frames import from_frame
from causal_core.engine.inline import run_inline
from causal_core.graph import CausalGraph
from causal_core.study.options import Data, Question, UpliftOptions
from causal_core.study.steps import uplift_plan
from causal_core.study.study import Study
from causal_core.uplift.features import Encoder
from causal_core.who.judged import Judged
from causal_core.who.tree import Columns


def held_out(effects, predicted=None, clusters=None, std_error=None):
    """Held-out rows with these scores."""
    effects = np.asarray(effects, dtype=np.float64)
    return Judged(
        rows=np.arange(len(effects)),
        contrast=("0", "1"),
        effects=effects,
        predicted=effects if predicted is None else np.asarray(predicted, dtype=np.float64),
        std_error=std_error,
        clusters=clusters,
        thin=np.zeros(len(effects), dtype=bool),
    )


def columns_of(frame, booleans=(), day_zero=None):
    """A frame's columns."""
    encoder = Encoder.of(frame)
    return Columns.of(encoder, encoder.matrix(frame), frozenset(booleans), day_zero)


def trial(rows=1200, seed=1, arms=2, clusters=False):
    """A trial: arm 1 gains 2 in plans plus and pro where age is above 45, arm 2 gains 1 everywhere."""
    random = np.random.default_rng(seed)
    frame = pd.DataFrame(
        {
            "age": random.normal(40, 10, rows).round(),
            "plan": random.choice(["basic", "plus", "pro"], rows),
            "gap": random.normal(size=rows),
            "flag": random.integers(0, 2, rows).astype(bool),
            "since": pd.Timestamp("2020-01-01") + pd.to_timedelta(random.integers(0, 900, rows), unit="D"),
        }
    )
    frame.loc[frame.index[::7], "gap"] = np.nan
    frame["t"] = random.permutation(np.arange(rows) % arms)
    one = 2.0 * (frame["plan"] != "basic") * (frame["age"] > 45)
    gain = np.where(frame["t"] == 1, one, np.where(frame["t"] == 2, 1.0, 0.0))
    frame["y"] = frame["gap"].fillna(0) + gain + random.normal(size=rows)
    frame["house"] = np.arange(rows) // 3
    return frame


def study_of(frame, folder, learners=("t",), clusters=None, base="linear", **uplift):
    """The study of such a trial, and its table; linear learners, since they are quick."""
    features = [name for name in frame.columns if name not in {"t", "y", "house"}]
    graph = CausalGraph(edges=[(name, "y") for name in [*features, "t"]])
    question = Question(treatment="t", outcome="y", randomised=True, unit="EUR", clusters=clusters)
    options = UpliftOptions(learners=learners, base=base, **uplift)
    return Study(Data(path="t.csv"), graph, question, uplift=options), from_frame(frame, folder)


def evaluated(study, table):
    """Its uplift evaluation."""
    return run_inline(uplift_plan(study, table))
