"""The validation step of a study: its checks, carried out one after the other."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from causal_core.engine.call import Plan
from causal_core.plain import Plain, to_plain
from causal_core.problem import DoesNotApply, Problem
from causal_core.validation.plan import curve_plan, usual_methods
from causal_core.validation.repeat_plan import repeat_plan, usual_method

if TYPE_CHECKING:
    from causal_core.data.table import Table
    from causal_core.study.study import Study
    from causal_core.validation.repeat import Repeated
    from causal_core.validation.specification import Curve


@dataclass(frozen=True)
class Validated:
    """What the checks of a study found.

    Attributes:
        curve: Every admissible set by every method; None when it was not asked for or has no answer.
        repeated: The study repeated; None likewise.
        inapplicable: (check, why) of those that have no answer for this study.
    """

    curve: Curve | None = None
    repeated: Repeated | None = None
    inapplicable: tuple[tuple[str, str], ...] = ()

    def to_dict(self) -> dict[str, Plain]:
        """The checks by name as plain JSON; one without an answer has `error`."""
        plain: dict[str, Plain] = {}
        if self.curve is not None:
            plain["specification_curve"] = to_plain(self.curve)
        if self.repeated is not None:
            plain["repeat"] = to_plain(self.repeated)
        return plain | {check: {"error": why} for check, why in self.inapplicable}


def curve_of(study: Study, table: Table) -> Plan:
    """The plan of the specification curve as the study asks for it.

    Raises:
        DoesNotApply: The graph admits no set to adjust for.
        Problem: A method is unknown.
    """
    options = study.validate
    methods = usual_methods(study) if options.methods is None else options.methods
    targets = (study.question.target,) if options.targets is None else options.targets
    return curve_plan(study, table, methods, targets)


def repeat_of(study: Study, table: Table) -> Plan:
    """The plan of the repeated study as the study asks for it.

    Raises:
        DoesNotApply: No set identifies the effect.
        Problem: No method adjusts, or too many are asked for.
    """
    options = study.validate
    usual = usual_method(study)
    methods = ((usual,) if usual else ()) if options.repeated is None else options.repeated
    return repeat_plan(study, table, methods, options.world, options.repetitions)


def validate(study: Study, table: Table, carry_out: Callable[[Plan], Any]) -> Validated:
    """The checks that the study names.

    Args:
        study: The study.
        table: Its table.
        carry_out: Gives a plan's result.

    Raises:
        Problem: A check failed; one that merely has no answer is said in the result.
    """
    found: dict[str, Any] = {}
    silent = []
    for check, field, plan_of in (
        ("specification_curve", "curve", curve_of),
        ("repeat", "repeated", repeat_of),
    ):
        if check not in study.validate.checks:
            continue
        try:
            found[field] = carry_out(plan_of(study, table))
        except DoesNotApply as reason:
            silent.append((check, str(reason)))
        except Problem as problem:
            raise Problem(f"{check}: {problem.message}", problem.column, problem.remedy) from problem
    return Validated(**found, inapplicable=tuple(silent))
