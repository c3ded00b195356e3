"""How many are harmed and helped, and what kinds of people there are, in words."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from causal_core.gap.harm import Bounds
    from causal_core.gap.result import Gap

NOBODY_KNOWS: Final = (
    "No data can say which kind a person is: nobody is ever seen both with and without the treatment. The "
    "groups are people whose predictions are alike, not people of one kind."
)

KINDS_SENTENCE: Final = (
    "A persuadable does well only with the treatment, a sure thing either way, a lost cause neither way, a "
    "sleeping dog only without it."
)


def bounds_text(bounds: Bounds | None) -> str:
    """From one share to another, and how far that reaches with both intervals."""
    if bounds is None:
        return "nobody is treated"
    low, high = bounds.outer
    return f"{_percents(bounds.lower.value, bounds.upper.value)} ({_percents(low, high)})"


def everybody_sentence(gap: Gap) -> str:
    """How many would be harmed and helped if everybody were treated."""
    harmed, helped = gap.everybody
    alone = ""
    if gap.without_columns is not None:
        harm, help_ = gap.without_columns
        alone = (
            " The arms' shares alone, without the columns, leave open "
            f"{_percents(*harm)} harmed and {_percents(*help_)} helped."
        )
    return (
        f"If everybody were treated, {bounds_text(harmed)} would be harmed and {bounds_text(helped)} helped, "
        f"as far as the data can say; in parentheses with 95 % intervals.{alone}"
    )


def bounds_sentence(gap: Gap) -> str:
    """What kind of bounds these are."""
    if gap.binary:
        return (
            "Bounds, not estimates: which of the two outcomes a person would have had under the other arm is "
            "never seen. They use the columns (Kallus 2022); where predictions err they are wider, not wrong."
        )
    return (
        "Harmed means any worse outcome than without the treatment, helped any better one, however little. "
        "Bounds, not estimates (Makarov 1982; Fan & Park 2010), at the middle of each person's two "
        "predictions; valid, but wider than need be where the outcome spreads differently in the arms. With "
        "noisy outcomes they say little."
    )


def _percents(low: float, high: float) -> str:
    return f"{_number(100 * low)} to {_number(100 * high)} %"


def _number(percent: float) -> str:
    return f"{percent:.0f}" if percent == 0 or percent >= 9.95 else f"{percent:.1f}"
