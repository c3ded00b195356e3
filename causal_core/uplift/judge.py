"""Judging the rankings of several learners by one arm's effect, on rows that they never saw.

Of one held-out half everything is computed at once. Of sequential folds every ranking is judged fold by fold,
because each fold has learners of its own (those fitted on the folds before it, as in grf's sequential
validation of RATE, Wager 2024), and the folds' numbers are averaged with their shares of the judged rows as
weights. Given its learners, fold k's error has mean 0 whatever the earlier folds were; the errors are a
martingale difference sequence, so they do not correlate, and the average's squared error is the sum of
squared weights times the folds' squared errors. For RATE and TOC this is had by drawing the half samples
within each fold and averaging the folds' numbers on each half sample.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from causal_core.data.design import Floats, Integers
from causal_core.uplift.arrays import NORMAL_95, interval
from causal_core.uplift.calibration import calibration, r_score
from causal_core.uplift.drawing import POINTS, Drawing, from_arms, from_scores, joined, points
from causal_core.uplift.findings import PairedDifference
from causal_core.uplift.half_samples import Drawn, half_samples
from causal_core.uplift.result import UpliftResult
from causal_core.uplift.scores import Scores
from causal_core.uplift.segments import extremes, segments
from causal_core.uplift.sentences import sentence
from causal_core.uplift.split import Split
from causal_core.uplift.toc import WEIGHTINGS, rate_of
from causal_core.uplift.units import Units


@dataclass(frozen=True, eq=False)
class Judge:
    """What one arm's rankings are judged by.

    Attributes:
        units: All rows.
        split: Which of them are judged.
        scores: Of the judged rows.
        column: 0 for the first arm after the control.
        groups: Segments by predicted effect.
        seed: Of the half samples.
    """

    units: Units
    split: Split
    scores: Scores
    column: int
    groups: int
    seed: int

    @property
    def contrast(self) -> tuple[str, str]:
        """(control, arm)."""
        return self.units.arms[0], self.units.arms[self.column + 1]

    @property
    def rows_used(self) -> tuple[int, int]:
        """(rows learned from, rows judged); of sequential folds the last fold's learners have the most."""
        return len(self.split.learning[-1]), len(self.split.judged)

    def judge(
        self, predictions: dict[str, Floats]
    ) -> tuple[tuple[UpliftResult, ...], tuple[PairedDifference, ...]]:
        """A result for each learner's (n,) predicted effects of this arm, and the learners in pairs."""
        if not predictions:
            return (), ()
        drawn = self._drawn(list(predictions.values()))
        results = tuple(
            self._result(learner, predicted, drawn, number)
            for number, (learner, predicted) in enumerate(predictions.items())
        )
        return results, self._pairs(list(predictions), drawn)

    @property
    def _effects(self) -> Floats:
        return np.asarray(self.scores.effects[:, self.column])

    @property
    def _clusters(self) -> Integers | None:
        return None if self.units.clusters is None else self.units.clusters[self.split.judged]

    @property
    def _pieces(self) -> list[Integers]:
        return [np.flatnonzero(self.split.piece == number) for number in range(len(self.split.learning))]

    @property
    def _weights(self) -> Floats:
        return np.array([len(rows) for rows in self._pieces]) / len(self.split.judged)

    @property
    def _shares(self) -> Floats:
        fewest = min(len(rows) for rows in self._pieces)
        return np.arange(1, min(POINTS, fewest) + 1) / min(POINTS, fewest)

    def _drawn(self, predictions: list[Floats]) -> Drawn:
        clusters, parts = self._clusters, []
        for number, rows in enumerate(self._pieces):
            parts.append(
                half_samples(
                    self._effects[rows],
                    [predicted[rows] for predicted in predictions],
                    None if clusters is None else clusters[rows],
                    # Another seed a piece; that of the first is the one `rate` would use.
                    self.seed + 1_000_003 * number,
                    self._shares,
                )
            )
        return Drawn.joined(parts, self._weights)

    def _result(self, learner: str, predicted: Floats, drawn: Drawn, number: int) -> UpliftResult:
        effects, clusters = self._effects, self._clusters
        piece = self.split.piece if len(self.split.learning) > 1 else None
        autoc, rate_qini = (
            rate_of(float(drawn.rates[number, column]), drawn.rate_draws[:, number, column])
            for column in range(len(WEIGHTINGS))
        )
        toc, error = drawn.toc[number], drawn.toc_draws[:, number].std(axis=0, ddof=1)
        features = self.units.features.iloc[self.split.judged]
        groups = segments(predicted, effects, features, clusters, self.groups, piece)
        curves = self._curves(predicted)
        band = zip(self._shares, toc - NORMAL_95 * error, toc + NORMAL_95 * error, strict=True)
        result = UpliftResult(
            learner,
            self.contrast,
            qini=curves.qini,
            auuc=curves.auuc,
            autoc=autoc,
            rate_qini=rate_qini,
            average=float(effects.mean()),
            curve=curves.curve,
            curve_std_error=curves.known_errors,
            qini_curve=points(curves.qini_share, curves.qini_gain),
            random=((0.0, 0.0), curves.curve[-1]),
            source="randomised" if self.units.constant_probability else "scores",
            segments=groups,
            calibration=calibration(predicted, effects, clusters, piece),
            toc=points(self._shares, toc),
            toc_band=tuple((float(share), float(low), float(high)) for share, low, high in band),
            extremes=extremes(predicted, effects, clusters, self.groups, piece),
            r_score=self._r_score(predicted),
            perfect=() if curves.perfect is None else points(*curves.perfect),
            qini_normalised=curves.qini / curves.perfect_qini if curves.perfect_qini > 0 else None,
            rows_used=self.rows_used,
            clipped=sum(self.scores.clipped),
        )
        return replace(result, sentence=sentence(result))

    def _pairs(self, learners: list[str], drawn: Drawn) -> tuple[PairedDifference, ...]:
        return tuple(
            self._pair(learners, first, second, column, drawn)
            for first in range(len(learners))
            for second in range(first + 1, len(learners))
            for column in range(len(WEIGHTINGS))
        )

    def _pair(
        self, learners: Sequence[str], first: int, second: int, column: int, drawn: Drawn
    ) -> PairedDifference:
        value = float(drawn.rates[first, column] - drawn.rates[second, column])
        draws = drawn.rate_draws[:, first, column] - drawn.rate_draws[:, second, column]
        error = float(draws.std(ddof=1))
        measure, ci = WEIGHTINGS[column], interval(value, error)
        return PairedDifference(self.contrast, measure, learners[first], learners[second], value, error, ci)

    def _curves(self, predicted: Floats) -> Drawing:
        clusters = self._clusters
        direct = self.units.constant_probability
        arm, outcome = self.units.arm[self.split.judged], self.units.outcome[self.split.judged]
        binary = bool(np.isin(self.units.outcome, (0.0, 1.0)).all())
        parts = []
        for rows in self._pieces:
            if not direct:
                codes = None if clusters is None else clusters[rows]
                parts.append(from_scores(self._effects[rows], predicted[rows], codes))
                continue
            pair = rows[(arm[rows] == 0) | (arm[rows] == self.column + 1)]
            codes = None if clusters is None else clusters[pair]
            parts.append(from_arms(outcome[pair], arm[pair] > 0, predicted[pair], codes, binary=binary))
        return joined(parts, self._weights)

    def _r_score(self, predicted: Floats) -> float | None:
        """On the rows of the two arms; m is made of the cross-fitted models of both."""
        arm = self.units.arm[self.split.judged]
        rows = np.flatnonzero((arm == 0) | (arm == self.column + 1))
        pair = [0, self.column + 1]
        chance = self.scores.propensity[rows][:, pair]
        chance = chance / chance.sum(axis=1, keepdims=True)
        mean = (chance * self.scores.outcome_model[rows][:, pair]).sum(axis=1)
        outcome = self.units.outcome[self.split.judged][rows]
        treated = (arm[rows] > 0).astype(np.float64)
        return r_score(predicted[rows], outcome, treated, mean, chance[:, 1])
