"""One method's answer under each handling of missing covariates, side by side."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from importlib.metadata import version
from typing import Any, Final

from causal_core.data.table import Table
from causal_core.engine.call import Call, Plan
from causal_core.estimation.methods import METHODS
from causal_core.estimation.result import Estimate
from causal_core.problem import DoesNotApply, Problem
from causal_core.study.headline import ORDER, covers_zero, number_text
from causal_core.study.inputs import Inputs
from causal_core.study.missing import HANDLINGS, adjusts, completed_calls, pooled
from causal_core.study.results import Estimated
from causal_core.study.steps import inputs, result_key
from causal_core.study.study import Study

HERE = "causal_core.study.missing_choice"

MOVED: Final = 0.5
"""A choice that moves the value by more than this many standard errors is said to move the answer."""


@dataclass(frozen=True)
class MissingChoice:
    """One method under each handling of missing covariates.

    Attributes:
        method: A key of `METHODS`.
        answers: (key of `HANDLINGS`, one estimate an arm).
    """

    method: str
    answers: tuple[tuple[str, tuple[Estimate, ...]], ...]

    @property
    def sentences(self) -> tuple[str, ...]:
        """Whether the choice moves the answer, one sentence an arm."""
        arms = zip(*(estimates for _, estimates in self.answers), strict=True)
        several = len(self.answers[0][1]) > 1
        return tuple(f"{f'For {arm[0].contrast[1]}: ' if several else ''}{_sentence(arm)}" for arm in arms)


def chosen_method(estimated: Estimated) -> str:
    """The method to compare on: the headline's, or where that needs no covariate the next that does.

    Raises:
        DoesNotApply: No method that adjusts for covariates ran and answered.
    """
    answered = {each.method for each in estimated.estimates if each.value is not None}
    for method in (estimated.headline, *ORDER, *METHODS):
        if method is not None and method in answered and adjusts(method):
            return method
    ran = [each.method for each in estimated.estimates if adjusts(each.method)]
    if ran:
        return ran[0]
    raise DoesNotApply(
        "No method that adjusts for covariates was run, so what becomes of missing covariates changes "
        "nothing.",
        remedy="Add one, such as AIPW, to see what it would change.",
    )


def choice_plan(study: Study, table: Table, estimated: Estimated) -> Plan:
    """The plan that answers by each handling of missing covariates; its result is a `MissingChoice`.

    Raises:
        DoesNotApply: No method that adjusts for covariates ran.
    """
    method = chosen_method(estimated)
    given = {name: replace(inputs(study, table), missing=name) for name in HANDLINGS}
    count = max(study.estimate.imputations, 2)
    plain = [
        Call(f"{HERE}:answer", {"inputs": given[name], "method": method})
        for name in ("complete", "indicator")
    ]
    tasks = [*plain, *completed_calls(given["imputation"], (method,), count)]
    combine = Call(f"{HERE}:combine_choice", {"inputs": given["imputation"], "method": method})
    complete = study.replace(estimate=replace(study.estimate, missing="complete", methods=()))
    text = json.dumps([version("dostudio"), result_key("estimate", complete, table), method, count])
    key = f"missing-{hashlib.sha256(text.encode()).hexdigest()}"
    return Plan(key, "Comparing what can become of missing values", tuple(tasks), combine, seconds=1800)


def answer(inputs: Inputs, method: str) -> tuple[Estimate, ...]:
    """The method's estimates, one an arm; in words why not where these rows give none."""
    from causal_core.study.tasks import estimate_method

    try:
        return estimate_method(inputs, method)
    except Problem as problem:
        whole = inputs.missing_values()
        rows, why = (0, whole.rows), str(problem)
        return tuple(
            Estimate.unanswered(method, "none", inputs.target, "none", (whole.arms[0], arm), rows, why)
            for arm in whole.arms[1:]
        )


def combine_choice(inputs: Inputs, method: str, parts: Sequence[Any]) -> MissingChoice:
    """The comparison, from an estimate by complete rows, one by indicators, and the completed tables."""
    imputed = pooled(inputs, (method,), parts[2:])[method]
    return MissingChoice(method, tuple(zip(HANDLINGS, (parts[0], parts[1], imputed), strict=True)))


def _sentence(answers: Sequence[Estimate]) -> str:
    able = [each for each in answers if each.value is not None]
    if len(able) < 2:
        return "Only one of them gives an answer, so there is nothing to compare."
    values = [float(each.value or 0.0) for each in able]
    apart = max(values) - min(values)
    errors = [each.std_error for each in able if each.std_error]
    size = f"at most {number_text(apart)}" if len(able) > 2 else number_text(apart)
    if not errors:
        return (
            f"The values differ by {size}; without a standard error there is no saying whether that is much."
        )
    share = apart / max(errors)
    split = len({covers_zero(each) for each in able}) > 1
    words = f"the values differ by {size} ({share:.2g} standard errors)"
    doubt = "Ask why the values are missing before trusting one of them."
    if share > MOVED:
        return f"The choice moves the answer: {words}. {doubt}"
    if split:
        return (
            f"The choice moves the answer a little: {words}, but one interval holds zero and another does "
            f"not. {doubt}"
        )
    return f"The choice hardly moves the answer: {words}, and the intervals agree about zero."
