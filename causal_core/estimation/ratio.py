"""An effect on a 0/1 outcome or a count beside the difference: ratio of the means, number needed to treat."""

from __future__ import annotations

from dataclasses import dataclass
from math import exp, log

from causal_core.data.design import Floats
from causal_core.plain import Plain, to_plain

End = float | None
Interval = tuple[End, End]


@dataclass(frozen=True)
class Risks:
    """The two mean outcomes behind a difference, and what is made of them.

    Attributes:
        measure: `risk` for an outcome of 0 and 1, `rate` for a count.
        means: The mean outcome of the target population under control and under the arm.
        ratio: Arm over control; None when a mean is not above zero, or a risk above one.
        ratio_ci: Its 95 % interval; None without one.
        number_needed: One over the risk difference: how many people treated make one more have the outcome,
            or, below zero, one fewer. None for counts and for a difference of zero.
        number_needed_ci: Its 95 % interval. When that of the difference holds zero, it runs through infinity
            (Altman 1998): two parts, fewer and more, each with an open end.
        reason: Why there is no ratio, in words; empty when there is one.
        log_error: Standard error of the ratio's logarithm; None without one.
    """

    measure: str
    means: tuple[float, float]
    ratio: float | None
    ratio_ci: tuple[float, float] | None
    number_needed: float | None
    number_needed_ci: Interval | tuple[Interval, ...] | None
    reason: str = ""
    log_error: float | None = None

    def to_dict(self) -> dict[str, Plain]:
        """Plain JSON, keys beside those of the estimate."""
        return {
            "measure": self.measure,
            "means": to_plain(self.means),
            "ratio": to_plain(self.ratio),
            "ratio_ci": to_plain(self.ratio_ci),
            "number_needed": to_plain(self.number_needed),
            "number_needed_ci": to_plain(self.number_needed_ci),
        }


def log_influence(means: tuple[float, float], influence: tuple[Floats, Floats]) -> Floats:
    """(n,) each row's influence on the log of arm over control, by the delta method.

    Args:
        means: Control's and the arm's mean, both above zero.
        influence: Each row's influence on them.
    """
    part: Floats = influence[1] / means[1] - influence[0] / means[0]
    return part


def fault(measure: str, means: tuple[float, float], names: tuple[str, str]) -> str:
    """Why these means have no ratio, in words; empty when they have one."""
    for mean, name in zip(means, names, strict=True):
        if mean <= 0:
            return f"The mean under {name} is not above zero, so there is no ratio."
        if measure == "risk" and mean > 1 + 1e-9:
            return f"The method puts the risk under {name} above 1, so there is no ratio."
    return ""


def risks(
    measure: str,
    means: tuple[float, float],
    log_error: float | None,
    point: float,
    ci: tuple[float, float] | None,
    reason: str = "",
) -> Risks:
    """The ratio and the number needed to treat.

    Args:
        measure: `risk` or `rate`.
        means: Control's and the arm's mean.
        log_error: Standard error of the log ratio; None without one.
        point: How many standard errors the 95 % interval reaches.
        ci: The 95 % interval of the difference.
        reason: Why there is no ratio (see `fault`); empty when there is one.
    """
    ratio, ratio_ci = None, None
    if reason:
        log_error = None
    else:
        ratio = means[1] / means[0]
        if log_error is not None:
            ratio_ci = (exp(log(ratio) - point * log_error), exp(log(ratio) + point * log_error))
    difference = means[1] - means[0]
    number, number_ci = None, None
    if measure == "risk":
        number = 1 / difference if difference else None
        number_ci = None if ci is None else needed_interval(*ci)
    return Risks(measure, means, ratio, ratio_ci, number, number_ci, reason, log_error)


def needed_interval(low: float, high: float) -> Interval | tuple[Interval, ...] | None:
    """The interval of one over a risk difference, from the difference's (Altman 1998, BMJ 317:1309).

    A difference's interval that holds zero gives (fewer, more): from minus infinity to 1/low, and from 1/high
    to infinity. Without width at zero there is none.
    """
    if low > 0 or high < 0:
        return 1 / high, 1 / low
    parts: list[Interval] = []
    if low < 0:
        parts.append((None, 1 / low))
    if high > 0:
        parts.append((1 / high, None))
    if not parts:
        return None
    return parts[0] if len(parts) == 1 else tuple(parts)
