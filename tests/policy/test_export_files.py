import dataclasses
import json
import subprocess
import sys

import numpy as np
import pandas as pd
import pytest

from causal_core import Study
from causal_core.cli import main
from causal_core.policy.exported import ExportedPolicy
from causal_core.study.policy_files import policy_to_write, write_policy

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
learners = ["s"]
base = "linear"
[policy]
policies = ["treat_all", "treat_none", "best_arm", "current"]
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("study")
    random = np.random.default_rng(0)
    frame = pd.DataFrame({"x": random.normal(size=300), "t": random.integers(0, 2, 300)})
    frame["y"] = frame["x"] * frame["t"] + random.normal(size=300)
    frame.to_csv(folder / "trial.csv", index=False)
    (folder / "study.toml").write_text(TEXT)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DOSTUDIO_HOME", str(folder / "home"))
        yield folder


@pytest.fixture(scope="module")
def results(folder):
    return Study.load(folder / "study.toml").run(["policy"])


def asking(results, **changes):
    options = dataclasses.replace(results.study.policy, **changes)
    return dataclasses.replace(results, study=results.study.replace(policy=options))


def test_a_run_writes_its_policy(folder, tmp_path, capsys):
    out = tmp_path / "out"
    assert main(["run", str(folder / "study.toml"), "--out", str(out), "--steps", "policy"]) == 0
    assert sorted(path.name for path in out.iterdir()) == [
        "policy_best_arm.json",
        "policy_best_arm.py",
        "report.html",
        "results.json",
    ]
    assert f"wrote {out / 'policy_best_arm.py'}" in capsys.readouterr().err
    policy = ExportedPolicy.from_json((out / "policy_best_arm.json").read_text(encoding="utf-8"))
    people = folder / "trial.csv"
    arguments = [sys.executable, "-I", "-W", "error", str(out / "policy_best_arm.py"), str(people)]
    lines = subprocess.run(arguments, capture_output=True, text=True, check=True).stdout.splitlines()
    assert [line.split(",")[1] for line in lines[1:]] == list(policy.assign(pd.read_csv(people)))
    entries = json.loads((out / "results.json").read_text(encoding="utf-8"))["policy"]
    assert [entry["policy"] for entry in entries] == ["treat_all", "treat_none", "best_arm", "current"]


def test_which_policy_is_written(results):
    assert policy_to_write(results) == "best_arm"
    assert policy_to_write(asking(results, headline="treat_all")) == "treat_all"
    # What treats everybody alike is the last resort, and what was done no rule at all.
    assert policy_to_write(asking(results, policies=("treat_all", "current"))) == "treat_all"
    assert policy_to_write(asking(results, policies=("current",))) is None
    assert policy_to_write(dataclasses.replace(results, valued=None)) is None


def test_why_none_is_written(results, tmp_path):
    assert write_policy(dataclasses.replace(results, valued=None), tmp_path) == ((), "")
    files, why = write_policy(asking(results, policies=("current",)), tmp_path)
    assert (files, why) == ((), "No policy of this study can be written out as a program.")
    files, why = write_policy(asking(results, headline="treat_all"), tmp_path / "nowhere")
    assert files == ()
    assert "cannot be written to" in why


def test_files_have_plain_names(results, tmp_path):
    files, why = write_policy(asking(results, headline="treat_all"), tmp_path)
    assert [path.name for path in files] == ["policy_treat_all.json", "policy_treat_all.py"]
    assert why == ""
    assert ExportedPolicy.from_json(files[0].read_text(encoding="utf-8")).rule == {"arm": 1}
