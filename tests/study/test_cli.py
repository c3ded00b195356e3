import json
import subprocess
import sys
from pathlib import Path

import pytest

from causal_core.cli import main
from causal_core.study.study import Study

DEMOS = Path(__file__).resolve().parents[2] / "demo_data"


def test_check_of_a_demo(capsys):
    study = DEMOS / "kidney_stones" / "study.toml"
    assert main(["check", str(study)]) == 0
    assert capsys.readouterr().out == f"{study} would run.\n"


@pytest.mark.parametrize("demo", sorted(path.parent.name for path in DEMOS.glob("*/study.toml")))
def test_every_demo_passes_its_check(demo):
    assert main(["check", str(DEMOS / demo / "study.toml")]) == 0


def test_check_of_a_newer_version(write_study, capsys):
    path = write_study("version = 99\n")
    assert main(["check", str(path)]) == 2
    assert "version 99" in capsys.readouterr().err


def test_run_writes_what_python_gives(tmp_path, capsys):
    study = DEMOS / "kidney_stones" / "study.toml"
    out = tmp_path / "out"
    assert main(["run", str(study), "--out", str(out), "--steps", "identify,estimate"]) == 0
    written = json.loads((out / "results.json").read_text(encoding="utf-8"))
    assert written == Study.load(study).run(["identify", "estimate"]).to_dict()
    assert written["identification"]["identifiable"] is True
    assert {"data", "identify", "estimate"} <= set(capsys.readouterr().err.split())
    report = (out / "report.html").read_text(encoding="utf-8")
    assert "src=" not in report.split("</script>")[0].split("<script")[0]
    assert "The effect of treatment on success" in report


def test_the_report_asks_for_nothing_from_outside_and_shows_names_literally(write_study, tmp_path):
    hostile = "<img src=x onerror=alert(1)>"
    rows = "".join(f"{i % 2},{i % 3 + i % 2},{i % 5}\n" for i in range(200))
    path = write_study(
        f'[data]\npath = "data.csv"\n[graph]\ntext = \'"{hostile}" -> t; "{hostile}" -> y; t -> y\'\n'
        '[question]\ntreatment = "t"\noutcome = "y"\n[refute]\nsimulations = 4\n',
        f'"t","y","{hostile}"\n{rows}',
    )
    out = tmp_path / "out"
    assert main(["run", str(path), "--out", str(out)]) == 0
    page = (out / "report.html").read_text(encoding="utf-8")
    body = page[page.index("<body>") :]
    assert hostile not in body
    assert "&lt;img src=x onerror=alert(1)&gt;" in body
    assert "<link" not in page
    assert "<img" not in body


def test_the_report_keeps_the_notes_of_the_graph_and_what_stands_against_the_numbers(write_study, tmp_path):
    rows = "".join(f"{i % 2},{i % 3 + i % 2},{i % 5}\n" for i in range(200))
    path = write_study(
        '[data]\npath = "data.csv"\n[data.measured]\nz = "after"\n'
        '[graph]\ntext = \'dag { z [note="asked at intake"] z -> t z -> y t -> y [note="trial <1998>"] }\'\n'
        '[question]\ntreatment = "t"\noutcome = "y"\n',
        f"t,y,z\n{rows}",
    )
    out = tmp_path / "out"
    assert main(["run", str(path), "--out", str(out), "--steps", "identify"]) == 0
    page = (out / "report.html").read_text(encoding="utf-8")
    assert "<td>z</td><td>asked at intake</td>" in page
    assert "<td>t -&gt; y</td><td>trial &lt;1998&gt;</td>" in page
    assert "z was measured after the treatment, yet adjusted for" in page


def test_an_unknown_step_is_said(tmp_path, capsys):
    study = DEMOS / "kidney_stones" / "study.toml"
    assert main(["run", str(study), "--out", str(tmp_path), "--steps", "estimat"]) == 2
    assert "There is no step estimat." in capsys.readouterr().err


def test_a_step_that_does_not_apply_says_why_and_is_an_answer(tmp_path):
    study = DEMOS / "encouragement" / "study.toml"
    assert main(["run", str(study), "--out", str(tmp_path), "--steps", "uplift,policy"]) == 0
    results = json.loads((tmp_path / "results.json").read_text(encoding="utf-8"))
    for step, name in (("uplift", "learner"), ("policy", "policy")):
        assert set(results[step][0]) == {name, "error"}
        assert results[step][0]["error"].startswith("Who responds cannot be learned here")


def test_a_step_that_fails_is_reported_with_status_1(write_study, tmp_path, capsys):
    path = write_study(
        '[data]\npath = "data.csv"\n[graph]\ntext = "z -> t; z -> y; t -> y"\n'
        '[question]\ntreatment = "t"\noutcome = "y"\ncontrol = "9"\n'
    )
    assert main(["run", str(path), "--out", str(tmp_path / "out"), "--steps", "estimate"]) in (1, 2)
    assert "9" in capsys.readouterr().err


def test_the_help_imports_nothing_heavy():
    code = (
        "import sys, causal_core.cli; "
        "print([m for m in ('streamlit','dowhy','sklearn','pandas','lightgbm') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"
