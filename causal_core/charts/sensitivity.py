"""How far an estimate depends on a hidden confounder: contours, the tipping curve, and Rosenbaum's bounds."""

from __future__ import annotations

import numpy as np
import plotly.graph_objects as go

from causal_core.charts.colours import BLUE, GREY, ORANGE, PURPLE, VERMILLION
from causal_core.charts.style import dress
from causal_core.data.design import Floats
from causal_core.refutation.benchmarks import Benchmark, Robustness
from causal_core.refutation.rosenbaum import LEVEL, Rosenbaum
from causal_core.text import for_plotly

GRID = 60
"""Points a side of the contours."""

MOST = 3
"""Covariates drawn as yardsticks, the strongest first."""

SYMBOLS = ("diamond", "square", "triangle-up")
WIDEST = 0.95


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
            name=f"as estimated: {values[0, 0]:.3g}",
            hoverinfo="skip",
        )
        for benchmark, symbol, colour in zip(drawn, SYMBOLS, (PURPLE, ORANGE, GREY), strict=False):
            _points(figure, benchmark, symbol, colour, kind)
        figure.update_xaxes(range=[-0.02 * right, right])
        figure.update_yaxes(range=[-0.02 * top, top])
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
    figure.update_layout(height=440, margin={"b": 130})
    return figure


def _reach(found: Robustness, drawn: list[Benchmark]) -> tuple[float, float]:
    value = found.value or 0.05
    rights = [1.3 * value, *(1.15 * point[1] for each in drawn for point in each.points)]
    tops = [1.3 * value, *(1.15 * point[2] for each in drawn for point in each.points)]
    # A covariate far beyond the rest would squeeze the line that matters into a corner.
    return min(max(rights), max(4 * value, 0.05), WIDEST), min(max(tops), max(4 * value, 0.05), WIDEST)


def _lines(figure: go.Figure, x: Floats, y: Floats, values: Floats, edge: float, unit: str) -> None:
    shown = f" {for_plotly(unit)}" if unit else ""
    figure.add_contour(
        x=x,
        y=y,
        z=values,
        contours={"coloring": "none", "showlabels": True, "labelfont": {"size": 11}},
        line={"color": GREY, "width": 1},
        ncontours=9,
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
        name="nothing left" if edge == 0 else "95 % interval touches zero",
        showlegend=True,
        hoverinfo="skip",
    )


def _points(figure: go.Figure, each: Benchmark, symbol: str, colour: str, kind: str) -> None:
    name = for_plotly(each.covariate)
    place = 3 if kind == "estimate" else 4
    figure.add_scatter(
        x=[point[1] for point in each.points],
        y=[point[2] for point in each.points],
        mode="markers+text",
        marker={"symbol": symbol, "size": 10, "color": colour, "line": {"width": 1, "color": "#000000"}},
        text=[f"{point[0]}× {name}" for point in each.points],
        textposition="top right",
        customdata=[point[place] for point in each.points],
        hovertemplate="%{text}: %{customdata:.3g} left<extra></extra>",
        name=f"as strong as {name}",
        cliponaxis=True,
    )


def tipping(found: Robustness, unit: str = "") -> go.Figure:
    """What a confounder leaves of the linear regression's estimate, as strong with treatment as with outcome.

    The band is the 95 % interval of what is left, drawn where rows are independent; the two strengths that
    undo the estimate and let its interval touch zero are marked.

    Args:
        found: The robustness value; without an answer the figure is empty.
        unit: The outcome's unit.
    """
    figure = go.Figure()
    coefficient = found.coefficient
    if coefficient is not None:
        value = found.value or 0.0
        strengths = np.linspace(0, min(max(1.5 * value, 0.02), WIDEST), 120)
        left = np.asarray(coefficient.adjusted(strengths, strengths))
        if found.interval is not None:
            half = coefficient.critical * np.asarray(coefficient.adjusted_error(strengths, strengths))
            figure.add_scatter(
                x=np.concatenate([strengths, strengths[::-1]]),
                y=np.concatenate([left + half, (left - half)[::-1]]),
                fill="toself",
                fillcolor="rgba(0, 114, 178, 0.18)",
                line={"width": 0},
                name="95 % interval",
                hoverinfo="skip",
            )
        figure.add_scatter(
            x=strengths,
            y=left,
            mode="lines",
            line={"color": BLUE, "width": 2.5},
            name="what is left of the estimate",
            hovertemplate="%{x:.1%} of each: %{y:.4g} left<extra></extra>",
        )
        figure.add_hline(y=0, line={"color": GREY, "width": 1, "dash": "dot"})
        _mark(figure, value, f"estimate zero at {value:.1%}", VERMILLION, "dash", 1.0)
        if found.interval:
            _mark(
                figure, found.interval, f"interval touches zero at {found.interval:.1%}", ORANGE, "dot", 0.08
            )
        figure.update_xaxes(range=[0, float(strengths[-1])])
    dress(figure, "How strong must it be?")
    figure.update_xaxes(
        title="Share it explains of the treatment,<br>and as much of the outcome",
        tickformat=".0%",
        zeroline=False,
    )
    figure.update_yaxes(title=f"Effect ({for_plotly(unit)})" if unit else "Effect", zeroline=False)
    figure.update_layout(height=360, margin={"b": 110})
    return figure


def _mark(figure: go.Figure, x: float, text: str, colour: str, dash: str, height: float) -> None:
    figure.add_vline(x=x, line={"color": colour, "width": 2.5, "dash": dash})
    figure.add_annotation(
        x=x, y=height, yref="paper", text=text, showarrow=False, xanchor="right", xshift=-6, yanchor="top"
    )


def rosenbaum_curve(found: Rosenbaum) -> go.Figure:
    """The largest the pairs' p-value can be, against how much hidden bias there is.

    Args:
        found: Rosenbaum's bounds; without an answer the figure is empty.
    """
    figure = go.Figure()
    if found.gammas:
        figure.add_scatter(
            x=found.gammas,
            y=found.bounds,
            mode="lines",
            line={"color": BLUE, "width": 2.5},
            hovertemplate="Gamma %{x:.2f}: p at most %{y:.3f}<extra></extra>",
            showlegend=False,
        )
        figure.add_hline(
            y=LEVEL, line={"color": VERMILLION, "width": 2, "dash": "dash"}, annotation_text="5 %"
        )
        if found.gamma is not None and found.gamma > 1:
            figure.add_scatter(
                x=[found.gamma],
                y=[LEVEL],
                mode="markers+text",
                marker={"symbol": "x", "size": 12, "color": VERMILLION},
                text=[f"Gamma {found.gamma:.2f}"],
                textposition="top left",
                hoverinfo="skip",
                showlegend=False,
            )
    dress(figure, "How much hidden bias do the pairs withstand?")
    figure.update_xaxes(title="Gamma: odds of treatment of one of two alike people, at most", zeroline=False)
    figure.update_yaxes(title="Largest p-value (one-sided)", rangemode="tozero", zeroline=False)
    figure.update_layout(height=320)
    return figure
