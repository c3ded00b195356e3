"""What workers do for a specification curve: one admissible set by one method, as Estimate does it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from causal_core.study.missing import adjusts, estimate_completed, pooled
from causal_core.validation.sets import AdmissibleSets
from causal_core.validation.specification import Columns, Curve, Own, gather_specifications

if TYPE_CHECKING:
    from causal_core.estimation.result import Estimate
    from causal_core.study.inputs import Inputs

Answers = tuple[tuple["Estimate", ...], ...]
"""For each method asked for, one estimate an arm."""


def specify(inputs: Inputs, methods: tuple[str, ...], imputations: int) -> Answers:
    """The estimates of some methods with one set: the numbers that Estimate gives with that set.

    Args:
        inputs: The study's inputs with the set as its covariates.
        methods: The methods.
        imputations: How many completed tables are pooled, where the study imputes.
    """
    from causal_core.study.tasks import estimate_method

    if inputs.missing != "imputation":
        return tuple(estimate_method(inputs, method) for method in methods)
    pooling = tuple(method for method in methods if adjusts(method))
    parts = [estimate_completed(inputs, pooling, tuple(range(1, imputations + 1)))]
    found = pooled(inputs, pooling, parts) if pooling else {}
    return tuple(found[method] if method in found else estimate_method(inputs, method) for method in methods)


def combine_curve(
    asked: tuple[tuple[Columns, str], ...], sets: AdmissibleSets, own: Own, parts: Sequence[Answers]
) -> Curve:
    """The curve from the parts of `specify`, whose methods together are those `asked`, in order."""
    return gather_specifications(asked, sets, own, [each for part in parts for each in part])
