"""Regressors of scikit-learn as base learners: some by a short name, and any by an instance."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Protocol

import numpy as np

from causal_core.data.design import Floats
from causal_core.problem import Problem
from causal_core.uplift.dummies import Dummies

if TYPE_CHECKING:  # typing's own names for arrays
    from numpy.typing import ArrayLike

_TREES = 100
_LANDMARKS = 300


class Regressor(Protocol):
    """What scikit-learn calls a regressor."""

    def fit(self, X: Any, y: Any) -> Any:
        """Fit to (n, q) columns and (n,) targets."""

    def predict(self, X: Any) -> ArrayLike:
        """(n,) predictions."""


@dataclass(frozen=True, eq=False)
class Fitted:
    """A fitted regressor and how covariates become its columns.

    Attributes:
        dummies: How covariates become columns without gaps.
        regressor: The fitted regressor.
    """

    dummies: Dummies
    regressor: Regressor

    def predict(self, matrix: Floats) -> Floats:
        """(n,) predictions in the target's unit.

        Raises:
            Problem: The regressor does not give one finite number a row.
        """
        if len(matrix) == 0:
            return np.empty(0)
        found = np.asarray(self.regressor.predict(self.dummies.design(matrix)), dtype=np.float64)
        if found.shape != (len(matrix),) or not np.isfinite(found).all():
            raise Problem(
                f"The base learner {type(self.regressor).__name__} did not predict one finite number a row.",
                remedy="Choose another base learner.",
            )
        return found


def fit_regressor(
    base: str | Regressor,
    matrix: Floats,
    target: Floats,
    categorical: tuple[int, ...],
    seed: int,
    weights: Floats | None,
    *,
    noisy: bool,
) -> Fitted:
    """A regressor fitted on standardised numbers (mean where missing), marks and indicators.

    An instance is cloned, so the caller's stays as it is; where it leaves a `random_state` open, it gets the
    seed.

    Raises:
        Problem: Weights are needed, and the regressor takes none.
    """
    dummies = Dummies.of(matrix, categorical)
    regressor = _NAMED[base](len(target), seed, noisy) if isinstance(base, str) else _copy(base, seed)
    options = {} if weights is None else {_weight_name(regressor): weights}
    regressor.fit(dummies.design(matrix), target, **options)
    return Fitted(dummies, regressor)


def check_regressor(base: object) -> None:
    """Check that `base` is a regressor that scikit-learn can clone.

    Raises:
        Problem: It is not; in words.
    """
    from sklearn.base import clone, is_classifier

    name = type(base).__name__
    if not (hasattr(base, "fit") and hasattr(base, "predict")) or isinstance(base, type):
        raise Problem(
            f"The base learner must be a name or a scikit-learn regressor, not {name}.",
            remedy="Give an instance with fit and predict, such as Ridge().",
        )
    try:
        classifies = is_classifier(clone(base))
    except (AttributeError, RuntimeError, TypeError) as error:
        raise Problem(
            f"scikit-learn cannot clone the base learner {name}.",
            remedy="Give a regressor of scikit-learn, or one derived from its BaseEstimator.",
        ) from error
    if classifies:
        raise Problem(
            f"{name} is a classifier; a base learner predicts numbers.",
            remedy="Use the regressor of the same family.",
        )


def _copy(base: Regressor, seed: int) -> Any:
    from sklearn.base import clone

    regressor = clone(base)
    open_states = {
        name: seed
        for name, value in regressor.get_params().items()
        if value is None and name.rpartition("__")[2] == "random_state"
    }
    return regressor.set_params(**open_states)


def _weight_name(regressor: Any) -> str:
    from sklearn.pipeline import Pipeline
    from sklearn.utils.validation import has_fit_parameter

    name, last = "sample_weight", regressor
    while isinstance(last, Pipeline):
        step, last = last.steps[-1]
        name = f"{step}__{name}"
    if not has_fit_parameter(last, "sample_weight"):
        raise Problem(
            f"The R-learner weighs rows, and the base learner {type(last).__name__} takes no weights.",
            remedy="Choose another learner, such as the DR-learner, or another base learner.",
        )
    return name


def _forest(rows: int, seed: int, noisy: bool) -> Any:
    from sklearn.ensemble import RandomForestRegressor

    return RandomForestRegressor(
        _TREES, min_samples_leaf=_leaf(rows, noisy), max_features=1 / 3, random_state=seed
    )


def _extra_trees(rows: int, seed: int, noisy: bool) -> Any:
    from sklearn.ensemble import ExtraTreesRegressor

    return ExtraTreesRegressor(
        _TREES, min_samples_leaf=_leaf(rows, noisy), max_features=1 / 3, random_state=seed
    )


def _neighbours(rows: int, seed: int, noisy: bool) -> Any:  # noqa: ARG001 - nothing is random in it
    from sklearn.neighbors import KNeighborsRegressor

    return KNeighborsRegressor(max(1, min(rows, round((2 if noisy else 1) * np.sqrt(rows)))))


def _kernel(rows: int, seed: int, noisy: bool) -> Any:
    from sklearn.kernel_approximation import Nystroem
    from sklearn.linear_model import Ridge
    from sklearn.pipeline import make_pipeline

    landmarks = Nystroem(n_components=min(rows, _LANDMARKS), random_state=seed)
    return make_pipeline(landmarks, Ridge(10.0 if noisy else 1.0))


def _leaf(rows: int, noisy: bool) -> int:
    return max(5, rows // 100) if noisy else 5


_NAMED: Final[dict[str, Callable[[int, int, bool], Any]]] = {
    "random_forest": _forest,
    "extra_trees": _extra_trees,
    "nearest_neighbours": _neighbours,
    "kernel": _kernel,
}
"""Short name -> what makes a regressor of so many rows, seed, and whether the target is a pseudo-outcome."""
