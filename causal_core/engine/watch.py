"""Ends a process of the local cluster when the process that started it is gone.

Run as a program, by its path, it is the beginning of such a process: it imports the standard library alone,
so that it watches before anything slow is imported.
"""

from __future__ import annotations

import json
import os
import shutil
import sys
import threading
from time import sleep

PARENT = "DOSTUDIO_PARENT"
"""The environment variable with the process id of the app that started this process."""

BETWEEN_LOOKS = 0.25


def watch_parent(folder: str | None = None) -> None:
    """From now on, end this process at once when its parent is gone, however it went.

    The parent may be gone already. A process whose parent dies is handed to another, so its parent's id
    changes.

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


if __name__ == "__main__":
    options = json.loads(sys.argv[1])
    watch_parent(options["folder"] if options["role"] == "scheduler" else None)

    from causal_core.engine.node import be

    be(options)
