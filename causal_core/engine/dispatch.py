"""Carries out runs on the workers of a cluster; lives in the engine's event loop."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Coroutine
from typing import Any

from distributed import KilledWorker

from causal_core.engine.call import Call, StepFailed
from causal_core.engine.parcel import pack, unpack_light
from causal_core.engine.run import Run
from causal_core.engine.runner import explain
from causal_core.engine.slots import Slots
from causal_core.engine.station import TOPIC, busy_keys, kill_worker, run_task
from causal_core.problem import Problem

logger = logging.getLogger(__name__)

TRIES = 2
"""How often a task is given to a worker when workers die of it."""

SOON, LATER = 0.1, 1.0
"""Seconds between two looks at a worker that should have dropped a task: at first, and at most."""

BETWEEN_ROUNDS = 0.3
"""Seconds between two looks at which workers there are."""


class Dispatcher:
    """Gives each worker thread one task at a time, so that it is known what any worker does.

    Args:
        client: An asynchronous `distributed.Client`.
        grace: Seconds that a cancelled task may go on before its worker is replaced.
    """

    def __init__(self, client: Any, grace: float) -> None:
        self._client = client
        self._grace = grace
        self._slots = Slots()
        self._runs: dict[str, Run] = {}
        self._drains: set[asyncio.Task[None]] = set()
        self._client.subscribe_topic(TOPIC, self._hear)

    async def look_after(self, tend: Callable[[], None], ready: Callable[[], None]) -> None:
        """Keep in step with the workers; calls `ready` when the first is there and `tend` now and then.

        Raises:
            Problem: The cluster is lost; also whatever `tend` raises.
        """
        seen = False
        while self._client.status in {"running", "connecting"}:
            tend()
            try:
                info = await asyncio.wait_for(self._client.scheduler.identity(n_workers=-1), 30)
            except (OSError, TimeoutError):
                # Not connected just now; the client tries again for half a minute, then its status is
                # "closed".
                info = {"workers": {}}
            workers = info["workers"]
            self._slots.update(
                {name: one["nthreads"] for name, one in workers.items() if one["status"] == "running"}
            )
            if workers and not seen:
                seen = True
                ready()
            await asyncio.sleep(BETWEEN_ROUNDS)
        raise lost()

    async def carry_out(self, run: Run) -> tuple[object, int]:
        """The result of a run and its size in bytes.

        Raises:
            Problem: In words why there is none.
        """
        self._runs[run.id] = run
        try:
            async with asyncio.timeout(None) as limit:
                return await self._compute(run, limit)
        except TimeoutError:
            raise Problem(
                f"“{run.plan.title}” took longer than {_span(run.plan.seconds)} and was stopped.",
                remedy="Use fewer rows, columns or repetitions.",
            ) from None
        except ExceptionGroup as several:
            # The first failure cancelled the other tasks.
            raise several.exceptions[0] from None
        finally:
            del self._runs[run.id]

    async def _compute(self, run: Run, limit: asyncio.Timeout) -> tuple[object, int]:
        plan = run.plan
        gather = plan.combine is None
        futures: list[Any] = []
        try:
            async with asyncio.TaskGroup() as group:
                tasks = [
                    group.create_task(self._step(run, limit, step, call, futures, gather=gather))
                    for step, call in enumerate(plan.tasks)
                ]
            parts = [task.result() for task in tasks]
            if plan.combine is not None:
                last = len(plan.tasks)
                parts = [await self._step(run, limit, last, plan.combine, futures, parts=parts, gather=True)]
        finally:
            for future in futures:
                future.release()
        values = [unpack_light(part) for part in parts]
        return (values if plan.combine is None else values[0]), sum(map(len, parts))

    async def _step(
        self,
        run: Run,
        limit: asyncio.Timeout,
        step: int,
        call: Call,
        futures: list[Any],
        *,
        parts: list[Any] | None = None,
        gather: bool,
    ) -> Any:
        """The packed part of one step when `gather`, else its future; the future is added to `futures`."""
        for attempt in range(TRIES):
            address = await self._slots.take(run.number)
            self._begin(run, step, limit)
            key = f"{run.id}-{step}-{attempt}"
            try:
                # A soft wish for the worker: when it is gone, the cluster may choose another.
                future = self._client.submit(
                    run_task, pack(call), run.id, step, key, parts, key=key, workers=[address],
                    allow_other_workers=True, pure=False,
                )  # fmt: skip
            except TypeError:
                self._slots.give_back(address)
                raise
            try:
                error = await future.exception()
            except asyncio.CancelledError:
                future.release()
                self._spawn(self._drain(address, key, 0.0 if limit.expired() else self._grace))
                raise
            run.shares.pop(step, None)
            if isinstance(error, KilledWorker):
                future.release()
                self._slots.lose(address)
                continue
            self._slots.give_back(address)
            if future.status != "finished":
                future.release()
                raise _words(error)
            futures.append(future)
            run.finished += 1
            return await future if gather else future
        raise Problem(
            f"A worker stopped while computing “{run.plan.title}” (probably out of memory), twice.",
            remedy="Use fewer rows or columns, or give workers more memory with DOSTUDIO_WORKER_MEMORY.",
        )

    def _begin(self, run: Run, step: int, limit: asyncio.Timeout) -> None:
        run.shares[step] = 0.0
        if run.state == "queued":
            run.state = "running"
            limit.reschedule(asyncio.get_running_loop().time() + run.plan.seconds)

    async def _drain(self, address: str, key: str, patience: float) -> None:
        """Free a worker's place once it dropped a task; past `patience` seconds, replace the worker."""
        loop = asyncio.get_running_loop()
        until = loop.time() + patience
        # Twice in a row: the task's own message may reach the worker after the first look.
        quiet, pause = 0, SOON
        while quiet < 2:
            await asyncio.sleep(pause)
            busy = await self._is_busy(address, key)
            quiet = 0 if busy else quiet + 1
            pause = min(pause * 1.3, LATER) if busy else SOON
            # With one thread, what it does is the dropped task and nobody else's.
            if (
                busy
                and loop.time() > until
                and self._slots.threads(address) <= 1
                and await self._kill(address)
            ):
                self._slots.lose(address)
                return
        self._slots.give_back(address)

    async def _kill(self, address: str) -> bool:
        """End a worker; False when it is gone already or has no nanny to start another."""
        try:
            return bool(await self._client.run(kill_worker, workers=[address], nanny=True, on_error="ignore"))
        except Exception:  # noqa: BLE001 - the scheduler answers with whatever it stumbled over; we look again
            return False

    async def _is_busy(self, address: str, key: str) -> bool:
        looking = self._client.run(busy_keys, workers=[address], on_error="ignore")
        try:
            found: dict[str, list[str]] = await asyncio.wait_for(looking, 2)
        except (OSError, TimeoutError):
            return True
        return key in found.get(address, ())

    def _hear(self, event: tuple[float, dict[str, Any]]) -> None:
        message = event[1]
        run = self._runs.get(message["run"])
        # A message may come after its task's end.
        if run is not None and message["step"] in run.shares:
            run.shares[message["step"]] = message["share"]

    def _spawn(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._drains.add(task)
        task.add_done_callback(self._drains.discard)


def lost() -> Problem:
    """The words for a cluster that is gone."""
    return Problem("The connection to the workers was lost.", remedy="Start the step again.")


def _words(error: BaseException | None) -> Problem:
    if isinstance(error, StepFailed):
        return error.failure.problem()
    if error is None:
        return lost()
    logger.error("The cluster could not carry out a task", exc_info=error)
    return explain(error).problem()


def _span(seconds: float) -> str:
    return f"{seconds:g} seconds" if seconds < 120 else f"{seconds / 60:.3g} minutes"
