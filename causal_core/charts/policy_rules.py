"""What rules for groups do: the share of each group that is treated, with the rules and without."""

from __future__ import annotations

from typing import TYPE_CHECKING

import plotly.graph_objects as go

from causal_core.charts.colours import BLUE, GREY
from causal_core.charts.style import axis_title, dress
from causal_core.percent import percent
from causal_core.text import for_plotly

if TYPE_CHECKING:
    from causal_core.policy.quota_report import QuotaReport

ROW = 46
"""Pixels a group."""

LONGEST = 28
"""Characters of a group's name."""


def group_rules(report: QuotaReport) -> go.Figure:
    """A row a group: a dot for its treated share, a hollow one without rules, a bar for what is allowed.

    Args:
        report: From `policy.quota_report.quota_report`.
    """
    groups = report.groups
    places = list(range(len(groups)))
    names = [for_plotly(_short(each.group)) for each in groups]
    figure = go.Figure()
    if any(each.least > 0 or each.most < 1 for each in groups):
        figure.add_bar(
            x=[each.most - each.least for each in groups],
            y=places,
            base=[each.least for each in groups],
            orientation="h",
            width=0.5,
            marker={"color": "rgba(138, 143, 152, 0.28)"},
            name="allowed",
            hovertemplate=[
                f"{name}: {percent(each.least)} to {percent(each.most)} allowed<extra></extra>"
                for name, each in zip(names, groups, strict=True)
            ],
        )
    for each, place in zip(groups, places, strict=True):
        figure.add_scatter(
            x=[each.free, each.treated],
            y=[place, place],
            mode="lines",
            line={"color": GREY, "width": 1.5},
            hoverinfo="skip",
            showlegend=False,
        )
    for label, shares, symbol in (
        ("without rules", [each.free for each in groups], "circle-open"),
        ("with rules", [each.treated for each in groups], "circle"),
    ):
        figure.add_scatter(
            x=shares,
            y=places,
            mode="markers",
            marker={"symbol": symbol, "size": 12, "color": BLUE, "line": {"width": 2, "color": BLUE}},
            name=label,
            hovertemplate=[
                f"{name}, {label}: {percent(share)} treated<extra></extra>"
                for name, share in zip(names, shares, strict=True)
            ],
        )
    figure.update_xaxes(
        title=axis_title("Share of the group treated"), tickformat=".0%", range=[-0.02, 1.02], zeroline=False
    )
    figure.update_yaxes(tickvals=places, ticktext=names, range=[len(groups) - 0.5, -0.5], showgrid=False)
    dress(figure, f"Who is treated by {_short(report.column)}")
    figure.update_layout(height=170 + ROW * len(groups))
    return figure


def _short(name: str) -> str:
    return name if len(name) <= LONGEST else f"{name[: LONGEST - 1]}…"
