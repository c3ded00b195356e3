"""The effect through mediators that carry all of it: linear regressions in each arm, stacked errors."""

from __future__ import annotations

import numpy as np

from causal_core.data.design import Floats
from causal_core.estimation.columns import as_columns, check_variation
from causal_core.estimation.inference import Answer
from causal_core.estimation.nested import ArmFit
from causal_core.estimation.sample import Sample


def frontdoor(sample: Sample, a: int, mediators: Floats) -> Answer:
    """Sum over x, m, t' of P(x) [P(m|a,x) - P(m|0,x)] P(t'|x) E[Y|m,t',x] (Pearl 2009, 3.3.2).

    With covariates this is the front-door formula given them (Fulcher et al. 2020). Mediators and outcome are
    regressed in each arm, so the mediators' effects may differ between arms and the treatment's on the
    mediators with the covariates. As E[Y|m,t',x] is linear in m, the sum is the mean of
    b(T_i)'(E[M|a,X_i] - E[M|0,X_i]), with b(t) the mediators' coefficients in arm t.

    Raises:
        Problem: An arm has no more rows than coefficients, or a mediator does not vary in one of the arms.
    """
    n, x = sample.rows, sample.x
    m = as_columns(mediators, n, "mediator")
    check_variation(sample, m, range(sample.arms))
    width = x.shape[1]
    both = np.column_stack([x, m])
    outcome = [ArmFit.of(sample, b, "linear", both, sample.outcome) for b in range(sample.arms)]
    raised = _mediators(sample, a, m)
    plain = _mediators(sample, 0, m)
    moved = np.column_stack([up.mean - down.mean for up, down in zip(raised, plain, strict=True)])
    slopes = np.array([each.model.coefficients[width:] for each in outcome])[sample.arm]
    effects = np.sum(slopes * moved, axis=1)
    value = float(sample.weights @ effects / n)
    influence = sample.weights * (effects - value)
    for b, each in enumerate(outcome):
        inside = sample.weights * (sample.arm == b)
        influence = influence + each.influence(np.concatenate([np.zeros(width), inside @ moved / n]))
    for j, (up, down) in enumerate(zip(raised, plain, strict=True)):
        lever = (sample.weights * slopes[:, j]) @ x / n
        influence = influence + up.influence(lever) - down.influence(lever)
    reference = np.column_stack([each.mean for each in plain])
    baseline = float(sample.weights @ (sample.outcome - np.sum(slopes * (m - reference), axis=1)) / n)
    note = "Linear in the mediators, whose effect may differ between the arms."
    return Answer(value, baseline, influence, notes=(note,))


def _mediators(sample: Sample, b: int, m: Floats) -> list[ArmFit]:
    return [ArmFit.of(sample, b, "linear", sample.x, column) for column in m.T]
