"""A study's policy as files beside its results: policy_<name>.json and policy_<name>.py."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, cast

from causal_core.problem import Problem
from causal_core.study.results import Refused

if TYPE_CHECKING:
    from causal_core.policy.exported import ExportedPolicy
    from causal_core.study.results import Results


def policy_to_write(results: Results) -> str | None:
    """Which policy is written out: the one the memo speaks for, else the first that depends on who comes.

    Those that treat everybody alike come last; None when no policy was valued that can be exported.
    """
    from causal_core.policy.export_plan import exportable

    if results.valued is None or results.uplift is None:
        return None
    valued = {each.policy for each in results.valued.policies if not isinstance(each, Refused)}
    # Of two arms, treating everybody has no arm in its name.
    names = [name for name in exportable(results.study, results.uplift) if name in valued]
    wanted = (results.study.policy.headline or "top_share", *names)
    told_apart = [name for name in wanted if name in names and not name.startswith("treat_")]
    first = [name for name in wanted[:1] if name in names]
    return next(iter((*first, *told_apart, *names)), None)


def write_policy(
    results: Results, folder: Path, progress: Callable[[float, float], None] | None = None
) -> tuple[tuple[Path, ...], str]:
    """Write the study's policy into `folder`, learned again exactly as it was valued.

    Args:
        results: Of a run, the policy step among them.
        folder: Where results.json is.
        progress: Called with (done, total).

    Returns:
        The files, and why there are none, in words; both empty when no policy was valued.
    """
    from causal_core.engine.inline import run_inline
    from causal_core.policy.export_plan import export_plan

    if results.valued is None or results.uplift is None:
        return (), ""
    name = policy_to_write(results)
    if name is None:
        return (), "No policy of this study can be written out as a program."
    try:
        plan = export_plan(results.study, results.opened.table, results.uplift, name)
        policy = cast("ExportedPolicy", run_inline(plan, progress=progress))
        stem = re.sub(r"[^\w.-]+", "_", name).strip("_")
        files = {
            folder / f"policy_{stem}.json": policy.to_json(),
            folder / f"policy_{stem}.py": policy.to_python(),
        }
        for path, text in files.items():
            path.write_text(text, encoding="utf-8")
    except Problem as problem:
        return (), f"The policy {name} is not written out: {problem}"
    except OSError as error:
        return (), f"The policy {name} cannot be written to {folder} ({error.strerror})."
    return tuple(files), ""
