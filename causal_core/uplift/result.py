"""How well effects that differ by person were ranked, and what a policy needs to know about held-out rows."""

from __future__ import annotations

from dataclasses import dataclass, field

from causal_core.data.design import Floats, Integers
from causal_core.plain import Plain, to_plain
from causal_core.problem import Problem
from causal_core.uplift.composition import Component
from causal_core.uplift.findings import CostCurve, Difference, PairedDifference
from causal_core.uplift.toc import Rate

Points = tuple[tuple[float, float], ...]


@dataclass(frozen=True)
class Trait:
    """How a column differs between a segment and everybody else.

    Attributes:
        column: The column.
        level: The category whose share this is, or None for a column of numbers.
        mean: The segment's mean (or the level's share in it).
        others: The same among the other held-out rows.
        difference: mean - others in standard deviations of the column over all held-out rows.
    """

    column: str
    level: str | None
    mean: float
    others: float
    difference: float


@dataclass(frozen=True)
class Segment:
    """People of similar predicted effect: a group of sorted group average treatment effects (GATES).

    Attributes:
        group: 1 for the highest predicted effects.
        rows: Held-out rows in it.
        share: Of the held-out rows.
        predicted: Mean predicted effect.
        effect: Mean AIPW effect score (Chernozhukov et al. 2018; Athey & Wager 2019).
        std_error: Of `effect`.
        ci: 95 % interval of `effect`.
        traits: The columns in which the segment differs most, largest difference first.
    """

    group: int
    rows: int
    share: float
    predicted: float
    effect: float
    std_error: float
    ci: tuple[float, float]
    traits: tuple[Trait, ...]


@dataclass(frozen=True)
class Calibration:
    """Best linear predictor of the effect by the prediction (Chernozhukov et al. 2018), HC3 errors.

    Attributes:
        slope: 1 when predictions differ by as much as effects do, 0 when they say nothing.
        std_error: Of the slope.
        ci: 95 % interval of the slope.
        mean: The average effect of the judged rows, in the outcome's unit.
        mean_error: Standard error of the mean.
        mean_ci: 95 % interval of the mean.
    """

    slope: float
    std_error: float
    ci: tuple[float, float]
    mean: float
    mean_error: float
    mean_ci: tuple[float, float]


@dataclass(frozen=True)
class UpliftResult:
    """One learner's ranking by one arm's effect, judged on rows it never saw.

    Attributes:
        learner: A key of the catalogue's `LEARNERS`.
        contrast: (control, arm).
        qini: Qini coefficient, per treated person in the outcome's unit.
        auuc: Area under the uplift curve, in the outcome's unit.
        autoc: AUTOC with half-sample error; the main test of whether effects differ as predicted.
        rate_qini: RATE with Qini weighting.
        average: Mean AIPW effect score of the held-out rows, their average effect.
        curve: (share, gain), at most 200 points; gain in the outcome's unit per held-out row.
        curve_std_error: Pointwise standard error of each gain; None where an arm has fewer than two rows.
        qini_curve: (share, Q/N_T or its score analogue), at most 200 points.
        random: The line of random targeting, from (0, 0) to (1, last gain).
        source: "randomised" when curves compare arms directly, "scores" when they come from AIPW scores.
        segments: Groups by predicted effect, highest first; each sequential fold is grouped by itself.
        calibration: Best linear predictor, or None when all predictions are equal.
        toc: (share, TOC), at most 200 points: how much larger the mean effect score of the first share is
            than that of all, in the outcome's unit.
        toc_band: (share, lower, upper) of the TOC's pointwise 95 % band, from the half samples of `autoc`.
        extremes: Effect of the group predicted highest less that of the group predicted lowest; None when all
            predictions are equal.
        r_score: 1 - R-loss / R-loss of the best constant effect (Nie & Wager 2021); below 0 is worse than one
            effect for all.
        perfect: (share, Q/N_T) of a Qini curve in an order that looks at the outcomes, which no ranking can
            reach; only of a binary outcome in a trial, else empty.
        qini_normalised: `qini` over the Qini coefficient of `perfect`; None where there is none.
        cost: Gain against money spent, once costs are known; else None.
        sentence: What was found, in words.
        composition: What the automatic choice is made of for this arm; empty for other learners.
        rows_used: (learning rows, judged rows); of sequential folds the last fold's learners have that many
            rows, most of which are judged too.
        clipped: Estimated probabilities raised to a tenth of their arm's share, among the held-out rows.
        error: Why there is no answer; then numbers are None and sequences empty.
    """

    learner: str
    contrast: tuple[str, str]
    qini: float | None = None
    auuc: float | None = None
    autoc: Rate | None = None
    rate_qini: Rate | None = None
    average: float | None = None
    curve: Points = ()
    curve_std_error: tuple[float | None, ...] = ()
    qini_curve: Points = ()
    random: Points = ()
    source: str = ""
    segments: tuple[Segment, ...] = ()
    calibration: Calibration | None = None
    toc: Points = ()
    toc_band: tuple[tuple[float, float, float], ...] = ()
    extremes: Difference | None = None
    r_score: float | None = None
    perfect: Points = ()
    qini_normalised: float | None = None
    cost: CostCurve | None = None
    sentence: str = ""
    composition: tuple[Component, ...] = ()
    rows_used: tuple[int, int] = (0, 0)
    clipped: int = 0
    error: str | None = None

    @property
    def band(self) -> tuple[tuple[float, float, float], ...]:
        """(share, lower, upper) of the curve's pointwise 95 % band, where it has a standard error."""
        return tuple(
            (share, gain - 1.96 * error, gain + 1.96 * error)
            for (share, gain), error in zip(self.curve, self.curve_std_error, strict=True)
            if error is not None
        )

    def to_dict(self) -> dict[str, Plain]:
        """The entry of results.json; with `error` when there is no answer."""
        entry = {name: to_plain(getattr(self, name)) for name in _JSON}
        return entry if self.error is None else {**entry, "error": self.error}


