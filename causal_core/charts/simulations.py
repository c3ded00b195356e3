"""What a refuter saw: the scatter of its simulations, or the curve of a hidden confounder."""

from __future__ import annotations

import numpy as np
import plotly.graph_objects as go

from causal_core.charts.colours import BLUE, GREY, VERMILLION
from causal_core.charts.style import dress
from causal_core.refutation.refuters import REFUTERS
from causal_core.refutation.result import Refutation
from causal_core.text import for_plotly


def simulations(refutation: Refutation, unit: str = "") -> go.Figure:
    """The simulated estimates with the original marked.

    A histogram; for a hidden confounder the estimate against the confounder's strength.

    Args:
        refutation: What to draw; one without simulations gives an empty figure with its title.
        unit: The outcome's unit, for the axis.
    """
    label = REFUTERS[refutation.refuter].label if refutation.refuter in REFUTERS else refutation.refuter
    arm, control = refutation.contrast[1], refutation.contrast[0]
    axis = f"Effect ({for_plotly(unit)})" if unit else "Effect"
    figure = go.Figure()
    if refutation.strengths:
        _curve(figure, refutation, axis)
    elif refutation.simulations:
        _histogram(figure, refutation, axis)
    dress(figure, f"{label}: {arm} against {control}")
    figure.update_layout(height=340, showlegend=False)
    return figure


def _histogram(figure: go.Figure, refutation: Refutation, axis: str) -> None:
    values = np.array(refutation.simulations)
    heights, edges = np.histogram(values, bins=min(30, max(5, round(np.sqrt(len(values)) * 1.5))))
    figure.add_bar(
        x=(edges[:-1] + edges[1:]) / 2,
        y=heights,
        width=np.diff(edges),
        marker={"color": GREY, "opacity": 0.65, "line": {"width": 0}},
        hovertemplate="%{y} simulations around %{x:.4g}<extra></extra>",
    )
    null = refutation.refuter in ("placebo_treatment", "dummy_outcome")
    if refutation.original is not None:
        _mark(figure, refutation.original, "original estimate", BLUE, "solid", 1.0)
    if null:
        _mark(figure, 0.0, "expected", VERMILLION, "dash", 1.1)
    if refutation.refuted is not None and not null:
        _mark(figure, refutation.refuted, "mean of simulations", VERMILLION, "dash", 1.1)
    figure.update_xaxes(title=axis, zeroline=False)
    figure.update_yaxes(title="Simulations", range=[0, float(heights.max()) * 1.3])


def _mark(figure: go.Figure, place: float, text: str, colour: str, dash: str, height: float) -> None:
    figure.add_vline(x=place, line={"color": colour, "width": 2.5, "dash": dash})
    figure.add_annotation(
        x=place,
        y=height - 0.1,
        yref="paper",
        text=text,
        showarrow=False,
        xanchor="left",
        xshift=6,
    )


def _curve(figure: go.Figure, refutation: Refutation, axis: str) -> None:
    figure.add_scatter(
        x=refutation.strengths,
        y=refutation.simulations,
        mode="lines+markers",
        line={"color": BLUE, "width": 2.5},
        marker={"size": 7},
        hovertemplate="strength %{x:.0%}: effect %{y:.4g}<extra></extra>",
    )
    figure.add_hline(y=0, line={"color": GREY, "width": 1, "dash": "dot"})
    if refutation.tipping is not None:
        figure.add_scatter(
            x=[refutation.tipping],
            y=[0],
            mode="markers+text",
            marker={"symbol": "x", "size": 12, "color": VERMILLION},
            text=[f"no effect left at {refutation.tipping:.1%}"],
            textposition="top right",
            hoverinfo="skip",
        )
    figure.update_xaxes(
        title="Share of the unexplained treatment, and of the unexplained outcome, that it explains",
        tickformat=".0%",
        zeroline=False,
    )
    figure.update_yaxes(title=axis, zeroline=False)
