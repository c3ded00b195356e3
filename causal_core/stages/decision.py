"""One decision of n people: what was possible, what was given, with what chance and at what cost."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd
import pyarrow as pa

from causal_core.data.arms import Arms, arms_of
from causal_core.data.design import Floats, Integers
from causal_core.data.known import assignment_probabilities
from causal_core.data.levels import match_level
from causal_core.problem import Problem
from causal_core.stages.asked import Asked, Stage
from causal_core.uplift.arrays import Marks
from causal_core.uplift.features import Encoder

FEWEST: Final = 10
"""Rows that followed a sequence of arms for it to count as seen, and rows of an arm in each half."""

NOTHING: Final = ("nothing", "none", "no", "control", "no treatment")
"""What a level is called that stands for doing nothing."""

_EXPECTED: Final = 12.0
"""An arm given to nobody of a category, where so many were to be expected, was not possible there: by chance
that happens once in 150,000 times."""

_MOST_LEVELS: Final = 6


@dataclass(frozen=True, eq=False)
class Decision:
    """One stage of n people.

    Attributes:
        name: The treatment's column.
        arms: Its k levels as text, control first.
        arm: (n,) 0..k-1, -1 where there was no such decision.
        features: (n, p) all that is known before it, earlier treatments as categories.
        matrix: The same as numbers.
        categorical: Positions in it of columns of codes.
        allowed: (n, k) whether the arm was ever given to people with the same arms before.
        cost: (n, k) what each arm costs.
        known: (n, k) known probabilities of the arms; None to estimate them.
        within: Categories by which the options differ, besides earlier arms.
    """

    name: str
    arms: tuple[str, ...]
    arm: Integers
    features: pd.DataFrame
    matrix: Floats
    categorical: tuple[int, ...]
    allowed: np.ndarray[tuple[int, ...], np.dtype[np.bool_]]
    cost: Floats
    known: Floats | None
    within: tuple[str, ...] = ()

    @property
    def decided(self) -> Marks:
        """(n,) whether there was a decision."""
        return np.asarray(self.arm >= 0)

    @property
    def spent(self) -> Floats:
        """(n,) what the arm that was given cost; 0 without a decision."""
        rows = np.arange(len(self.arm))
        return np.where(self.decided, self.cost[rows, np.maximum(self.arm, 0)], 0.0)


@dataclass(frozen=True, eq=False)
class Source:
    """What decisions are read from.

    Attributes:
        asked: What is asked.
        columns: The table's columns.
        arms: The arms of every stage, over all rows.
        rows: Positions of the n rows in use.
        codes: (n, stages) arms of these rows.
    """

    asked: Asked
    columns: Mapping[str, pa.Array]
    arms: tuple[Arms, ...]
    rows: Integers
    codes: Integers

    def decision(self, place: int, features: pd.DataFrame) -> tuple[Decision, tuple[str, ...]]:
        """One stage, and the sequences of arms up to it that hardly anybody had, in words.

        Raises:
            Problem: A cost or a known probability is missing or no number.
        """
        stage, arms = self.asked.stages[place], self.arms[place].texts
        encoder = Encoder.of(features) if features.shape[1] else None
        within = (*stage.within, *self._options_by(place, features))
        groups = self._groups(place, features, within)
        allowed, rare = self._allowed(place, groups)
        found = Decision(
            name=stage.treatment,
            arms=arms,
            arm=self.codes[:, place],
            features=features,
            matrix=np.zeros((len(self.rows), 1)) if encoder is None else encoder.matrix(features),
            categorical=() if encoder is None else encoder.categorical,
            allowed=allowed,
            cost=costs(self.asked, arms, self.rows),
            known=self._known(stage, place, groups),
            within=within,
        )
        return found, rare

    def _groups(self, place: int, features: pd.DataFrame, within: tuple[str, ...]) -> Integers:
        """(n,) people with the same arms before and the same categories."""
        marks = [self.codes[:, :place], *(pd.factorize(features[name])[0][:, None] for name in within)]
        return np.unique(np.hstack(marks), axis=0, return_inverse=True)[1].reshape(-1)

    def _options_by(self, place: int, features: pd.DataFrame) -> tuple[str, ...]:
        """The categories in which some arm was given to nobody although many were to be expected."""
        if place == 0:
            return ()
        stage, found = self.asked.stages[place], []
        for name in stage.covariates:
            marks, values = pd.factorize(features[name])
            if name in stage.within or not 2 <= len(values) <= _MOST_LEVELS:
                continue
            before = self._groups(place, features, stage.within)
            cell = before * (len(values) + 1) + marks + 1
            cells = _counts(cell, self.codes[:, place], len(self.arms[place].texts))
            group = np.zeros(len(cells), dtype=np.int64)
            group[cell] = before
            shares = _counts(before, self.codes[:, place], cells.shape[1])
            shares = shares / np.maximum(shares.sum(axis=1, keepdims=True), 1)
            expected = cells.sum(axis=1, keepdims=True) * shares[group]
            if ((cells == 0) & (expected >= _EXPECTED)).any():
                found.append(name)
        return tuple(found)

    def _allowed(
        self, place: int, groups: Integers
    ) -> tuple[np.ndarray[tuple[int, ...], np.dtype[np.bool_]], tuple[str, ...]]:
        """(n, k) whether each arm was given at least ten times in the group; and what was given less."""
        seen = _counts(groups, self.codes[:, place], len(self.arms[place].texts))
        rare = []
        for group, code in zip(*np.nonzero((seen > 0) & (seen < FEWEST)), strict=True):
            past = self.codes[groups == group][0, :place]
            had = [self._words(number, int(arm)) for number, arm in enumerate(past) if arm >= 0]
            count = int(seen[group, code])
            rows = "1 row" if count == 1 else f"{count} rows"
            rare.append(f"{', then '.join([*had, self._words(place, int(code))])} ({rows})")
        usual = seen >= FEWEST
        # After arms that few people had, nothing reaches ten: what was given at all is possible there.
        usual = np.where(usual.any(axis=1, keepdims=True), usual, seen > 0)
        return usual[groups], tuple(dict.fromkeys(rare))

    def _words(self, place: int, code: int) -> str:
        return f"{self.asked.stages[place].treatment} = {self.arms[place].texts[code]}"

    def _known(self, stage: Stage, place: int, groups: Integers) -> Floats | None:
        arms, asked = self.arms[place].texts, self.asked
        if asked.propensity is not None and asked.propensity[0] == stage.treatment:
            chances, gaps = assignment_probabilities(self.columns, asked.propensity[1], arms)
            missing = np.logical_or.reduce(list(gaps.values()))[self.rows]
            lost = int((missing & (self.codes[:, place] >= 0)).sum())
            if lost:
                raise Problem(
                    f"The known probability {asked.propensity[1]} is missing in {lost:,} rows with a "
                    "decision.",
                    column=asked.propensity[1],
                    remedy="Fill it, or leave it out of the question.",
                )
            return np.nan_to_num(chances[self.rows], nan=1 / len(arms))
        if not asked.randomised:
            return None
        # Shares, not 1/k: a draw need not have been with equal chances.
        seen = _counts(groups, self.codes[:, place], len(arms)).astype(np.float64)
        total = seen.sum(axis=1, keepdims=True)
        shares = np.divide(seen, total, out=np.full_like(seen, 1 / len(arms)), where=total > 0)
        return np.asarray(shares[groups])


def read_arms(asked: Asked, columns: Mapping[str, pa.Array], place: int) -> Arms:
    """The arms of one stage over all rows, its control first.

    Raises:
        Problem: It has one value, too many, or not the control level; the message names the stage.
    """
    stage, types = asked.stages[place], dict(asked.types)
    try:
        found = arms_of(stage.treatment, columns[stage.treatment], stage.control, types)
    except Problem as problem:
        raise Problem(f"Stage {place + 1}: {problem.message}", problem.column, problem.remedy) from None
    if stage.control is not None:
        return found
    named = (text for text in found.texts if text.casefold() in NOTHING)
    usual = match_level(asked.control, found.texts) or next(named, None)
    if usual is None:
        return found
    return arms_of(stage.treatment, columns[stage.treatment], usual, types)


def check_arms(source: Source, half: Integers) -> None:
    """Check that each stage varies and that every arm has rows enough in both halves.

    Raises:
        Problem: One has not; it names stage and arm.
    """
    for place, (stage, arms) in enumerate(zip(source.asked.stages, source.arms, strict=True)):
        codes = source.codes[:, place]
        counts = np.stack([_counts(half, codes, len(arms.texts))[part] for part in (0, 1)], axis=1)
        if (counts.sum(axis=1) > 0).sum() < 2:
            raise Problem(
                f"Stage {place + 1}: {stage.treatment} has a single value in the rows in use, so nothing "
                "can be compared there.",
                column=stage.treatment,
                remedy="Leave this stage out.",
            )
        few = int(counts.min(axis=1).argmin())
        if counts[few].min() < FEWEST:
            raise Problem(
                f"Stage {place + 1}: {stage.treatment} = {arms.texts[few]} has only "
                f"{int(counts[few].sum()):,} rows; learning on one half and valuing on the other needs at "
                f"least {FEWEST} in each.",
                column=stage.treatment,
                remedy="Merge it with another arm, or leave its rows out.",
            )


def costs(asked: Asked, arms: tuple[str, ...], rows: Integers) -> Floats:
    """(n, k) what each arm costs each row.

    Raises:
        Problem: A cost column holds text or lacks a value.
    """
    matrix = np.zeros((len(rows), len(arms)))
    for label, cost in asked.cost:
        if label not in arms:
            continue
        values: Floats | float = np.nan
        if isinstance(cost, str):
            column = asked.table.frame([cost], rows=rows)[cost]
            try:
                values = column.to_numpy(dtype=np.float64, na_value=np.nan)
            except (TypeError, ValueError):
                raise Problem(
                    f"The cost column {cost} holds text.", column=cost, remedy="Choose a column of numbers."
                ) from None
            lost = int(np.isnan(values).sum())
            if lost:
                raise Problem(
                    f"The cost of {label} is missing in {lost:,} rows.", cost, "Fill the cost column."
                )
        else:
            values = cost
        matrix[:, arms.index(label)] = values
    return matrix


def _counts(groups: Integers, codes: Integers, arms: int) -> Integers:
    """(groups, k) how often each arm was given in each group."""
    seen = np.zeros((int(groups.max(initial=0)) + 1, arms), dtype=np.int64)
    decided = codes >= 0
    np.add.at(seen, (groups[decided], codes[decided]), 1)
    return seen
