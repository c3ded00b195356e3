"""`[estimate] logs` from the study file to the number, the check and the suggestion."""

import dataclasses

import numpy as np
import pandas as pd
import pytest

from causal_core.study import Study
from causal_core.study.check import check_file
from causal_core.study.run import open_data
from causal_core.study.steps import inputs
from causal_core.study.terms import log_problems, skewness, term_choices

TOML = """
version = 1
[data]
path = "data.csv"
[graph]
text = "dag {{ income -> t; income -> y; town -> t; town -> y; t -> y }}"
[question]
treatment = "t"
outcome = "y"
[estimate]
methods = ["aipw"]
imputations = 2
{more}
"""


@pytest.fixture
def written(tmp_path, monkeypatch):
    """Call with lines of [estimate] and a change of the frame: the study's path."""
    monkeypatch.setenv("DOSTUDIO_HOME", str(tmp_path / "home"))

    def write(more="", change=None):
        random = np.random.default_rng(4)
        rows = 600
        log = random.normal(size=rows)
        t = (random.uniform(size=rows) < 1 / (1 + np.exp(-log))).astype(int)
        frame = pd.DataFrame(
            {
                "income": np.exp(10 + 1.2 * log),
                "town": random.choice(["a", "b"], rows),
                "t": t,
                "y": t + 2 * log + 0.5 * random.normal(size=rows),
            }
        )
        if change is not None:
            change(frame)
        frame.to_csv(tmp_path / "data.csv", index=False)
        path = tmp_path / "study.toml"
        path.write_text(TOML.format(more=more))
        return path

    return write


def value_of(path):
    results = Study.load(path).run(["estimate"])
    assert results.failures == {}
    (found,) = results.estimated.estimates
    return found


def test_the_study_file_gives_what_a_logarithm_in_the_data_gives(written):
    straight = value_of(written())
    by_option = value_of(written('logs = ["income"]'))
    by_hand = value_of(written(change=lambda frame: frame.update(np.log(frame[["income"]]))))
    assert by_option.value == pytest.approx(by_hand.value, abs=1e-9)
    assert by_option.ci == pytest.approx(by_hand.ci, abs=1e-9)
    assert by_option.ci[0] <= 1 <= by_option.ci[1]
    assert abs(straight.value - 1) > 5 * abs(by_option.value - 1)


def test_the_option_is_kept_in_the_file(written, tmp_path):
    study = Study.load(written('logs = ["income"]'))
    (tmp_path / "again.toml").write_text(study.to_text())
    assert Study.load(tmp_path / "again.toml").estimate.logs == ("income",)


@pytest.mark.parametrize("missing", ["complete", "imputation"])
def test_gaps_do_not_stand_in_the_way(written, missing):
    def gaps(frame):
        frame.loc[:30, "income"] = np.nan

    path = written(f'logs = ["income"]\nsquares = ["income"]\nmissing = "{missing}"', gaps)
    assert check_file(path)[0] == ()
    study = Study.load(path)
    design = inputs(study, open_data(study).table).design()
    assert set(design.covariate_names) == {"log(income)", "town=b", "log(income)²"}
    found = value_of(path)
    assert found.rows_used == (569 if missing == "complete" else 600)
    assert found.ci[0] <= 1 <= found.ci[1]


def test_a_column_that_is_not_adjusted_for_is_passed_over(written):
    assert value_of(written('logs = ["y"]')).value == value_of(written()).value


def test_an_instrument_and_a_control_stay_what_they_are(written):
    study = Study.load(written('logs = ["income"]\nsquares = ["income"]'))
    given = inputs(study, open_data(study).table)
    design, own = given.design_with(("income",), ("town",))
    assert design.covariate_names == ("town=b",)
    assert own.shape[1] == 1
    assert own.max() > 1e4
    assert given.without_terms(("income",)) == dataclasses.replace(given, squares=(), logs=())


@pytest.mark.parametrize(
    ("more", "change", "said"),
    [
        (
            'logs = ["income"]',
            {"income": 0},
            "income is 0 or less in 2 of 600 rows in use, and such a value has no logarithm. Leave income "
            "out of the logs, or shift its values so that all are above zero.",
        ),
        (
            'logs = ["town"]',
            {},
            "town is a category, and a category has no logarithm. Leave town out of the logs, or set its "
            "type to number.",
        ),
        (
            'logs = ["incom"]',
            {},
            "[estimate] logs: incom is not a column of the table. Did you mean income?",
        ),
    ],
)
def test_check_and_run_name_what_has_no_logarithm(written, more, change, said):
    def changed(frame):
        for name, value in change.items():
            frame.loc[:1, name] = value

    path = written(more, changed)
    assert [str(problem) for problem in check_file(path)[0]] == [said]
    failure = Study.load(path).run(["estimate"]).failures["estimate"]
    assert failure == said or "There is no column incom to make logs of." in failure


def test_a_zero_in_a_row_that_is_not_used_is_no_problem(written):
    def unused(frame):
        frame.loc[:1, "income"] = 0
        frame.loc[:1, "y"] = np.nan

    path = written('logs = ["income"]', unused)
    assert check_file(path)[0] == ()
    assert value_of(path).rows_used == 598


def test_the_logarithm_of_a_very_skewed_covariate_is_suggested(written):
    def of(path):
        study = Study.load(path)
        opened = open_data(study)
        return term_choices(study, opened.table, opened.profile)

    assert of(written()).logs == ("income",)
    assert of(written()).skewed == ("income",)
    assert of(written('logs = ["income"]')).skewed == ()
    assert of(written(change=lambda frame: frame.update(np.log(frame[["income"]])))).skewed == ()

    def zero(frame):
        frame.loc[0, "income"] = 0

    assert of(written(change=zero)).logs == of(written(change=zero)).skewed == ()
    assert of(written(change=zero)).squares == ("income",)


def test_skewness_is_the_third_standardised_moment():
    from scipy.stats import skew

    values = np.random.default_rng(0).lognormal(size=50)
    assert skewness(values) == pytest.approx(skew(values), abs=1e-12)
    assert skewness(np.ones(5)) == 0


def test_a_graph_that_cannot_be_identified_is_left_to_the_other_words(written):
    path = written('logs = ["income"]')
    path.write_text(path.read_text().replace("dag { ", "dag { t [latent] "))
    check_file(path)
    study = Study.load(path)
    assert log_problems(study, open_data(study).table) == ()
