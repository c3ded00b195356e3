"""One process of the local cluster: its scheduler, or a nanny with its worker."""

from __future__ import annotations

import asyncio
import os
import signal
from typing import Any

from causal_core.engine.servers import make_server


def be(options: dict[str, Any]) -> None:
    """Be a scheduler or a worker's nanny until told to stop.

    Args:
        options: `role` ("scheduler" or "worker"), `folder` (the cluster's temporary folder), and for a worker
            `name` and `memory` (bytes).
    """
    # The app must stay quick while workers are busy. Their children inherit this.
    os.nice(10)
    asyncio.run(_serve(options))


async def _serve(options: dict[str, Any]) -> None:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    server = make_server(options)
    await server
    ended = asyncio.ensure_future(server.finished())
    stopping = asyncio.ensure_future(stop.wait())
    await asyncio.wait({ended, stopping}, return_when=asyncio.FIRST_COMPLETED)
    stopping.cancel()
    await server.close()
