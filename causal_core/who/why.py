"""Why the model predicts what it does: Shapley values of a boosted copy of it.

A learner of effects is several models in one. Boosted trees are fitted to its predicted effects, and their
path-dependent TreeSHAP values (Lundberg et al. 2020; LightGBM computes them) split each prediction among the
columns. They speak of the copy, so how well it reproduces the learner on held-out rows stands beside them.
They say what the prediction is made of, not what would change the effect.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from causal_core.data.design import Floats
from causal_core.engine.progress import report
from causal_core.percent import percent
from causal_core.plain import Plain, to_plain

if TYPE_CHECKING:  # heavy, and only a worker fits models
    import lightgbm

    from causal_core.who.tree import Columns

TREES = 300
LEAVES = 31
RATE = 0.1

MOST_ROWS = 200_000
"""Rows the copy is fitted to."""

EXPLAINED = 1000
"""Held-out rows whose Shapley values make the importance of a column."""

LEAST_FIDELITY = 0.8
"""Below this share of the predictions' variance the copy is another model, and explains nothing."""

_FLAT = 1e-9
_CHUNK = 100


@dataclass(frozen=True)
class Importance:
    """What a column has to do with the predicted effects.

    Attributes:
        column: The column.
        size: Mean of the absolute Shapley values, in the outcome's unit.
        sense: Correlation of the column's values with its Shapley values: near 1 where higher values mean a
            larger predicted effect; None for categories and constants.
    """

    column: str
    size: float
    sense: float | None


@dataclass(frozen=True, eq=False)
class Why:
    """An explanation of the predicted effects.

    Attributes:
        fidelity: 1 - mean squared difference of copy and learner / variance of the learner's predictions, on
            held-out rows; None when predictions do not vary.
        base: The copy's mean prediction, from which each person's values start.
        importance: Columns by size, largest first.
        rows: Held-out rows it was made from.
        copy: The copy as LightGBM writes it; empty with a refusal.
        refusal: Why nothing is explained; then the rest is empty.
    """

    fidelity: float | None
    base: float
    importance: tuple[Importance, ...]
    rows: int
    copy: str = field(default="", repr=False)
    refusal: str = ""

    def to_dict(self) -> dict[str, Plain]:
        """The explanation as plain JSON, without the copy."""
        return {
            "fidelity": to_plain(self.fidelity),
            "base": to_plain(self.base),
            "importance": to_plain(self.importance),
            "rows": self.rows,
            "refusal": self.refusal,
        }


@dataclass(frozen=True)
class Person:
    """One row's predicted effect, split among the columns.

    Attributes:
        base: The mean prediction it starts from.
        parts: (column, its value as text, Shapley value), largest first.
        copied: The copy's prediction: base + sum of the parts.
    """

    base: float
    parts: tuple[tuple[str, str, float], ...]
    copied: float


def fit_copy(
    matrix: Floats, effects: Floats, categorical: tuple[int, ...], seed: int = 0
) -> lightgbm.Booster:
    """Boosted trees fitted to predicted effects, (n,) for (n, p) rows; there is no noise to guard against."""
    import lightgbm

    if len(effects) > MOST_ROWS:
        drawn = np.sort(np.random.default_rng([seed, 23]).permutation(len(effects))[:MOST_ROWS])
        matrix, effects = matrix[drawn], effects[drawn]
    options = {
        "objective": "regression",
        "num_leaves": LEAVES,
        "learning_rate": RATE,
        "min_data_in_leaf": 5,
        "min_data_per_group": 5,
        "cat_smooth": 1.0,
        "cat_l2": 0.0,
        "max_cat_to_onehot": 8,
        "num_threads": 1,
        "deterministic": True,
        "force_row_wise": True,
        "seed": seed,
        "verbosity": -1,
    }
    data = lightgbm.Dataset(matrix, effects, categorical_feature=list(categorical), params=options)
    return lightgbm.train(options, data, num_boost_round=TREES)


def shapley(booster: lightgbm.Booster, matrix: Floats) -> tuple[Floats, Floats]:
    """(n, p) Shapley values and (n,) the base; a row's values and its base sum to the prediction."""
    parts = []
    for start in range(0, len(matrix), _CHUNK):
        chunk = matrix[start : start + _CHUNK]
        parts.append(np.asarray(booster.predict(chunk, pred_contrib=True, num_threads=1)))
        report(start + len(chunk), len(matrix))
    values = np.vstack(parts)
    return values[:, :-1], values[:, -1]


def explain(
    columns: Columns, booster: lightgbm.Booster, held_out: Floats, predicted: Floats, seed: int = 0
) -> Why:
    """What the copy's Shapley values say, where it is faithful.

    Args:
        columns: What the columns mean.
        booster: From `fit_copy`.
        held_out: (n, p) rows the copy did not see.
        predicted: (n,) the learner's predictions there.
        seed: Of the rows that are explained.
    """
    spread = float(predicted.var())
    if spread <= _FLAT * max(1.0, float(predicted @ predicted) / len(predicted)):
        said = "All predicted effects are alike, so there is nothing to explain."
        return Why(None, float(predicted.mean()), (), len(predicted), refusal=said)
    copied = np.asarray(booster.predict(held_out, num_threads=1))
    fidelity = 1 - float(((copied - predicted) ** 2).mean()) / spread
    if fidelity < LEAST_FIDELITY:
        said = (
            f"The copy that Shapley values need reproduces only {percent(max(fidelity, 0))} of what the "
            f"learner's predictions differ by on held-out rows; at least {percent(LEAST_FIDELITY)} are "
            "asked for. Its explanation would be of another model, so none is given."
        )
        return Why(fidelity, float(predicted.mean()), (), len(predicted), refusal=said)
    drawn = np.sort(np.random.default_rng([seed, 29]).permutation(len(held_out))[:EXPLAINED])
    values, base = shapley(booster, held_out[drawn])
    found = [
        Importance(
            name, float(np.abs(values[:, place]).mean()), _sense(columns, place, held_out[drawn], values)
        )
        for place, name in enumerate(columns.names)
    ]
    return Why(
        fidelity,
        float(base[0]),
        tuple(sorted(found, key=lambda each: -each.size)),
        len(drawn),
        booster.model_to_string(),
    )


def explain_person(columns: Columns, copy: str, row: Floats) -> Person:
    """One person's predicted effect split among the columns.

    Args:
        columns: What the columns mean.
        copy: `Why.copy`.
        row: (p,) the person's values.
    """
    import lightgbm

    values, base = shapley(lightgbm.Booster(model_str=copy), row[None, :])
    order = np.argsort(-np.abs(values[0]), kind="stable")
    return Person(
        float(base[0]),
        tuple(
            (columns.names[place], columns.text(int(place), float(row[place])), float(values[0, place]))
            for place in order
        ),
        float(base[0] + values[0].sum()),
    )


def _sense(columns: Columns, place: int, matrix: Floats, values: Floats) -> float | None:
    known = ~np.isnan(matrix[:, place])
    mine, shap = matrix[known, place], values[known, place]
    if columns.levels[place] is not None or len(mine) < 2 or np.ptp(mine) == 0 or np.ptp(shap) == 0:
        return None
    return float(np.corrcoef(mine, shap)[0, 1])
