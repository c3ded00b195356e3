"""What workers do with rows that are held back: read the open part of a file, and open the locked one."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from causal_core.engine.progress import part
from causal_core.study.results import Opened
from causal_core.vault.lock import Lock, open_part

if TYPE_CHECKING:
    from causal_core.data.reading import ReadOptions


def open_unlocked(path: Path, name: str, options: ReadOptions, folder: Path, lock: Lock) -> Opened:
    """Read a file into a table without the rows that are locked, and profile what is left.

    The whole table and the locked rows are stored nowhere.

    Raises:
        Problem: The file cannot be read as a table, or cannot be parted so.
    """
    import tempfile

    from causal_core.data.profile import profile
    from causal_core.data.reading import read

    with tempfile.TemporaryDirectory(dir=folder, prefix=".whole-") as passing:
        with part(0, 0.7):
            report = read(path, options, name=name, folder=passing)
        with part(0.7, 0.8):
            table = open_part(report.table, lock, folder)
    with part(0.8, 1):
        found = profile(table)
    locked = report.table.rows - table.rows
    said = (
        f"{locked:,} of {report.table.rows:,} rows are locked away"
        + (f" (whole clusters of {lock.clusters})" if lock.clusters else "")
        + f": every step here sees the other {table.rows:,} alone."
    )
    return Opened(table, found, report.options, (*report.warnings, said))
