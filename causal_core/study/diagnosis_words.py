"""What a closer look at an estimate found, in words: residuals and heavy rows."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from causal_core.estimation.residuals import Residuals
from causal_core.percent import percent
from causal_core.study.headline import number_text, signed_text

if TYPE_CHECKING:
    from causal_core.estimation.dominating import Dominating

ALPHA = 0.05
"""Level of the tests in words, over all arms and over all covariates."""

SMALL = 0.01
"""A bend that takes away less than this share of what is left is there, but small."""


def residual_sentences(found: Residuals) -> tuple[str, ...]:
    """What the residuals say, in words, and what to do about it."""
    sentences = []
    bent = [(each, p_value) for each in found.arms if (p_value := _adjusted(each.bend_p, found)) <= ALPHA]
    if bent:
        arms = ", ".join(
            f"{each.arm} ({p_text(p_value)}, {percent(each.bend_share, 1)} of what is left)"
            for each, p_value in bent
        )
        sentences.append(
            f"The fit bends: squares and cubes of the fitted outcome still explain something in arm {arms}. "
            f"A small p speaks against a straight fit.{_small(each.bend_share for each, _ in bent)}"
        )
    curved = [(name, p_value, share) for name, p_value, share in found.bent if p_value <= ALPHA]
    if curved:
        listed = "; ".join(
            f"{name} ({p_text(p_value)}, {percent(share, 1)} of what is left)"
            for name, p_value, share in curved
        )
        remark = _small(share for _, _, share in curved) or " Let it enter the models."
        sentences.append(f"The square of a covariate is missing: {listed}.{remark}")
    if not bent and not curved:
        sentences.append(
            "No bend was found: straight lines in the covariates fit as far as these tests can tell."
        )
    uneven = [(each, p_value) for each in found.arms if (p_value := _adjusted(each.uneven_p, found)) <= ALPHA]
    if found.binary:
        sentences.append(
            "The outcome is 0 or 1, so its scatter is uneven by nature; the intervals allow for that. "
            f"{percent(found.outside, 1)} of the fitted outcomes lie outside 0 to 1."
        )
    elif uneven:
        arms = "; ".join(
            f"arm {each.arm}: standard deviation {number_text(each.spread[0])} in the third with the lowest "
            f"fitted outcomes, {number_text(each.spread[1])} in that with the highest ({p_text(p_value)})"
            for each, p_value in uneven
        )
        sentences.append(
            f"The scatter is uneven: {arms}. The intervals allow for that; a transformed outcome or another "
            "model may be more precise."
        )
    else:
        sentences.append("No unevenness of the scatter was found.")
    if found.clustered:
        sentences.append(
            "These tests take rows as independent although they come in clusters: p is too small."
        )
    return tuple(sentences)


def _small(shares: Iterable[float]) -> str:
    return " It is there, but small." if max(shares) < SMALL else ""


def _adjusted(p_value: float | None, found: Residuals) -> float:
    """A p-value times the number of arms tested (Bonferroni); 1 where there is none."""
    return 1.0 if p_value is None else min(1.0, p_value * len(found.arms))


def p_text(value: float) -> str:
    """A p-value in words."""
    return "p < 0.001" if value < 0.001 else f"p = {value:.3f}"


def dominating_sentence(found: Dominating) -> str:
    """What the heaviest rows do to the estimate of one arm, in words."""
    control, arm = found.contrast
    start = f"{arm} against {control}:"
    if found.value is None:
        return f"{start} {found.error}"
    together = (
        f"the {len(found.rows)} heaviest rows have {percent(found.share[1], 1)} of the weight of arm {arm} "
        f"and {percent(found.share[0], 1)} of that of arm {control}."
    )
    if found.without is None:
        return f"{start} {together} {found.error}"
    moved = found.without - found.value
    change = (
        f"Without them the estimate is {number_text(found.without)} instead of {number_text(found.value)} "
        f"({signed_text(moved)}"
    )
    if not found.std_error:
        return f"{start} {together} {change})."
    ratio = abs(moved) / found.std_error
    verdict = "They decide much of it." if ratio > 1 else "No handful of rows decides it."
    return f"{start} {together} {change}, {ratio:.1f} standard errors). {verdict}"
