"""Effects through instruments: two-stage least squares with robust errors, and what to know of the stages."""

from __future__ import annotations

import numpy as np

from causal_core.data.design import Floats
from causal_core.estimation.columns import apart, as_columns, partial
from causal_core.estimation.inference import Answer, cluster_count
from causal_core.estimation.overidentification import hansen
from causal_core.estimation.propensity import pseudo_inverse
from causal_core.estimation.regression import too_wide
from causal_core.estimation.result import Check, Interval
from causal_core.estimation.sample import Sample
from causal_core.estimation.weak_instruments import Reduced, anderson_rubin, covariance, effective_f
from causal_core.problem import Problem

WEAK = 10.0
"""Conditional first-stage F below which several arms' instruments are called weak (Staiger & Stock 1997)."""

Whole = Interval | tuple[Interval, ...] | None


def wald(sample: Sample, instrument: Floats) -> tuple[Answer, Whole]:
    """The ratio of two differences in means, with the Anderson-Rubin interval (Imbens & Angrist 1994).

    Raises:
        Problem: There are several arms or covariates, or the instrument does not have two values.
    """
    z = as_columns(instrument, sample.rows, "instrument")
    if sample.arms != 2 or z.shape[1] != 1 or len(np.unique(z)) != 2:
        raise Problem(
            "The Wald ratio needs two arms and one instrument with two values.",
            remedy="Use two-stage least squares.",
        )
    if sample.x.shape[1] > 1:
        raise Problem(
            "The Wald ratio cannot adjust for covariates.",
            remedy="Use two-stage least squares, or an instrument that needs no covariates.",
        )
    return two_stage_least_squares(sample, 1, z)


def two_stage_least_squares(sample: Sample, a: int, instruments: Floats) -> tuple[Answer, Whole]:
    """Two-stage least squares with an intercept and the covariates in both stages, robust errors.

    With one treatment the interval is the Anderson-Rubin set, valid however weak the instruments, whenever
    there is one instrument or the instruments are weak; it may be unbounded or in several parts. Otherwise
    None, for the usual interval.

    Raises:
        Problem: There are fewer instruments than arms, or the instruments do not move the treatment.
    """
    n, arms = sample.rows, sample.arms
    given = as_columns(instruments, n, "instrument")
    if n <= sample.x.shape[1] + given.shape[1] + arms:
        raise too_wide(sample.x.shape[1] + given.shape[1], n)
    z = apart(sample, partial(sample, given))
    if z.shape[1] < arms - 1:
        raise _too_few(arms, z.shape[1])
    chosen = (sample.arm[:, None] == np.arange(1, arms)).astype(np.float64)
    rest_of = partial(sample, np.column_stack([chosen, sample.outcome]))
    d, y = rest_of[:, :-1], rest_of[:, -1]
    weighted = z.T * sample.weights / n
    inner = pseudo_inverse(weighted @ z)
    stage = inner @ (weighted @ d)
    fitted = z @ stage
    gram = (fitted.T * sample.weights) @ d / n
    if np.linalg.eigvalsh((gram + gram.T) / 2)[0] < 1e-10:
        raise Problem(
            "The instrument does not move the treatment at all.", remedy="Choose another instrument."
        )
    inverse = np.linalg.inv(gram)
    theta = inverse @ ((fitted.T * sample.weights) @ y) / n
    rest = y - d @ theta
    influence = (
        sample.weights * (fitted @ inverse[a - 1]) * rest * np.sqrt(n / (n - sample.x.shape[1] - arms + 1))
    )
    left_out = given.shape[1] - z.shape[1]
    notes = [f"{left_out} of the instrument's columns repeat others and were left out."] if left_out else []
    checks, ci, more = _judged(sample, a, z, d, y, arms == 2)
    over = hansen(sample, z, d, y, rest)
    bare = arms == 2 and sample.x.shape[1] == 1 and z.shape[1] == 1 and len(np.unique(np.round(z, 9))) == 2
    if bare:
        notes.append("The effect on those whom the instrument moves, if it moves nobody the other way.")
    baseline = float(sample.weights @ (sample.outcome - chosen @ theta) / n)
    answer = Answer(
        float(theta[a - 1]),
        baseline,
        influence,
        estimand="LATE" if bare else "linear coefficient",
        notes=(*more, *notes),
        checks=(*checks, *over),
    )
    return answer, ci


