"""The arrays an estimator sees: one row a unit, complete cases, everything numeric."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Design:
    """One treatment, one outcome and the encoded covariates of the rows in use.

    Attributes:
        outcome: (n,) in the outcome's own unit.
        arm: (n,) 0 for the control level, 1..k-1 for the other arms in the order of `arms`.
        arms: The k levels as text, control first.
        covariates: (n, p) numeric, dummies for categories (first level left out), no intercept.
        covariate_names: p names of the encoded columns, e.g. `age`, `region=north`.
        covariate_sources: p names of the table's columns they came from.
        treatment_name: The treatment's column.
        outcome_name: The outcome's column.
        rows: (n,) positions of these rows in the table.
        rows_dropped: How many rows were left out because a needed value was missing.
        dropped_by: (column, rows with it missing), for each column with any.
        randomised: Whether assignment is known to be random.
        propensity: (n, k) known assignment probabilities, or None.
        weights: (n,) sampling weights, or None.
        clusters: (n,) cluster codes 0..g-1, or None.
        notes: Sentences on what was changed, such as a constant covariate left out.
        interactions: Columns of the table whose products with the arms enter standardisation.
        nuisances: What double machine learning predicts with: `boosted` trees or `linear` models.
    """

    outcome: Floats
    arm: Integers
    arms: tuple[str, ...]
    covariates: Floats
    covariate_names: tuple[str, ...]
    covariate_sources: tuple[str, ...]
    treatment_name: str
    outcome_name: str
    rows: Integers
    rows_dropped: int = 0
    dropped_by: tuple[tuple[str, int], ...] = field(default=())
    randomised: bool = False
    propensity: Floats | None = None
    weights: Floats | None = None
    clusters: Integers | None = None
    notes: tuple[str, ...] = field(default=())
    interactions: tuple[str, ...] = field(default=())
    nuisances: str = "boosted"

    @property
    def rows_used(self) -> int:
        """How many rows are in use."""
        return len(self.outcome)

    def at(self, rows: Integers) -> Design:
        """The design of the rows at these places, in that order."""
        return replace(
            self,
            outcome=self.outcome[rows],
            arm=self.arm[rows],
            covariates=self.covariates[rows],
            rows=self.rows[rows],
            propensity=None if self.propensity is None else self.propensity[rows],
            weights=None if self.weights is None else self.weights[rows],
            clusters=None if self.clusters is None else self.clusters[rows],
        )
