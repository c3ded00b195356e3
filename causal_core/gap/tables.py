"""The comparison of rankings in rows of text, for the screen and the report."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from causal_core.gap.harm_words import PREDICTED, bounds_text
from causal_core.gap.words import accuracy_text
from causal_core.study.headline import number_text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from causal_core.gap.kinds import Quadrant, TrueKinds
    from causal_core.gap.result import Comparison, Gap, Treated
    from causal_core.policy.result import Gain
    from causal_core.uplift.toc import Rate

Row = tuple[str, ...]

SIDES_HEAD: Final = ("", "Ranked by risk", "Ranked by effect")

RANKS_HEAD: Final = ("Ranking", "Predicts the outcome", "Finds those who respond (AUTOC)")

KINDS_HEAD: Final = (
    "Like a",
    "Predicted",
    "People",
    "Share",
    "Outcome without treatment",
    "Effect",
)


def side_rows(comparison: Comparison) -> tuple[Row, ...]:
    """What each ranking brings at one budget, a row a number."""
    pair = comparison.risk, comparison.uplift

    def row(name: str, *cells: str) -> Row:
        return (name, *cells)

    return (
        row("People treated", *(f"{100 * side.share:.3g} %" for side in pair)),
        row("Cost per person", *(number_text(side.cost) for side in pair)),
        row("Gain over nobody, costs taken off, per person", *(gain_text(side.gain) for side in pair)),
        row("The same in the outcome's unit", *(gain_text(side.outcome_gain) for side in pair)),
        row("Effect among those treated", *(_effect(side) for side in pair)),
        row("Share of those treated who are harmed", *(bounds_text(side.harmed) for side in pair)),
        row("Share of those treated who are helped", *(bounds_text(side.helped) for side in pair)),
    )


def rank_rows(gap: Gap) -> tuple[Row, ...]:
    """How well each ranking predicts and how well it targets."""
    predicts = gap.accuracy_missing if gap.accuracy is None else accuracy_text(gap.accuracy)
    found = gap.targeting
    gain = found.difference
    return (
        (f"Risk: {gap.score}" if gap.score else "Risk model", predicts, rate_text(found.risk)),
        ("Predicted effect", "is not made to", rate_text(found.uplift)),
        (
            "Effect less risk, paired",
            "",
            f"{number_text(gain.value)} ({number_text(gain.ci[0])} to {number_text(gain.ci[1])})",
        ),
    )


def kind_rows(quadrants: Sequence[Quadrant]) -> tuple[Row, ...]:
    """The four quadrants, a row each."""
    return tuple(
        (
            each.kind,
            PREDICTED[each.kind],
            f"{each.rows:,}",
            f"{100 * each.share:.3g} %",
            "" if each.baseline is None else gain_text(each.baseline),
            "" if each.effect is None else gain_text(each.effect),
        )
        for each in quadrants
    )


def true_rows(quadrants: Sequence[Quadrant], truth: TrueKinds) -> tuple[Row, ...]:
    """What the people of each quadrant really are, and all of them; only in a made world."""
    found = [
        (f"Like a {each.kind}", *(f"{100 * share:.3g} %" for share in counts))
        for each, counts in zip(quadrants, truth.counts, strict=True)
        if each.rows
    ]
    return (*found, ("Everybody", *(f"{100 * share:.3g} %" for share in truth.shares)))


def gain_text(gain: Gain) -> str:
    """A number with its 95 % interval."""
    return f"{number_text(gain.value)} ({number_text(gain.ci[0])} to {number_text(gain.ci[1])})"


def rate_text(found: Rate) -> str:
    """An AUTOC with its 95 % interval."""
    return f"{number_text(found.value)} ({number_text(found.ci[0])} to {number_text(found.ci[1])})"


def _effect(side: Treated) -> str:
    return "nobody is treated" if side.effect is None else gain_text(side.effect)
