"""Rules over stages as files: the rules with their values, and each row's first arm."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import numpy as np

from causal_core.plain import to_plain

if TYPE_CHECKING:
    import pyarrow as pa

    from causal_core.stages.result import StagesResult


def as_json(found: StagesResult) -> str:
    """The rules, their values and what they rest on; the readable rule's trees in full."""
    plain: dict[str, Any] = found.to_dict()
    plain["trees"] = [to_plain(tree.to_dict()) for tree in found.trees]
    return json.dumps(plain, indent=2, ensure_ascii=False, allow_nan=False)


def first_arms(found: StagesResult) -> pa.Table:
    """Each row in use: its number in the table (from 1), and what the rules say of the first stage.

    Predicted values are of each arm with later stages decided well, costs taken off; missing where an arm was
    never given. Rows that the rules were learned on are marked.
    """
    import pyarrow as pa

    first, stage = found.first, found.stages[0]
    labels = np.array(stage.arms, dtype=object)
    columns: dict[str, object] = {
        "row": pa.array(first.rows + 1),
        "learned rule": pa.array(labels[first.learned], pa.large_string()),
        "readable rule": pa.array(labels[first.readable], pa.large_string()),
    }
    for place, arm in enumerate(stage.arms):
        values = first.expected[:, place]
        columns[f"predicted value: {arm}"] = pa.array(values, mask=~np.isfinite(values))
    columns["used"] = pa.array(np.where(first.held_out, "to value", "to learn").tolist(), pa.large_string())
    return pa.table(columns)
