"""The specification curve: estimates in order of size, above the switches that made them."""

from __future__ import annotations

import plotly.graph_objects as go
from plotly.subplots import make_subplots

from causal_core.charts.colours import BLUE, GREY, VERMILLION
from causal_core.charts.style import GRID, axis_title, dress
from causal_core.charts.whiskers import whiskers
from causal_core.text import for_plotly
from causal_core.validation.curve_words import method_text, set_text
from causal_core.validation.specification import (
    Columns,
    Facet,
    Specification,
    ends_of,
    excludes_zero,
    value_of,
)

MOST_POINTS = 200
LOWEST, HIGHEST = 180, 300
"""Pixels of the curve's own height, for two specifications and for nine or more."""

ROW_HEIGHT = 21
NAMES_SHOWN = 2
BELOW = 42
"""Pixels below the switches, for the legend."""


def specification_curve(
    facet: Facet, unit: str = "", title: str = "", mine: tuple[Columns, str] | None = None
) -> go.Figure:
    """One facet: a point and a 95 % interval for each specification, and below it which set and method.

    Blue circles have an interval on one side of zero, grey squares one that holds it; a ringed point is the
    study's own number. At most 200 points, spread evenly over the order.

    Args:
        facet: What to draw.
        unit: The outcome's unit, for the axis.
        title: The question the picture answers.
        mine: The set and method of the study's own number.
    """
    points = thinned(facet)
    sets = sorted({each.columns for each in points}, key=lambda columns: (len(columns), columns))
    methods = list(dict.fromkeys(each.estimate.method for each in points))
    rows = len(sets) + len(methods)
    matrix = ROW_HEIGHT * (rows + 1)
    curve = min(HIGHEST, LOWEST + 17 * max(len(points) - 2, 0))
    figure = make_subplots(
        rows=2,
        cols=1,
        shared_xaxes=True,
        vertical_spacing=0.02,
        row_heights=[curve / (curve + matrix), matrix / (curve + matrix)],
    )
    for wanted, colour, symbol, name in (
        (True, BLUE, "circle", "95 % interval excludes zero"),
        (False, GREY, "square-open", "95 % interval holds zero"),
        (None, GREY, "x", "no interval"),
    ):
        places = [place for place, each in enumerate(points) if excludes_zero(each) is wanted]
        _points(figure, points, places, (colour, symbol, name))
    _mine(figure, points, mine)
    figure.add_hline(y=0, line={"color": GREY, "width": 1, "dash": "dot"}, row=1, col=1)
    _switches(figure, points, sets, methods)
    figure.update_yaxes(title=axis_title("Effect", unit, curve // 8), zeroline=False, row=1, col=1)
    figure.update_xaxes(showgrid=False, zeroline=False, showticklabels=False, range=[-0.7, len(points) - 0.3])
    dress(figure, title)
    top = 60 if title else 10
    figure.update_layout(
        height=top + curve + matrix + BELOW, margin={"t": top, "b": BELOW}, hovermode="closest"
    )
    return figure


def thinned(facet: Facet) -> tuple[Specification, ...]:
    """The facet's points, at most 200 of them, evenly over their order, ends included."""
    count = len(facet.points)
    if count <= MOST_POINTS:
        return facet.points
    return tuple(facet.points[round(place * (count - 1) / (MOST_POINTS - 1))] for place in range(MOST_POINTS))


def _points(
    figure: go.Figure, points: tuple[Specification, ...], places: list[int], look: tuple[str, str, str]
) -> None:
    if not places:
        return
    colour, symbol, name = look
    values = [value_of(points[place]) for place in places]
    ends = [ends_of(points[place]) for place in places]
    known = [end for end in ends if end is not None]
    thickness = 1.4 if len(points) > 60 else 2
    bars = whiskers(values, known, colour, thickness, 0) if len(known) == len(ends) else None
    figure.add_scatter(
        x=places,
        y=values,
        error_y=bars,
        mode="markers",
        marker={"symbol": symbol, "size": 5 if len(points) > 60 else 9, "color": colour},
        name=name,
        customdata=places,
        hovertext=[_hover(points[place]) for place in places],
        hoverinfo="text",
        row=1,
        col=1,
    )


def _mine(figure: go.Figure, points: tuple[Specification, ...], mine: tuple[Columns, str] | None) -> None:
    for place, each in enumerate(points):
        if (each.columns, each.estimate.method) == mine:
            figure.add_scatter(
                x=[place],
                y=[value_of(each)],
                mode="markers",
                marker={
                    "symbol": "circle-open",
                    "size": 18,
                    "color": VERMILLION,
                    "line": {"width": 2.5, "color": VERMILLION},
                },
                name="the number on Estimate",
                hoverinfo="skip",
                row=1,
                col=1,
            )


def _switches(
    figure: go.Figure, points: tuple[Specification, ...], sets: list[Columns], methods: list[str]
) -> None:
    """The matrix: a mark where a specification uses the set or method of that line."""
    labels = [f"Set: {_short(columns)}" for columns in sets] + [method_text(name) for name in methods]
    for line, colour in ((range(len(sets)), BLUE), (range(len(sets), len(labels)), VERMILLION)):
        where = [
            (place, row)
            for place, each in enumerate(points)
            for row in line
            if _uses(each, row, sets, methods)
        ]
        figure.add_scatter(
            x=[place for place, _ in where],
            y=[row for _, row in where],
            mode="markers",
            marker={
                "symbol": "line-ns" if len(points) > 60 else "square",
                "size": 10,
                "color": colour,
                "line": {"width": 2 if len(points) > 60 else 0, "color": colour},
            },
            hovertext=[_hover(points[place]) for place, _ in where],
            hoverinfo="text",
            showlegend=False,
            row=2,
            col=1,
        )
    figure.update_yaxes(
        tickvals=list(range(len(labels))),
        ticktext=[for_plotly(label) for label in labels],
        range=[len(labels) - 0.4, -0.6],
        showgrid=True,
        gridcolor=GRID,
        zeroline=False,
        row=2,
        col=1,
    )


def _uses(each: Specification, row: int, sets: list[Columns], methods: list[str]) -> bool:
    if row < len(sets):
        return each.columns == sets[row]
    return each.estimate.method == methods[row - len(sets)]


def _short(columns: Columns) -> str:
    text = set_text(columns, NAMES_SHOWN)
    return text if len(text) <= 44 else f"{text[:43]}…"


def _hover(each: Specification) -> str:
    estimate, ends = each.estimate, ends_of(each)
    interval = "no interval" if ends is None else f"95 % interval {ends[0]:.4g} to {ends[1]:.4g}"
    names = [each.columns[at : at + 4] for at in range(0, len(each.columns), 4)]
    lines = "<br>".join(for_plotly(", ".join(part)) for part in names) or "nothing"
    return (
        f"<b>{value_of(each):.4g}</b>, {interval}<br>{for_plotly(method_text(estimate.method))}"
        f"<br>adjusted for {lines}<br>{estimate.rows_used:,} rows"
    )
