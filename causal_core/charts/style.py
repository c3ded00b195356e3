"""What all figures share: no ground of their own, so that they sit in light and dark pages alike."""

from __future__ import annotations

from textwrap import wrap

import plotly.graph_objects as go

from causal_core.text import for_plotly

GRID = "rgba(138, 143, 152, 0.25)"
"""A grey that shows on white and on black."""


MOST_LINES = 3
"""Lines of an axis title; a longer one is cut with an ellipsis."""

LINE = 18
"""Pixels a line of an axis title."""


def axis_title(what: str, unit: str = "", width: int = 60) -> str:
    """What an axis measures and its unit in parentheses, on lines that fit beside the axis.

    Args:
        what: The quantity, in our own words.
        unit: Its unit, from the data; may be empty or long.
        width: Characters a line: about 60 along an axis of 450 pixels, 20 along one of 150.
    """
    text = " ".join((f"{what} ({unit})" if unit else what).split())
    lines = wrap(text, width, max_lines=MOST_LINES, placeholder="…")
    return "<br>".join(for_plotly(line) for line in lines)


def extra_height(title: str) -> int:
    """Pixels that an axis title along the bottom takes beyond its first line."""
    return LINE * title.count("<br>")


def dress(figure: go.Figure, title: str) -> None:
    """Give a figure its title, transparent ground, grey grid and legend; fonts are left to the template."""
    figure.update_layout(
        title={"text": for_plotly(title), "x": 0, "xanchor": "left"} if title else None,
        paper_bgcolor="rgba(0,0,0,0)",
        plot_bgcolor="rgba(0,0,0,0)",
        margin={"l": 20, "r": 20, "t": 60 if title else 20, "b": 80},
        legend={
            "orientation": "h",
            "yref": "container",
            "y": 0,
            "yanchor": "bottom",
            "x": 0,
            "xanchor": "left",
        },
        hoverlabel={"align": "left"},
    )
    # Ticks as in the text beside them: 10,000 and not 10k; from a million on 1M.
    axis = {"gridcolor": GRID, "automargin": True, "separatethousands": True, "minexponent": 5}
    figure.update_xaxes(axis)
    figure.update_yaxes(axis)
