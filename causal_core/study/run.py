"""All steps of a study, one after the other, in this process."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

from causal_core.data.reading import ReadOptions
from causal_core.engine.inline import run_inline
from causal_core.problem import DoesNotApply, Problem
from causal_core.study import steps as plans
from causal_core.study.dose import refuse_dose
from causal_core.study.options import BanditOptions, GapOptions
from causal_core.study.results import Opened, Results
from causal_core.vault.lock import lock_of

if TYPE_CHECKING:
    from causal_core.data.table import Table
    from causal_core.engine.call import Plan
    from causal_core.study.study import Study
    from causal_core.uplift.result import Evaluation

Progress = Callable[[str, float, float], None]

STEPS = ("identify", "estimate", "validate", "refute", "uplift", "gap", "policy", "bandit")
"""What a run does, in order; validation, gap and bandits only where the study or the caller asks for them."""

NEEDS = {"refute": "estimate", "gap": "uplift", "policy": "uplift", "bandit": "uplift"}
"""Step -> the step whose result it takes."""


def open_data(study: Study, progress: Progress | None = None) -> Opened:
    """The study's table, read, without the rows that the study locks away.

    Raises:
        Problem: The file is missing, has another digest than the study says, or cannot be read.
    """
    path = study.data_path
    if not path.is_file():
        raise Problem(f"[data] path: there is no file {study.data.path}.", remedy="Correct the path.")
    if study.data.sha256 is not None:
        with path.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
        if digest != study.data.sha256.lower():
            raise Problem(
                f"[data] sha256: {study.data.path} is not the file this study was made with.",
                remedy="Use the original file, or remove sha256 to accept this one.",
            )
    options = ReadOptions(study.data.delimiter, study.data.encoding, study.data.decimal, study.data.sheet)
    lock = lock_of(study.held_back)
    opened: list[Opened] = _do("data", plans.opening(path, path.name, options, lock), progress)
    return opened[0]


def run(study: Study, steps: Iterable[str] | None = None, progress: Progress | None = None) -> Results:
    """The results of the asked-for steps; a step that fails is reported and the others go on.

    Args:
        study: The study.
        steps: Names among `STEPS`; None for all. What a step builds on runs too.
        progress: Called with (step, done, total).

    Raises:
        Problem: A step is unknown, or the data cannot be read or do not fit the study.
    """
    asked = _asked(study, steps)
    opened = open_data(study, progress)
    found: dict[str, Any] = {}
    reasons: dict[str, Problem] = {}
    for step in asked:
        try:
            _carry_out(step, study, opened.table, found, reasons, progress)
        except Problem as problem:
            reasons[step] = problem
    silent = {step: str(reason) for step, reason in reasons.items() if isinstance(reason, DoesNotApply)}
    failed = {step: str(reason) for step, reason in reasons.items() if step not in silent}
    return Results(study, opened, **found, failures=failed, inapplicable=silent)


def _carry_out(
    step: str,
    study: Study,
    table: Table,
    found: dict[str, Any],
    reasons: dict[str, Problem],
    progress: Progress | None,
) -> None:
    if NEEDS.get(step) in reasons:
        raise reasons[NEEDS[step]]
    if step == "identify":
        found["identification"] = plans.identification(study)
        found["dowhy"] = _do(step, plans.dowhy_plan(study), progress)[0]
    elif step == "estimate":
        found["estimated"] = _do(step, plans.estimate_plan(study, table), progress)
    elif step == "validate":
        _validate(study, table, found, progress)
    elif step == "refute":
        found["refuted"] = _do(step, plans.refute_plan(study, table, found["estimated"]), progress)
    elif step == "uplift":
        learned = _do(step, plans.uplift_plan(study, table), progress)
        found["uplift"] = _priced(study, table, learned)
    elif step == "gap":
        from causal_core.gap.plan import gap_plan

        found["gap"] = _do(step, gap_plan(study, table, found["uplift"]), progress)
    elif step == "bandit":
        from causal_core.bandit.whole import act

        found["bandit"] = act(study, table, found["uplift"], lambda plan: _do(step, plan, progress))
    else:
        found["valued"] = _do(step, plans.policy_plan(study, table, found["uplift"]), progress)


def _priced(study: Study, table: Table, learned: Evaluation) -> Evaluation:
    from causal_core.study.priced import priced_evaluation

    try:
        return priced_evaluation(study, table, learned)
    except Problem:
        # The policy step says what is wrong with the costs.
        return learned


def _validate(study: Study, table: Table, found: dict[str, Any], progress: Progress | None) -> None:
    from causal_core.validation.result import validate

    if study.validate.checks:
        refuse_dose(study, table, "validate")
        found["validated"] = validate(study, table, lambda plan: _do("validate", plan, progress))


def _asked(study: Study, steps: Iterable[str] | None) -> list[str]:
    wanted = set(STEPS if steps is None else steps)
    if steps is None and study.gap == GapOptions():
        wanted.remove("gap")
    if steps is None and study.bandit == BanditOptions():
        wanted.remove("bandit")
    unknown = sorted(wanted - set(STEPS))
    if unknown:
        raise Problem(f"There is no step {unknown[0]}.", remedy=f"Choose among {', '.join(STEPS)}.")
    wanted |= {NEEDS[step] for step in wanted if step in NEEDS}
    return [step for step in STEPS if step in wanted]


def _do(step: str, plan: Plan, progress: Progress | None) -> Any:
    tell = None if progress is None else lambda done, total: progress(step, done, total)
    return run_inline(plan, progress=tell)
