"""Finished results, the ones used last."""

from __future__ import annotations

from collections import OrderedDict

from causal_core.engine.run import Run


class Kept:
    """Finished runs by key, bounded by count and by bytes; those not asked for longest go first."""

    def __init__(self, most: int, most_bytes: int) -> None:
        self._most = most
        self._most_bytes = most_bytes
        self._bytes = 0
        self._runs: OrderedDict[str, Run] = OrderedDict()

    def get(self, key: str) -> Run | None:
        """The finished run of this key, if it is kept."""
        run = self._runs.get(key)
        if run is not None:
            self._runs.move_to_end(key)
        return run

    def put(self, run: Run) -> None:
        """Keep a finished run, unless it is larger than all there is room for."""
        if run.size > self._most_bytes:
            return
        self._runs[run.plan.key] = run
        self._bytes += run.size
        while len(self._runs) > self._most or self._bytes > self._most_bytes:
            _, oldest = self._runs.popitem(last=False)
            self._bytes -= oldest.size
