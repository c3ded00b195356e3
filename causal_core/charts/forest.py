"""Estimates side by side, each with its interval."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import plotly.graph_objects as go

from causal_core.charts.colours import BLUE, GREY, SERIES
from causal_core.charts.style import axis_title, dress, extra_height
from causal_core.estimation.methods import METHODS
from causal_core.estimation.result import Estimate, Interval
from causal_core.study.headline import number_text
from causal_core.text import for_plotly

ARROW_SHARE = 0.08
"""How far an open end reaches beyond the points, as a share of their range."""


HOLE_SHARE = 0.011
"""Half the width of a hollow marker, as a share of the axis."""

PARTS = {
    "TE": "TE, both parts together",
    "NDE(0)": "NDE(0), not through the mediators",
    "NIE(1)": "NIE(1), through the mediators",
}
"""Estimands of mediation in words."""


TEXT = 13
"""Size of the methods' names and of the numbers, so that they can be read from afar."""


def forest(
    estimates: Sequence[Estimate], unit: str = "", title: str = "", randomised: bool = False
) -> go.Figure:
    """A row for each estimate: a point, a whisker for each part of its 95 % interval, the number beside it.

    Evidence from random assignment is filled, observational evidence hollow; an association is a diamond. An
    open end is an arrow. Estimates without a value are left out; say their `error` in words elsewhere.

    Args:
        estimates: What to draw, top to bottom.
        unit: The outcome's unit, for the axis.
        title: The question the picture answers.
        randomised: Whether assignment was random.
    """
    shown = [estimate for estimate in estimates if estimate.value is not None]
    low, high = _range(shown)
    reach = (high - low) * ARROW_SHARE
    figure = go.Figure()
    arms = list(dict.fromkeys(estimate.contrast for estimate in shown))
    named: set[str] = set()
    for place, estimate in enumerate(shown):
        colour = SERIES[arms.index(estimate.contrast) % len(SERIES)] if len(arms) > 1 else BLUE
        symbol, name = _mark(estimate, randomised)
        hole = (high - low + 4 * reach) * HOLE_SHARE if symbol.endswith("open") else 0.0
        for part in _parts(estimate.ci):
            _whisker(figure, part, place, colour, (low - reach, high + reach), (estimate.value or 0.0, hole))
        _point(figure, estimate, place, colour, symbol, name, name not in named)
        named.add(name)
        figure.add_annotation(
            x=1.01,
            xref="paper",
            xanchor="left",
            y=place,
            showarrow=False,
            text=_number(estimate),
            align="left",
            font={"size": TEXT},
        )
    figure.add_vline(x=0, line={"color": GREY, "width": 1, "dash": "dot"})
    title_below = axis_title("Effect on the outcome", unit)
    figure.update_xaxes(
        title=title_below,
        range=[low - 2 * reach, high + 2 * reach],
        zeroline=False,
    )
    figure.update_yaxes(
        tickvals=list(range(len(shown))),
        ticktext=[_label(estimate, len(arms) > 1) for estimate in shown],
        tickfont={"size": TEXT},
        range=[len(shown) - 0.4, -0.6],
        showgrid=False,
        zeroline=False,
    )
    dress(figure, title)
    more = extra_height(title_below)
    figure.update_layout(
        height=150 + more + 44 * max(len(shown), 1), margin={"r": _room(shown), "l": 20, "b": 90 + more}
    )
    return figure


def _parts(ci: Interval | tuple[Interval, ...] | None) -> list[Interval]:
    if ci is None:
        return []
    # A single interval holds numbers or None; a disjoint one holds intervals.
    parts = [part for part in ci if isinstance(part, tuple)]
    return parts or [(ci[0], ci[1])]  # type: ignore[list-item] # the branch of a single interval


def _range(shown: Sequence[Estimate]) -> tuple[float, float]:
    ends = [0.0]
    for estimate in shown:
        ends.append(estimate.value or 0.0)
        ends += [end for part in _parts(estimate.ci) for end in part if end is not None and np.isfinite(end)]
    low, high = min(ends), max(ends)
    return (low, high) if high > low else (low - 1.0, high + 1.0)


def _whisker(
    figure: go.Figure,
    part: Interval,
    place: int,
    colour: str,
    reach: tuple[float, float],
    hole: tuple[float, float],
) -> None:
    left, right = (edge if end is None else end for end, edge in zip(part, reach, strict=True))
    marks = [
        "triangle-left" if part[0] is None else "line-ns",
        "triangle-right" if part[1] is None else "line-ns",
    ]
    xs: list[float | None] = [left, right]
    symbols = marks
    centre, half = hole
    if left < centre - half and centre + half < right and half:
        # The whisker stops at a hollow marker instead of running through it; None breaks the line.
        xs = [left, centre - half, None, centre + half, right]
        symbols = [marks[0], "circle", "circle", "circle", marks[1]]
    figure.add_scatter(
        x=xs,
        y=[place] * len(xs),
        mode="lines+markers",
        line={"color": colour, "width": 2.5},
        marker={
            "symbol": symbols,
            "size": [0 if symbol == "circle" else 10 for symbol in symbols],
            "color": colour,
            "line": {"width": [0 if symbol == "circle" else 2 for symbol in symbols], "color": colour},
        },
        hoverinfo="skip",
        showlegend=False,
    )


def _mark(estimate: Estimate, randomised: bool) -> tuple[str, str]:
    if estimate.estimand == "association":
        return "diamond-open", "association, not an effect"
    return ("circle", "effect, random assignment") if randomised else ("circle-open", "effect, observational")


def _point(
    figure: go.Figure, estimate: Estimate, place: int, colour: str, symbol: str, name: str, first: bool
) -> None:
    figure.add_scatter(
        x=[estimate.value],
        y=[place],
        mode="markers",
        marker={"symbol": symbol, "size": 13, "color": colour, "line": {"width": 2.5, "color": colour}},
        name=name,
        legendgroup=name,
        showlegend=first,
        hovertemplate=_hover(estimate) + "<extra></extra>",
    )


def _label(estimate: Estimate, with_arm: bool) -> str:
    label = METHODS[estimate.method].label if estimate.method in METHODS else estimate.method
    lines = [for_plotly(label)]
    about = PARTS.get(estimate.estimand, estimate.estimand)
    if with_arm:
        about += f", {for_plotly(estimate.contrast[1])} against {for_plotly(estimate.contrast[0])}"
    lines.append(f"<span style='font-size:0.85em'>{about}</span>")
    return "<br>".join(lines)


def _end(end: float | None, sign: str) -> str:
    return f"{sign}∞" if end is None else number_text(end)


def _number(estimate: Estimate) -> str:
    parts = [f"[{_end(part[0], '−')}, {_end(part[1], '')}]" for part in _parts(estimate.ci)]
    return f"<b>{number_text(estimate.value or 0.0)}</b>  {' or '.join(parts)}"


def _room(shown: Sequence[Estimate]) -> int:
    """Pixels that the widest number beside the picture takes."""
    widest = max((len(_number(estimate)) - len("<b></b>") for estimate in shown), default=0)
    return max(190, 8 * widest)


def _hover(estimate: Estimate) -> str:
    arm, control = for_plotly(estimate.contrast[1]), for_plotly(estimate.contrast[0])
    error = "" if estimate.std_error is None else f"<br>standard error {estimate.std_error:.4g}"
    value = f"{estimate.estimand}: {estimate.value:.5g}{error}"
    return f"{arm} against {control}<br>{value}<br>{estimate.rows_used:,} rows"
