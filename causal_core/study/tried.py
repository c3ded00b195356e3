"""Which estimate the refuters try."""

from __future__ import annotations

from causal_core.estimation.methods import METHODS
from causal_core.problem import DoesNotApply, Problem
from causal_core.study.results import Estimated


def refutable_methods(estimated: Estimated) -> tuple[str, ...]:
    """The methods whose estimates can be tried: those that gave an effect for each arm, in order."""
    failed = {
        each.method
        for each in estimated.estimates
        if each.value is None or METHODS[each.method].strategy == "mediation"
    }
    return tuple(
        dict.fromkeys(
            each.method
            for each in estimated.estimates
            if each.method not in failed and each.estimand != "association"
        )
    )


def refuted_method(estimated: Estimated, wanted: str | None = None) -> str:
    """The method whose estimate is tried: the wanted one, else the headline's, else the first that can be.

    Raises:
        DoesNotApply: There is none.
        Problem: The wanted one is not among them.
    """
    able = refutable_methods(estimated)
    if wanted is not None and wanted not in able:
        raise Problem(
            f"{wanted} gave no effect that could be tried.",
            remedy=f"Choose one of {', '.join(able)}." if able else "Look at Estimate for the reason.",
        )
    for method in (wanted, estimated.headline):
        if method in able:
            return str(method)
    if not able:
        raise DoesNotApply(
            "There is no effect to refute: no method gave one for every arm.",
            remedy="An association needs no refuting; it makes no causal claim.",
        )
    return able[0]
