"""The shape of the house: data flows one way, the app process stays light, rooms stay small."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
CORE = sorted((ROOT / "causal_core").rglob("*.py"))
PAGES = [ROOT / "app.py", *sorted((ROOT / "pages").rglob("*.py"))]
HEAVY = ("dowhy", "econml", "sklearn", "statsmodels", "lightgbm", "causallearn", "scipy")


def imported(path):
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (name.name for name in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module


@pytest.mark.parametrize("path", CORE, ids=lambda path: str(path.relative_to(ROOT)))
def test_the_core_knows_no_screen(path):
    used = {name.split(".")[0] for name in imported(path)}
    if path.name != "serve.py":
        assert "streamlit" not in used
    assert not used & {"pages", "app", "streamlit_agraph"}


@pytest.mark.parametrize("path", PAGES, ids=lambda path: str(path.relative_to(ROOT)))
def test_pages_use_no_method_library(path):
    assert not {name.split(".")[0] for name in imported(path)} & {*HEAVY, "distributed", "dask"}


@pytest.mark.parametrize("path", [*CORE, *PAGES], ids=lambda path: str(path.relative_to(ROOT)))
def test_a_module_is_one_noun(path):
    assert len(path.read_text(encoding="utf-8").splitlines()) <= 300


def test_what_the_app_imports_is_light():
    modules = [
        ".".join(path.relative_to(ROOT).with_suffix("").parts)
        for path in PAGES
        if path.parent.name == "shared" and path.name != "__init__.py"
    ]
    code = (
        "import importlib, sys\n"
        f"for name in {modules!r}: importlib.import_module(name)\n"
        f"print([name for name in {HEAVY!r} if name in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "[]"


def test_the_core_starts_light():
    unwanted = ("pandas", "pyarrow", "distributed", "plotly", "scipy")
    code = f"import sys, causal_core; print([name for name in {unwanted!r} if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_the_two_locks_agree():
    import tomllib

    lock = tomllib.loads((ROOT / "uv.lock").read_text(encoding="utf-8"))
    locked = {(package["name"], package.get("version")) for package in lock["package"]}
    pins = [line.split(";")[0].strip() for line in (ROOT / "requirements.lock").read_text().splitlines()]
    for pin in filter(None, pins):
        name, version = pin.split("==")
        assert (name, version.strip()) in locked
