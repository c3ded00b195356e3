"""What a hidden confounder would leave of an estimate, as contours over its strength."""

from __future__ import annotations

import numpy as np
import plotly.graph_objects as go

from causal_core.charts.colours import BLUE, GREY, ORANGE, PURPLE, VERMILLION
from causal_core.charts.spots import spots
from causal_core.charts.style import dress
from causal_core.data.design import Floats
from causal_core.refutation.benchmarks import Benchmark, Robustness
from causal_core.text import for_plotly

GRID = 60
"""Points a side of the contours."""

MOST = 3
"""Covariates drawn as yardsticks, the strongest first."""

SYMBOLS = ("diamond", "square", "triangle-up")
WIDEST = 0.95
LINES = 8
"""About how many contour lines there are."""

ROOM = (650.0, 290.0)
"""Pixels of the contours' drawing area on a page; only whether labels fit hangs on it."""


def contours(found: Robustness, unit: str = "", kind: str = "estimate") -> go.Figure:
    """What a confounder would leave of the linear regression's estimate, or of its t value.

    Contour lines over the confounder's partial R-squared with the treatment and with the outcome
    (Cinelli & Hazlett 2020, figure 2); the line where nothing is left, or where the 95 % interval touches
    zero, in vermillion. The strongest known covariates stand as points, 1, 2 and 3 times as strong.

    Args:
        found: The robustness value with its benchmarks; without an answer the figure is empty.
        unit: The outcome's unit.
        kind: `estimate` or `t`.
    """
    figure = go.Figure()
    coefficient = found.coefficient
    if coefficient is not None:
        drawn = [each for each in found.benchmarks if each.points][:MOST]
        right, top = _reach(found, drawn)
        x, y = np.linspace(0, right, GRID), np.linspace(0, top, GRID)
        across, up = np.meshgrid(x, y)
        adjusted = coefficient.adjusted if kind == "estimate" else coefficient.adjusted_t
        values = np.asarray(adjusted(across, up), dtype=np.float64)
        edge = 0.0 if kind == "estimate" else float(np.sign(coefficient.estimate)) * coefficient.critical
        _lines(figure, x, y, values, edge, unit if kind == "estimate" else "")
        figure.add_scatter(
            x=[0.0],
            y=[0.0],
            mode="markers",
            marker={"symbol": "circle", "size": 11, "color": BLUE},
            name=f"as estimated: {values[0, 0]:.3g}".replace("-", "−"),
            hoverinfo="skip",
        )
        _yardsticks(figure, drawn, (right, top), kind)
        _name_edge(figure, (x, y, values), edge)
        figure.update_xaxes(range=[-0.02 * right, right])
        figure.update_yaxes(range=[-0.035 * top, top])
    what = "estimate" if kind == "estimate" else "t value"
    dress(figure, f"What would a hidden confounder leave of the {what}?")
    figure.update_xaxes(
        title="Share it explains of the treatment<br>that the covariates leave",
        tickformat=".0%",
        zeroline=False,
    )
    figure.update_yaxes(
        title="Share it explains of the outcome<br>that all else leaves", tickformat=".0%", zeroline=False
    )
    figure.update_layout(height=430, margin={"b": 120})
    return figure


def _reach(found: Robustness, drawn: list[Benchmark]) -> tuple[float, float]:
    value = found.value or 0.05
    rights = [1.3 * value, *(1.15 * point[1] for each in drawn for point in each.points)]
    tops = [1.3 * value, *(1.15 * point[2] for each in drawn for point in each.points)]
    # Multiples far beyond the rest would squeeze the line that matters into a corner; each covariate itself
    # is always shown.
    right = max(4 * value, 0.05, *(1.15 * each.points[0][1] for each in drawn))
    top = max(4 * value, 0.05, *(1.15 * each.points[0][2] for each in drawn))
    return min(max(rights), right, WIDEST), min(max(tops), top, WIDEST)


