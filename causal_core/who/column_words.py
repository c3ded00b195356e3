"""What the effect along a column says, in a sentence."""

from __future__ import annotations

from typing import NamedTuple

from causal_core.study.headline import number_text
from causal_core.who.column import ColumnEffect, Curve
from causal_core.who.split import date_text
from causal_core.who.words import interval_text, value_text

LEVEL = 0.05

MIDDLE = 0.8
"""The part of the rows, in the middle of a column of numbers, where its highest and lowest are looked for."""


class Spot(NamedTuple):
    """The effect at one value: what the value is called, the effect, its interval."""

    name: str
    value: float
    ci: tuple[float, float] | None


def column_sentence(effect: ColumnEffect, columns: int, unit: str = "") -> str:
    """Whether the effect differs along the column, and from where to where.

    Args:
        effect: One without a refusal.
        columns: How many columns could be looked at: the test counts them all (Bonferroni).
        unit: The outcome's unit.
    """
    spots = _along(effect.curve) if effect.curve is not None else _levels(effect)
    if len(spots) < 2 or effect.p_value is None:
        return f"Too few rows to tell whether the effect differs by {effect.column}."
    low, high = (pick(spots, key=lambda spot: spot.value) for pick in (min, max))
    relation = "at" if effect.curve is not None else "where it is"
    ends = f"{_said(high, unit)} {relation} {high.name}, {_said(low, unit)} {relation} {low.name}"
    chance = _chance(effect.p_value)
    if effect.p_value * columns < LEVEL:
        return f"The effect differs by {effect.column}: {ends}."
    if effect.p_value < LEVEL:
        return (
            f"Perhaps the effect differs by {effect.column} ({chance}): {ends}. But {columns} columns "
            "could be looked at, and among so many one seems to differ this much by chance too often."
        )
    average = interval_text(effect.average.value, effect.average.ci)
    return (
        f"No detectable difference by {effect.column} ({chance}): the average effect, "
        f"{f'{average} {unit}'.rstrip()}, may hold throughout."
    )


def _said(spot: Spot, unit: str) -> str:
    return (
        interval_text(spot.value, spot.ci)
        if not unit
        else f"{number_text(spot.value)} {unit} ({_ends(spot)})"
    )


def _ends(spot: Spot) -> str:
    return "no interval" if spot.ci is None else f"{number_text(spot.ci[0])} to {number_text(spot.ci[1])}"


def _chance(p_value: float) -> str:
    return "p < 0.001" if p_value < 0.001 else f"p = {p_value:.2g}"


def _levels(effect: ColumnEffect) -> list[Spot]:
    return [
        Spot(level.name, level.effect.value, level.effect.ci)
        for level in effect.levels
        if level.effect is not None and level.kind == "value"
    ]


def _along(curve: Curve) -> list[Spot]:
    """The points between the tenths of the rows at either end, with the band that holds for all at once."""
    least, most = _middle(curve)
    spots = []
    for point, value, low, high in zip(curve.grid, curve.value, curve.low_all, curve.high_all, strict=True):
        if least <= point <= most:
            name = date_text(curve.day_zero, point) if curve.day_zero else value_text(point)
            spots.append(Spot(name, value, (low, high)))
    return spots


def _middle(curve: Curve) -> tuple[float, float]:
    total, done = sum(share for _, _, share in curve.bars), 0.0
    ends = [curve.grid[0], curve.grid[-1]]
    for left, right, share in curve.bars:
        for side, cut in enumerate(((1 - MIDDLE) / 2 * total, (1 + MIDDLE) / 2 * total)):
            if share and done < cut <= done + share:
                ends[side] = left + (right - left) * (cut - done) / share
        done += share
    return ends[0], ends[1]
