"""What ranking by risk and ranking by effect gain at equal budgets."""

from __future__ import annotations

import plotly.graph_objects as go

from causal_core.charts.colours import BLUE, GREEN, GREY, VERMILLION
from causal_core.charts.shade import faint, shade
from causal_core.charts.style import axis_title, dress
from causal_core.gap.digits import number_and_ends
from causal_core.gap.result import Comparison, GapCurve, Line

HEIGHT = 470
"""Of each figure, in pixels."""

MARK_ROOM = 84
"""Pixels above the curves, for the title and the gap's number: there it never lies on a line."""

NEAR_EDGE = 0.15
"""Nearer than that to an end of the axis the gap's number stands beside its mark."""

NAMES = {"uplift": "ranked by effect", "risk": "ranked by risk", "random": "picked at random"}
"""Ranking -> how its line is called."""

LOOKS = {"uplift": (BLUE, "solid", 3.0), "risk": (VERMILLION, "dash", 3.0), "random": (GREY, "dot", 1.5)}
"""Ranking -> colour, dash and width of its line."""


def gap_curves(
    curve: GapCurve, comparison: Comparison | None = None, unit: str = "", money: str = ""
) -> go.Figure:
    """The gain of both rankings for every budget with pointwise 95 % bands, the gap marked at one budget.

    Args:
        curve: What to draw.
        comparison: The budget to mark, in the curve's kind of budget; None for no mark.
        unit: The unit of gains, for the axis.
        money: The unit of money, for the axis of budgets.
    """
    figure = go.Figure()
    for name in ("risk", "uplift"):
        _band(figure, curve, getattr(curve, name), LOOKS[name][0])
    for name in ("uplift", "risk", "random"):
        _line(figure, curve, name)
    if comparison is not None and comparison.money == curve.money:
        _mark(figure, curve, comparison)
    _axes(figure, curve, "Gain per person", unit, money)
    dress(figure, "What treating gains over treating nobody, at the same budget")
    figure.update_layout(height=HEIGHT, margin_t=MARK_ROOM, legend_font_size=14)
    return figure


def gap_difference(curve: GapCurve, unit: str = "", money: str = "") -> go.Figure:
    """How much more ranking by effect gains at every budget, paired row by row, with its pointwise band."""
    figure = go.Figure()
    _band(figure, curve, curve.difference, GREEN)
    figure.add_scatter(
        x=curve.budget.tolist(),
        y=curve.difference.gain.tolist(),
        mode="lines",
        line={"color": GREEN, "width": 3},
        name="by effect less by risk",
        hovertemplate=f"{_budget(curve)}: %{{y:.3g}}<extra></extra>",
        showlegend=False,
    )
    _axes(figure, curve, "More gain per person", unit, money)
    dress(figure, "What ranking by effect gains over ranking by risk")
    figure.update_layout(height=HEIGHT - 150, margin_b=40)
    return figure


def _line(figure: go.Figure, curve: GapCurve, name: str) -> None:
    colour, dash, width = LOOKS[name]
    line: Line = getattr(curve, name)
    figure.add_scatter(
        x=curve.budget.tolist(),
        y=line.gain.tolist(),
        mode="lines",
        line={"color": colour, "dash": dash, "width": width},
        name=NAMES[name],
        hovertemplate=f"{NAMES[name]}<br>{_budget(curve)}: %{{y:.3g}}<extra></extra>",
    )


def _band(figure: go.Figure, curve: GapCurve, line: Line, colour: str) -> None:
    shade(figure, curve.budget.tolist(), line.lower.tolist(), line.upper.tolist(), faint(colour, 0.15))


def _mark(figure: go.Figure, curve: GapCurve, comparison: Comparison) -> None:
    in_outcome = curve.unit == "outcome"
    gap = comparison.outcome_difference if in_outcome else comparison.difference
    low, high = (
        (each.outcome_gain if in_outcome else each.gain).value
        for each in (comparison.risk, comparison.uplift)
    )
    figure.add_scatter(
        x=[comparison.budget, comparison.budget],
        y=[low, high],
        mode="lines+markers",
        line={"color": GREEN, "width": 4},
        marker={"symbol": "diamond", "size": 10, "color": GREEN},
        name="the gap",
        hoverinfo="skip",
    )
    figure.add_shape(
        type="line",
        x0=comparison.budget,
        x1=comparison.budget,
        y0=0,
        y1=1,
        yref="paper",
        line={"color": GREY, "width": 1, "dash": "dot"},
        layer="below",
    )
    number, ends = number_and_ends(gap.value, gap.ci)
    place = comparison.budget / float(curve.budget[-1]) if curve.budget[-1] > 0 else 0.0
    side = "left" if place < NEAR_EDGE else "right" if place > 1 - NEAR_EDGE else "center"
    figure.add_annotation(
        x=comparison.budget,
        y=1,
        yref="paper",
        text=f"<b>gap {number}</b> ({ends})",
        showarrow=False,
        xanchor=side,
        yanchor="bottom",
        font={"size": 14},
    )


def _axes(figure: go.Figure, curve: GapCurve, gain: str, unit: str, money: str) -> None:
    if curve.money:
        figure.update_xaxes(title=axis_title("Money spent per person", money), zeroline=False)
    else:
        figure.update_xaxes(
            title="Share of people treated", tickformat=".0%", range=[-0.01, 1.01], zeroline=False
        )
    figure.update_yaxes(title=axis_title(gain, unit, 40), zeroline=True, zerolinecolor=GREY)


def _budget(curve: GapCurve) -> str:
    return "%{x:.3g} spent" if curve.money else "treat %{x:.0%}"
