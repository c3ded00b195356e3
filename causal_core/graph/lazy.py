"""Listings found by a long search, cut short by a count or a clock."""

from __future__ import annotations

from collections.abc import Iterable
from time import monotonic
from typing import TypeVar

from causal_core.listing import Listing

Item = TypeVar("Item")


def found(
    search: Iterable[Item | None], limit: int | None = None, seconds: float | None = None
) -> Listing[Item]:
    """What a search finds, at most `limit` items and for at most `seconds`.

    Args:
        search: Yields each item found, and None now and then while it finds nothing: the clock is read then.
        limit: The most items to take; None for all.
        seconds: The longest time to take; None for ever.
    """
    until = None if seconds is None else monotonic() + seconds
    taken: list[Item] = []
    for item in search:
        if until is not None and monotonic() > until:
            return Listing(taken, complete=False)
        if item is None:
            continue
        if limit is not None and len(taken) >= limit:
            return Listing(taken, complete=False)
        taken.append(item)
    return Listing(taken)
