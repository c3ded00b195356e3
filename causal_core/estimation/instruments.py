"""Effects through an instrument, and through a front door: linear models with robust errors."""

from __future__ import annotations

import numpy as np

from causal_core.data.design import Floats
from causal_core.estimation.inference import NORMAL, Answer, cluster_count, standard_error
from causal_core.estimation.propensity import pseudo_inverse
from causal_core.estimation.regression import too_wide
from causal_core.estimation.result import Interval
from causal_core.estimation.sample import Sample
from causal_core.problem import Problem

WEAK = 10.0
"""First-stage F below which an instrument is called weak (Staiger & Stock 1997)."""


def as_columns(values: Floats, rows: int, what: str) -> Floats:
    """(n, q) centred and scaled columns of an instrument or mediator.

    Raises:
        Problem: The rows do not fit, a value is missing, or a column is constant.
    """
    columns = np.asarray(values, dtype=np.float64)
    columns = columns[:, None] if columns.ndim == 1 else columns
    if columns.shape[0] != rows or not np.isfinite(columns).all():
        raise Problem(f"The {what} needs a finite value in each row in use.", remedy="Leave those rows out.")
    deviation = columns.std(axis=0)
    if (deviation <= 1e-10 * np.abs(columns).max()).any():
        raise Problem(f"The {what} does not vary in the rows in use.", remedy=f"Choose another {what}.")
    scaled: Floats = (columns - columns.mean(axis=0)) / deviation
    return scaled


def wald(sample: Sample, instrument: Floats) -> tuple[Answer, Interval | tuple[Interval, ...] | None]:
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


def two_stage_least_squares(
    sample: Sample, a: int, instruments: Floats
) -> tuple[Answer, Interval | tuple[Interval, ...] | None]:
    """Two-stage least squares with an intercept and the covariates in both stages, robust errors.

    With one instrument and one arm the interval is Anderson & Rubin's (1949) with robust variances, valid
    however weak the instrument; it may be unbounded or in two parts. Otherwise None, for the usual interval.

    Raises:
        Problem: There are fewer instruments than arms, or the instruments do not move the treatment.
    """
    n, arms = sample.rows, sample.arms
    z = as_columns(instruments, n, "instrument")
    if z.shape[1] < arms - 1:
        raise Problem(
            f"{arms - 1} arms need at least as many instruments; there is {z.shape[1]}.",
            remedy="Use more instruments or join arms.",
        )
    if n <= sample.x.shape[1] + z.shape[1] + arms:
        raise too_wide(sample.x.shape[1] + z.shape[1], n)
    chosen = (sample.arm[:, None] == np.arange(1, arms)).astype(np.float64)
    z, d, y = (_partial(sample, column) for column in (z, chosen, sample.outcome[:, None]))
    weighted = z.T * sample.weights / n
    stage = pseudo_inverse(weighted @ z) @ (weighted @ d)
    fitted = z @ stage
    gram = (fitted.T * sample.weights) @ fitted / n
    if np.linalg.eigvalsh(gram)[0] < 1e-10:
        raise Problem(
            "The instrument does not move the treatment at all.", remedy="Choose another instrument."
        )
    inverse = np.linalg.inv(gram)
    theta = inverse @ ((fitted.T * sample.weights) @ y[:, 0]) / n
    rest = y[:, 0] - d @ theta
    influence = (
        sample.weights * (fitted @ inverse[a - 1]) * rest * np.sqrt(n / (n - sample.x.shape[1] - arms + 1))
    )
    strength = _first_stage(sample, z, d[:, a - 1], stage[:, a - 1])
    notes = [f"First-stage F = {strength:.1f} (robust)."]
    if strength < WEAK:
        notes.append("The instrument is weak: the value is biased towards what plain regression gives.")
    bare = arms == 2 and sample.x.shape[1] == 1 and z.shape[1] == 1 and len(np.unique(np.round(z, 9))) == 2
    if bare:
        notes.append("The effect on those whom the instrument moves, if it moves nobody the other way.")
    baseline = float(sample.weights @ (sample.outcome - chosen @ theta) / n)
    answer = Answer(
        float(theta[a - 1]),
        baseline,
        influence,
        estimand="LATE" if bare else "linear coefficient",
        notes=tuple(notes),
    )
    if arms == 2 and z.shape[1] == 1:
        return answer, anderson_rubin(sample, z[:, 0], d[:, 0], y[:, 0])
    return answer, None


