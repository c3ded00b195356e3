"""The local cluster's scheduler and workers: on 127.0.0.1 only, no web pages, no spilling to disk."""

from __future__ import annotations

from typing import Any

import dask
from distributed import Nanny, Scheduler, Worker

HOST = "127.0.0.1"

SETTINGS = {
    # A task whose worker died is given back to the engine, which decides about a second try.
    "distributed.scheduler.allowed-failures": 0,
    # The engine gives each worker one task at a time and says which.
    "distributed.scheduler.work-stealing": False,
    "distributed.scheduler.active-memory-manager.start": False,
    # A long call into C may keep a worker silent for minutes; the plan's time limit looks after that.
    "distributed.scheduler.worker-ttl": None,
    "distributed.scheduler.events-cleanup-delay": "1 minute",
    # Spilling and pausing leave a job standing still without a word; at 95 % of its memory a worker is
    # replaced.
    "distributed.worker.memory.target": False,
    "distributed.worker.memory.spill": False,
    "distributed.worker.memory.pause": False,
    "distributed.worker.memory.terminate": 0.95,
    # Sampling stacks a hundred times a second serves only the dashboard, which is off.
    "distributed.worker.profile.enabled": False,
    "distributed.admin.system-monitor.gil.enabled": False,
    "distributed.diagnostics.nvml": False,
}


class QuietScheduler(Scheduler):
    """A scheduler whose only listener is its own port."""

    def start_http_server(self, *_: object, **__: object) -> None:
        """Start none: every address setting of the web server still listens somewhere."""


class QuietWorker(Worker):
    """A worker whose only listener is its own port."""

    def start_http_server(self, *_: object, **__: object) -> None:
        """Start none: every address setting of the web server still listens somewhere."""


def scheduler_file(folder: str) -> str:
    """Where the scheduler of the cluster in `folder` writes its address."""
    return f"{folder}/scheduler.json"


def make_server(options: dict[str, Any]) -> Any:
    """A scheduler, or a nanny with one single-threaded worker, not started yet; options as in `node.main`."""
    dask.config.set({**SETTINGS, "temporary-directory": options["folder"]})
    if options["role"] == "scheduler":
        return QuietScheduler(
            host=HOST, port=0, dashboard=False, scheduler_file=scheduler_file(options["folder"])
        )
    return Nanny(
        scheduler_file=scheduler_file(options["folder"]),
        name=options["name"],
        host=HOST,
        nthreads=1,
        memory_limit=options["memory"],
        worker_class=QuietWorker,
        local_directory=options["folder"],
        preload=["causal_core.engine.warm"],
        preload_nanny=[],
        death_timeout=60,
    )
