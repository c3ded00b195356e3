"""A shaded band between two lines of a chart."""

from __future__ import annotations

from collections.abc import Iterable

import plotly.graph_objects as go


def shade(
    figure: go.Figure,
    x: Iterable[float],
    low: Iterable[float],
    high: Iterable[float],
    colour: str,
    name: str = "95 % pointwise",
    *,
    legend: bool = False,
) -> None:
    """Shade between two lines; nothing is told where one points at it.

    Args:
        figure: The chart.
        x: Where the lines are told, from left to right.
        low: The lower line.
        high: The upper one.
        colour: Of the band, as `faint` gives it.
        name: What it is.
        legend: Whether the legend says so.
    """
    along = list(x)
    figure.add_scatter(
        x=along + along[::-1],
        y=[*high, *reversed(list(low))],
        fill="toself",
        mode="none",
        fillcolor=colour,
        hoverinfo="skip",
        name=name,
        showlegend=legend,
    )


def faint(colour: str, share: float = 0.18) -> str:
    """A colour `#rrggbb` as seen through: its share of what is drawn."""
    red, green, blue = (int(colour[place : place + 2], 16) for place in (1, 3, 5))
    return f"rgba({red},{green},{blue},{share:g})"
