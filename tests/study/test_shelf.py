import os
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from causal_core.engine.folder import state_folder
from causal_core.study.shelf import Kept, fetch, keep, tidy
from causal_core.study.study import Study

MINE = "abcdefghijklmnopqrst"
STUDY = '[data]\npath = "a.csv"\n[graph]\ntext = "t -> y"\n[question]\ntreatment = "t"\noutcome = "y"\n'


def kept(source="/nowhere/used.csv"):
    return Kept(
        "mine", Study.from_text(STUDY), "0" * 64, Path(source), ("guessed",), 3, {"estimate": "estimate-1"}
    )


def aged(path, days):
    then = time.time() - days * 86_400
    os.utime(path, (then, then))
    return path


def test_what_is_kept_is_found_again_equal():
    keep(MINE, kept())
    assert fetch(MINE) == kept()


def test_tokens_of_another_form_find_nothing():
    assert fetch("../../etc/passwd") is None
    assert fetch("short") is None
    assert fetch("x" * 20) is None


def test_a_damaged_file_finds_nothing():
    keep(MINE, kept())
    (state_folder() / "studies" / f"{MINE}.json").write_text("{")
    assert fetch(MINE) is None


def test_writers_of_one_study_at_once_leave_one_whole_study():
    with ThreadPoolExecutor(8) as writers:
        done = [writers.submit(keep, MINE, kept()) for _ in range(200)]
    assert [future.exception() for future in done] == [None] * 200
    assert fetch(MINE) == kept()
    assert [file.name for file in (state_folder() / "studies").iterdir()] == [f"{MINE}.json"]


def test_tidying_keeps_what_a_study_uses_and_what_is_new():
    tables, uploads = state_folder("tables"), state_folder("uploads")
    keep(MINE, kept())
    old = "y" * 20
    keep(old, kept())
    aged(state_folder() / "studies" / f"{old}.json", 31)
    used = []
    for name, folder in ((f"{'0' * 64}.arrow", tables), ("used.csv", uploads), ("other.csv", uploads)):
        path = folder / name
        path.write_bytes(b"x")
        used.append(aged(path, 5))
    new = uploads / "new.csv"
    new.write_bytes(b"x")
    assert tidy() == 2
    assert [path.exists() for path in used] == [True, True, False]
    assert new.exists()
    assert fetch(old) is None
    assert fetch(MINE) == kept()
