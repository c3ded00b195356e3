import dataclasses

import numpy as np
import pandas as pd
import pytest

from causal_core.data.demos import demo
from causal_core.data.frames import arrow_of
from causal_core.data.table import write_table
from causal_core.engine.inline import run_inline
from causal_core.graph import CausalGraph
from causal_core.study.check import check_names
from causal_core.study.options import Data, EstimateOptions, Question
from causal_core.study.steps import estimate_plan, inputs
from causal_core.study.study import Study
from causal_core.study.tried import refutable_methods


@pytest.fixture
def ask(tmp_path):
    """Call with columns, a graph and options: the study and its table."""

    def asked(columns, edges, bidirected=(("t", "y"),), estimate=None, **question):
        table = write_table(arrow_of(pd.DataFrame(columns)), tmp_path)
        study = Study(
            Data(path="x.csv"),
            CausalGraph(edges, bidirected),
            Question(treatment="t", outcome="y", **question),
            estimate=EstimateOptions(**(estimate or {})),
        )
        return study, table

    return asked


def estimates(study, table):
    return run_inline(estimate_plan(study, table)).estimates


def encouraged(n=2000):
    random = np.random.default_rng(0)
    z, w, u = random.normal(size=(n, 2)), random.normal(size=n), random.normal(size=n)
    t = (z.sum(axis=1) + w + u + random.normal(size=n) > 0).astype(int)
    y = 2 * t + u + 3 * w + random.normal(size=n)
    return {"z1": z[:, 0], "z2": z[:, 1] + w, "w": w, "t": t, "y": y}


IV = [("z1", "t"), ("z2", "t"), ("w", "z2"), ("w", "t"), ("w", "y"), ("t", "y")]


def test_named_instruments_share_a_set_and_unnamed_ones_go_by_the_first(ask):
    study, table = ask(encouraged(), IV, instrument=("z2", "z1"))
    route = inputs(study, table).instruments
    assert (route.variables, route.given) == (("z2", "z1"), ("w",))
    alone, table = ask(encouraged(), IV)
    assert inputs(alone, table).instruments.variables == ("z1",)
    one, table = ask(encouraged(), IV, instrument="z2")
    assert inputs(one, table).instruments.given == ("w",)


def test_instruments_together_give_one_number_with_an_over_identification_test(ask):
    study, table = ask(
        encouraged(), IV, instrument=("z2", "z1"), estimate={"methods": ("two_stage_least_squares", "wald")}
    )
    found, wald = estimates(study, table)
    assert found.value == pytest.approx(2, abs=4 * found.std_error)
    assert found.notes[0] == "Instruments: z2, z1; adjusted for w."
    assert found.checks[-1].name == "Hansen J"
    assert found.checks[-1].p_value > 0.001
    assert "two values" in wald.error


def test_instruments_that_do_not_fit_together_are_refused_in_words(ask):
    study, table = ask(
        encouraged(), IV, instrument=("z1", "w"), estimate={"methods": ("two_stage_least_squares",)}
    )
    (found,) = estimates(study, table)
    assert found.error.startswith("w is no instrument")


def test_a_list_of_instruments_and_the_mediators_level_survive_the_file():
    text = Study.load(demo("encouragement").study).to_text()
    assert 'instrument = "letter"' in text
    study = Study.from_text(text.replace('instrument = "letter"', 'instrument = ["letter", "people"]'))
    assert study.question.instrument == ("letter", "people")
    levelled = study.replace(estimate=dataclasses.replace(study.estimate, mediator_value=2.0))
    again = Study.from_text(levelled.to_text())
    assert again.question.instrument == ("letter", "people")
    assert again.estimate.mediator_value == 2.0
    wrong = study.replace(question=dataclasses.replace(study.question, instrument=("letter", "postcard")))
    assert [each.message for each in check_names(wrong)] == [
        "[question] instrument: postcard is not in the graph."
    ]


