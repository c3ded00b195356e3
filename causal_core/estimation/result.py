"""An average effect with its uncertainty, or why there is none."""

from __future__ import annotations

from dataclasses import dataclass

from causal_core.estimation.ratio import Risks
from causal_core.plain import Plain, to_plain

Interval = tuple[float | None, float | None]


@dataclass(frozen=True)
class Check:
    """A named test or diagnostic that stands beside an estimate.

    Attributes:
        name: What it is called, e.g. `Hansen J`.
        statistic: Its value; None when it could not be computed.
        p_value: Its p-value; None when it is no test.
        words: What was tested, what came out and which direction is good news.
    """

    name: str
    statistic: float | None
    p_value: float | None
    words: str


@dataclass(frozen=True)
class Estimate:
    """What one method says about one arm against the control level.

    Attributes:
        method: The method's name, a key of `METHODS`.
        strategy: What identifies the effect: `backdoor`, `iv`, `frontdoor`, or `none` for an association.
        target: The population asked for: `ATE`, `ATT` or `ATC`.
        estimand: What the number really is, e.g. `ATE`, `ATT`, `variance-weighted`, `trimmed`, `association`.
        contrast: The control level and the arm, as text.
        value: The effect in the outcome's unit; None when the method cannot answer.
        std_error: Its standard error; None when it cannot be had.
        ci: The 95 % interval, None at an open end; several intervals when it is disjoint; None without one.
        rows_used: Rows the method saw.
        rows_dropped: Rows left out beforehand because a needed value was missing.
        error: Why there is no value, in words.
        through: `dowhy` when the value is DoWhy's own, `dostudio` when DoWhy lacks the method.
        baseline: The mean outcome under control for the target population, for relative effects.
        notes: What a reader must know to read the number.
        checks: Tests of what the method assumes.
        risks: Both means with their ratio, for outcomes of 0 and 1 and for counts; None otherwise.
    """

    method: str
    strategy: str
    target: str
    estimand: str
    contrast: tuple[str, str]
    value: float | None
    std_error: float | None
    ci: Interval | tuple[Interval, ...] | None
    rows_used: int
    rows_dropped: int
    error: str | None = None
    through: str = "dostudio"
    baseline: float | None = None
    notes: tuple[str, ...] = ()
    checks: tuple[Check, ...] = ()
    risks: Risks | None = None

    @classmethod
    def unanswered(
        cls,
        method: str,
        strategy: str,
        target: str,
        estimand: str,
        contrast: tuple[str, str],
        rows: tuple[int, int],
        error: str,
    ) -> Estimate:
        """An estimate without a value, and why; `rows` are those used and those dropped."""
        used, dropped = rows
        return cls(method, strategy, target, estimand, contrast, None, None, None, used, dropped, error)

    def to_dict(self) -> dict[str, Plain]:
        """The estimate as plain JSON; `error` and what `risks` holds are present only when there is any."""
        plain: dict[str, Plain] = {
            "method": self.method,
            "strategy": self.strategy,
            "target": self.target,
            "estimand": self.estimand,
            "contrast": to_plain(self.contrast),
            "value": to_plain(self.value),
            "std_error": to_plain(self.std_error),
            "ci": to_plain(self.ci),
            "rows_used": self.rows_used,
            "rows_dropped": self.rows_dropped,
            "through": self.through,
            "baseline": to_plain(self.baseline),
            "notes": to_plain(self.notes),
            "checks": to_plain(self.checks),
        }
        if self.risks is not None:
            plain |= self.risks.to_dict()
        if self.error is not None:
            plain["error"] = self.error
        return plain
