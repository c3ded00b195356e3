"""Studies kept on this machine between visits: saved at each change, found again, tidied up."""

from __future__ import annotations

import json
import os
import re
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from causal_core.engine.folder import state_folder
from causal_core.problem import Problem
from causal_core.study.study import Study

DAYS = 30
"""How long a study is kept after its last change."""

_TOKEN = re.compile(r"[A-Za-z0-9-]{16,40}")
_DAY = 86_400.0


@dataclass(frozen=True)
class Kept:
    """A study as it stood, without its table's values.

    Attributes:
        name: What the header calls it.
        study: The study.
        table: Its table's fingerprint.
        source: The file the table was read from.
        warnings: What was guessed or changed while reading it.
        revision: Of the drawing.
        seen: Step -> key of the newest result that was shown.
    """

    name: str
    study: Study
    table: str
    source: Path
    warnings: tuple[str, ...]
    revision: int
    seen: Mapping[str, str]


def keep(token: str, kept: Kept) -> None:
    """Save a study under its token, at once or not at all."""
    saved = {
        "name": kept.name,
        "study": kept.study.to_text(),
        "table": kept.table,
        "source": str(kept.source),
        "warnings": list(kept.warnings),
        "revision": kept.revision,
        "seen": dict(kept.seen),
    }
    # Two writers of one study, such as a run of the page and the one that takes its place, each have a draft.
    draft = _folder() / f"{token}.{os.getpid()}-{threading.get_ident()}.draft"
    draft.write_text(json.dumps(saved), encoding="utf-8")
    draft.replace(_folder() / f"{token}.json")


def fetch(token: str) -> Kept | None:
    """The study of this token; None when there is none or it can no longer be read."""
    if not _TOKEN.fullmatch(token):
        return None
    try:
        saved = json.loads((_folder() / f"{token}.json").read_text(encoding="utf-8"))
        return Kept(
            name=saved["name"],
            study=Study.from_text(saved["study"]),
            table=saved["table"],
            source=Path(saved["source"]),
            warnings=tuple(saved["warnings"]),
            revision=saved["revision"],
            seen=saved["seen"],
        )
    except (OSError, Problem, KeyError, json.JSONDecodeError):
        return None


def tidy(days: float = DAYS) -> int:
    """Remove studies not changed for `days`, and the tables and uploads that no kept study uses.

    A table or upload younger than a day stays: it may be on its way into a study.

    Returns:
        How many files were removed.
    """
    now = time.time()
    used: set[str] = set()
    removed = 0
    for file in _folder().glob("*.*"):
        if now - file.stat().st_mtime > days * _DAY:
            file.unlink(missing_ok=True)
            removed += 1
        elif (kept := fetch(file.stem)) is not None:
            used |= {f"{kept.table}.arrow", kept.source.name}
    for file in (*state_folder("tables").iterdir(), *state_folder("uploads").iterdir()):
        if file.name not in used and now - file.stat().st_mtime > _DAY:
            file.unlink(missing_ok=True)
            removed += 1
    return removed


def _folder() -> Path:
    folder = state_folder() / "studies"
    folder.mkdir(mode=0o700, exist_ok=True)
    return folder
