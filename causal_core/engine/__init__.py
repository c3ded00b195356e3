"""Where heavy steps run: a step is asked for by name, a job comes back.

Names that need `distributed` are loaded on first use, so that a worker's watch and the command line start
quickly.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from causal_core.engine.call import Call, Failure, Plan
from causal_core.engine.folder import state_folder
from causal_core.engine.inline import run_inline

if TYPE_CHECKING:
    from causal_core.engine.engine import Engine, get_engine
    from causal_core.engine.job import Job

__all__ = ["Call", "Engine", "Failure", "Job", "Plan", "get_engine", "run_inline", "state_folder"]


def __getattr__(name: str) -> object:
    if name in {"Engine", "get_engine"}:
        from causal_core.engine import engine

        return getattr(engine, name)
    if name == "Job":
        from causal_core.engine.job import Job

        return Job
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
