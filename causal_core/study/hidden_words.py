"""What hidden confounding would have to be like for a policy's gain to vanish, in words."""

from __future__ import annotations

from causal_core.policy.hidden import LARGEST, HiddenConfounding
from causal_core.study.headline import number_text

RANDOM = "Assignment was random, so no hidden cause can have made the arms unlike."


def hidden_sentences(found: HiddenConfounding, randomised: bool) -> tuple[str, ...]:
    """What the bounds say, most important first; no names from data stand in them.

    Args:
        found: The bounds.
        randomised: Whether assignment is known to be random.
    """
    if randomised:
        return (RANDOM,)
    noun = "gain" if found.gain >= 0 else "loss"
    if found.unclear == 1:
        return (
            f"Even if nothing is hidden the {noun} is not clear of 0: its 95 % interval holds it. Hidden "
            "confounding could only add to that.",
        )
    return (_answer(found, noun), _yardstick(found))


def _answer(found: HiddenConfounding, noun: str) -> str:
    if found.unclear is None:
        return (
            f"A hidden cause that changes the odds of getting an arm by a factor of {number_text(LARGEST)}, "
            f"up or down, would not make the {noun} unclear. Stronger ones were not tried."
        )
    about = f"a factor of {number_text(found.unclear)}, up or down (Lambda)"
    tail = (
        f"The estimate itself stays clear of 0 up to {number_text(LARGEST)}."
        if found.vanishes is None
        else f"The estimate itself reaches 0 at {number_text(found.vanishes)}."
    )
    return (
        f"A hidden cause that changes the odds of getting an arm by {about}, could make the {noun} unclear: "
        f"from there on its 95 % interval holds 0. {tail}"
    )


def _yardstick(found: HiddenConfounding) -> str:
    measured = number_text(found.measured)
    about = (
        f"For comparison: all measured columns together change these odds by up to {measured} for nine in ten"
    )
    if found.unclear is None or found.unclear > found.measured:
        return f"{about}, so it would have to matter more than all of them."
    return f"{about}, so a hidden cause weaker than all of them together would be enough."
