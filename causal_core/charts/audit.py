"""What a model uses, its predictions through the graph, and where two groups' difference comes from."""

from __future__ import annotations

from collections.abc import Sequence
from math import isnan
from typing import Final

import plotly.graph_objects as go
from plotly.subplots import make_subplots

from causal_core.audit.answer import Number
from causal_core.audit.curve import Curved
from causal_core.audit.use import Used
from causal_core.charts.colours import BLUE, GREEN, GREY, ORANGE, PURPLE, VERMILLION
from causal_core.charts.shade import faint, shade
from causal_core.charts.style import axis_title, dress
from causal_core.charts.whiskers import whiskers
from causal_core.text import for_plotly
from causal_core.what_if.columns import level_text

HEIGHT: Final = 400

COLOURS: Final = (ORANGE, BLUE, PURPLE, GREEN)

PALE: Final = 0.55
"""Opacity of bars, so that whiskers of the same colour show on them."""


def use_chart(found: Sequence[Used], outcome: str, unit: str = "") -> go.Figure:
    """Input by input: how the prediction answers, alone and through the graph, and how the outcome does.

    Args:
        found: The inputs, top to bottom.
        outcome: The outcome.
        unit: Its unit.
    """
    figure = make_subplots(rows=1, cols=2, shared_yaxes=True, horizontal_spacing=0.04)
    places = list(range(len(found)))
    lines = (
        ("prediction: this column changed alone", "naive", GREY, "circle-open", 1, 0.14),
        ("prediction: set through the graph", "graph", BLUE, "circle", 1, -0.14),
        (f"outcome {outcome}: set through the graph", "effect", VERMILLION, "diamond", 2, 0.0),
    )
    for name, which, colour, symbol, column, shift in lines:
        numbers: list[Number] = [getattr(each, which) for each in found]
        figure.add_scatter(
            x=[number.value for number in numbers],
            y=[place + shift for place in places],
            error_x=_bars(numbers, colour) if which != "naive" else None,
            mode="markers",
            marker={"color": colour, "size": 11, "symbol": symbol, "line": {"width": 2, "color": colour}},
            name=for_plotly(name),
            cliponaxis=False,
            customdata=[for_plotly(each.contrast.text) for each in found],
            hovertemplate="%{customdata}: %{x:+.3g}<extra></extra>",
            row=1,
            col=column,
        )
    ticks = [for_plotly(f"{each.contrast.node}: {each.contrast.text}") for each in found]
    figure.update_yaxes(tickvals=places, ticktext=ticks, range=[len(found) - 0.5, -0.5], zeroline=False)
    figure.update_xaxes(zeroline=True, zerolinecolor=GREY, rangemode="tozero")
    figure.update_xaxes(title=axis_title("Change of the mean prediction", width=36), row=1, col=1)
    figure.update_xaxes(title=axis_title(f"Change of mean {outcome}", unit, 36), row=1, col=2)
    dress(figure, "What moves the prediction, and what moves the outcome")
    figure.update_layout(height=210 + 46 * len(found))
    return figure


