"""Whether the arms can be compared: a love plot of the covariates, and the overlap of propensities."""

from __future__ import annotations

from collections.abc import Sequence

import plotly.graph_objects as go

from causal_core.charts.colours import BLUE, GREY, VERMILLION
from causal_core.charts.style import axis_title, dress, extra_height
from causal_core.estimation.diagnostics import Balance
from causal_core.text import for_plotly

MOST = 40
"""Covariates drawn: the least balanced ones."""

ACCEPTED = 0.1
"""Standardised differences up to this are usually called balanced (Austin 2009)."""


LONGEST = 36
"""Characters of a name at an axis; the hover says all of it."""


def tick_name(name: str) -> str:
    """A name at an axis, cut to what leaves room for the picture, as text for Plotly."""
    return for_plotly(name if len(name) <= LONGEST else f"{name[: LONGEST - 1]}…")


def love_plot(balance: Balance) -> go.Figure:
    """Standardised mean differences before (hollow) and after weighting (filled), the largest on top.

    At most 40 covariates are drawn, those that differ most.
    """
    order = sorted(range(len(balance.before)), key=lambda j: -abs(balance.before[j]))[:MOST]
    figure = go.Figure()
    for j, place in zip(order, range(len(order)), strict=True):
        if balance.after:
            figure.add_scatter(
                x=[balance.before[j], balance.after[j]],
                y=[place, place],
                mode="lines",
                line={"color": GREY, "width": 1},
                hoverinfo="skip",
                showlegend=False,
            )
    names = [for_plotly(balance.covariates[j]) for j in order]
    before_and_after(figure, names, [balance.before, balance.after], order)
    control, arm = balance.contrast
    below = axis_title(f"Standardised difference, {arm} minus {control}", width=45)
    figure.update_xaxes(title=below, zeroline=False)
    figure.update_yaxes(
        tickvals=list(range(len(order))),
        ticktext=[tick_name(balance.covariates[j]) for j in order],
        range=[len(order) - 0.4, -0.6],
        zeroline=False,
    )
    dress(figure, "Are the arms alike?")
    more = extra_height(below)
    figure.update_layout(height=190 + 24 * len(order) + more, margin={"b": 80 + more})
    return figure


def before_and_after(
    figure: go.Figure, names: Sequence[str], sides: Sequence[Sequence[float]], order: Sequence[int]
) -> None:
    """Draw a covariate a row: how unlike it is as the data are and weighted, over the band that is accepted.

    Args:
        figure: What to draw into.
        names: What hovering says, in the order of the rows.
        sides: The values as the data are and weighted, by covariate; an empty side is left out.
        order: The covariates' places, top to bottom.
    """
    looks = (("as the data are", "circle-open", VERMILLION), ("weighted", "circle", BLUE))
    for values, (name, symbol, colour) in zip(sides, looks, strict=True):
        if values:
            figure.add_scatter(
                x=[values[j] for j in order],
                y=list(range(len(order))),
                mode="markers",
                marker={"symbol": symbol, "size": 10, "color": colour, "line": {"width": 2, "color": colour}},
                name=name,
                customdata=names,
                hovertemplate="%{customdata}: %{x:.3f}<extra></extra>",
            )
    figure.add_vrect(x0=-ACCEPTED, x1=ACCEPTED, fillcolor=GREY, opacity=0.15, line_width=0)
    figure.add_vline(x=0, line={"color": GREY, "width": 1, "dash": "dot"})


def overlap(balance: Balance) -> go.Figure:
    """Shares of the rows by their probability of the arm: the arm upwards, the control level downwards."""
    control, arm = balance.contrast
    figure = go.Figure()
    centres = [(low + high) / 2 for low, high in zip(balance.edges, balance.edges[1:], strict=False)]
    for shares, name, colour, sign, pattern in (
        (balance.arm_share, arm, BLUE, 1, ""),
        (balance.control_share, control, VERMILLION, -1, "/"),
    ):
        figure.add_bar(
            x=centres[: len(shares)],
            y=[sign * share for share in shares],
            customdata=shares,
            name=f"rows of {for_plotly(name)}",
            marker={"color": colour, "opacity": 0.8, "pattern": {"shape": pattern}},
            hovertemplate="%{customdata:.1%} of the rows around %{x:.2f}<extra></extra>",
        )
    kind = "Known" if balance.known else "Estimated"
    below = axis_title(f"{kind} probability of {arm}", width=45)
    figure.update_xaxes(title=below, range=[0, 1], zeroline=False)
    top = max([*balance.arm_share, *balance.control_share, 0.01])
    step = next((step for step in (0.01, 0.02, 0.05, 0.1, 0.2, 0.5) if top / step <= 3), 0.5)
    ticks = [step * j for j in range(-4, 5) if abs(step * j) <= top * 1.2]
    figure.update_yaxes(
        title="Share of the arm's rows", tickvals=ticks, ticktext=[f"{abs(t):.0%}" for t in ticks]
    )
    dress(figure, "Do the arms overlap?")
    more = extra_height(below)
    figure.update_layout(barmode="relative", bargap=0.05, height=360 + more, margin={"b": 80 + more})
    return figure
