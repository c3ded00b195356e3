"""Fitting an uplift model on arrays or frames."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from causal_core.data.design import Floats, Integers
from causal_core.problem import DoesNotApply, Problem
from causal_core.uplift.arrays import as_floats, same_length
from causal_core.uplift.bases import Base, check_base
from causal_core.uplift.features import Encoder
from causal_core.uplift.learners import check_learner, fit_model
from causal_core.uplift.models import Model
from causal_core.uplift.order import ordered, row_order
from causal_core.uplift.scores import FOLDS, Training


@dataclass(frozen=True, eq=False)
class FittedUplift:
    """An uplift model.

    Attributes:
        learner: A key of the catalogue's `LEARNERS`.
        arms: The treatment's levels as text, control first.
        encoder: How columns became numbers.
        model: The fitted learner.
        training: What it was fitted on.
    """

    learner: str
    arms: tuple[str, ...]
    encoder: Encoder = field(repr=False)
    model: Model = field(repr=False)
    training: Training = field(repr=False)

    def effect(self, features: pd.DataFrame | ArrayLike) -> Floats:
        """(n, k-1) effects on new rows, a column for each arm after the control, in the outcome's unit.

        Raises:
            Problem: A column the model was fitted on is missing.
        """
        return self.model.effect(self.encoder.matrix(features))

    def baseline(self, features: pd.DataFrame | ArrayLike) -> Floats:
        """(n,) mean outcomes of new rows under the control, in the outcome's unit."""
        return self.model.baseline(self.encoder.matrix(features))

    @cached_property
    def out_of_fold(self) -> Floats:
        """(n, k-1) effects on the training rows, each from one of five fits that did not see the row.

        The fits are made when this is first asked for.
        """
        order = row_order(self.training)
        training = ordered(self.training, order)
        fold = training.folds(FOLDS)
        effects = np.empty((len(fold), len(self.arms) - 1))
        for part in range(FOLDS):
            rows = np.flatnonzero(fold == part)
            model = fit_model(self.learner, training.take(np.flatnonzero(fold != part)))
            effects[order[rows]] = model.effect(training.matrix[rows])
        return effects

    def std_error(self, features: pd.DataFrame | ArrayLike) -> Floats:
        """(n, k-1) standard errors of `effect` on new rows, approximate; of learners that have them.

        Raises:
            DoesNotApply: The learner gives no standard error for a person.
            Problem: A column the model was fitted on is missing.
        """
        errors = getattr(self.model, "std_error", None)
        if errors is None:
            raise DoesNotApply(
                f"The learner '{self.learner}' gives no standard error for one person's effect.",
                remedy="Use the causal forest, or judge the ranking of many people on rows it never saw.",
            )
        return np.asarray(errors(self.encoder.matrix(features)), dtype=np.float64)


def fit(
    learner: str,
    features: pd.DataFrame | ArrayLike,
    treatment: ArrayLike,
    outcome: ArrayLike,
    control: object = 0,
    propensity: ArrayLike | None = None,
    seed: int = 0,
    base: Base = "boosted",
) -> FittedUplift:
    """Fit an uplift model; the same rows in another order give the same digits.

    Args:
        learner: A key of the catalogue's `LEARNERS`: "s", "t", "x", "r", "dr", "ct", ...
        features: (n, p) frame or array; categories and missing values are used as they are.
        treatment: (n,) levels, of any type.
        outcome: (n,) numbers.
        control: The reference level; the other levels, sorted, are the arms.
        propensity: Known assignment probabilities: (n, k), control first, or for two levels (n,) of the arm.
            None to estimate them where the learner needs them.
        seed: Of folds and models.
        base: What the learner's regressions are: a key of the catalogue's `BASES`, or any scikit-learn
            regressor. That is cloned and gets numbers without gaps: standardised, the mean where missing and
            a mark of it, indicators of categories. The S-learner needs one that finds interactions, or gives
            everybody the same effect; the R-learner one that takes sample weights.

    Raises:
        Problem: The learner or base learner is unknown, values are missing, the control level is absent, or
            an arm is small.
    """
    check_learner(learner)
    check_base(base)
    outcomes = as_floats(outcome, "outcome")
    arm, arms = _arms(treatment, control)
    encoder = Encoder.of(features)
    matrix = encoder.matrix(features)
    same_length(len(outcomes), treatment=arm, features=matrix)
    counts = np.bincount(arm, minlength=len(arms))
    if counts.min() < 2 * FOLDS:
        label = arms[int(counts.argmin())]
        raise Problem(
            f"The arm {label} has only {counts.min()} rows; a model needs at least {2 * FOLDS}.",
            remedy="Merge it with another arm, or leave it out.",
        )
    known = None if propensity is None else known_propensity(propensity, arm, len(arms))
    training = Training(matrix, encoder.categorical, arm, outcomes, len(arms), known, None, seed, base)
    return FittedUplift(learner, arms, encoder, fit_model(learner, training), training)


def known_propensity(propensity: ArrayLike, arm: Integers, arms: int) -> Floats:
    """(n, k) known assignment probabilities, from that or, for two arms, from (n,) of the treated arm.

    Raises:
        Problem: Another shape, a value outside 0..1, rows that do not sum to 1, or an impossible arm.
    """
    array = np.asarray(propensity, dtype=np.float64)
    if array.ndim == 1 and arms == 2:
        array = np.column_stack([1 - array, array])
    if array.shape != (len(arm), arms):
        raise Problem(f"The propensity must have {len(arm):,} rows and {arms} columns.", column="propensity")
    if not ((array >= 0) & (array <= 1)).all() or not np.allclose(array.sum(axis=1), 1, atol=1e-6):
        raise Problem(
            "The propensity must lie between 0 and 1, sum to 1 in each row and have no missing values.",
            column="propensity",
        )
    impossible = int((array[np.arange(len(arm)), arm] == 0).sum())
    if impossible:
        raise Problem(
            f"{impossible:,} rows are in an arm to which the known propensity gives probability 0.",
            column="propensity",
            remedy="Check the propensity column.",
        )
    return array


def _arms(treatment: ArrayLike, control: object) -> tuple[Integers, tuple[str, ...]]:
    levels = pd.Series(treatment if isinstance(treatment, pd.Series) else np.asarray(treatment))
    missing = int(levels.isna().sum())
    if missing:
        raise Problem(f"The treatment is missing in {missing:,} rows.", column="treatment")
    found = levels.unique().tolist()
    if control not in found:
        shown = ", ".join(sorted(map(str, found))[:10])
        raise Problem(
            f"The control level {control!r} does not occur in the treatment (levels: {shown}).",
            column="treatment",
            remedy="Name the level that stands for no treatment.",
        )
    others = [level for level in found if level != control]
    if not others:
        raise Problem("All rows are in the control arm, so there is no effect to learn.", column="treatment")
    number = all(isinstance(level, int | float) for level in others)
    ordered = [control, *sorted(others, key=None if number else str)]
    codes = pd.Categorical(levels, categories=pd.Index(ordered, dtype=object)).codes
    return np.asarray(codes, dtype=np.int64), tuple(map(str, ordered))
