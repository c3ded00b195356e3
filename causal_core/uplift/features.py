"""Covariates as the matrix tree models read: categories as codes, missing values as NaN."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from causal_core.data.design import Floats
from causal_core.problem import Problem


@dataclass(frozen=True, eq=False)
class Encoder:
    """How the columns of one frame become numbers, so that new rows are coded alike.

    Attributes:
        names: The columns, as text.
        levels: For each column its categories in code order, or None for a column of numbers.
    """

    names: tuple[str, ...]
    levels: tuple[tuple[Hashable, ...] | None, ...]

    @classmethod
    def of(cls, features: pd.DataFrame | ArrayLike) -> Encoder:
        """The encoder of a frame, or of an array of (n,) or (n, p) numbers (columns x0, x1, ...).

        Raises:
            Problem: There are no columns or no rows.
        """
        frame = as_frame(features)
        if frame.shape[1] == 0 or len(frame) == 0:
            raise Problem(
                "Effects that differ by person need at least one covariate and one row.",
                remedy="Choose covariates by which the effect may differ.",
            )
        return cls(
            tuple(map(str, frame.columns)), tuple(_levels(frame.iloc[:, i]) for i in range(frame.shape[1]))
        )

    @property
    def categorical(self) -> tuple[int, ...]:
        """Positions of the columns that hold category codes."""
        return tuple(i for i, levels in enumerate(self.levels) if levels is not None)

    def matrix(self, features: pd.DataFrame | ArrayLike) -> Floats:
        """(n, p) numbers; NaN where a value is missing or a category was never seen.

        Raises:
            Problem: A column is missing, or holds text or infinite values where numbers were learned.
        """
        frame = as_frame(features)
        named = dict(zip(map(str, frame.columns), range(frame.shape[1]), strict=True))
        missing = [name for name in self.names if name not in named]
        if missing:
            raise Problem(
                f"The column {missing[0]} is needed and not there.",
                column=missing[0],
                remedy="Give the same columns the model was fitted on.",
            )
        matrix = np.empty((len(frame), len(self.names)), order="F")
        for position, (name, levels) in enumerate(zip(self.names, self.levels, strict=True)):
            matrix[:, position] = _numbers(frame.iloc[:, named[name]], name, levels)
        return np.ascontiguousarray(matrix)


def as_frame(features: pd.DataFrame | ArrayLike) -> pd.DataFrame:
    """A frame as it is; an array of (n,) or (n, p) numbers with columns x0, x1, ..."""
    if isinstance(features, pd.DataFrame):
        return features
    if isinstance(features, pd.Series):
        return features.to_frame()
    array = np.asarray(features)
    array = array[:, None] if array.ndim == 1 else array
    return pd.DataFrame(array, columns=pd.Index([f"x{i}" for i in range(array.shape[1])]))


def is_number(column: pd.Series) -> bool:
    """Whether a column is read as numbers (numbers, true/false, dates) and not as categories."""
    kinds = pd.api.types
    return bool(
        kinds.is_numeric_dtype(column.dtype)
        or kinds.is_bool_dtype(column.dtype)
        or kinds.is_datetime64_any_dtype(column.dtype)
        or kinds.is_timedelta64_dtype(column.dtype)
    ) and not isinstance(column.dtype, pd.CategoricalDtype)


def _levels(column: pd.Series) -> tuple[Hashable, ...] | None:
    if is_number(column):
        return None
    if isinstance(column.dtype, pd.CategoricalDtype):
        return tuple(column.cat.categories)
    return tuple(sorted(column.dropna().unique(), key=str))


def _numbers(column: pd.Series, name: str, levels: tuple[Hashable, ...] | None) -> Floats:
    if levels is not None:
        found = column.astype("category").cat
        # The last entry serves the code -1, a missing value.
        place = np.append(pd.Index(levels, dtype=object).get_indexer(found.categories.astype(object)), -1)
        codes = place[found.codes.to_numpy()].astype(np.float64)
        codes[codes < 0] = np.nan
        return codes
    if not is_number(column):
        raise Problem(f"The column {name} was a column of numbers and now holds something else.", column=name)
    if pd.api.types.is_numeric_dtype(column.dtype) or pd.api.types.is_bool_dtype(column.dtype):
        numbers = column.to_numpy(dtype=np.float64, na_value=np.nan)
    else:
        numbers = column.astype("int64").to_numpy(dtype=np.float64)
        numbers[column.isna().to_numpy()] = np.nan
    if np.isinf(numbers).any():
        raise Problem(
            f"The column {name} holds infinite values in {int(np.isinf(numbers).sum()):,} rows.",
            column=name,
            remedy="Mark them as missing or replace them by a number.",
        )
    return numbers
