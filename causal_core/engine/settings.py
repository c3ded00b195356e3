"""How the engine is set up: environment variables read in one place."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

from causal_core.problem import Problem

HEAVY_MODULES = (
    "pandas",
    "pyarrow",
    "scipy.stats",
    "sklearn.linear_model",
    "sklearn.ensemble",
    "statsmodels.api",
    "lightgbm",
    "dowhy",
)
"""What idle workers load ahead of time, small before large."""

DEFAULT_MEMORY = 3 * 10**9
MOST_WORKERS = 4


@dataclass(frozen=True)
class Settings:
    """How the engine is set up.

    Attributes:
        scheduler: Address of a Dask cluster to use, or None to start local workers.
        tls: Paths of the certificate authority, the certificate and its key, for a `tls://` address.
        workers: How many local workers; None for one a core, at most four.
        memory: Memory limit of a local worker in bytes; None for 3 GB, or less when the machine has less.
        preload: Modules that idle local workers load ahead of time.
        grace: Seconds that a cancelled task may go on before its worker is replaced.
        forsaken: Seconds that a job goes on when its asker is gone without a word, e.g. a closed browser.
        kept_results: How many finished results are kept.
        kept_bytes: How many bytes they may take together.
    """

    scheduler: str | None = None
    tls: tuple[str, str, str] | None = None
    workers: int | None = None
    memory: int | None = None
    preload: tuple[str, ...] = HEAVY_MODULES
    grace: float = 5.0
    forsaken: float = 30.0
    kept_results: int = 256
    kept_bytes: int = 256 * 10**6

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] = os.environ) -> Settings:
        """Read DOSTUDIO_SCHEDULER, DOSTUDIO_TLS_CA, _CERT and _KEY, DOSTUDIO_WORKERS, DOSTUDIO_WORKER_MEMORY.

        Raises:
            Problem: A value cannot be used; names the variable.
        """
        scheduler = environment.get("DOSTUDIO_SCHEDULER") or None
        return cls(
            scheduler=scheduler,
            tls=None if scheduler is None else _tls(scheduler, environment),
            workers=_workers(environment.get("DOSTUDIO_WORKERS")),
            memory=_memory(environment.get("DOSTUDIO_WORKER_MEMORY")),
        )


def _tls(scheduler: str, environment: Mapping[str, str]) -> tuple[str, str, str] | None:
    address = urlsplit(scheduler)
    if address.scheme == "tcp" and address.hostname in {"127.0.0.1", "localhost", "::1"}:
        return None
    if address.scheme != "tls" or not address.hostname:
        raise Problem(
            f"DOSTUDIO_SCHEDULER is {scheduler}, which is not a protected address.",
            remedy="Use tls://host:port; tcp:// is for 127.0.0.1 only.",
        )
    names = ("DOSTUDIO_TLS_CA", "DOSTUDIO_TLS_CERT", "DOSTUDIO_TLS_KEY")
    missing = [name for name in names if not os.path.isfile(environment.get(name, ""))]  # noqa: PTH113 - an empty Path is "."
    if missing:
        raise Problem(
            f"DOSTUDIO_SCHEDULER is a tls:// address, but {' and '.join(missing)} name no file.",
            remedy="Set them to the PEM files of the authority, this user's certificate and its key.",
        )
    authority, certificate, key = (environment[name] for name in names)
    return authority, certificate, key


def _workers(text: str | None) -> int | None:
    if not text:
        return None
    if not text.isdecimal() or not 1 <= int(text) <= 256:
        raise Problem(f"DOSTUDIO_WORKERS is “{text}”.", remedy="Set it to a whole number from 1 to 256.")
    return int(text)


def _memory(text: str | None) -> int | None:
    if not text:
        return None
    from dask.utils import parse_bytes

    try:
        size = int(parse_bytes(text))
    except ValueError:
        size = 0
    if size < 2 * 10**8:
        raise Problem(
            f"DOSTUDIO_WORKER_MEMORY is “{text}”.", remedy="Set it to a size of at least 200 MB, such as 3GB."
        )
    return size
