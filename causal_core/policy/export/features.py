"""How an exported policy reads the columns of new people: the same numbers and codes as when it learned."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from causal_core.data.column import Kind
from causal_core.data.covariates import MAX_CHOSEN_LEVELS
from causal_core.data.design import Floats
from causal_core.data.levels import Levels, level_text, levels_of
from causal_core.data.source import columns_of
from causal_core.data.table import Table
from causal_core.data.typed import Types, instants, kind_of, numbers, truths
from causal_core.plain import Plain
from causal_core.problem import Problem

DAY: Final = 86_400e6
"""Microseconds."""


@dataclass(frozen=True)
class Feature:
    """One column a policy looks at.

    Attributes:
        name: Its name.
        kind: "number", "boolean" (1 and 0), "date" (days since `origin`) or "category" (place in `levels`).
        levels: Of a category, its levels as text, in code order.
        numeric: Whether those levels are numbers, so that "1.0" means the level "1".
        origin: Of a date, microseconds since 1970 of the earliest one when the policy was learned.
    """

    name: str
    kind: str
    levels: tuple[str, ...] = ()
    numeric: bool = False
    origin: int = 0

    def to_dict(self) -> dict[str, Plain]:
        """The entry of the exported policy; only what its kind needs."""
        plain: dict[str, Plain] = {"name": self.name, "kind": self.kind}
        if self.kind == "category":
            plain |= {"levels": list(self.levels), "numeric": self.numeric}
        if self.kind == "date":
            plain["origin"] = self.origin
        return plain

    @classmethod
    def from_dict(cls, plain: Mapping[str, Any]) -> Feature:
        """The feature of such an entry."""
        return cls(
            plain["name"],
            plain["kind"],
            tuple(plain.get("levels", ())),
            plain.get("numeric", False),
            plain.get("origin", 0),
        )

    def values(self, column: pa.Array) -> Floats:
        """(n,) the column as the policy's models read it; NaN where missing or a category never seen.

        Raises:
            Problem: A value is not what the column held; it names the column and the row.
        """
        if pc.all(pc.is_null(column, nan_is_null=True)).as_py():
            # Without any value a column of dates or text arrives as one of numbers.
            return np.full(len(column), np.nan)
        if self.kind == "boolean":
            return truths(self.name, column)
        if self.kind == "date":
            since = pc.subtract(instants(self.name, column), self.origin).cast(pa.float64(), safe=False)
            return np.asarray(since.to_numpy(zero_copy_only=False) / DAY)
        if self.kind == "number":
            return numbers(self.name, column)
        found = levels_of(column, len(column) + 1)
        if not isinstance(found, Levels):
            raise Problem(f'Column "{self.name}" cannot be read as a category.', column=self.name)
        place = {text: float(code) for code, text in enumerate(self.levels)}
        codes = [place.get(text, place.get(self._other(text), np.nan)) for text in found.texts]
        return np.asarray([*codes, np.nan])[found.codes]

    def _other(self, text: str) -> str:
        """Another way to write the same level."""
        if self.numeric:
            try:
                return level_text(float(text))
            except ValueError:
                return text
        return text.capitalize() if set(self.levels) <= {"True", "False"} else text


def features_of(table: Table, names: Iterable[str], types: Types | None = None) -> tuple[Feature, ...]:
    """How the columns of a table are read; new people are read alike.

    Raises:
        Problem: A column is not there, or cannot be read as its type says.
    """
    wanted = tuple(names)
    columns = columns_of(table, wanted)
    return tuple(_feature(name, columns[name], kind_of(name, columns[name], types)) for name in wanted)


def matrix_of(features: Sequence[Feature], data: Table | pd.DataFrame) -> Floats:
    """(n, p) what the policy's models read of new people.

    Raises:
        Problem: A column is missing, or a value is not what the column held; in words.
    """
    count = data.rows if isinstance(data, Table) else len(data)
    _require([feature.name for feature in features], data)
    if not features or count == 0:
        return np.empty((count, len(features)))
    columns = columns_of(data, [feature.name for feature in features])
    return np.column_stack([feature.values(columns[feature.name]) for feature in features])


def costs_of(costs: Sequence[float | str], data: Table | pd.DataFrame) -> Floats:
    """(n, k) cost of each arm for new people: the same for all, or what a column says.

    Raises:
        Problem: A column is missing, or holds something else than costs; in words.
    """
    count = data.rows if isinstance(data, Table) else len(data)
    named = [cost for cost in costs if isinstance(cost, str)]
    _require(named, data)
    columns = columns_of(data, named) if named and count else {}
    matrix = np.empty((count, len(costs)))
    for arm, cost in enumerate(costs):
        if not isinstance(cost, str):
            matrix[:, arm] = cost
        elif count:
            values = numbers(cost, columns[cost])
            bad = np.flatnonzero(~(values >= 0))
            if len(bad):
                raise Problem(
                    f'The cost "{cost}" is missing or negative in {len(bad):,} rows, first in row '
                    f"{bad[0] + 1:,}.",
                    column=cost,
                    remedy="Fill the cost column.",
                )
            matrix[:, arm] = values
    return matrix


def _require(names: Sequence[str], data: Table | pd.DataFrame) -> None:
    have = {str(name) for name in data.columns}
    for name in names:
        if name not in have:
            raise Problem(
                f'The policy needs the column "{name}", which is not there.',
                column=name,
                remedy="Give the columns the policy was learned on.",
            )


def _feature(name: str, column: pa.Array, kind: Kind) -> Feature:
    if kind == "number" and pa.types.is_boolean(column.type):
        return Feature(name, "boolean")
    if kind in ("number", "boolean"):
        return Feature(name, kind)
    if kind == "date":
        present = instants(name, column).drop_null().to_numpy(zero_copy_only=False)
        return Feature(name, kind, origin=int(present.min()) if len(present) else 0)
    levels = levels_of(column, MAX_CHOSEN_LEVELS)
    if not isinstance(levels, Levels):
        raise Problem(f'Column "{name}" holds too many different values for a category.', column=name)
    written = pa.types.is_integer(column.type) or pa.types.is_floating(column.type)
    return Feature(name, "category", levels.texts, written)
