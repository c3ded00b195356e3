"""The ways from an attribute to the prediction, and whether the effect along some of them is identified."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from itertools import takewhile
from typing import Final

from causal_core.audit.people import PREDICTION
from causal_core.graph import CausalGraph
from causal_core.problem import DoesNotApply, Problem

MOST: Final = 200

Way = tuple[str, ...]
"""The nodes of a way, the attribute first, `PREDICTION` last."""


@dataclass(frozen=True)
class Ways:
    """All directed ways from the attribute to the prediction.

    Attributes:
        attribute: The attribute.
        ways: The shortest first; at most 200.
        all_shown: Whether there are no more.
    """

    attribute: str
    ways: tuple[Way, ...]
    all_shown: bool

    @property
    def first_steps(self) -> tuple[str, ...]:
        """Where ways go first: children of the attribute, `PREDICTION` for the direct way."""
        return tuple(dict.fromkeys(way[1] for way in self.ways))


def ways_of(graph: CausalGraph, attribute: str, inputs: Collection[str]) -> Ways:
    """The directed ways from the attribute to a model that sees the inputs.

    Raises:
        Problem: The attribute is no node.
    """
    if attribute not in graph.nodes:
        raise Problem(f"{attribute} is no node of the graph.", column=attribute)
    useful = {*inputs, *graph.ancestors(list(inputs))} if inputs else set()
    found: list[Way] = []
    waiting: list[Way] = [(attribute,)]
    while waiting and len(found) < MOST:
        here = waiting.pop(0)
        if here[-1] in inputs:
            found.append((*here, PREDICTION))
        waiting += [(*here, child) for child in sorted(graph.children(here[-1])) if child in useful]
    more = any(way[-1] in useful for way in waiting)
    return Ways(attribute, tuple(sorted(found, key=lambda way: (len(way), way))), not more)


def recanting_witness(ways: Ways, chosen: Collection[Way]) -> str | None:
    """The node at which a chosen way and one that is not chosen part, having come the same way; or None.

    It would have to take one value for the chosen way and another for the other one in the same person,
    which no experiment shows (Avin, Shpitser & Pearl 2005).
    """
    for mine in chosen:
        for other in ways.ways:
            if other not in chosen and other[1] == mine[1]:
                same = takewhile(lambda pair: pair[0] == pair[1], zip(mine, other, strict=False))
                return list(same)[-1][0]
    return None


def active_of(ways: Ways, chosen: Collection[Way]) -> frozenset[str]:
    """The first steps on which the attribute is changed, for the effect along the chosen ways alone.

    Raises:
        DoesNotApply: There is a recanting witness, so the effect is not identified.
        Problem: No way is chosen, or one that is not there.
    """
    if not chosen or not set(chosen) <= set(ways.ways):
        raise Problem("Choose at least one of the ways from the attribute to the prediction.")
    witness = recanting_witness(ways, chosen)
    if witness is not None:
        raise DoesNotApply(
            f"The effect along these ways alone is not identified: they come to {witness}, and from there "
            f"other ways that are not chosen go on. {witness} would have to be as it is for the ones and as "
            "it would have been for the others, in the same person (a recanting witness).",
            remedy=f"Choose all ways that start like these, or none of them: {witness} parts them.",
        )
    return frozenset(way[1] for way in chosen)
