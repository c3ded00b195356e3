"""Exported modules: inert names, readable trees, and programs that say what is wrong."""

import ast
import dataclasses
import json
import subprocess
import sys

import numpy as np
import pandas as pd
import pytest

from causal_core import policy as policies
from causal_core.policy import exported as exported_module
from causal_core.policy.export.features import Feature
from causal_core.policy.export.python import literal
from causal_core.policy.export.rules import linear_rule, tree_rule
from causal_core.policy.exported import ExportedPolicy
from causal_core.policy.learning import learn_policy
from causal_core.problem import DoesNotApply, Problem

EVIL = (
    "');import os;os.system('touch hacked')#",
    '""" + __import__("os").system("touch hacked") + """',
    "line\nbreak\r\tand \\ slash\u2028end",
    "emoji 🙂 \x00 \u202e {x} %s $y",
    "# noqa\n    import os",
)

TREE = {
    "column": 0,
    "threshold": 40.5,
    "low": {"column": 1, "codes": [0, 2], "low": {"arm": 1}, "high": {"arm": 0}},
    "high": {"arm": 2},
}


def made(
    kind="tree", rule=TREE, names=("age", "region"), levels=("n", "s", "w"), arms=("none", "mail", "call")
):
    features = (Feature(names[0], "number"), Feature(names[1], "category", tuple(levels)))
    return ExportedPolicy(
        name=kind,
        kind=kind,
        arms=tuple(arms),
        rule=rule,
        features=features,
        costs=(0.0, 1.0, "price") if kind in ("ranking", "budget") else (),
        treatment=names[1],
        outcome=names[0],
        unit=names[0],
        about={"table": "abc", "seed": 1},
        sentence=f"If {names[0]} is low: {arms[1]}",
    )


def run(text, name="policy"):
    space = {"__name__": name}
    exec(compile(text, "policy.py", "exec"), space)  # noqa: S102 - our own module
    return space


RANKING = {
    "model": {"kind": "direct", "models": [{"mean": 1.0}, {"intercept": 0.0, "terms": [[0, 0.0, 1.0, 0.1]]}]},
    "paid": [None, None, None],
    "money": 1.0,
    "limit": 0.5,
}
LINEAR = {
    "lines": [{"intercept": 0.0, "terms": []}, {"intercept": 1.0, "terms": [[1, 1, -2.0], [0, None, 3.5]]}]
}


def words(text):
    """The names, attributes, imports and functions of a program."""
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Name | ast.Attribute | ast.alias | ast.FunctionDef | ast.keyword):
            fields = dict(ast.iter_fields(node))
            yield (
                type(node).__name__,
                fields.get("id") or fields.get("attr") or fields.get("name") or fields.get("arg"),
            )


