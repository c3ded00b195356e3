"""Ends a process of the local cluster when the process that started it is gone."""

from __future__ import annotations

import os
import shutil
import threading
from time import sleep

PARENT = "DOSTUDIO_PARENT"
"""The environment variable with the process id of the app that started this process."""

BETWEEN_LOOKS = 0.25


def watch_parent(folder: str | None = None) -> None:
    """From now on, end this process at once when its parent is gone, however it went.

    Call it before anything slow is imported: the parent may be gone already. A process whose parent dies is
    handed to another, so its parent's id changes.

    Args:
        folder: A temporary folder to remove then.
    """
    parent = int(os.environ[PARENT])

    def look() -> None:
        while os.getppid() == parent:
            sleep(BETWEEN_LOOKS)
        if folder is not None:
            shutil.rmtree(folder, ignore_errors=True)
        # Nothing is worth saving, and an orderly end could wait for a running task.
        os._exit(1)

    threading.Thread(target=look, name="watch parent", daemon=True).start()
