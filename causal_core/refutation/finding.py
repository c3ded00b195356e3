"""What one look at an estimate did and saw, in words, and how it is judged."""

from __future__ import annotations

from dataclasses import dataclass

from causal_core.data.design import Design
from causal_core.estimation.methods import METHODS
from causal_core.estimation.result import Estimate
from causal_core.plain import Plain


@dataclass(frozen=True)
class Finding:
    """The words that go with a number.

    Attributes:
        label: Its name on the screen.
        done: What was done.
        expectation: What to expect when the conclusion is sound.
        seen: What was seen.
        verdict: `pass` (no problem found), `fail` or `unclear`.
        cannot: What it cannot tell.
        error: Why there is no answer, in words; then `seen` is empty and the verdict `unclear`.
    """

    label: str
    done: str
    expectation: str
    seen: str
    verdict: str
    cannot: str
    error: str | None = None

    def to_dict(self) -> dict[str, Plain]:
        """The words as plain JSON; `error` is present only when there is one."""
        plain: dict[str, Plain] = {
            "done": self.done,
            "expectation": self.expectation,
            "seen": self.seen,
            "verdict": self.verdict,
            "cannot": self.cannot,
        }
        if self.error is not None:
            plain["error"] = self.error
        return plain


def inapplicable(design: Design, estimate: Estimate) -> str | None:
    """Why a hidden common cause of treatment and outcome is no threat to an estimate, or it is missing."""
    if estimate.value is None:
        return "There is no estimate."
    if estimate.strategy in ("iv", "frontdoor"):
        label = METHODS[estimate.method].label
        return (
            f"Not applicable: {label[0].lower()}{label[1:]} allows for hidden causes of treatment and "
            "outcome; what it rests on is another assumption."
        )
    if design.randomised:
        return "Not applicable: assignment was random, so no hidden cause can have moved it."
    if design.propensity is not None:
        return (
            "Not applicable: the probabilities of treatment are known, so no hidden cause can have moved it."
        )
    return None


def p_text(p_value: float) -> str:
    """A p-value as it stands in a sentence: `p = 0.012`, or `p < 0.001`."""
    return "p < 0.001" if p_value < 0.001 else f"p = {p_value:.3f}" if p_value < 0.1 else f"p = {p_value:.2f}"


def percent(share: float) -> str:
    """A share as it stands in a sentence, with two significant digits: `0.0123` -> `1.2 %`."""
    return "under 0.01 %" if 0 < share < 0.0001 else f"{100 * share:.2g} %" if share < 0.995 else "100 %"


def multiple(times: float) -> str:
    """How many times as strong, as it stands in a sentence: `0.32`, `2.9`, `1,200`."""
    return f"{times:.2g}" if times < 1 else f"{times:.1f}" if times < 10 else f"{times:,.0f}"
