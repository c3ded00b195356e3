"""A causal graph as one static SVG picture, for reports, downloads and print."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import TYPE_CHECKING

from causal_core.graph.layout import placed
from causal_core.graph.svg_lines import HIDDEN, MEANINGS, PLAIN, RADIUS, Point, bend, course, line
from causal_core.graph.svg_marks import legend, literal, node, shortened, width

if TYPE_CHECKING:
    from causal_core.graph.causal_graph import CausalGraph

Edge = tuple[str, str] | frozenset[str]

ROW = 92.0
MARGIN = 34.0
BEYOND = 18.0
"""How far, in pixels, a line that ends at the borders of its nodes may reach beyond its course."""
NAMED = (RADIUS + 8.0, RADIUS + 26.0)
"""From where to where, in pixels above or below the centre of a node, its name stands."""
MOST_AVOIDED = 50_000
"""Above this number of nodes times edges, lines no longer bow round nodes in their way."""


def to_svg(
    graph: CausalGraph,
    roles: Mapping[str, str] | None = None,
    adjusted: Collection[str] = (),
    highlight: Mapping[Edge, str] | None = None,
    title: str = "Causal graph",
    legend_below: bool = True,
) -> str:
    """The graph as an SVG element that needs nothing from outside itself, with a legend of the marks in it.

    Args:
        graph: The graph; drawn at its positions when every node has one, else laid out.
        roles: Node -> role, from `causal_core.graph.roles.roles`; None for a graph without a question.
        adjusted: Nodes to frame as adjusted for.
        highlight: Edges to bring out, each "causal", "open" or "closed" after the path it lies on: an arrow
            by (cause, effect), a bidirected edge by frozenset({a, b}).
        title: What the picture shows, for readers who hear it.
        legend_below: Whether the legend is drawn.

    Returns:
        SVG text on a white ground, with its width and height in pixels; names are shown literally, shortened
        when very long (the full name is in the tooltip).
    """
    role = dict.fromkeys(graph.nodes, "other") | dict.fromkeys(graph.latent, "latent") | dict(roles or {})
    treatment, outcome = (
        [each for each in graph.nodes if role[each] == wanted] for wanted in ("treatment", "outcome")
    )
    column = max([96.0, *(width(shortened(each)) + 22 for each in graph.nodes)])
    at = {each: (x * column, y * ROW) for each, (x, y) in placed(graph, treatment, outcome).items()}
    bows = _bows(graph, at)
    above = _named_above(at, bows)
    left, top, right, bottom = _bounds(at, bows, column)
    top = min([top, *(at[each][1] - MARGIN - 14 for each in above)])
    at = {each: (x - left, y - top) for each, (x, y) in at.items()}
    right, bottom = right - left, bottom - top
    strokes = highlight or {}
    parts = []
    for (one, other, arc), bow in bows.items():
        meaning = strokes.get(frozenset((one, other)) if arc else (one, other), "")
        stroke = MEANINGS.get(meaning, HIDDEN if arc else PLAIN)
        parts.append(line(at[one], at[other], bow, arc=arc, stroke=stroke))
    marked = {"adjusted": adjusted, "selected": graph.selected, "randomised": graph.randomised}
    for each in graph.nodes:
        marks = [mark for mark, nodes in marked.items() if each in nodes]
        parts.append(node(each, at[each], role[each], marks, each in above))
    if legend_below:
        marks = [mark for mark, nodes in marked.items() if nodes]
        lines = {*strokes.values(), *(["bidirected"] if graph.bidirected else [])}
        text, end, height = legend(role, marks, lines, (MARGIN, bottom), right - MARGIN)
        parts.append(text)
        right, bottom = max(right, end), bottom + height
    wide, high = f"{right:.0f}", f"{bottom:.0f}"
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {wide} {high}" '
        f'width="{wide}" height="{high}" '
        f'style="max-width:100%;height:auto" role="img" aria-label="{literal(title)}" '
        'font-family="system-ui, sans-serif" font-size="13">'
        f'<title>{literal(title)}</title><rect width="100%" height="100%" fill="#ffffff"/>'
        f"{''.join(parts)}</svg>"
    )


def _bows(graph: CausalGraph, at: Mapping[str, Point]) -> dict[tuple[str, str, bool], float]:
    """Each edge, whether it is bidirected, and how far it bows out round nodes in its way."""
    avoid = len(graph.nodes) * (len(graph.edges) + len(graph.bidirected)) <= MOST_AVOIDED
    bows = {}
    for pairs, arc in ((graph.edges, False), (graph.bidirected, True)):
        for one, other in pairs:
            rest = [at[each] for each in graph.nodes if each not in {one, other}] if avoid else []
            bows[one, other, arc] = bend(at[one], at[other], rest, arc)
    return bows


def _named_above(at: Mapping[str, Point], bows: Mapping[tuple[str, str, bool], float]) -> frozenset[str]:
    """The nodes whose name is read more easily above them: below, more of their own lines run through it."""
    met = {each: [0, 0] for each in at}
    for (one, other, _), bow in bows.items():
        spots = course(at[one], at[other], bow, [step / 40 for step in range(1, 40)])
        for end in (one, other):
            x, y = at[end]
            half = width(shortened(end)) / 2 + 2
            heights = [spot - y for across, spot in spots if abs(across - x) <= half]
            for side, sign in enumerate((-1, 1)):
                met[end][side] += any(NAMED[0] <= sign * height <= NAMED[1] for height in heights)
    lined = {each for each, (up, down) in met.items() if up < down}
    if len(at) ** 2 > MOST_AVOIDED:
        return frozenset(lined)
    return frozenset(each for each in lined if not _over(at, each))


def _over(at: Mapping[str, Point], node: str) -> bool:
    """Whether another node, with its own name, takes the room above this one."""
    x, y = at[node]
    return any(
        abs(across - x) < (width(shortened(each)) + width(shortened(node))) / 2 and 0 < y - down < 0.9 * ROW
        for each, (across, down) in at.items()
        if each != node
    )


def _bounds(
    at: Mapping[str, Point], bows: Mapping[tuple[str, str, bool], float], column: float
) -> tuple[float, float, float, float]:
    """The left, upper, right and lower end of nodes with their names and of all lines."""
    ends = [spot for (one, other, _), bow in bows.items() if bow for spot in course(at[one], at[other], bow)]
    across, down = [x for x, _ in at.values()], [y for _, y in at.values()]
    side = column / 2 + MARGIN / 2
    left = min([*(x - side for x in across), *(x - BEYOND for x, _ in ends)], default=0.0)
    right = max([*(x + side for x in across), *(x + BEYOND for x, _ in ends)], default=2 * MARGIN)
    top = min([*(y - MARGIN for y in down), *(y - BEYOND for _, y in ends)], default=0.0)
    bottom = max([*(y + ROW / 2 for y in down), *(y + BEYOND for _, y in ends)], default=MARGIN)
    return left, top, right, bottom
