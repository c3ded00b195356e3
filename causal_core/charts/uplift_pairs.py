"""How one learner's ranking compares with the others', as differences with intervals."""

from __future__ import annotations

from collections.abc import Sequence

import plotly.graph_objects as go

from causal_core.charts.colours import BLUE, GREY
from causal_core.charts.style import axis_title, dress, extra_height
from causal_core.charts.uplift_lines import short_name
from causal_core.charts.whiskers import whiskers
from causal_core.study.uplift_words import better_of, pair_numbers
from causal_core.uplift.findings import PairedDifference

ROW = 38
"""Of a difference, in pixels."""

NAMES = {"autoc": "AUTOC", "qini": "RATE-QINI"}
"""Measure -> how people call it."""


def paired_intervals(pairs: Sequence[PairedDifference], unit: str = "") -> go.Figure:
    """A row for each pair of learners: a point and a 95 % whisker, filled where the interval excludes 0.

    Args:
        pairs: Of one contrast and measure, top to bottom; above 0 the first of a pair ranks better.
        unit: The outcome's unit, for the axis.
    """
    figure = go.Figure()
    for place, pair in enumerate(pairs):
        better = better_of(pair)
        judged = "not told apart" if better is None else f"<b>{short_name(better)} ranks better</b>"
        label = f"{short_name(pair.first)} less {short_name(pair.second)}"
        figure.add_scatter(
            x=[pair.value],
            y=[place],
            mode="markers",
            marker={
                "symbol": "circle-open" if better is None else "circle",
                "size": 11,
                "color": BLUE,
                "line": {"width": 2.5, "color": BLUE},
            },
            error_x=whiskers([pair.value], [pair.ci], BLUE),
            showlegend=False,
            hovertemplate=f"{label}: %{{x:,.3r}}<extra></extra>",
        )
        figure.add_annotation(
            x=1.01,
            xref="paper",
            xanchor="left",
            y=place,
            showarrow=False,
            align="left",
            text=f"{pair_numbers(pair)}: {judged}",
        )
    figure.add_vline(x=0, line={"color": GREY, "width": 1, "dash": "dot"})
    measure = NAMES.get(pairs[0].measure, "") if pairs else ""
    axis = axis_title(f"Difference in {measure}: right of 0 the first ranks better", unit, 80)
    figure.update_xaxes(title=axis, zeroline=False)
    figure.update_yaxes(
        tickvals=list(range(len(pairs))),
        ticktext=[f"{short_name(pair.first)} less {short_name(pair.second)}" for pair in pairs],
        range=[len(pairs) - 0.4, -0.6],
        showgrid=False,
        zeroline=False,
    )
    dress(figure, "")
    more = extra_height(axis)
    height = 100 + more + ROW * max(len(pairs), 1)
    figure.update_layout(height=height, margin={"l": 20, "r": 320, "t": 10, "b": 70 + more})
    return figure
