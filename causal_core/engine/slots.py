"""Which worker is free, and whose turn it is."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(eq=False)
class Line:
    """The steps of one run that wait for a worker.

    Attributes:
        number: The run's place in the order of submission.
        served: How many workers it was given, counted from what the others had when it came.
        waiting: One future for each waiting step.
    """

    number: int
    served: int
    waiting: deque[asyncio.Future[str]] = field(default_factory=deque)


class Slots:
    """Places on workers, one for each of their threads, handed out in turns.

    The run that was served least comes next, the earlier one first among equals; one that comes late starts
    level with the others. So a short run waits for one task of each run before it, not for all of a long
    one's.
    """

    def __init__(self) -> None:
        self._threads: dict[str, int] = {}
        self._free: dict[str, int] = {}
        self._gone: dict[str, asyncio.Future[None]] = {}
        self._lost: set[str] = set()
        self._lines: dict[int, Line] = {}
        self._level = 0

    def update(self, workers: Mapping[str, int]) -> None:
        """Learn which workers there are: address -> threads."""
        self._lost &= workers.keys()
        for address in self._threads.keys() - workers.keys():
            self._forget(address)
        for address in workers.keys() - self._threads.keys() - self._lost:
            self._threads[address] = self._free[address] = workers[address]
            self._gone[address] = asyncio.get_running_loop().create_future()
        self._hand_out()

    def threads(self, address: str) -> int:
        """How many threads a worker has; 0 when it is gone."""
        return self._threads.get(address, 0)

    def gone(self, address: str) -> asyncio.Future[None]:
        """Done when this worker is gone; wait for it with others, never cancel it."""
        known = self._gone.get(address)
        if known is not None:
            return known
        gone = asyncio.get_running_loop().create_future()
        gone.set_result(None)
        return gone

    async def take(self, number: int) -> str:
        """Wait for this run's turn; the address of the worker whose place it now holds."""
        line = self._lines.setdefault(number, Line(number, self._level))
        place: asyncio.Future[str] = asyncio.get_running_loop().create_future()
        line.waiting.append(place)
        self._hand_out()
        try:
            return await place
        except asyncio.CancelledError:
            if place.done() and not place.cancelled():
                self.give_back(place.result())
            raise

    def give_back(self, address: str) -> None:
        """The place on this worker is free again."""
        if address in self._threads:
            self._free[address] = min(self._free[address] + 1, self._threads[address])
            self._hand_out()

    def lose(self, address: str) -> None:
        """This worker is dead or dying: give it nothing more, even while it is still listed."""
        self._lost.add(address)
        self._forget(address)

    def _forget(self, address: str) -> None:
        if address in self._threads:
            del self._threads[address], self._free[address]
            self._gone.pop(address).set_result(None)

    def _hand_out(self) -> None:
        while address := next((name for name, count in self._free.items() if count), None):
            line = self._next_line()
            if line is None:
                return
            self._level = line.served
            line.served += 1
            self._free[address] -= 1
            line.waiting.popleft().set_result(address)

    def _next_line(self) -> Line | None:
        for number, line in list(self._lines.items()):
            while line.waiting and line.waiting[0].done():
                line.waiting.popleft()
            if not line.waiting:
                del self._lines[number]
        return min(self._lines.values(), key=lambda line: (line.served, line.number), default=None)
