"""What one asker holds of a computation."""

from __future__ import annotations

import threading
import weakref
from typing import Protocol

from causal_core.engine.call import Failure
from causal_core.engine.run import Run, State
from causal_core.problem import Problem


class Desk(Protocol):
    """What a job asks of its engine."""

    def place(self, run: Run) -> int: ...  # noqa: D102 - see Job.place
    def leave(self, run: Run) -> None: ...  # noqa: D102 - see Job.leave
    def forsake(self, run: Run) -> None: ...  # noqa: D102 - called when a job was dropped without leave


class Job:
    """One asker's hold on a computation; safe to use from any thread.

    Keep it (in the session's state) as long as the result is wanted: a job that is dropped counts as left
    after half a minute.
    """

    def __init__(self, run: Run, desk: Desk) -> None:
        self._run = run
        self._desk = desk
        self._left = False
        self._lock = threading.Lock()
        self._forsake = weakref.finalize(self, desk.forsake, run)
        self._forsake.atexit = False

    @property
    def key(self) -> str:
        """The plan's key."""
        return self._run.plan.key

    @property
    def title(self) -> str:
        """The plan's title."""
        return self._run.plan.title

    @property
    def state(self) -> State:
        """`queued`, `running`, `done`, `failed` or `cancelled`; `cancelled` once this asker has left."""
        return "cancelled" if self._left else self._run.state

    @property
    def done(self) -> float:
        """How many steps are done, with the fraction of those that run and report their progress."""
        return self._run.done()

    @property
    def parts(self) -> tuple[float | None, ...]:
        """How much of each task of the plan is done, 0 to 1, in the plan's order; None while it waits."""
        return self._run.parts()

    @property
    def total(self) -> int:
        """How many steps there are."""
        return self._run.plan.steps

    @property
    def place(self) -> int:
        """How many unfinished jobs came before this one and are ahead of it; 0 once it runs or is over."""
        return self._desk.place(self._run) if self.state == "queued" else 0

    @property
    def failure(self) -> Failure | None:
        """Why there is no result, when the state is `failed`."""
        return None if self._left else self._run.failure

    def wait(self, seconds: float | None = None) -> bool:
        """Wait until the job is over, at most `seconds`; whether it is."""
        return self._left or self._run.over.wait(seconds)

    def result(self) -> object:
        """The result, waited for; askers of one key get the same object, so do not change it.

        Raises:
            Problem: The job failed (its failure's words) or was cancelled.
        """
        self.wait()
        failure = self.failure
        if failure is not None:
            raise failure.problem()
        if self.state != "done":
            raise Problem(f"“{self.title}” was cancelled.", remedy="Start it again.")
        return self._run.value

    def leave(self) -> None:
        """This asker no longer wants the result; the computation is cancelled when it was the last one."""
        with self._lock:
            if self._left or self._run.over.is_set():
                return
            self._left = True
        self._forsake.detach()
        self._desk.leave(self._run)
