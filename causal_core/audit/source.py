"""Where the predictions to be audited come from: a column, a file, or a model trained here."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from functools import cached_property
from typing import Final, Literal

from causal_core.problem import Problem

Kind = Literal["onnx", "lightgbm"]

Way = Literal["linear", "boosted", "cells"]

WAYS: Final[dict[Way, str]] = {
    "linear": "linear (logistic) regression",
    "boosted": "boosted trees (LightGBM)",
    "cells": "the mean of each combination",
}
"""How a model is trained here -> what it is called."""

MOST_BYTES: Final = 25_000_000

_UNSAFE: Final = (".pkl", ".pickle", ".joblib", ".sav", ".dill", ".pt", ".pth")

_FIRST: Final = ((b"\x80", "a pickle"), (b"PK", "a zip archive"), (b"\x1f\x8b", "compressed"))


@dataclass(frozen=True)
class ColumnSource:
    """Predictions that stand in a column; the model itself is not at hand.

    Attributes:
        column: The column.
        inputs: The columns that the model is thought to use.
    """

    column: str
    inputs: tuple[str, ...]


@dataclass(frozen=True)
class FileSource:
    """A model in a file.

    Attributes:
        kind: "onnx" or "lightgbm".
        data: The file's bytes.
        inputs: Columns in the order of the model's inputs, where the file does not name them.
    """

    kind: Kind
    data: bytes = field(repr=False)
    inputs: tuple[str, ...] = ()

    @cached_property
    def fingerprint(self) -> str:
        """sha256 of the bytes, as hex."""
        return hashlib.sha256(self.data).hexdigest()


@dataclass(frozen=True)
class TrainedSource:
    """A model trained here to predict the outcome.

    Attributes:
        way: How.
        inputs: From which columns.
    """

    way: Way
    inputs: tuple[str, ...]


Source = ColumnSource | FileSource | TrainedSource


def recognise(name: str, data: bytes) -> Kind:
    """What a file holds, by its first bytes; nothing in it is run.

    Args:
        name: Of the file.
        data: Its bytes.

    Raises:
        Problem: It is too large, empty, or of a kind that would run whatever it holds when it is opened.
    """
    if len(data) > MOST_BYTES:
        raise Problem(
            f"{name} has {len(data) / 1e6:,.0f} MB; at most {MOST_BYTES / 1e6:,.0f} MB are read.",
            remedy="Export a smaller model, or add its predictions as a column.",
        )
    if not data.strip():
        raise Problem(f"{name} is empty.", remedy="Export the model again.")
    packed = next((what for first, what in _FIRST if data.startswith(first)), "")
    if packed or name.lower().endswith(_UNSAFE):
        raise Problem(
            f"{name} is {packed or 'a pickle by its name'}. Opening a pickle or a joblib file runs whatever "
            "program it holds, so these are never opened here.",
            remedy="Export the model as ONNX or as LightGBM text, or add its predictions as a column.",
        )
    if data.lstrip().startswith(b"tree"):
        return "lightgbm"
    if name.lower().endswith(".txt") or data.lstrip()[:1] in {b"{", b"<"}:
        raise Problem(
            f"{name} is no LightGBM model: these begin with the word tree.",
            remedy="Save it with booster.save_model(...).",
        )
    return "onnx"
