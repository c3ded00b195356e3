"""Serving the app: where app.py lies, and Streamlit started with the engine beside it."""

from __future__ import annotations

import socket
import sys
import threading
import time
from contextlib import suppress
from functools import cache
from importlib import import_module
from pathlib import Path

SOON_NEEDED = ("streamlit.emojis", "causal_core.data.demos", "causal_core.engine.engine")
"""What the first page imports; by the time a browser has loaded, it is there."""

POLL = 0.05
"""Seconds between two looks whether the server is up."""

PAINTING = 1.0
"""Seconds a first visitor's browser gets to paint the page before the engine starts."""

PATIENCE = 4.0
"""Seconds before the engine starts without a visitor."""


def app_file() -> Path:
    """The app's main file: beside causal_core in a checkout, in the package `dostudio` once installed."""
    root = Path(__file__).resolve().parent.parent
    for candidate in (root / "app.py", root / "dostudio" / "app.py"):
        if candidate.is_file() and (candidate.parent / "pages").is_dir():
            return candidate
    raise FileNotFoundError("app.py lies neither beside causal_core nor in the package dostudio")


def serve(port: int) -> int:
    """Serve the app on 127.0.0.1:`port` until interrupted; the exit status."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            print(  # noqa: T201 - this program's words
                f"Port {port} is taken. Choose another: dostudio serve --port {port + 1}", file=sys.stderr
            )
            return 2
    from streamlit.runtime.pages_manager import PagesManager
    from streamlit.web import cli

    # Until app.py has run once, Streamlit would take pages/ for its own list: a first visit to /graph would
    # run that file alone, without the frame.
    PagesManager.uses_pages_directory = False
    threading.Thread(target=_await_visitors, args=(port,), name="ready", daemon=True).start()
    print(f"dostudio is at http://127.0.0.1:{port}", flush=True)  # noqa: T201 - the answer of this command
    flags = [f"--server.port={port}", "--server.address=127.0.0.1", "--server.headless=true"]
    cli.main(["run", str(app_file()), *flags], standalone_mode=False)
    return 0


@cache
def make_ready(after: float) -> None:
    """Import what studies need and start the engine, in a thread, `after` seconds from now.

    Asked again it does nothing more. Whoever needs the engine sooner starts it; a painting browser has the
    processor until then.
    """
    timer = threading.Timer(after, _be_ready)
    timer.daemon = True
    timer.start()


def _await_visitors(port: int) -> None:
    while True:
        with suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
            break
        time.sleep(POLL)
    # The first browser is loading its scripts meanwhile; before that, imports would delay the server.
    for name in SOON_NEEDED:
        import_module(name)
    make_ready(PATIENCE)


@cache
def _be_ready() -> None:
    from causal_core.engine import get_engine
    from causal_core.study.shelf import tidy

    import_module("causal_core.study.steps")
    get_engine()
    tidy()
