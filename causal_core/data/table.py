"""A table on disk, shared by every process that maps it."""

from __future__ import annotations

import hashlib
import os
import re
import tempfile
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
import pandas as pd
import pyarrow as pa

from causal_core.data.checks import require_columns
from causal_core.data.storage import normalise
from causal_core.problem import Problem

_SMALL = 65_536
_FINGERPRINT = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True)
class Table:
    """A table in an Arrow IPC file, named by its fingerprint.

    Attributes:
        path: The file.
        fingerprint: sha256 of the file's bytes, as hex.
        rows: How many rows.
        columns: The columns' names, in order.
    """

    path: Path
    fingerprint: str
    rows: int
    columns: tuple[str, ...]

    @classmethod
    def open(cls, path: str | Path) -> Table:
        """The table in a file that `write_table` wrote. Reads the file's footer, not its values.

        Raises:
            Problem: The file is not there, or is no Arrow file.
        """
        file = Path(path)
        table = _map(file)
        fingerprint = file.stem if _FINGERPRINT.fullmatch(file.stem) else _sha256(file)
        return cls(file, fingerprint, table.num_rows, tuple(table.column_names))

    def arrow(self, columns: Iterable[str] | None = None) -> pa.Table:
        """The memory-mapped table, or some of its columns in the order asked for.

        Raises:
            Problem: A column is not in the table; it names the nearest.
        """
        mapped = _map(self.path)
        if columns is None:
            return mapped
        wanted = list(columns)
        require_columns(self.columns, wanted)
        return mapped.select(wanted)

    def frame(
        self, columns: Iterable[str] | None = None, rows: Sequence[int] | np.ndarray[Any, Any] | None = None
    ) -> pd.DataFrame:
        """The table as a frame; values lie in the memory map wherever pandas can read them in place.

        Such values are read-only: take a `.copy()` to write. Missing numbers are NaN, missing dates NaT,
        booleans with missing values have pandas' `boolean` type.

        Args:
            columns: Which columns, in order; None for all.
            rows: Positions of the rows, in order; None for all. The index is 0, 1, ... either way.

        Raises:
            Problem: A column is not in the table; it names the nearest.
        """
        frame = to_frame(self.arrow(columns))
        return frame if rows is None else frame.take(np.asarray(rows)).reset_index(drop=True)

    def head(self, n: int = 5) -> pd.DataFrame:
        """The first `n` rows as a frame."""
        return self.frame(rows=np.arange(min(n, self.rows)))


def to_frame(table: pa.Table) -> pd.DataFrame:
    """An Arrow table of plain types as a frame, without a copy where possible."""
    frame: pd.DataFrame = table.to_pandas(split_blocks=True, date_as_object=False)
    for name, column in zip(table.column_names, table.columns, strict=True):
        if pa.types.is_boolean(column.type) and column.null_count > 0:
            frame[name] = column.to_pandas(types_mapper={pa.bool_(): pd.BooleanDtype()}.get)
    return frame


def write_table(table: pa.Table, folder: str | Path) -> Table:
    """Write a table into `folder` as an uncompressed Arrow IPC file named by its fingerprint.

    The file appears at once or not at all. A table that is already there is left as it is.

    Args:
        table: Any Arrow table; its types are made plain first (see `storage.normalise`).
        folder: Made when it does not exist.

    Raises:
        Problem: A column cannot be stored (repeated name, nested, raw bytes); it names the column.
    """
    plain = normalise(table)
    place = Path(folder)
    place.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(prefix=".writing-", dir=place)
    written = Path(name)
    try:
        with os.fdopen(handle, "wb") as file, ThreadPoolExecutor(1) as pool:
            sink = _HashingFile(file, pool)
            with pa.ipc.new_file(pa.PythonFile(sink, mode="w"), plain.schema) as writer:
                writer.write_table(plain)
        fingerprint = sink.hash.hexdigest()
        path = place / f"{fingerprint}.arrow"
        if not path.exists():
            written.replace(path)
    finally:
        written.unlink(missing_ok=True)
    return Table(path, fingerprint, plain.num_rows, tuple(plain.column_names))


class _HashingFile:
    """A file for writing that knows the sha256 of what went through it; hashes in another thread."""

    def __init__(self, file: BinaryIO, pool: ThreadPoolExecutor) -> None:
        self.file = file
        self.pool = pool
        self.hash = hashlib.sha256()
        self.closed = False

    def write(self, data: Any) -> int:
        if len(data) < _SMALL:
            self.hash.update(data)
            return self.file.write(data)
        hashed = self.pool.submit(self.hash.update, data)
        written = self.file.write(data)
        hashed.result()
        return written

    def flush(self) -> None:
        self.file.flush()


def _map(path: Path) -> pa.Table:
    try:
        return pa.ipc.open_file(pa.memory_map(str(path), "r")).read_all()
    except FileNotFoundError:
        raise Problem(f"The table {path.name} is no longer there.", remedy="Load the data again.") from None
    except (pa.ArrowInvalid, OSError) as error:
        raise Problem(
            f"The file {path.name} is not a stored table: {error}.", remedy="Load the data again."
        ) from None


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
