"""What the policies cost and gain, each a lettered dot."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import plotly.graph_objects as go

from causal_core.charts.colours import BLUE, GREY, VERMILLION
from causal_core.charts.style import axis_title, dress
from causal_core.charts.whiskers import whiskers
from causal_core.text import for_plotly

if TYPE_CHECKING:
    from causal_core.study.memo import Option

HEIGHT = 400
"""In pixels."""

DOT = 24
"""Of a dot, in pixels: room for its letter."""


def policy_plane(options: Sequence[Option], unit: str = "", randomised: bool = True) -> go.Figure:
    """Each policy at its cost and its net gain over treating nobody, with the gain's 95 % whisker.

    Higher is better, further left is cheaper; the dotted line is where nothing is gained. Dots are filled
    where assignment was random, hollow where it was not.

    Args:
        options: The policies, with their letters.
        unit: Of costs and gains.
        randomised: Whether assignment was random.
    """
    figure = go.Figure()
    for option in options:
        gain = option.result.gain_vs_none
        colour = VERMILLION if option.chosen else BLUE
        figure.add_scatter(
            x=[option.result.spending.value],
            y=[gain.value],
            mode="markers+text",
            marker={
                "size": DOT,
                "color": colour,
                "symbol": ("diamond" if option.chosen else "circle") + ("" if randomised else "-open"),
                "line": {"width": 2, "color": colour},
            },
            text=[f"<b>{option.letter}</b>"],
            textfont={"color": "white" if randomised else colour, "size": 12},
            error_y=whiskers([gain.value], [gain.ci], colour),
            showlegend=False,
            customdata=[for_plotly(option.title)],
            hovertemplate="%{customdata}<br>cost %{x:.3g}, gain %{y:.3g}<extra></extra>",
        )
    figure.add_hline(y=0, line={"color": GREY, "dash": "dot", "width": 1.5})
    figure.update_xaxes(title=axis_title("Cost per person", unit), zeroline=False)
    figure.update_yaxes(title=axis_title("Net gain per person over nobody", unit, 34), zeroline=False)
    dress(figure, "What each policy costs and gains")
    figure.update_layout(height=HEIGHT)
    return figure
