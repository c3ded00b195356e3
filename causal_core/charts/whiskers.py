"""Intervals around points, drawn as whiskers that need not be symmetric."""

from __future__ import annotations

from collections.abc import Iterable


def whiskers(
    values: Iterable[float],
    ends: Iterable[tuple[float, float]],
    colour: str | None = None,
    thickness: float = 2,
    cap: float = 6,
) -> dict[str, object]:
    """Plotly's `error_x` or `error_y` for intervals.

    Args:
        values: The points.
        ends: The lower and upper end of each one's interval, on the axis of the points.
        colour: Of the whiskers; None for that of the points.
        thickness: In pixels.
        cap: Pixels of the line across each end, to either side.
    """
    pairs = [(value, low, high) for value, (low, high) in zip(values, ends, strict=True)]
    drawn: dict[str, object] = {
        "type": "data",
        "symmetric": False,
        "array": [high - value for value, _, high in pairs],
        "arrayminus": [value - low for value, low, _ in pairs],
        "thickness": thickness,
        "width": cap,
    }
    return drawn if colour is None else {**drawn, "color": colour}
