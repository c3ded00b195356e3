"""Carries out runs on the workers of a cluster; lives in the engine's event loop."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import suppress
from typing import Any

from distributed import KilledWorker

from causal_core.engine.call import Call, StepFailed
from causal_core.engine.parcel import pack, unpack_light
from causal_core.engine.run import Run
from causal_core.engine.slots import Slots
from causal_core.engine.station import TOPIC, busy_keys, kill_worker, run_task
from causal_core.problem import Problem

TRIES = 2
"""How often a task is given to a worker when workers die of it."""

SOON, LATER = 0.1, 1.0
"""Seconds between two looks at a worker that should have dropped a task: at first, and at most."""

BETWEEN_ROUNDS = 0.3
"""Seconds between two looks at which workers there are."""


WITHOUT_WORKERS = 90.0
"""Seconds to wait for the first worker."""


class WorkerGone(Exception):  # noqa: N818 - a turn of events that is dealt with here
    """The worker of a task is gone."""


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
        self._ready = False
        self._over = False
        self._client.subscribe_topic(TOPIC, self._hear)

    async def look_after(self, tend: Callable[[], None], ready: Callable[[], None]) -> None:
        """Keep in step with the workers; calls `ready` when the first is there and `tend` now and then.

        Raises:
            Problem: The cluster is lost; also whatever `tend` raises.
        """
        loop = asyncio.get_running_loop()
        until = loop.time() + WITHOUT_WORKERS
        try:
            while self._client.status in {"running", "connecting"}:
                tend()
                # Not connected just now: the client tries again for a while, then its status is "closed".
                with suppress(OSError, TimeoutError):
                    info = await asyncio.wait_for(self._client.scheduler.identity(n_workers=-1), 30)
                    self._slots.update({name: worker["nthreads"] for name, worker in info["workers"].items()})
                    if info["workers"] and not self._ready:
                        self._ready = True
                        ready()
                if not self._ready and loop.time() > until:
                    raise Problem(
                        "The cluster has no workers.", remedy="Start its workers, then start the step again."
                    )
                await asyncio.sleep(BETWEEN_ROUNDS)
            raise lost()
        finally:
            self._over = True
            for drain in self._drains:
                drain.cancel()

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
        async with asyncio.TaskGroup() as group:
            tasks = [
                group.create_task(self._step(run, limit, step, call)) for step, call in enumerate(plan.tasks)
            ]
        parts = [task.result() for task in tasks]
        if plan.combine is None:
            return [unpack_light(part) for part in parts], sum(map(len, parts))
        whole = await self._step(run, limit, len(plan.tasks), plan.combine, parts)
        return unpack_light(whole), len(whole)

    async def _step(
        self, run: Run, limit: asyncio.Timeout, step: int, call: Call, parts: list[bytes] | None = None
    ) -> bytes:
        """What the call returns, packed; packed `parts` are for the call that combines."""
        for attempt in range(TRIES):
            address = await self._slots.take(run.number)
            self._begin(run, step, limit)
            key = f"{run.id}-{step}-{attempt}"
            try:
                part = await self._on_worker(
                    address, key, pack((call, parts), "what it works on"), run.id, step
                )
            except asyncio.CancelledError:
                self._begin_drain(address, key, 0.0 if limit.expired() else self._grace)
                raise
            except WorkerGone:
                self._slots.lose(address)
                continue
            except BaseException:
                self._slots.give_back(address)
                raise
            finally:
                run.shares.pop(step, None)
            self._slots.give_back(address)
            run.finished.add(step)
            return part
        raise Problem(
            f"A worker stopped while computing “{run.plan.title}” (probably out of memory), twice.",
            remedy="Use fewer rows or columns, or give workers more memory with DOSTUDIO_WORKER_MEMORY.",
        )

    async def _on_worker(self, address: str, key: str, parcel: bytes, run_id: str, step: int) -> bytes:
        """One task's packed part from this worker; WorkerGone however that is noticed."""
        future = self._client.submit(
            run_task, parcel, run_id, step, key, key=key, workers=[address], pure=False
        )
        outcome = asyncio.ensure_future(_outcome(future))
        gone = self._slots.gone(address)
        try:
            # The cluster would wait for ever for this worker when it dies between finishing and being asked.
            either: set[asyncio.Future[Any]] = {outcome, gone}
            await asyncio.wait(either, return_when=asyncio.FIRST_COMPLETED)
            if not outcome.done():
                raise WorkerGone
            return outcome.result()
        finally:
            outcome.cancel()
            future.release()

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

    def _begin_drain(self, address: str, key: str, patience: float) -> None:
        if not self._over:
            task = asyncio.get_running_loop().create_task(self._drain(address, key, patience))
            self._drains.add(task)
            task.add_done_callback(self._drains.discard)


def lost() -> Problem:
    """The words for a cluster that is gone."""
    return Problem("The connection to the workers was lost.", remedy="Start the step again.")


async def _outcome(future: Any) -> bytes:
    error = await future.exception()
    if future.status == "finished":
        part: bytes = await future
        return part
    if error is None:
        raise lost()
    if isinstance(error, KilledWorker):
        raise WorkerGone
    if isinstance(error, StepFailed):
        raise error.failure.problem()
    raise error


def _span(seconds: float) -> str:
    return f"{seconds:g} seconds" if seconds < 120 else f"{seconds / 60:.3g} minutes"
