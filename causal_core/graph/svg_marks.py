"""The marks of an SVG picture of a graph - discs, rings, badges, labels - and its legend."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from unicodedata import east_asian_width

from causal_core.charts.colours import GREY, ROLE_COLOURS, ROLE_LETTERS, ROLE_WORDS
from causal_core.graph.svg_lines import MEANINGS, RADIUS, Point, Stroke
from causal_core.text import for_html

INK = "#1a1a1a"
LONGEST = 26
NARROWEST = 370.0
"""The width in pixels a legend may always take."""

_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_WORDS = {"causal": "on a causal path", "open": "on an open path", "closed": "on a blocked path"}


def literal(name: str) -> str:
    """The name for XML: escaped, and without the characters XML cannot hold."""
    return for_html(_NOT_XML.sub("\ufffd", name))


def shortened(name: str) -> str:
    """The name on one line, its end cut off when it is very long."""
    name = " ".join(name.split())
    return name if len(name) <= LONGEST else name[: LONGEST - 1] + "…"


def width(text: str) -> float:
    """About how wide a text of 13 px is, in pixels."""
    return sum(13.5 if east_asian_width(letter) in "WF" else 7.4 for letter in text)


def node(name: str, at: Point, role: str, marks: Collection[str], above: bool = False) -> str:
    """A node with its name below or above it; `marks`: which of adjusted, selected, randomised it is."""
    x, y = at
    side = 2 * RADIUS + 10
    frame = (
        f'<rect x="{x - side / 2:.1f}" y="{y - side / 2:.1f}" width="{side}" height="{side}" rx="3" '
        f'fill="none" stroke="{INK}" stroke-width="1.5"/>'
        if "adjusted" in marks
        else ""
    )
    ring = (
        f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{RADIUS + 4:.1f}" fill="none" stroke="{INK}"/>'
        if "selected" in marks
        else ""
    )
    shift = RADIUS * 0.78
    badge = _badge((x + shift, y - shift), 8) if "randomised" in marks else ""
    # Far enough to leave the heads of arrows from that side to be seen.
    line = y - RADIUS - 12 if above else y + RADIUS + 21
    label = (
        f'<text x="{x:.1f}" y="{line:.1f}" text-anchor="middle" fill="{INK}" stroke="#ffffff" '
        f'stroke-width="4" stroke-linejoin="round" paint-order="stroke">{literal(shortened(name))}</text>'
    )
    words = ", ".join([ROLE_WORDS.get(role, role), *(said for mark, said in _MARKS.items() if mark in marks)])
    return (
        f"<g><title>{literal(name)} ({words})</title>{frame}{ring}{_disc(at, role, RADIUS)}{badge}{label}</g>"
    )


_MARKS = {"adjusted": "adjusted for", "selected": "selected by design", "randomised": "randomised"}
"""Mark -> what a reader calls it."""


def _disc(at: Point, role: str, radius: float) -> str:
    """A node's disc with its letter; outlined only when the role is a collider, latent or none."""
    x, y = at
    colour = ROLE_COLOURS.get(role, GREY)
    filled = role not in {"collider", "latent", "other"}
    dash = ' stroke-dasharray="4 3"' if role == "latent" else ""
    fill, ink = (colour, _contrast(colour)) if filled else ("#ffffff", INK)
    letter = ROLE_LETTERS.get(role, "")
    return (
        f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{radius:.1f}" fill="{fill}" stroke="{colour}" '
        f'stroke-width="2"{dash}/>'
        f'<text x="{x:.1f}" y="{y + radius * 0.34:.1f}" text-anchor="middle" font-weight="700" '
        f'font-size="{radius:.0f}" fill="{ink}">{letter}</text>'
    )


def _badge(at: Point, radius: float) -> str:
    """The mark of a randomised node: an R in a small square."""
    x, y = at
    return (
        f'<rect x="{x - radius:.1f}" y="{y - radius:.1f}" width="{2 * radius}" height="{2 * radius}" rx="3" '
        f'fill="#ffffff" stroke="{INK}"/>'
        f'<text x="{x:.1f}" y="{y + radius * 0.5:.1f}" text-anchor="middle" font-weight="700" '
        f'font-size="{radius * 1.4:.0f}" fill="{INK}">R</text>'
    )


def _sample(stroke: Stroke) -> str:
    dash = f' stroke-dasharray="{stroke.dashes}"' if stroke.dashes else ""
    return f'<path d="M-12 0H12" stroke="{stroke.colour}" stroke-width="{stroke.width}"{dash}/>'


def _contrast(colour: str) -> str:
    """Black or white, whichever is read more easily on the colour (WCAG relative luminance)."""
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    luminance = 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
    return "#ffffff" if 1.05 / (luminance + 0.05) > (luminance + 0.05) / 0.05 else "#000000"


def legend(
    role: Mapping[str, str], marks: Collection[str], lines: Collection[str], corner: Point, wide: float
) -> tuple[str, float, float]:
    """What each mark in use means.

    Args:
        role: Node -> role.
        marks: Which of adjusted, selected, randomised occur.
        lines: Which of bidirected, causal, open, closed occur.
        corner: Left and upper end of the space for it.
        wide: How wide it may be without making the picture wider.

    Returns:
        The legend as SVG, its right end and its height in pixels.
    """
    present = [name for name in ROLE_COLOURS if name in set(role.values()) and name != "other"]
    entries = [(_disc((0, 0), name, 9), ROLE_WORDS[name]) for name in present]
    arc = f'<path d="M-11 3Q0 -8 11 3" fill="none" stroke="{INK}" stroke-dasharray="4 3"/>'
    square = f'<rect x="-8" y="-8" width="16" height="16" rx="2" fill="none" stroke="{INK}"/>'
    ring = "".join(f'<circle r="{r}" fill="none" stroke="{INK}"/>' for r in (6, 9))
    samples = {"adjusted": square, "selected": ring, "randomised": _badge((0, 0), 8)}
    entries += [(arc, "hidden common cause")] if "bidirected" in lines else []
    entries += [(samples[mark], words) for mark, words in _MARKS.items() if mark in marks]
    entries += [(_sample(MEANINGS[kind]), words) for kind, words in _WORDS.items() if kind in lines]
    left, top = corner
    if not entries:
        return "", left + wide, 0.0
    parts = []
    x, y, widest = left, top + 16, 0.0
    for mark, words in entries:
        step = width(words) * 1.1 + 46
        if x > left and x + step > left + max(wide, NARROWEST):
            x, y = left, y + 26
        parts.append(
            f'<g transform="translate({x:.1f} {y:.1f})">{mark}'
            f'<text x="17" y="4.5" fill="{INK}">{words}</text></g>'
        )
        x += step
        widest = max(widest, x)
    return "".join(parts), widest, y - top + 22
