import json
import tomllib

import numpy as np
import pandas as pd
import pytest

from causal_core.cli import main
from causal_core.study.check import check_file
from causal_core.study.file import StudyFileError
from causal_core.study.options import ValidateOptions
from causal_core.study.study import Study

TEXT = """
version = 1
[data]
path = "data.csv"
[graph]
text = "dag { x -> t; x -> y; t -> y; p -> y }"
[question]
treatment = "t"
outcome = "y"
[estimate]
methods = ["linear_regression", "aipw"]
"""
CHECKS = """
[validate]
checks = ["specification_curve", "repeat"]
methods = ["linear_regression", "aipw"]
repetitions = 20
"""


@pytest.fixture
def study_file(tmp_path):
    """Call with the text of a study: its file, beside a table."""

    def made(text):
        random = np.random.default_rng(0)
        x, p = random.normal(size=(2, 300))
        t = (random.uniform(size=300) < 1 / (1 + np.exp(-x))).astype(int)
        frame = pd.DataFrame({"x": x, "p": p, "t": t, "y": x + p + t + random.normal(size=300)})
        frame.to_csv(tmp_path / "data.csv", index=False)
        (tmp_path / "study.toml").write_text(text, encoding="utf-8")
        return tmp_path / "study.toml"

    return made


def test_a_run_does_the_checks_that_a_study_names(study_file, tmp_path):
    assert main(["run", str(study_file(TEXT + CHECKS)), "--out", str(tmp_path), "--steps", "validate"]) == 0
    found = json.loads((tmp_path / "results.json").read_text(encoding="utf-8"))["validation"]
    curve, repeat = found["specification_curve"], found["repeat"]
    assert {tuple(each["adjusted_for"]) for each in curve["specifications"]} == {("x",), ("p", "x")}
    assert [(each["estimand"], each["specifications"]) for each in curve["facets"]] == [
        ("ATE", 2),
        ("variance-weighted", 2),
    ]
    assert curve["sets_complete"]
    assert curve["sets"][0] == {"columns": ["x"], "roles": ["in use", "minimal", "causes of the treatment"]}
    (mine,) = repeat["results"]
    assert (mine["method"], mine["repetitions"], mine["with_interval"]) == ("aipw", 20, 20)
    report = (tmp_path / "report.html").read_text(encoding="utf-8")
    assert "Would another defensible analysis say otherwise?" in report
    assert "Repeated: Doubly robust (AIPW)" in report
    assert "nothing hidden stands behind treatment and outcome" in report


def test_without_checks_nothing_is_validated(study_file):
    results = Study.load(study_file(TEXT)).run(steps=["validate"])
    assert results.validated is None
    assert "validation" not in results.to_dict()


def test_a_check_without_an_answer_says_why(study_file):
    text = (TEXT + CHECKS).replace("x -> t;", "x -> t; t <-> y;")
    results = Study.load(study_file(text)).run(steps=["validate"])
    found = results.to_dict()["validation"]
    assert "no set of these columns identifies" in found["specification_curve"]["error"]
    assert "do not identify the effect" in found["repeat"]["error"]
    assert not results.failures


def test_the_options_are_read_written_and_checked(study_file):
    study = Study.load(study_file(TEXT + CHECKS))
    assert study.validate == ValidateOptions(
        ("specification_curve", "repeat"), ("linear_regression", "aipw"), repetitions=20
    )
    assert Study.from_text(study.to_text()).validate == study.validate
    assert "validate" not in tomllib.loads(Study.load(study_file(TEXT)).to_text())
    problems, _ = check_file(study_file(TEXT + CHECKS.replace('"aipw"', '"aipv"')))
    assert ["[validate] methods" in str(problem) for problem in problems] == [True]
    with pytest.raises(StudyFileError, match=r"\[validate\]"):
        Study.load(study_file(TEXT + CHECKS.replace('"repeat"', '"again"')))
