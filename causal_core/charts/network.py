"""A Bayesian network with the belief in every level on its nodes; each bar can be clicked."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

import plotly.graph_objects as go

from causal_core.charts.colours import BLUE, GREY, ORANGE, VERMILLION
from causal_core.charts.style import dress
from causal_core.text import for_plotly
from causal_core.what_if.network import BayesianNetwork

ROW: Final = 17.0
"""Pixels a level."""

WIDTH: Final = 150.0
"""Pixels of a node."""

_HEAD, _BAR, _GAP, _LONGEST, _MOST = 20.0, 52.0, 60.0, 13, 6

Place = tuple[float, float]


def belief_graph(
    network: BayesianNetwork,
    beliefs: Mapping[str, Mapping[str, float]],
    places: Mapping[str, Place],
    before: Mapping[str, Mapping[str, float]] | None = None,
    seen: Collection[str] = (),
    done: Collection[str] = (),
) -> go.Figure:
    """The network at its places, a box a node with a bar a level.

    Args:
        network: The network.
        beliefs: Node -> level -> chance.
        places: Node -> (x, y), y down, in units of about one node's spacing.
        before: The same without evidence, drawn as a thin line on each bar.
        seen: Nodes whose level is seen: framed in orange.
        done: Nodes that are set: framed in blue, arrows into them left out.
    """
    boxes = _boxes(network, places)
    figure = go.Figure()
    for node in network.nodes:
        for parent in network.graph.parents(node.name):
            if node.name not in done:
                _arrow(figure, boxes[parent], boxes[node.name])
    for pair in network.graph.bidirected:
        one, other = sorted(pair)
        _arrow(figure, boxes[one], boxes[other], both=True)
    for node in network.nodes:
        state = "done" if node.name in done else "seen" if node.name in seen else ""
        _node(figure, node.name, boxes[node.name], beliefs[node.name], state, (before or {}).get(node.name))
    _targets(figure, network, boxes)
    right = max(box.x + WIDTH / 2 for box in boxes.values()) + 12
    left = min(box.x - WIDTH / 2 for box in boxes.values()) - 12
    bottom = max(box.y + box.height for box in boxes.values()) + 12
    top = min(box.y for box in boxes.values()) - 12
    figure.update_xaxes(visible=False, range=[left, right], fixedrange=True)
    figure.update_yaxes(visible=False, range=[bottom, top], fixedrange=True)
    dress(figure, "")
    figure.update_layout(
        height=max(int(bottom - top), 220),
        width=max(int(right - left), 400),
        margin={"l": 0, "r": 0, "t": 0, "b": 0},
        showlegend=False,
        dragmode=False,
        hovermode="closest",
    )
    return figure


def levels_shown(levels: tuple[str, ...]) -> tuple[str, ...]:
    """The levels that have a bar: the first six."""
    return levels[:_MOST]


@dataclass(frozen=True)
class _Box:
    x: float
    y: float
    height: float


def _boxes(network: BayesianNetwork, places: Mapping[str, Place]) -> dict[str, _Box]:
    """Boxes in pixels, rows of nodes far enough apart for the tallest."""
    high = {node.name: _HEAD + ROW * len(levels_shown(node.levels)) + 6 for node in network.nodes}
    unit_x = WIDTH + _GAP
    unit_y = max(high.values()) + 46
    xs = sorted({round(x, 3) for x, _ in places.values()})
    near = min((b - a for a, b in pairwise(xs) if b - a > 0.3), default=1.0)
    return {
        name: _Box(x / near * unit_x, y * unit_y, high[name])
        for name, (x, y) in places.items()
        if name in high
    }


def _arrow(figure: go.Figure, start: _Box, end: _Box, *, both: bool = False) -> None:
    (ax, ay), (bx, by) = _ends(start, end)
    figure.add_annotation(
        x=bx,
        y=by,
        ax=ax,
        ay=ay,
        xref="x",
        yref="y",
        axref="x",
        ayref="y",
        showarrow=True,
        arrowhead=2,
        arrowside="end+start" if both else "end",
        startarrowhead=2,
        arrowsize=1.2,
        arrowwidth=1.4,
        arrowcolor=ORANGE if both else GREY,
        text="",
    )


def _ends(start: _Box, end: _Box) -> tuple[Place, Place]:
    """Where the line between two boxes' middles leaves the one and meets the other."""
    ax, ay = start.x, start.y + start.height / 2
    bx, by = end.x, end.y + end.height / 2

    def edge(box: _Box, dx: float, dy: float) -> Place:
        across = (WIDTH / 2 + 3) / abs(dx) if dx else float("inf")
        up = (box.height / 2 + 3) / abs(dy) if dy else float("inf")
        reach = min(across, up, 1.0)
        return box.x + dx * reach, box.y + box.height / 2 + dy * reach

    return edge(start, bx - ax, by - ay), edge(end, ax - bx, ay - by)


