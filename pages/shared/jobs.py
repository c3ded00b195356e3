"""Heavy steps on a page: started by a button, shown with progress, cancelled, explained when they fail."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, cast

import streamlit as st

from causal_core.engine import get_engine
from causal_core.percent import percent
from causal_core.text import for_markdown
from pages.shared.current import current
from pages.shared.header import shown

if TYPE_CHECKING:
    from causal_core.engine import Job, Plan
    from causal_core.engine.call import Failure

_JOBS = "jobs"
_EVERY_SECONDS = 0.5
_QUICK_SECONDS = 0.25


def result_of(
    step: str,
    plan: Plan,
    start: str,
    *,
    at_once: bool = False,
    parts: Sequence[str] = (),
    last: str = "",
    failed: Callable[[Failure], None] | None = None,
) -> Any:
    """The plan's result when it is at hand; else what is needed to get it is drawn, and None returned.

    Args:
        step: The step it belongs to; one job a step and session is watched.
        plan: What to compute.
        start: The start button's label.
        at_once: Start without being asked.
        parts: What each of the plan's tasks belongs to, in our own words, to show how far each of these is.
        last: What is made of the tasks' parts, in our own words; shown behind them.
        failed: Called with the failure that has been drawn, if one has.
    """
    from causal_core.study.steps import STEPS

    jobs: dict[str, Job] = st.session_state.setdefault(_JOBS, {})
    job = jobs.get(step)
    if job is not None and job.key != plan.key:
        job.leave()
        del jobs[step]
        job = None
    if job is None and (at_once or get_engine().kept(plan.key)):
        job = jobs[step] = get_engine().submit(plan)
        job.wait(_QUICK_SECONDS)
    if job is None or job.state == "cancelled":
        _offer(step, plan, start)
        return None
    if job.state == "done":
        if current() is not None and step in STEPS:
            shown(step, plan.key)
        return job.result()
    if job.state == "failed":
        failure = cast("Failure", job.failure)
        show_failure(failure)
        if failed is not None:
            failed(failure)
        if not failure.inapplicable and st.button("Try again", key=f"again-{step}"):
            jobs[step] = get_engine().submit(plan)
            st.rerun()
        return None
    _watch(step, tuple(parts), last)
    return None


def show_failure(failure: Failure) -> None:
    """A failure in words: what is wrong, or why there is no answer, and what to do about it."""
    box = st.info if failure.inapplicable else st.error
    box(" ".join(filter(None, (for_markdown(failure.message), for_markdown(failure.remedy)))))


def job_of(step: str) -> Job | None:
    """This session's job of a step, or None."""
    job: Job | None = st.session_state.get(_JOBS, {}).get(step)
    return job


def forget(step: str) -> None:
    """Leave this session's job of a step, if there is one."""
    job = st.session_state.get(_JOBS, {}).pop(step, None)
    if job is not None:
        job.leave()


def _offer(step: str, plan: Plan, start: str) -> None:
    here = current()
    if here is not None and here.seen.get(step) not in {None, plan.key}:
        st.warning("↻ Out of date: something it builds on has changed since it was computed.")
    if st.button(start, type="primary", key=f"start-{step}"):
        st.session_state[_JOBS][step] = get_engine().submit(plan)
        st.rerun()


@st.fragment(run_every=_EVERY_SECONDS)
def _watch(step: str, parts: tuple[str, ...], last: str) -> None:
    job = st.session_state.get(_JOBS, {}).get(step)
    if job is None or job.state not in {"queued", "running"}:
        st.rerun()
    engine = get_engine()
    if job.state == "queued":
        waiting = f"{job.place} before it in the queue" if job.place else "waiting for a worker"
        if engine.state == "starting":
            waiting = "the workers are starting"
        st.progress(0.0, text=f"{for_markdown(job.title)}: {waiting}")
    else:
        share = min(job.done / job.total, 1.0)
        st.progress(share, text=f"{for_markdown(job.title)}: {percent(share)}")
        if parts:
            st.caption(" · ".join(how_far(job.parts, parts, last)))
    if st.button("Cancel", key=f"cancel-{step}"):
        job.leave()
        st.rerun()


def how_far(shares: Sequence[float | None], parts: Sequence[str], last: str = "") -> list[str]:
    """Each part with how far it is, in the order in which parts come first.

    Args:
        shares: How much of each task is done, 0 to 1; None while it waits.
        parts: What each task belongs to.
        last: What is made of all of them; it starts when they are done. Empty to leave it out.
    """
    found = []
    for name in dict.fromkeys(parts):
        mine = [share for share, part in zip(shares, parts, strict=True) if part == name]
        done = sum(share or 0.0 for share in mine) / len(mine)
        waits = all(share is None for share in mine)
        found.append(f"{name} {'waiting' if waits else '✓' if done == 1 else percent(done)}")
    if last:
        found.append(f"{last} {'now' if all(share == 1 for share in shares) else 'waiting'}")
    return found
