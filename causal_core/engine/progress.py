"""How a running step says how far it is, whoever listens."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar

Sink = Callable[[float, float], None]

_sink: ContextVar[Sink | None] = ContextVar("progress", default=None)


def report(done: float, total: float) -> None:
    """Say that `done` of `total` units of this task are finished; does nothing when nobody listens.

    Call it as often as is convenient, from the thread the task runs in: what leaves a worker is throttled. On
    a worker this is also where a task nobody wants any more stops.
    """
    sink = _sink.get()
    if sink is not None:
        sink(done, total)


@contextmanager
def listening(sink: Sink | None) -> Iterator[None]:
    """Send what is reported inside the block to `sink`."""
    token = _sink.set(sink)
    try:
        yield
    finally:
        _sink.reset(token)


@contextmanager
def part(start: float, end: float) -> Iterator[None]:
    """What is reported inside the block counts as the stretch from `start` to `end` (of 1) of the task."""
    outer = _sink.get()

    def within(done: float, total: float) -> None:
        if outer is not None:
            outer(start + (end - start) * share(done, total), 1.0)

    with listening(within):
        yield


def share(done: float, total: float) -> float:
    """`done` of `total` as a number from 0 to 1."""
    return min(max(done / total, 0.0), 1.0) if total > 0 else 0.0
