"""A Bayesian network with the belief in every level on its nodes; each bar can be clicked."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from math import atan2, degrees, nan
from typing import Any, Final

import plotly.graph_objects as go

from causal_core.charts.colours import BLUE, GREEN, GREY, ORANGE, VERMILLION
from causal_core.charts.network_boxes import (
    BAR,
    HEAD,
    LONGEST,
    LONGEST_NAME,
    NUMBER,
    ROW,
    Box,
    boxes,
    levels_shown,
)
from causal_core.charts.network_look import LIGHT, STEP, State, Theme, blend, chance_text
from causal_core.charts.network_ways import Way, arrows, tail, ties
from causal_core.text import for_plotly
from causal_core.what_if.bif import Node
from causal_core.what_if.network import BayesianNetwork

Beliefs = Mapping[str, Mapping[str, float]]

_EDGE: Final = 14.0


def belief_graph(
    network: BayesianNetwork,
    beliefs: Beliefs,
    before: Beliefs | None = None,
    state: State | None = None,
    theme: Theme = LIGHT,
    placed: Mapping[str, Box] | None = None,
) -> go.Figure:
    """The network, a box a node with a bar a level.

    Its scale is one to one: the figure has the width and height in pixels that its boxes take.

    Args:
        network: The network.
        beliefs: Node -> level -> chance; nodes of which nothing can be told are left out.
        before: The same before the news, drawn as a thin line across each bar that moved.
        state: What is brought out.
        theme: The page's colours.
        placed: Node -> its box, as `boxes` gives them, where they are at hand.
    """
    shown = state or State()
    at = placed or boxes(network)
    drawn = _Drawn(network, at, shown, theme)
    for node in network.nodes:
        drawn.node(node, beliefs.get(node.name), (before or {}).get(node.name))
    figure = go.Figure(
        data=[*drawn.heads(), *drawn.traces()], layout={"shapes": [*drawn.lines(), *drawn.frames]}
    )
    left, right = min(box.x for box in at.values()), max(box.x + box.width for box in at.values())
    ways = [point for _, points in drawn.ways for point in points]
    top = min([*(box.y for box in at.values()), *(y for _, y in ways)]) - _EDGE
    bottom = max([*(box.y + box.height for box in at.values()), *(y for _, y in ways)]) + _EDGE
    left, right = min([left, *(x for x, _ in ways)]) - _EDGE, max([right, *(x for x, _ in ways)]) + _EDGE
    axis = {"visible": False, "fixedrange": True, "showgrid": False, "zeroline": False}
    figure.update_layout(
        xaxis={**axis, "range": [left, right]},
        yaxis={**axis, "range": [bottom, top]},
        width=round(right - left),
        height=round(bottom - top),
        margin={"l": 0, "r": 0, "t": 0, "b": 0},
        paper_bgcolor="rgba(0,0,0,0)",
        plot_bgcolor="rgba(0,0,0,0)",
        showlegend=False,
        dragmode=False,
        hovermode="closest",
        hoverdistance=8,
        barmode="overlay",
        hoverlabel={"align": "left"},
    )
    return figure


class _Drawn:
    """What is drawn, gathered in few traces: a trace a thing, not a trace a node."""

    def __init__(self, network: BayesianNetwork, at: Mapping[str, Box], state: State, theme: Theme) -> None:
        self._at, self._state, self._theme = at, state, theme
        self.frames: list[dict[str, Any]] = []
        self._texts: dict[tuple[str, float], list[tuple[float, float, str]]] = {}
        self._bars: list[tuple[float, float, float, str]] = []
        self._marks: list[tuple[float, float]] = []
        self._targets: list[tuple[float, float, list[str]]] = []
        self.ways = [(False, points) for points in arrows(network.graph, at, state.done)]
        self.ways += [(True, points) for points in ties(network.graph, at, state.done)]

    def node(self, node: Node, told: Mapping[str, float] | None, before: Mapping[str, float] | None) -> None:
        """Gather one node; where nothing can be told of it, question marks stand for chances."""
        chances = dict.fromkeys(node.levels, nan) if told is None else told
        box, name = self._at[node.name], node.name
        colour, width, dash, mark = self._frame(name)
        faded = name in self._state.faded
        ink = blend(self._theme.ink, self._theme.paper, 0.45) if faded else self._theme.ink
        self.frames.append(
            {
                "type": "rect",
                "layer": "below",
                "x0": box.x,
                "x1": box.x + box.width,
                "y0": box.y,
                "y1": box.y + box.height,
                "line": {"color": colour, "width": width, "dash": dash},
                "fillcolor": blend(colour, self._theme.paper, 0.08),
            }
        )
        head = f"<b>{for_plotly(mark + _short(name, LONGEST_NAME))}</b>"
        self._text(box.x + 7, box.y + HEAD / 2 + 2, head, 13, ink)
        start = box.x + box.width - NUMBER - BAR
        levels = levels_shown(node.levels, [level for level in node.levels if chances[level] >= 1 - 1e-12])
        for place, level in enumerate(levels):
            y, chance = box.y + HEAD + ROW * (place + 0.5), chances[level]
            self._text(box.x + 7, y, for_plotly(_short(level, LONGEST)), 11.5, ink)
            self._text(start + BAR + 5, y, chance_text(chance), 11.5, ink)
            fill = colour if mark else BLUE
            long = 0.0 if told is None else BAR * chance
            self._bars.append((start, y, long, blend(fill, self._theme.paper, 0.4) if faded else fill))
            said = f"{for_plotly(name)} = {for_plotly(level)}: {chance_text(chance)}"
            if before is not None and abs(before[level] - chance) > STEP:
                self._marks.append((start + BAR * before[level], y))
                said += f", before {chance_text(before[level])}"
            wide = box.width / 5
            self._targets += [(box.x + wide * (step + 0.5), y, [name, level, said]) for step in range(5)]
        if more := len(node.levels) - len(levels):
            rest = sum(chances[level] for level in node.levels if level not in levels)
            y = box.y + HEAD + ROW * (len(levels) + 0.5)
            self._text(box.x + 7, y, f"<i>{more} more</i>", 11.5, ink)
            self._text(start + BAR + 5, y, chance_text(rest), 11.5, ink)

    def _frame(self, name: str) -> tuple[str, float, str, str]:
        """Colour, width, dash and the word of a node's frame."""
        if name in self._state.done:
            return BLUE, 3, "solid", "do · "
        if name in self._state.seen:
            return ORANGE, 3, "dot", "see · "
        if name in self._state.fresh:
            return GREEN, 4, "solid", ""
        if name in self._state.told:
            return GREEN, 1.6, "solid", ""
        return GREY, 1.2, "solid", ""

    def _text(self, x: float, y: float, text: str, size: float, colour: str) -> None:
        self._texts.setdefault((colour, size), []).append((x, y, text))

    def lines(self) -> list[dict[str, Any]]:
        """All arrows as one path, all ties as another, under the boxes."""
        found = []
        for tied, dash in ((False, "solid"), (True, "dash")):
            path = "".join(_path(points) for kind, points in self.ways if kind == tied)
            if path:
                line = {"color": GREY, "width": 1.6, "dash": dash}
                found.append({"type": "path", "path": path, "layer": "below", "line": line})
        return found

    def heads(self) -> list[go.Scatter]:
        """The heads of arrows; ties have two."""
        ends = [(points[-1], tail(points[::-1])) for _, points in self.ways]
        ends += [(points[0], tail(points)) for tied, points in self.ways if tied]
        return [
            go.Scatter(
                x=[tip[0] for tip, _ in ends],
                y=[tip[1] for tip, _ in ends],
                mode="markers",
                marker={
                    "symbol": "arrow",
                    "size": 11,
                    "angle": [degrees(atan2(tip[0] - back[0], back[1] - tip[1])) for tip, back in ends],
                    "color": GREY,
                    "opacity": 1,
                },
                hoverinfo="skip",
                **_CALM,
            )
        ]

    def traces(self) -> Iterable[go.Scatter | go.Bar]:
        """Bars, lines of before, texts, and what takes the clicks."""
        yield go.Bar(
            base=[start for start, _, _, _ in self._bars],
            x=[long for _, _, long, _ in self._bars],
            y=[y for _, y, _, _ in self._bars],
            width=ROW * 0.66,
            orientation="h",
            marker={"color": [colour for *_, colour in self._bars], "line": {"width": 0}, "opacity": 1},
            hoverinfo="skip",
            **_CALM,
        )
        yield go.Scatter(
            x=[x for x, _ in self._marks],
            y=[y for _, y in self._marks],
            mode="markers",
            marker={
                "symbol": "line-ns",
                "size": ROW * 0.5,
                "line": {"color": VERMILLION, "width": 2.4},
                "opacity": 1,
            },
            hoverinfo="skip",
            **_CALM,
        )
        for (colour, size), rows in self._texts.items():
            yield go.Scatter(
                x=[x for x, _, _ in rows],
                y=[y for _, y, _ in rows],
                text=[text for _, _, text in rows],
                mode="text",
                textposition="middle right",
                textfont={"color": colour, "size": size},
                cliponaxis=False,
                hoverinfo="skip",
                selected={"textfont": {"color": colour}},
                unselected={"textfont": {"color": colour}},
            )
        yield go.Scatter(
            x=[x for x, _, _ in self._targets],
            y=[y for _, y, _ in self._targets],
            mode="markers",
            marker={"size": ROW - 2, "color": "rgba(0,0,0,0)", "symbol": "square", "opacity": 1},
            customdata=[data for _, _, data in self._targets],
            hovertemplate="%{customdata[2]}<extra></extra>",
            **_CALM,
        )


_CALM: Final[dict[str, Any]] = {
    "selected": {"marker": {"opacity": 1}},
    "unselected": {"marker": {"opacity": 1}},
}
"""A click changes beliefs, not the look of what was not clicked."""


def _path(points: Way) -> str:
    return "M" + "L".join(f"{x:.1f},{y:.1f}" for x, y in points)


def _short(text: str, longest: int) -> str:
    return text if len(text) <= longest else f"{text[: longest - 1]}…"
