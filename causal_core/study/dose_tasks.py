"""What workers do for the estimation step of a study whose treatment is a dose."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, cast

from causal_core.data.dose import rounded
from causal_core.data.levels import level_text
from causal_core.estimation.dose_result import DOSE_METHODS, Along, DoseFindings, DoseResponse
from causal_core.estimation.methods import METHODS
from causal_core.estimation.result import Estimate
from causal_core.problem import DoesNotApply, Problem
from causal_core.study.inputs import Inputs
from causal_core.study.results import Estimated

if TYPE_CHECKING:
    from causal_core.data.dose import Dosed
    from causal_core.estimation.dose_bands import Curve

Part = DoseResponse | tuple[Estimate, ...] | Along


def dose_method(inputs: Inputs, method: str) -> DoseResponse | tuple[Estimate, ...]:
    """One method's curve, or why it has none, once a contrast."""
    from causal_core.estimation.dose_bands import respond
    from causal_core.estimation.dose_regression import dose_response, linear_regression
    from causal_core.estimation.dose_robust import dose_response_dr

    dosed = _dosed(inputs)
    try:
        _refuse(inputs, method)
        if method == "dose_response_dr":
            curve = dose_response_dr(dosed, inputs.seed)
        else:
            curve = (dose_response if method == "dose_response" else linear_regression)(dosed)
    except Problem as problem:
        return _refused(inputs, method, str(problem))
    return respond(
        method,
        dosed.doses,
        _worded(inputs, curve),
        (dosed.design.rows_used, dosed.design.rows_dropped),
        inputs.target,
        "backdoor" if inputs.adjusted or inputs.randomised else "none",
        inputs.seed,
    )


def dose_along(inputs: Inputs) -> Along:
    """How alike people are along the dose."""
    from causal_core.estimation.dose_along import along

    return along(_dosed(inputs), inputs.seed)


def combine_dose(inputs: Inputs, headline: str | None, parts: Sequence[Part]) -> Estimated:
    """The estimation step's result; the last part is how alike people are along the dose."""
    dosed = _dosed(inputs)
    responses = tuple(part for part in parts if isinstance(part, DoseResponse))
    estimates: list[Estimate] = []
    for part in parts[:-1]:
        estimates += part.estimates if isinstance(part, DoseResponse) else cast("tuple[Estimate, ...]", part)
    answered = [each.method for each in responses]
    speaks = headline if headline in answered else None
    return Estimated(
        estimates=tuple(estimates),
        balance=(),
        headline=speaks or next((method for method in DOSE_METHODS if method in answered), None),
        covariates=inputs.covariates,
        rows_used=dosed.design.rows_used,
        dropped_by=dosed.design.dropped_by,
        dose=DoseFindings(dosed.doses, responses, cast("Along", parts[-1])),
    )


@lru_cache(maxsize=4)
def _dosed(inputs: Inputs) -> Dosed:
    from dataclasses import replace

    from causal_core.data.dose import build_dose
    from causal_core.estimation.terms import check_terms, with_logs, with_squares

    check_terms(inputs.table.columns, inputs.squares, inputs.interactions, inputs.logs)
    dosed = build_dose(
        inputs.table,
        treatment=inputs.treatment,
        control=inputs.control,
        outcome=inputs.outcome,
        covariates=inputs.covariates,
        types=dict(inputs.types),
        clusters=inputs.clusters,
        weights=inputs.weights,
        randomised=inputs.randomised,
    )
    design = replace(dosed.design, interactions=inputs.interactions, nuisances=inputs.nuisances)
    return replace(dosed, design=with_squares(with_logs(design, inputs.logs), inputs.squares))


def _refuse(inputs: Inputs, method: str) -> None:
    from causal_core.study.dose import known_probability

    if method not in METHODS:
        raise Problem(f"There is no method {method}.", remedy=f"Choose one of {', '.join(DOSE_METHODS)}.")
    if method not in DOSE_METHODS:
        names = ", ".join(METHODS[name].label for name in DOSE_METHODS)
        raise DoesNotApply(
            f"{METHODS[method].label} compares arms, and the treatment {inputs.treatment} is a dose: a "
            "number with more than 20 different values.",
            remedy=f"For a dose there are: {names}.",
        )
    if inputs.reason and not inputs.randomised:
        raise DoesNotApply(inputs.reason)
    if inputs.propensity is not None:
        raise known_probability(inputs.treatment, inputs.propensity)


def _refused(inputs: Inputs, method: str, reason: str) -> tuple[Estimate, ...]:
    dosed = _dosed(inputs)
    doses = dosed.doses
    return tuple(
        Estimate(
            method=method,
            strategy=METHODS[method].strategy if method in METHODS else "none",
            target=inputs.target,
            estimand="none",
            contrast=(level_text(rounded(doses.reference)), level_text(rounded(dose))),
            value=None,
            std_error=None,
            ci=None,
            rows_used=dosed.design.rows_used,
            rows_dropped=dosed.design.rows_dropped,
            error=reason,
        )
        for dose in doses.told
    )


def _worded(inputs: Inputs, curve: Curve) -> Curve:
    """The curve with what must be said of it: no identification, another target, rows left out."""
    from dataclasses import replace

    notes: list[str] = []
    estimand = curve.estimand
    if not (inputs.adjusted or inputs.randomised):
        notes.append("The covariates do not identify the effect: this is an association.")
        estimand = "association"
    if inputs.target != "ATE":
        notes.append(
            f"A dose has no treated and no controls, so this is over everybody, not the {inputs.target}."
        )
    if inputs.missing != "complete":
        notes.append("For a dose only rows with every value are used; missing covariates are not filled in.")
    return replace(curve, estimand=estimand, notes=(*notes, *curve.notes))
