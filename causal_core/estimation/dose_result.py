"""What is known about a dose: curves with their bands, contrasts, and how alike people are along it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

from causal_core.data.dose import Doses
from causal_core.estimation.result import Estimate
from causal_core.plain import Plain, to_plain

DOSE_METHODS: Final = ("dose_response", "dose_response_dr", "linear_regression")
"""The methods that answer for a dose, in the order in which they speak for a study."""

LEAST_EFFECTIVE = 30.0
"""Where fewer rows than this count, in effect, a curve is drawn as thinly supported."""

Numbers = tuple[float, ...]


@dataclass(frozen=True)
class Band:
    """A curve with its 95 % bands, one value a dose.

    Attributes:
        estimate: In the outcome's unit.
        std_error: Of each value by itself.
        low: Lower end of the pointwise interval: right at a chosen dose in 95 of 100 samples.
        high: Its upper end.
        low_all: Lower end of the simultaneous band: right at all doses at once in 95 of 100 samples.
        high_all: Its upper end.
    """

    estimate: Numbers
    std_error: Numbers
    low: Numbers
    high: Numbers
    low_all: Numbers
    high_all: Numbers

    def at(self, place: int) -> tuple[float, float, float]:
        """The estimate and its pointwise interval at one position."""
        return self.estimate[place], self.low[place], self.high[place]


@dataclass(frozen=True)
class Slope:
    """The average effect of one unit more of the dose, over the rows whose dose lies in the range shown."""

    value: float
    std_error: float
    ci: tuple[float, float]


@dataclass(frozen=True)
class Residuals:
    """Whether what the model leaves unexplained still depends on the dose.

    Attributes:
        centres: Mean dose of each tenth of the rows by dose.
        means: Mean residual of each, in the outcome's unit.
        std_errors: Their standard errors.
    """

    centres: Numbers
    means: Numbers
    std_errors: Numbers

    @property
    def worst(self) -> float:
        """The largest mean residual in standard errors."""
        ratios = [abs(m) / e for m, e in zip(self.means, self.std_errors, strict=True) if e > 0]
        return max(ratios, default=0.0)


@dataclass(frozen=True)
class DoseResponse:
    """The curve of one method: the mean outcome had everybody had each dose.

    Attributes:
        method: A key of `METHODS`.
        doses: At most 100 doses in rising order, between the 1 % and the 99 % quantile, with the reference
            and the quartiles among them.
        level: The mean outcome at each dose.
        change: The same less the mean outcome at the reference dose.
        reference: The dose compared with.
        slope: The average effect of one unit more.
        estimates: The change from the reference to each dose of `Doses.told`.
        rows_used: Rows the method saw.
        rows_dropped: Rows left out beforehand because a needed value was missing.
        notes: What a reader must know.
        bend: The p-value of the hypothesis that the curve is a straight line; None where it is not tested.
            Small: the effect of one unit more depends on the dose.
        residuals: Whether the model fits along the dose; None where there is no such model.
        through: Who computed it.
    """

    method: str
    doses: Numbers
    level: Band
    change: Band
    reference: float
    slope: Slope
    estimates: tuple[Estimate, ...]
    rows_used: int
    rows_dropped: int
    notes: tuple[str, ...] = ()
    bend: float | None = None
    residuals: Residuals | None = None
    through: str = "dostudio"

    def place(self, dose: float) -> int:
        """The position of the dose of the curve that is nearest to `dose`."""
        return min(range(len(self.doses)), key=lambda i: abs(self.doses[i] - dose))

    def to_dict(self) -> dict[str, Plain]:
        """The curve as plain JSON; its contrasts stand among the estimates."""
        return {
            "method": self.method,
            "doses": to_plain(self.doses),
            "reference": self.reference,
            "level": to_plain(self.level),
            "change": to_plain(self.change),
            "slope": to_plain(self.slope),
            "bend_p_value": to_plain(self.bend),
            "rows_used": self.rows_used,
            "rows_dropped": self.rows_dropped,
            "notes": to_plain(self.notes),
        }


@dataclass(frozen=True)
class Along:
    """How alike people are along the dose, and where there are enough of them.

    Attributes:
        doses: Where the effective sample is told.
        effective: How many rows count around each of these doses, in effect, after weighting.
        covariates: Names of the encoded covariates.
        before: Correlation of each with the dose, as the data are.
        after: The same weighted by the inverse of the density of the dose given the covariates.
        raised: Rows whose density was raised to a hundredth of the dose's own density.
        note: Why there is no weighting, in words; then `after` is empty.
    """

    doses: Numbers
    effective: Numbers
    covariates: tuple[str, ...] = ()
    before: Numbers = ()
    after: Numbers = ()
    raised: int = 0
    note: str = ""

    def thin(self) -> tuple[tuple[float, float], ...]:
        """The ranges of the dose in which fewer than 30 rows count in effect."""
        ranges: list[tuple[float, float]] = []
        for place, size in enumerate(self.effective):
            if size >= LEAST_EFFECTIVE:
                continue
            # Each dose stands for the range to the middle between it and the next.
            before, after = self.doses[max(place - 1, 0)], self.doses[min(place + 1, len(self.doses) - 1)]
            start, end = (before + self.doses[place]) / 2, (self.doses[place] + after) / 2
            if ranges and ranges[-1][1] == start:
                ranges[-1] = (ranges[-1][0], end)
            else:
                ranges.append((start, end))
        return tuple(ranges)


@dataclass(frozen=True)
class DoseFindings:
    """All that the estimation step says of a dose.

    Attributes:
        doses: The doses of the rows in use.
        responses: One curve a method that answered, in the study's order.
        along: How alike people are along the dose; None where there is nothing to adjust for.
    """

    doses: Doses
    responses: tuple[DoseResponse, ...]
    along: Along | None = field(default=None)

    def of(self, method: str | None) -> DoseResponse | None:
        """The curve of one method, or None."""
        return next((each for each in self.responses if each.method == method), None)
