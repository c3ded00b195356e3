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
weights = "w"
[uplift]
learners = ["s", "t"]
evaluation = "sequential"
base = "linear"
[policy]
policies = ["tree", "best_arm", "current"]
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
    frame = pd.DataFrame({"x": x, "t": np.where(mailed, "<i>mail</i>", "0"), "y": y, "w": 1 + (x > 0)})
    frame.to_csv(folder / "trial.csv", index=False)
    (folder / "study.toml").write_text(TEXT.replace("randomised", 'control = "0"\nrandomised'))
    return Study.load(folder / "study.toml").run(["uplift", "policy"])


def test_a_study_may_ask_for_sequential_folds(results):
    assert results.failures == {}
    held = results.uplift.held_out
    assert (held.evaluation, len(held.rows), held.total_rows) == ("sequential", 400, 500)
    tree, best, done = results.valued.policies
    assert tree.rows_used == 400
    assert [each.of for each in (tree, best, done)] == ["policy", "procedure", "policy"]


def test_policies_are_valued_for_the_people_that_rows_stand_for(results):
    held, done = results.uplift.held_out, results.valued.policies[-1]
    assert held.weights.max() / held.weights.min() == pytest.approx(2)
    mailed = held.arm == 1
    assert done.value == pytest.approx(np.average(held.outcome - 0.1 * mailed, weights=held.weights))
    assert done.treated_share == pytest.approx(np.average(mailed, weights=held.weights))
    entry = results.to_dict()["policy"][1]
    assert entry["of"] == "procedure"
    assert entry["gain_vs_current"]["value"] == pytest.approx(results.valued.policies[1].value - done.value)
    assert {"outcome", "spending", "effective_sample_size", "warnings"} < set(entry)


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
