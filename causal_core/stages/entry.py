"""A rule over stages as one of a study's policies."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

from causal_core.engine.call import Call
from causal_core.policy.result import Gain, PolicyResult
from causal_core.problem import Problem
from causal_core.stages.asked import Asked
from causal_core.stages.plan import PARTS, TASKS, stages_asked
from causal_core.stages.result import StagesResult
from causal_core.stages.tasks import Valued, combine_stages
from causal_core.stages.words import sequence, verdict
from causal_core.study.results import Refused

if TYPE_CHECKING:
    from causal_core.data.table import Table
    from causal_core.study.study import Study

NAME = "q_learning"

Part = TypeVar("Part")

_UNKNOWN = Gain(float("nan"), float("nan"), (float("nan"), float("nan")))


@dataclass(frozen=True)
class Staged:
    """The rule over stages that a policy step values beside its other policies.

    Attributes:
        asked: What it is learned and valued from; None with `problem`.
        comparable: Why the arms of each stage are comparable.
        problem: Why there is none.
    """

    asked: Asked | None
    comparable: tuple[str, ...] = ()
    problem: Problem | None = None

    @classmethod
    def of(cls, study: Study, table: Table) -> Staged | None:
        """What a study asks for; None when Q-learning is not among its policies."""
        if NAME not in study.policy.policies:
            return None
        try:
            return cls(*stages_asked(study, table))
        except Problem as problem:
            return cls(None, problem=problem)

    @property
    def calls(self) -> list[Call]:
        """The tasks of the plan."""
        if self.asked is None:
            return []
        return [Call(f"{TASKS}:value_rules", {"asked": self.asked, "kind": kind}) for kind in PARTS]


def staged_key(study: Study) -> tuple[object, ...]:
    """What a rule over stages rests on beyond the policy step's other inputs; nothing where none is asked."""
    if NAME not in study.policy.policies:
        return ()
    return (study.graph.fingerprint, dict(study.data.types), dict(study.data.measured))


def staged_entry(
    staged: Staged | None, parts: Sequence[Part | Valued]
) -> tuple[PolicyResult | Refused, list[Part]]:
    """The policy step's entry, and the parts that are of its other policies."""
    mine = [part for part in parts if isinstance(part, Valued)]
    others = [part for part in parts if not isinstance(part, Valued)]
    if staged is None:
        return Refused(NAME, "It was not asked for."), others
    if staged.asked is None:
        return Refused(NAME, str(staged.problem)), others
    return policy_entry(combine_stages(staged.asked, staged.comparable, mine)), others


def policy_entry(found: StagesResult) -> PolicyResult:
    """The learned rule as a policy: against the control at every stage, and against the best fixed sequence.

    Its contributions are of other rows than those of the study's other policies, so they are not given for
    pairing with them.
    """
    rule, reference = found.rule, found.reference
    shares = rule.steps[0][0]
    return PolicyResult(
        policy=NAME,
        value=rule.value,
        std_error=rule.std_error,
        ci=rule.ci,
        gain_vs_none=rule.gain_vs_none or _UNKNOWN,
        gain_vs_all=reference.gain_of_rule,
        treated_share=rule.treated_share,
        cost=rule.cost,
        arm_shares=tuple(zip(found.stages[0].arms, map(float, shares), strict=False)),
        all_arm=sequence(found.best_fixed),
        learner="",
        sentence=verdict(found),
        rows_used=found.rows_used,
        gain_vs_current=rule.gain_vs_logged,
        outcome=found.outcome or _UNKNOWN,
        spending=found.spending or _UNKNOWN,
        effective_sample_size=rule.effective_sample_size,
        warnings=rule.warnings,
    )
