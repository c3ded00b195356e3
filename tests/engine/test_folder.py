from __future__ import annotations

import pytest

from causal_core.engine import state_folder
from causal_core.problem import Problem


def test_home_and_its_parts_are_made_for_the_user_alone(monkeypatch, tmp_path):
    monkeypatch.setenv("DOSTUDIO_HOME", str(tmp_path / "deep" / "home"))
    assert state_folder() == tmp_path / "deep" / "home"
    for part in ("tables", "uploads", "logs"):
        folder = state_folder(part)
        assert folder == tmp_path / "deep" / "home" / part
        assert folder.stat().st_mode & 0o777 == 0o700
    assert state_folder().stat().st_mode & 0o777 == 0o700


def test_without_a_home_it_lies_with_the_users_data(monkeypatch, tmp_path):
    monkeypatch.delenv("DOSTUDIO_HOME", raising=False)
    monkeypatch.setattr("sys.platform", "linux")
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    assert state_folder() == tmp_path / "data" / "dostudio"
    monkeypatch.delenv("XDG_DATA_HOME")
    monkeypatch.setenv("HOME", str(tmp_path))
    assert state_folder() == tmp_path / ".local" / "share" / "dostudio"


def test_a_folder_that_cannot_be_made_is_a_problem(monkeypatch, tmp_path):
    (tmp_path / "file").touch()
    monkeypatch.setenv("DOSTUDIO_HOME", str(tmp_path / "file" / "home"))
    with pytest.raises(Problem, match="cannot be made") as caught:
        state_folder("logs")
    assert caught.value.remedy == "Set DOSTUDIO_HOME to a folder you may write to."
