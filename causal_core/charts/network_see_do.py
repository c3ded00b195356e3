"""Seeing against doing in a Bayesian network, level by level."""

from __future__ import annotations

from collections.abc import Mapping

import plotly.graph_objects as go

from causal_core.charts.chance import chance_text
from causal_core.charts.colours import BLUE, ORANGE
from causal_core.charts.style import dress
from causal_core.text import for_plotly

Chances = Mapping[str, float]


def see_do_bars(cause: str, outcome: str, level: str, see: Chances, do: Chances) -> go.Figure:
    """The chance of one level of the outcome for each level of the cause: set solid blue, seen dotted orange.

    Args:
        cause: Its name.
        outcome: Its name.
        level: The outcome's level.
        see: Level of the cause -> chance among those who have it.
        do: Level of the cause -> chance when everybody is set to it.
    """
    names = [f"{for_plotly(cause)} = {for_plotly(each)}" for each in see]
    figure = go.Figure()
    for what, chances, colour in (("Set (do)", do, BLUE), ("Seen", see, ORANGE)):
        dotted = what == "Seen"
        figure.add_bar(
            y=names,
            x=[100 * chance for chance in chances.values()],
            name=what,
            orientation="h",
            marker={
                "color": colour,
                "pattern": {
                    "shape": "." if dotted else "",
                    "fillmode": "replace",
                    "size": 5,
                    "solidity": 0.5,
                },
                "line": {"color": colour, "width": 1.5},
            },
            text=[chance_text(chance) for chance in chances.values()],
            textposition="outside",
            cliponaxis=False,
            hovertemplate="%{y}<br>%{text}<extra>" + what + "</extra>",
        )
    dress(figure, f"Chance that {outcome} = {level}")
    figure.update_xaxes(range=[0, 112], tickvals=[0, 25, 50, 75, 100], title="Chance (%)")
    figure.update_yaxes(autorange="reversed", type="category")
    figure.update_layout(
        height=150 + 52 * len(names), barmode="group", bargap=0.3, legend={"traceorder": "reversed"}
    )
    return figure