def _node(
    figure: go.Figure,
    name: str,
    box: _Box,
    chances: Mapping[str, float],
    state: str,
    before: Mapping[str, float] | None,
) -> None:
    left = box.x - WIDTH / 2
    frame = {"done": BLUE, "seen": ORANGE}.get(state, GREY)
    figure.add_shape(
        type="rect",
        x0=left,
        x1=left + WIDTH,
        y0=box.y,
        y1=box.y + box.height,
        line={"color": frame, "width": 3 if state else 1.2, "dash": "dot" if state == "seen" else "solid"},
        fillcolor="rgba(138,143,152,0.07)",
    )
    mark = {"done": "do · ", "seen": "see · "}.get(state, "")
    _text(figure, left + 6, box.y + _HEAD / 2 + 1, f"<b>{for_plotly(_short(mark + name, 20))}</b>", 12.5)
    for place, (level, chance) in enumerate(list(chances.items())[:_MOST]):
        y = box.y + _HEAD + ROW * place + ROW / 2
        start = left + WIDTH - _BAR - 44
        _text(figure, left + 6, y, for_plotly(_short(level, _LONGEST - 6)), 11)
        figure.add_shape(
            type="rect",
            x0=start,
            x1=start + _BAR * chance,
            y0=y - ROW * 0.32,
            y1=y + ROW * 0.32,
            line={"width": 0},
            fillcolor=frame if state else BLUE,
        )
        if before is not None and abs(before[level] - chance) > 0.004:
            at = start + _BAR * before[level]
            figure.add_shape(
                type="line",
                x0=at,
                x1=at,
                y0=y - ROW * 0.42,
                y1=y + ROW * 0.42,
                line={"color": VERMILLION, "width": 2},
            )
        _text(figure, start + _BAR + 4, y, f"{100 * chance:.1f} %", 10.5)


def _targets(figure: go.Figure, network: BayesianNetwork, boxes: Mapping[str, _Box]) -> None:
    """Nearly invisible marks over the bars, which take clicks and tell on hover."""
    x, y, data = [], [], []
    for node in network.nodes:
        box = boxes[node.name]
        for place, level in enumerate(levels_shown(node.levels)):
            for step in (-52.0, -26.0, 0.0, 26.0, 52.0):
                x.append(box.x + step)
                y.append(box.y + _HEAD + ROW * place + ROW / 2)
                data.append([node.name, level, for_plotly(node.name), for_plotly(level)])
    figure.add_scatter(
        x=x,
        y=y,
        mode="markers",
        marker={"size": ROW - 2, "opacity": 0.01, "color": BLUE, "symbol": "square"},
        customdata=data,
        hovertemplate="%{customdata[2]} = %{customdata[3]}<extra></extra>",
        selected={"marker": {"opacity": 0.01}},
        unselected={"marker": {"opacity": 0.01}},
    )


def _text(figure: go.Figure, x: float, y: float, text: str, size: float) -> None:
    figure.add_annotation(
        x=x, y=y, text=text, showarrow=False, xanchor="left", yanchor="middle", font={"size": size}
    )


def _short(text: str, longest: int) -> str:
    return text if len(text) <= longest else f"{text[: longest - 1]}…"
