"""Whether the arms can be compared: overlap of propensities, effective samples, balance of covariates."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from causal_core.data.design import Design, Floats
from causal_core.estimation.inference import effective_size
from causal_core.estimation.methods import TARGETS
from causal_core.estimation.propensity import weighting
from causal_core.estimation.sample import Sample, prepare
from causal_core.problem import Problem

BINS = 40


@dataclass(frozen=True)
class Balance:
    """How alike one arm and the control level are, before and after weighting.

    Attributes:
        contrast: The control level and the arm, as text.
        target: `ATE`, `ATT` or `ATC`.
        covariates: Names of the encoded covariates.
        before: Standardised mean differences, arm minus control, as the data are.
        after: The same with inverse probability weights.
        edges: Borders of the bins of the arm's probability, against control and arm alone.
        control_share: Share of the control rows in each bin.
        arm_share: Share of the arm's rows in each bin.
        rows: Rows of control and arm.
        effective: Effective sample sizes of control and arm under the weights.
        largest_share: The largest share of the weight that one row has, of control and arm.
        clipped: Rows of control and arm whose estimated probability was raised to the floor.
        known: Whether the probabilities are known rather than estimated.
        error: Why the arms cannot be weighted, in words; then `after` is empty.
    """

    contrast: tuple[str, str]
    target: str
    covariates: tuple[str, ...]
    before: tuple[float, ...]
    after: tuple[float, ...]
    edges: tuple[float, ...]
    control_share: tuple[float, ...]
    arm_share: tuple[float, ...]
    rows: tuple[int, int]
    effective: tuple[float, float]
    largest_share: tuple[float, float]
    clipped: tuple[int, int]
    known: bool
    error: str | None = None


def balance(design: Design, target: str = "ATE") -> tuple[Balance, ...]:
    """Overlap and balance of each arm against control, for one target.

    A standardised mean difference is divided by the root of the mean of the two arms' variances before
    weighting, before and after alike (Austin 2009), so that only the means change.

    Raises:
        Problem: The target is unknown, or the design cannot be used.
    """
    if target not in TARGETS:
        raise Problem(f"There is no target {target}.", remedy=f"Choose one of {', '.join(TARGETS)}.")
    sample = prepare(design)
    return tuple(_balance(sample, a, target) for a in range(1, sample.arms))


def balance_by(method: str, design: Design, target: str = "ATE") -> tuple[Balance, ...]:
    """As `balance`, with the weights of one method, which may have a population of its own.

    Args:
        method: A method that weights rows, or matches them; see `method_weights`.
        design: The rows.
        target: `ATE`, `ATT` or `ATC`.

    Raises:
        Problem: The target is unknown, or the design cannot be used.
    """
    from causal_core.estimation.method_weights import method_weights

    sample = prepare(design)
    found = []
    for a, usual in enumerate(balance(design, target), start=1):
        plain = tuple(sample.weights * (sample.arm == b) for b in (0, a))
        try:
            used = method_weights(method, sample, a, target)
        except Problem as problem:
            found.append(replace(usual, after=(), error=str(problem)))
            continue
        found.append(
            replace(
                usual,
                after=_differences(design, plain, used),
                effective=(effective_size(used[0]), effective_size(used[1])),
                largest_share=(_largest(used[0]), _largest(used[1])),
                clipped=usual.clipped if method == "ipw" else (0, 0),
                error=None,
            )
        )
    return tuple(found)


def _balance(sample: Sample, a: int, target: str) -> Balance:
    design = sample.design
    population = None if target == "ATE" else a if target == "ATT" else 0
    plain = tuple(sample.weights * (sample.arm == b) for b in (0, a))
    after: tuple[float, ...] = ()
    error, clipped, used = None, (0, 0), plain
    edges = np.linspace(0, 1, BINS + 1)
    shares: tuple[tuple[float, ...], ...] = ((), ())
    try:
        made = [
            weighting(sample.scores, sample.arm, sample.weights, b, population, design.arms) for b in (0, a)
        ]
        used = (made[0].weights, made[1].weights)
        clipped = (made[0].clipped, made[1].clipped)
        after = _differences(design, plain, used)
    except Problem as problem:
        error = str(problem)
    try:
        pair = sample.scores.probability[:, [0, a]]
        score = pair[:, 1] / np.maximum(pair.sum(axis=1), 1e-300)
        shares = tuple(_histogram(score, weights, edges) for weights in plain)
    except Problem as problem:
        error = str(problem)
    return Balance(
        contrast=(design.arms[0], design.arms[a]),
        target=target,
        covariates=design.covariate_names,
        before=_differences(design, plain, plain),
        after=after,
        edges=tuple(edges.tolist()),
        control_share=shares[0],
        arm_share=shares[1],
        rows=(int(sample.counts[0]), int(sample.counts[a])),
        effective=(effective_size(used[0]), effective_size(used[1])),
        largest_share=(_largest(used[0]), _largest(used[1])),
        clipped=clipped,
        known=design.propensity is not None,
        error=error,
    )


def _largest(weights: Floats) -> float:
    return float(weights.max() / max(weights.sum(), 1e-300))


def _histogram(score: Floats, weights: Floats, edges: Floats) -> tuple[float, ...]:
    heights, _ = np.histogram(np.clip(score, 0, 1), bins=edges, weights=weights)
    return tuple((heights / heights.sum()).tolist())


def _differences(design: Design, plain: tuple[Floats, ...], used: tuple[Floats, ...]) -> tuple[float, ...]:
    x = np.asarray(design.covariates, dtype=np.float64)
    if x.shape[1] == 0:
        return ()
    means = [weights @ x / weights.sum() for weights in used]
    variances = []
    for weights in plain:
        centre = weights @ x / weights.sum()
        variances.append(weights @ (x - centre) ** 2 / weights.sum())
    scale = np.sqrt((variances[0] + variances[1]) / 2)
    apart = means[1] - means[0]
    # Without variance in either arm, equal means differ by nothing and others have no scale.
    ratios = np.where(
        scale > 0, apart / np.where(scale > 0, scale, 1), np.where(apart == 0, 0.0, np.sign(apart))
    )
    return tuple(ratios.tolist())
