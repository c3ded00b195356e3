"""A causal graph as one static SVG picture, for reports and print."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from typing import TYPE_CHECKING
from unicodedata import east_asian_width

from causal_core.charts.colours import GREY, ROLE_COLOURS, ROLE_LETTERS
from causal_core.graph.layout import placed
from causal_core.graph.svg_lines import RADIUS, Point, line
from causal_core.text import for_html

if TYPE_CHECKING:
    from causal_core.graph.causal_graph import CausalGraph

INK = "#1a1a1a"
LONGEST = 26
ROW = 92.0
MARGIN = 34.0
MOST_AVOIDED = 50_000
"""Above this number of nodes times edges, lines no longer bow round nodes in their way."""

_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def to_svg(
    graph: CausalGraph,
    roles: Mapping[str, str] | None = None,
    adjusted: Collection[str] = (),
    emphasised: Collection[tuple[str, str]] = (),
    title: str = "Causal graph",
) -> str:
    """The graph as an SVG element that needs nothing from outside itself.

    Args:
        graph: The graph; drawn at its positions when every node has one, else laid out.
        roles: Node -> role, from `causal_core.graph.roles.roles`; None for a graph without a question.
        adjusted: Nodes to frame as adjusted for.
        emphasised: Edges to draw thicker, e.g. those of an open path.
        title: What the picture shows, for readers who hear it.

    Returns:
        SVG text; names are shown literally, shortened when very long (the full name is in the tooltip).
    """
    role = dict.fromkeys(graph.nodes, "other") | dict.fromkeys(graph.latent, "latent") | dict(roles or {})
    treatment, outcome = (
        [node for node in graph.nodes if role[node] == wanted] for wanted in ("treatment", "outcome")
    )
    places = placed(graph, treatment, outcome)
    column = max([96.0, *(_width(_shown(node)) + 22 for node in graph.nodes)])
    at = _pixels(places, column)
    wide = max((x for x, _ in at.values()), default=0.0) + column / 2 + MARGIN / 2
    high = max((y for _, y in at.values()), default=0.0) + ROW / 2
    legend, legend_width, legend_height = _legend(graph, role, adjusted, high, wide)
    thick = {frozenset(edge) for edge in emphasised}
    avoid = len(graph.nodes) * (len(graph.edges) + len(graph.bidirected)) <= MOST_AVOIDED
    parts = []
    for pairs, arc in ((graph.edges, False), (graph.bidirected, True)):
        for one, other in pairs:
            rest = [at[node] for node in graph.nodes if node not in {one, other}] if avoid else []
            parts.append(line(at[one], at[other], rest, arc=arc, thick=frozenset((one, other)) in thick))
    parts += [_node(node, at[node], role[node], graph, node in adjusted) for node in graph.nodes]
    size = f"{max(wide, legend_width):.0f} {high + legend_height:.0f}"
    width, height = size.split()
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {size}" width="{width}" height="{height}" '
        f'style="max-width:100%;height:auto" role="img" aria-label="{_text(title)}" '
        'font-family="system-ui, sans-serif" font-size="13">'
        f'<title>{_text(title)}</title><rect width="100%" height="100%" fill="#ffffff"/>'
        f"{''.join(parts)}{legend}</svg>"
    )


def _pixels(places: Mapping[str, Point], column: float) -> dict[str, Point]:
    left = min((x for x, _ in places.values()), default=0.0)
    top = min((y for _, y in places.values()), default=0.0)
    return {
        node: (MARGIN / 2 + column / 2 + (x - left) * column, MARGIN + (y - top) * ROW)
        for node, (x, y) in places.items()
    }


def _text(name: str) -> str:
    """The name for XML: escaped, and without the characters XML cannot hold."""
    return for_html(_NOT_XML.sub("\ufffd", name))


def _shown(name: str) -> str:
    name = " ".join(name.split())
    return name if len(name) <= LONGEST else name[: LONGEST - 1] + "…"


def _width(text: str) -> float:
    """About how wide a text of 13 px is."""
    return sum(13.5 if east_asian_width(letter) in "WF" else 7.4 for letter in text)


def _disc(at: Point, role: str, radius: float, selected: bool = False) -> str:
    """A node's disc with its letter; outlined only when the role is a collider, latent or none."""
    x, y = at
    colour = ROLE_COLOURS.get(role, GREY)
    filled = role not in {"collider", "latent", "other"}
    dash = ' stroke-dasharray="4 3"' if role == "latent" else ""
    fill, ink = (colour, _contrast(colour)) if filled else ("#ffffff", INK)
    ring = (
        f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{radius + 4:.1f}" fill="none" stroke="{INK}"/>'
        if selected
        else ""
    )
    letter = ROLE_LETTERS.get(role, "")
    return (
        f'{ring}<circle cx="{x:.1f}" cy="{y:.1f}" r="{radius:.1f}" fill="{fill}" stroke="{colour}" '
        f'stroke-width="2"{dash}/>'
        f'<text x="{x:.1f}" y="{y + radius * 0.34:.1f}" text-anchor="middle" font-weight="700" '
        f'font-size="{radius:.0f}" fill="{ink}">{letter}</text>'
    )


