"""A drawn graph and a suggested one as two pictures on one layout, so that differences meet the eye."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import dist, hypot
from typing import Final

from causal_core.charts.colours import BLUE, GREY, ORANGE, VERMILLION
from causal_core.discovery.difference import Difference, Kind
from causal_core.discovery.suggestion import Suggested
from causal_core.graph import CausalGraph
from causal_core.text import for_html

Point = tuple[float, float]

LOOKS: Final[dict[Kind, tuple[str, float, str]]] = {
    "same": (GREY, 1.8, ""),
    "undecided": (GREY, 1.8, ""),
    "direction": (ORANGE, 4.0, ""),
    "suggested": (BLUE, 4.0, ""),
    "drawn": (VERMILLION, 3.0, "9 6"),
}
"""Kind of difference -> colour, width in pixels, dashes."""

_COLUMN, _ROW, _MARGIN = 128.0, 92.0, 62.0
_HALF_HEIGHT: Final = 15.0
_LONGEST: Final = 16
_LETTER: Final = 7.6


@dataclass(frozen=True)
class Theme:
    """Ink and paper of the page around the picture."""

    ink: str
    paper: str


LIGHT: Final = Theme("#1B1F24", "#FFFFFF")
DARK: Final = Theme("#E9ECF0", "#14171C")


def pictures(
    graph: CausalGraph,
    suggested: Suggested,
    found: tuple[Difference, ...],
    places: Mapping[str, Point],
    theme: Theme = LIGHT,
) -> tuple[str, str]:
    """The drawing and the suggestion as SVG texts of the same size and layout.

    Args:
        graph: The drawing.
        suggested: The suggestion.
        found: Their differences.
        places: Node -> (x, y) in units of about one node's spacing, for every drawn node; columns that are
            not drawn get a place below.
        theme: Colours of the page around them.
    """
    kinds = {frozenset((each.one, each.other)): each.kind for each in found}
    columns = suggested.suggestion.columns
    at = _spread(dict(places), [name for name in columns if name not in graph.nodes])
    drawn = [(*edge, "->") for edge in graph.edges] + [(*arc, "<->") for arc in graph.bidirected]
    edges = [(edge.one, edge.other, str(edge.mark)) for edge in suggested.suggestion.edges]
    left = _svg(at, drawn, kinds, set(graph.nodes), graph.latent, theme, "The drawn graph")
    right = _svg(at, edges, kinds, set(columns), frozenset(), theme, "The graph that the data suggest")
    return left, right


def _spread(places: dict[str, Point], strangers: list[str]) -> dict[str, Point]:
    """Pixels from units; columns that are not drawn stand in rows below the drawing."""
    xs = [x for x, _ in places.values()] or [0.0]
    ys = [y for _, y in places.values()] or [-1.0]
    across = max(int(max(xs) - min(xs)) + 1, 4)
    for number, name in enumerate(strangers):
        places[name] = (min(xs) + number % across, max(ys) + 1.2 + number // across)
    left, top = min(x for x, _ in places.values()), min(y for _, y in places.values())
    return {
        name: (_MARGIN + (x - left) * _COLUMN, _MARGIN / 2 + (y - top) * _ROW)
        for name, (x, y) in places.items()
    }


def _svg(
    at: Mapping[str, Point],
    edges: list[tuple[str, str, str]],
    kinds: Mapping[frozenset[str], Kind],
    present: set[str],
    latent: frozenset[str],
    theme: Theme,
    title: str,
) -> str:
    wide = max(x for x, _ in at.values()) + _MARGIN
    high = max(y for _, y in at.values()) + _MARGIN / 2
    lines = [
        _line(at, one, other, mark, LOOKS[kinds.get(frozenset((one, other)), "same")], theme)
        for one, other, mark in edges
    ]
    nodes = [_node(name, place, name in present, name in latent, theme) for name, place in at.items()]
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {wide:.0f} {high:.0f}" width="{wide:.0f}" '
        f'height="{high:.0f}" role="img" aria-label="{title}" font-family="system-ui, sans-serif" '
        f'font-size="14"><title>{title}</title>{"".join(lines)}{"".join(nodes)}</svg>'
    )


def _node(name: str, place: Point, present: bool, latent: bool, theme: Theme) -> str:
    x, y = place
    half = _half_width(name)
    dash = ' stroke-dasharray="5 4"' if latent else ""
    faint = "" if present else ' opacity="0.35"'
    return (
        f"<g{faint}><title>{for_html(name)}</title>"
        f'<rect x="{x - half:.1f}" y="{y - _HALF_HEIGHT:.1f}" width="{2 * half:.1f}" '
        f'height="{2 * _HALF_HEIGHT:.1f}" rx="14" fill="{theme.paper}" stroke="{GREY}" '
        f'stroke-width="1.6"{dash}/>'
        f'<text x="{x:.1f}" y="{y + 5:.1f}" text-anchor="middle" fill="{theme.ink}">'
        f"{for_html(_shown(name))}</text></g>"
    )


def _line(
    at: Mapping[str, Point],
    one: str,
    other: str,
    mark: str,
    look: tuple[str, float, str],
    theme: Theme,
) -> str:
    colour, width, dashes = look
    start, end = at[one], at[other]
    length = dist(start, end) or 1.0
    bow = _bow(start, end, [place for name, place in at.items() if name not in (one, other)])
    middle = ((start[0] + end[0]) / 2, (start[1] + end[1]) / 2)
    across = ((end[1] - start[1]) / length, -(end[0] - start[0]) / length)
    control = (middle[0] + 2 * bow * across[0], middle[1] + 2 * bow * across[1])
    size = 7.0 + 1.5 * width
    marks = []
    ends = []
    for name, place, sign in ((one, start, mark[0]), (other, end, mark[-1])):
        border = _border(place, control, _half_width(name))
        unit = _unit(border, control)
        if sign in "<>":
            marks.append(_head(border, unit, size, colour))
            ends.append((border[0] + unit[0] * size * 0.8, border[1] + unit[1] * size * 0.8))
        elif sign == "o":
            centre = (border[0] + unit[0] * 5, border[1] + unit[1] * 5)
            marks.append(
                f'<circle cx="{centre[0]:.1f}" cy="{centre[1]:.1f}" r="5" fill="{theme.paper}" '
                f'stroke="{colour}" stroke-width="{min(width, 2.4)}"/>'
            )
            ends.append((border[0] + unit[0] * 10, border[1] + unit[1] * 10))
        else:
            ends.append(border)
    (ax, ay), (bx, by) = ends
    dash = f' stroke-dasharray="{dashes}"' if dashes else ""
    return (
        f'<path d="M{ax:.1f} {ay:.1f}Q{control[0]:.1f} {control[1]:.1f} {bx:.1f} {by:.1f}" fill="none" '
        f'stroke="{colour}" stroke-width="{width}"{dash}/>{"".join(marks)}'
    )


def _bow(start: Point, end: Point, others: list[Point]) -> float:
    """How far the line bows out at its middle: the least bow that meets the fewest other nodes."""
    length = dist(start, end)

    def met(bow: float) -> int:
        across = ((end[1] - start[1]) / (length or 1), -(end[0] - start[0]) / (length or 1))
        count = 0
        for x, y in others:
            for step in range(1, 20):
                share = step / 20
                out = 4 * share * (1 - share) * bow
                px = start[0] + share * (end[0] - start[0]) + out * across[0]
                py = start[1] + share * (end[1] - start[1]) + out * across[1]
                if abs(px - x) < 46 and abs(py - y) < 20:
                    count += 1
                    break
        return count

    return min((share * length for share in (0.0, 0.16, -0.16, 0.3, -0.3)), key=lambda b: (met(b), abs(b)))


def _border(centre: Point, towards: Point, half: float) -> Point:
    """Where the way from a node's centre leaves its box, and two pixels on."""
    x, y = towards[0] - centre[0], towards[1] - centre[1]
    length = hypot(x, y) or 1.0
    share = min(half / abs(x) if x else 9e9, _HALF_HEIGHT / abs(y) if y else 9e9)
    return centre[0] + x * share + 2 * x / length, centre[1] + y * share + 2 * y / length


def _unit(start: Point, end: Point) -> Point:
    x, y = end[0] - start[0], end[1] - start[1]
    length = hypot(x, y) or 1.0
    return x / length, y / length


def _head(tip: Point, unit: Point, size: float, colour: str) -> str:
    (x, y), (a, b) = tip, unit
    wing = size * 0.5
    corners = (
        (x, y),
        (x + a * size - b * wing, y + b * size + a * wing),
        (x + a * size + b * wing, y + b * size - a * wing),
    )
    points = " ".join(f"{cx:.1f},{cy:.1f}" for cx, cy in corners)
    return f'<polygon points="{points}" fill="{colour}"/>'


def _shown(name: str) -> str:
    text = " ".join(name.split())
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 6]}…{text[-5:]}"


def _half_width(name: str) -> float:
    return max(len(_shown(name)) * _LETTER / 2 + 9, 22.0)
