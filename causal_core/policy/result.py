"""What a policy is worth, and against what."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal, Self

import numpy as np

from causal_core.data.design import Floats, Integers
from causal_core.plain import Plain, to_plain
from causal_core.problem import Problem
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


def _nothing() -> Floats:
    return np.empty(0)


@dataclass(frozen=True)
class PolicyResult:
    """A policy valued on rows that no model behind it saw.

    Attributes:
        policy: What the policy is called, such as "treat_none", "current" or "top_share"; with several arms
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
        gain_vs_current: Against what was done when the data were made.
        outcome: Change of the mean outcome against treating nobody, in the outcome's unit.
        spending: Change of the mean cost against treating nobody.
        effective_sample_size: (sum w)^2 / sum w^2 of the weights w = pi(a_i|x_i) / e(a_i|x_i).
        rules: Whom it treats, in words; "" for policies that rank by a learner's predictions.
        warnings: What to be careful about, in words.
        of: "policy" when the rule valued is the rule that is given out; "procedure" when the rows were
            treated by rules of several folds, so that the value is that of the way to make rules.
        influence: (n,) contributions whose mean is `value`; differences of two policies' are paired.
        references: (n, 3) contributions of treating nobody, everybody (`all_arm`), and of what was done.
        given: (n,) the arm each gets; (n, k) probabilities where some are left to chance.
        clusters: (n,) codes, or None.
        weights: (n,) sampling weights, or None.
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
    gain_vs_current: Gain
    outcome: Gain
    spending: Gain
    effective_sample_size: float
    rules: str = ""
    warnings: tuple[str, ...] = ()
    of: Literal["policy", "procedure"] = "policy"
    influence: Floats = field(repr=False, compare=False, default_factory=_nothing)
    references: Floats = field(repr=False, compare=False, default_factory=_nothing)
    given: Floats | Integers = field(repr=False, compare=False, default_factory=_nothing)
    clusters: Integers | None = field(repr=False, compare=False, default=None)
    weights: Floats | None = field(repr=False, compare=False, default=None)

    @property
    def whose(self) -> str:
        """Whose value this is, in words."""
        if self.of == "policy":
            return "The value of this very policy, on rows that nothing behind it has seen."
        return (
            "The value of the procedure, not of one policy: people in each fold were treated as learners of "
            "the folds before it would have, so it averages several policies. A policy learned from all rows "
            "has none left to be valued on."
        )

    @property
    def paired(self) -> bool:
        """Whether it was valued row by row on the judged rows, so that it can stand against others."""
        return len(self.influence) > 0

    @property
    def policy_matrix(self) -> Floats:
        """(n, k) probability of each arm."""
        if self.given.ndim == 2:
            return np.asarray(self.given, dtype=np.float64)
        return np.asarray(self.given[:, None] == np.arange(len(self.arm_shares)), dtype=np.float64)

    def to_dict(self) -> dict[str, Plain]:
        """The entry of results.json."""
        return {name: to_plain(getattr(self, name)) for name in _JSON}


_JSON = (
    "policy",
    "value",
    "std_error",
    "ci",
    "gain_vs_none",
    "gain_vs_all",
    "treated_share",
    "cost",
    "gain_vs_current",
    "outcome",
    "spending",
    "effective_sample_size",
    "of",
    "warnings",
)


def compare(first: PolicyResult, second: PolicyResult) -> Gain:
    """What the first policy gains over the second, per person, from the paired difference of their rows.

    Clusters and sampling weights are carried.

    Raises:
        Problem: They were not valued on the same rows.
    """
    if len(first.influence) != len(second.influence) or len(first.influence) == 0:
        raise Problem(
            f"{first.policy} was valued on {len(first.influence):,} rows and {second.policy} on "
            f"{len(second.influence):,}, so they cannot be compared row by row.",
            remedy="Value both on the same rows.",
        )
    return Gain.of(first.influence - second.influence, first.clusters, first.weights)
