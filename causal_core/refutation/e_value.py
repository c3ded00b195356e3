"""The E-value: how strong, as risk ratios, a hidden confounder would have to be (VanderWeele & Ding 2017)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import exp, log, sqrt
from typing import Final

import numpy as np

from causal_core.data.design import Design, Floats
from causal_core.estimation.inference import NORMAL, standard_error
from causal_core.estimation.methods import METHODS
from causal_core.estimation.result import Estimate
from causal_core.estimation.sample import Sample, prepare
from causal_core.plain import Plain, to_plain
from causal_core.problem import Problem
from causal_core.refutation.finding import Finding, inapplicable

LABEL: Final = "E-value"
EXPECTATION: Final = (
    "The larger the better: 1 means that no confounder is needed. It is to be held against what known causes "
    "do; many strong ones have risk ratios of 1.5 to 3."
)
CANNOT: Final = (
    "It cannot tell whether there is such a confounder. A rare treatment or a weaker link on one side "
    "needs a still stronger one on the other."
)
WEAK: Final = 1.25
STRONG: Final = 2.0
"""Interval's E-values below `WEAK` fail and from `STRONG` on pass: rules of thumb, said on the screen."""

PER_DEVIATION: Final = 0.91
"""Log risk ratio of an effect of one standard deviation (VanderWeele & Ding 2017; Chinn 2000)."""


@dataclass(frozen=True)
class EValue:
    """The E-value of one estimate.

    Attributes:
        ratio: The risk ratio it starts from; None without an answer.
        ci: 95 % interval of that ratio; None when there is none.
        scale: `risk ratio` (binary outcome), or `standardised difference` (through exp(0.91 d)).
        value: The E-value of the estimate, 1 or more.
        limit: That of the interval's limit nearest the null; 1 when the interval holds the null; None
            without an interval.
        finding: The words.
    """

    ratio: float | None
    ci: tuple[float, float] | None
    scale: str
    value: float | None
    limit: float | None
    finding: Finding

    def to_dict(self) -> dict[str, Plain]:
        """The E-value as plain JSON."""
        numbers = {name: to_plain(getattr(self, name)) for name in ("ratio", "ci", "scale", "value", "limit")}
        return numbers | self.finding.to_dict()


def e_value(ratio: float) -> float:
    """RR + sqrt(RR (RR - 1)), with RR below 1 inverted; VanderWeele & Ding (2017), table 2.

    Args:
        ratio: A risk ratio above 0.
    """
    above = max(ratio, 1 / ratio)
    return above + sqrt(above * (above - 1))


def e_value_of_interval(low: float, high: float) -> float:
    """The E-value of the limit nearest the null; 1 when the interval of the risk ratio holds 1."""
    return 1.0 if low <= 1 <= high else e_value(low if low > 1 else high)


def e_value_of(design: Design, estimate: Estimate, target: str, sample: Sample | None = None) -> EValue:
    """The E-value of one arm's estimate.

    A binary outcome (0 and 1) goes through the ratio of the standardised risks with the delta method's
    interval of its logarithm; any other outcome through exp(0.91 d), d being the effect in standard
    deviations of the outcome.

    Args:
        design: The rows of the estimate.
        estimate: One arm's estimate.
        target: The target population of the estimate.
        sample: The design made ready, when that is at hand.
    """
    binary = bool(np.isin(design.outcome, (0.0, 1.0)).all())
    scale = "risk ratio" if binary else "standardised difference"
    refused = inapplicable(design, estimate)
    if refused is not None:
        return _without(scale, refused)
    try:
        ratio, ci, done = (
            _risks(design, estimate, target, sample) if binary else _deviations(design, estimate)
        )
    except Problem as problem:
        return _without(scale, str(problem))
    value = e_value(ratio)
    limit = None if ci is None else e_value_of_interval(*ci)
    return EValue(ratio, ci, scale, value, limit, _words(ratio, ci, value, limit, done))


def _without(scale: str, error: str) -> EValue:
    return EValue(
        None, None, scale, None, None, Finding(LABEL, "", EXPECTATION, "", "unclear", CANNOT, error)
    )


