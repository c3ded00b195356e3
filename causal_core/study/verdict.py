"""What the refuters say together, in plain words, and what they cannot say."""

from __future__ import annotations

from collections.abc import Sequence

from causal_core.estimation.result import Estimate
from causal_core.refutation.result import Refutation
from causal_core.study.headline import interval_text, signed_text

WORDS = {"pass": "no problem found", "fail": "fails", "unclear": "unclear"}
"""Verdict -> its words; a pass is never called more than that."""

SIGNS = {"pass": "✓", "fail": "✗", "unclear": "?"}
"""Verdict -> the sign beside the words, so that colour is never needed."""


def survival_sentence(refutations: Sequence[Refutation], estimate: Estimate) -> str:
    """How many attempts one estimate survived.

    Args:
        refutations: The refuters' answers about that estimate.
        estimate: The estimate as it stood.
    """
    verdicts = [each.verdict for each in refutations if each.error is None]
    attempts = f"{len(verdicts)} attempt{'' if len(verdicts) == 1 else 's'}"
    value = signed_text(estimate.value or 0.0)
    interval = interval_text(estimate)
    what = f"The estimate {value}" + (f" (95 % interval {interval})" if interval else "")
    failed, unclear = verdicts.count("fail"), verdicts.count("unclear")
    if not verdicts:
        return f"{what} was not tried: no refuter could answer."
    if failed:
        return (
            f"{what} does not survive: it fails {failed} of {attempts}. "
            "Do not rely on it before you know why."
        )
    if unclear:
        return (
            f"{what} was not broken by {attempts}, but {unclear} of them {'is' if unclear == 1 else 'are'} "
            "unclear."
        )
    return f"{what} survived {attempts}: no problem found."


def hidden_sentence(refutations: Sequence[Refutation], strategy: str, randomised: bool) -> str:
    """What a hidden cause could still do to one estimate, which no refuter can rule out.

    Args:
        refutations: The refuters' answers about that estimate.
        strategy: What identifies the effect: `backdoor`, `iv` or `frontdoor`.
        randomised: Whether assignment was random.
    """
    warning = (
        "No refuter can detect hidden confounding: "
        "a cause of both treatment and outcome that is not in the data."
    )
    if strategy == "iv":
        return (
            f"{warning} An instrument allows for it; in return everything rests on the instrument touching "
            "the outcome through the treatment alone, which no refuter can test either."
        )
    if strategy == "frontdoor":
        return (
            f"{warning} A front door allows for it between treatment and outcome; in return everything rests "
            "on the mediator carrying the whole effect and sharing no hidden cause with either, which no "
            "refuter can test."
        )
    if randomised:
        warning += " Random assignment rules it out, if the assignment was carried out as planned."
    curve = next((each for each in refutations if each.strengths and each.error is None), None)
    if curve is None:
        if randomised:
            return warning
        return f"{warning} Run “Unobserved common cause” to learn how strong it would have to be."
    if curve.tipping is None:
        return (
            f"{warning} Even one that explained {curve.strengths[-1] * 100:.0f} % of what is still "
            "unexplained in who was treated, and as much in the outcome, would not take the estimate to zero."
        )
    return (
        f"{warning} The estimate would vanish if one explained {curve.tipping * 100:.3g} % of what is still "
        "unexplained in who was treated, and as much in the outcome. Whether there is such a cause, only "
        "knowledge of the subject can tell."
    )
