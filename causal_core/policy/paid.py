"""Costs that are paid by what happens after treatment, such as a discount when it is redeemed.

A cost of c for each unit of a number B measured after treatment costs c E[B(a) | x] in expectation, where
B(a) is B under arm a. It is valued with AIPW scores of B under each arm, cross-fitted on the same rows and
folds as those of the outcome, so that value and cost have one paired standard error; it is chosen by a model
of B fitted on the learning rows, with one regression an arm.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import numpy as np

from causal_core.data.design import Floats
from causal_core.policy.economics import PaidUnits, arm_of
from causal_core.problem import Problem
from causal_core.uplift.evaluation import FoldScores, Learned, gather, learn, score_fold
from causal_core.uplift.parts import whole
from causal_core.uplift.split import SCORING, Split

if TYPE_CHECKING:
    from causal_core.study.inputs import Inputs
    from causal_core.uplift.result import HeldOut
    from causal_core.uplift.units import Units

LEARNER = "t"
"""What predicts a number measured after treatment: a regression an arm."""


@dataclass(frozen=True, eq=False)
class PaidColumn:
    """How many units of a column each arm brings each judged row.

    Attributes:
        column: The column.
        predicted: (n, k) predicted number under each arm, by models of the learning rows.
        scores: (n, k) AIPW scores of the number under each arm.
        learning: (m, k) those of the rows that a policy is chosen on; None when nothing asks for them.
    """

    column: str
    predicted: Floats = field(repr=False)
    scores: Floats = field(repr=False)
    learning: Floats | None = field(default=None, repr=False)

    def units(self, arm: int) -> PaidUnits:
        """What one arm is paid for."""
        return PaidUnits(self.column, self.scores[:, arm], self.predicted[:, arm])


@dataclass(frozen=True, eq=False)
class PaidPart:
    """What one task gave for a column."""

    column: str
    found: Learned | FoldScores


def learn_paid(
    inputs: Inputs, column: str, types: Mapping[str, str], base: str, evaluation: str, piece: int
) -> PaidPart:
    """Predictions of a column under each arm, on a piece of the judged rows."""
    units = units_of(inputs, column, types)
    return PaidPart(column, learn(units, LEARNER, inputs.seed, base, evaluation, piece))


def score_paid(
    inputs: Inputs, column: str, types: Mapping[str, str], fold: int, part: str, evaluation: str
) -> PaidPart:
    """One fold of the AIPW scores of a column."""
    return PaidPart(column, score_fold(units_of(inputs, column, types), fold, part, inputs.seed, evaluation))


def combine_paid(inputs: Inputs, evaluation: str, parts: Sequence[PaidPart]) -> tuple[PaidColumn, ...]:
    """The columns that costs are paid by, in the order of their parts.

    Raises:
        Problem: A column could not be learned, or parts are missing.
    """
    if not parts:
        return ()
    split = Split.of(inputs.units(), evaluation, inputs.seed)
    columns = []
    for name in dict.fromkeys(part.column for part in parts):
        found = [part.found for part in parts if part.column == name]
        learned = whole(split, [each for each in found if isinstance(each, Learned)])
        if learned.effect is None or learned.baseline is None:
            raise Problem(
                f"How much of {name} each arm brings could not be learned: {learned.error}", column=name
            )
        folds = [each for each in found if isinstance(each, FoldScores)]
        judged = [each for each in folds if each.part == "held_out"]
        chosen_on = [each for each in folds if each.part == "learning"]
        columns.append(
            PaidColumn(
                name,
                learned.baseline[:, None] + np.column_stack([np.zeros(len(learned.effect)), learned.effect]),
                gather(judged, len(SCORING[evaluation])).scores,
                gather(chosen_on).scores if chosen_on else None,
            )
        )
    return tuple(columns)


def units_of(inputs: Inputs, column: str, types: Mapping[str, str]) -> Units:
    """The study's people with a column in the place of the outcome: the same rows, so the same split.

    Raises:
        Problem: The column is not there, holds no numbers, or is negative or missing on rows that are used.
    """
    from causal_core.data.source import columns_of
    from causal_core.data.typed import kind_of, numbers, truths

    held = columns_of(inputs.table, [column])[column]
    kind = kind_of(column, held, types)
    if kind not in {"number", "boolean"}:
        raise Problem(
            f"A cost cannot be paid for each unit of {column}: it holds a {kind}, not numbers.",
            column=column,
            remedy="Choose a column of numbers, or of true and false.",
        )
    units = inputs.units()
    assert units.rows is not None  # noqa: S101 - `Inputs.units` always sets it
    values = (truths if kind == "boolean" else numbers)(column, held)[units.rows]
    missing = int(np.isnan(values).sum())
    if missing:
        raise Problem(
            f"A cost is paid for each unit of {column}, which is missing in {missing:,} of "
            f"{len(values):,} rows.",
            column=column,
            remedy="Fill it, by 0 where nothing was paid, or leave these rows out of the table.",
        )
    check_units(column, values)
    return replace(units, outcome=values)


def check_units(column: str, values: Floats) -> None:
    """Check that a number can be a number of units paid for.

    Raises:
        Problem: Some are negative.
    """
    negative = int((values < 0).sum())
    if negative:
        raise Problem(
            f"A cost cannot be paid for each unit of {column}: it is negative in {negative:,} of "
            f"{len(values):,} rows.",
            column=column,
            remedy="Choose a count or an amount that is 0 or more, such as whether an offer was redeemed.",
        )


def paid_units(
    held_out: HeldOut,
    learner: str,
    outcome: str,
    paid_per: Mapping[str, str],
    columns: Sequence[PaidColumn] = (),
) -> dict[str, PaidUnits]:
    """What the arms' costs are paid for, on the judged rows.

    Args:
        held_out: The judged rows.
        learner: Whose predictions of the outcome choose where a cost is paid by the outcome.
        outcome: The outcome's column.
        paid_per: Arm -> column.
        columns: What is known of the columns other than the outcome.

    Raises:
        Problem: There is no such arm or learner, a column was not learned, or the outcome is negative.
    """
    known = {each.column: each for each in columns}
    found = {}
    for label, name in paid_per.items():
        arm = arm_of(held_out.arms, label)
        if name == outcome:
            check_units(name, held_out.outcome)
            predicted = held_out.baseline[learner]
            if arm:
                predicted = predicted + held_out.effects(learner)[:, arm - 1]
            found[label] = PaidUnits(name, held_out.scores[:, arm], predicted)
        elif name in known:
            found[label] = known[name].units(arm)
        else:
            raise Problem(
                f"The cost of {label} is paid for each unit of {name}, which has not been learned yet.",
                column=name,
                remedy="Learn it first.",
            )
    return found


def learning_factors(
    arms: tuple[str, ...],
    outcome: str,
    paid_per: Mapping[str, str],
    outcome_scores: Floats,
    columns: Sequence[PaidColumn] = (),
) -> Floats:
    """(m, k) by what the arms' costs are multiplied on the rows a policy is chosen on: 1 where paid at once.

    Args:
        arms: The k levels as text.
        outcome: The outcome's column.
        paid_per: Arm -> column.
        outcome_scores: (m, k) AIPW scores of the outcome on those rows.
        columns: What is known of the other columns, with their scores on those rows.

    Raises:
        Problem: There is no such arm, or a column has no scores on those rows.
    """
    factors = np.ones(outcome_scores.shape)
    known = {each.column: each.learning for each in columns}
    for label, name in paid_per.items():
        arm = arm_of(arms, label)
        scores = outcome_scores if name == outcome else known.get(name)
        if scores is None:
            raise Problem(
                f"The cost of {label} is paid for each unit of {name}, which has not been learned on the "
                "rows that rules are found on.",
                column=name,
                remedy="Learn it first.",
            )
        factors[:, arm] = scores[:, arm]
    return factors
