"""The people an uplift analysis is about."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from causal_core.data.design import Floats, Integers
from causal_core.problem import Problem
from causal_core.uplift.arrays import same_length
from causal_core.uplift.features import Encoder
from causal_core.uplift.folds import halves
from causal_core.uplift.propensity import constant_shares
from causal_core.uplift.scores import Training


@dataclass(frozen=True, eq=False)
class Units:
    """One row a unit, as typed columns; tree models take categories and missing values as they are.

    Attributes:
        features: (n, p) covariates.
        arm: (n,) 0 for the control, 1..k-1 for the other arms in the order of `arms`.
        outcome: (n,) in the outcome's unit, none missing.
        arms: The k levels as text, control first.
        randomised: Whether assignment is known to be random.
        propensity: (n, k) known assignment probabilities, or None.
        clusters: (n,) codes, or None.
        rows: (n,) positions in the table, or None for 0..n-1.
        weights: (n,) sampling weights, or None. Policies are valued for the people they stand for; learning
            and the judging of rankings take each row once.
    """

    features: pd.DataFrame
    arm: Integers
    outcome: Floats
    arms: tuple[str, ...]
    randomised: bool = False
    propensity: Floats | None = None
    clusters: Integers | None = None
    rows: Integers | None = None
    weights: Floats | None = None

    def __post_init__(self) -> None:
        count = len(self.outcome)
        same_length(count, arm=self.arm, propensity=self.propensity, clusters=self.clusters, rows=self.rows)
        same_length(count, weights=self.weights)
        if len(self.features) != count:
            raise Problem(f"The features have {len(self.features):,} rows where {count:,} were expected.")
        missing = int(np.isnan(self.outcome).sum())
        if missing:
            raise Problem(f"The outcome is missing in {missing:,} rows.", remedy="Leave these rows out.")

    @property
    def constant_probability(self) -> bool:
        """Whether everybody had the same known chance of each arm, so that arms compare directly."""
        if self.propensity is None:
            return self.randomised
        return self.randomised and bool(np.ptp(self.propensity, axis=0).max() < 1e-12)

    def halves(self, seed: int) -> tuple[Integers, Integers]:
        """Positions of the learning and of the held-out rows; the same for the same seed.

        Raises:
            Problem: An arm has fewer than 10 rows in one half.
        """
        return halves(self.arm, self.arms, self.clusters, seed)

    def training(self, seed: int, base: str = "boosted") -> Training:
        """All rows as numbers; shares of the arms stand as propensity when assignment is random."""
        encoder = Encoder.of(self.features)
        propensity = self.propensity
        if propensity is None and self.randomised:
            propensity = np.tile(constant_shares(self.arm, len(self.arms)), (len(self.arm), 1))
        return Training(
            encoder.matrix(self.features),
            encoder.categorical,
            self.arm,
            self.outcome,
            len(self.arms),
            propensity,
            self.clusters,
            seed,
            base,
        )
