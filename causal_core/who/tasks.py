"""What workers do to find out who responds: small functions, and those that combine their parts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from causal_core.data.design import Floats, Integers
from causal_core.engine.progress import part, report
from causal_core.who.judged import Judged
from causal_core.who.partial import effects_of, partial_dependence
from causal_core.who.result import Who
from causal_core.who.tree import Columns
from causal_core.who.why import Person, Why

if TYPE_CHECKING:
    from causal_core.data.table import Table
    from causal_core.study.inputs import Inputs
    from causal_core.uplift.units import Units
    from causal_core.who.groups import Groups

FOLDS = 5
"""Parts of the learning half, each predicted by a fit on the others."""

COSTLY = {"auto": 2, "causal_forest": 2}
"""The same for learners whose one fit takes as long as many of the others'."""


def folds_of(learner: str) -> int:
    """Into how many parts the learning half falls for this learner."""
    return COSTLY.get(learner, FOLDS)


@dataclass(frozen=True, eq=False)
class Learning:
    """What is asked of the workers.

    Attributes:
        inputs: Of the study.
        learner: Whose effects.
        base: Its base learner.
        column: Position of the arm among those after the control.
    """

    inputs: Inputs
    learner: str
    base: str
    column: int


@dataclass(frozen=True, eq=False)
class FoldEffects:
    """Out-of-fold effects: of rows at these positions in the learning half."""

    rows: Integers
    effects: Floats


@dataclass(frozen=True, eq=False)
class Explained:
    """What the learner, fitted on the learning half, does.

    Attributes:
        predicted: (n,) its effects on the held-out half.
        std_error: (n,) or None.
        dependence: For each column its partial dependence at the points asked.
        why: The Shapley values of a copy.
    """

    predicted: Floats
    std_error: Floats | None
    dependence: tuple[Floats, ...]
    why: Why


def fold_effects(asked: Learning, fold: int) -> FoldEffects:
    """Effects of one fold of the learning half from a fit on its other folds.

    Raises:
        Problem: The learner cannot be fitted.
    """
    from causal_core.uplift.learners import fit_model

    units, seed = asked.inputs.units(), asked.inputs.seed
    training = units.training(seed, asked.base).take(units.halves(seed)[0])
    codes = training.folds(folds_of(asked.learner))
    rows = np.flatnonzero(codes == fold)
    model = fit_model(asked.learner, training.take(np.flatnonzero(codes != fold)))
    return FoldEffects(rows, effects_of(model, training.matrix[rows], asked.column))


def explain_model(asked: Learning) -> Explained:
    """Fit the learner on the learning half; its partial dependences, and a copy's Shapley values.

    Raises:
        Problem: The learner cannot be fitted.
    """
    from causal_core.uplift.learners import fit_model
    from causal_core.who.column import asked_of
    from causal_core.who.why import explain, fit_copy

    units, seed = asked.inputs.units(), asked.inputs.seed
    columns = columns_of(asked.inputs, units)
    training = units.training(seed, asked.base)
    learning, held_out = units.halves(seed)
    learned, held = training.take(learning), training.matrix[held_out]
    with part(0, 0.4):
        model = fit_model(asked.learner, learned)
    with part(0.4, 0.5):
        predicted = effects_of(model, held, asked.column)
        errors = getattr(model, "std_error", None)
        error = None if errors is None else np.asarray(errors(held)[:, asked.column])
        known = effects_of(model, learned.matrix, asked.column)
    points = [asked_of(columns.take(held_out), place) for place in range(len(columns.names))]
    with part(0.5, 0.7):
        dependence = partial_dependence(model, held, points, asked.column, seed)
    with part(0.7, 1):
        copy = fit_copy(learned.matrix, known, training.categorical, seed)
        why = explain(columns, copy, held, predicted, seed)
    return Explained(predicted, error, dependence, why)


