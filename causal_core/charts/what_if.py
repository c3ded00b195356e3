"""Doing against seeing, and what an intervention moves."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
import plotly.graph_objects as go

from causal_core.charts.colours import BLUE, GREY, ORANGE, VERMILLION
from causal_core.charts.shade import faint, shade
from causal_core.charts.style import axis_title, dress
from causal_core.charts.whiskers import whiskers
from causal_core.data.design import Floats
from causal_core.percent import percent
from causal_core.study.headline import number_text
from causal_core.text import for_plotly
from causal_core.what_if.changes import Change
from causal_core.what_if.columns import Column, level_text
from causal_core.what_if.moments import Moment
from causal_core.what_if.response import Banded, Response, Told

HEIGHT: Final = 400


BINS: Final = 40

NOW_FILL: Final = "rgba(128, 136, 148, 0.25)"


def told_of(moment: Moment, unit: str = "") -> str:
    """What an axis of this number is called."""
    what = f"Mean of {moment.node}" if moment.level is None else f"Share with {moment.text}"
    return axis_title(what, unit, 32)


def do_see(
    found: Response, moment: Moment, banded: Banded | None = None, at: float | None = None, unit: str = ""
) -> go.Figure:
    """One number against the values of the node that is set: done solid, seen dotted.

    Args:
        found: The response.
        moment: The number.
        banded: The same with bands, once there are some.
        at: The value chosen, marked; a code where the node has levels.
        unit: Of the number.
    """
    told = found.of(moment)
    ends = banded.of(moment) if banded is not None else None
    figure = go.Figure()
    if found.levels:
        _by_level(figure, found, told, ends)
    else:
        _by_value(figure, found, told, ends)
    if at is not None:
        figure.add_vline(x=at, line={"color": VERMILLION, "dash": "dash", "width": 1.5})
    figure.add_hline(
        y=told.now,
        line={"color": GREY, "width": 1, "dash": "dashdot"},
        annotation={"text": "now", "font": {"color": GREY}, "xanchor": "left", "x": 0, "yanchor": "bottom"},
    )
    figure.update_xaxes(title=axis_title(found.node, width=70), zeroline=False)
    figure.update_yaxes(title=told_of(moment, unit), zeroline=False)
    dress(figure, f"{moment.node} when {found.node} is set, and where it is seen")
    figure.update_layout(height=HEIGHT)
    return figure


def _by_value(figure: go.Figure, found: Response, told: Told, ends: tuple[Floats, Floats] | None) -> None:
    x = found.grid.tolist()
    if ends is not None:
        low, high = (end.tolist() for end in ends)
        shade(figure, x, low, high, faint(BLUE, 0.22), "95 % band (approximate)", legend=True)
    figure.add_scatter(
        x=x,
        y=told.see.tolist(),
        mode="lines",
        line={"color": ORANGE, "dash": "dot", "width": 3},
        name="seen: rows that have this value",
        customdata=found.near.tolist(),
        hovertemplate="seen at %{x:.3g}: %{y:.3g} (%{customdata:,} rows near)<extra></extra>",
    )
    figure.add_scatter(
        x=x,
        y=told.do.tolist(),
        mode="lines",
        line={"color": BLUE, "width": 3},
        name="done: everybody set to it",
        hovertemplate="set to %{x:.3g}: %{y:.3g}<extra></extra>",
    )


def _by_level(figure: go.Figure, found: Response, told: Told, ends: tuple[Floats, Floats] | None) -> None:
    places = found.grid
    low, high = told.see_band
    figure.add_scatter(
        x=(places + 0.12).tolist(),
        y=told.see.tolist(),
        error_y=whiskers(told.see.tolist(), list(zip(low.tolist(), high.tolist(), strict=True)), ORANGE),
        mode="markers",
        marker={"color": ORANGE, "size": 11, "symbol": "circle-open", "line": {"width": 2}},
        name="seen: rows that have this level",
        hovertemplate="seen: %{y:.3g}<extra></extra>",
    )
    bars = None
    if ends is not None:
        pairs = list(zip(ends[0].tolist(), ends[1].tolist(), strict=True))
        bars = whiskers(told.do.tolist(), pairs, BLUE)
    figure.add_scatter(
        x=(places - 0.12).tolist(),
        y=told.do.tolist(),
        error_y=bars,
        mode="markers",
        marker={"color": BLUE, "size": 12},
        name="done: everybody set to it",
        hovertemplate="done: %{y:.3g}<extra></extra>",
    )
    figure.update_xaxes(
        tickvals=places.tolist(),
        ticktext=[for_plotly(level_text(level)) for level in found.levels],
        range=[-0.6, len(places) - 0.4],
    )


def before_after(
    change: Change, column: Column, unit: str = "", seen: Floats | None = None, height: int = 320
) -> go.Figure:
    """The distribution of one node without the intervention and with it.

    Args:
        change: What becomes of the node.
        column: The node's column.
        unit: Its unit.
        seen: (m,) the data's codes among rows that have the value anyway, drawn beside it.
        height: In pixels.
    """
    figure = go.Figure()
    looks = [("now", change.before, GREY, "solid", "")]
    if seen is not None and len(seen):
        looks.append(("seen at the value", seen, ORANGE, "dot", "."))
    looks.append(("after", change.after, BLUE, "solid", ""))
    (_shares if column.discrete else _densities)(figure, looks, column)
    figure.update_yaxes(title="Share of rows", tickformat=".0%", rangemode="tozero")
    figure.update_xaxes(title=axis_title(change.node, unit, 60), zeroline=False)
    dress(figure, f"{change.node}, now and after")
    figure.update_layout(height=height)
    return figure


Look = tuple[str, Floats, str, str, str]
"""Name, codes, colour, dash and pattern."""


def _shares(figure: go.Figure, looks: Sequence[Look], column: Column) -> None:
    for name, codes, colour, _, pattern in looks:
        shares = np.bincount(codes.astype(np.int64), minlength=len(column.levels)) / len(codes)
        figure.add_bar(
            x=[for_plotly(level_text(level)) for level in column.levels],
            y=shares.tolist(),
            name=name,
            marker={"color": colour, "pattern": {"shape": pattern}},
            hovertemplate=f"{name}: %{{y:.1%}}<extra></extra>",
        )
    figure.update_xaxes(type="category")


def _densities(figure: go.Figure, looks: Sequence[Look], column: Column) -> None:  # noqa: ARG001 - as _shares
    ends = np.concatenate([np.quantile(codes, [0.002, 0.998]) for _, codes, *_ in looks])
    low, high = float(ends.min()), float(ends.max())
    whole = all((codes == np.round(codes)).all() for _, codes, *_ in looks)
    if whole and high - low <= BINS:
        edges = np.arange(np.floor(low), np.ceil(high) + 2) - 0.5
    else:
        edges = np.linspace(low, high if high > low else low + 1, BINS + 1)
    middles = ((edges[1:] + edges[:-1]) / 2).tolist()
    for name, codes, colour, dash, _ in looks:
        # The few beyond the picture are counted at its ends.
        counts, _edges = np.histogram(np.clip(codes, edges[0], edges[-1]), edges)
        figure.add_scatter(
            x=middles,
            y=(counts / len(codes)).tolist(),
            mode="lines",
            line={"color": colour, "dash": dash, "width": 2.5, "shape": "hvh"},
            fill="tozeroy" if name == "now" else None,
            fillcolor=NOW_FILL if name == "now" else None,
            name=name,
            hovertemplate=f"{name}: %{{y:.1%}} near %{{x:.3g}}<extra></extra>",
        )


def shares_bars(
    names: Sequence[str],
    values: Sequence[float],
    title: str,
    axis: str,
    ends: Sequence[tuple[float, float]] = (),
    *,
    of_one: bool = False,
) -> go.Figure:
    """Numbers as bars to either side of 0.

    Args:
        names: Of the bars, top to bottom.
        values: Their lengths.
        title: Of the figure.
        axis: What they are counted in.
        ends: 95 % intervals, where there are some.
        of_one: Whether the numbers are shares of 1, told in per cent.
    """
    places, told = list(range(len(names))), percent if of_one else number_text
    marks = [axis_title(name, width=32) for name in names]
    lines = max((mark.count("<br>") + 1 for mark in marks), default=1)
    figure = go.Figure()
    wide = [each for each in ends if np.isfinite(each).all()]
    figure.add_bar(
        x=list(values),
        y=places,
        orientation="h",
        marker={"color": [BLUE if value >= 0 else VERMILLION for value in values]},
        error_x=whiskers(list(values), list(ends), GREY) if len(wide) == len(values) else None,
        text=[] if wide else [told(value) for value in values],
        textposition="outside",
        cliponaxis=False,
        hovertemplate=f"%{{x:{'.1%' if of_one else '.3g'}}}<extra></extra>",
    )
    figure.update_yaxes(
        tickvals=places,
        ticktext=marks,
        range=[len(names) - 0.4, -0.6],
        showgrid=False,
        zeroline=False,
    )
    # Room for the numbers beside the longest bars.
    every = [0.0, *values, *(end for each in wide for end in each)]
    room = 0.14 * ((max(every) - min(every)) or 1.0)
    low = min(every) - (room if min(every) < 0 else 0)
    figure.update_xaxes(
        title=axis_title(axis, width=70),
        zeroline=True,
        zerolinecolor=GREY,
        range=[low, max(every) + (room if max(every) > 0 else 0)],
        tickformat=".0%" if of_one else None,
    )
    dress(figure, title)
    figure.update_layout(height=150 + max(36, 8 + 15 * lines) * len(names), margin_r=60)
    return figure
