import json

import numpy as np
import pandas as pd
import pytest

from causal_core import Study
from causal_core.study.report import report

TEXT = """
version = 1
[data]
path = "trial.csv"
[graph]
text = "dag { x -> y; t -> y }"
[question]
treatment = "t"
outcome = "y"
randomised = true
[uplift]
learners = ["s", "t"]
evaluation = "sequential"
base = "linear"
[policy]
policies = ["tree"]
[policy.cost]
"<i>mail</i>" = 0.1
"""


@pytest.fixture(scope="module")
def results(tmp_path_factory):
    folder = tmp_path_factory.mktemp("study")
    random = np.random.default_rng(0)
    x = random.normal(size=500)
    mailed = random.integers(0, 2, 500)
    y = (random.random(500) < 0.4 + 0.3 * mailed * np.sign(x)).astype(int)
    frame = pd.DataFrame({"x": x, "t": np.where(mailed, "<i>mail</i>", "0"), "y": y})
    frame.to_csv(folder / "trial.csv", index=False)
    (folder / "study.toml").write_text(TEXT.replace("randomised", 'control = "0"\nrandomised'))
    return Study.load(folder / "study.toml").run(["uplift", "policy"])


def test_a_study_may_ask_for_sequential_folds(results):
    assert results.failures == {}
    held = results.uplift.held_out
    assert (held.evaluation, len(held.rows), held.total_rows) == ("sequential", 400, 500)
    (tree,) = results.valued.policies
    assert tree.rows_used == 400


def test_results_json_holds_all_numbers(results):
    plain = json.loads(json.dumps(results.to_dict(), allow_nan=False))
    entry = plain["uplift"][1]
    assert entry["learner"] == "t"
    assert {"toc", "toc_band", "r_score", "calibration", "segments", "extremes", "cost"} <= set(entry)
    assert entry["cost"]["points"][0] == [0, 0]
    together = plain["uplift_evaluation"]
    assert together["evaluation"] == "sequential"
    assert together["rows"] == {"judged": 400, "total": 500}
    assert [pair["measure"] for pair in together["paired"]] == ["autoc", "qini"]


def test_the_report_says_how_rows_were_judged_and_escapes_names(results):
    page = report(results)
    assert "400 of 500 rows were judged, fold by fold" in page
    assert "S-learner less T-learner" in page
    assert "Of 2 rankings tried" in page
    assert "<i>mail</i>" not in page
