"""The intervals of a repeated study, sorted, those that miss the truth marked."""

from __future__ import annotations

import numpy as np
import plotly.graph_objects as go

from causal_core.charts.colours import BLUE, GREY, VERMILLION
from causal_core.charts.style import axis_title, dress, extra_height
from causal_core.data.design import Floats
from causal_core.study.headline import number_text
from causal_core.validation.repeat import Repetitions

MOST = 200
"""The most intervals drawn: the first repetitions, which are as random as any."""

HEIGHT = 520
"""Pixels of a picture of a hundred intervals and more."""


def repeated_intervals(found: Repetitions, unit: str = "", title: str = "") -> go.Figure:
    """An interval for each repetition, sorted by the estimate, with the truth and zero as lines.

    An interval that holds the truth is a blue line with a dot, one that misses it a vermillion line with a
    cross. An open end reaches to the edge.

    Args:
        found: One method's repetitions for one arm.
        unit: The outcome's unit, for the axis.
        title: The question the picture answers.
    """
    values, low, high = (np.array(part[:MOST]) for part in (found.values, found.low, found.high))
    order = np.argsort(values, kind="stable")
    values, low, high = values[order], low[order], high[order]
    ends = [*values, *low[np.isfinite(low)], *high[np.isfinite(high)], found.truth, 0.0]
    reach = (max(ends) - min(ends)) or 1.0
    edges = (min(ends) - 0.04 * reach, max(ends) + 0.04 * reach)
    with np.errstate(invalid="ignore"):
        holds = (low <= found.truth) & (found.truth <= high)
    bare = np.isnan(low)
    figure = go.Figure()
    for mine, look in (
        (holds, (BLUE, "circle", "interval holds the truth")),
        (~holds & ~bare, (VERMILLION, "x", "interval misses the truth")),
        (bare, (GREY, "circle-open", "no interval")),
    ):
        _intervals(figure, np.flatnonzero(mine), (values, low, high), edges, look)
    figure.add_vline(x=0, line={"color": GREY, "width": 1, "dash": "dot"})
    figure.add_vline(x=found.truth, line={"color": GREY, "width": 2.5, "dash": "dash"})
    figure.add_annotation(
        x=found.truth,
        y=1.0,
        yref="paper",
        yanchor="bottom",
        text=f"true effect {number_text(found.truth)}",
        showarrow=False,
    )
    axis = axis_title("Estimated effect", unit, 80)
    figure.update_xaxes(title=axis, range=edges, zeroline=False)
    figure.update_yaxes(
        title="Repetitions, by estimate", showticklabels=False, showgrid=False, zeroline=False
    )
    dress(figure, title)
    more = extra_height(axis)
    height = HEIGHT * min(1.0, 0.4 + len(values) / 160)
    figure.update_layout(height=round(height) + more, margin={"t": 70 if title else 36, "b": 80 + more})
    figure.update_layout(legend={"itemsizing": "constant"})
    return figure


def _intervals(
    figure: go.Figure,
    places: np.ndarray,
    numbers: tuple[Floats, Floats, Floats],
    edges: tuple[float, float],
    look: tuple[str, str, str],
) -> None:
    if not len(places):
        return
    values, low, high = numbers
    colour, symbol, name = look
    xs: list[float | None] = []
    ys: list[int | None] = []
    for place in places:
        if np.isnan(low[place]):
            continue
        # None breaks the line between one interval and the next.
        xs += [max(float(low[place]), edges[0]), min(float(high[place]), edges[1]), None]
        ys += [int(place), int(place), None]
    figure.add_scatter(
        x=xs,
        y=ys,
        mode="lines",
        line={"color": colour, "width": 1.6},
        # Where many lie close together, the estimates show through.
        opacity=0.5,
        hoverinfo="skip",
        showlegend=False,
        legendgroup=name,
    )
    figure.add_scatter(
        x=values[places],
        y=places,
        mode="markers",
        marker={"symbol": symbol, "size": 5 if symbol == "circle" else 8, "color": colour},
        name=f"{name} ({len(places)})",
        legendgroup=name,
        hovertext=[f"estimate {values[p]:.4g}<br>{low[p]:.4g} to {high[p]:.4g}" for p in places],
        hoverinfo="text",
    )
