"""The gain for every budget, with the chosen one marked."""

from __future__ import annotations

from typing import TYPE_CHECKING

import plotly.graph_objects as go

from causal_core.charts.colours import BLUE, GREY, VERMILLION
from causal_core.charts.shade import faint, shade
from causal_core.charts.style import axis_title, dress
from causal_core.charts.whiskers import whiskers
from causal_core.text import for_plotly

if TYPE_CHECKING:
    from causal_core.policy.budget import BudgetCurve
    from causal_core.study.memo import Option

HEIGHT = 400
"""In pixels."""


def budget_gain(
    curve: BudgetCurve, people: int, unit: str = "", chosen: Option | None = None, budget: float | None = None
) -> go.Figure:
    """The net gain per person over treating nobody for each budget, with its pointwise 95 % band.

    Args:
        curve: What to draw.
        people: For how many people budgets are said.
        unit: Of money.
        chosen: The policy within the chosen budget, marked with its whisker; None for no mark.
        budget: That budget, for so many people; it may be more than the curve spends.
    """
    scale = people / curve.people
    money = (curve.budget * scale).tolist()
    figure = go.Figure()
    shade(figure, money, curve.lower.tolist(), curve.upper.tolist(), faint(BLUE))
    figure.add_scatter(
        x=money,
        y=curve.gain.tolist(),
        customdata=curve.treated.tolist(),
        mode="lines",
        line={"color": BLUE, "width": 2.5},
        showlegend=False,
        hovertemplate="spend %{x:,.0f}: gain %{y:.3g}, %{customdata:.0%} treated<extra></extra>",
    )
    planned = curve.planned * scale
    if planned < money[-1]:
        figure.add_vline(
            x=planned,
            line={"color": GREY, "dash": "dot", "width": 1.5},
            annotation={"text": "more is predicted not to pay", "showarrow": False, "xanchor": "left"},
        )
    if chosen is not None and budget is not None:
        gain, place = chosen.result.gain_vs_none, min(budget, money[-1])
        figure.add_scatter(
            x=[place],
            y=[gain.value],
            mode="markers+text",
            marker={"size": 13, "color": VERMILLION, "symbol": "diamond"},
            error_y=whiskers([gain.value], [gain.ci], VERMILLION),
            text=[f"<b>{for_plotly(chosen.letter)}</b>"],
            textposition="top right",
            textfont={"color": VERMILLION},
            showlegend=False,
            hovertemplate="chosen: gain %{y:.3g}<extra></extra>",
        )
    figure.update_xaxes(title=axis_title(f"Budget for {people:,} people", unit), zeroline=False)
    figure.update_yaxes(title=axis_title("Net gain per person", unit, 34), zeroline=True, zerolinecolor=GREY)
    dress(figure, "Gain over treating nobody, by budget")
    figure.update_layout(height=HEIGHT)
    return figure