def _deviations(design: Design, estimate: Estimate) -> tuple[float, tuple[float, float] | None, str]:
    weights = np.ones(design.rows_used) if design.weights is None else design.weights
    mean = np.average(design.outcome, weights=weights)
    deviation = float(np.sqrt(np.average((design.outcome - mean) ** 2, weights=weights)))
    if deviation == 0:
        raise Problem("The outcome does not vary.")
    done = (
        f"Divided the effect by the outcome's standard deviation ({deviation:.4g}) and read it as a risk "
        "ratio, RR = exp(0.91 d); then asked how strong a confounder explains that away."
    )
    ratio = exp(PER_DEVIATION * (estimate.value or 0.0) / deviation)
    ends = simple_interval(estimate)
    if ends is None:
        return ratio, None, done
    low, high = (exp(PER_DEVIATION * end / deviation) for end in ends)
    return ratio, (low, high), done


def simple_interval(estimate: Estimate) -> tuple[float, float] | None:
    """The 95 % interval when it is one, with two finite ends; else None."""
    if estimate.ci is None or len(estimate.ci) != 2:
        return None
    low, high = estimate.ci
    if isinstance(low, float) and isinstance(high, float):
        return low, high
    return None


def _risks(
    design: Design, estimate: Estimate, target: str, sample: Sample | None
) -> tuple[float, tuple[float, float] | None, str]:
    a = design.arms.index(estimate.contrast[1])
    method = estimate.method
    sample = sample or prepare(design)
    found = _arm_risks(method, sample, a, target, estimate.value)
    if found is None:
        method = "aipw"
        found = _arm_risks(method, sample, a, target, None)
    if found is None:
        raise Problem("The standardised risks could not be had, so there is no risk ratio.")
    treated, control, influence = found
    if treated <= 0 or control <= 0:
        raise Problem(
            f"A standardised risk is estimated as {min(treated, control):.3g}, so there is no risk ratio."
        )
    error = standard_error(influence, design)
    ratio = treated / control
    ci = None
    if error is not None:
        ci = (exp(log(ratio) - NORMAL * error), exp(log(ratio) + NORMAL * error))
    whose = "" if method == estimate.method else f" by {METHODS[method].label} on the same rows"
    done = (
        f"Took the ratio of the standardised risks{whose}, {treated:.3g} against {control:.3g}, and asked "
        "how strong a confounder explains it away."
    )
    return ratio, ci, done


def _arm_risks(
    method: str, sample: Sample, a: int, target: str, value: float | None
) -> tuple[float, float, Floats] | None:
    """Risks under arm and control, and each row's influence on their log ratio.

    An estimator that is linear in each arm's outcomes gives one arm's mean when the other arm's outcomes are
    set to zero. Whether it is one is seen by whether the two parts add up to its own value.
    """
    from causal_core.estimation.average import RUN

    if method not in RUN:
        return None
    try:
        parts = [RUN[method](_only(sample, b), a, target, True) for b in (a, 0)]
    except (Problem, np.linalg.LinAlgError):
        return None
    treated, control = parts[0].value, -parts[1].value
    if parts[0].influence is None or parts[1].influence is None or min(treated, control) <= 0:
        return None
    if value is not None and abs(treated - control - value) > 1e-4 * max(abs(value), 1e-3):
        return None
    return treated, control, parts[0].influence / treated + parts[1].influence / control


def _only(sample: Sample, b: int) -> Sample:
    """The sample with the outcomes of all arms but `b` set to zero."""
    made = replace(sample, outcome=sample.outcome * (sample.arm == b))
    # The probabilities of the arms do not depend on outcomes; a second fit would give the same.
    if "scores" in sample.__dict__:
        made.__dict__["scores"] = sample.scores
    return made


def _words(
    ratio: float, ci: tuple[float, float] | None, value: float, limit: float | None, done: str
) -> Finding:
    seen = (
        f"The risk ratio is {ratio:.3g}. A hidden confounder associated with both treatment and outcome by a "
        f"risk ratio of at least {value:.3g} each, beyond the covariates, could explain the estimate away; a "
        "weaker one could not."
    )
    verdict = "unclear"
    if limit is None or ci is None:
        seen += " There is no interval to say the same of."
    elif limit == 1:
        seen += f" The interval ({ci[0]:.3g} to {ci[1]:.3g}) holds 1 even without one."
    else:
        seen += f" To move the interval ({ci[0]:.3g} to {ci[1]:.3g}) to 1 takes {limit:.3g}."
        verdict = "pass" if limit >= STRONG else "fail" if limit < WEAK else "unclear"
        if verdict != "pass":
            seen += f" Below {WEAK:g} counts as weak, {STRONG:g} and more as strong here."
    return Finding(LABEL, done, EXPECTATION, seen, verdict, CANNOT)
