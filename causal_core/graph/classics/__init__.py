"""Classic teaching graphs from the literature: what each teaches, its source and the known answers."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any, Final

from causal_core.graph.causal_graph import CausalGraph
from causal_core.graph.text_formats import read_text
from causal_core.problem import Problem

Sets = tuple[frozenset[str], ...]

_SHELVES: Final = ("confounding", "mediation", "identification", "controls", "published")


@dataclass(frozen=True)
class Known:
    """What the literature says of a graph's question; None where it says nothing.

    Attributes:
        adjustment: All minimal adjustment sets for the total effect; () when there is none.
        direct: The same for the direct effect.
        frontdoor: All minimal front-door sets.
        instruments: Each instrument with what it has to be conditioned on.
        identifiable: Whether the total effect is identified without parametric assumptions.
    """

    adjustment: Sets | None = None
    direct: Sets | None = None
    frontdoor: Sets | None = None
    instruments: tuple[tuple[str, frozenset[str]], ...] | None = None
    identifiable: bool | None = None


@dataclass(frozen=True)
class Classic:
    """A graph every course meets.

    Attributes:
        key: Its name in addresses and scripts.
        title: Its name on the screen.
        group: What kind of lesson it belongs to.
        caption: One or two sentences on what it teaches.
        reference: Authors, year, title and place.
        graph: The graph, every node with a position.
        treatment, outcome: The question it is known for.
        adjusted: Nodes the source shows as adjusted for.
        known: The literature's answers.
    """

    key: str
    title: str
    group: str
    caption: str
    reference: str
    graph: CausalGraph
    treatment: str
    outcome: str
    adjusted: frozenset[str]
    known: Known


@cache
def all() -> tuple[Classic, ...]:  # noqa: A001 - read as classics.all()
    """Every classic, in the order of a course: groups together, simple ones first."""
    return tuple(classic for shelf in _SHELVES for classic in _read(shelf))


def named(key: str) -> Classic:
    """The classic of this key.

    Raises:
        Problem: There is none; it lists the keys.
    """
    for classic in all():
        if classic.key == key:
            return classic
    keys = ", ".join(classic.key for classic in all())
    raise Problem(f"There is no classic graph named {key}.", remedy=f"Choose one of: {keys}.")


def _read(shelf: str) -> list[Classic]:
    text = files(__package__).joinpath(f"{shelf}.toml").read_text(encoding="utf-8")
    record = tomllib.loads(text)
    return [_classic(entry, record) for entry in record["graph"]]


def _classic(entry: Mapping[str, Any], shelf: Mapping[str, Any]) -> Classic:
    found = read_text(entry["text"])
    shared = shelf.get("reference")
    return Classic(
        key=entry["key"],
        title=entry["title"],
        group=shelf["group"],
        caption=entry["caption"],
        reference=f"{shared}; {entry['reference']}." if shared else entry["reference"],
        graph=found.graph,
        treatment=found.treatments[0],
        outcome=found.outcomes[0],
        adjusted=frozenset(found.adjusted),
        known=_known(entry["known"]),
    )


def _known(record: Mapping[str, Any]) -> Known:
    def sets(name: str) -> Sets | None:
        return tuple(map(frozenset, record[name])) if name in record else None

    pairs = [(each["variable"], frozenset(each["given"])) for each in record.get("instruments", ())]
    return Known(
        adjustment=sets("adjustment"),
        direct=sets("direct"),
        frontdoor=sets("frontdoor"),
        instruments=tuple(pairs) if "instruments" in record else None,
        identifiable=record.get("identifiable"),
    )
