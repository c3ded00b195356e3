"""Opening a source: a file read, a model trained, or a stand-in fitted to a column of predictions."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

import numpy as np

from causal_core.audit.box import Box, Cells, FromFile, Learned
from causal_core.audit.source import WAYS, ColumnSource, FileSource, Source, TrainedSource, Way
from causal_core.data.design import Floats
from causal_core.problem import Problem
from causal_core.what_if.columns import Column
from causal_core.what_if.mechanism import Additive, Threshold
from causal_core.what_if.selection import fit_node
from causal_core.what_if.structural_model import StructuralModel
from causal_core.what_if.tasks import Asked

MOST_CELLS: Final = 1_000


def open_box(asked: Asked, world: StructuralModel, source: Source, outcome: str) -> Box:
    """The model under audit.

    Args:
        asked: What the structural model was fitted from.
        world: The structural model; the inputs are among its nodes.
        source: Where the predictions come from.
        outcome: The node that is predicted.

    Raises:
        Problem: An input is no node or is the outcome, a file cannot be read or takes something else, or the
            column holds no numbers.
    """
    if outcome not in world.columns:
        raise Problem(f"The outcome {outcome} is no node of the graph.", column=outcome)
    binary = world.columns[outcome].kind == "binary"
    if isinstance(source, FileSource):
        return _from_file(world, source, outcome, binary=binary)
    inputs = source.inputs
    _check(world, inputs, outcome)
    if isinstance(source, TrainedSource):
        target = world.columns[outcome]
        values = target.codes(world.frame[outcome])
        return _learn(world, inputs, target, values, source)
    return _stand_in(asked, world, source)


def usual_way(world: StructuralModel, outcome: str) -> Way:
    """How a model is trained at first: means of combinations where all nodes have few levels, else linear."""
    columns = [column for name, column in world.columns.items() if name != outcome]
    few = np.prod([len(column.levels) for column in columns]) <= min(MOST_CELLS, world.rows / 20)
    return "cells" if columns and few and all(column.discrete for column in columns) else "linear"


def scores_of(asked: Asked, world: StructuralModel, column: str) -> Floats:
    """(n,) a column of the table in the rows of the structural model, NaN where missing.

    Raises:
        Problem: There is no such column, or it holds text.
    """
    if column not in asked.table.columns:
        raise Problem(f"There is no column {column}.", column=column)
    graph = asked.graph
    if column not in graph.nodes:
        graph = graph.replace(nodes=[*graph.nodes, column])
    frame = replace(asked, graph=graph).frame()
    kept = frame.loc[frame[list(world.order)].notna().all(axis=1), column]
    try:
        return np.asarray(kept.to_numpy(dtype=np.float64, na_value=np.nan))
    except (TypeError, ValueError):
        raise Problem(
            f"{column} holds text, so it is no column of predictions.",
            column=column,
            remedy="Choose a column of scores, or of 0 and 1.",
        ) from None


def _from_file(world: StructuralModel, source: FileSource, outcome: str, *, binary: bool) -> Box:
    from causal_core.audit import lightgbm_file, onnx_file

    room = onnx_file if source.kind == "onnx" else lightgbm_file
    inputs = room.columns_of(source, world.columns)
    _check(world, inputs, outcome)
    words = "ONNX model" if source.kind == "onnx" else "LightGBM model"
    columns = {name: world.columns[name] for name in inputs}
    box = Box(inputs, columns, FromFile(source, columns), words, binary)
    some = {name: columns[name].codes(world.frame[name].head(200)) for name in inputs}
    found = box.predict(world, some)
    return replace(box, chance=bool(binary and (found >= 0).all() and (found <= 1).all()))


def _check(world: StructuralModel, inputs: tuple[str, ...], outcome: str) -> None:
    if not inputs:
        raise Problem("The model has no inputs.", remedy="Choose the columns it uses.")
    missing = [name for name in inputs if name not in world.columns]
    if missing:
        raise Problem(
            f"{missing[0]} is no node of the graph, so what moves it is not known.",
            column=missing[0],
            remedy="Draw it on Graph, or leave it out of the inputs.",
        )
    if outcome in inputs:
        raise Problem(f"{outcome} is the outcome: a model that sees it predicts nothing.", column=outcome)


def _learn(
    world: StructuralModel, inputs: tuple[str, ...], target: Column, values: Floats, source: TrainedSource
) -> Box:
    columns = {name: world.columns[name] for name in inputs}
    if target.kind == "category":
        raise Problem(
            f"{target.name} has {len(target.levels)} levels; a number or two levels can be predicted.",
            column=target.name,
            remedy="Choose another outcome on Data.",
        )
    codes = [columns[name].codes(world.frame[name]) for name in inputs]
    words, binary = f"{WAYS[source.way]}, trained here on {len(values):,} rows", target.kind == "binary"
    if source.way == "cells":
        return Box(inputs, columns, _cells(columns, codes, values), words, binary)
    given = tuple(columns[name] for name in inputs)
    mechanism, fit = fit_node(target, given, np.column_stack(codes), values, 0, source.way)
    assert isinstance(mechanism, Additive | Threshold)  # noqa: S101 - a number or two levels, with inputs
    return Box(inputs, columns, Learned(mechanism.predictor, binary), words, binary, fit.explained)


def _cells(columns: dict[str, Column], codes: list[Floats], values: Floats) -> Cells:
    loose = next((name for name, column in columns.items() if not column.discrete), None)
    sizes = [len(column.levels) for column in columns.values()]
    if loose is not None or np.prod(sizes) > MOST_CELLS:
        raise Problem(
            f"{loose} is a number, so its combinations cannot be listed."
            if loose is not None
            else f"There are {int(np.prod(sizes)):,} combinations; at most {MOST_CELLS:,} are listed.",
            column=loose,
            remedy="Train boosted trees instead.",
        )
    place = np.ravel_multi_index([each.astype(np.int64) for each in codes], sizes)
    many = int(np.prod(sizes))
    rows, sums = np.bincount(place, minlength=many), np.bincount(place, values, minlength=many)
    means = np.where(rows > 0, sums / np.maximum(rows, 1), values.mean())
    return Cells(means.reshape(sizes))


def _stand_in(asked: Asked, world: StructuralModel, source: ColumnSource) -> Box:
    if source.column in source.inputs:
        raise Problem(f"{source.column} is the prediction, so it is no input.", column=source.column)
    given = scores_of(asked, world, source.column)
    there = np.flatnonzero(np.isfinite(given))
    if len(there) < 50:
        raise Problem(
            f"{source.column} has a value in only {len(there):,} of the rows used.", column=source.column
        )
    if given[there].std() == 0:
        raise Problem(f"{source.column} is the same in every row.", column=source.column)
    columns = {name: world.columns[name] for name in source.inputs}
    codes = np.column_stack([columns[name].codes(world.frame[name])[there] for name in source.inputs])
    # A column of 0 and 1 is stood in for by numbers too: their mean is the chance of a 1.
    target = Column(source.column, "number")
    mechanism, fit = fit_node(target, tuple(columns.values()), codes, given[there], 0, plain=True)
    assert isinstance(mechanism, Additive)  # noqa: S101 - a number with inputs
    inside = float(given[there].min()) >= 0 and float(given[there].max()) <= 1
    words = (
        f"stand-in for the column {source.column} ({WAYS['linear' if fit.how == 'linear' else 'boosted']})"
    )
    return Box(
        source.inputs,
        columns,
        Learned(mechanism.predictor, chance=False),
        words,
        inside,
        fit.explained,
        stand_in=True,
        given=given,
    )