def test_the_front_door_takes_the_covariates_it_needs(ask):
    random = np.random.default_rng(1)
    c, u = random.normal(size=8000), random.normal(size=8000)
    t = (c + u + random.normal(size=8000) > 0).astype(int)
    m = t + c + random.normal(size=8000)
    columns = {"c": c, "t": t, "m": m, "y": (1 + t) * m + 2 * u + c + random.normal(size=8000)}
    edges = [("t", "m"), ("m", "y"), ("c", "t"), ("c", "m"), ("c", "y")]
    study, table = ask(columns, edges, estimate={"methods": ("frontdoor",)})
    assert inputs(study, table).door.given == ("c",)
    (found,) = estimates(study, table)
    assert found.value == pytest.approx(1 + t.mean(), abs=4 * found.std_error)
    assert found.notes[0] == "Front door: m; adjusted for c."
    past, table = ask(columns, [*edges, ("t", "y")], estimate={"methods": ("frontdoor",)}, mediator="m")
    (refused,) = estimates(past, table)
    assert refused.error.startswith("The mediator m is no front door. m does not carry the whole effect")


def test_a_named_mediator_stands_for_the_set_that_holds_it(ask):
    edges = [("t", "m1"), ("t", "m2"), ("m1", "y"), ("m2", "y")]
    random = np.random.default_rng(2)
    t = random.integers(0, 2, 500)
    columns = {"t": t, "m1": t + random.normal(size=500), "m2": t + random.normal(size=500)}
    columns["y"] = columns["m1"] + columns["m2"]
    study, table = ask(columns, edges, mediator="m1")
    assert inputs(study, table).door.variables == ("m1", "m2")


def test_smoking_recovers_its_truth():
    results = Study.load(demo("smoking_tar").study).run(["estimate"])
    (found,) = results.estimated.of("frontdoor")
    assert found.value == pytest.approx(-0.045, abs=1e-9)
    assert found.ci[0] < -0.045 < found.ci[1]


def test_service_is_split_near_its_truth_and_never_headed_by_the_split():
    study = Study.load(demo("service").study)
    study = study.replace(
        estimate=dataclasses.replace(
            study.estimate, methods=("difference_in_means", "mediation", "ipw"), headline="mediation"
        )
    )
    estimated = study.run(["estimate"]).estimated
    found = {each.estimand.split("(")[0]: each for each in estimated.of("mediation")}
    for name, truth in (("NDE", -0.0576), ("NIE", -0.0852), ("TE", -0.1428)):
        assert found[name].value == pytest.approx(truth, abs=2 * found[name].std_error)
    assert estimated.headline == "ipw"
    assert "mediation" not in refutable_methods(estimated)
    plain = found["TE"].to_dict()
    assert plain["strategy"] == "mediation"
    assert plain["checks"][0]["name"] == "Share mediated"


def test_all_mediators_count_jointly_unless_one_is_named(ask):
    edges = [("t", "l"), ("l", "m"), ("l", "y"), ("t", "m"), ("m", "y"), ("t", "y"), ("c", "t"), ("c", "y")]
    random = np.random.default_rng(3)
    c = random.normal(size=4000)
    t = (c + random.normal(size=4000) > 0).astype(int)
    late = t + random.normal(size=4000)
    m = late + t + random.normal(size=4000)
    columns = {"c": c, "t": t, "l": late, "m": m, "y": t + late + m + c + random.normal(size=4000)}
    study, table = ask(columns, edges, (), estimate={"methods": ("mediation",)})
    found = estimates(study, table)
    assert found[0].notes[0] == "Mediators, jointly: l, m; adjusted for c."
    assert found[1].value == pytest.approx(1, abs=4 * found[1].std_error)
    assert found[2].value == pytest.approx(3, abs=4 * found[2].std_error)
    named, table = ask(columns, edges, (), estimate={"methods": ("mediation",)}, mediator="m")
    (refused,) = estimates(named, table)
    assert "What goes through m cannot be told from what does not." in refused.error
    assert "l is itself an effect of t" in refused.error
