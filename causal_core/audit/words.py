"""What an audit says, in sentences; names from the data stand in them unescaped."""

from __future__ import annotations

from collections.abc import Sequence
from math import isnan
from typing import Final

from causal_core.audit.answer import Number
from causal_core.audit.box import Box
from causal_core.audit.flips import Flipped
from causal_core.audit.people import PREDICTION
from causal_core.audit.protected import Decomposition
from causal_core.audit.use import Used, Verdict
from causal_core.audit.ways import Way
from causal_core.graph.names import listed
from causal_core.study.headline import number_text, signed_text
from causal_core.what_if.columns import level_text

SHORT: Final[dict[Verdict, str]] = {
    "leak": "leak",
    "opposite": "misleads",
    "proxy": "proxy",
    "moves both": "acts on both",
    "cause unused": "not looked at",
    "unused": "not used",
}

EXACT: Final = 1e-6
"""A band narrower than this share of its number is none: only rounding differs."""

NOTHING: Final = 1e-3
"""A change below this share of those it stands beside is told as none."""

POOR: Final = 0.9
"""A stand-in that explains less of the predictions than this is told with a warning."""


def breaks(each: Used, outcome: str) -> str:
    """What would break if somebody acted on this input."""
    name = each.contrast.node
    return {
        "leak": f"{name} comes after {outcome} in the drawing: it is not known when it would be needed.",
        "opposite": (
            f"Changed alone, {name} moves the prediction the other way than {outcome} goes when it is set. "
            "Acting on it moves both the same way, by what it brings about: what misleads is to read this "
            "column by itself."
            if each.read_wrong
            else f"Acting on {name} moves the prediction one way and {outcome} the other way."
        ),
        "proxy": (
            f"Acting on {name} moves the prediction and leaves {outcome} "
            if each.acts
            else f"The model looks at {name}; acting on it moves the mean prediction hardly, if at all, and "
            f"leaves {outcome} "
        )
        + (
            "where it is: the drawing has no way there." if not each.cause else "where it is, as far as seen."
        ),
        "moves both": f"Acting on {name} moves the prediction and {outcome} the same way.",
        "cause unused": f"Acting on {name} moves {outcome}, but the model does not look at {name}"
        + (
            "; the prediction follows by what it brings about."
            if abs(each.graph.value) > abs(each.naive.value)
            else "."
        ),
        "unused": f"The model hardly looks at {name}, and {outcome} does not answer to it.",
    }[each.verdict]


def how_known(each: Used) -> str:
    """How the effect on the outcome is known."""
    if not each.cause:
        return "none, by the drawing"
    return "identified, if the drawing is right"


def use_sentence(found: Sequence[Used], outcome: str) -> str:
    """The verdict over all inputs."""

    def named(verdict: str, *, read: bool = False, acts: bool | None = None) -> list[str]:
        return [
            each.contrast.node
            for each in found
            if (each.verdict, each.read_wrong) == (verdict, read) and acts in {None, each.acts}
        ]

    leaks, wrong, misread = named("leak"), named("opposite"), named("opposite", read=True)
    proxies, idle = named("proxy", acts=True), named("proxy", acts=False)
    parts = []
    if leaks:
        parts.append(f"the model uses {listed(leaks)}, known only after {outcome}")
    if proxies:
        what = "a proxy" if len(proxies) == 1 else "proxies"
        parts.append(
            f"acting on {listed(proxies)} moves the prediction and does nothing to {outcome}: {what}"
        )
    if idle:
        parts.append(
            f"the model looks at {listed(idle)}, yet acting there moves neither the mean prediction nor "
            f"{outcome}, as far as seen"
        )
    if wrong:
        parts.append(f"acting on {listed(wrong)} moves the prediction one way and {outcome} the other way")
    if misread:
        parts.append(
            f"read by itself, the model's answer to {listed(misread)} points the other way than {outcome} "
            "goes, though acting on it moves both the same way"
        )
    if not parts:
        return f"every input that the model uses also moves {outcome}, the same way."
    return "; ".join(parts) + "."


def box_sentence(box: Box) -> str:
    """What the model is, and how far a stand-in can be trusted."""
    many = len(box.inputs)
    text = f"{box.words[0].upper()}{box.words[1:]}, {many} input{'' if many == 1 else 's'}."
    if box.explained is None:
        return text
    share = f"{100 * max(box.explained, 0.0):.1f} %"
    if box.stand_in:
        return (
            f"{text} The model itself is not at hand, so a stand-in is audited: it gives {share} of the "
            "variance of the predictions in rows it was not fitted on (R²)."
        )
    return f"{text} It predicts {share} of the outcome's variance (of levels: deviance) in left-out rows."


def group_text(attribute: str, value: object) -> str:
    """A group as it stands in a sentence."""
    return f"{attribute} = {level_text(value)}"


def gap_sentence(found: Decomposition) -> str:
    """Where the difference of the two groups comes from."""
    groups = found.groups
    other, base = (group_text(groups.attribute, each) for each in (groups.other, groups.reference))
    return (
        f"the mean prediction is {number_text(found.other.value)} where {other}, "
        f"{number_text(found.reference.value)} where {base}: a difference of "
        f"{signed_text(found.difference.value)}. Of it {number_with_band(found.direct)} is direct, "
        f"{number_with_band(-found.indirect)} runs through what {groups.attribute} brings about, and "
        f"{number_with_band(-found.spurious)} is spurious: it comes from what is behind {groups.attribute}."
    )


def flips_sentence(found: Flipped, person: str) -> str:
    """How many decisions would be other."""
    groups, share = found.question.groups, found.share
    interval = "" if isnan(share.low) else f" (95 % interval {_percent(share.low)} to {_percent(share.high)})"
    return (
        f"Under this model the decision of {_percent(share.value)} of rows{interval} would have been other, "
        f"had {groups.attribute} been that of the other group. A row is one {person}; "
        f"{len(found.rows.rows):,} rows were asked."
    )


def way_text(way: Way) -> str:
    """A way as text."""
    return " → ".join("prediction" if node == PREDICTION else node for node in way)


def step_text(attribute: str, step: str) -> str:
    """A first step as text."""
    return f"{attribute} → prediction" if step == PREDICTION else f"{attribute} → {step} → … → prediction"


def number_with_band(number: Number) -> str:
    """A number with its band in brackets, where there is one."""
    if isnan(number.low) or number.high - number.low <= EXACT * abs(number.value):
        return signed_text(number.value)
    return f"{signed_text(number.value)} [{signed_text(number.low)}, {signed_text(number.high)}]"


def beside(value: float, *others: float) -> str:
    """A change with its sign, or about 0 where it is nothing beside the others."""
    if abs(value) <= NOTHING * max((abs(other) for other in others), default=0.0):
        return "about 0"
    return signed_text(value)


def _percent(share: float) -> str:
    return f"{100 * share:.1f} %"
