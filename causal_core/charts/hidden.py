"""What a policy gains at the least and at the most, by the strength of hidden confounding."""

from __future__ import annotations

import plotly.graph_objects as go

from causal_core.charts.colours import BLUE, GREY, VERMILLION
from causal_core.charts.shade import faint, shade
from causal_core.charts.style import axis_title, dress
from causal_core.policy.hidden import HiddenConfounding
from causal_core.study.headline import number_text

HEIGHT = 340
"""Of the figure, in pixels."""


def hidden_bounds(found: HiddenConfounding, unit: str = "") -> go.Figure:
    """The bounds of the gain along Lambda with their 95 % interval, and where it stops being clear of 0.

    Args:
        found: The bounds.
        unit: The benefit's unit, for the axis.
    """
    odds = [bound.odds for bound in found.curve]
    figure = go.Figure()
    for ends, colour, name in (
        ([bound.ci for bound in found.curve], faint(BLUE, 0.14), "95 % interval"),
        ([(bound.low, bound.high) for bound in found.curve], faint(BLUE, 0.3), "what it may be"),
    ):
        low, high = zip(*ends, strict=True)
        shade(figure, odds, low, high, colour, name, legend=True)
    figure.add_scatter(
        x=odds,
        y=[bound.low if found.gain >= 0 else bound.high for bound in found.curve],
        mode="lines",
        line={"color": BLUE, "width": 2.5},
        name="at worst" if found.gain >= 0 else "at best",
        hovertemplate="odds changed by %{x:.2f}: %{y:.3g}<extra></extra>",
    )
    if found.unclear is not None and found.unclear > 1:
        _mark(figure, found.unclear, VERMILLION, f"unclear from {number_text(found.unclear)}", top=True)
    if 1 < found.measured <= odds[-1]:
        _mark(figure, found.measured, GREY, f"measured columns: {number_text(found.measured)}", top=False)
    figure.update_xaxes(
        title=axis_title("Lambda: factor by which a hidden cause changes the odds of an arm", width=80),
        range=[1, odds[-1]],
        zeroline=False,
    )
    figure.update_yaxes(title=axis_title("Gain per person", unit, 30), zeroline=True, zerolinecolor=GREY)
    dress(figure, "The gain under hidden confounding")
    figure.update_layout(height=HEIGHT)
    return figure


def _mark(figure: go.Figure, odds: float, colour: str, text: str, *, top: bool) -> None:
    figure.add_vline(
        x=odds,
        line={"color": colour, "dash": "dash", "width": 1.5},
        annotation={
            "text": text,
            "font": {"color": colour},
            "yref": "paper",
            "y": 1 if top else 0,
            "yanchor": "bottom" if top else "top",
            "yshift": 0 if top else 16,
            "xanchor": "left",
            "showarrow": False,
        },
    )