def _node(name: str, at: Point, role: str, graph: CausalGraph, adjusted: bool) -> str:
    x, y = at
    side = 2 * RADIUS + 10
    frame = (
        f'<rect x="{x - side / 2:.1f}" y="{y - side / 2:.1f}" width="{side}" height="{side}" rx="3" '
        f'fill="none" stroke="{INK}" stroke-width="1.5"/>'
        if adjusted
        else ""
    )
    label = (
        f'<text x="{x:.1f}" y="{y + RADIUS + 17:.1f}" text-anchor="middle" fill="{INK}" stroke="#ffffff" '
        f'stroke-width="4" stroke-linejoin="round" paint-order="stroke">{_text(_shown(name))}</text>'
    )
    disc = _disc(at, role, RADIUS, name in graph.selected)
    return f"<g><title>{_text(name)} ({role})</title>{frame}{disc}{label}</g>"


def _contrast(colour: str) -> str:
    """Black or white, whichever is read more easily on the colour (WCAG relative luminance)."""
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    luminance = 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
    return "#ffffff" if 1.05 / (luminance + 0.05) > (luminance + 0.05) / 0.05 else "#000000"


def _legend(
    graph: CausalGraph, role: Mapping[str, str], adjusted: Collection[str], top: float, wide: float
) -> tuple[str, float, float]:
    """The marks in use and what they mean, with the width and the height they take."""
    present = [name for name in ROLE_COLOURS if name in set(role.values()) and name != "other"]
    entries = [(_disc((0, 0), name, 9), name) for name in present]
    if graph.bidirected:
        arc = f'<path d="M-11 3Q0 -8 11 3" fill="none" stroke="{INK}" stroke-dasharray="4 3"/>'
        entries.append((arc, "hidden common cause"))
    if adjusted:
        square = f'<rect x="-8" y="-8" width="16" height="16" rx="2" fill="none" stroke="{INK}"/>'
        entries.append((square, "adjusted for"))
    if graph.selected:
        ring = "".join(f'<circle r="{r}" fill="none" stroke="{INK}"/>' for r in (6, 9))
        entries.append((ring, "selected"))
    if not entries:
        return "", wide, 0.0
    parts = []
    x, y, widest = MARGIN, top + 16, 0.0
    for mark, words in entries:
        step = _width(words) + 40
        if x > MARGIN and x + step > max(wide, 320.0):
            x, y = MARGIN, y + 26
        parts.append(
            f'<g transform="translate({x:.1f} {y:.1f})">{mark}'
            f'<text x="17" y="4.5" fill="{INK}">{words}</text></g>'
        )
        x += step
        widest = max(widest, x)
    return "".join(parts), widest, y - top + 22
