"""What a worker runs: one task's parcel in, the part's parcel out."""

from __future__ import annotations

import logging
import signal
from collections.abc import Sequence
from os import kill
from time import monotonic
from typing import Any, cast

from causal_core.engine.call import Call, Failure, StepFailed
from causal_core.engine.parcel import pack, unpack
from causal_core.engine.progress import Sink, listening, share
from causal_core.engine.runner import Unexpected, explain, perform
from causal_core.problem import Problem

logger = logging.getLogger(__name__)

TOPIC = "dostudio-progress"
"""The event topic on which workers say how far their tasks are: {"run", "step", "share"}."""

BETWEEN_REPORTS = 0.2
"""Seconds between two progress messages of one task."""


class Abandoned(BaseException):
    """Nobody wants this task any more. Not an Exception, so that a step's own handlers let it pass."""


def run_task(parcel: bytes, run: str, step: int, key: str) -> bytes:
    """Carry out one packed call on a worker and pack what it returns.

    Args:
        parcel: The packed pair of a `Call` and the packed parts it is to combine, or None.
        run: Which run this belongs to, for progress.
        step: Its place in the plan.
        key: The task's key on the cluster.

    Raises:
        StepFailed: The task failed; holds the words and nothing else.
    """
    try:
        with listening(_sink(run, step, key)):
            return _carry_out(parcel)
    except Abandoned:
        return b""
    except Unexpected as error:
        logger.error("%s", error.message, exc_info=error.__cause__ or error)  # noqa: TRY400 - the cause's traceback, not ours
        failure = Failure.of(error)
    except Problem as error:
        failure = Failure.of(error)
    except (Exception, SystemExit) as error:
        logger.exception("A task could not be carried out")
        failure = explain(error)
    # Raised out here, where no library's exception hangs on it as context and travels along.
    raise StepFailed(failure)


def _carry_out(parcel: bytes) -> bytes:
    call, parts = cast("tuple[Call, Sequence[bytes] | None]", unpack(parcel))
    if parts is None:
        return pack(perform(call), "its result")
    return pack(perform(call, parts=[unpack(part) for part in parts]), "its result")


def _sink(run: str, step: int, key: str) -> Sink:
    from distributed import get_worker

    worker = get_worker()
    last = 0.0

    def send(done: float, total: float) -> None:
        nonlocal last
        if _cancelled(worker, key):
            raise Abandoned
        now = monotonic()
        if now - last >= BETWEEN_REPORTS:
            last = now
            worker.log_event(TOPIC, {"run": run, "step": step, "share": share(done, total)})

    if _cancelled(worker, key):
        raise Abandoned
    return send


def _cancelled(worker: Any, key: str) -> bool:
    task = worker.state.tasks.get(key)
    return task is not None and task.state == "cancelled"


def busy_keys(dask_worker: Any) -> list[str]:
    """The keys of the tasks that occupy this worker's threads, cancelled ones included."""
    return [task.key for task in dask_worker.state.all_running_tasks]


def kill_worker(dask_worker: Any) -> None:
    """Run on a nanny: end its worker at once; the nanny then starts another."""
    if dask_worker.pid:
        kill(dask_worker.pid, signal.SIGKILL)
