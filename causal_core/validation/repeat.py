"""A study repeated in a world fitted to its data: bias, coverage and power of its own methods."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from causal_core.data.design import Floats
from causal_core.engine.progress import report
from causal_core.plain import Plain, to_plain
from causal_core.study.headline import interval_parts

if TYPE_CHECKING:
    from causal_core.study.inputs import Inputs
    from causal_core.validation.world import World
    from causal_core.validation.world_fit import Kind

ROWS: Final = 5_000
"""The most rows of one repetition."""

Interval = tuple[float, float]


@dataclass(frozen=True)
class Repetitions:
    """What one method gave for one arm, repetition by repetition.

    Attributes:
        method: The method.
        contrast: The control level and the arm.
        estimand: What the method says its number is.
        truth: The true effect it is held against, in the outcome's unit.
        own_truth: Whether that is its own estimand's; otherwise it is the target's.
        values: The estimates of the repetitions that gave one.
        low, high: Their 95 % intervals, infinite at an open end, NaN without one.
        failed: Repetitions without an estimate.
        bias: Mean estimate less the truth.
        spread: Standard deviation of the estimates.
        typical_error: Mean of the method's own standard errors; None without any.
        covered: Intervals that hold the truth.
        with_interval: Repetitions with an interval.
        coverage: Exact 95 % binomial interval of the share covered; None without intervals.
        width: Mean width of the intervals; None without a bounded one.
        excluding: Intervals that exclude zero.
        wrong_side: Those of them that lie on the other side of zero than the truth.
        power: Exact 95 % binomial interval of the share that excludes zero; None without intervals.
    """

    method: str
    contrast: tuple[str, str]
    estimand: str
    truth: float
    own_truth: bool
    values: tuple[float, ...]
    low: tuple[float, ...]
    high: tuple[float, ...]
    failed: int
    bias: float
    spread: float
    typical_error: float | None
    covered: int
    with_interval: int
    coverage: Interval | None
    width: float | None
    excluding: int
    wrong_side: int
    power: Interval | None

    @property
    def bias_error(self) -> float:
        """The simulation's own standard error of the bias."""
        return float(self.spread / np.sqrt(max(len(self.values), 1)))

    @property
    def bias_in_errors(self) -> float | None:
        """The bias over the standard deviation of the estimates; None when they do not vary."""
        return self.bias / self.spread if self.spread > 0 else None

    def to_dict(self) -> dict[str, Plain]:
        """The repetitions as plain JSON, summed up."""
        hidden = ("values", "low", "high")
        names = [name for name in self.__dataclass_fields__ if name not in hidden]
        return {name: to_plain(getattr(self, name)) for name in names} | {"repetitions": len(self.values)}


@dataclass(frozen=True)
class Repeated:
    """A study repeated.

    Attributes:
        results: One for each method and arm that gave numbers.
        refused: (method, arm, why) of those that gave none.
        kind: "linear" or "boosted": the world's outcome models.
        target: The target asked for.
        rows: Rows of one repetition.
        population: Rows the world was fitted to.
        study_rows: Rows the study itself uses.
        binary: Whether the outcome is 0 or 1.
        alike: Correlation of the noise within clusters; 0 without clusters.
        known: Where the world's assignment comes from: "known", "random" or "fitted".
        filled: Whether missing covariates were filled in before the world was fitted.
    """

    results: tuple[Repetitions, ...]
    refused: tuple[tuple[str, str, str], ...]
    kind: str
    target: str
    rows: int
    population: int
    study_rows: int
    binary: bool
    alike: float
    known: str
    filled: bool

    def to_dict(self) -> dict[str, Plain]:
        """The result as plain JSON."""
        return {name: to_plain(getattr(self, name)) for name in self.__dataclass_fields__}


Part = tuple[Floats, tuple[tuple[str, ...], ...], tuple[tuple[str, ...], ...]]
"""(repetitions, methods, arms - 1, 4) value, low, high, standard error, NaN where there is none; then for
each method and arm the estimand, and why it failed; empty when it did not."""


def repeat_part(inputs: Inputs, methods: tuple[str, ...], kind: Kind, numbers: tuple[int, ...]) -> Part:
    """Some repetitions; each is seeded by its number, so any split of the work gives the same digits."""
    from causal_core.estimation.average import estimate

    world = world_of(inputs, kind)
    arms = len(world.design.arms) - 1
    rows = rows_of(world, inputs)
    found = np.full((len(numbers), len(methods), arms, 4), np.nan)
    estimands = [["" for _ in range(arms)] for _ in methods]
    errors = [["" for _ in range(arms)] for _ in methods]
    for place, number in enumerate(numbers):
        design = world.draw(rows, np.random.default_rng([inputs.seed, 29, number]))
        for m, method in enumerate(methods):
            report(place * len(methods) + m, len(numbers) * len(methods))
            answers = estimate(method, design, inputs.target, seed=inputs.seed + number, compared=False)
            for a, each in enumerate(answers):
                if each.value is None:
                    errors[m][a] = each.error or "It gave no number."
                    continue
                estimands[m][a] = each.estimand
                parts = interval_parts(each)
                low = min((-np.inf if end is None else end for end, _ in parts), default=np.nan)
                high = max((np.inf if end is None else end for _, end in parts), default=np.nan)
                error = np.nan if each.std_error is None else each.std_error
                found[place, m, a] = each.value, low, high, error
    return found, tuple(map(tuple, estimands)), tuple(map(tuple, errors))


