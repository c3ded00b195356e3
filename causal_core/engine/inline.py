"""A plan carried out here and now, one task after the other."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from causal_core.engine.call import Call, Plan
from causal_core.engine.progress import Sink, listening, share
from causal_core.engine.runner import perform


def run_inline(plan: Plan, progress: Sink | None = None) -> object:
    """The plan's result, computed in this process with the same digits as on workers.

    Args:
        plan: What to compute; its time limit is not watched here.
        progress: Called with (steps done, steps in all), fractions while a task reports its own progress.

    Raises:
        Problem: A task's own, or one that puts an unexpected error into words (the error is its cause).
    """
    finished = 0

    def within(done: float, total: float) -> None:
        if progress is not None:
            progress(finished + share(done, total), plan.steps)

    def carry_out(call: Call, **more: object) -> object:
        nonlocal finished
        with listening(within), _one_thread():
            part = perform(call, **more)
        finished += 1
        if progress is not None:
            progress(finished, plan.steps)
        return part

    parts = [carry_out(call) for call in plan.tasks]
    return parts if plan.combine is None else carry_out(plan.combine, parts=parts)


@contextmanager
def _one_thread() -> Iterator[None]:
    # Sums in linear algebra depend on how many threads share them; workers have one.
    from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]  # it has no types

    with threadpool_limits(limits=1):
        yield
