"""What learners' rankings are compared by: differences with intervals, and gain against money spent."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Difference:
    """A difference of two numbers from the same rows.

    Attributes:
        value: The first less the second.
        std_error: Of the difference.
        ci: The normal 95 % interval.
    """

    value: float
    std_error: float
    ci: tuple[float, float]


@dataclass(frozen=True)
class PairedDifference:
    """By how much one learner ranks better than another, on the same rows and the same half samples.

    Attributes:
        contrast: (control, arm).
        measure: "autoc" or "qini" (the RATE with Qini weighting), in the unit of the effect.
        first: The learner whose number comes first.
        second: The learner whose number is taken from it.
        value: The first's less the second's; above 0 the first ranks better.
        std_error: The standard deviation of the difference over half samples.
        ci: The normal 95 % interval of this pair by itself.
    """

    contrast: tuple[str, str]
    measure: str
    first: str
    second: str
    value: float
    std_error: float
    ci: tuple[float, float]


@dataclass(frozen=True)
class CostCurve:
    """Gain against money spent where a learner predicts the most gain for it (Sverdrup et al. 2025).

    Attributes:
        learner: Whose predictions choose.
        arm: The arm that is compared with the control; None when each person gets the arm that is predicted
            to bring most for its cost.
        points: (spent, gain), at most 200 points, from (0, 0); both per person of all judged rows. The gain
            is the benefit of the mean doubly robust score, before costs are taken from it.
        std_error: Of each gain, given the choice.
    """

    learner: str
    arm: str | None
    points: tuple[tuple[float, float], ...]
    std_error: tuple[float, ...]
