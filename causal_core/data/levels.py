"""The values of a column as text levels in a sensible order."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from causal_core.data.design import Integers


@dataclass(frozen=True, eq=False)
class Levels:
    """A column as codes.

    Attributes:
        texts: The levels as text: numbers by size, False before True, dates by time, other text by letter.
        codes: (n,) position in `texts`, -1 where the value is missing or infinite.
    """

    texts: tuple[str, ...]
    codes: Integers


def level_text(value: object) -> str:
    """A value as the text of a level: whole numbers without ".0", True and False, dates as ISO."""
    if isinstance(value, bool | np.bool_):
        return str(bool(value))
    if isinstance(value, np.generic):
        value = value.item()
    if isinstance(value, float | Decimal) and math.isfinite(value):
        whole = int(value)
        return str(whole) if whole == value else str(value)
    if isinstance(value, dt.datetime):
        midnight = value.time() == dt.time()
        return value.date().isoformat() if midnight else value.isoformat(sep=" ")
    return str(value)


def match_level(value: object, levels: Sequence[str]) -> str | None:
    """The level a person means by `value`, or None: the same text, else the same number or truth value.

    So 1, 1.0, "1" and "1.0" all mean the level "1", and true, "true" and 1 mean the level "True".
    """
    text = level_text(value)
    if text in levels:
        return text
    number = _number(text)
    if number is not None:
        for level in levels:
            if _number(level) == number:
                return level
    truth = _truth(text)
    if truth is not None and {level.casefold() for level in levels} <= {"true", "false"}:
        return next((level for level in levels if _truth(level) == truth), None)
    if isinstance(value, bool | np.bool_) and set(levels) <= {"0", "1"}:
        return next((level for level in levels if _truth(level) == truth), None)
    return None


def levels_of(column: pa.Array, limit: int) -> Levels | int:
    """A column of a plain type as levels; the number of different values when that is above `limit`."""
    if pa.types.is_floating(column.type):
        column = pc.if_else(pc.is_finite(column), column, None)
    encoded = column.dictionary_encode()
    count = len(encoded.dictionary)
    if count > limit:
        return count
    values = encoded.dictionary.to_pylist()
    texts = [level_text(value) for value in values]
    order = _order(values, texts)
    place = {text: position for position, text in enumerate(order)}
    codes = encoded.indices.fill_null(count).to_numpy(zero_copy_only=False)
    lookup = np.array([place[text] for text in texts] + [-1], dtype=np.int64)
    return Levels(tuple(order), lookup[codes])


def _order(values: list[Any], texts: list[str]) -> list[str]:
    keys: list[Any] = values
    if values and isinstance(values[0], str):
        numbers = [_number(text) for text in texts]
        keys = texts if None in numbers else numbers
    return list(dict.fromkeys(text for _, text in sorted(zip(keys, texts, strict=True))))


def _number(text: str) -> float | None:
    try:
        number = float(text)
    except ValueError:
        return None
    return number if math.isfinite(number) else None


def _truth(text: str) -> bool | None:
    return {"true": True, "1": True, "false": False, "0": False}.get(text.casefold())
