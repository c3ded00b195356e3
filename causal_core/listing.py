"""A listing that may have been cut short."""

from __future__ import annotations

from collections.abc import Iterable
from time import monotonic
from typing import Generic, TypeVar

Item = TypeVar("Item")


class Listing(tuple[Item, ...], Generic[Item]):
    """A tuple that says whether it holds everything (`complete`) or stopped at a limit."""

    complete: bool

    def __new__(cls, items: Iterable[Item] = (), *, complete: bool = True) -> Listing[Item]:
        """Make a listing of `items`; `complete` is False when a limit cut it short."""
        listing = super().__new__(cls, items)
        listing.complete = complete
        return listing

    def __reduce__(self) -> tuple[object, ...]:
        return (_listing, (tuple(self), self.complete))


def _listing(items: tuple[Item, ...], complete: bool) -> Listing[Item]:
    return Listing(items, complete=complete)


def take(items: Iterable[Item], limit: int | None = None, seconds: float | None = None) -> Listing[Item]:
    """The first items of a lazy listing, at most `limit` of them and for at most `seconds`.

    Args:
        items: A lazy iterable; it should yield often enough for the clock to be read.
        limit: The most items to take; None for all.
        seconds: The longest time to take; None for ever.
    """
    until = None if seconds is None else monotonic() + seconds
    taken: list[Item] = []
    for item in items:
        if (limit is not None and len(taken) >= limit) or (until is not None and monotonic() > until):
            return Listing(taken, complete=False)
        taken.append(item)
    return Listing(taken)
