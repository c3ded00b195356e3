"""A model as ONNX, run on one thread of the processor without operators of its own."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

import numpy as np

from causal_core.audit.source import FileSource
from causal_core.audit.values import as_numbers, in_order, matched, one_number
from causal_core.data.design import Floats
from causal_core.problem import Problem
from causal_core.what_if.columns import Column, level_text

WHAT: Final = "The ONNX model"

NUMBERS: Final = {
    "tensor(float)": np.float32,
    "tensor(double)": np.float64,
    "tensor(int64)": np.int64,
    "tensor(int32)": np.int32,
    "tensor(bool)": np.bool_,
}

TEXT: Final = "tensor(string)"


def columns_of(source: FileSource, columns: Mapping[str, Column]) -> tuple[str, ...]:
    """The columns it takes, in its order: those its inputs name, or those chosen for its one matrix.

    Raises:
        Problem: It cannot be read, or has inputs of another type or shape.
    """
    inputs = _session(source.data).get_inputs()
    for each in inputs:
        _check(each)
    wide = [each for each in inputs if _width(each) != 1]
    if wide and len(inputs) > 1:
        raise Problem(
            f"{WHAT} mixes a matrix ({wide[0].name}) with other inputs.",
            remedy="Export it with one matrix of all columns, or with one input a column.",
        )
    if wide or (len(inputs) == 1 and inputs[0].name not in columns):
        width = _width(inputs[0])
        return in_order(len(source.inputs) if width is None else width, source.inputs, columns, WHAT)
    return matched([each.name for each in inputs], columns, WHAT)


def predict(
    source: FileSource, inputs: tuple[str, ...], columns: Mapping[str, Column], codes: Mapping[str, Floats]
) -> Floats:
    """(n,) predictions: values, or the chance of the second class.

    Raises:
        Problem: It wants numbers where a column holds text, or does not give one number a row.
    """
    session, rows = _session(source.data), len(codes[inputs[0]])
    wanted = session.get_inputs()
    if len(wanted) == 1 and (_width(wanted[0]) != 1 or wanted[0].name not in columns):
        if wanted[0].type == TEXT:
            matrix: Any = np.column_stack([_text(columns, codes, name) for name in inputs])
        else:
            matrix = np.column_stack([as_numbers(columns, codes, name) for name in inputs])
            matrix = matrix.astype(NUMBERS[wanted[0].type])
        given = {wanted[0].name: matrix}
    else:
        given = {
            each.name: _column(each, columns, codes, name) for each, name in zip(wanted, inputs, strict=True)
        }
    try:
        found = session.run(None, given)
    except Exception as error:  # noqa: BLE001 - the runtime's errors have no common public type
        raise Problem(f"{WHAT} gave no predictions: {str(error).splitlines()[0][:200]}") from None
    return one_number(_numbers(found), rows, WHAT)


def _numbers(found: list[Any]) -> Floats:
    """The chances where there are some, else the first output of numbers."""
    for each in found:
        if isinstance(each, list) and each and isinstance(each[0], dict):
            return np.array([list(row.values()) for row in each], dtype=np.float64)
    arrays = [np.asarray(each) for each in found]
    real = [each for each in arrays if each.dtype.kind == "f"] or [
        each for each in arrays if each.dtype.kind in "iub"
    ]
    if not real:
        raise Problem(
            f"{WHAT} gives no numbers.", remedy="Export it with its chances or values as an output."
        )
    return real[0].astype(np.float64)


def _column(wanted: Any, columns: Mapping[str, Column], codes: Mapping[str, Floats], name: str) -> Any:
    if wanted.type == TEXT:
        values: Any = _text(columns, codes, name)
    else:
        values = as_numbers(columns, codes, name).astype(NUMBERS[wanted.type])
    return values[:, None] if len(wanted.shape) == 2 else values


def _text(columns: Mapping[str, Column], codes: Mapping[str, Floats], name: str) -> Any:
    column = columns[name]
    if not column.discrete:
        raise Problem(
            f"{WHAT} wants text for {name}, which holds numbers.",
            column=name,
            remedy="Turn the column into a category on Data.",
        )
    return np.array([level_text(level) for level in column.levels], dtype=object)[
        codes[name].astype(np.int64)
    ]


def _check(each: Any) -> None:
    if each.type not in NUMBERS and each.type != TEXT:
        raise Problem(f"{WHAT} takes {each.type} as {each.name}; numbers or text in tensors can be given.")
    if len(each.shape) not in {1, 2} or isinstance(each.shape[0], int):
        raise Problem(
            f"{WHAT} takes {each.name} in the shape {each.shape}; rows by columns, with any number of rows, "
            "can be given.",
            remedy="Export it with a free first dimension.",
        )


def _width(each: Any) -> int | None:
    """How many columns; None where the file leaves it open."""
    if len(each.shape) == 1:
        return 1
    return each.shape[1] if isinstance(each.shape[1], int) else None


@lru_cache(maxsize=4)
def _session(data: bytes) -> Any:
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    options.log_severity_level = 4
    try:
        # From an empty folder: a file that points at other files on this machine finds none there, and the
        # runtime refuses those that lie outside.
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "model.onnx"
            path.write_bytes(data)
            return onnxruntime.InferenceSession(path, options, providers=["CPUExecutionProvider"])
    except Exception as error:  # noqa: BLE001 - the runtime's errors have no common public type
        raise Problem(
            f"The file cannot be read as an ONNX model: {_plain(error)}",
            remedy="Export it again, with standard operators only and its weights inside the file.",
        ) from None


def _plain(error: Exception) -> str:
    return str(error).splitlines()[0].rpartition(" : ")[2][:160]
