"""What a policy is worth, and against what."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

from causal_core.data.design import Floats, Integers
from causal_core.plain import Plain, to_plain
from causal_core.uplift.arrays import interval, mean_and_error


@dataclass(frozen=True)
class Gain:
    """A difference of two policies' values on the same rows.

    Attributes:
        value: Per person.
        std_error: Of the paired difference.
        ci: 95 % interval.
    """

    value: float
    std_error: float
    ci: tuple[float, float]

    @classmethod
    def of(cls, differences: Floats, clusters: Integers | None = None, weights: Floats | None = None) -> Self:
        """The gain from (n,) differences, one a row."""
        value, error = mean_and_error(differences, clusters, weights)
        return cls(value, error, interval(value, error))


@dataclass(frozen=True)
class PolicyResult:
    """A policy valued on rows that no model behind it saw.

    Attributes:
        policy: "treat_none", "treat_all", "top_share", "best_arm", "budget" or "tree"; with several arms
            treating everybody is one policy an arm, "treat_all: " and the arm.
        value: Mean benefit of the outcome less the cost, per person, in the benefit's unit.
        std_error: Of `value`.
        ci: 95 % interval of `value`.
        gain_vs_none: Against treating nobody.
        gain_vs_all: Against treating everybody with `all_arm`.
        treated_share: Share of people in another arm than the control.
        cost: Mean cost per person.
        arm_shares: (arm, share of people), control first.
        all_arm: The arm of `gain_vs_all`: with several, that of the highest mean predicted net benefit.
        learner: Whose predictions chose; "" when none did.
        sentence: What was found, in words.
        rows_used: Rows it was valued on.
        rules: Whom it treats, in words; "" for policies that rank by a learner's predictions.
    """

    policy: str
    value: float
    std_error: float
    ci: tuple[float, float]
    gain_vs_none: Gain
    gain_vs_all: Gain
    treated_share: float
    cost: float
    arm_shares: tuple[tuple[str, float], ...]
    all_arm: str
    learner: str
    sentence: str
    rows_used: int
    rules: str = ""

    def to_dict(self) -> dict[str, Plain]:
        """The entry of results.json."""
        return {name: to_plain(getattr(self, name)) for name in _JSON}


_JSON = ("policy", "value", "std_error", "ci", "gain_vs_none", "gain_vs_all", "treated_share", "cost")
