import dataclasses

import pandas as pd
import pytest

from causal_core.data.frames import from_frame
from causal_core.study.flags import INTERFERENCE, flags, measured
from causal_core.study.steps import inputs
from causal_core.study.study import Study

TEXT = """
[data]
path = "data.csv"
[data.measured]
x = "before"
t = "at"
m = "after"
y = "after"
[graph]
text = "x -> t; x -> y; t -> m; m -> y"
[question]
treatment = "t"
outcome = "y"
interference = "no"
"""


@pytest.fixture
def table(tmp_path):
    frame = pd.DataFrame({"x": [1, 2, 3, 4], "t": [0, 1, 0, 1], "m": [1, 2, 1, 2], "y": [1, 2, 3, 4]})
    return from_frame(frame, tmp_path)


@pytest.fixture
def flagged(table):
    def found(measured=None, features=None, **question):
        study = Study.from_text(TEXT)
        study = study.replace(
            data=dataclasses.replace(study.data, measured={**study.data.measured, **(measured or {})}),
            question=dataclasses.replace(study.question, **question),
            uplift=dataclasses.replace(study.uplift, features=features),
        )
        return flags(study, inputs(study, table))

    return found


def test_a_sound_study_raises_no_flag(flagged):
    assert flagged() == ()


def test_adjusting_for_a_column_measured_after_the_treatment_is_flagged(flagged):
    (sentence,) = flagged(adjust_for=("x", "m"))
    assert sentence.startswith("m was measured after the treatment, yet adjusted for:")


def test_a_set_that_the_graph_chose_is_flagged_too(flagged):
    found = flagged(measured={"x": "after"})
    assert found[0].startswith("x was measured after the treatment, yet adjusted for:")
    assert found[1].startswith("x was measured after the treatment, yet the graph draws it as a cause of t.")


def test_features_measured_after_the_treatment_are_flagged(flagged):
    (sentence,) = flagged(features=("x", "m", "y"))
    assert sentence.startswith("m and y were measured after the treatment, yet used to predict who responds:")


def test_an_instrument_measured_after_the_treatment_is_flagged():
    study = Study.from_text(
        TEXT.replace("x -> t; x -> y;", "x -> t; t <-> y;").replace('"before"', '"after"')
    )
    found = flags(study.replace(question=dataclasses.replace(study.question, instrument="x")), None)
    assert found[0].startswith("x was measured after the treatment, yet used as an instrument:")


def test_an_instrument_that_nothing_uses_is_not_flagged(table):
    text = TEXT.replace("x -> t; x -> y; t -> m; m -> y", "t -> m; t -> y; x").replace(
        'interference = "no"', 'interference = "no"\nrandomised = true'
    )
    study = Study.from_text(text)
    given = inputs(study, table)
    assert flags(study, given) == ()
    used = study.replace(estimate=dataclasses.replace(study.estimate, methods=("wald",)))
    assert given.instruments.variables == ("m",)
    assert "used as an instrument" in flags(used, given)[0]


def test_a_column_measured_before_is_no_effect_of_the_treatment(flagged):
    assert flagged(measured={"m": "before"}) == (
        "m was measured before the treatment, yet the graph draws it as an effect of t. "
        "One of the two is wrong.",
    )


def test_an_outcome_measured_before_the_treatment_is_flagged(flagged):
    assert flagged(measured={"y": "before"}) == (
        "The outcome y was measured before the treatment, which cannot have changed it.",
    )


def test_interference_is_flagged_when_it_is_said(flagged):
    assert flagged(interference="yes") == (INTERFERENCE,)
    assert flagged(interference="unknown") == ()


def test_a_graph_that_does_not_hold_the_question_still_gives_flags():
    study = Study.from_text(TEXT.replace('"t"', '"other"'))
    study = study.replace(question=dataclasses.replace(study.question, adjust_for=("m",), interference="yes"))
    found = flags(study, None)
    assert found[0].startswith("m was measured after the treatment, yet adjusted for:")
    assert found[-1] == INTERFERENCE


def test_columns_are_listed_by_when_they_were_measured():
    assert measured(Study.from_text(TEXT), "after") == {"m", "y"}
