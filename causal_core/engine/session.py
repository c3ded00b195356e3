"""One connection to a cluster, from its start to its end."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from typing import Any

import dask
from distributed import Client, Security

from causal_core.engine.cluster import LocalCluster
from causal_core.engine.dispatch import Dispatcher
from causal_core.engine.settings import Settings
from causal_core.problem import Problem

LONGEST_START = 60.0
"""Seconds until a cluster that does not answer counts as absent."""


async def hold(settings: Settings, ready: Callable[[Dispatcher], None]) -> None:
    """Connect to the cluster (or start a local one) and stay until it is lost.

    Args:
        settings: Which cluster, and how.
        ready: Called once workers are there.

    Raises:
        Problem: The cluster cannot be reached or started, or was lost.
    """
    # Connection messages are for the log of a cluster, not for the terminal of the app.
    logging.getLogger("distributed").setLevel(logging.CRITICAL)
    # Arguments travel with their task; each is sent once.
    dask.config.set({"distributed.admin.large-graph-warning-threshold": "1 TB"})
    if settings.scheduler is not None:
        await _stay(settings.scheduler, settings, ready, tend=lambda: None)
        return
    cluster = LocalCluster(settings)
    try:
        address = await _address(cluster)
        await _stay(address, settings, ready, tend=cluster.tend)
    finally:
        cluster.close()


async def _address(cluster: LocalCluster) -> str:
    loop = asyncio.get_running_loop()
    until = loop.time() + LONGEST_START
    while (address := cluster.address) is None:
        cluster.tend()
        if loop.time() > until:
            raise Problem(
                f"The workers did not start within {LONGEST_START:.0f} seconds.",
                remedy=f"Try again; {cluster.log_file} may say why.",
            )
        await asyncio.sleep(0.05)
    return address


async def _stay(
    address: str, settings: Settings, ready: Callable[[Dispatcher], None], tend: Callable[[], None]
) -> None:
    client: Any = Client(  # type: ignore[no-untyped-call]  # distributed leaves it untyped
        address,
        asynchronous=True,
        set_as_default=False,
        timeout=LONGEST_START,
        security=_security(settings.tls),
        name="dostudio",
    )
    try:
        try:
            await client
        except (OSError, TimeoutError) as error:
            raise Problem(
                f"The cluster at {address} cannot be reached.",
                remedy="Check DOSTUDIO_SCHEDULER, the certificates and that the cluster runs.",
            ) from error
        dispatcher = Dispatcher(client, settings.grace)
        await dispatcher.look_after(tend, ready=lambda: ready(dispatcher))
    finally:
        await client.close(timeout=1)


def _security(tls: tuple[str, str, str] | None) -> Security | None:
    if tls is None:
        return None
    authority, certificate, key = tls
    return Security(  # type: ignore[no-untyped-call]  # distributed leaves it untyped
        tls_ca_file=authority, tls_client_cert=certificate, tls_client_key=key, require_encryption=True
    )
