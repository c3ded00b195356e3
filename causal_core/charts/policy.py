"""What each policy gains, and how the gain grows with the share treated."""

from __future__ import annotations

from collections.abc import Sequence
from textwrap import wrap
from typing import TYPE_CHECKING

import plotly.graph_objects as go

from causal_core.charts.colours import BLUE, GREY, VERMILLION
from causal_core.charts.shade import faint, shade
from causal_core.charts.style import axis_title, dress
from causal_core.charts.whiskers import whiskers
from causal_core.policy.share_curve import ShareCurve
from causal_core.study.memo_words import plain_gain
from causal_core.text import for_plotly

if TYPE_CHECKING:
    from causal_core.policy.result import Gain
    from causal_core.study.memo import Option

HEIGHT = 400
"""Of the curve, in pixels."""

ROW = 44
"""Of a policy in the comparison, in pixels."""

FONT = 14

OVER = {"none": "treating nobody", "all": "treating everybody", "current": "what was done"}


def share_curve(curve: ShareCurve, share: float | None = None, unit: str = "") -> go.Figure:
    """The gain for each share treated over what the curve is against, with its pointwise 95 % band.

    Args:
        curve: What to draw.
        share: The chosen share, marked with its whisker; None for no mark.
        unit: The benefit's unit, for the axis.
    """
    shares = curve.share.tolist()
    figure = go.Figure()
    shade(figure, shares, curve.lower.tolist(), curve.upper.tolist(), faint(BLUE))
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
        y=[float(curve.gain[0]), float(curve.gain[-1])],
        mode="lines",
        line={"color": GREY, "dash": "dot", "width": 1.5},
        hoverinfo="skip",
        showlegend=False,
    )
    height = 0.28 * float(curve.gain[0]) + 0.72 * float(curve.gain[-1])
    figure.add_annotation(x=0.72, y=height, text="random", showarrow=False, yshift=-12)
    if share is not None:
        _mark(figure, curve, share)
    figure.update_xaxes(
        title="Share of people treated", tickformat=".0%", range=[-0.01, 1.01], zeroline=False
    )
    figure.update_yaxes(title=f"Gain per person{_unit(unit)}", zeroline=True, zerolinecolor=GREY)
    dress(figure, f"Gain over {OVER[curve.against]}")
    figure.update_layout(height=HEIGHT)
    return figure


def policy_comparison(
    options: Sequence[Option],
    gains: Sequence[Gain],
    title: str = "Gain over treating nobody",
    unit: str = "",
    randomised: bool = True,
    together: Sequence[Gain] = (),
) -> go.Figure:
    """A row for each policy: its letter and name, a dot, a 95 % whisker, the number beside it.

    Dots are filled where assignment was random, hollow where it was not; the memo's policy is a diamond.

    Args:
        options: The policies, top to bottom.
        gains: What to draw of each.
        title: What the gains are.
        unit: Their unit, for the axis.
        randomised: Whether assignment was random.
        together: The same with intervals that hold for all policies at once, as thin lines; empty for none.
    """
    figure = go.Figure()
    for place, gain in enumerate(together):
        figure.add_scatter(
            x=list(gain.ci),
            y=[place, place],
            mode="lines",
            line={"color": GREY, "width": 1.5},
            showlegend=False,
            hoverinfo="skip",
        )
    for place, (option, gain) in enumerate(zip(options, gains, strict=True)):
        colour = VERMILLION if option.chosen else BLUE
        figure.add_scatter(
            x=[gain.value],
            y=[place],
            mode="markers",
            marker={
                "size": 13 if option.chosen else 11,
                "color": colour,
                "symbol": ("diamond" if option.chosen else "circle") + ("" if randomised else "-open"),
                "line": {"width": 2, "color": colour},
            },
            error_x=whiskers([gain.value], [gain.ci], colour),
            showlegend=False,
            customdata=[for_plotly(option.title)],
            hovertemplate="%{customdata}: %{x:.3g}<extra></extra>",
        )
        figure.add_annotation(
            x=1.01,
            xref="paper",
            xanchor="left",
            y=place,
            showarrow=False,
            align="left",
            text=plain_gain(gain),
            font={"size": FONT},
        )
    figure.update_xaxes(title=axis_title("Per person", unit), zeroline=True, zerolinecolor=GREY)
    figure.update_yaxes(
        tickvals=list(range(len(options))),
        ticktext=[_row_name(option) for option in options],
        range=[len(options) - 0.4, -0.6],
        tickfont={"size": FONT},
        zeroline=False,
        showgrid=False,
    )
    dress(figure, title)
    figure.update_layout(height=130 + ROW * len(options), margin_r=190)
    return figure


def _row_name(option: Option) -> str:
    lines = wrap(option.title, 30, max_lines=2, placeholder="…")
    name = "<br>".join(for_plotly(line) for line in lines)
    return f"<b>{option.letter}</b>  {name}"


def _mark(figure: go.Figure, curve: ShareCurve, share: float) -> None:
    gain = curve.at(share)
    figure.add_scatter(
        x=[share],
        y=[gain.value],
        mode="markers",
        marker={"size": 13, "color": VERMILLION, "symbol": "diamond"},
        error_y=whiskers([gain.value], [gain.ci], VERMILLION),
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


def _unit(unit: str) -> str:
    return f" ({for_plotly(unit)})" if unit else ""
