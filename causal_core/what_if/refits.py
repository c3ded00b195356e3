"""The same model fitted to half samples, for bands around whatever it answers."""

from __future__ import annotations

import numpy as np

from causal_core.data.design import Floats
from causal_core.uplift.arrays import NORMAL_95
from causal_core.what_if.structural_model import StructuralModel


def refit(model: StructuralModel, seed: int) -> StructuralModel:
    """The model fitted to a random half of its rows, each mechanism of the kind it has.

    Half samples are drawn without replacement, so that no row is both fitted and left out.
    """
    rows = np.random.default_rng([seed, 20_251]).permutation(model.rows)[: model.rows // 2]
    ways = {node: fit.how for node, fit in model.fits.items() if fit.parents}
    return StructuralModel.fit(model.frame.iloc[np.sort(rows)], model.graph, seed, ways, model.columns)


def band(whole: Floats, halves: Floats) -> tuple[Floats, Floats]:
    """Pointwise 95 % bands; approximate.

    An answer from a half sample differs from that of all rows with the variance that the latter has about the
    truth, for answers whose error falls with the root of the rows (as in `causal_core.uplift.half_samples`).

    Args:
        whole: (...) the answers of the model.
        halves: (r, ...) those of its refits.

    Returns:
        Lower and upper ends.
    """
    half_width = NORMAL_95 * error(whole, halves)
    return whole - half_width, whole + half_width


def error(whole: Floats, halves: Floats) -> Floats:
    """(...) standard errors of a model's answers, from those of its (r, ...) refits.

    A variance from r squares is itself uncertain, so the errors are enlarged to where 1.96 of them reach as
    far as Student's t with r degrees of freedom (first term of its expansion; Abramowitz & Stegun 26.7.5).
    """
    enlarged = 1 + (NORMAL_95**2 + 1) / (4 * len(halves))
    return np.asarray(enlarged * np.sqrt(((halves - whole) ** 2).mean(axis=0)))
