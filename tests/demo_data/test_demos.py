import subprocess
import sys
import tomllib
from pathlib import Path

import pandas as pd
import pytest

from causal_core.data import demos as module
from causal_core.data.demos import Demo, demo, demos
from causal_core.problem import Problem

NAMES = (
    "retention_offers",
    "retention_observational",
    "service",
    "premium",
    "encouragement",
    "nhefs",
    "kidney_stones",
    "berkeley",
    "smoking_tar",
    "lalonde",
    "follow_up",
    "credit",
)
GENERATED = (*NAMES[:5], "follow_up", "credit")
SECTIONS = {"version", "seed", "data", "graph", "question", "estimate", "refute", "uplift", "policy"}


def studies() -> list[Path]:
    return [study for each in demos() for study in each.studies]


def read(study: Path) -> dict:
    return tomllib.loads(study.read_text(encoding="utf-8"))


def test_the_demos_come_in_the_order_meant_for_learning():
    assert tuple(each.name for each in demos()) == NAMES
    assert [each.order for each in demos()] == list(range(1, 13))


def test_a_demo_is_found_by_name():
    stones = demo("kidney_stones")
    assert stones.title == "Kidney stones"
    assert stones.measured == (("stone_size", "before"), ("treatment", "at"), ("success", "after"))
    first = stones.truth[0]
    assert (first.name, first.estimand, first.contrast, first.value) == (
        "open surgery",
        "ATE",
        ("percutaneous", "open surgery"),
        0.0537,
    )
    assert stones.seen[0].contrast is None
    assert stones.study.name == "study.toml"
    assert hash(stones) == hash(demo("kidney_stones"))


def test_an_unknown_demo_names_the_nearest():
    with pytest.raises(Problem, match='no demo called "kidney_stone"') as caught:
        demo("kidney_stone")
    assert caught.value.remedy == 'Did you mean "kidney_stones"?'


def test_only_generated_worlds_have_a_truth_file():
    assert {each.name for each in demos() if each.truth_path} == set(GENERATED)


def test_an_installed_wheel_finds_them_beside_causal_core(tmp_path, monkeypatch):
    installed = tmp_path / "dostudio" / "demo_data" / "only"
    installed.mkdir(parents=True)
    about = demo("kidney_stones").folder / "about.toml"
    (installed / "about.toml").write_bytes(about.read_bytes())
    monkeypatch.setattr(module, "__file__", str(tmp_path / "causal_core" / "data" / "demos.py"))
    assert [each.name for each in demos()] == ["only"]


def test_missing_demos_are_a_problem_with_a_remedy(tmp_path, monkeypatch):
    monkeypatch.setattr(module, "__file__", str(tmp_path / "causal_core" / "data" / "demos.py"))
    with pytest.raises(Problem, match="The demos are not installed"):
        demos()


def test_listing_the_demos_imports_nothing_heavy():
    heavy = {"dowhy", "econml", "sklearn", "statsmodels", "lightgbm", "scipy.stats"}
    code = (
        "import sys; from causal_core.data.demos import demos; assert demos();"
        f"print(sorted({heavy} & set(sys.modules)))"
    )
    seen = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert seen.stdout.strip() == "[]"


@pytest.mark.parametrize("name", NAMES)
def test_about_describes_the_table(name):
    each: Demo = demo(name)
    table = pd.read_csv(each.folder / "data.csv")
    assert len(table) == each.rows
    assert [column for column, _ in each.measured] == list(table.columns)
    assert {when for _, when in each.measured} <= {"before", "at", "after"}
    assert each.design in {"randomised", "observational", "instrument", "front-door"}
    assert each.question.endswith("?")
    assert all(
        (each.teaches, each.row_is, each.unit, each.interference, each.source, each.licence, each.traps)
    )
    for figures in (each.truth, each.seen):
        assert figures
        assert len({figure.name for figure in figures}) == len(figures)
        assert all(figure.how for figure in figures)
    assert all(figure.estimand and figure.outcome in table for figure in each.truth)


@pytest.mark.parametrize("study", studies(), ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_a_study_fits_its_table(study):
    facts, about = read(study), demo(study.parent.name)
    table = pd.read_csv(study.parent / facts["data"]["path"])
    question, kinds = facts["question"], facts["data"].get("types", {})
    assert set(facts) <= SECTIONS
    assert "truth" not in study.read_text(encoding="utf-8")
    assert {question["treatment"], question["outcome"], *kinds} <= set(table)
    assert question["control"] in set(table[question["treatment"]])
    assert set(kinds) == set(table.select_dtypes(["object", "string"]))
    assert facts["data"]["row_is"] == about.row_is
    assert set(facts["data"]["measured"]) == set(table)
    assert facts["data"]["measured"][question["treatment"]] == "at"
    assert facts["data"]["measured"][question["outcome"]] == "after"
    arms = {str(level) for level in table[question["treatment"]].unique()} - {str(question["control"])}
    for stage in facts.get("policy", {}).get("stages", []):
        arms |= {str(level) for level in table[stage["treatment"]].dropna().unique()}
    for arm in facts.get("policy", {}).get("cost", {}):
        assert arm in arms
    for figure in about.truth:
        if figure.contrast and study.stem == "study" and figure.outcome == question["outcome"]:
            assert set(figure.contrast) <= {"0", "1"} | arms | {str(question["control"])}


@pytest.mark.parametrize("name", NAMES)
def test_the_main_study_and_about_agree_on_when_columns_are_measured(name):
    assert read(demo(name).study)["data"]["measured"] == dict(demo(name).measured)


def test_all_demos_together_stay_small():
    folder = demo("nhefs").folder.parent
    sizes = {path.name: path.stat().st_size for path in folder.rglob("*.csv")}
    assert max(sizes.values()) < 1.1e6
    assert sum(path.stat().st_size for path in folder.rglob("*") if path.is_file()) < 6e6


def test_the_readme_lists_every_demo_with_its_rows():
    readme = (demo("nhefs").folder.parent / "README.md").read_text(encoding="utf-8")
    for each in demos():
        line = next(line for line in readme.splitlines() if f"| `{each.name}` |" in line)
        assert f"| {each.rows:,} |" in line
