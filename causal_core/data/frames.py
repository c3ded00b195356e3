"""Frames from Python as stored tables."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pyarrow as pa

from causal_core.data.levels import level_text
from causal_core.data.names import column_names
from causal_core.data.objects import object_column
from causal_core.data.storage import plain_column
from causal_core.data.table import Table, write_table
from causal_core.problem import Problem


def from_frame(frame: pd.DataFrame, folder: str | Path) -> Table:
    """Store a frame in `folder`; the index is left out, columns of mixed objects become text.

    Args:
        frame: One row a unit; the names of columns are taken as text.
        folder: Where tables are kept.

    Raises:
        Problem: The frame has no rows or columns, two columns share a name, or a column holds nested values.
    """
    if frame.shape[0] == 0 or frame.shape[1] == 0:
        raise Problem("The frame has no rows or no columns.", remedy="Check how it was made.")
    return write_table(arrow_of(frame), folder)


def arrow_of(frame: pd.DataFrame) -> pa.Table:
    """A frame as an Arrow table of plain types (see `storage.normalise`), without its index.

    A categorical column becomes the text of its categories, so that numbers in it are levels, not amounts.

    Raises:
        Problem: Two columns share a name or a column holds nested values; it names them.
    """
    keys: list[object] = list(frame.columns)
    titles = [" ".join(map(str, key)) if isinstance(key, tuple) else str(key) for key in keys]
    names, _ = column_names(titles, "the frame")
    columns = [_column(name, frame.iloc[:, position]) for position, name in enumerate(names)]
    return pa.Table.from_arrays(columns, names=list(names))


def _column(name: str, series: pd.Series) -> pa.Array:
    dtype = series.dtype
    if isinstance(dtype, pd.CategoricalDtype):
        texts = [level_text(category) for category in dtype.categories]
        codes = pa.array(series.cat.codes.to_numpy(), pa.int64(), mask=(series.cat.codes < 0).to_numpy())
        return pa.DictionaryArray.from_arrays(codes, pa.array(texts, pa.large_string())).dictionary_decode()
    if dtype.kind in "OV" and not isinstance(dtype, pd.StringDtype | pd.ArrowDtype):
        return object_column(name, series.tolist())
    if dtype.kind == "c":
        raise Problem(f'Column "{name}" holds complex numbers.', column=name, remedy="Leave it out.")
    if isinstance(dtype, pd.PeriodDtype | pd.IntervalDtype):
        return object_column(name, [None if pd.isna(value) else str(value) for value in series])
    if isinstance(dtype, pd.SparseDtype):
        series = pd.Series(series.to_numpy())
    return plain_column(name, pa.Array.from_pandas(series))
