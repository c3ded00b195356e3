"""A study's model fitted by tasks, and its bands."""

import numpy as np
import pandas as pd
import pytest

from causal_core.data.frames import arrow_of
from causal_core.data.table import write_table
from causal_core.graph import CausalGraph
from causal_core.problem import Problem
from causal_core.study.options import Data, Question
from causal_core.study.study import Study
from causal_core.what_if import Shift, Where
from causal_core.what_if.moments import Moment
from causal_core.what_if.plan import asked_of, changes_plan, model_plan, response_plan
from causal_core.what_if.tasks import ask_changes, ask_refits, combine_changes, combine_response, fit_model


@pytest.fixture
def asked(tmp_path):
    random = np.random.default_rng(0)
    x = random.normal(size=400)
    frame = pd.DataFrame({"x": x, "code": random.integers(1, 4, 400), "y": 2 * x + random.normal(size=400)})
    graph = CausalGraph(edges=[("x", "y"), ("code", "y"), ("unmeasured", "y")])
    study = Study(Data(path="t.csv", types={"code": "category"}), graph, Question(treatment="x", outcome="y"))
    return asked_of(study, write_table(arrow_of(frame), tmp_path), {"y": "linear"})


def test_columns_are_read_as_the_study_says_and_others_are_latent(asked):
    model = fit_model(asked)
    assert set(model.order) == {"x", "code", "y"}
    assert model.columns["code"].levels == ("1", "2", "3")
    assert model.fits["y"].chosen_by_hand
    assert fit_model(asked) is model
    assert model_plan(asked).key == model_plan(asked).key


def test_refits_give_bands_around_the_response(asked):
    model = fit_model(asked)
    plan = response_plan(asked, model, "x")
    assert len(plan.tasks) == 8
    parts = [ask_refits(**call.arguments) for call in plan.tasks[:2]]
    found = combine_response(**plan.combine.arguments, parts=parts)
    assert found.refits == 10
    low, high = found.of(Moment("y"))
    line = found.response.of(Moment("y")).do
    assert ((low < line) & (line < high)).all()
    assert np.polyfit(found.response.grid, line, 1)[0] == pytest.approx(2, abs=0.15)


def test_a_graph_without_columns_is_said(asked):
    study = Study(Data(path="t.csv"), CausalGraph(edges=[("q", "r")]), Question(treatment="q", outcome="r"))
    with pytest.raises(Problem, match="No node of the graph is a column"):
        asked_of(study, asked.table)


def test_refits_say_how_sure_changes_are(asked):
    model = fit_model(asked)
    plan = changes_plan(asked, model, ({"x": Shift(1.0)}, {"x": Where(0.0, "code", "1")}), Moment("y"))
    parts = [ask_changes(**call.arguments) for call in plan.tasks[:10]]
    errors = combine_changes(**plan.combine.arguments, parts=parts)
    # The slope of 400 rows has an error of 1 / sqrt(400).
    assert errors[0] == pytest.approx(0.05, abs=0.03)
    assert errors.shape == (2,)
    other = changes_plan(asked, model, ({"x": Shift(2.0)},), Moment("y"))
    assert other.key != plan.key
