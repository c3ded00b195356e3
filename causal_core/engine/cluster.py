"""The local cluster: a scheduler and workers as separate programs that never outlive the app."""

from __future__ import annotations

import json
import logging
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections import deque
from contextlib import suppress
from pathlib import Path
from time import monotonic, sleep
from typing import IO

import causal_core
from causal_core.engine import watch
from causal_core.engine.folder import state_folder
from causal_core.engine.settings import DEFAULT_MEMORY, MOST_WORKERS, Settings
from causal_core.engine.warm import MODULES
from causal_core.problem import Problem

logger = logging.getLogger(__name__)

LONGEST_LOG = 5 * 10**6
"""Bytes after which the workers' log begins anew; the one before is kept as `workers.1.log`."""

FEW_DEATHS = 5
"""How many times in a minute a nanny may end before the cluster counts as broken."""

PATIENCE = 1.0
"""Seconds that what a nanny started has to end by itself when the nanny is gone."""


class LocalCluster:
    """A scheduler and single-threaded workers, each kept by a nanny that replaces it when it dies."""

    def __init__(self, settings: Settings) -> None:
        from dask.system import CPU_COUNT
        from distributed.system import MEMORY_LIMIT

        self.workers = settings.workers or min(MOST_WORKERS, CPU_COUNT)
        self.memory = min(settings.memory or DEFAULT_MEMORY, MEMORY_LIMIT)
        self.log_file = state_folder("logs") / "workers.log"
        self._preload = settings.preload
        self._folder = tempfile.mkdtemp(prefix="dostudio-")
        self._deaths: deque[float] = deque(maxlen=FEW_DEATHS)
        self._log = _open_log(self.log_file)
        self._scheduler = self._start("scheduler")
        self._nannies = [self._start("worker", name) for name in range(self.workers)]

    @property
    def address(self) -> str | None:
        """The scheduler's address, or None while it is starting."""
        from causal_core.engine.servers import scheduler_file

        # The file may be missing or half written.
        with suppress(OSError, ValueError):
            return str(json.loads(Path(scheduler_file(self._folder)).read_text())["address"])
        return None

    def tend(self) -> None:
        """Start again any nanny that has ended.

        Raises:
            Problem: The scheduler has ended, or nannies keep ending.
        """
        if self._scheduler.poll() is not None:
            raise self._broken("The program that hands out work to the workers has stopped.")
        for name, nanny in enumerate(self._nannies):
            if nanny.poll() is None:
                continue
            now = monotonic()
            self._deaths.append(now)
            if len(self._deaths) == FEW_DEATHS and now - self._deaths[0] < 60:
                raise self._broken("The worker programs keep stopping.")
            _end_group(nanny, now + PATIENCE)
            self._nannies[name] = self._start("worker", name)

    def close(self) -> None:
        """End every process, whether a task runs or not; takes about a second at most."""
        processes = [*self._nannies, self._scheduler]
        for process in processes:
            process.kill()
        until = monotonic() + PATIENCE
        for process in processes:
            process.wait()
            _end_group(process, until)
        self._log.close()
        shutil.rmtree(self._folder, ignore_errors=True)

    def _start(self, role: str, name: int = 0) -> subprocess.Popen[bytes]:
        options = {"role": role, "folder": self._folder, "name": name, "memory": self.memory}
        # -P: the folder the app was started in must not hide modules; the search path is passed on as it is.
        command = [sys.executable, "-P", watch.__file__, json.dumps(options)]
        return subprocess.Popen(  # noqa: S603 - this very Python with arguments made here
            command,
            env=self._environment(),
            stdin=subprocess.DEVNULL,
            stdout=self._log,
            stderr=self._log,
            # A Ctrl-C in the terminal is for the app, which then ends these; and a group of its own can be
            # ended whole.
            start_new_session=True,
        )

    def _environment(self) -> dict[str, str]:
        one_thread = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")
        here = str(Path(causal_core.__file__).parents[1])
        return {
            **os.environ,
            **one_thread,
            watch.PARENT: str(os.getpid()),
            MODULES: " ".join(self._preload),
            "PYTHONPATH": os.pathsep.join([*(path or os.getcwd() for path in sys.path), here]),  # noqa: PTH109 - text wanted
            "DASK_LOGGING__DISTRIBUTED": "warning",
        }

    def _broken(self, message: str) -> Problem:
        return Problem(message, remedy=f"Try again; if it stays so, {self.log_file} says why.")


def _open_log(path: Path) -> IO[bytes]:
    with suppress(OSError):
        if path.stat().st_size > LONGEST_LOG:
            path.replace(path.with_suffix(".1.log"))
    return path.open("ab")


def _end_group(process: subprocess.Popen[bytes], until: float) -> None:
    # A nanny leads a group with its worker and multiprocessing's tracker. When it is gone these end by
    # themselves, the tracker after it has removed the named semaphores; a worker deep in C code may not.
    with suppress(ProcessLookupError, PermissionError):
        while monotonic() < until:
            os.killpg(process.pid, 0)
            sleep(0.02)
        os.killpg(process.pid, signal.SIGKILL)
