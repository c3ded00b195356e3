"""The columns of a stored table or of a frame, in plain types."""

from __future__ import annotations

from collections.abc import Iterable

import pandas as pd
import pyarrow as pa

from causal_core.data.checks import require_columns
from causal_core.data.frames import arrow_of
from causal_core.data.storage import whole
from causal_core.data.table import Table


def columns_of(data: Table | pd.DataFrame, names: Iterable[str]) -> dict[str, pa.Array]:
    """Some columns by name, each one Arrow array of a plain type (see `storage.normalise`).

    Raises:
        Problem: A column is not there; it names the nearest.
    """
    wanted = list(dict.fromkeys(names))
    if isinstance(data, Table):
        table = data.arrow(wanted)
    else:
        require_columns([str(name) for name in data.columns], wanted)
        table = arrow_of(data[[name for name in data.columns if str(name) in wanted]])
    return {name: whole(table.column(name)) for name in wanted}
