"""The effect by one column: a curve with its bands over a histogram, or one mark a level."""

from __future__ import annotations

import numpy as np
import plotly.graph_objects as go

from causal_core.charts.colours import BLUE, GREY, VERMILLION
from causal_core.charts.shade import shade
from causal_core.charts.style import axis_title, dress
from causal_core.charts.whiskers import whiskers
from causal_core.percent import percent
from causal_core.text import for_plotly
from causal_core.who.column import ColumnEffect, Level
from causal_core.who.split import date_text
from causal_core.who.words import value_text

HEIGHT = 460
POINTWISE = "rgba(0, 114, 178, 0.32)"
EVERYWHERE = "rgba(0, 114, 178, 0.15)"
HISTOGRAM = "rgba(138, 143, 152, 0.55)"
VALUE = "%{y:.3g} (%{customdata[1]:.3g} to %{customdata[2]:.3g})"
"""A value with its interval, where a mark is pointed at."""

TICKS = 6
"""Dates named along the axis."""


def column_chart(effect: ColumnEffect, unit: str = "", randomised: bool = False) -> go.Figure:
    """The effect by a column, as `effect` holds it.

    Args:
        effect: One without a refusal.
        unit: The outcome's unit.
        randomised: Whether assignment was random: marks are filled then, hollow otherwise.
    """
    return _curve(effect, unit) if effect.curve is not None else _levels(effect, unit, randomised)


def _curve(effect: ColumnEffect, unit: str) -> go.Figure:
    curve = effect.curve
    assert curve is not None  # noqa: S101 - asked for by `column_chart` alone
    figure, x = go.Figure(), list(curve.grid)
    for low, high, colour, name in (
        (curve.low_all, curve.high_all, EVERYWHERE, "95 % band, all values at once"),
        (curve.low, curve.high, POINTWISE, "95 % interval at one value"),
    ):
        shade(figure, x, low, high, colour, name, legend=True)
    names = (
        [date_text(curve.day_zero, each) for each in x]
        if curve.day_zero
        else [value_text(each) for each in x]
    )
    said = f"{for_plotly(effect.column)} %{{customdata[0]}}"
    figure.add_scatter(
        x=x,
        y=list(curve.value),
        customdata=list(zip(names, curve.low, curve.high, strict=True)),
        mode="lines",
        line={"color": BLUE, "width": 2.5},
        name="effect among people with this value",
        hovertemplate=f"{said}: {VALUE}<extra></extra>",
    )
    figure.add_scatter(
        x=x,
        y=list(curve.model),
        customdata=[[name] for name in names],
        mode="lines",
        line={"color": VERMILLION, "width": 2, "dash": "dash"},
        name="model: were this everybody's value",
        hovertemplate=f"{said}: model %{{y:.3g}}<extra></extra>",
    )
    left, right, shares = (list(part) for part in zip(*curve.bars, strict=True))
    figure.add_bar(
        x=[(low + high) / 2 for low, high in zip(left, right, strict=True)],
        y=shares,
        width=[high - low for low, high in zip(left, right, strict=True)],
        yaxis="y2",
        marker={"color": HISTOGRAM},
        showlegend=False,
        hovertemplate="%{y:.1%} of rows<extra></extra>",
    )
    _average(figure, effect)
    dress(figure, f"Effect by {effect.column}")
    title = axis_title(effect.column)
    figure.update_layout(
        height=HEIGHT,
        barmode="overlay",
        yaxis={"domain": [0.24, 1], "title": axis_title("Effect", unit, 34), "zeroline": True},
        yaxis2={"domain": [0, 0.16], "title": "Rows", "tickformat": ".0%", "nticks": 3, "fixedrange": True},
        xaxis={"title": title, "anchor": "y2", "zeroline": False},
    )
    figure.update_yaxes(zerolinecolor=GREY)
    figure.update_xaxes(separatethousands=False)
    if curve.day_zero:
        at = np.linspace(x[0], x[-1], TICKS)
        figure.update_xaxes(tickvals=at.tolist(), ticktext=[date_text(curve.day_zero, day) for day in at])
    return figure


def _levels(effect: ColumnEffect, unit: str, randomised: bool) -> go.Figure:
    figure = go.Figure()
    told = [(place, level) for place, level in enumerate(effect.levels) if level.effect is not None]
    figure.add_bar(
        x=list(range(len(effect.levels))),
        y=[level.share for level in effect.levels],
        yaxis="y2",
        marker={"color": HISTOGRAM},
        showlegend=False,
        hovertemplate="%{y:.1%} of rows<extra></extra>",
    )
    values = [level.effect.value for _, level in told if level.effect]
    ends = [level.effect.ci or (level.effect.value,) * 2 for _, level in told if level.effect]
    figure.add_bar(
        x=[place for place, _ in told],
        y=values,
        marker={
            "color": BLUE if randomised else "rgba(0, 114, 178, 0.25)",
            "opacity": 0.6 if randomised else 1.0,
            "line": {"color": BLUE, "width": 1.5},
        },
        error_y=whiskers(values, ends, GREY),
        customdata=[[_plain(level), low, high] for (_, level), (low, high) in zip(told, ends, strict=True)],
        hovertemplate=f"%{{customdata[0]}}: {VALUE}<extra></extra>",
        name="effect among people with this value, 95 % interval",
    )
    modelled = [(place, level) for place, level in enumerate(effect.levels) if level.model is not None]
    figure.add_scatter(
        x=[place for place, _ in modelled],
        y=[level.model for _, level in modelled],
        mode="markers",
        marker={"symbol": "diamond-open", "size": 11, "color": VERMILLION, "line": {"width": 2}},
        text=[_plain(level) for _, level in modelled],
        hovertemplate="%{text}: model %{y:.3g}<extra></extra>",
        name="model: were this everybody's value",
    )
    _average(figure, effect)
    dress(figure, f"Effect by {effect.column}")
    figure.update_layout(
        height=HEIGHT,
        yaxis={"domain": [0.24, 1], "title": axis_title("Effect", unit, 34), "zeroline": True},
        yaxis2={"domain": [0, 0.16], "title": "Rows", "tickformat": ".0%", "nticks": 3, "fixedrange": True},
        xaxis={
            "title": axis_title(effect.column),
            "anchor": "y2",
            "tickvals": list(range(len(effect.levels))),
            "ticktext": [_short(level) for level in effect.levels],
            "range": [-0.6, len(effect.levels) - 0.4],
            "zeroline": False,
        },
    )
    figure.update_yaxes(zerolinecolor=GREY)
    return figure


def _average(figure: go.Figure, effect: ColumnEffect) -> None:
    figure.add_shape(
        type="line",
        x0=0,
        x1=1,
        xref="x domain",
        y0=effect.average.value,
        y1=effect.average.value,
        yref="y",
        line={"color": GREY, "dash": "dot", "width": 1.5},
    )
    figure.add_annotation(
        x=1, xref="x domain", xanchor="right", yanchor="bottom", y=effect.average.value, text="average",
        showarrow=False,
    )  # fmt: skip


def _plain(level: Level) -> str:
    words = {"missing": "<i>missing</i>", "others": "<i>other levels</i>"}
    return words.get(level.kind, for_plotly(level.name))


def _short(level: Level) -> str:
    name = level.name if len(level.name) <= 18 else f"{level.name[:17]}…"
    words = {"missing": "<i>missing</i>", "others": "<i>other levels</i>"}
    return f"{words.get(level.kind, for_plotly(name))}<br>{percent(level.share)}"
