"""What a refuter saw: the scatter of its simulations, or the curve of a hidden confounder."""

from __future__ import annotations

import numpy as np
import plotly.graph_objects as go

from causal_core.charts.colours import BLUE, GREY, VERMILLION
from causal_core.charts.style import axis_title, dress
from causal_core.refutation.refuters import REFUTERS
from causal_core.refutation.result import Refutation

LABEL_SHARE = 0.35
"""How far two lines stand apart, as a share of the axis, for their labels to fit between them."""

ALONG, UPRIGHT = 40, 22
"""Characters that fit along an axis of half a page's width, and beside one of its height."""


def simulations(refutation: Refutation, unit: str = "") -> go.Figure:
    """The simulated estimates with the original marked.

    A histogram; for a hidden confounder the estimate against the confounder's strength.

    Args:
        refutation: What to draw; one without simulations gives an empty figure with its title.
        unit: The outcome's unit, for the axis.
    """
    label = REFUTERS[refutation.refuter].label if refutation.refuter in REFUTERS else refutation.refuter
    arm, control = refutation.contrast[1], refutation.contrast[0]
    figure = go.Figure()
    if refutation.strengths:
        _curve(figure, refutation, axis_title("Effect", unit, UPRIGHT))
    elif refutation.simulations:
        _histogram(figure, refutation, axis_title("Effect", unit, ALONG))
    dress(figure, f"{label}: {arm} against {control}")
    figure.update_layout(height=300, showlegend=False, margin={"b": 10})
    return figure


def _histogram(figure: go.Figure, refutation: Refutation, axis: str) -> None:
    values = np.array(refutation.simulations)
    middle, half = (values.min() + values.max()) / 2, (values.max() - values.min()) / 2
    # Simulations that all but agree are drawn as one narrow bar, not as a scatter of rounding.
    half = max(half, 0.01 * abs(refutation.original or middle), np.finfo(float).tiny)
    bins = min(30, max(5, round(np.sqrt(len(values)) * 1.5)))
    heights, edges = np.histogram(values, bins=bins, range=(middle - half, middle + half))
    figure.add_bar(
        x=(edges[:-1] + edges[1:]) / 2,
        y=heights,
        width=np.diff(edges),
        marker={"color": GREY, "opacity": 0.65, "line": {"width": 0}},
        hovertemplate="%{y} around %{x:.4g}<extra></extra>",
    )
    null = refutation.refuter in ("placebo_treatment", "dummy_outcome")
    other, text = (0.0, "expected") if null else (refutation.refuted, "mean of simulations")
    original, said, counted = refutation.original, "original estimate", "Simulations"
    if refutation.statistic is not None:
        # Assignments are compared by a statistic that has no unit.
        original, said, counted = refutation.statistic, "as it was", "Re-drawn assignments"
        axis = "Difference of the arms over its standard error"
    places = [place for place in (original, other) if place is not None]
    width = max([*places, edges[-1]]) - min([*places, edges[0]])
    apart = len(places) == 2 and abs(places[0] - places[1]) > LABEL_SHARE * width
    if original is not None:
        # Labels of lines that stand close point away from each other, of others towards each other.
        right = other is None or (original > other) != apart
        _mark(figure, original, said, BLUE, "solid", (1.0, right))
    if other is not None:
        right = original is None or (other >= original) != apart
        _mark(figure, other, text, VERMILLION, "dash", (1.13, right))
    figure.update_xaxes(title=axis, zeroline=False)
    figure.update_yaxes(title=counted, range=[0, float(heights.max()) * 1.3])


def _mark(
    figure: go.Figure, place: float, text: str, colour: str, dash: str, label: tuple[float, bool]
) -> None:
    height, right = label
    figure.add_vline(x=place, line={"color": colour, "width": 2.5, "dash": dash})
    figure.add_annotation(
        x=place,
        y=height - 0.1,
        yref="paper",
        text=text,
        showarrow=False,
        xanchor="left" if right else "right",
        xshift=6 if right else -6,
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
    rises = refutation.simulations[-1] > refutation.simulations[0]
    if refutation.tipping is not None:
        figure.add_scatter(
            x=[refutation.tipping],
            y=[0],
            mode="markers+text",
            marker={"symbol": "x", "size": 12, "color": VERMILLION},
            text=[f"no effect left at {100 * refutation.tipping:.1f} %"],
            # Where the curve rises the label stands below it.
            textposition="bottom right" if rises else "top right",
            hoverinfo="skip",
        )
    figure.update_xaxes(
        title="Share it explains of what is left<br>of treatment and of outcome alike",
        tickformat=".0%",
        zeroline=False,
    )
    figure.update_yaxes(title=axis, zeroline=False)
