"""What the curves of an uplift ranking have in common: a look for each learner, lines, bands, references."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import plotly.graph_objects as go

from causal_core.charts.colours import BLUE, GREEN, GREY, ORANGE, PURPLE, SKY, VERMILLION
from causal_core.charts.shade import faint, shade
from causal_core.charts.style import axis_title, dress
from causal_core.text import for_plotly
from causal_core.uplift.result import Points

HEIGHT = 420
"""Of each figure, in pixels."""

SHORT = {
    "auto": "Automatic",
    "s": "S",
    "t": "T",
    "x": "X",
    "r": "R",
    "dr": "DR",
    "ct": "CT",
    "causal_forest": "Forest",
}
"""Learner -> how it is named beside its line."""

LOOKS = {
    "auto": (BLUE, "10px,2px"),
    "s": (SKY, "longdash"),
    "t": (VERMILLION, "dash"),
    "x": (GREEN, "dot"),
    "r": (PURPLE, "dashdot"),
    "dr": (ORANGE, "longdashdot"),
    "ct": (VERMILLION, "2px,7px"),
    "causal_forest": (GREEN, "12px,3px,2px,3px,2px,3px"),
}
"""Learner -> colour and dash of its line, each dash once, so that lines differ without colour and a learner
looks the same whoever stands beside it; only the one in detail is a wide solid line."""

RANKS = {learner: place for place, learner in enumerate(LOOKS)}
"""Learner -> its place in the legend, whichever line lies on top."""

OTHER = (GREY, "4px,4px,1px,4px")
"""The look of a learner not listed."""

SPOTS = np.linspace(0.08, 0.92, 15)
"""Shares at which a line may be named."""

APART = 4
"""Spots that two names on the same side of their lines keep between them."""

NAMED = 5
"""Lines that are named beside themselves; of more the legend tells."""


def short_name(learner: str) -> str:
    """How a learner is named in a chart, safe for Plotly."""
    return for_plotly(SHORT.get(learner, learner))


def look_of(learner: str) -> tuple[str, str]:
    """Colour and dash of a learner's line."""
    return LOOKS.get(learner, OTHER)


def draw_band(figure: go.Figure, band: Sequence[tuple[float, float, float]], learner: str) -> None:
    """A shaded band between the (share, low, high) of one learner."""
    shares, low, high = zip(*band, strict=True)
    shade(figure, shares, low, high, faint(look_of(learner)[0]))


def draw_line(
    figure: go.Figure,
    points: Points,
    learner: str,
    told: str,
    *,
    name: str = "",
    wide: bool = False,
    across: str = "first %{x:.0%}",
) -> None:
    """One learner's curve.

    Args:
        figure: Drawn into.
        points: (x, y) of the curve.
        learner: Whose it is.
        told: What y is, with its unit, after the number in the hover text.
        name: In the legend; empty for the learner's name.
        wide: Whether it is the one looked at in detail.
        across: What x is in the hover text, as a Plotly template.
    """
    colour, dash = look_of(learner)
    name = name or short_name(learner)
    figure.add_scatter(
        x=[share for share, _ in points],
        y=[gain for _, gain in points],
        mode="lines",
        line={"color": colour, "dash": "solid" if wide else dash, "width": 3.5 if wide else 2},
        name=name,
        legendrank=RANKS.get(learner, len(RANKS)),
        hovertemplate=f"<b>{name}</b><br>{across}: %{{y:,.3r}}<br>{told}<extra></extra>",
    )


def draw_reference(figure: go.Figure, points: Points, name: str, dash: str = "solid") -> None:
    """A grey line to compare with: random targeting, or a perfect ranking."""
    figure.add_scatter(
        x=[share for share, _ in points],
        y=[gain for _, gain in points],
        mode="lines",
        line={"color": GREY, "width": 1.5, "dash": dash},
        name=name,
        hoverinfo="skip",
    )


def name_lines(
    figure: go.Figure,
    learners: Sequence[str],
    names: Sequence[str],
    curves: Sequence[Points],
    end: float = 1.0,
) -> None:
    """Name each of a few lines where it stands apart from the others, between 0 and `end`."""
    if not curves or len(curves) > NAMED:
        return
    spots = SPOTS * end
    heights = np.array([np.interp(spots, *np.array(points).T) for points in curves])
    free = np.ones((2, len(SPOTS)), dtype=bool)
    for place, (learner, name) in enumerate(zip(learners, names, strict=True)):
        others = np.delete(heights, place, axis=0)
        if len(others):
            gaps = np.array([heights[place] - others.max(axis=0), others.min(axis=0) - heights[place]])
        else:
            gaps = np.array([heights[0], heights[0] - np.inf])
        side, spot = np.unravel_index(np.where(free, gaps, -np.inf).argmax(), gaps.shape)
        # Another label on the same side keeps its distance.
        free[side, max(0, spot - APART) : spot + APART + 1] = False
        figure.add_annotation(
            x=spots[spot],
            y=heights[place, spot],
            text=f"<b>{name}</b>",
            showarrow=True,
            arrowhead=0,
            arrowwidth=1,
            arrowcolor=GREY,
            ax=0,
            ay=26 if side else -26,
            font={"color": look_of(learner)[0]},
        )


def finish(figure: go.Figure, title: str, across: str, up: str, unit: str = "") -> go.Figure:
    """Titles of the figure and its axes, a line at zero, and the legend below."""
    figure.update_xaxes(title=across, tickformat=".0%", range=[0, 1.0], zeroline=False)
    figure.update_yaxes(title=axis_title(up, unit, 40), zeroline=True, zerolinecolor=GREY)
    dress(figure, title)
    # Wherever the pointer is, the nearest line tells its number.
    figure.update_layout(height=HEIGHT, margin={"b": 95}, hoverdistance=-1)
    return figure
