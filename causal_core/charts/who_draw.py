"""People of the learning half in a plane of two columns, to draw a group in."""

from __future__ import annotations

import numpy as np
import plotly.graph_objects as go

from causal_core.charts.colours import BLUE, GREY, VERMILLION
from causal_core.charts.style import axis_title, dress
from causal_core.text import for_plotly
from causal_core.who.board import Board
from causal_core.who.region import Axis
from causal_core.who.split import date_text

HEIGHT = 520
TICKS = 6
LEVELS = 24
"""Levels named along an axis; of more every so many."""


def drawing_board(board: Board, unit: str = "", lasso: bool = False) -> go.Figure:
    """A point a person; those predicted to gain more than the average are blue triangles that point up.

    Args:
        board: The people.
        unit: The outcome's unit.
        lasso: Draw freely instead of boxes.
    """
    figure = go.Figure()
    above = board.effects >= board.effects.mean()
    for flags, symbol, colour, name in (
        (above, "triangle-up", BLUE, "predicted to gain more than the average"),
        (~above, "triangle-down-open", VERMILLION, "predicted to gain less"),
    ):
        figure.add_scattergl(
            x=board.drawn_x[flags].tolist(),
            y=board.drawn_y[flags].tolist(),
            mode="markers",
            marker={"symbol": symbol, "size": 8, "color": colour, "opacity": 0.7},
            customdata=board.effects[flags].tolist(),
            hovertemplate="out-of-fold effect %{customdata:.3g}<extra></extra>",
            name=name,
        )
    dress(figure, f"{board.x.name} and {board.y.name}")
    figure.update_layout(
        height=HEIGHT, dragmode="lasso" if lasso else "select", newselection={"line": {"color": GREY}}
    )
    figure.update_xaxes(**_axis(board.x, board.drawn_x, unit), zeroline=False)
    figure.update_yaxes(**_axis(board.y, board.drawn_y, unit), zeroline=False)
    return figure


def _axis(axis: Axis, values: np.ndarray[tuple[int], np.dtype[np.float64]], unit: str) -> dict[str, object]:
    title = axis_title(axis.name, unit if axis.predicted else "")
    if axis.levels is not None:
        every = -(-len(axis.levels) // LEVELS)
        named = list(range(0, len(axis.levels), every))
        texts = [axis.levels[place] for place in named]
        return {
            "title": title,
            "tickvals": named,
            "ticktext": [for_plotly(text if len(text) <= 18 else f"{text[:17]}…") for text in texts],
            "range": [-0.5, len(axis.levels) - 0.5],
        }
    if axis.day_zero is not None and len(values):
        at = np.linspace(values.min(), values.max(), TICKS)
        return {
            "title": title,
            "tickvals": at.tolist(),
            "ticktext": [date_text(axis.day_zero, day) for day in at],
        }
    # A column of numbers may hold years.
    return {"title": title, "separatethousands": axis.predicted}
