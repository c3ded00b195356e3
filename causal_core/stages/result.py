"""What rules over several stages are worth, side by side."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from causal_core.data.design import Floats, Integers
from causal_core.plain import Plain, to_plain
from causal_core.policy.result import Gain
from causal_core.policy.tree import PolicyTree


@dataclass(frozen=True)
class RegimeValue:
    """What is done at each stage, and what that is worth.

    Attributes:
        name: "q_learning" the learned rule, "tree" the readable one, "none" the control at every stage,
            "fixed" the same arms for everybody, "first_only" only the first decision by person, "logged" what
            was done.
        arms: The arms of "none" and "fixed", "" where there is no further decision.
        value: Mean benefit of the outcome less the cost, per person, in the benefit's unit.
        std_error: Of `value`, on held-out rows; by clusters when there are any.
        ci: 95 % interval.
        gain_vs_none: Against the control at every stage, paired; None when nobody could have that.
        gain_vs_logged: Against what was done, paired.
        gain_of_rule: Of the learned rule over this regime, paired.
        cost: Mean cost per person.
        treated_share: Share of people who get another arm than the control at any stage.
        effective_sample_size: (sum w)^2 / sum w^2 of the weights over all stages.
        warnings: What to be careful about, in words.
        predicted: Mean value by the regressions on the rows they were learned on; for a learned rule
            optimistic.
        steps: (1, k + 1) shares by arm of the first stage, then (k before + 1, k + 1) shares by the arms of
            two successive stages; the last row and column stand for no decision.
        by_row: (h,) one a held-out row; their mean is the value.
    """

    name: str
    arms: tuple[str, ...]
    value: float
    std_error: float
    ci: tuple[float, float]
    gain_vs_none: Gain | None
    gain_vs_logged: Gain
    gain_of_rule: Gain
    cost: float
    treated_share: float
    effective_sample_size: float
    warnings: tuple[str, ...]
    predicted: float
    steps: tuple[Floats, ...] = field(repr=False)
    by_row: Floats = field(repr=False)

    @property
    def flows(self) -> tuple[Floats, ...]:
        """`steps` where what leaves an arm adds up to what came to it, for pictures and tables."""
        found = [self.steps[0]]
        for step in self.steps[1:]:
            came, left = found[-1].sum(axis=0), step.sum(axis=1)
            scale = np.divide(came, left, out=np.zeros_like(came), where=left > 0)
            found.append(step * scale[:, None])
        return tuple(found)


@dataclass(frozen=True)
class StageFound:
    """One stage as the data hold it.

    Attributes:
        treatment: Its column.
        arms: Its arms, the control first.
        covariates: What is seen anew before it.
        known: All that is known before it.
        decided: Share of rows with such a decision.
        within: Categories by which the options differ, besides the arms before.
        chances: "drawn" with equal chances for equal pasts, "known" or "estimated".
        raised: Held-out rows whose estimated probability was raised to a tenth of the arm's share.
    """

    treatment: str
    arms: tuple[str, ...]
    covariates: tuple[str, ...]
    known: tuple[str, ...]
    decided: float
    within: tuple[str, ...]
    chances: str
    raised: int


@dataclass(frozen=True, eq=False)
class Assignment:
    """What the rules say of each row's first stage.

    Attributes:
        rows: (n,) positions in the table.
        learned: (n,) arm of the learned rule.
        readable: (n,) arm of the readable rule.
        expected: (n, k) predicted value of each arm, later stages decided well and costs taken off.
        held_out: (n,) whether the row was held out.
    """

    rows: Integers = field(repr=False)
    learned: Integers = field(repr=False)
    readable: Integers = field(repr=False)
    expected: Floats = field(repr=False)
    held_out: np.ndarray[tuple[int], np.dtype[np.bool_]] = field(repr=False)


@dataclass(frozen=True, eq=False)
class StagesResult:
    """A rule over several stages: learned on one half of the rows, valued on the other.

    Attributes:
        stages: The decisions in order.
        regimes: The learned rule, the readable one, then what they are compared with.
        best_fixed: Arms of the fixed sequence that the learning half predicts to be worth most; empty when no
            sequence can be given to everybody.
        trees: The readable rule, one a stage.
        overruled: Decisions where its arm was never given after the arms before, so another stands in.
        outcome: Change of the mean outcome by the learned rule against the control at every stage, in the
            outcome's unit; None when nobody could have that.
        spending: Change of the mean cost likewise.
        first: What both rules say of each row's first stage.
        rows_learned: Rows the rules were learned on.
        rows_used: Rows that valued them.
        dropped: (column, rows left out because it was missing).
        rare: Sequences of arms seen on fewer than ten rows, in words.
        comparable: Why the arms of each stage are comparable, in words.
    """

    stages: tuple[StageFound, ...]
    regimes: tuple[RegimeValue, ...]
    best_fixed: tuple[str, ...]
    trees: tuple[PolicyTree, ...]
    overruled: int
    outcome: Gain | None
    spending: Gain | None
    first: Assignment
    rows_learned: int
    rows_used: int
    dropped: tuple[tuple[str, int], ...]
    rare: tuple[str, ...]
    comparable: tuple[str, ...]

    def of(self, name: str) -> RegimeValue | None:
        """The regime called so, the first of several; None when there is none."""
        return next((each for each in self.regimes if each.name == name), None)

    @property
    def rule(self) -> RegimeValue:
        """The learned rule."""
        return self.regimes[0]

    @property
    def readable(self) -> RegimeValue:
        """The readable rule."""
        return self.regimes[1]

    @property
    def reference(self) -> RegimeValue:
        """The best fixed sequence, chosen on the learning half; what was done where none is possible."""
        wanted = ("none", "fixed") if self.best_fixed else ("logged",)
        return next(each for each in self.regimes if each.name in wanted and each.arms == self.best_fixed)

    def to_dict(self) -> dict[str, Plain]:
        """Rules, values and what they rest on, as plain JSON."""
        plain: dict[str, Plain] = {
            name: to_plain(getattr(self, name))
            for name in (
                "stages",
                "best_fixed",
                "overruled",
                "outcome",
                "spending",
                "rows_learned",
                "rows_used",
                "dropped",
                "rare",
            )
        }
        kept = [name for name in RegimeValue.__dataclass_fields__ if name != "by_row"]
        plain["regimes"] = [{name: to_plain(getattr(each, name)) for name in kept} for each in self.regimes]
        plain["rules"] = [
            {"treatment": stage.treatment, "rules": to_plain(tree.describe().splitlines())}
            for stage, tree in zip(self.stages, self.trees, strict=True)
        ]
        plain["comparable"] = to_plain(self.comparable)
        return plain
