"""Loads heavy libraries into an idle worker, so that its first task does not wait for them."""

from __future__ import annotations

import asyncio
import importlib
import logging
import os
from contextlib import suppress
from typing import Any

logger = logging.getLogger(__name__)

MODULES = "DOSTUDIO_PRELOAD"
"""The environment variable with the modules to load, space between them."""

FIRST_DELAY = 2.0
"""Seconds before the first worker begins: the app's first page comes first."""

STAGGER = 6.0
"""Seconds between the beginnings of two workers."""

_tasks: set[asyncio.Task[None]] = set()


async def dask_setup(worker: Any) -> None:
    """Called by distributed when the worker has started."""
    logging.basicConfig(format="%(asctime)s %(name)s %(levelname)s %(message)s")
    modules = os.environ.get(MODULES, "").split()
    delay = FIRST_DELAY + STAGGER * int(worker.name)
    task = asyncio.get_running_loop().create_task(_load_all(worker, modules, delay))
    _tasks.add(task)
    task.add_done_callback(_tasks.discard)


async def _load_all(worker: Any, modules: list[str], delay: float) -> None:
    await asyncio.sleep(delay)
    loop = asyncio.get_running_loop()
    for module in modules:
        # In the thread that runs tasks, so that no two threads import one library at a time; one module at a
        # time, so that a task waits for one at most. RuntimeError: the worker is closing.
        with suppress(RuntimeError):
            await loop.run_in_executor(worker.executors["default"], _load, module)
        await asyncio.sleep(0.05)


def _load(module: str) -> None:
    try:
        importlib.import_module(module)
    except Exception as error:  # noqa: BLE001 - a library that cannot load is explained by the step that needs it
        logger.warning("%s cannot be loaded: %s", module, error)