def _lines(figure: go.Figure, x: Floats, y: Floats, values: Floats, edge: float, unit: str) -> None:
    shown = f" {for_plotly(unit)}" if unit else ""
    for start, end, step in _levels(values, edge):
        figure.add_contour(
            x=x,
            y=y,
            z=values,
            contours={
                "coloring": "none",
                "showlabels": True,
                "labelfont": {"size": 11},
                "start": start,
                "end": end,
                "size": step,
            },
            autocontour=False,
            line={"color": GREY, "width": 1},
            showscale=False,
            hovertemplate=f"treatment %{{x:.1%}}, outcome %{{y:.1%}}: %{{z:.3g}} left{shown}<extra></extra>",
            showlegend=False,
        )
    figure.add_contour(
        x=x,
        y=y,
        z=values,
        contours={"coloring": "none", "start": edge, "end": edge, "size": 1},
        autocontour=False,
        showscale=False,
        line={"color": VERMILLION, "width": 3, "dash": "dash"},
        name=_edge_text(edge),
        showlegend=True,
        hoverinfo="skip",
    )


def _levels(values: Floats, edge: float) -> list[tuple[float, float, float]]:
    """(first, last, step) of round levels on either side of the edge, none so near as to run into it."""
    low, high = float(values.min()), float(values.max())
    step = _round_step((high - low) / LINES)
    if not step:
        return []
    levels = step * np.arange(np.ceil(low / step), np.floor(high / step) + 1)
    sides = (levels[levels <= edge - 0.4 * step], levels[levels >= edge + 0.4 * step])
    return [(float(side[0]), float(side[-1]), step) for side in sides if len(side)]


def _round_step(size: float) -> float:
    if not np.isfinite(size) or size <= 0:
        return 0.0
    power = 10.0 ** np.floor(np.log10(size))
    return float(next(times * power for times in (1, 2, 5, 10) if times * power >= size * 0.999))


def _name_edge(figure: go.Figure, drawn: tuple[Floats, Floats, Floats], edge: float) -> None:
    """Say at its upper end what the line is beyond which the conclusion is undone."""
    x, y, values = drawn
    for row in range(round(0.85 * len(y)), 0, -1):
        beyond = values[row] - edge
        crossed = np.flatnonzero(np.sign(beyond[:-1]) != np.sign(beyond[1:]))
        if len(crossed):
            place = float(x[crossed[0] + 1])
            # The line falls from left to right, so there is room above it on its right, below on its left.
            above = place < 0.7 * float(x[-1])
            figure.add_annotation(
                x=place,
                y=float(y[row]),
                text=_edge_text(edge),
                showarrow=False,
                xanchor="left" if above else "right",
                yanchor="bottom" if above else "top",
                xshift=4 if above else -8,
                font={"color": VERMILLION},
            )
            return


def _edge_text(edge: float) -> str:
    return "nothing left" if edge == 0 else "95 % interval touches zero"


def _yardsticks(figure: go.Figure, drawn: list[Benchmark], reach: tuple[float, float], kind: str) -> None:
    """The covariates as points, each once, twice and three times as strong, labelled where there is room."""
    flat = [(each, point) for each in drawn for point in each.points]
    pixels = [(ROOM[0] * point[1] / reach[0], ROOM[1] * point[2] / reach[1]) for _, point in flat]
    shown = iter(spots([*pixels], [f"{point[0]}×" for _, point in flat], ROOM))
    place = 3 if kind == "estimate" else 4
    for each, symbol, colour in zip(drawn, SYMBOLS, (PURPLE, ORANGE, GREY), strict=False):
        name = for_plotly(each.covariate)
        where = [next(shown) for _ in each.points]
        times = [f"{point[0]}×" for point in each.points]
        inside = [
            text
            for text, point in zip(times, each.points, strict=True)
            if point[1] <= reach[0] and point[2] <= reach[1]
        ]
        figure.add_scatter(
            x=[point[1] for point in each.points],
            y=[point[2] for point in each.points],
            mode="markers+text",
            marker={"symbol": symbol, "size": 10, "color": colour, "line": {"width": 1, "color": "#000000"}},
            text=[text if spot else "" for text, spot in zip(times, where, strict=True)],
            textposition=[spot or "middle right" for spot in where],
            customdata=[
                [f"{text} {name}", point[place]] for text, point in zip(times, each.points, strict=True)
            ],
            hovertemplate="%{customdata[0]}: %{customdata[1]:.3g} left<extra></extra>",
            name=f"{', '.join(inside)} as strong as {name}",
            cliponaxis=True,
        )
