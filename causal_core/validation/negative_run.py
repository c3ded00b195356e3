"""The computation behind negative controls: the study's own method on effects that must be zero."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from causal_core.data.design import Design, Floats
from causal_core.data.levels import level_text
from causal_core.estimation.average import estimate
from causal_core.estimation.inference import cluster_count, interval, standard_error
from causal_core.estimation.propensity import pseudo_inverse
from causal_core.estimation.result import Estimate, Interval
from causal_core.estimation.sample import Sample, prepare
from causal_core.estimation.terms import SQUARED
from causal_core.problem import Problem
from causal_core.study.inputs import Inputs
from causal_core.validation.control_candidates import Candidate
from causal_core.validation.negative_controls import (
    ControlsTested,
    ControlTest,
    Effect,
    judged,
    p_of,
)

MOST_ARMS = 6
"""A category with more levels than this is no exposure to test."""

PER_DEVIATION = "one standard deviation more"


def effect_in_question(inputs: Inputs, method: str) -> tuple[Effect, ...]:
    """The study's effect by one method, in the outcome's unit and in its standard deviations.

    Raises:
        Problem: The method gives none.
    """
    design, _ = _complete(inputs).design_for(method)
    scale = _deviation(design)
    found = []
    for each in estimate(method, design, inputs.target, inputs.adjusted, inputs.seed):
        if each.value is None:
            raise Problem(
                f"{method} gives no effect to measure the controls by. {each.error}",
                remedy="Choose another method.",
            )
        ci = _one(each)
        found.append(
            Effect(
                contrast=_contrast(each),
                method=method,
                value=each.value,
                ci=ci,
                scaled=each.value / scale,
                scaled_ci=_scaled(ci, scale),
                rows_used=each.rows_used,
            )
        )
    return tuple(found)


def try_control(inputs: Inputs, candidate: Candidate, method: str) -> tuple[ControlTest, ...]:
    """The effects of one control that must be zero, not judged yet; what cannot be had says why."""
    try:
        if candidate.kind == "outcome":
            return tuple(_on_outcome(_complete(inputs), candidate, method))
        return tuple(_of_exposure(_complete(inputs), candidate, method))
    except Problem as problem:
        return (ControlTest(candidate, "", method=method, error=str(problem)),)


def combine_controls(
    parts: list[tuple[Effect, ...] | tuple[ControlTest, ...]], method: str
) -> ControlsTested:
    """All tests, judged together against the effect in question; the first part holds that effect."""
    effects = tuple(each for each in parts[0] if isinstance(each, Effect))
    largest = max(effects, key=lambda each: abs(each.scaled))
    named = {each.contrast: each for each in effects}
    tests = [
        replace(each, against=named.get(each.contrast, largest).scaled)
        for part in parts[1:]
        for each in part
        if isinstance(each, ControlTest)
    ]
    return ControlsTested(judged(tests), effects, method)


def _on_outcome(inputs: Inputs, candidate: Candidate, method: str) -> Iterator[ControlTest]:
    columns = (*candidate.given, candidate.column)
    plain = inputs.without_terms((candidate.column,))
    whole = replace(plain, covariates=columns).design()
    design, own = _apart(whole, candidate.column)
    if method == "difference_in_means" and inputs.randomised:
        design = _without_covariates(design)
    for name, values in own:
        held = replace(design, outcome=values, outcome_name=candidate.column)
        for each in estimate(method, held, inputs.target, inputs.adjusted, inputs.seed):
            yield _tested(candidate, each, name, _deviation(held))


def _of_exposure(inputs: Inputs, candidate: Candidate, method: str) -> Iterator[ControlTest]:
    given = (*candidate.given, inputs.treatment)
    types = dict(inputs.types)
    if len(inputs.design().arms) > 2:
        types[inputs.treatment] = "category"
    plain = replace(inputs, types=tuple(sorted(types.items())), propensity=None, randomised=False)
    # The treatment is a covariate here, so another column must stand in its place while this is encoded.
    values = inputs.table.frame([candidate.column])[candidate.column].dropna()
    distinct = values.unique()
    if len(distinct) > 2 and values.dtype.kind in "iuf" and types.get(candidate.column) != "category":
        yield _slope(plain, candidate, method)
        return
    if len(distinct) > MOST_ARMS:
        raise Problem(
            f"{candidate.column} has {len(distinct)} values, too many to compare one by one.",
            column=candidate.column,
            remedy="Choose a number, or a column with fewer values.",
        )
    first = min(level_text(value) for value in distinct)
    swapped = replace(plain, treatment=candidate.column, control=first, covariates=given)
    design = swapped.design()
    for each in estimate(method, design, inputs.target, inputs.adjusted, inputs.seed):
        yield _tested(candidate, each, "", _deviation(design))


def _slope(inputs: Inputs, candidate: Candidate, method: str) -> ControlTest:
    """The slope of a numeric exposure in a linear regression with the treatment and the adjustment set."""
    plain = inputs.without_terms((candidate.column,))
    whole = replace(plain, covariates=(*candidate.given, candidate.column)).design()
    design, own = _apart(whole, candidate.column)
    values = own[0][1]
    sample = prepare(design)
    deviation = _spread(values, sample.weights)
    value, influence = slope(sample, values / deviation)
    error = standard_error(influence, design)
    if error is None:
        raise Problem(
            "There is only one cluster, so there is no standard error.", remedy="Use more clusters."
        )
    groups = cluster_count(design)
    freedom = groups - 1 if groups else design.rows_used - sample.x.shape[1] - sample.arms
    ci = interval(value, error, freedom)
    scale = _deviation(design)
    note = "A numeric exposure is tested by its slope in linear regression."
    return ControlTest(
        candidate=candidate,
        contrast=PER_DEVIATION,
        method="linear_regression",
        value=value,
        std_error=error,
        ci=ci,
        scaled=value / scale,
        scaled_ci=_scaled(ci, scale),
        p_value=p_of(value, ci),
        rows_used=design.rows_used,
        rows_dropped=design.rows_dropped,
        notes=() if method == "linear_regression" else (note,),
    )


def slope(sample: Sample, values: Floats) -> tuple[float, Floats]:
    """The least-squares slope of the outcome on `values`, arms and covariates, and its HC3 influence.

    Args:
        sample: The rows.
        values: (n,) the regressor.

    Raises:
        Problem: The others determine it.
    """
    chosen = (sample.arm[:, None] == np.arange(1, sample.arms)).astype(np.float64)
    others = np.column_stack([sample.x, chosen])
    weighted = others.T * sample.weights
    inverse = pseudo_inverse(weighted @ others)
    left = values - others @ (inverse @ (weighted @ values))
    scale = float(sample.weights @ left**2)
    if scale <= 1e-9 * float(sample.weights @ (values - values.mean()) ** 2):
        raise Problem(
            "What is adjusted for determines it: nothing is left to compare.", remedy="Choose another."
        )
    value = float((sample.weights * left) @ sample.outcome / scale)
    rest = sample.outcome - values * value
    residual = rest - others @ (inverse @ (weighted @ rest))
    leverage = sample.weights * (np.einsum("ij,ij->i", others @ inverse, others) + left**2 / scale)
    inflated = np.where(leverage < 1 - 1e-9, residual / np.maximum(1 - leverage, 1e-9), 0)
    influence: Floats = sample.weights * left * inflated * sample.rows / scale
    return value, influence


def _apart(whole: Design, column: str) -> tuple[Design, list[tuple[str, Floats]]]:
    """The design without a covariate, and (level or "", values) of that covariate's encoded columns."""
    mine = [
        place
        for place, (name, source) in enumerate(
            zip(whole.covariate_names, whole.covariate_sources, strict=True)
        )
        if source == column
    ]
    if not mine:
        raise Problem(
            f"{column} has the same value in every row in use.",
            column=column,
            remedy="Choose another control.",
        )
    kept = [place for place in range(len(whole.covariate_names)) if place not in mine]
    own = []
    for place in mine:
        name = whole.covariate_names[place]
        if not name.endswith(SQUARED) or name == column:
            level = name.removeprefix(f"{column}=") if name != column else ""
            own.append((level, whole.covariates[:, place]))
    design = replace(
        whole,
        covariates=whole.covariates[:, kept],
        covariate_names=tuple(whole.covariate_names[place] for place in kept),
        covariate_sources=tuple(whole.covariate_sources[place] for place in kept),
    )
    return design, own