def combine_repeats(inputs: Inputs, methods: tuple[str, ...], kind: Kind, parts: Sequence[Part]) -> Repeated:
    """All repetitions, summed up against the truth of their world."""
    world = world_of(inputs, kind)
    found = np.concatenate([part[0] for part in parts])
    arms = world.design.arms
    results, refused = [], []
    for m, method in enumerate(methods):
        for a, arm in enumerate(arms[1:], start=1):
            mine = found[:, m, a - 1]
            estimand = next((part[1][m][a - 1] for part in parts if part[1][m][a - 1]), "")
            if not estimand:
                why = next((part[2][m][a - 1] for part in parts if part[2][m][a - 1]), "It gave no number.")
                refused.append((method, arm, why))
                continue
            own = world.truth(a, estimand, inputs.target)
            truth = world.truth(a, inputs.target, inputs.target) if own is None else own
            assert truth is not None  # noqa: S101 - every target has a truth
            summed = sum_up(mine, truth)
            results.append(Repetitions(method, (arms[0], arm), estimand, truth, own is not None, **summed))
    design = world.design
    known = "known" if design.propensity is not None else "random" if design.randomised else "fitted"
    return Repeated(
        results=tuple(results),
        refused=tuple(refused),
        kind=kind,
        target=inputs.target,
        rows=rows_of(world, inputs),
        population=design.rows_used,
        study_rows=inputs.design().rows_used,
        binary=world.binary,
        alike=world.alike,
        known=known,
        filled=inputs.missing != "complete",
    )


def sum_up(found: Floats, truth: float) -> dict[str, Any]:
    """The fields of `Repetitions` that come from the numbers.

    Args:
        found: (repetitions, 4) value, low, high, standard error; NaN where there is none.
        truth: What the values are held against.
    """
    answered = found[~np.isnan(found[:, 0])]
    values, low, high, errors = answered.T
    bounded = ~np.isnan(low)
    covered = int(((low <= truth) & (truth <= high))[bounded].sum())
    excluding = int(((low > 0) | (high < 0))[bounded].sum())
    wrong = int(((high < 0) if truth > 0 else (low > 0))[bounded].sum()) if truth else excluding
    count = int(bounded.sum())
    widths = (high - low)[bounded & np.isfinite(high - low)]
    errors = errors[~np.isnan(errors)]
    return {
        "values": tuple(values.tolist()),
        "low": tuple(low.tolist()),
        "high": tuple(high.tolist()),
        "failed": len(found) - len(answered),
        "bias": float(values.mean() - truth),
        "spread": float(values.std(ddof=1)) if len(values) > 1 else 0.0,
        "typical_error": float(errors.mean()) if len(errors) else None,
        "covered": covered,
        "with_interval": count,
        "coverage": exact_interval(covered, count) if count else None,
        "width": float(widths.mean()) if len(widths) else None,
        "excluding": excluding,
        "wrong_side": wrong,
        "power": exact_interval(excluding, count) if count else None,
    }


def exact_interval(successes: int, trials: int) -> Interval:
    """The exact 95 % interval of a share (Clopper & Pearson 1934)."""
    from scipy.special import betaincinv

    low = 0.0 if successes == 0 else float(betaincinv(successes, trials - successes + 1, 0.025))
    high = 1.0 if successes == trials else float(betaincinv(successes + 1, trials - successes, 0.975))
    return low, high


def rows_of(world: World, inputs: Inputs) -> int:
    """Rows of one repetition: the study's, at most 5,000."""
    return min(world.design.rows_used, inputs.design().rows_used, ROWS)


def world_of(inputs: Inputs, kind: Kind) -> World:
    """The world of a study's rows; fitted once for equal inputs in one process.

    Raises:
        Problem: No world can be fitted to so few rows.
    """
    # Neither methods' options nor the target change the world.
    return _world(replace(inputs, target="ATE"), kind)


@lru_cache(maxsize=2)
def _world(inputs: Inputs, kind: Kind) -> World:
    from causal_core.validation.world_fit import fit_world

    return fit_world(inputs.design(), kind, inputs.seed)
