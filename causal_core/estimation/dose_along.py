"""How alike people are along a dose, and where there are enough of them."""

from __future__ import annotations

import numpy as np

from causal_core.data.design import Floats
from causal_core.data.dose import Dosed
from causal_core.estimation.dose_nuisances import density
from causal_core.estimation.dose_result import Along
from causal_core.estimation.inference import effective_size
from causal_core.estimation.sample import prepare
from causal_core.problem import Problem

POINTS = 41


def along(dosed: Dosed, seed: int = 0) -> Along:
    """Balance and support along the dose.

    Balance is the correlation of each covariate with the dose, as the data are and weighted by the stabilised
    inverse of the dose's density given the covariates (Zhu, Coffman & Ghosh 2015): 0 when the dose says
    nothing of the covariate. Support is Kish's effective size of these weights within a Gaussian window of
    Silverman's width.

    Args:
        dosed: The rows; `design.nuisances` says what predicts.
        seed: Of the folds.
    """
    design, dose = dosed.design, dosed.dose
    sample = prepare(design, seed)
    weights, raised, note = sample.weights, 0, ""
    after: tuple[float, ...] = ()
    x = np.asarray(design.covariates, dtype=np.float64)
    if x.shape[1] and not design.randomised:
        try:
            likely = density(dosed, sample)
            weights, raised = sample.weights * likely.ratio, likely.raised
            after = tuple(_correlations(x, dose, weights).tolist())
        except Problem as problem:
            note = str(problem)
    at = np.linspace(dosed.doses.low, dosed.doses.high, POINTS)
    quarter = float(np.subtract(*np.quantile(dose, [0.75, 0.25]))) / 1.349
    deviation = float(np.std(dose))
    width = 0.9 * min(deviation, quarter or deviation) * len(dose) ** -0.2
    sizes = [effective_size(weights * np.exp(-(((dose - centre) / width) ** 2) / 2)) for centre in at]
    return Along(
        doses=tuple(at.tolist()),
        effective=tuple(sizes),
        covariates=design.covariate_names,
        before=tuple(_correlations(x, dose, sample.weights).tolist()),
        after=after,
        raised=raised,
        note=note,
    )


def _correlations(x: Floats, dose: Floats, weights: Floats) -> Floats:
    share = weights / weights.sum()
    apart, from_mean = x - share @ x, dose - share @ dose
    spread = np.sqrt((share @ apart**2) * (share @ from_mean**2))
    together = (share * from_mean) @ apart
    return np.asarray(np.where(spread > 0, together / np.where(spread > 0, spread, 1), 0.0))
