"""Reading a file in another thread while this one reports how far it is."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor, wait
from typing import Any, TypeVar

from causal_core.engine.progress import report
from causal_core.problem import Problem

Result = TypeVar("Result")

_SECONDS_BETWEEN_REPORTS = 0.1


class LimitedFile:
    """What a packed file holds, as a file for reading that gives no more than `limit` bytes.

    Args:
        file: The stream that unpacks.
        limit: The most bytes to give.
        name: The file's name, for the message.

    Attributes:
        stopped: When set, the next read fails.
    """

    def __init__(self, file: Any, limit: int, name: str) -> None:
        self.file = file
        self.limit = limit
        self.name = name
        self.done = 0
        self.stopped = False
        self.closed = False

    def read(self, size: int = -1) -> bytes:
        """The next bytes, at most `size` of them; a Problem past the limit."""
        if self.stopped:
            raise OSError("reading was stopped")
        data: bytes = self.file.read(size)
        self.done += len(data)
        if self.done > self.limit:
            raise too_large(self.name, self.limit)
        return data


def too_large(name: str, limit: int) -> Problem:
    """The error for a packed file that holds more than `limit` bytes."""
    return Problem(
        f"{name} holds more than {limit // 1_048_576:,} MB once it is unpacked.",
        remedy="Leave out columns or rows that the study does not need.",
    )


def report_while(
    work: Callable[[], Result], position: Callable[[], int], total: int, stop: Callable[[], None]
) -> Result:
    """What `work` returns, while this thread reports how far it is.

    Reports must come from the thread the step runs in, and Arrow reads in threads of its own.

    Args:
        work: Reads a file to its end.
        position: How many bytes of the file it has read.
        total: The file's size in bytes.
        stop: Called when a report raises, because nobody wants the step any more.
    """
    with ThreadPoolExecutor(1) as pool:
        future = pool.submit(work)
        try:
            while not wait((future,), _SECONDS_BETWEEN_REPORTS).done:
                report(position(), total)
        except BaseException:
            stop()
            raise
    result = future.result()
    report(total, total)
    return result
