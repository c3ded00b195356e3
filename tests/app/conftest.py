"""Opens studies in the app under test, without a browser."""

from __future__ import annotations

import dataclasses
import json
import os
import secrets
import time
from functools import cache
from pathlib import Path

import pytest
from streamlit.components.v2 import manifest_scanner
from streamlit.components.v2.manifest_scanner import scan_component_manifests
from streamlit.testing.v1 import AppTest

from causal_core.data.demos import demo
from causal_core.data.frames import arrow_of
from causal_core.data.profile import profile
from causal_core.data.reading import ReadOptions
from causal_core.data.table import write_table
from causal_core.engine import state_folder
from causal_core.graph import CausalGraph
from causal_core.study.options import Data, Question
from causal_core.study.results import Opened
from causal_core.study.run import open_data
from causal_core.study.study import Study
from pages.shared.current import OpenStudy
from tests.app.shown import settled

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="session", autouse=True)
def home(tmp_path_factory):
    """DOSTUDIO_HOME for this run of the tests, so that nothing reaches the user's own folder."""
    folder = tmp_path_factory.mktemp("home")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DOSTUDIO_HOME", str(folder))
        patch.setenv("DOSTUDIO_WORKERS", os.environ.get("DOSTUDIO_WORKERS", "2"))
        yield folder


@pytest.fixture(scope="session", autouse=True)
def scanned_once():
    """Read installed packages for components once: each app under test does, longer than a page takes."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(manifest_scanner, "scan_component_manifests", cache(scan_component_manifests))
        yield


@pytest.fixture
def app():
    """The app with no study open, not yet run."""
    return _app()


@pytest.fixture
def open_demo(home):
    """Call with a demo's name: the app with that demo open, on `page` if given, already run.

    `question=`, `data=`, `graph=` and the options of steps (`estimate=`, ...) replace parts of its study;
    question and data take a dictionary of the keys to change.
    """

    def opened(name, page=None, **parts):
        study, found, source = _opened_demo(name, str(home))
        return _show(name, _changed(study, parts), found, source, page)

    return opened


@pytest.fixture
def open_frame(home):
    """Call with a frame: the app with a study of it open, as `open_demo` does with a demo."""

    def opened(frame, page=None, name="table", **parts):
        table = write_table(arrow_of(frame), state_folder("tables"))
        found = Opened(table, profile(table), ReadOptions(delimiter=",", encoding="utf-8", decimal="."), ())
        source = state_folder("uploads") / f"{table.fingerprint}.csv"
        frame.to_csv(source, index=False)
        study = Study(Data(path=f"{name}.csv"), CausalGraph(), Question(treatment="", outcome=""))
        return _show(name, _changed(study, parts), found, source, page)

    return opened


@pytest.fixture
def until():
    """Call with an app and a test of it: reruns the app until the test holds, as its own fragments would."""

    def waited(app, holds, seconds=60.0):
        end = time.monotonic() + seconds
        while not holds(app):
            assert time.monotonic() < end, f"not in {seconds:g} s; the page says: {texts(app)[-1500:]}"
            time.sleep(0.2)
            app.run()
        return app

    return waited


@pytest.fixture
def open_learned(open_frame, until):
    """Call as `open_frame`: the page with who responds learned, once it shows a chart or says why not."""

    def opened(frame, page, *, learn=True, **parts):
        app = open_frame(frame, page, **parts)
        if not learn:
            return app
        if any(button.key == "start-uplift" for button in app.button):
            app = app.button(key="start-uplift").click().run()
        return until(app, settled)

    return opened


@pytest.fixture
def texts_of():
    """Call with an app: everything its page says, one element a line."""
    return texts


@pytest.fixture
def said_by():
    """Call with an app: what its page says, without the signs that keep Markdown from marking it up."""
    return lambda app: texts(app).replace("\\", "")


def texts(app):
    found = []
    for kind in ("title", "header", "subheader", "markdown", "caption", "text"):
        found += [element.value for element in getattr(app, kind)]
    for kind in ("error", "warning", "info", "success"):
        found += [element.value for element in getattr(app, kind)]
    return "\n".join(str(text) for text in found)


def _app():
    return AppTest.from_file(str(ROOT / "app.py"), default_timeout=60)


def _show(name, study, opened, source, page):
    app = _app()
    app.session_state["open_study"] = OpenStudy(
        name=name,
        study=study,
        table=opened.table,
        profile=opened.profile,
        source=source,
        warnings=opened.warnings,
        token=secrets.token_hex(15),
    )
    app.run()
    return app if page is None else app.switch_page(f"pages/{page}.py").run()


@cache
def _opened_demo(name, home):
    study = Study.load(demo(name).study)
    opened = open_data(study)
    used = dataclasses.asdict(opened.options)
    return study.replace(data=dataclasses.replace(study.data, **used)), opened, study.data_path


def _changed(study, parts):
    parts = dict(parts)
    for section in ("question", "data"):
        if isinstance(parts.get(section), dict):
            parts[section] = dataclasses.replace(getattr(study, section), **parts[section])
    return study.replace(**parts)


@pytest.fixture
def edit_cells():
    """Call with an app, the start of an editor's key and edits {row: {column: value}}: the app after them."""

    def edited(app, key, edits):
        editor = next(each for each in app.data_editor if each.key.startswith(key))
        states = app._tree.get_widget_states()
        state = states.widgets.add()
        state.id = editor.proto.id
        state.string_value = json.dumps({"edited_rows": edits, "added_rows": [], "deleted_rows": []})
        return app._tree._runner._run(states)

    return edited
