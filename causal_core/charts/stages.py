"""What rules over several stages do and what they are worth, as pictures."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import plotly.graph_objects as go

from causal_core.charts.colours import BLUE, GREY, SERIES
from causal_core.charts.style import axis_title, dress
from causal_core.charts.whiskers import whiskers
from causal_core.data.design import Floats
from causal_core.gap.digits import number_and_ends
from causal_core.percent import percent
from causal_core.stages.result import RegimeValue, StageFound
from causal_core.stages.words import regime_name
from causal_core.text import for_plotly

HEIGHT = 440
"""Of the timeline, in pixels."""

ROW = 40
"""Pixels a rule in the comparison."""

NO_DECISION = "no decision"

GAP = 0.05
"""Between two arms of a stage, as a part of all people."""

WIDTH = 0.09
"""Half the width of an arm's box, as a part of the way to the next stage."""

LEAST = 0.004
"""Shares below this part of people are not drawn."""

LONGEST = 26
"""Letters of an arm's name in the picture; told in full where the pointer rests."""


def timeline(stages: Sequence[StageFound], regime: RegimeValue, ink: str | None = None) -> go.Figure:
    """Who gets what at each stage under a rule: boxes as high as their share of people, bands between them.

    Args:
        stages: The decisions in order.
        regime: What is done.
        ink: The colour of the page's text; None for the template's.
    """
    figure = go.Figure()
    colours = arm_colours(stages)
    before: tuple[_Box, ...] = ()
    for place, (stage, flow) in enumerate(zip(stages, regime.flows, strict=True)):
        boxes = _boxes(place, (*stage.arms, NO_DECISION), flow.sum(axis=0))
        if before:
            _bands(figure, before, boxes, flow, colours)
        for box in boxes:
            if box.share >= LEAST:
                _draw(figure, box, colours[box.name], first=place == 0)
        figure.add_annotation(
            x=place,
            y=1.0,
            yref="paper",
            yanchor="bottom",
            text=f"<b>{'First' if place == 0 else 'Then'}: {for_plotly(_short(stage.treatment, 40))}</b>",
            showarrow=False,
            font={"size": 15},
        )
        before = boxes
    figure.update_xaxes(visible=False, range=[-0.6, len(stages) - 1 + 0.6])
    figure.update_yaxes(visible=False, range=[-0.02, 1 + GAP * 4])
    figure.update_annotations(font_color=ink)
    dress(figure, "")
    figure.update_layout(height=HEIGHT, margin={"t": 50, "b": 20, "l": 10, "r": 10}, showlegend=False)
    return figure


def arm_colours(stages: Sequence[StageFound]) -> dict[str, str]:
    """Arm -> its colour, the same at every stage; controls and no decision are grey."""
    colours = {NO_DECISION: GREY}
    others = [arm for stage in stages for arm in stage.arms[1:]]
    found = dict.fromkeys(arm for arm in others)
    colours |= {arm: SERIES[place % len(SERIES)] for place, arm in enumerate(found)}
    for stage in stages:
        colours.setdefault(stage.arms[0], GREY)
    return colours


def regime_values(regimes: Sequence[RegimeValue], chosen: tuple[str, ...] = (), unit: str = "") -> go.Figure:
    """A row for each rule: its value with a 95 % whisker, and the number beside it.

    Args:
        regimes: What to draw, top to bottom.
        chosen: Arms of the sequence predicted best for everybody, marked.
        unit: The benefit's unit, for the axis.
    """
    figure = go.Figure()
    names = []
    for place, regime in enumerate(regimes):
        learned = regime.name in ("q_learning", "tree")
        colour = BLUE if learned else GREY
        figure.add_scatter(
            x=[regime.value],
            y=[place],
            mode="markers",
            marker={"size": 11, "color": colour, "symbol": "diamond" if learned else "circle"},
            error_x=whiskers([regime.value], [regime.ci], colour),
            showlegend=False,
            customdata=[for_plotly(regime_name(regime))],
            hovertemplate="%{customdata}: %{x:.3g}<extra></extra>",
        )
        number, ends = number_and_ends(regime.value, regime.ci)
        figure.add_annotation(
            x=1.01, xref="paper", xanchor="left", y=place, showarrow=False, text=f"{number} ({ends})"
        )
        name = for_plotly(_short(regime_name(regime), 60))
        marked = bool(chosen) and regime.arms == chosen
        names.append(f"<b>{name}</b>" if learned else f"{name} ◂" if marked else name)
    figure.update_xaxes(title=axis_title("Value per person", unit), zeroline=False)
    figure.update_yaxes(
        tickvals=list(range(len(regimes))),
        ticktext=names,
        range=[len(regimes) - 0.4, -0.6],
        zeroline=False,
        showgrid=False,
    )
    dress(figure, "Value on rows that no rule saw")
    figure.update_layout(height=160 + ROW * len(regimes), margin_r=170)
    return figure


@dataclass(frozen=True)
class _Box:
    """An arm at a stage: its place and the stretch of the height that its people take."""

    place: int
    name: str
    low: float
    share: float

    @property
    def high(self) -> float:
        return self.low + self.share


def _boxes(place: int, names: Sequence[str], shares: Floats) -> tuple[_Box, ...]:
    """From the top down in the order of the arms, with gaps between those that anybody gets."""
    found, top = [], 1 + GAP * 3
    for name, share in zip(names, shares.tolist(), strict=True):
        found.append(_Box(place, name, top - share, share))
        top -= share + (GAP if share >= LEAST else 0.0)
    return tuple(found)


def _bands(
    figure: go.Figure,
    before: Sequence[_Box],
    after: Sequence[_Box],
    flow: Floats,
    colours: dict[str, str],
) -> None:
    left, right = [box.high for box in before], [box.high for box in after]
    for start, end in zip(*np.nonzero(flow >= LEAST), strict=True):
        share = float(flow[start, end])
        x0, x1 = before[start].place + WIDTH, after[end].place - WIDTH
        top0, top1 = left[start], right[end]
        left[start], right[end] = top0 - share, top1 - share
        bend = (x0 + x1) / 2
        path = (
            f"M {x0},{top0} C {bend},{top0} {bend},{top1} {x1},{top1} L {x1},{top1 - share} "
            f"C {bend},{top1 - share} {bend},{top0 - share} {x0},{top0 - share} Z"
        )
        figure.add_shape(
            type="path",
            path=path,
            fillcolor=colours[after[end].name],
            opacity=0.28,
            line={"width": 0},
            layer="below",
        )


def _draw(figure: go.Figure, box: _Box, colour: str, *, first: bool) -> None:
    x0, x1 = box.place - WIDTH, box.place + WIDTH
    figure.add_shape(
        type="rect", x0=x0, x1=x1, y0=box.low, y1=box.high, fillcolor=colour, opacity=0.9, line={"width": 0}
    )
    figure.add_scatter(
        x=[box.place],
        y=[box.low + box.share / 2],
        mode="markers",
        marker={"size": 16, "color": colour, "opacity": 0},
        hovertext=f"{for_plotly(box.name)}: {percent(box.share, 1)} of people",
        hoverinfo="text",
        showlegend=False,
    )
    figure.add_annotation(
        x=x0 - 0.015 if first else x1 + 0.015,
        y=box.low + box.share / 2,
        xanchor="right" if first else "left",
        yanchor="middle",
        text=f"{for_plotly(_short(box.name, LONGEST))} <b>{percent(box.share)}</b>",
        showarrow=False,
        font={"size": 14},
    )


def _short(text: str, most: int) -> str:
    return text if len(text) <= most else f"{text[: most - 1]}…"