def _partial(sample: Sample, columns: Floats) -> Floats:
    x = sample.x
    weighted = x.T * sample.weights / sample.rows
    rest: Floats = columns - x @ (pseudo_inverse(weighted @ x) @ (weighted @ columns))
    return rest


def _first_stage(sample: Sample, z: Floats, d: Floats, stage: Floats) -> float:
    n, q = z.shape
    gram = pseudo_inverse((z.T * sample.weights) @ z / n)
    scores = (z @ gram) * (sample.weights * (d - z @ stage))[:, None]
    if sample.design.clusters is not None:
        _, codes = np.unique(sample.design.clusters, return_inverse=True)
        scores = np.column_stack([np.bincount(codes, weights=column) for column in scores.T])
    variance = scores.T @ scores / n**2
    return float(stage @ pseudo_inverse(variance) @ stage / q)


def anderson_rubin(sample: Sample, z: Floats, d: Floats, y: Floats) -> Interval | tuple[Interval, ...]:
    """All effects b for which y - b d is unrelated to the instrument at the 5 % level (robust variances).

    Args:
        sample: For weights and clusters.
        z: (n,) the instrument, with the covariates partialled out; d and y likewise.
        d: (n,) the treatment.
        y: (n,) the outcome.

    Returns:
        One interval (None at an open end), or two when the set is disjoint.
    """
    n = sample.rows
    scale = (sample.weights * z) @ z / n
    reduced, first = (float((sample.weights * z) @ v / n / scale) for v in (y, d))
    part_y = sample.weights * z * (y - reduced * z) / scale
    part_d = sample.weights * z * (d - first * z) / scale
    square_y, square_d, square_both = (
        (standard_error(part, sample.design) or np.inf) ** 2 for part in (part_y, part_d, part_y + part_d)
    )
    cross = (square_both - square_y - square_d) / 2
    critical = NORMAL**2
    groups = cluster_count(sample.design)
    if groups:
        from scipy.special import stdtrit

        critical = float(stdtrit(max(groups - 1, 1), 0.975)) ** 2
    # (reduced - b first)^2 <= critical * variance(b): a quadratic in b, not above zero.
    lead = first**2 - critical * square_d
    middle = -2 * (reduced * first - critical * cross)
    last = reduced**2 - critical * square_y
    inside = middle**2 - 4 * lead * last
    if inside < 0 or lead == 0:
        return (None, None)
    roots = sorted((-middle + sign * np.sqrt(inside)) / (2 * lead) for sign in (1, -1))
    low, high = float(roots[0]), float(roots[1])
    return (low, high) if lead > 0 else ((None, low), (high, None))


def frontdoor(sample: Sample, a: int, mediators: Floats) -> Answer:
    """The arm's effect on each mediator times the mediator's on the outcome, summed (Pearl 2009, 3.3.2).

    Both are linear regressions, without interactions; the errors are stacked.

    Raises:
        Problem: There are not more rows than coefficients.
    """
    n, arms = sample.rows, sample.arms
    m = as_columns(mediators, n, "mediator")
    chosen = (sample.arm[:, None] == np.arange(1, arms)).astype(np.float64)
    width = sample.x.shape[1] + arms - 1 + m.shape[1]
    if n <= width:
        raise too_wide(width, n)
    first = np.column_stack([chosen, sample.x])
    second = np.column_stack([m, first])
    on_mediator, mediator_part = _fit(sample, first, m, slice(a - 1, a))
    on_outcome, outcome_part = _fit(sample, second, sample.outcome[:, None], slice(0, m.shape[1]))
    alpha, beta = on_mediator[0], on_outcome[:, 0]
    value = float(alpha @ beta)
    influence = mediator_part[:, 0, :] @ beta + outcome_part[:, :, 0] @ alpha
    through = np.array([_fit(sample, first, m, slice(b, b + 1))[0][0] @ beta for b in range(arms - 1)])
    baseline = float(sample.weights @ (sample.outcome - chosen @ through) / n)
    return Answer(
        value, baseline, influence, notes=("Linear in treatment and mediator, without interaction.",)
    )


def _fit(sample: Sample, features: Floats, outcomes: Floats, which: slice) -> tuple[Floats, Floats]:
    """Coefficients (w, q) of some features for each outcome, and each row's influence (n, w, q)."""
    n = sample.rows
    weighted = features.T * sample.weights / n
    inverse = pseudo_inverse(weighted @ features)
    theta = inverse @ (weighted @ outcomes)
    along = (features @ inverse[:, which]) * sample.weights[:, None]
    influence: Floats = along[:, :, None] * (outcomes - features @ theta)[:, None, :]
    return theta[which], influence
