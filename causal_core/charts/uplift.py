"""How well people were ranked by effect, and how the groups differ."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import plotly.graph_objects as go

from causal_core.charts.colours import BLUE, GREY, SERIES
from causal_core.charts.style import dress
from causal_core.text import for_plotly
from causal_core.uplift.result import Points, UpliftResult

DASHES = ("solid", "dash", "dot", "dashdot", "longdash", "longdashdot")
"""One a line, so that lines differ without colour."""

HEIGHT = 400
"""Of each figure, in pixels."""

SPOTS = np.linspace(0.1, 0.9, 17)
"""Shares at which a line may be named."""

LEARNERS = {"s": "S", "t": "T", "x": "X", "r": "R", "dr": "DR"}
"""Learner -> how it is named beside its line."""


def uplift_curves(
    results: Sequence[UpliftResult], unit: str = "", band: bool = True, focus: str | None = None
) -> go.Figure:
    """Uplift curves on held-out rows against the line of random targeting.

    Args:
        results: Learners to compare, for one contrast; those with an error are left out.
        unit: The outcome's unit, for the axis.
        band: Draw the pointwise 95 % band of one learner, where it can be read.
        focus: The learner whose band it is; None for the only one there is.
    """
    shown = [result for result in results if result.error is None]
    figure = go.Figure()
    banded = shown if len(shown) == 1 else [result for result in shown if result.learner == focus]
    if band and banded:
        _band(figure, banded[0], SERIES[shown.index(banded[0]) % len(SERIES)])
    for place, result in enumerate(shown):
        _line(figure, result.curve, _name(result), place, "gain")
    if shown:
        _random(figure, shown[0].curve[-1][1])
    _axes(
        figure,
        [_name(result) for result in shown],
        [result.curve for result in shown],
        f"Gain per person{_unit(unit)}",
    )
    return _finished(figure, _title("Uplift curve", shown))


def qini_curves(results: Sequence[UpliftResult], unit: str = "") -> go.Figure:
    """Qini curves on held-out rows, per treated person, against the line of random targeting.

    Args:
        results: Learners to compare, for one contrast; those with an error are left out.
        unit: The outcome's unit, for the axis.
    """
    shown = [result for result in results if result.error is None]
    figure = go.Figure()
    names = [f"{_name(result)} {result.qini:.3g}" for result in shown]
    for place, (name, result) in enumerate(zip(names, shown, strict=True)):
        _line(figure, result.qini_curve, name, place, "Q")
    if shown:
        _random(figure, shown[0].qini_curve[-1][1])
    _axes(
        figure,
        names,
        [result.qini_curve for result in shown],
        f"Extra outcome per treated person{_unit(unit)}",
    )
    return _finished(figure, _title("Qini curve and coefficient", shown))


def segment_bars(result: UpliftResult, unit: str = "") -> go.Figure:
    """The effect in each group by predicted effect (bar, 95 % whisker) and what was predicted (diamond)."""
    labels = [_group(segment.group, len(result.segments), segment.share) for segment in result.segments]
    effects = [segment.effect for segment in result.segments]
    figure = go.Figure()
    figure.add_bar(
        x=labels,
        y=effects,
        marker={"color": BLUE, "opacity": 0.55},
        error_y={
            "type": "data",
            "symmetric": False,
            "array": [segment.ci[1] - segment.effect for segment in result.segments],
            "arrayminus": [segment.effect - segment.ci[0] for segment in result.segments],
            "color": GREY,
            "thickness": 2,
            "width": 6,
        },
        name="effect, 95 % interval",
        hovertemplate="%{x}<br>effect %{y:.3g}<extra></extra>",
    )
    figure.add_scatter(
        x=labels,
        y=[segment.predicted for segment in result.segments],
        mode="markers",
        marker={"symbol": "diamond-open", "size": 12, "color": SERIES[1], "line": {"width": 2}},
        name="predicted",
        hovertemplate="%{x}<br>predicted %{y:.3g}<extra></extra>",
    )
    if result.average is not None:
        figure.add_hline(y=result.average, line={"color": GREY, "dash": "dot", "width": 2})
        figure.add_annotation(
            x=1,
            xref="paper",
            xanchor="right",
            yanchor="bottom",
            y=result.average,
            showarrow=False,
            text="average",
        )
    figure.update_xaxes(title="People by predicted effect")
    figure.update_yaxes(title=f"Effect{_unit(unit)}", zeroline=True, zerolinecolor=GREY)
    return _finished(
        figure, _title(f"Effect by group, {LEARNERS.get(result.learner, result.learner)}-learner", [result])
    )


def _finished(figure: go.Figure, title: str) -> go.Figure:
    dress(figure, title)
    figure.update_layout(height=HEIGHT)
    return figure


def _group(group: int, count: int, share: float) -> str:
    ends = {1: "highest", count: "lowest"}
    name = ends.get(group, str(group)) if count > 1 else "everybody"
    return f"{name}<br>{share:.0%}"


def _band(figure: go.Figure, result: UpliftResult, colour: str) -> None:
    shares = [share for share, _, _ in result.band]
    edges = shares + shares[::-1]
    heights = [high for _, _, high in result.band] + [low for _, low, _ in result.band][::-1]
    figure.add_scatter(
        x=edges,
        y=heights,
        fill="toself",
        mode="none",
        fillcolor=_faint(colour),
        hoverinfo="skip",
        name="95 % pointwise",
        showlegend=False,
    )


def _faint(colour: str) -> str:
    red, green, blue = (int(colour[place : place + 2], 16) for place in (1, 3, 5))
    return f"rgba({red},{green},{blue},0.18)"


def _line(figure: go.Figure, points: Points, name: str, place: int, what: str) -> None:
    figure.add_scatter(
        x=[share for share, _ in points],
        y=[gain for _, gain in points],
        mode="lines",
        line={
            "color": SERIES[place % len(SERIES)],
            "dash": DASHES[place % len(DASHES)],
            "width": 2.5,
        },
        name=name,
        hovertemplate=f"{name}<br>first %{{x:.0%}}: {what} %{{y:.3g}}<extra></extra>",
    )


def _random(figure: go.Figure, end: float) -> None:
    """One line for all learners: on the same rows their curves end at the same point."""
    figure.add_scatter(
        x=[0, 1],
        y=[0, end],
        mode="lines",
        line={"color": GREY, "width": 1.5},
        name="random",
        hoverinfo="skip",
    )


def _axes(figure: go.Figure, names: Sequence[str], curves: Sequence[Points], gain: str) -> None:
    """Name the axes, and each line where it stands apart from the others."""
    figure.update_xaxes(title="Share of people treated, highest predicted effect first", tickformat=".0%")
    figure.update_xaxes(range=[0, 1.0], zeroline=False)
    figure.update_yaxes(title=gain, zeroline=True, zerolinecolor=GREY)
    heights = np.array([np.interp(SPOTS, *np.array(points).T) for points in curves])
    free = np.ones((2, len(SPOTS)), dtype=bool)
    for place, name in enumerate(names):
        others = np.delete(heights, place, axis=0)
        if len(others):
            gaps = np.array([heights[place] - others.max(axis=0), others.min(axis=0) - heights[place]])
        else:
            gaps = np.array([heights[0], heights[0] - np.inf])
        side, spot = np.unravel_index(np.where(free, gaps, -np.inf).argmax(), gaps.shape)
        # Another label on the same side keeps its distance.
        free[side, max(0, spot - 2) : spot + 3] = False
        figure.add_annotation(
            x=SPOTS[spot],
            y=heights[place, spot],
            text=f"<b>{name}</b>",
            showarrow=True,
            arrowhead=0,
            arrowwidth=1,
            arrowcolor=GREY,
            ax=0,
            ay=26 if side else -26,
            font={"color": SERIES[place % len(SERIES)]},
        )


def _title(what: str, results: Sequence[UpliftResult]) -> str:
    if not results:
        return what
    control, arm = results[0].contrast
    return f"{what}: {arm} against {control}"


def _name(result: UpliftResult) -> str:
    return for_plotly(LEARNERS.get(result.learner, result.learner))


def _unit(unit: str) -> str:
    return f" ({for_plotly(unit)})" if unit else ""
