"""Coverage along a route, for `coverage.py`: instruments strong and weak, a front door, mediation."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np
from scipy.special import ndtri
from scipy.stats import binomtest

from causal_core.data.design import Design
from causal_core.estimation import Estimate, estimate_frontdoor, estimate_iv, estimate_mediation
from causal_core.study.headline import interval_parts

LARGE = 2_000_000

Drawn = tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]


def logistic(line):
    """Probabilities from log odds."""
    return 1 / (1 + np.exp(-line))


def encouraged(n: int, seed: int, strength: float = 0.6) -> Drawn:
    """A letter moves a share `strength` of the people; a hidden cause drives arm and outcome; LATE 2."""
    random = np.random.default_rng(seed)
    letter, u = random.integers(0, 2, n), random.normal(size=n)
    arm = np.where(random.uniform(size=n) < strength, letter, u > 0).astype(np.int64)
    return 2 * arm + 3 * u + random.normal(size=n), arm, np.empty((n, 0)), letter


def several(n: int, seed: int, strength: float = 0.5) -> Drawn:
    """Three instruments tied to a covariate, noise that grows with the first; effect 2."""
    random = np.random.default_rng(seed)
    x, u = random.normal(size=n), random.normal(size=n)
    z = random.normal(size=(n, 3)) + 0.5 * x[:, None]
    arm = (strength * z.sum(axis=1) + u + random.normal(size=n) > 0).astype(np.int64)
    noise = random.normal(size=n) * (1 + 0.5 * np.abs(z[:, 0]))
    return 2 * arm + 1.5 * u + x + noise, arm, x, z


def behind_a_door(n: int, seed: int) -> Drawn:
    """A covariate drives everything; treatment and mediator interact, as do treatment and covariate."""
    random = np.random.default_rng(seed)
    x, u = random.normal(size=n), random.normal(size=n)
    arm = (u + 0.7 * x + random.normal(size=n) > 0).astype(np.int64)
    m = (1 + 0.5 * x) * arm + x + random.normal(size=n)
    return (2 + 1.5 * arm) * m + 3 * u + x + random.normal(size=n), arm, x, m


def linear_split(n: int, seed: int) -> Drawn:
    """TE 9.5, NDE(0) 2.5, NIE(1) 7, CDE(2) 4: treatment and mediator interact."""
    random = np.random.default_rng(seed)
    x = random.normal(size=n)
    arm = (x + random.normal(size=n) > 0).astype(np.int64)
    m = 1 + 2 * arm + x + random.normal(size=n)
    return arm + 2 * m + 1.5 * arm * m + x + random.normal(size=n), arm, x, m


def two_valued_split(n: int, seed: int) -> Drawn:
    """Mediator and outcome 0 and 1, by logistic models with an interaction."""
    random = np.random.default_rng(seed)
    x = random.normal(size=n)
    arm = (0.7 * x + random.logistic(size=n) > 0).astype(np.int64)
    m = (random.uniform(size=n) < logistic(-0.5 + arm + x)).astype(np.float64)
    risk = logistic(-1 + 0.5 * arm + m + 0.8 * arm * m + x)
    return (random.uniform(size=n) < risk).astype(np.float64), arm, x, m


def two_valued_truth() -> tuple[float, float, float, float]:
    """TE, NDE(0), NIE(1) and CDE(0) of that world, over a fine grid of the covariate's quantiles."""
    x = ndtri((np.arange(200_000) + 0.5) / 200_000)

    def risk(t: int, m: int):
        return logistic(-1 + 0.5 * t + m + 0.8 * t * m + x)

    def mean(t: int, s: int) -> float:
        share = logistic(-0.5 + s + x)
        return float(np.mean(share * risk(t, 1) + (1 - share) * risk(t, 0)))

    direct, indirect = mean(1, 0) - mean(0, 0), mean(1, 1) - mean(1, 0)
    return direct + indirect, direct, indirect, float(np.mean(risk(1, 0) - risk(0, 0)))


def design_of(drawn: Drawn) -> tuple[Design, np.ndarray]:
    """A design of arrays with made-up names, and the columns the effect goes through."""
    outcome, arm, x, columns = drawn
    covariates = np.asarray(x, dtype=np.float64).reshape(len(outcome), -1)
    names = tuple(f"x{j}" for j in range(covariates.shape[1]))
    rows = np.arange(len(outcome))
    return Design(outcome, arm, ("0", "1"), covariates, names, names, "t", "y", rows), columns


def held_by(found: Estimate, truth: float) -> bool:
    """Whether the interval, in however many parts, holds the truth."""
    return any(
        (low is None or low <= truth) and (high is None or truth <= high)
        for low, high in interval_parts(found)
    )


def cells(
    world: Callable[[int, int], Drawn],
    run: Callable[[Design, np.ndarray], tuple[Estimate, ...]],
    truths: tuple[float, ...],
    runs: int,
    rows: int,
) -> list[str]:
    """One line of figures for each of the estimates that `run` gives; runs it refuses do not count."""
    values, errors, held = [], [], np.zeros(len(truths))
    for seed in range(runs):
        found = run(*design_of(world(rows, seed)))
        if any(each.value is None for each in found):
            continue
        values.append([each.value for each in found])
        errors.append([each.std_error for each in found])
        held += [held_by(each, truth) for each, truth in zip(found, truths, strict=True)]
    lines = []
    for place, truth in enumerate(truths):
        exact = binomtest(int(held[place]), len(values)).proportion_ci()
        value = np.array(values)[:, place]
        spread = float(np.std(value))
        shown = f"{held[place] / len(values):.1%} [{exact.low:.1%}, {exact.high:.1%}]"
        error = float(np.mean(np.array(errors)[:, place]))
        lines.append(f"{shown} | {(value.mean() - truth) / spread:+.2f} | {error / spread:.3f}")
    return lines


def lines(runs: int, rows: int) -> Iterator[str]:
    """The table's rows, one after the other."""

    def squares(design: Design, columns: np.ndarray) -> tuple[Estimate, ...]:
        return estimate_iv("two_stage_least_squares", design, columns)

    # Of weak instruments the ratio has no mean, so only the coverage of the set says anything.
    for name, world in (
        ("one instrument", encouraged),
        ("one weak instrument", lambda n, seed: encouraged(n, seed, 0.06)),
        ("three instruments", several),
        ("three weak instruments", lambda n, seed: several(n, seed, 0.05)),
    ):
        (line,) = cells(world, squares, (2.0,), runs, rows)
        yield f"| {name} | two_stage_least_squares | LATE, linear | {line} |"
    large = behind_a_door(LARGE, 10**9)
    truth = float(np.mean((2 + 1.5 * large[1]) * (1 + 0.5 * large[2])))
    (line,) = cells(behind_a_door, estimate_frontdoor, (truth,), runs, rows)
    yield f"| front door given a covariate | frontdoor | ATE | {line} |"
    for name, split, truths, level in (
        ("linear, interaction", linear_split, (9.5, 2.5, 7.0, 4.0), 2.0),
        ("two-valued, interaction", two_valued_split, two_valued_truth(), 0.0),
    ):

        def mediated(design: Design, columns: np.ndarray, level: float = level) -> tuple[Estimate, ...]:
            return estimate_mediation(design, columns, held=level)

        for part, line in zip(
            ("TE", "NDE(0)", "NIE(1)", "CDE(m)"), cells(split, mediated, truths, runs, rows), strict=True
        ):
            yield f"| mediation, {name} | mediation | {part} | {line} |"