_JSON = (
    "learner",
    "contrast",
    "qini",
    "auuc",
    "autoc",
    "curve",
    "curve_std_error",
    "qini_curve",
    "toc",
    "toc_band",
    "rate_qini",
    "average",
    "r_score",
    "calibration",
    "segments",
    "extremes",
    "qini_normalised",
    "perfect",
    "cost",
    "source",
    "rows_used",
    "sentence",
)
"""What stands in results.json; the first six are those that scripts rely on."""


@dataclass(frozen=True, eq=False)
class HeldOut:
    """Rows no learner saw, with what every policy is chosen by and valued on.

    Attributes:
        rows: (n,) positions in the table.
        arms: The k levels as text, control first.
        predicted: Learner -> (n, k-1) predicted effects against the control.
        baseline: Learner -> (n,) predicted mean outcome under the control.
        scores: (n, k) AIPW scores G.
        outcome_model: (n, k) the cross-fitted outcome models in G.
        arm: (n,) 0..k-1.
        outcome: (n,).
        propensity: (n, k) known or cross-fitted.
        clusters: (n,) codes, or None.
        total_rows: Learning and held-out rows together.
        std_error: Learner -> (n, k-1) standard errors of its predicted effects, of learners that have them.
        evaluation: "held_out" when the rows are one half, "sequential" when they are the later folds, each
            predicted by learners of the folds before it.
        fold: (n,) 1..K-1, the fold of each row with "sequential"; else None.
        weights: (n,) sampling weights of mean 1, or None.
    """

    rows: Integers
    arms: tuple[str, ...]
    predicted: dict[str, Floats]
    baseline: dict[str, Floats]
    scores: Floats
    outcome_model: Floats = field(repr=False)
    arm: Integers = field(repr=False)
    outcome: Floats = field(repr=False)
    propensity: Floats = field(repr=False)
    clusters: Integers | None = field(repr=False)
    total_rows: int
    std_error: dict[str, Floats] = field(default_factory=dict, repr=False)
    evaluation: str = "held_out"
    fold: Integers | None = field(default=None, repr=False)
    weights: Floats | None = field(default=None, repr=False)

    def effects(self, learner: str) -> Floats:
        """(n, k-1) predicted effects of one learner.

        Raises:
            Problem: There is none of this name.
        """
        if learner not in self.predicted:
            have = ", ".join(self.predicted) or "none"
            raise Problem(
                f"There are no predictions of the learner '{learner}' (there are: {have}).", column=learner
            )
        return self.predicted[learner]


@dataclass(frozen=True, eq=False)
class Evaluation:
    """What the uplift step gives.

    Attributes:
        results: One for each learner and arm.
        held_out: The rows judged, for policies.
        paired: Differences between learners, for each arm and pair of learners in the order of `results`.
        overlap: Warnings in words about people who had little chance of an arm.
        sentence: What remains of the findings when it is counted how many rankings were tried; empty for one.
        cost: A learner -> gain against money spent with the best mix of several arms, once priced.
    """

    results: tuple[UpliftResult, ...]
    held_out: HeldOut
    paired: tuple[PairedDifference, ...] = ()
    overlap: tuple[str, ...] = ()
    sentence: str = ""
    cost: tuple[CostCurve, ...] = ()

    def to_dict(self) -> dict[str, Plain]:
        """What results.json says of all learners together, beside the entries of `results`."""
        return {
            "evaluation": self.held_out.evaluation,
            "rows": {"judged": len(self.held_out.rows), "total": self.held_out.total_rows},
            "paired": to_plain(self.paired),
            "overlap": to_plain(self.overlap),
            "sentence": self.sentence,
            "cost": to_plain(self.cost),
        }
