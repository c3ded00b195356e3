"""Point estimates through DoWhy, for the estimators it has and gets right."""

from __future__ import annotations

import logging
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import numpy as np

from causal_core.data.design import Floats
from causal_core.estimation.sample import Sample
from causal_core.estimation.stratification import LEAST, choose_number, rounded_scores

if TYPE_CHECKING:
    import pandas as pd

TOLERANCE = 1e-8
"""Largest difference from DoWhy, as a share of the outcome's standard deviation, that is rounding."""

METHODS = ("linear_regression", "ipw", "stratification")


def compare(method: str, sample: Sample, target: str, value: float) -> tuple[float, str, str | None]:
    """DoWhy's value beside ours.

    Args:
        method: A key of `causal_core.estimation.METHODS`.
        sample: The rows.
        target: `ATE`, `ATT` or `ATC`.
        value: Our own value.

    Returns:
        The value to report, `dowhy` or `dostudio`, and a note when the two differ.
    """
    if not _applies(method, sample):
        return value, "dostudio", None
    try:
        theirs = value_of(method, sample, target)
    except Exception as error:  # noqa: BLE001 - DoWhy raises bare Exception; our own value stands without it
        return (
            value,
            "dostudio",
            f"DoWhy could not compute this ({type(error).__name__}); the value is dostudio's.",
        )
    spread = float(np.std(sample.outcome)) + abs(value) * 1e-3
    if abs(theirs - value) <= TOLERANCE * max(spread, 1e-300):
        return theirs, "dowhy", None
    return value, "dostudio", f"DoWhy gives {theirs:.6g} for this; the value is dostudio's."


def _applies(method: str, sample: Sample) -> bool:
    if method not in METHODS or sample.arms != 2 or sample.design.weights is not None:
        return False
    return method == "linear_regression" or sample.x.shape[1] > 1


def value_of(method: str, sample: Sample, target: str) -> float:
    """The point estimate of DoWhy's own estimator, on a fresh frame of safe names and scaled covariates.

    Args:
        method: `linear_regression`, `ipw` or `stratification`.
        sample: The rows, of two arms and without weights.
        target: `ATE`, `ATT` or `ATC`.
    """
    with quiet():
        frame = frame_of(sample)
        found = fitted(method, sample, frame, target)
    return float(found.value)


@contextmanager
def quiet() -> Iterator[None]:
    """Keep DoWhy's and its libraries' warnings and log lines from the caller."""
    logger = logging.getLogger("dowhy")
    level = logger.level
    logger.setLevel(logging.CRITICAL)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        logger.setLevel(level)


def frame_of(sample: Sample) -> pd.DataFrame:
    """Columns t (0 and 1), y, and x0, x1, ...: no name of the user's, nothing DoWhy reserves."""
    import pandas as pd

    columns: dict[str, Any] = {"t": sample.arm.astype(np.int64), "y": sample.outcome}
    columns |= {f"x{j}": values for j, values in enumerate(sample.x[:, 1:].T)}
    return pd.DataFrame(columns)


def estimand_of(sample: Sample) -> Any:
    """DoWhy's estimand: adjust for all the covariates."""
    from dowhy.causal_identifier import EstimandType
    from dowhy.causal_identifier.identified_estimand import IdentifiedEstimand

    names = [f"x{j}" for j in range(sample.x.shape[1] - 1)]
    return IdentifiedEstimand(
        None,
        ["t"],
        ["y"],
        estimand_type=EstimandType.NONPARAMETRIC_ATE,
        backdoor_variables={"backdoor": names},
        default_backdoor_id="backdoor",
        identifier_method="backdoor",
    )


def fitted(method: str, sample: Sample, frame: pd.DataFrame, target: str) -> Any:
    """DoWhy's estimate object for `frame`; propensity methods write columns into the frame."""
    estimand = estimand_of(sample)
    if method == "linear_regression":
        from dowhy.causal_estimators.linear_regression_estimator import LinearRegressionEstimator

        estimator = LinearRegressionEstimator(estimand)
    elif method == "ipw":
        estimator = _weighting(estimand, sample, frame, target)
    else:
        from dowhy.causal_estimators.propensity_score_stratification_estimator import (
            PropensityScoreStratificationEstimator,
        )

        score = rounded_scores(sample.scores.probability[:, 1])
        frame["propensity_score"] = score
        estimator = PropensityScoreStratificationEstimator(
            estimand, num_strata=choose_number(score, sample.arm), clipping_threshold=LEAST - 1
        )
    estimator.fit(frame, effect_modifier_names=[])
    return estimator.estimate_effect(frame, control_value=0, treatment_value=1, target_units=target.lower())


def _weighting(estimand: Any, sample: Sample, frame: pd.DataFrame, target: str) -> Any:
    from dowhy.causal_estimators.propensity_score_weighting_estimator import PropensityScoreWeightingEstimator
    from sklearn.linear_model import LogisticRegression

    if sample.design.propensity is not None:
        frame["propensity_score"] = _known(sample)
    floor = sample.scores.floor
    return PropensityScoreWeightingEstimator(
        estimand,
        propensity_score_model=LogisticRegression(
            C=np.inf, solver="newton-cholesky", tol=1e-10, max_iter=1000
        ),
        weighting_scheme="ips_normalized_weight",
        # Only the probabilities that are divided by are held away from zero.
        min_ps_score=0.0 if target == "ATT" else float(floor[1]),
        max_ps_score=1.0 if target == "ATC" else 1.0 - float(floor[0]),
    )


def _known(sample: Sample) -> Floats:
    known: Floats = sample.scores.probability[:, 1].copy()
    return known
