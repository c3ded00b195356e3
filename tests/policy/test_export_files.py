import json
import subprocess
import sys

import numpy as np
import pandas as pd
import pytest

from causal_core.cli import main
from causal_core.policy.exported import ExportedPolicy

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
learners = ["LEARNER"]
base = "linear"
[policy]
policies = ["treat_all", "treat_none", "POLICY"]
"""


@pytest.fixture
def study(tmp_path, monkeypatch):
    monkeypatch.setenv("DOSTUDIO_HOME", str(tmp_path / "home"))
    random = np.random.default_rng(0)
    frame = pd.DataFrame({"x": random.normal(size=300), "t": random.integers(0, 2, 300)})
    frame["y"] = frame["x"] * frame["t"] + random.normal(size=300)
    frame.to_csv(tmp_path / "trial.csv", index=False)

    def written(learner="s", policy="best_arm", more=""):
        text = TEXT.replace("LEARNER", learner).replace("POLICY", policy) + more
        (tmp_path / "study.toml").write_text(text)
        return str(tmp_path / "study.toml")

    return written


def test_a_run_writes_its_policy(study, tmp_path, capsys):
    out = tmp_path / "out"
    assert main(["run", study(), "--out", str(out), "--steps", "uplift,policy"]) == 0
    assert sorted(path.name for path in out.iterdir()) == [
        "policy_best_arm.json",
        "policy_best_arm.py",
        "report.html",
        "results.json",
    ]
    assert f"wrote {out / 'policy_best_arm.py'}" in capsys.readouterr().err
    policy = ExportedPolicy.from_json((out / "policy_best_arm.json").read_text(encoding="utf-8"))
    people = tmp_path / "trial.csv"
    arguments = [sys.executable, "-I", "-W", "error", str(out / "policy_best_arm.py"), str(people)]
    lines = subprocess.run(arguments, capture_output=True, text=True, check=True).stdout.splitlines()
    assert [line.split(",")[1] for line in lines[1:]] == list(policy.assign(pd.read_csv(people)))
    entries = json.loads((out / "results.json").read_text(encoding="utf-8"))["policy"]
    assert [entry["policy"] for entry in entries] == ["treat_all", "treat_none", "best_arm"]


def test_the_headline_is_written_and_files_have_plain_names(study, tmp_path):
    out = tmp_path / "out"
    text = study(more='headline = "treat_all"\n')
    assert main(["run", text, "--out", str(out), "--steps", "policy"]) == 0
    assert (out / "policy_treat_all.json").is_file()
    assert ExportedPolicy.from_json((out / "policy_treat_all.json").read_text()).rule == {"arm": 1}


def test_a_policy_that_cannot_be_written_is_no_failure(study, tmp_path, capsys):
    out = tmp_path / "out"
    text = study(policy="current").replace("unused", "")
    assert main(["run", text, "--out", str(out), "--steps", "policy"]) == 0
    # What treats everybody alike is the last resort.
    assert (out / "policy_treat_all.py").is_file()
    capsys.readouterr()
    only = tmp_path / "study.toml"
    only.write_text(only.read_text().replace('"treat_all", "treat_none", "current"', '"current"'))
    other = tmp_path / "other"
    assert main(["run", text, "--out", str(other), "--steps", "policy"]) == 0
    assert "note: No policy of this study can be written out" in capsys.readouterr().err
    assert sorted(path.name for path in other.iterdir()) == ["report.html", "results.json"]


def test_a_run_without_policies_writes_none(study, tmp_path):
    out = tmp_path / "out"
    assert main(["run", study(), "--out", str(out), "--steps", "identify"]) == 0
    assert sorted(path.name for path in out.iterdir()) == ["report.html", "results.json"]
