"""A regression fitted in one arm, and how a number that is built on it moves with it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from causal_core.data.design import Floats
from causal_core.estimation.glm import Family, Fit, fit, slope_of
from causal_core.estimation.regression import too_wide
from causal_core.estimation.sample import Sample


@dataclass(frozen=True, eq=False)
class ArmFit:
    """A regression on the rows of one arm.

    Attributes:
        model: The fitted model.
        features: (n, P) of all rows.
        mean: (n,) predictions for all rows.
        steep: (n,) weighted residuals over one minus leverage, as in HC3; zero outside the arm.
        used: (n,) the weights of the arm's rows, zero outside.
    """

    model: Fit
    features: Floats
    mean: Floats
    steep: Floats
    used: Floats

    @classmethod
    def of(cls, sample: Sample, b: int, family: Family, features: Floats, outcome: Floats) -> ArmFit:
        """Fit `outcome` (n,) on `features` (n, P) among the rows of arm `b`.

        Raises:
            Problem: The arm has no more rows than there are coefficients.
        """
        width = features.shape[1]
        if sample.counts[b] <= width:
            raise too_wide(width, int(sample.counts[b]))
        used = sample.weights * (sample.arm == b)
        model = fit(family, features, outcome, used)
        mean = model.mean(features)
        leverage = used * slope_of(family, mean) * np.einsum("ij,ij->i", features @ model.inverse, features)
        leverage = leverage / sample.rows
        residual = np.where(leverage < 1 - 1e-9, (outcome - mean) / np.maximum(1 - leverage, 1e-9), 0)
        return cls(model, features, mean, used * residual, used)

    @property
    def slope(self) -> Floats:
        """(n,) derivative of the prediction by the linear predictor."""
        return slope_of(self.model.family, self.mean)

    def influence(self, lever: Floats) -> Floats:
        """(n,) each row's influence on a number whose derivative by the coefficients is `lever` (P,)."""
        part: Floats = self.steep * (self.features @ (self.model.inverse @ lever))
        return part