@pytest.mark.parametrize(
    ("kind", "rule"),
    [("tree", TREE), ("constant", {"arm": 1}), ("ranking", RANKING), ("linear", LINEAR)],
)
@pytest.mark.parametrize("turn", range(len(EVIL)))
def test_names_are_inert(kind, rule, turn, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    names = [EVIL[(turn + step) % len(EVIL)] for step in range(2)]
    arms = ("none", *(f"{EVIL[turn]} {number}" for number in (1, 2)))
    policy = made(kind, rule, names, EVIL[:3], arms)
    text = policy.to_python()
    text.encode()
    found = run(text)
    assert not list(tmp_path.iterdir())
    assert found["POLICY"]["arms"] == list(arms)
    assert [each["name"] for each in found["POLICY"]["features"]] == names
    # What the program calls and names is what it is with harmless names.
    assert set(words(text)) == set(words(made(kind, rule).to_python()))
    row = {names[0]: 12, names[1]: EVIL[0], "price": 0.0}
    assert (found["assign"](row),) == policy.assign(pd.DataFrame([row]))
    assert ExportedPolicy.from_json(policy.to_json()).to_python() == text


def test_literals_read_back():
    for value in (*EVIL, 0.1 + 0.2, 5e-324, -1.7976931348623157e308, 10**20, None, True, "\ud800"):
        assert ast.literal_eval(literal(value)) == value
    assert ast.literal_eval(literal({"a": [1, (2.5, "x")]})) == {"a": [1, [2.5, "x"]]}


def test_a_tree_reads_as_questions():
    text = made().to_python()
    assert "    if person['age'] is None or person['age'] <= 40.5:\n" in text
    assert "        if person['region'] in ['n', 'w']:\n            return arms.index('mail')\n" in text
    assert "noqa" not in text
    assign = run(text)["assign"]
    found = [
        assign({"age": age, "region": region}) for age in (30, "", 41) for region in ("n", "s", None, "q")
    ]
    assert found == ["mail", "none", "none", "none"] * 2 + ["call"] * 4


def test_a_module_imports_nothing_but_python_itself():
    tree = ast.parse(made("ranking", RANKING).to_python())
    names = {
        (node.module if isinstance(node, ast.ImportFrom) else node.names[0].name).split(".")[0]
        for node in ast.walk(tree)
        if isinstance(node, ast.Import | ast.ImportFrom)
    }
    assert names <= set(sys.stdlib_module_names)


@pytest.mark.parametrize(
    ("csv", "words"),
    [
        ("region\nn\n", "column 'age' is needed"),
        ("age,region\n1,n\nold,n\n", "row 2: The column 'age' holds 'old'"),
        (None, "No such file"),
    ],
)
def test_the_program_says_what_is_wrong(tmp_path, csv, words):
    (tmp_path / "policy.py").write_text(made().to_python(), encoding="utf-8")
    if csv is not None:
        (tmp_path / "people.csv").write_text(csv, encoding="utf-8")
    arguments = [sys.executable, "-I", "policy.py", "people.csv"]
    done = subprocess.run(arguments, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert words in done.stderr
    assert "Traceback" not in done.stderr


def test_the_program_reads_other_delimiters(tmp_path, capsys):
    people = tmp_path / "people.csv"
    people.write_text("\ufeffage;region\n30,5;n\n;s\n", encoding="utf-8")
    found = run(made().to_python())
    arguments = [str(people), "--delimiter", ";", "--decimal", ","]
    assert found["assign_csv"](found["POLICY"], arguments) == 0
    assert capsys.readouterr().out == "row,arm,predicted_net_benefit\n1,mail,\n2,none,\n"


def test_json_says_what_it_is():
    plain = json.loads(made("ranking", RANKING).to_json())
    assert (plain["format"], plain["version"]) == ("dostudio policy", 1)
    assert plain["features"][1] == {
        "name": "region",
        "kind": "category",
        "levels": ["n", "s", "w"],
        "numeric": False,
    }
    assert "new category" in plain["missing"]
    for text in ("[]", "not json", "{}"):
        with pytest.raises(Problem, match="not a policy"):
            ExportedPolicy.from_json(text)
    with pytest.raises(Problem, match="version 7"):
        ExportedPolicy.from_json(json.dumps(plain | {"version": 7}))
    with pytest.raises(Problem, match="incomplete: 'rule'"):
        ExportedPolicy.from_json(json.dumps({key: plain[key] for key in plain if key != "rule"}))


def test_too_large_a_policy_is_refused(monkeypatch):
    monkeypatch.setattr(exported_module, "MOST_BYTES", 500)
    for write in (made().to_json, made().to_python):
        with pytest.raises(DoesNotApply, match="MB") as refusal:
            write()
        assert "assignments" in refusal.value.remedy


def test_rules_of_trees_and_lines_assign_alike(tmp_path):
    random = np.random.default_rng(2)
    frame = pd.DataFrame({"a": random.normal(size=600), "b": random.normal(size=600)})
    frame["k"] = pd.Categorical(random.choice(["p", "q", "r"], 600))
    frame.loc[::9, "a"] = np.nan
    frame.loc[::7, "k"] = np.nan
    gain = np.where(frame["a"].fillna(0) > 0, 1.0, -1.0) + (frame["k"] == "q")
    scores = np.column_stack([np.zeros(600), gain + random.normal(size=600), random.normal(size=600)])
    levels = {"k": ("p", "q", "r")}
    kinds = (
        ("tree", policies.fit_tree(frame, scores), tree_rule),
        ("linear", learn_policy(frame, scores), linear_rule),
    )
    for kind, found, rule_of in kinds:
        rule, names = rule_of(found)
        features = tuple(
            Feature(name, "category", levels[name]) if name in levels else Feature(name, "number")
            for name in names
        )
        policy = dataclasses.replace(made(kind, rule), features=features)
        assert np.array_equal(policy.codes(frame), found.assign(frame))
        assign = run(policy.to_python())["assign"]
        told = [assign(row) for row in frame.head(80).to_dict("records")]
        assert told == list(policy.assign(frame))[:80]
