"""Robustness values and the bias of a confounder left out of a linear regression (Cinelli & Hazlett 2020)."""

from __future__ import annotations

from dataclasses import dataclass
from math import copysign, sqrt

from causal_core.data.design import Floats

LOOKS = 400
"""Multiples looked at for the first that undoes a result."""


@dataclass(frozen=True)
class Coefficient:
    """A treatment's coefficient in a linear regression.

    Attributes:
        estimate: In the outcome's unit.
        std_error: Its classical standard error.
        freedom: Residual degrees of freedom.
        critical: The 97.5 % point of Student's t with one degree less, for a confounder that takes one.
    """

    estimate: float
    std_error: float
    freedom: int
    critical: float

    @classmethod
    def of(cls, estimate: float, std_error: float, freedom: int) -> Coefficient:
        """The coefficient, with the critical value looked up."""
        from scipy.special import stdtrit

        return cls(estimate, std_error, freedom, float(stdtrit(freedom - 1, 0.975)))

    @property
    def t(self) -> float:
        """Estimate over standard error."""
        return self.estimate / self.std_error

    @property
    def partial_r2(self) -> float:
        """Share of the outcome's variance left by the covariates that the treatment explains."""
        return self.t**2 / (self.t**2 + self.freedom)

    def robustness(self, share: float = 1.0) -> float:
        """RV_q: the strength with treatment and outcome alike that takes away `share` of the estimate.

        Cinelli & Hazlett (2020), section 4.3.
        """
        return _equal_strength(share * abs(self.t) / sqrt(self.freedom))

    def robustness_of_interval(self, share: float = 1.0) -> float:
        """RV_{q, 5 %}: the strength that brings the 95 % interval of what is left to touch the null.

        Cinelli & Hazlett (2020), section 4.3; with a strong effect and few degrees of freedom the confounder
        that explains all of the outcome's remainder is the one that counts.
        """
        wanted = share * abs(self.t) / sqrt(self.freedom)
        least = self.critical / sqrt(self.freedom - 1)
        if wanted <= least:
            return 0.0
        if wanted > 1 / least:
            return (wanted**2 - least**2) / (1 + wanted**2)
        return _equal_strength(wanted - least)

    def adjusted(self, with_treatment: Floats | float, with_outcome: Floats | float) -> Floats | float:
        """The estimate left by a confounder of these strengths that pulls it towards zero.

        Args:
            with_treatment: Its partial R-squared with the treatment, below 1; a number or an array.
            with_outcome: Its partial R-squared with the outcome, given the treatment.

        Returns:
            In the outcome's unit, of the shape of the arguments; equation 7 of Cinelli & Hazlett (2020).
        """
        strength = with_outcome * with_treatment / (1 - with_treatment)
        bias = self.std_error * (strength * self.freedom) ** 0.5
        return copysign(1.0, self.estimate) * (abs(self.estimate) - bias)

    def adjusted_error(self, with_treatment: Floats | float, with_outcome: Floats | float) -> Floats | float:
        """The standard error of what is left; equation 8 of Cinelli & Hazlett (2020)."""
        ratio = (1 - with_outcome) / (1 - with_treatment) * (self.freedom / (self.freedom - 1))
        error: Floats | float = self.std_error * ratio**0.5
        return error

    def adjusted_t(self, with_treatment: Floats | float, with_outcome: Floats | float) -> Floats | float:
        """The t value of what is left."""
        left = self.adjusted(with_treatment, with_outcome)
        return left / self.adjusted_error(with_treatment, with_outcome)


def _equal_strength(f: float) -> float:
    return 0.5 * (sqrt(f**4 + 4 * f**2) - f**2)


def bound(times: float, with_treatment: float, with_outcome: float) -> tuple[float, float] | None:
    """The most a confounder `times` as strong as a covariate can explain of treatment and outcome.

    Equations 10 and 11 of the supplement to Cinelli & Hazlett (2020); strength is counted in R-squared of
    treatment and of outcome given the other covariates.

    Args:
        times: How many times as strong.
        with_treatment: The covariate's partial R-squared with the treatment, given the other covariates.
        with_outcome: Its partial R-squared with the outcome, given treatment and the other covariates.

    Returns:
        The confounder's two partial R-squared, the second cut at 1; None when nothing can be that strong.
    """
    if with_treatment >= 1 or times * with_treatment / (1 - with_treatment) >= 1:
        return None
    treatment = times * with_treatment / (1 - with_treatment)
    shared = times * with_treatment**2 / ((1 - times * with_treatment) * (1 - with_treatment))
    if shared >= 1 or with_outcome >= 1:
        return None
    eta = (sqrt(times) + sqrt(shared)) / sqrt(1 - shared)
    return treatment, min(eta**2 * with_outcome / (1 - with_outcome), 1.0)


def times_needed(
    coefficient: Coefficient, with_treatment: float, with_outcome: float, interval: bool
) -> float | None:
    """How many times as strong as a covariate a confounder must be to undo the result.

    Args:
        coefficient: The treatment's.
        with_treatment: The covariate's partial R-squared with the treatment, as in `bound`.
        with_outcome: The covariate's partial R-squared with the outcome, as in `bound`.
        interval: Whether the 95 % interval need only touch zero; else the estimate is to be zero.

    Returns:
        The multiple, 0 when nothing is needed; None when no confounder like this covariate can do it.
    """

    def undone(times: float) -> bool:
        strengths = bound(times, with_treatment, with_outcome)
        if strengths is None:
            return True
        if interval:
            t = float(coefficient.adjusted_t(*strengths)) if strengths[1] < 1 else None
            if t is None:
                return float(coefficient.adjusted(*strengths)) * coefficient.estimate <= 0
            return t * copysign(1.0, coefficient.estimate) <= coefficient.critical
        return float(coefficient.adjusted(*strengths)) * coefficient.estimate <= 0

    if with_treatment <= 1e-12 or with_outcome <= 1e-12 or with_treatment >= 1 or with_outcome >= 1:
        return None
    if undone(0.0):
        return 0.0
    # Towards the upper end the confounder determines the treatment, and whatever touches the outcome undoes
    # it. The t value need not fall all the way, so the first place is looked for before it is closed in on.
    most = (1 - with_treatment) / with_treatment
    high = next((most * step / LOOKS for step in range(1, LOOKS) if undone(most * step / LOOKS)), most)
    low = high - most / LOOKS
    for _ in range(100):
        middle = (low + high) / 2
        low, high = (low, middle) if undone(middle) else (middle, high)
    return high
