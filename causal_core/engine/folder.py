"""The folder where the app keeps what must outlive a page: tables, uploads, logs."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Literal

from causal_core.problem import Problem


def state_folder(part: Literal["tables", "uploads", "logs"] | None = None) -> Path:
    """The user's own folder for dostudio, or one part of it; made when missing, open to no one else (0700).

    It is `DOSTUDIO_HOME` when that is set, else `dostudio` in the system's place for a user's data
    (`XDG_DATA_HOME` or `~/.local/share`; on macOS `~/Library/Application Support`; on Windows
    `LOCALAPPDATA`).

    Raises:
        Problem: The folder cannot be made.
    """
    folder = _root()
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        if part is not None:
            folder /= part
            folder.mkdir(mode=0o700, exist_ok=True)
    except OSError as error:
        raise Problem(
            f"The folder {folder} for tables and logs cannot be made ({error.strerror}).",
            remedy="Set DOSTUDIO_HOME to a folder you may write to.",
        ) from error
    return folder


def _root() -> Path:
    home = os.environ.get("DOSTUDIO_HOME")
    if home:
        return Path(home).expanduser().absolute()
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Application Support" / "dostudio"
    if sys.platform == "win32":
        return Path(os.environ.get("LOCALAPPDATA") or Path.home() / "AppData" / "Local") / "dostudio"
    return Path(os.environ.get("XDG_DATA_HOME") or Path.home() / ".local" / "share") / "dostudio"