def _without_covariates(design: Design) -> Design:
    return replace(design, covariates=design.covariates[:, :0], covariate_names=(), covariate_sources=())


def _complete(inputs: Inputs) -> Inputs:
    return replace(inputs, missing="complete")


def _tested(candidate: Candidate, each: Estimate, part: str, scale: float) -> ControlTest:
    if each.value is None:
        return ControlTest(candidate, _contrast(each), part, each.method, error=each.error or "")
    ci = _one(each)
    return ControlTest(
        candidate=candidate,
        contrast=_contrast(each),
        part=part,
        method=each.method,
        value=each.value,
        std_error=each.std_error,
        ci=ci,
        scaled=each.value / scale,
        scaled_ci=_scaled(ci, scale),
        p_value=p_of(each.value, ci),
        rows_used=each.rows_used,
        rows_dropped=each.rows_dropped,
        notes=each.notes,
    )


def _one(each: Estimate) -> Interval | None:
    if each.ci is None or isinstance(each.ci[0], tuple) or isinstance(each.ci[1], tuple):
        return None
    return each.ci[0], each.ci[1]


def _scaled(ci: Interval | None, scale: float) -> tuple[float, float] | None:
    if ci is None or ci[0] is None or ci[1] is None:
        return None
    return ci[0] / scale, ci[1] / scale


def _contrast(each: Estimate) -> str:
    return f"{each.contrast[1]} against {each.contrast[0]}"


def _deviation(design: Design) -> float:
    weights = np.ones(design.rows_used) if design.weights is None else design.weights
    deviation = _spread(design.outcome, weights)
    if deviation == 0:
        raise Problem(
            f"{design.outcome_name} has the same value in every row in use.",
            column=design.outcome_name,
            remedy="Choose another column.",
        )
    return deviation


def _spread(values: Floats, weights: Floats) -> float:
    mean = weights @ values / weights.sum()
    return float(np.sqrt(weights @ (values - mean) ** 2 / weights.sum()))
