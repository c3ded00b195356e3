"""What the model says of the study's own question beside what the Estimate step says of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from causal_core.estimation.result import Estimate
from causal_core.study.headline import (
    headline_method,
    interval_parts,
    interval_text,
    number_text,
    signed_text,
)
from causal_core.uplift.arrays import NORMAL_95
from causal_core.what_if.columns import Column, level_text
from causal_core.what_if.levers import outcome_of
from causal_core.what_if.pushed import Noise, Pushed, pushed
from causal_core.what_if.response import Banded
from causal_core.what_if.structural_model import StructuralModel

TARGET = "ATE"
"""Everybody: the population that the model is asked about."""

TRUE_FALSE = {"true": 1.0, "false": 0.0}


@dataclass(frozen=True)
class Beside:
    """One arm's effect over everybody, by the model's mechanisms and by an estimator.

    Attributes:
        estimate: The estimator's answer.
        change: The mean outcome with everybody set to the arm less that with everybody set to the control, in
            the outcome's unit.
        std_error: Of `change`, from refits; None before they are asked.
        rows: Rows the model was fitted on.
    """

    estimate: Estimate
    change: float
    std_error: float | None
    rows: int

    @property
    def agree(self) -> bool | None:
        """Whether one number lies in the other's 95 % interval; None where neither has one.

        Both come from the same rows, so that a test of their difference as of independent numbers would be
        too lenient, and none is made.
        """
        parts = interval_parts(self.estimate)
        value = self.estimate.value
        held = [
            (low is None or low <= self.change) and (high is None or self.change <= high)
            for low, high in parts
        ]
        if self.std_error is not None and value is not None:
            held.append(abs(value - self.change) <= NORMAL_95 * self.std_error)
        return any(held) if held else None


def of_everybody(
    estimates: Sequence[Estimate], headline: str | None, randomised: bool
) -> tuple[Estimate, ...]:
    """The estimates over everybody that speak for the study, one an arm: the headline's if it gives them.

    Args:
        estimates: All estimates.
        headline: The method that speaks for the study.
        randomised: Whether assignment was random.
    """
    able = [each for each in estimates if each.estimand == TARGET and each.value is not None]
    method = headline_method(able, headline, randomised)
    return tuple(each for each in able if each.method == method)


def beside(
    model: StructuralModel,
    noise: Noise,
    treatment: str,
    outcome: str,
    estimates: Sequence[Estimate],
    banded: Banded | None = None,
    before: Pushed | None = None,
) -> tuple[Beside, ...]:
    """The effects over everybody that both the model and an estimator give, one an arm; may be empty.

    Args:
        model: The model.
        noise: Of the people.
        treatment: The study's treatment.
        outcome: The study's outcome: a number, or two numbers.
        estimates: Of one method, as `of_everybody` gives them.
        banded: The response to the treatment with its refits, once there is one.
        before: What the noise gives with nothing set, where that is known.
    """
    if not {treatment, outcome} <= set(model.columns):
        return ()
    column, told = model.columns[treatment], model.columns[outcome]
    scale = _scale(told)
    if scale is None:
        return ()
    moment = outcome_of(model, outcome)
    found = []
    for each in estimates:
        control, arm = (_code(column, text) for text in each.contrast)
        if control is None or arm is None:
            continue
        means = [moment.told(_set(model, noise, treatment, code, before)) for code in (control, arm)]
        inside = banded is not None and all(
            banded.response.grid[0] <= code <= banded.response.grid[-1] for code in (control, arm)
        )
        error = banded.contrast_error(moment, control, arm) * abs(scale) if inside and banded else None
        found.append(Beside(each, (means[1] - means[0]) * scale, error, model.rows))
    return tuple(found)


def beside_sentence(found: Beside, treatment: str, outcome: str, method: str, unit: str = "") -> str:
    """Both numbers in one sentence, and what it means that they agree or part; names are not escaped.

    Args:
        found: Both numbers.
        treatment: The treatment.
        outcome: The outcome.
        method: What the estimator is called.
        unit: The outcome's.
    """
    control, arm = found.estimate.contrast
    mine = signed_text(found.change)
    if found.std_error is not None:
        low, high = (number_text(found.change + sign * NORMAL_95 * found.std_error) for sign in (-1, 1))
        mine += f" (approximate 95 % interval {low} to {high}; {found.rows:,} rows)"
    else:
        mine += f" ({found.rows:,} rows)"
    theirs = interval_text(found.estimate)
    theirs = f"95 % interval {theirs}; " if theirs else ""
    text = (
        f"{treatment} = {arm} instead of {control}, over everybody: this model changes the mean of {outcome} "
        f"by {mine}, the estimate by {method} is {signed_text(found.estimate.value or 0.0)} "
        f"({theirs}{found.estimate.rows_used:,} rows){f', in {unit}' if unit else ''}."
    )
    if found.agree is None:
        return text
    if found.agree:
        return f"{text} They agree: one lies in the other's interval."
    return (
        f"{text} They part, although graph and population are the same: the model passes the change through "
        "every mechanism on the way, each of which must fit; for this one question the estimator rests on "
        "fewer. The model says which do not fit."
    )


def _scale(column: Column) -> float | None:
    """What a change of the share of a two-valued outcome's second level is worth; None for text."""
    if not column.discrete:
        return 1.0
    first, *rest = column.levels
    if len(rest) != 1 or not isinstance(first, int | float) or not isinstance(rest[0], int | float):
        return None
    return float(rest[0]) - float(first)


def _code(column: Column, text: str) -> float | None:
    """The code of an arm that is known by its text; None where the model has none."""
    if text in (texts := [level_text(level) for level in column.levels]):
        return float(texts.index(text))
    try:
        value = float(text)
    except ValueError:
        value = TRUE_FALSE.get(text.lower(), float("nan"))
    if not column.discrete:
        return value if column.low <= value <= column.high else None
    return next((float(code) for code, level in enumerate(column.levels) if level == value), None)


def _set(model: StructuralModel, noise: Noise, node: str, code: float, before: Pushed | None) -> Pushed:
    """The people with the node at this code for everybody."""
    return pushed(model, noise, {node: model.columns[node].values(np.array([code])).iloc[0]}, before)
