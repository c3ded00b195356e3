"""How far an estimate depends on a hidden confounder: the tipping curve, and Rosenbaum's bounds."""

from __future__ import annotations

import numpy as np
import plotly.graph_objects as go

from causal_core.charts.colours import BLUE, GREY, ORANGE, VERMILLION
from causal_core.charts.contours import WIDEST
from causal_core.charts.shade import faint, shade
from causal_core.charts.style import axis_title, dress
from causal_core.refutation.benchmarks import Robustness
from causal_core.refutation.rosenbaum import LEVEL, Rosenbaum


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
            ends = (left - half).tolist(), (left + half).tolist()
            shade(figure, strengths.tolist(), *ends, faint(BLUE), "95 % interval", legend=True)
        figure.add_scatter(
            x=strengths,
            y=left,
            mode="lines",
            line={"color": BLUE, "width": 2.5},
            name="what is left of the estimate",
            hovertemplate="%{x:.1%} of each: %{y:.4g} left<extra></extra>",
        )
        figure.add_hline(y=0, line={"color": GREY, "width": 1, "dash": "dot"})
        _mark(figure, value, f"estimate zero at {100 * value:.1f} %", VERMILLION, "dash", 1.0)
        if found.interval:
            words = f"interval touches zero at {100 * found.interval:.1f} %"
            _mark(figure, found.interval, words, ORANGE, "dot", 0.08)
        figure.update_xaxes(range=[0, float(strengths[-1])])
    dress(figure, "How strong must it be?")
    figure.update_xaxes(
        title="Share it explains of the treatment,<br>and as much of the outcome",
        tickformat=".0%",
        zeroline=False,
    )
    figure.update_yaxes(title=axis_title("Effect", unit, 26), zeroline=False)
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
    figure.update_layout(height=300, margin={"b": 55})
    return figure
