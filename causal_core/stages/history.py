"""What happened to each person, stage by stage: what was known, what was decided, what came of it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import pandas as pd

from causal_core.data.arms import Arms
from causal_core.data.design import Floats, Integers
from causal_core.data.encoding import feature_frame
from causal_core.data.known import cluster_levels, sampling_weights
from causal_core.data.outcome import outcome_values
from causal_core.data.source import columns_of
from causal_core.problem import Problem
from causal_core.stages.asked import Asked
from causal_core.stages.decision import FEWEST, Decision, Source, check_arms, read_arms
from causal_core.uplift.folds import folds


@dataclass(frozen=True, eq=False)
class History:
    """All stages of n people.

    Attributes:
        outcome: (n,) the final outcome.
        worth: (n,) its benefit, no cost taken off.
        decisions: The stages in order.
        learning: Positions of the rows that rules are learned on.
        held_out: Positions of the rows that value them.
        clusters: (n,) codes, or None.
        weights: (n,) sampling weights, or None.
        rows: (n,) positions in the table.
        dropped: (column, rows left out because it was missing).
        rare: Sequences of arms seen on fewer than ten rows, in words.
    """

    outcome: Floats
    worth: Floats
    decisions: tuple[Decision, ...]
    learning: Integers
    held_out: Integers
    clusters: Integers | None
    weights: Floats | None
    rows: Integers
    dropped: tuple[tuple[str, int], ...]
    rare: tuple[str, ...]

    @property
    def spent(self) -> Floats:
        """(n,) what the arms given cost together."""
        return np.asarray(np.sum([decision.spent for decision in self.decisions], axis=0))

    @property
    def codes(self) -> Integers:
        """(n, stages) the arms given, -1 for none."""
        return np.column_stack([decision.arm for decision in self.decisions])


@lru_cache(maxsize=2)
def history_of(asked: Asked) -> History:
    """The people of a table, in two halves; built once for equal askings in one process.

    Rows without an outcome or without the first decision are left out; a later decision may be missing: there
    was none. The halves hold every sequence of arms in equal numbers, and clusters whole.

    Raises:
        Problem: A column does not hold what it must, an arm is too rare, or a decision does not vary.
    """
    columns = columns_of(asked.table, asked.columns)
    arms = tuple(read_arms(asked, columns, place) for place in range(len(asked.stages)))
    outcome = outcome_values(asked.outcome, columns[asked.outcome], dict(asked.types))
    missing = {asked.outcome: np.isnan(outcome), asked.stages[0].treatment: arms[0].codes < 0}
    weights = None if asked.weights is None else sampling_weights(asked.weights, columns[asked.weights])
    groups = None if asked.clusters is None else cluster_levels(columns[asked.clusters]).codes
    if asked.weights is not None and weights is not None:
        missing[asked.weights] = np.isnan(weights)
    if asked.clusters is not None and groups is not None:
        missing[asked.clusters] = groups < 0
    rows = np.flatnonzero(~np.logical_or.reduce(list(missing.values())))
    if len(rows) < 4 * FEWEST:
        raise Problem(
            f"Only {len(rows):,} rows have {' and '.join(missing)}: too few to learn a rule on one half and "
            "value it on the other.",
            remedy="Use more rows, or check which of these columns is missing so often.",
        )
    source = Source(asked, columns, arms, rows, np.column_stack([each.codes[rows] for each in arms]))
    _check_costs(asked, arms)
    clusters = None if groups is None else np.unique(groups[rows], return_inverse=True)[1]
    sequence = np.unique(source.codes, axis=0, return_inverse=True)[1].reshape(-1)
    half = folds(sequence, 2, clusters, asked.seed)
    check_arms(source, half)
    found = [source.decision(place, known(source, place)) for place in range(len(asked.stages))]
    return History(
        outcome=outcome[rows],
        worth=asked.benefit * outcome[rows],
        decisions=tuple(decision for decision, _ in found),
        learning=np.flatnonzero(half == 0),
        held_out=np.flatnonzero(half == 1),
        clusters=clusters,
        weights=None if weights is None else weights[rows],
        rows=rows,
        dropped=tuple((name, int(flags.sum())) for name, flags in missing.items() if flags.any()),
        rare=tuple(dict.fromkeys(words for _, rare in found for words in rare)),
    )


def known(source: Source, place: int) -> pd.DataFrame:
    """All that is known before a stage, in the order in which it became known."""
    asked, parts = source.asked, []
    for number, stage in enumerate(asked.stages[: place + 1]):
        parts.append(feature_frame(asked.table, stage.covariates, dict(asked.types), source.rows))
        if number < place:
            dtype = pd.CategoricalDtype(list(source.arms[number].texts))
            given = pd.Categorical.from_codes(source.codes[:, number], dtype=dtype)
            parts.append(pd.DataFrame({stage.treatment: given}))
    return pd.concat(parts, axis=1)


def _check_costs(asked: Asked, arms: tuple[Arms, ...]) -> None:
    labels = tuple(dict.fromkeys(text for each in arms for text in each.texts))
    for label, _ in asked.cost:
        if label not in labels:
            raise Problem(
                f"There is no arm {label} at any stage to give a cost to.",
                column=label,
                remedy=f"Arms: {', '.join(labels)}.",
            )