def curve_chart(found: Curved) -> go.Figure:
    """The mean prediction over an input's values: the column alone dotted, through the graph solid."""
    figure = go.Figure()
    x, banded = found.grid.tolist(), not isnan(float(found.low[0]))
    if banded and not found.levels:
        ends = found.low.tolist(), found.high.tolist()
        shade(figure, x, *ends, faint(BLUE, 0.22), "95 % band (approximate)", legend=True)
    mode, shift = ("markers", 0.1) if found.levels else ("lines", 0.0)
    numbers = [
        Number(*each)
        for each in zip(found.graph.tolist(), found.low.tolist(), found.high.tolist(), strict=True)
    ]
    figure.add_scatter(
        x=[each + shift for each in x],
        y=found.naive.tolist(),
        mode=mode,
        line={"color": GREY, "dash": "dot", "width": 2.5},
        marker={"color": GREY, "size": 11, "symbol": "circle-open", "line": {"width": 2}},
        name="this column changed alone",
        hovertemplate="alone: %{y:.4g}<extra></extra>",
    )
    figure.add_scatter(
        x=[each - shift for each in x],
        y=found.graph.tolist(),
        error_y=_bars(numbers, BLUE) if found.levels else None,
        mode=mode,
        line={"color": BLUE, "width": 3},
        marker={"color": BLUE, "size": 12},
        name="set through the graph",
        hovertemplate="through the graph: %{y:.4g}<extra></extra>",
    )
    figure.add_hline(
        y=found.now,
        line={"color": GREY, "width": 1, "dash": "dashdot"},
        annotation={"text": "now", "font": {"color": GREY}, "xanchor": "left", "x": 0, "yanchor": "bottom"},
    )
    if found.levels:
        ticks = [for_plotly(level_text(level)) for level in found.levels]
        figure.update_xaxes(tickvals=x, ticktext=ticks, range=[-0.6, len(x) - 0.4])
    figure.update_xaxes(title=axis_title(found.node, width=70), zeroline=False)
    figure.update_yaxes(title=axis_title("Mean prediction", width=32), zeroline=False)
    dress(figure, f"The prediction when {found.node} is changed alone, and through the graph")
    figure.update_layout(height=HEIGHT)
    return figure


def parts_chart(
    names: Sequence[str], numbers: Sequence[Number], title: str, *, whole: bool = False
) -> go.Figure:
    """Parts of a difference of mean predictions as bars with bands.

    Args:
        names: Of the parts, top to bottom.
        numbers: Their values.
        title: Of the figure.
        whole: Whether these are the direct, the indirect and the spurious part, and the whole last.
    """
    places = list(range(len(names)))
    colours = COLOURS if whole else (BLUE,) * len(names)
    figure = go.Figure()
    for place, (number, colour) in enumerate(zip(numbers, colours, strict=True)):
        figure.add_bar(
            x=[number.value],
            y=[place],
            orientation="h",
            width=0.6,
            marker={"color": colour, "opacity": PALE},
            error_x=_bars([number], colour),
            hovertemplate="%{x:+.4g}<extra></extra>",
            showlegend=False,
        )
    figure.update_yaxes(
        tickvals=places,
        ticktext=[for_plotly(name) for name in names],
        range=[len(names) - 0.5, -0.5],
        showgrid=False,
        zeroline=False,
    )
    figure.update_xaxes(
        title=axis_title("Difference of the mean prediction"), zeroline=True, zerolinecolor=GREY
    )
    dress(figure, title)
    figure.update_layout(height=150 + 44 * len(names))
    return figure


def flips_chart(groups: Sequence[str], up: Sequence[Number], down: Sequence[Number], at: str) -> go.Figure:
    """Shares of each group whose decision would have been other.

    Args:
        groups: Their names.
        up: Shares that would come to the threshold or above it.
        down: Shares that would fall below it.
        at: The threshold, in words.
    """
    figure = go.Figure()
    looks = (("to the threshold or above", up, VERMILLION, ""), ("below the threshold", down, BLUE, "/"))
    for name, numbers, colour, shape in looks:
        figure.add_bar(
            x=[number.value for number in numbers],
            y=[for_plotly(group) for group in groups],
            orientation="h",
            name=name,
            marker={"color": colour, "opacity": PALE, "pattern": {"shape": shape}},
            error_x=_bars(numbers, colour),
            hovertemplate=f"{name}: %{{x:.1%}}<extra></extra>",
        )
    figure.update_yaxes(type="category", autorange="reversed")
    figure.update_xaxes(title="Share of the group", tickformat=".0%", rangemode="tozero")
    dress(figure, f"Whose decision would have been other, threshold {at}")
    figure.update_layout(height=300, barmode="group")
    return figure


def _bars(numbers: Sequence[Number], colour: str) -> dict[str, object] | None:
    if any(isnan(number.low) for number in numbers):
        return None
    return whiskers(
        [number.value for number in numbers],
        [(number.low, number.high) for number in numbers],
        colour,
    )
