"""Published networks to begin with."""

from __future__ import annotations

from pathlib import Path
from typing import Final

PUBLISHED: Final = {
    "asia": "Chest clinic (Lauritzen & Spiegelhalter 1988)",
    "earthquake": "Burglar alarm (Pearl 1988; chances of Russell & Norvig)",
    "sprinkler": "Sprinkler: the graph of Pearl 2009, figure 1.2; chances invented",
    "child": "CHILD (Spiegelhalter & Cowell 1992)",
    "alarm": "ALARM (Beinlich et al. 1989)",
}
"""Name -> what it is and where it comes from."""


def published(name: str) -> str:
    """One of the `PUBLISHED` networks as BIF; its first lines say its source."""
    return (Path(__file__).parent / "networks" / f"{name}.bif").read_text(encoding="utf-8")
