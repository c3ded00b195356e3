"""What would make the effect identifiable: each change that was tried, and what came of it."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

import streamlit as st

from causal_core.graph import CausalGraph
from causal_core.identification import Identification, Remedy, remedies
from causal_core.listing import Listing
from pages.shared.text_table import text_table

SECONDS, LIMIT = 1.0, 60


@lru_cache(maxsize=64)
def tried(graph: CausalGraph, treatment: tuple[str, ...], outcome: tuple[str, ...]) -> Listing[Remedy]:
    """The remedies of one question; computed once."""
    return remedies(graph, treatment, outcome, limit=LIMIT, seconds=SECONDS)


def remedy_table(found: Identification) -> None:
    """The changes that help, then those that do not; nothing when a set exists already."""
    if found.adjustment_sets:
        return
    listing = tried(found.graph, found.treatment, found.outcome)
    helping = [each for each in listing if each.helps]
    others = [each for each in listing if not each.helps]
    if found.identifiable:
        # The effect is had already: what an adjustment set would take is a side question.
        with st.expander("What would give an adjustment set"):
            _helping(helping)
            if others:
                st.write(f"Tried, and not enough: {len(others)}")
                _not_enough(others)
            _said(listing)
        return
    st.subheader("What would make it identifiable", anchor=False)
    _helping(helping)
    if others:
        with st.expander(f"Tried, and not enough: {len(others)}"):
            _not_enough(others)
    _said(listing)


def _helping(helping: Sequence[Remedy]) -> None:
    if helping:
        text_table(("Change", "Then adjust for", "How"), [_row(each) for each in helping])
    else:
        st.write("None of the changes that were tried helps.")


def _not_enough(others: Sequence[Remedy]) -> None:
    text_table(("Change", "Why not"), [(each.text, each.reason.replace("<->", "↔")) for each in others])


def _said(listing: Listing[Remedy]) -> None:
    if not listing.complete:
        st.caption("The search stopped early: other changes may help too.")


def _row(each: Remedy) -> tuple[str, str, str]:
    if each.adjustment_set is None:
        return each.text, "—", each.reason.replace("<->", "↔")
    return each.text, ", ".join(sorted(each.adjustment_set)) or "nothing", each.reason.replace("<->", "↔")
