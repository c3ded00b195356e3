"""What ranking by risk and ranking by effect gain at equal budgets."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from causal_core.data.design import Floats
from causal_core.gap.accuracy import Accuracy
from causal_core.gap.harm import Bounds
from causal_core.gap.people import People
from causal_core.gap.targeting import Targeting
from causal_core.policy.result import Gain
from causal_core.uplift.arrays import NORMAL_95

Unit = Literal["outcome", "worth"]
"""Gains in the outcome's unit, turned so that more is better; or its benefit less costs."""

Verdict = Literal["uplift", "risk", "unclear"]


@dataclass(frozen=True, eq=False)
class Line:
    """A gain at each budget, with its pointwise standard error.

    Attributes:
        gain: (b,) per person of all people.
        std_error: (b,) pointwise.
    """

    gain: Floats = field(repr=False)
    std_error: Floats = field(repr=False)

    @property
    def lower(self) -> Floats:
        """(b,) lower end of the pointwise 95 % band."""
        return self.gain - NORMAL_95 * self.std_error

    @property
    def upper(self) -> Floats:
        """(b,) upper end of the pointwise 95 % band."""
        return self.gain + NORMAL_95 * self.std_error


@dataclass(frozen=True, eq=False)
class GapCurve:
    """What each ranking gains over treating nobody, for every budget.

    Attributes:
        money: Whether budgets are money per person, else shares of people.
        unit: "outcome" or "worth".
        budget: (b,) from 0 to everybody.
        risk: Ranked by risk.
        uplift: Ranked by effect.
        random: The arm that `risk` gives, to people drawn by lot.
        difference: `uplift` less `risk`, paired row by row.
    """

    money: bool
    unit: Unit
    budget: Floats = field(repr=False)
    risk: Line
    uplift: Line
    random: Line
    difference: Line


@dataclass(frozen=True)
class Treated:
    """Whom one ranking treats within the budget, and what that brings.

    Attributes:
        share: Share of people treated.
        cost: Cost per person of all people.
        gain: Benefit less cost over treating nobody, per person of all people.
        outcome_gain: The same in the outcome's unit, costs left out; more is better.
        effect: Mean effect among those treated, in the outcome's unit, more is better; None when nobody is.
        harmed: Bounds on the share of those treated whose outcome is worse for it; None when nobody is.
        helped: Bounds on the share whose outcome is better for it.
    """

    share: float
    cost: float
    gain: Gain
    outcome_gain: Gain
    effect: Gain | None
    harmed: Bounds | None
    helped: Bounds | None


@dataclass(frozen=True)
class Alone:
    """What is due to the order of people alone: both rankings give the same one arm.

    Attributes:
        arm: That arm, predicted best on average.
        difference: Gain by effect less gain by risk, paired; benefit less cost per person of all people.
    """

    arm: str
    difference: Gain


@dataclass(frozen=True)
class Comparison:
    """Both rankings at one budget.

    Attributes:
        money: Whether the budget is money per person, else a share of people.
        budget: How much.
        risk: Whom ranking by risk treats.
        uplift: Whom ranking by effect treats.
        random: Gain (benefit less cost) of the arm that `risk` gives, to people drawn by lot.
        difference: Gain of `uplift` less that of `risk`, paired; benefit less cost per person of all people.
        outcome_difference: The same in the outcome's unit, costs left out.
        same: Of those that risk treats, the share that effect treats too; None when nobody is treated.
        rows: Rows compared.
        alone: The difference where both give one arm; None unless ranking by effect chooses each person's.
    """

    money: bool
    budget: float
    risk: Treated
    uplift: Treated
    random: Gain
    difference: Gain
    outcome_difference: Gain
    same: float | None
    rows: int
    alone: Alone | None = None

    @property
    def verdict(self) -> Verdict:
        """Which ranking gains more, when the interval of the paired difference lies clear of 0."""
        low, high = self.difference.ci
        if low > 0:
            return "uplift"
        return "risk" if high < 0 else "unclear"


@dataclass(frozen=True, eq=False)
class Gap:
    """What the comparison step gives: everything that does not depend on how large the budget is.

    Attributes:
        score: The column that holds the risk score, or None for a model learned here.
        high_is_risky: Whether high scores of that column mean risk.
        learner: Whose predicted effects rank.
        control: The control's label.
        arm: The arm asked for, or None.
        binary: Whether the outcome has two values.
        accuracy: How well the risk predicts the outcome; None with `accuracy_missing`.
        accuracy_missing: Why there is none, in words.
        targeting: How well each ranking finds those who respond.
        curves: Gains for every budget: by share, and by money where treating costs something.
        everybody: Shares harmed and helped if all were treated, each with the arm predicted best for them.
        without_columns: The same from the shares of good outcomes alone; None unless the outcome is binary.
        rows_learned: Rows a risk model was learned from; 0 for a score.
        rows: Rows compared.
        total_rows: Rows learned from and compared together; a budget of money is for them.
        rows_missing: Rows left out because their risk score is missing.
        folds: Sets of rows that were judged one after the other; 1 for one held-out half.
        people: The rows themselves, for other budgets and for the four kinds.
    """

    score: str | None
    high_is_risky: bool
    learner: str
    control: str
    arm: str | None
    binary: bool
    accuracy: Accuracy | None
    accuracy_missing: str
    targeting: Targeting
    curves: tuple[GapCurve, ...]
    everybody: tuple[Bounds, Bounds]
    without_columns: tuple[tuple[float, float], tuple[float, float]] | None
    rows_learned: int
    rows: int
    total_rows: int
    rows_missing: int
    folds: int
    people: People = field(repr=False)

    def curve(self, unit: Unit, money: bool = False) -> GapCurve:
        """The curve in a unit; that by share where there is none by money."""
        mine = [curve for curve in self.curves if curve.unit == unit]
        return next((curve for curve in mine if curve.money == money), mine[0])
