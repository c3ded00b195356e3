"""How a Bayesian network's picture looks: the page's colours, what is brought out, chances in words."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from math import isnan
from typing import Final

STEP: Final = 0.0005
"""Chances that differ by less are written alike and count as unmoved."""


_NONE: Final = 1e-12  # what is left of 0 after adding up


@dataclass(frozen=True)
class Theme:
    """Colours of the page around the picture."""

    ink: str
    paper: str


LIGHT: Final = Theme("#1B1F24", "#FFFFFF")
DARK: Final = Theme("#E9ECF0", "#14171C")


@dataclass(frozen=True)
class State:
    """What the picture brings out.

    Attributes:
        seen: Nodes whose level is seen: a dotted orange frame.
        done: Nodes that are set: a solid blue frame, and no arrow into them.
        fresh: Nodes that news reaches just now: a thick green frame.
        told: Nodes that news has reached before: a thin green frame.
        faded: Nodes that it has not reached yet.
    """

    seen: Collection[str] = ()
    done: Collection[str] = ()
    fresh: Collection[str] = ()
    told: Collection[str] = ()
    faded: Collection[str] = ()


def chance_text(chance: float) -> str:
    """A chance in percent; one decimal, and never 0 or 100 % for what is only near it; "?" for none."""
    if isnan(chance):
        return "?"
    if chance < _NONE or chance > 1 - _NONE:
        return f"{100 * round(chance)} %"
    if chance < STEP:
        return "< 0.1 %"
    if chance > 1 - STEP:
        return "> 99.9 %"
    return f"{100 * chance:.1f} %"


def blend(colour: str, paper: str, share: float) -> str:
    """A colour mixed into the page's ground."""
    mixed = (
        round(share * int(colour[at : at + 2], 16) + (1 - share) * int(paper[at : at + 2], 16))
        for at in (1, 3, 5)
    )
    return "#" + "".join(f"{each:02x}" for each in mixed)
