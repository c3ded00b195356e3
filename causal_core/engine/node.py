"""One process of the local cluster: `python -m causal_core.engine.node '{"role": "scheduler", ...}'`."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sys

from causal_core.engine.watch import watch_parent


def main(arguments: str) -> None:
    """Be a scheduler or a worker's nanny until told to stop or the parent is gone.

    Args:
        arguments: JSON with `role` ("scheduler" or "worker"), `folder` (the cluster's temporary folder), and
            for a worker `name` and `memory` (bytes).
    """
    options = json.loads(arguments)
    watch_parent(options["folder"] if options["role"] == "scheduler" else None)
    # The app must stay quick while workers are busy. Their children inherit this.
    os.nice(10)
    asyncio.run(_serve(options))


async def _serve(options: dict[str, object]) -> None:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)

    # Imported here, after the watch has begun: it takes a second.
    from causal_core.engine.servers import make_server

    server = make_server(options)
    await server
    ended = asyncio.ensure_future(server.finished())
    stopping = asyncio.ensure_future(stop.wait())
    await asyncio.wait({ended, stopping}, return_when=asyncio.FIRST_COMPLETED)
    stopping.cancel()
    await server.close()


if __name__ == "__main__":
    main(sys.argv[1])
