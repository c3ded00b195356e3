"""Exported policies against the policies whose values a study gives."""

import dataclasses
import io
import subprocess
import sys

import numpy as np
import pandas as pd
import pytest

from causal_core import Study
from causal_core.engine.inline import run_inline
from causal_core.policy.assignments import assign_people
from causal_core.policy.export_plan import (
    assignments_plan,
    carry_out_plan,
    export_fault,
    export_plan,
    exportable,
)
from causal_core.policy.exported import ExportedPolicy
from causal_core.problem import DoesNotApply, Problem
from causal_core.study import steps
from causal_core.study.run import open_data

TEXT = """
version = 1
[data]
path = "trial.csv"
measured = { redeemed = "after" }
[graph]
text = "dag { age -> y; region -> y; member -> y; since -> y; t -> y }"
[question]
treatment = "t"
outcome = "y"
control = "none"
randomised = true
[uplift]
learners = ["x"]
[policy]
policies = [
    "treat_all", "treat_none", "top_share", "threshold", "best_arm", "budget", "tree", "linear", "current"
]
threshold = 0.3
budget = 90.0
share = 0.3
benefit = 2.0
unit = "EUR"
[policy.cost]
mail = "price"
call = 0.8
"""

PAID = '[policy.paid_per]\ncall = "{}"\n'


def few(uplift):
    """The study with other learners and one policy."""
    text = TEXT.replace('learners = ["x"]', uplift)
    return text[: text.index("policies =")] + 'policies = ["best_arm"]\n' + text[text.index("threshold =") :]


COLUMNS = ["age", "region", "member", "since", "price"]


def people(rows, seed):
    random = np.random.default_rng(seed)
    frame = pd.DataFrame({"age": random.normal(40, 10, rows).round(1)})
    frame["region"] = random.choice(["north", "sou'th\"", "wést 🙂"], rows)
    frame["member"] = random.random(rows) < 0.5
    days = pd.to_timedelta(random.integers(0, 900, rows), unit="D")
    frame["since"] = (pd.Timestamp("2020-01-01") + days).strftime("%Y-%m-%d")
    frame["price"] = random.uniform(0, 1, rows).round(3)
    frame["t"] = random.choice(["none", "mail", "call"], rows)
    gain = np.where(frame.t == "mail", (frame.age - 40) / 10, 1.5 * (frame.region == "north"))
    frame["y"] = (random.normal(size=rows) + gain * (frame.t != "none")).round(4)
    frame["redeemed"] = ((frame.t != "none") & (random.random(rows) < 0.3)).astype(int)
    frame.loc[random.random(rows) < 0.1, "age"] = np.nan
    frame.loc[random.random(rows) < 0.1, "region"] = np.nan
    return frame


class Here:
    """A study with its table and what its learner found."""

    def __init__(self, folder, text=TEXT, write=True):
        if write:
            people(700, 0).to_csv(folder / "trial.csv", index=False)
        (folder / "study.toml").write_text(text, encoding="utf-8")
        self.folder, self.study = folder, Study.load(folder / "study.toml")
        self.table = open_data(self.study).table
        self.evaluation = run_inline(steps.uplift_plan(self.study, self.table))

    def export(self, name):
        return run_inline(export_plan(self.study, self.table, self.evaluation, name))

    def valued(self):
        plan = steps.policy_plan(self.study, self.table, self.evaluation)
        return {each.policy: each for each in run_inline(plan).policies}


