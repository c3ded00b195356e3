"""The engine: takes plans, hands out jobs, keeps the workers."""

from __future__ import annotations

import asyncio
import atexit
import itertools
import logging
import threading
from contextlib import suppress
from functools import cache
from typing import TYPE_CHECKING, Literal, cast

from causal_core.engine.call import Failure, Plan
from causal_core.engine.job import Job
from causal_core.engine.kept import Kept
from causal_core.engine.run import Run, State
from causal_core.engine.runner import explain
from causal_core.engine.settings import Settings
from causal_core.problem import Problem

if TYPE_CHECKING:
    from causal_core.engine.dispatch import Dispatcher

logger = logging.getLogger(__name__)

_CANCELLATIONS = 5
_CANCEL_SECONDS = 1.0

EngineState = Literal["starting", "ready", "failed", "closed"]


class Engine:
    """Runs plans on worker processes; safe to use from any thread.

    It starts by itself in the background; jobs handed in meanwhile are queued. When it failed, the next
    `submit` starts it again.

    Args:
        settings: How it is set up; None to read the environment.
    """

    def __init__(self, settings: Settings | None = None) -> None:
        self._settings = settings
        self._lock = threading.Lock()
        self._numbers = itertools.count()
        self._runs: dict[str, Run] = {}
        self._work: dict[str, asyncio.Task[None]] = {}
        self._state: EngineState = "starting"
        self._failure: Failure | None = None
        self._session: asyncio.Task[None] | None = None
        limits = settings or Settings()
        self._kept = Kept(limits.kept_results, limits.kept_bytes)
        self._forsaken = limits.forsaken
        self._loop = asyncio.new_event_loop()
        self._dispatcher: asyncio.Future[Dispatcher] = self._loop.create_future()
        self._thread = threading.Thread(target=self._live, name="engine", daemon=True)
        self._thread.start()

    @property
    def state(self) -> EngineState:
        """`starting`, `ready` (workers are there), `failed` or `closed`."""
        return self._state

    @property
    def failure(self) -> Failure | None:
        """Why the engine cannot run anything, when the state is `failed`."""
        return self._failure

    def submit(self, plan: Plan) -> Job:
        """One asker's job for this plan, at once.

        Askers of one key share one computation. A result that is still kept makes the job `done` from the
        start; a plan that failed or was cancelled before is tried again.

        Raises:
            Problem: The engine is closed, or the plan holds nothing to do.
        """
        if not plan.steps:
            raise Problem(f"“{plan.title}” holds nothing to compute.")
        with self._lock:
            if self._state == "closed":
                raise Problem("The engine is closed.", remedy="Start the app again.")
            run = self._kept.get(plan.key) or self._runs.get(plan.key)
            if run is None:
                run = self._runs[plan.key] = Run(plan, next(self._numbers))
                self._loop.call_soon_threadsafe(self._begin, run)
            run.askers += 1
        return Job(run, self)

    def kept(self, key: str) -> bool:
        """Whether the result of a plan with this key is at hand."""
        return self._kept.get(key) is not None

    def place(self, run: Run) -> int:
        """How many unfinished runs were asked for before this one."""
        with self._lock:
            return sum(other.number < run.number for other in self._runs.values())

    def leave(self, run: Run) -> None:
        """One asker less; the run is cancelled when it was the last."""
        with self._lock:
            run.askers -= 1
            if run.askers or run.over.is_set():
                return
            self._end(run, "cancelled")
        with suppress(RuntimeError):  # the loop is closed, and the work ended with it
            self._loop.call_soon_threadsafe(self._stop_work, run)

    def forsake(self, run: Run) -> None:
        """One asker is gone without leaving: perhaps for a moment, so it leaves a little later."""
        # Called by the garbage collector, anywhere: no lock may be taken here.
        if not run.over.is_set():
            with suppress(RuntimeError):  # the loop is closed
                self._loop.call_soon_threadsafe(self._loop.call_later, self._forsaken, self.leave, run)

    def close(self) -> None:
        """Cancel everything and end the workers; may be called twice."""
        with self._lock:
            closed, self._state = self._state == "closed", "closed"
            for run in list(self._runs.values()):
                self._end(run, "cancelled")
        if not closed:
            self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()

    def _end(self, run: Run, state: State, failure: Failure | None = None) -> None:
        # The lock is held. Another run may have taken the key since this one was cancelled.
        if run.over.is_set():
            return
        if self._runs.get(run.plan.key) is run:
            del self._runs[run.plan.key]
        run.end(state, failure)
        if state == "done":
            self._kept.put(run)

    # What follows runs in the engine's own thread.

    def _live(self) -> None:
        asyncio.set_event_loop(self._loop)
        self._start()
        try:
            self._loop.run_forever()
            # `close` stopped it: let everything end in order.
            self._loop.run_until_complete(_end_all())
        finally:
            self._loop.close()

    def _start(self) -> None:
        self._failure = None
        self._state = "starting"
        self._dispatcher = self._loop.create_future()
        self._session = self._loop.create_task(self._hold_session())

    def _begin(self, run: Run) -> None:
        if run.over.is_set():
            return
        if self._state == "failed":
            self._start()
        self._work[run.id] = self._loop.create_task(self._carry_out(run))

    def _stop_work(self, run: Run) -> None:
        work = self._work.get(run.id)
        if work is not None:
            work.cancel()

    async def _carry_out(self, run: Run) -> None:
        state: State = "failed"
        failure: Failure | None = None
        try:
            dispatcher = await asyncio.shield(self._dispatcher)
            run.value, run.size = await dispatcher.carry_out(run)
            state = "done"
        except Problem as problem:
            failure = Failure.of(problem)
        except Exception as error:
            logger.exception("A plan could not be carried out")
            failure = explain(error)
        finally:
            # A cancelled run is over already.
            del self._work[run.id]
            with self._lock:
                self._end(run, state, failure)

    async def _hold_session(self) -> None:
        """Have workers, from start to loss."""
        try:
            # It imports `distributed`, which takes a second of the engine's own thread only.
            from causal_core.engine.session import hold

            settings = self._settings or Settings.from_environment()
            await hold(settings, self._ready)
        except Problem as problem:
            self._fail(Failure.of(problem))
        except Exception as error:
            logger.exception("The engine stopped")
            self._fail(explain(error))

    def _ready(self, dispatcher: Dispatcher) -> None:
        self._dispatcher.set_result(dispatcher)
        if self._state == "starting":
            self._state = "ready"

    def _fail(self, failure: Failure) -> None:
        with self._lock:
            if self._state == "closed":
                return
            self._failure = failure
            self._state = "failed"
            runs = list(self._runs.values())
            for run in runs:
                self._end(run, "failed", failure)
        for run in runs:
            self._stop_work(run)


async def _end_all() -> None:
    """Cancel everything until it ends, a few times.

    Ending work may begin some more, and a client that is still connecting can swallow a cancellation.
    """
    for _ in range(_CANCELLATIONS):
        tasks = asyncio.all_tasks() - {cast("asyncio.Task[None]", asyncio.current_task())}
        if not tasks:
            return
        for task in tasks:
            task.cancel()
        await asyncio.wait(tasks, timeout=_CANCEL_SECONDS)


@cache
def _only_engine() -> Engine:
    engine = Engine()
    atexit.register(engine.close)
    return engine


_only_lock = threading.Lock()


def get_engine() -> Engine:
    """This process's engine, begun on the first call; returns at once, also while workers are starting."""
    with _only_lock:
        return _only_engine()
