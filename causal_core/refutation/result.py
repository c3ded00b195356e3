"""What a refuter did, what it saw, and what that can and cannot tell."""

from __future__ import annotations

from dataclasses import dataclass

from causal_core.plain import Plain, to_plain


@dataclass(frozen=True)
class Refutation:
    """One refuter's answer about one estimate.

    Attributes:
        refuter: The refuter's name, a key of `REFUTERS`.
        method: The method whose estimate was tried.
        contrast: The control level and the arm, as text.
        original: The estimate as it stood.
        refuted: The mean of the simulated estimates; for hidden confounding the one at the middle strength.
        shift: How far `refuted` lies from what was expected, in standard errors.
        p_value: None unless it is one.
        expectation: What to expect when the estimate is sound.
        verdict: `pass` (no problem found), `fail` or `unclear`.
        done: What was done.
        seen: What was seen.
        cannot: What this refuter cannot tell.
        simulations: The simulated estimates; for hidden confounding one for each of `strengths`.
        strengths: The strengths of the simulated confounder, else empty.
        tipping: The strength at which the estimate reaches zero; None when there is none or no strength does.
        error: Why there is no answer, in words.
        statistic: For the randomisation test, the actual difference of the arms over its standard error;
            then `simulations` are those of the re-drawn assignments.
    """

    refuter: str
    method: str
    contrast: tuple[str, str]
    original: float | None
    refuted: float | None
    shift: float | None
    p_value: float | None
    expectation: str
    verdict: str
    done: str
    seen: str
    cannot: str
    simulations: tuple[float, ...] = ()
    strengths: tuple[float, ...] = ()
    tipping: float | None = None
    error: str | None = None
    statistic: float | None = None

    def to_dict(self) -> dict[str, Plain]:
        """The refutation as plain JSON; `error` is present only when there is one."""
        plain: dict[str, Plain] = {
            "refuter": self.refuter,
            "method": self.method,
            "contrast": to_plain(self.contrast),
            "original": to_plain(self.original),
            "refuted": to_plain(self.refuted),
            "shift": to_plain(self.shift),
            "p_value": to_plain(self.p_value),
            "expectation": self.expectation,
            "verdict": self.verdict,
            "done": self.done,
            "seen": self.seen,
            "cannot": self.cannot,
            "simulations": to_plain(self.simulations),
            "strengths": to_plain(self.strengths),
            "tipping": to_plain(self.tipping),
            "statistic": to_plain(self.statistic),
        }
        if self.error is not None:
            plain["error"] = self.error
        return plain
