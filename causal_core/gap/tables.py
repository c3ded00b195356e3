"""The comparison of rankings in rows of text, for the screen and the report."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from causal_core.gap.digits import gain_text, number_and_ends
from causal_core.gap.harm_words import bounds_text
from causal_core.gap.square import share_text
from causal_core.gap.words import accuracy_text
from causal_core.study.decision import benefit_unit
from causal_core.study.headline import number_text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from causal_core.gap.kinds import Quadrant, TrueKinds
    from causal_core.gap.result import Comparison, Gap, Treated
    from causal_core.study.study import Study

Row = tuple[str, ...]

SIDES_HEAD: Final = ("", "Ranked by effect", "Ranked by risk")

RANKS_HEAD: Final = ("Ranking", "Predicts the outcome", "Finds those who respond (AUTOC)")


def side_rows(study: Study, comparison: Comparison) -> tuple[Row, ...]:
    """What each ranking brings at one budget, a row a number; units stand in the names of the rows."""
    worth, money, outcome = (
        f" ({unit})" if unit else "" for unit in (benefit_unit(study), study.policy.unit, study.question.unit)
    )
    pair = comparison.uplift, comparison.risk

    def row(name: str, *cells: str) -> Row:
        return (name, *cells)

    return (
        row("People treated", *(f"{100 * side.share:.3g} %" for side in pair)),
        row(f"Cost per person{money}", *(number_text(side.cost) for side in pair)),
        row(
            f"Gain over nobody, costs taken off, per person{worth}", *(gain_text(side.gain) for side in pair)
        ),
        row(f"Gain of the outcome, per person{outcome}", *(gain_text(side.outcome_gain) for side in pair)),
        row(f"Effect among those treated{outcome}", *(_effect(side) for side in pair)),
        row("Share of those treated who are harmed", *(bounds_text(side.harmed) for side in pair)),
        row("Share of those treated who are helped", *(bounds_text(side.helped) for side in pair)),
    )


def rank_rows(gap: Gap) -> tuple[Row, ...]:
    """How well each ranking predicts and how well it targets."""
    predicts = gap.accuracy_missing if gap.accuracy is None else accuracy_text(gap.accuracy)
    found = gap.targeting
    number, ends = number_and_ends(found.difference.value, found.difference.ci)
    return (
        (f"Risk: {gap.score}" if gap.score else "Risk model", predicts, gain_text(found.risk)),
        ("Predicted effect", "is not made to", gain_text(found.uplift)),
        (
            "Effect less risk, paired",
            "",
            f"{number} ({ends})",
        ),
    )


def true_rows(quadrants: Sequence[Quadrant], truth: TrueKinds) -> tuple[Row, ...]:
    """What the people of each quadrant really are, and all of them; only in a made world."""
    found = [
        (f"Like a {each.kind}", *(share_text(share) for share in counts))
        for each, counts in zip(quadrants, truth.counts, strict=True)
        if each.rows
    ]
    return (*found, ("Everybody", *(share_text(share) for share in truth.shares)))


def _effect(side: Treated) -> str:
    return "nobody is treated" if side.effect is None else gain_text(side.effect)
