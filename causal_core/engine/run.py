"""One computation, shared by everyone who asked for its key."""

from __future__ import annotations

import threading
import uuid
from dataclasses import dataclass, field
from typing import Literal

from causal_core.engine.call import Failure, Plan

State = Literal["queued", "running", "done", "failed", "cancelled"]


@dataclass(eq=False)
class Run:
    """One computation of a plan.

    Attributes:
        plan: What is computed.
        number: Its place in the order of submission.
        id: What names it on the cluster; no two runs share one, also not of the same key.
        state: Where it is.
        askers: How many jobs want it.
        finished: The steps that are done.
        shares: Step -> how much of it is done, 0 to 1, for the steps that run.
        value: The result, when done.
        size: Its size in bytes.
        failure: Why there is none, when failed.
        over: Set when it is done, failed or cancelled.
    """

    plan: Plan
    number: int
    id: str = field(default_factory=lambda: uuid.uuid4().hex)
    state: State = "queued"
    askers: int = 0
    finished: set[int] = field(default_factory=set)
    shares: dict[int, float] = field(default_factory=dict)
    value: object = None
    size: int = 0
    failure: Failure | None = None
    over: threading.Event = field(default_factory=threading.Event)

    def done(self) -> float:
        """How many steps are done, with the fractions of those that run."""
        return len(self.finished) + sum(list(self.shares.values()))

    def parts(self) -> tuple[float | None, ...]:
        """How much of each task of the plan is done, 0 to 1, in their order; None while it waits."""
        running = dict(self.shares)
        return tuple(
            1.0 if step in self.finished else running.get(step) for step in range(len(self.plan.tasks))
        )

    def end(self, state: State, failure: Failure | None = None) -> None:
        """Be over, in this state."""
        self.failure = failure
        self.state = state
        self.shares.clear()
        self.over.set()
