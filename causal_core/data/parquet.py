"""Parquet files."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from causal_core.data.counting import too_large
from causal_core.engine.progress import report
from causal_core.problem import Problem

_INDEX = "__index_level_"


def read_parquet(path: Path, name: str, limit: int) -> pa.Table:
    """A Parquet file as an Arrow table; an index that pandas stored without a name is left out.

    Args:
        path: The file.
        name: The name its owner gave it.
        limit: The most bytes it may hold when unpacked.

    Raises:
        Problem: The file is damaged, too large, empty, or holds nested columns; it names them.
    """
    try:
        with pq.ParquetFile(path, pre_buffer=False) as file:
            groups = file.metadata.num_row_groups
            size = sum(file.metadata.row_group(group).total_byte_size for group in range(groups))
            if size > limit:
                raise too_large(name, limit)
            _refuse_nested(file.schema_arrow, name)
            parts: list[pa.Table] = []
            for group in range(groups):
                parts.append(file.read_row_group(group))
                report(group + 1, groups)
    except (pa.ArrowException, OSError) as error:
        said = str(error).splitlines()[0]
        raise Problem(
            f"{name} is damaged and cannot be read: {said}", remedy="Write or upload it again."
        ) from None
    if not any(part.num_rows for part in parts):
        raise Problem(f"{name} has columns and no rows.", remedy="Export the table again, with its rows.")
    table = pa.concat_tables(parts)
    return table.select([i for i, column in enumerate(table.column_names) if not column.startswith(_INDEX)])


def _refuse_nested(schema: pa.Schema, name: str) -> None:
    nested = [field.name for field in schema if pa.types.is_nested(field.type)]
    if nested:
        listed = ", ".join(f'"{column}"' for column in nested)
        raise Problem(
            f"{name} holds nested values (lists or structures) in {listed}.",
            column=nested[0],
            remedy="Spread them over columns of their own, or leave them out of the file.",
        )
