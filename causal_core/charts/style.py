"""What all figures share: no ground of their own, so that they sit in light and dark pages alike."""

from __future__ import annotations

import plotly.graph_objects as go

from causal_core.text import for_plotly

GRID = "rgba(138, 143, 152, 0.25)"
"""A grey that shows on white and on black."""


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
    figure.update_xaxes(gridcolor=GRID, automargin=True)
    figure.update_yaxes(gridcolor=GRID, automargin=True)