def _too_few(arms: int, instruments: int) -> Problem:
    if instruments == 0:
        return Problem(
            "The covariates determine the instrument, so it moves nothing of its own.",
            remedy="Choose another instrument.",
        )
    return Problem(
        f"{arms - 1} arms need at least as many instruments; there "
        f"{'is' if instruments == 1 else 'are'} {instruments}.",
        remedy="Use more instruments or join arms.",
    )


def _judged(
    sample: Sample, a: int, z: Floats, d: Floats, y: Floats, single: bool
) -> tuple[tuple[Check, ...], Whole, tuple[str, ...]]:
    """How strong the instruments are, and for one treatment the interval that does not mind."""
    if cluster_count(sample.design) == 1:
        return (), None, ()
    if not single:
        strength = conditional_f(sample, a, z, d)
        return (_several_arms(strength),), None, _weak_note(strength < WEAK)
    reduced = Reduced.of(sample, z, d[:, 0], y)
    strength, critical = effective_f(reduced)
    weak = strength < critical
    parts = anderson_rubin(reduced)
    shown = weak or reduced.count == 1
    notes = [*_weak_note(weak)]
    if shown and not parts:
        notes.append(
            "No effect of any size agrees with all the instruments at once, so there is no interval: the "
            "Anderson-Rubin set is empty. At least one instrument is not what it is taken for."
        )
    elif shown:
        notes.append("The interval is the Anderson-Rubin set, which holds however weak the instrument is.")
    checks = (_strength(strength, critical), _no_effect(reduced, parts, shown))
    if not shown:
        return checks, None, tuple(notes)
    if not parts:
        # An empty set is no interval; the usual one around the value would hide that.
        return checks, (), tuple(notes)
    return checks, parts[0] if len(parts) == 1 else parts, tuple(notes)


def _weak_note(weak: bool) -> tuple[str, ...]:
    return ("The instrument is weak: the value is biased towards what plain regression gives.",) * weak


def _strength(strength: float, critical: float) -> Check:
    said = (
        "it does, so the usual interval can be trusted in this respect"
        if strength >= critical
        else "it does not: the instrument is weak, and the usual interval would be too sure"
    )
    return Check(
        "First-stage F",
        strength,
        None,
        "How much the instruments move the treatment (effective F, Montiel Olea & Pflueger 2013). Large is "
        f"good news: above {critical:.1f} the bias stays below a tenth of the worst case; {said}.",
    )


def _several_arms(strength: float) -> Check:
    return Check(
        "First-stage F",
        strength,
        None,
        "How much the instruments move this arm beside the other arms (conditional robust F, Sanderson & "
        f"Windmeijer 2016). Large is good news; below {WEAK:.0f} they are called weak.",
    )


def _no_effect(reduced: Reduced, parts: tuple[Interval, ...], shown: bool) -> Check:
    p_value = reduced.p_value(0.0)
    words = (
        "Tested: that the treatment has no effect at all, in a way that holds however weak the instruments "
        "are. A small p-value says that there is an effect, or that an instrument reaches the outcome "
        "another way."
    )
    if not shown:
        said = " or ".join(f"{_end(low, '−∞')} to {_end(high, '∞')}" for low, high in parts)
        words += f" Effects that it does not reject at the 5 % level: {said or 'none'}."
    return Check("Anderson-Rubin", reduced.statistic(0.0), p_value, words)


def _end(value: float | None, open_end: str) -> str:
    return open_end if value is None else f"{value:.3g}".replace("-", "−")


def conditional_f(sample: Sample, a: int, z: Floats, d: Floats) -> float:
    """The conditional first-stage F of one arm among several (Sanderson & Windmeijer 2016), robust.

    The arm, less what the other arms explain of it through the instruments, is regressed on the instruments.

    Args:
        sample: For weights and clusters.
        a: The arm.
        z: (n, q) instruments cleared of the covariates.
        d: (n, k-1) arms cleared of the covariates.
    """
    n, q = z.shape
    others = [j for j in range(d.shape[1]) if j != a - 1]
    weighted = z.T * sample.weights / n
    inner = pseudo_inverse(weighted @ z)
    fitted = z @ (inner @ (weighted @ d[:, others]))
    share = pseudo_inverse((fitted.T * sample.weights) @ d[:, others] / n) @ (
        (fitted.T * sample.weights) @ d[:, a - 1] / n
    )
    alone = d[:, a - 1] - d[:, others] @ share
    stage = inner @ (weighted @ alone)
    spread = covariance(sample, (z @ inner) * (sample.weights * (alone - z @ stage))[:, None])
    return float(stage @ pseudo_inverse(spread) @ stage / (q - len(others)))