@pytest.fixture(scope="module", autouse=True)
def home(tmp_path_factory):
    """DOSTUDIO_HOME for these tests, so that nothing reaches the user's own folder."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DOSTUDIO_HOME", str(tmp_path_factory.mktemp("home")))
        yield


@pytest.fixture(scope="module")
def here(tmp_path_factory, home):
    return Here(tmp_path_factory.mktemp("export"))


@pytest.fixture(scope="module")
def exported(here):
    return {name: here.export(name) for name in exportable(here.study, here.evaluation)}


@pytest.fixture(scope="module")
def valued(here):
    return here.valued()


def test_all_but_what_was_done_is_exported(exported):
    assert list(exported) == [
        "treat_all: call",
        "treat_all: mail",
        "treat_none",
        "top_share",
        "threshold",
        "best_arm",
        "budget",
        "tree",
        "linear",
    ]


@pytest.mark.parametrize(
    "name",
    ["treat_all: call", "treat_none", "top_share", "threshold", "best_arm", "budget", "tree", "linear"],
)
def test_the_exported_policy_is_the_one_that_was_valued(here, exported, valued, name):
    rows = here.evaluation.held_out.rows
    codes = exported[name].codes(here.table.frame(rows=rows))
    matrix = valued[name].policy_matrix
    chance = matrix[np.arange(len(rows)), codes]
    # Only who stands at the limit itself may have a chance between 0 and 1.
    assert (chance < 1).sum() <= 1
    assert exported[name].about.get("of these assigned otherwise", 0) == 0
    assert "exactly this policy" in exported[name].about["value"]


def test_a_budget_is_not_overspent(here, exported):
    held_out = here.evaluation.held_out
    frame = here.table.frame(rows=held_out.rows)
    codes = exported["budget"].codes(frame)
    cost = np.column_stack([np.zeros(len(frame)), np.full(len(frame), 0.8), frame["price"]])
    spent = cost[np.arange(len(codes)), codes].sum()
    whole = 90.0 * len(frame) / held_out.total_rows
    assert whole - 0.8 <= spent <= whole
    assert exported["budget"].rule["money"] > 1


@pytest.mark.parametrize("name", ["top_share", "budget", "tree", "linear", "treat_none"])
def test_the_module_says_the_same_as_the_policy(here, exported, tmp_path, name):
    policy = exported[name]
    again = ExportedPolicy.from_json(policy.to_json())
    assert again.to_json() == policy.to_json()
    new = people(150, 9)[COLUMNS].astype({"member": object})
    new.loc[3, "region"], new.loc[4, "since"], new.loc[5, "member"] = "never seen", None, None
    new.to_csv(tmp_path / "people.csv", index=False)
    (tmp_path / "policy.py").write_text(policy.to_python(), encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-I", "-W", "error", "policy.py", "people.csv"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=True,
    )
    found = pd.read_csv(io.StringIO(done.stdout), keep_default_na=False)
    assert tuple(found["arm"]) == policy.assign(new) == again.assign(new)
    assert found["row"].tolist() == list(range(1, 151))
    space = {"__name__": "policy"}
    exec(compile(policy.to_python(), "policy.py", "exec"), space)  # noqa: S102 - our own module
    assert tuple(space["assign"](row) for row in new.to_dict("records")) == policy.assign(new)
    if policy.predicts:
        worth = policy.net_benefit(new)
        assert found["predicted_net_benefit"].astype(float).tolist() == pytest.approx(
            worth.tolist(), abs=1e-9
        )


def test_assignments_of_new_people(exported):
    new = people(60, 5)[COLUMNS]
    new["name"] = [f"p{row}" for row in range(60)]
    new.loc[:2, "region"] = "never seen"
    found = assign_people(exported["best_arm"], new, "name")
    assert sum(count for _, count in found.counts) == 60
    lines = found.to_csv().splitlines()
    assert lines[0] == "row,id,arm,predicted_net_benefit"
    assert lines[1].startswith("1,p0,")
    assert dict(found.gaps)["region"] == new["region"].isna().sum() + 3
    assert (found.net_benefit[found.codes > 0] > 0).all()
    assert not found.net_benefit[found.codes == 0].any()
    tree = assign_people(exported["tree"], new)
    assert tree.net_benefit is None
    assert tree.to_csv().splitlines()[1].endswith(",")
    with pytest.raises(Problem, match="age"):
        assign_people(exported["best_arm"], new.drop(columns="age"))
    with pytest.raises(Problem, match="price"):
        assign_people(exported["best_arm"], new.drop(columns="price"))
    with pytest.raises(Problem, match="nobody"):
        assign_people(exported["best_arm"], new.head(0))
    with pytest.raises(Problem, match="missing or negative in 1 rows, first in row 2"):
        assign_people(exported["best_arm"], new.assign(price=[1, None, *[1] * 58]))


def test_assignments_of_the_table_by_a_plan(here, exported):
    found = run_inline(assignments_plan(exported["top_share"], here.table))
    assert len(found.codes) == here.table.rows
    assert 0.2 < (found.codes > 0).mean() < 0.4


@pytest.mark.parametrize("name", ["best_arm", "tree", "treat_none"])
def test_carrying_out_at_once_gives_the_same(here, exported, name):
    found = run_inline(carry_out_plan(here.study, here.table, here.evaluation, name, id_column="age"))
    alike = assign_people(exported[name], here.table, "age")
    assert found.to_csv() == alike.to_csv()


def test_who_gets_what_by_models_that_are_not_written_out(tmp_path):
    here = Here(tmp_path, few('learners = ["t"]\nbase = "nearest_neighbours"') + PAID.format("redeemed"))
    with pytest.raises(DoesNotApply, match="cannot be written out"):
        here.export("best_arm")
    found = run_inline(carry_out_plan(here.study, here.table, here.evaluation, "best_arm"))
    matrix = here.valued()["best_arm"].policy_matrix
    assert np.array_equal(found.codes[here.evaluation.held_out.rows], matrix.argmax(axis=1))
    with pytest.raises(Problem, match="record"):
        carry_out_plan(here.study, here.table, here.evaluation, "current")


def test_folds_in_sequence_give_the_last_learner(tmp_path):
    here = Here(tmp_path, few('learners = ["dr"]\nbase = "linear"\nevaluation = "sequential"'))
    policy = here.export("top_share")
    assert (policy.about["judged rows"], policy.about["of these assigned otherwise"]) == (140, 0)
    assert policy.about["rows learned from"] == 560
    assert "the last fold" in policy.about["value"]
    assert "exactly this policy" in here.export("tree").about["value"]


def test_a_cost_that_is_paid_later(tmp_path):
    here = Here(tmp_path, few('learners = ["s"]') + PAID.format("redeemed"))
    policy = here.export("best_arm")
    assert policy.about["of these assigned otherwise"] == 0
    assert policy.rule["paid"][0] is None
    assert "trees" in policy.rule["paid"][1]
    worth = assign_people(policy, here.table).net_benefit
    space = {"__name__": "policy"}
    exec(compile(policy.to_python(), "policy.py", "exec"), space)  # noqa: S102 - our own module
    row = here.table.frame(rows=[11]).to_dict("records")[0]
    assert space["decide"](space["POLICY"], row)[1] == pytest.approx(worth[11], abs=1e-9)


def test_a_cost_that_is_paid_by_the_outcome(tmp_path):
    people(500, 3).assign(y=lambda rows: (rows["y"] > 0.5).astype(int)).to_csv(tmp_path / "trial.csv")
    here = Here(tmp_path, few('learners = ["r"]\nbase = "linear"') + PAID.format("y"), write=False)
    policy = here.export("best_arm")
    assert (policy.rule["paid"], policy.about["of these assigned otherwise"]) == ([None, "outcome", None], 0)
    space = {"__name__": "policy"}
    exec(compile(policy.to_python(), "policy.py", "exec"), space)  # noqa: S102 - our own module
    rows = here.table.frame().head(50).to_dict("records")
    assert [space["assign"](row) for row in rows] == list(policy.assign(here.table))[:50]


def test_what_cannot_be_exported_says_why(here):
    def fault(name, **changes):
        options = dataclasses.replace(here.study.policy, **changes)
        return export_fault(here.study.replace(policy=options), here.evaluation, name)

    assert "record, not a rule" in str(fault("current"))
    assert "several stages" in str(fault("q_learning"))
    assert "no policy nonsense" in str(fault("nonsense"))
    assert "No budget" in str(fault("budget", budget=None))
    assert "who else is there" in str(fault("top_share", parity=0.1))
    assert "no predictions of the learner 'dr'" in str(fault("best_arm", learner="dr"))
    assert fault("tree", learner="dr") is None
    with pytest.raises(Problem, match="no arm '' to give"):
        here.export("treat_all")
