"""Which way the edges of a drawn graph bend: round nodes in their way, and apart from each other."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Final

from pages.shared.graph_editor.places import Place

_CLEAR: Final = 34  # pixels from a node's middle to an edge that passes it
_APEX: Final = 0.14  # a bow's height over its length, at the roundness the pictures use


def round_nodes(placed: Mapping[str, Place], tail: str, head: str) -> str:
    """The curve that leads a straight arrow round a node in its way, or nothing when the way is free."""
    (ax, ay), (bx, by) = placed[tail], placed[head]
    length = math.hypot(bx - ax, by - ay)
    for node, (x, y) in placed.items():
        if node in {tail, head} or length == 0:
            continue
        along = ((x - ax) * (bx - ax) + (y - ay) * (by - ay)) / length
        aside = ((x - ax) * (by - ay) - (y - ay) * (bx - ax)) / length
        if 0 < along < length and abs(aside) < _CLEAR:
            return "curvedCW" if aside <= 0 else "curvedCCW"
    return ""


def free_side(placed: Mapping[str, Place], tail: str, head: str, taken: str) -> str:
    """The side on which a bow between two nodes meets fewer of the others, and not an arrow's own curve."""
    (ax, ay), (bx, by) = placed[tail], placed[head]
    length = math.hypot(bx - ax, by - ay)
    met = {side: 2 if side == taken else 0 for side in ("curvedCCW", "curvedCW")}
    for node, (x, y) in placed.items():
        if node in {tail, head} or length == 0:
            continue
        share = ((x - ax) * (bx - ax) + (y - ay) * (by - ay)) / length**2
        aside = ((x - ax) * (by - ay) - (y - ay) * (bx - ax)) / length
        if 0 < share < 1:
            height = 4 * share * (1 - share) * _APEX * length
            met["curvedCW"] += abs(aside - height) < _CLEAR
            met["curvedCCW"] += abs(aside + height) < _CLEAR
    return min(met, key=met.__getitem__)
