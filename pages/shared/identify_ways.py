"""The ways to the effect, short: sets, front door, instruments, general formula."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import streamlit as st

from causal_core.identification import Identification, Instrument, OptimalSet, Strategy
from causal_core.listing import Listing
from causal_core.text import for_markdown

NOTHING = "nothing (the empty set)"
FIRST = 6
"""This many sets of a kind are shown at once; the rest is folded."""


def set_text(nodes: Iterable[str]) -> str:
    """The set as it is read; the empty set by its name."""
    names = sorted(nodes)
    return ", ".join(names) if names else NOTHING


def ways(found: Identification) -> None:
    """Every way to the effect, the kinds one after the other."""
    by_kind: dict[str, list[Strategy]] = {}
    for way in found.strategies:
        by_kind.setdefault(way.kind, []).append(way)
    adjustment_list(found.adjustment_sets, found.optimal)
    for kind, title in (
        ("frontdoor", "Front door"),
        ("mediation", "Mediation"),
        ("general", "General formula"),
    ):
        for way in by_kind.get(kind, []):
            used = f" through {for_markdown(', '.join(way.variables))}" if way.variables else ""
            st.markdown(f"**{title}**{used}")
            st.caption(for_markdown(f"{way.reason} {way.assumption}".strip()))
    if "iv" in by_kind:
        instrument_list([Instrument(way.variables[0], frozenset(way.given)) for way in by_kind["iv"]])
        st.caption(for_markdown(f"Needs one more assumption. {by_kind['iv'][0].assumption}"))
    if not found.strategies:
        st.write("No way leads to the effect from these data and this graph.")


def adjustment_list(sets: Listing[frozenset[str]], optimal: OptimalSet | None) -> None:
    """The minimal adjustment sets, the smallest and the one of least variance marked."""
    best = optimal.nodes if optimal else None
    if sets:
        st.markdown(f"**Adjustment sets** · {len(sets)} minimal{'' if sets.complete else ', perhaps more'}")
        lines = []
        for place, nodes in enumerate(sets):
            marks = (["smallest"] if place == 0 and len(sets) > 1 else []) + (
                ["least variance"] if nodes == best else []
            )
            lines.append(_line(set_text(nodes), marks))
        folded(lines)
        if best is not None and best not in sets:
            st.markdown(_line(set_text(best), ["least variance", "not minimal"]))
    if sets and optimal is not None and (optimal.nodes is not None or optimal.minimal is not None):
        st.caption(for_markdown(optimal.reason))


def instrument_list(found: Sequence[Instrument], complete: bool = True) -> None:
    """The instruments, each with what is held fixed with it."""
    st.markdown(f"**Instruments** · {len(found)}{'' if complete else ', perhaps more'}")
    folded([_line(each.variable, [], set_text(each.given) if each.given else "") for each in found])


def folded(lines: Sequence[str]) -> None:
    """A list of lines, all but the first few behind a fold."""
    st.markdown("\n".join(lines[:FIRST]))
    if len(lines) > FIRST:
        with st.expander(f"{len(lines) - FIRST} more"):
            st.markdown("\n".join(lines[FIRST:]))


def _line(name: str, marks: Sequence[str], given: str = "") -> str:
    after = f" — *{', '.join(marks)}*" if marks else ""
    held = f" given {for_markdown(given)}" if given else ""
    return f"- {for_markdown(name)}{held}{after}"