def combine_who(asked: Learning, judged: Judged, parts: Sequence[FoldEffects | Explained]) -> Who:
    """The findings about one learner and one arm."""
    from causal_core.who.column import asked_of, column_effect
    from causal_core.who.sealed import sealed_rows

    units, seed = asked.inputs.units(), asked.inputs.seed
    columns = columns_of(asked.inputs, units)
    learning, held_out = units.halves(seed)
    explained = next(each for each in parts if isinstance(each, Explained))
    out_of_fold = np.empty(len(learning))
    for each in parts:
        if isinstance(each, FoldEffects):
            out_of_fold[each.rows] = each.effects
    rows = table_rows(units)
    shown, judged = of_half(judged, rows[held_out], explained)
    # The points were asked of the whole held-out half, and so are told of rows like those.
    points = [asked_of(columns.take(held_out), place) for place in range(len(columns.names))]
    sealed = sealed_rows(judged, seed)
    mine, told = columns.take(held_out[shown][~sealed]), judged.take(~sealed)
    effects = []
    for place, (point, model) in enumerate(zip(points, explained.dependence, strict=True)):
        effects.append(column_effect(mine, place, told, point, model, seed))
        report(place + 1, len(points))
    order = [each.column for each in explained.why.importance]
    effects.sort(key=lambda each: order.index(each.column) if each.column in order else len(order))
    return Who(
        learner=asked.learner,
        judged=judged,
        sealed=sealed,
        learning=rows[learning],
        out_of_fold=out_of_fold,
        effects=tuple(effects),
        why=explained.why,
        columns=columns.take(np.empty(0, dtype=np.int64)),
        total_rows=len(rows),
    )


def grow_groups(asked: Learning, who: Who, depth: int, smallest: float, unit: str) -> Groups:
    """The honest tree: grown on the learning half's out-of-fold effects, its leaves told from held-out rows.

    Raises:
        Problem: There is no such depth or smallest leaf.
    """
    from causal_core.who.groups import honest_groups
    from causal_core.who.tree import grow

    units = asked.inputs.units()
    columns = columns_of(asked.inputs, units)
    rows = table_rows(units)
    learned = columns.take(np.searchsorted(rows, who.learning))
    told = who.told
    held = columns.take(np.searchsorted(rows, told.rows))
    root = grow(learned, who.out_of_fold, depth, smallest)
    return honest_groups(root, held, told, depth, smallest, unit)


def explain_row(table: Table, types: Mapping[str, str], columns: Columns, copy: str, row: int) -> Person:
    """The predicted effect of the person in one row of the table, split among the columns."""
    from causal_core.data.encoding import feature_frame
    from causal_core.uplift.features import Encoder
    from causal_core.who.why import explain_person

    # Categories hold the levels of the whole table, so one row is coded as all are.
    frame = feature_frame(table, columns.names, types, [row])
    return explain_person(columns, copy, Encoder.of(frame).matrix(frame)[0])


def columns_of(inputs: Inputs, units: Units) -> Columns:
    """The units' columns as numbers, with what a reader calls their values."""
    from causal_core.data.typed import kind_of
    from causal_core.uplift.features import Encoder

    names = tuple(map(str, units.features.columns))
    arrow = inputs.table.arrow(names)
    kinds = {name: kind_of(name, arrow.column(name), dict(inputs.types)) for name in names}
    encoder = Encoder.of(units.features)
    return Columns.of(
        encoder,
        encoder.matrix(units.features),
        frozenset(name for name, kind in kinds.items() if kind == "boolean"),
        {name: first_date(arrow.column(name)) for name, kind in kinds.items() if kind == "date"},
    )


def first_date(column: object) -> str:
    """The earliest date of an Arrow column of dates, times or ISO text, as text."""
    import pyarrow as pa
    import pyarrow.compute as pc

    assert isinstance(column, pa.ChunkedArray)  # noqa: S101 - what `Table.arrow` holds
    if pa.types.is_large_string(column.type):
        import pandas as pd

        parsed = pd.to_datetime(pd.Series(column.to_pandas()), format="ISO8601", utc=True)
        return str(parsed.min().date())
    return str(pc.min(column).as_py())[:10]


def table_rows(units: Units) -> Integers:
    """(n,) positions of the units in the table, in order."""
    return np.arange(len(units.outcome)) if units.rows is None else units.rows


def of_half(judged: Judged, half: Integers, explained: Explained) -> tuple[Integers, Judged]:
    """The judged rows that are in the held-out half, as positions in the half, with the predictions for it.

    With one split these are all. Where rankings were judged on sequential folds only the rows of this half
    stay, since the others taught the learner shown here; and its predictions take the place of those of
    learners that had fewer rows.
    """
    position = np.full(int(max(half.max(), judged.rows.max())) + 1, -1, dtype=np.int64)
    position[half] = np.arange(len(half))
    place = position[judged.rows]
    kept = np.flatnonzero(place >= 0)
    place = place[kept]
    error = None if explained.std_error is None else explained.std_error[place]
    mine = replace(judged, predicted=np.empty(len(judged.rows)), std_error=None).take(kept)
    return place, replace(mine, predicted=explained.predicted[place], std_error=error)
