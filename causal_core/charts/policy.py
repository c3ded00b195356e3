"""What each policy gains, and how the gain grows with the share treated."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import plotly.graph_objects as go

from causal_core.charts.colours import BLUE, GREY, VERMILLION
from causal_core.charts.style import dress
from causal_core.policy.result import PolicyResult
from causal_core.policy.share_curve import ShareCurve
from causal_core.text import for_plotly

HEIGHT = 400
"""Of the curve, in pixels."""

ROW = 44
"""Of a policy in the comparison, in pixels."""

NAMES = {
    "treat_none": "treat nobody",
    "treat_all": "treat everybody",
    "current": "what was done",
    "top_share": "treat the top share",
    "best_arm": "best arm for each",
    "budget": "within the budget",
    "tree": "policy tree",
}
"""Policy -> how people call it."""


def share_curve(curve: ShareCurve, share: float | None = None, unit: str = "") -> go.Figure:
    """The gain over treating nobody for each share treated, with its pointwise 95 % band.

    Args:
        curve: What to draw.
        share: The chosen share, marked with its whisker; None for no mark.
        unit: The benefit's unit, for the axis.
    """
    shares = curve.share.tolist()
    figure = go.Figure()
    figure.add_scatter(
        x=shares + shares[::-1],
        y=curve.upper.tolist() + curve.lower.tolist()[::-1],
        fill="toself",
        mode="none",
        fillcolor="rgba(0,114,178,0.18)",
        hoverinfo="skip",
        showlegend=False,
    )
    figure.add_scatter(
        x=shares,
        y=curve.gain.tolist(),
        mode="lines",
        line={"color": BLUE, "width": 2.5},
        showlegend=False,
        hovertemplate="treat %{x:.0%}: gain %{y:.3g}<extra></extra>",
    )
    figure.add_scatter(
        x=[0, 1],
        y=[0, float(curve.gain[-1])],
        mode="lines",
        line={"color": GREY, "dash": "dot", "width": 1.5},
        hoverinfo="skip",
        showlegend=False,
    )
    figure.add_annotation(x=0.72, y=0.72 * float(curve.gain[-1]), text="random", showarrow=False, yshift=-12)
    if share is not None:
        _mark(figure, curve, share)
    figure.update_xaxes(
        title="Share of people treated", tickformat=".0%", range=[-0.01, 1.01], zeroline=False
    )
    figure.update_yaxes(title=f"Gain per person{_unit(unit)}", zeroline=True, zerolinecolor=GREY)
    dress(figure, "Gain over treating nobody")
    figure.update_layout(height=HEIGHT)
    return figure


def policy_comparison(
    results: Sequence[PolicyResult],
    show: Literal["value", "gain_vs_none", "gain_vs_all"] = "value",
    unit: str = "",
) -> go.Figure:
    """A row for each policy: a dot, a 95 % whisker, the number beside it.

    Args:
        results: What to draw, top to bottom.
        show: The value itself, or the gain against nobody or everybody treated (paired).
        unit: The benefit's unit, for the axis.
    """
    figure = go.Figure()
    for place, result in enumerate(results):
        number = result if show == "value" else getattr(result, show)
        figure.add_scatter(
            x=[number.value],
            y=[place],
            mode="markers",
            marker={"size": 11, "color": BLUE, "symbol": "circle"},
            error_x={
                "type": "data",
                "symmetric": False,
                "array": [number.ci[1] - number.value],
                "arrayminus": [number.value - number.ci[0]],
                "color": BLUE,
                "thickness": 2,
                "width": 6,
            },
            showlegend=False,
            customdata=[for_plotly(policy_name(result))],
            hovertemplate="%{customdata}: %{x:.3g}<extra></extra>",
        )
        figure.add_annotation(
            x=1.01,
            xref="paper",
            xanchor="left",
            y=place,
            showarrow=False,
            align="left",
            text=f"{number.value:.3g} ({number.ci[0]:.3g} to {number.ci[1]:.3g})",
        )
    axis = {"value": "Value", "gain_vs_none": "Gain", "gain_vs_all": "Gain"}[show]
    title = {
        "value": "Value of each policy",
        "gain_vs_none": "Gain over treating nobody",
        "gain_vs_all": "Gain over treating everybody",
    }[show]
    figure.update_xaxes(title=f"{axis} per person{_unit(unit)}", zeroline=show != "value", zerolinecolor=GREY)
    figure.update_yaxes(
        tickvals=list(range(len(results))),
        ticktext=[for_plotly(policy_name(result)) for result in results],
        range=[len(results) - 0.4, -0.6],
        zeroline=False,
        showgrid=False,
    )
    dress(figure, title)
    figure.update_layout(height=150 + ROW * len(results), margin_r=170)
    return figure


def _mark(figure: go.Figure, curve: ShareCurve, share: float) -> None:
    gain = curve.at(share)
    figure.add_scatter(
        x=[share],
        y=[gain.value],
        mode="markers",
        marker={"size": 13, "color": VERMILLION, "symbol": "diamond"},
        error_y={
            "type": "data",
            "symmetric": False,
            "array": [gain.ci[1] - gain.value],
            "arrayminus": [gain.value - gain.ci[0]],
            "color": VERMILLION,
            "thickness": 2,
            "width": 6,
        },
        showlegend=False,
        hovertemplate="chosen %{x:.0%}: gain %{y:.3g}<extra></extra>",
    )
    figure.add_annotation(
        x=share,
        y=gain.ci[1],
        text=f"<b>{share:.0%}: {gain.value:.3g}</b>",
        showarrow=False,
        yshift=14,
        font={"color": VERMILLION},
    )


def policy_name(result: PolicyResult) -> str:
    """What people call a policy, with its arm or share; names from the data stand in it unescaped."""
    kind, _, arm = result.policy.partition(": ")
    name = NAMES.get(kind, kind)
    if arm:
        return f"{name} with {arm}"
    if kind == "top_share":
        return f"treat the top {100 * result.treated_share:.3g} %"
    return name


def _unit(unit: str) -> str:
    return f" ({for_plotly(unit)})" if unit else ""
