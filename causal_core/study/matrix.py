"""The feature matrix: what the columns say of each other and of the outcome, without any arrow."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from causal_core.data.association import Association, Associations, Readable, associations, readable
from causal_core.data.design import Floats, Integers
from causal_core.data.table import Table
from causal_core.engine.progress import report
from causal_core.problem import Problem

FOLDS = 3
SHUFFLES = 3
MOST_ROWS = 20_000


@dataclass(frozen=True)
class Asked:
    """Which columns of which table.

    Attributes:
        table: The table.
        columns: The observed nodes of the graph that are columns, in the graph's order.
        outcome: The column to predict.
        types: Kinds by column where the study says them.
        seed: For the sample of rows, the folds and the shuffles.
    """

    table: Table
    columns: tuple[str, ...]
    outcome: str
    types: Mapping[str, str]
    seed: int = 0

    def rows(self) -> Integers:
        """The positions of at most 20,000 rows, at random, in the table's order."""
        every = np.arange(self.table.rows)
        if len(every) <= MOST_ROWS:
            return every
        return np.sort(np.random.default_rng(self.seed).choice(every, MOST_ROWS, replace=False))

    def read(self) -> tuple[list[Readable], list[tuple[str, str]]]:
        """The columns in those rows, and those that cannot be used with the reason."""
        return readable(self.table, self.columns, self.types, self.rows())


@dataclass(frozen=True)
class Importance:
    """How much worse the outcome is predicted once one column is shuffled.

    Attributes:
        column: The column.
        value: The fall in R², that is, a share of the outcome's variance, on rows the model did not see.
        std_error: Over those rows, for the models as they were fitted.
        ci: 95 % interval.
    """

    column: str
    value: float
    std_error: float
    ci: tuple[float, float]


@dataclass(frozen=True)
class FeatureMatrix:
    """Associations of all columns, and the importance of each for predicting the outcome.

    Attributes:
        outcome: The outcome's column.
        associations: Every pair.
        importances: Largest first; empty when the outcome cannot be predicted.
        explained: R² of the predictions on rows the models did not see; None likewise.
        rows: Rows with an outcome, each predicted once.
        note: Why there are no importances, or empty.
    """

    outcome: str
    associations: Associations
    importances: tuple[Importance, ...]
    explained: float | None
    rows: int
    note: str = ""

    def importance(self, column: str) -> Importance | None:
        """The importance of a column; None when it has none."""
        return next((each for each in self.importances if each.column == column), None)

    def with_outcome(self, column: str) -> Association | None:
        """How a column goes together with the outcome."""
        return self.associations.of(column, self.outcome)


@dataclass(frozen=True, eq=False)
class HeldOut:
    """One fold's sums over its held-out rows.

    Attributes:
        columns: The predictors.
        rows: How many rows.
        error: Sum of squared errors of the model.
        spread: Sum of squared deviations of the outcome from the mean of the rows learned from.
        rise: (p,) sum of the rise of the squared error when each column is shuffled.
        squares: (p,) sum of the squares of that rise.
    """

    columns: tuple[str, ...]
    rows: int
    error: float
    spread: float
    rise: Floats
    squares: Floats


def associate(asked: Asked) -> Associations:
    """Every pair of the columns."""
    found, left_out = asked.read()
    rows = len(asked.rows())
    return Associations(
        columns=tuple(item.name for item in found),
        read_as=tuple(item.read_as for item in found),
        pairs=associations(found),
        left_out=tuple(left_out),
        rows=rows,
        rows_dropped=asked.table.rows - rows,
    )


def hold_out(asked: Asked, fold: int) -> HeldOut | str:
    """Learn from all folds but one, and shuffle each column among the rows of that one; or why not.

    The model is gradient boosting with squared error (LightGBM): missing values and categories are read as
    they are, and a two-valued outcome is predicted as a share. Each column is shuffled three times
    (Breiman 2001; Fisher, Rudin & Dominici 2019).
    """
    from causal_core.uplift.trees import boost

    found, left_out = asked.read()
    target = next((item for item in found if item.name == asked.outcome), None)
    others = [item for item in found if item.name != asked.outcome]
    if target is None:
        why = next((why for name, why in left_out if name == asked.outcome), "it is no column of the table.")
        return f"The outcome cannot be predicted: {why}"
    if target.levels:
        return f"The outcome has {target.levels} categories; a prediction needs a number or two values."
    if not others:
        return "No other column of the graph is in the table."
    present = np.flatnonzero(~np.isnan(target.numbers))
    if len(present) < 10 * FOLDS:
        return f"Only {len(present)} rows have an outcome; a prediction needs at least {10 * FOLDS}."
    generator = np.random.default_rng((asked.seed, 1))
    parts = generator.permutation(len(present)) % FOLDS
    learn, held = present[parts != fold], present[parts == fold]
    matrix = np.column_stack([item.numbers for item in others])
    y = target.numbers
    categorical = tuple(place for place, item in enumerate(others) if item.levels)
    # Few, shallow trees: deep ones predict noisy outcomes worse than the mean does.
    model = boost(matrix[learn], y[learn], categorical, asked.seed, noisy=True)
    squared = (y[held] - model.predict(matrix[held])) ** 2
    shuffler = np.random.default_rng((asked.seed, 2, fold))
    rise = np.zeros((len(held), len(others)))
    shuffled = matrix[held].copy()
    for place in range(len(others)):
        report(place, len(others))
        own = shuffled[:, place].copy()
        for _ in range(SHUFFLES):
            shuffled[:, place] = shuffler.permutation(own)
            rise[:, place] += (y[held] - model.predict(shuffled)) ** 2 - squared
        shuffled[:, place] = own
    rise /= SHUFFLES
    return HeldOut(
        columns=tuple(item.name for item in others),
        rows=len(held),
        error=float(squared.sum()),
        spread=float(((y[held] - y[learn].mean()) ** 2).sum()),
        rise=rise.sum(axis=0),
        squares=(rise**2).sum(axis=0),
    )


def combine_matrix(asked: Asked, parts: list[Associations | HeldOut | str]) -> FeatureMatrix:
    """The feature matrix; the first part is the associations, the others are the folds."""
    pairs = parts[0]
    folds = [part for part in parts[1:] if isinstance(part, HeldOut)]
    if not isinstance(pairs, Associations):
        raise Problem("The associations are not there.", remedy="Compute the feature matrix again.")
    if not folds or sum(fold.spread for fold in folds) == 0:
        note = next((part for part in parts[1:] if isinstance(part, str)), "The outcome does not vary.")
        return FeatureMatrix(asked.outcome, pairs, (), None, 0, note)
    rows = sum(fold.rows for fold in folds)
    spread = sum(fold.spread for fold in folds)
    mean = np.sum([fold.rise for fold in folds], axis=0) / rows
    variance = np.sum([fold.squares for fold in folds], axis=0) / rows - mean**2
    scale = rows / spread
    importances = []
    for name, value, own in zip(folds[0].columns, mean * scale, variance, strict=True):
        error = float(np.sqrt(max(own, 0.0) / rows) * scale)
        importances.append(
            Importance(name, float(value), error, (float(value - 1.96 * error), float(value + 1.96 * error)))
        )
    importances.sort(key=lambda each: (-each.value, each.column))
    explained = 1 - sum(fold.error for fold in folds) / spread
    return FeatureMatrix(asked.outcome, pairs, tuple(importances), explained, rows)
