"""Risks, rates and their ratios as the cells of a table."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from causal_core.estimation.methods import METHODS
from causal_core.estimation.ratio import Risks
from causal_core.estimation.result import Estimate
from causal_core.study.headline import number_text


@dataclass(frozen=True)
class RiskTable:
    """A table of the means behind the differences.

    Attributes:
        title: `As risks` or `As rates`.
        head: The columns' names.
        numbers: Positions of the columns that hold the means.
        rows: The cells, as text.
        caption: How to read it.
    """

    title: str
    head: tuple[str, ...]
    numbers: tuple[int, ...]
    rows: tuple[tuple[str, ...], ...]
    caption: str


def risk_table(estimates: Sequence[Estimate]) -> RiskTable | None:
    """The table of the estimates that give both means of a 0/1 outcome or a count; None without any."""
    shown = [(each, each.risks) for each in estimates if each.value is not None and each.risks is not None]
    if not shown:
        return None
    estimate, first = shown[0]
    control, arm = estimate.contrast
    several = len({each.contrast for each in estimates}) > 1
    name = first.measure.capitalize()
    head = ["Method", f"{name} under {control}", f"{name} under {'the arm' if several else arm}"]
    if several:
        head.insert(1, f"Arm, against {control}")
    place = len(head) - 2
    head.append(f"{name} ratio (95 % interval)")
    caption = (
        f"{name}: the mean outcome, had everybody of the method's population been in that arm. The ratio's "
        "interval is symmetric on the log scale (delta method)."
    )
    if any(each.estimand == "association" for each, _ in shown):
        caption += f" For an association: the {first.measure} among the rows of that arm as they are."
    if first.measure == "risk":
        head.append("Number needed to treat (95 % interval)")
        caption += (
            " Number needed to treat: how many people given the arm make one more, or one fewer, have the "
            "outcome; it is one over the difference. Where the difference may be zero, no number is too "
            "large, so the interval runs through infinity to the other side (Altman 1998)."
        )
    return RiskTable(
        title="As risks" if first.measure == "risk" else "As rates",
        head=tuple(head),
        numbers=(place, place + 1),
        rows=tuple(_row(each, risks, several) for each, risks in shown),
        caption=caption,
    )


def _row(estimate: Estimate, risks: Risks, with_arm: bool) -> tuple[str, ...]:
    label = METHODS[estimate.method].label if estimate.method in METHODS else estimate.method
    if estimate.estimand == "association":
        label += " (association)"
    cells = [label, *(_mean(risks, mean) for mean in risks.means), ratio_text(risks)]
    if with_arm:
        cells.insert(1, estimate.contrast[1])
    if risks.measure == "risk":
        cells.append(needed_text(risks))
    return tuple(cells)


def _mean(risks: Risks, mean: float) -> str:
    if risks.measure == "rate":
        return number_text(mean)
    # Adding zero turns a rounded −0.0 into 0.0.
    return f"{round(mean * 100, 1) + 0.0:.1f} %".replace("-", "−")


def ratio_text(risks: Risks) -> str:
    """The ratio with its interval, or why there is none."""
    if risks.ratio is None:
        return risks.reason
    text = number_text(risks.ratio)
    if risks.ratio_ci is None:
        return text
    low, high = (number_text(end) for end in risks.ratio_ci)
    return f"{text} ({low} to {high})"


def needed_text(risks: Risks) -> str:
    """The number needed to treat in words: `one more in 12 (8.1 to 24)`."""
    number = risks.number_needed
    if number is None:
        return "∞: the risks are equal"
    text = f"{_direction(number)} in {number_text(abs(number))}"
    ci = risks.number_needed_ci
    if ci is None:
        return text
    if isinstance(ci[0], tuple):
        fewer, more = (part for part in ci if isinstance(part, tuple))
        sides = [f"one fewer in {_size(fewer[1])}", f"one more in {_size(more[0])}"]
        if number > 0:
            sides.reverse()
        return f"{text} (from {sides[0]} through ∞ to {sides[1]})"
    ends = sorted(_inverse(end) for end in ci if not isinstance(end, tuple))
    return f"{text} ({_from_inverse(ends[1])} to {_from_inverse(ends[0])})"


def _direction(number: float) -> str:
    return "one more" if number > 0 else "one fewer"


def _size(end: float | None) -> str:
    return "∞" if end is None else number_text(abs(end))


def _inverse(end: float | None) -> float:
    return 0.0 if end is None else abs(1 / end)


def _from_inverse(part: float) -> str:
    return "∞" if part == 0 else number_text(1 / part)
