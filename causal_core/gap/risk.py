"""Who is expected to do badly: a model of the outcome, as everybody builds it, or a score from the table."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from causal_core.data.design import Floats, Integers
from causal_core.data.table import Table
from causal_core.gap.harm import two_values
from causal_core.problem import Problem
from causal_core.uplift.trees import LEARNING_RATE, LEAVES, TREES
from causal_core.uplift.units import Units

FEWEST_ROWS = 20
"""The fewest rows a risk model is learned from."""


@dataclass(frozen=True, eq=False)
class Judged:
    """Which rows rankings are judged on.

    Attributes:
        rows: (n,) positions in the table.
        fold: (n,) 1..K-1 when rows are judged fold after fold, each by models of the folds before it; None
            when all are judged by models of the other rows.
    """

    rows: Integers = field(repr=False)
    fold: Integers | None = field(repr=False, default=None)

    @property
    def folds(self) -> tuple[int, ...]:
        """The folds, in order; one when there are none."""
        return (1,) if self.fold is None else tuple(int(fold) for fold in np.unique(self.fold))

    def of(self, fold: int) -> Integers:
        """Positions among `rows` of a fold."""
        return np.arange(len(self.rows)) if self.fold is None else np.flatnonzero(self.fold == fold)


@dataclass(frozen=True, eq=False)
class RiskPart:
    """Predicted risk of some of the judged rows.

    Attributes:
        places: Positions among the judged rows.
        risk: Higher means that a worse outcome is expected; NaN where a score is missing. Of a model for a
            binary outcome the probability of the bad one, else the predicted outcome, its sign turned so
            that high is bad.
        learned: Rows the model was learned from; 0 for a score from the table.
    """

    places: Integers = field(repr=False)
    risk: Floats = field(repr=False)
    learned: int


def learn_risk(units: Units, judged: Judged, fold: int, good: int, seed: int = 0) -> RiskPart:
    """Predict the outcome from the features, all arms together, the treatment not among them.

    200 boosted trees of at most 31 leaves at rate 0.05 (LightGBM), for the log-odds of a binary outcome and
    by least squares for any other. It learns from rows that are not judged and from folds before this one.

    Raises:
        Problem: There are too few rows to learn from.
    """
    training = units.training(seed)
    table_rows = np.arange(len(units.outcome)) if units.rows is None else units.rows
    places = judged.of(fold)
    late = judged.rows if judged.fold is None else judged.rows[judged.fold >= fold]
    learning = np.flatnonzero(~np.isin(table_rows, late))
    if len(learning) < FEWEST_ROWS:
        raise Problem(
            f"A risk model has only {len(learning):,} rows to learn from; it needs {FEWEST_ROWS}.",
            remedy="Use more rows, or a score from the table.",
        )
    asked = np.searchsorted(table_rows, judged.rows[places])
    predicted = _predict(
        training.matrix[learning],
        units.outcome[learning],
        training.matrix[asked],
        training.categorical,
        seed,
    )
    return RiskPart(places, -good * predicted, len(learning))


def _predict(
    matrix: Floats, outcome: Floats, asked: Floats, categorical: tuple[int, ...], seed: int
) -> Floats:
    """(m,) predicted outcome; of a binary one the probability of its higher value."""
    if np.ptp(outcome) == 0:
        return np.zeros(len(asked))
    import lightgbm

    values = two_values(outcome)
    options = {
        "objective": "regression" if values is None else "binary",
        "num_leaves": LEAVES,
        "learning_rate": LEARNING_RATE,
        "min_data_in_leaf": max(2, min(20, len(outcome) // 10)),
        "num_threads": 1,
        "deterministic": True,
        "force_row_wise": True,
        "seed": seed,
        "verbosity": -1,
    }
    target = outcome if values is None else (outcome == values[1]).astype(np.float64)
    data = lightgbm.Dataset(matrix, target, categorical_feature=list(categorical), params=options)
    model = lightgbm.train(options, data, num_boost_round=TREES)
    return np.asarray(model.predict(asked, num_threads=1), dtype=np.float64)


def read_risk(
    table: Table, column: str, types: dict[str, str], judged: Judged, high_is_risky: bool
) -> RiskPart:
    """A risk score from a column of numbers or of true and false; NaN where it is missing.

    Raises:
        Problem: The column is not there, holds no numbers, or is missing in every judged row.
    """
    from causal_core.data.source import columns_of
    from causal_core.data.typed import kind_of, numbers, truths

    held = columns_of(table, [column])[column]
    kind = kind_of(column, held, types)
    if kind not in {"number", "boolean"}:
        raise Problem(
            f'The risk score "{column}" holds a {kind}, not numbers.'
            if kind != "text"
            else f'The risk score "{column}" holds text, not numbers.',
            column=column,
            remedy="Choose a column of numbers, or rank by a model.",
        )
    score = (truths if kind == "boolean" else numbers)(column, held)[judged.rows]
    if np.isnan(score).all():
        raise Problem(
            f'The risk score "{column}" is missing in every row that rankings are judged on.',
            column=column,
            remedy="Choose another column, or rank by a model.",
        )
    return RiskPart(np.arange(len(score)), score if high_is_risky else -score, 0)


def join(parts: list[RiskPart]) -> tuple[Floats, int]:
    """(n,) the risk of all judged rows, and the fewest rows a model was learned from."""
    risk = np.full(sum(len(part.places) for part in parts), np.nan)
    for part in parts:
        risk[part.places] = part.risk
    return risk, min(part.learned for part in parts)
