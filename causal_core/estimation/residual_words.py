"""What the residuals of the outcome's regressions say, in words."""

from __future__ import annotations

from causal_core.estimation.residuals import Residuals

ALPHA = 0.05
"""Level of the tests in words, over all arms and over all covariates."""


def residual_sentences(found: Residuals) -> tuple[str, ...]:
    """What the residuals say, in words, and what to do about it."""
    sentences = []
    bent = [(each, p_value) for each in found.arms if (p_value := _adjusted(each.bend_p, found)) <= ALPHA]
    if bent:
        arms = ", ".join(
            f"{each.arm} ({p_text(p_value)}, {each.bend_share:.1%} of what is left)" for each, p_value in bent
        )
        sentences.append(
            f"The fit bends: squares and cubes of the fitted outcome still explain something in arm {arms}. "
            "A small p speaks against a straight fit."
        )
    curved = [(name, p_value, share) for name, p_value, share in found.bent if p_value <= ALPHA]
    if curved:
        listed = "; ".join(
            f"{name} ({p_text(p_value)}, {share:.1%} of what is left)" for name, p_value, share in curved
        )
        sentences.append(f"The square of a covariate is missing: {listed}. Let it enter the models.")
    if not bent and not curved:
        sentences.append(
            "No bend was found: straight lines in the covariates fit as far as these tests can tell."
        )
    uneven = [(each, p_value) for each in found.arms if (p_value := _adjusted(each.uneven_p, found)) <= ALPHA]
    if found.binary:
        sentences.append(
            "The outcome is 0 or 1, so its scatter is uneven by nature; the intervals allow for that. "
            f"{found.outside:.1%} of the fitted outcomes lie outside 0 to 1."
        )
    elif uneven:
        arms = "; ".join(
            f"arm {each.arm}: standard deviation {each.spread[0]:.3g} in the third with the lowest fitted "
            f"outcomes, {each.spread[1]:.3g} in that with the highest ({p_text(p_value)})"
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


def _adjusted(p_value: float | None, found: Residuals) -> float:
    """A p-value times the number of arms tested (Bonferroni); 1 where there is none."""
    return 1.0 if p_value is None else min(1.0, p_value * len(found.arms))


def p_text(value: float) -> str:
    """A p-value in words."""
    return "p < 0.001" if value < 0.001 else f"p = {value:.3f}"
