"""Every admissible set by every method: the estimates, and what moves them."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from statistics import median

import numpy as np

from causal_core.estimation.result import Estimate
from causal_core.plain import Plain, to_plain
from causal_core.study.headline import headline_method, interval_parts
from causal_core.validation.sets import AdmissibleSets

Columns = tuple[str, ...]
Contrast = tuple[str, str]


@dataclass(frozen=True)
class Specification:
    """One defensible analysis: the columns adjusted for, and what a method gave with them."""

    columns: Columns
    estimate: Estimate

    def to_dict(self) -> dict[str, Plain]:
        """The specification as plain JSON: the set beside the estimate's own keys."""
        return {"adjusted_for": to_plain(self.columns), **self.estimate.to_dict()}


@dataclass(frozen=True)
class Curve:
    """All specifications of one study.

    Attributes:
        specifications: Those that gave a number, in the order of sets, then methods.
        refused: (method, target, why, how many sets) of those that gave none.
        sets: The sets that were used.
        headline: The set and method of the number that Estimate puts first, and its estimand; None when it
            is not among them.
    """

    specifications: tuple[Specification, ...]
    refused: tuple[tuple[str, str, str, int], ...]
    sets: AdmissibleSets
    headline: tuple[Columns, str, str] | None

    def to_dict(self) -> dict[str, Plain]:
        """The curve as plain JSON."""
        return {
            "specifications": to_plain(self.specifications),
            "sets": to_plain(self.sets.sets),
            "sets_complete": self.sets.complete,
            "facets": [to_plain(facet) for facet in facets(self)],
        }


@dataclass(frozen=True)
class Own:
    """What the study itself does, for its own number to be found among the specifications.

    Attributes:
        columns: The columns Estimate adjusts for.
        methods: The methods Estimate runs.
        headline: The method the analyst lets speak, or None.
        target: The target asked for.
        randomised: Whether assignment was random.
    """

    columns: Columns
    methods: tuple[str, ...]
    headline: str | None
    target: str
    randomised: bool


@dataclass(frozen=True)
class Facet:
    """The specifications that estimate one and the same quantity.

    Attributes:
        contrast: The control level and the arm.
        estimand: What the numbers are.
        points: The specifications, the lowest value first.
        middle: Their median, in the outcome's unit.
        excluding: How many 95 % intervals exclude zero.
        with_interval: How many have an interval.
        above: How many values are above zero.
        move_by_set: Median over methods of the range over sets; None unless two sets are there.
        move_by_method: Median over sets of the range over methods; None unless two methods are there.
        share_by_set: Share of the values' variance that goes with the set; None unless
            sets and methods both vary.
        share_by_method: Share that goes with the method; the rest belongs to neither alone.
        typical_error: Median standard error; None without any.
    """

    contrast: Contrast
    estimand: str
    points: tuple[Specification, ...]
    middle: float
    excluding: int
    with_interval: int
    above: int
    move_by_set: float | None
    move_by_method: float | None
    share_by_set: float | None
    share_by_method: float | None
    typical_error: float | None

    @property
    def range(self) -> tuple[float, float]:
        """The lowest and the highest value."""
        return value_of(self.points[0]), value_of(self.points[-1])

    def to_dict(self) -> dict[str, Plain]:
        """The facet as plain JSON, without its points."""
        fields = {name: getattr(self, name) for name in self.__dataclass_fields__ if name != "points"}
        return {name: to_plain(value) for name, value in fields.items()} | {
            "specifications": len(self.points),
            "range": to_plain(self.range),
        }


def gather_specifications(
    asked: Sequence[tuple[Columns, str]],
    sets: AdmissibleSets,
    own: Own,
    parts: Sequence[tuple[Estimate, ...]],
) -> Curve:
    """The curve from the estimates of each (set, method) asked for, in the same order.

    A method that gives one quantity whatever the target enters once a set and quantity.
    """
    kept: dict[tuple[object, ...], Specification] = {}
    refused: dict[tuple[str, str, str], set[Columns]] = {}
    for (columns, method), estimates in zip(asked, parts, strict=True):
        for each in estimates:
            if each.value is None or each.estimand == "association":
                why = each.error or "It gives an association here, not an effect."
                refused.setdefault((method, each.target, why), set()).add(columns)
            else:
                place = (columns, method, each.contrast, each.estimand)
                kept.setdefault(place, Specification(columns, each))
    return Curve(
        tuple(kept.values()),
        tuple((*about, len(columns)) for about, columns in refused.items()),
        sets,
        _headline(tuple(kept.values()), own),
    )


def _headline(points: Sequence[Specification], own: Own) -> tuple[Columns, str, str] | None:
    mine = [
        each
        for each in points
        if each.estimate.method in own.methods
        and each.estimate.target == own.target
        # The plain difference adjusts for nothing, whatever the set in use.
        and each.columns == (() if each.estimate.method == "difference_in_means" else own.columns)
    ]
    speaks = headline_method([each.estimate for each in mine], own.headline, own.randomised)
    found = next((each for each in mine if each.estimate.method == speaks), None)
    return None if found is None else (found.columns, found.estimate.method, found.estimate.estimand)


def facets(
    curve: Curve, sets: Collection[Columns] | None = None, methods: Collection[str] | None = None
) -> tuple[Facet, ...]:
    """One facet for each arm and estimand: quantities that differ are never put into one curve.

    Within an arm the quantity of the study's own number comes first, then those of most specifications.

    Args:
        curve: All specifications.
        sets: The sets to keep; None for all.
        methods: The methods to keep; None for all.
    """
    found: dict[tuple[Contrast, str], list[Specification]] = {}
    for each in curve.specifications:
        if (sets is None or each.columns in sets) and (methods is None or each.estimate.method in methods):
            found.setdefault((each.estimate.contrast, each.estimate.estimand), []).append(each)
    arms = list(dict.fromkeys(contrast for contrast, _ in found))
    own = curve.headline[2] if curve.headline else None
    ordered = sorted(
        found.items(), key=lambda each: (arms.index(each[0][0]), each[0][1] != own, -len(each[1]))
    )
    return tuple(_facet(contrast, estimand, points) for (contrast, estimand), points in ordered)


def value_of(specification: Specification) -> float:
    """The specification's value; those in a curve have one."""
    value = specification.estimate.value
    assert value is not None  # noqa: S101 - `gather_specifications` keeps only those with a value
    return value


def ends_of(specification: Specification) -> tuple[float, float] | None:
    """The outer ends of the 95 % interval; infinite where it is open; None without one."""
    if specification.estimate.ci is None:
        return None
    parts = interval_parts(specification.estimate)
    lows = [-np.inf if low is None else low for low, _ in parts]
    highs = [np.inf if high is None else high for _, high in parts]
    return float(min(lows)), float(max(highs))


def excludes_zero(specification: Specification) -> bool | None:
    """Whether the interval lies on one side of zero; None without an interval."""
    ends = ends_of(specification)
    return None if ends is None else ends[0] > 0 or ends[1] < 0


def _facet(contrast: Contrast, estimand: str, points: list[Specification]) -> Facet:
    ordered = tuple(
        sorted(points, key=lambda each: (value_of(each), each.columns, str(each.estimate.method)))
    )
    values = [value_of(each) for each in ordered]
    zero = [excludes_zero(each) for each in ordered]
    sets = [each.columns for each in ordered]
    methods = [each.estimate.method for each in ordered]
    errors = [each.estimate.std_error for each in ordered if each.estimate.std_error is not None]
    by_set, by_method = _shares(np.array(values), sets, methods)
    return Facet(
        contrast=contrast,
        estimand=estimand,
        points=ordered,
        middle=median(values),
        excluding=sum(answer is True for answer in zero),
        with_interval=sum(answer is not None for answer in zero),
        above=sum(value > 0 for value in values),
        move_by_set=_moves(values, methods),
        move_by_method=_moves(values, sets),
        share_by_set=by_set,
        share_by_method=by_method,
        typical_error=median(errors) if errors else None,
    )


def _moves(values: Sequence[float], held: Sequence[object]) -> float | None:
    """The median range of the values within equal `held`; None when no value has company there."""
    groups: dict[object, list[float]] = {}
    for value, key in zip(values, held, strict=True):
        groups.setdefault(key, []).append(value)
    ranges = [max(group) - min(group) for group in groups.values() if len(group) > 1]
    return median(ranges) if ranges else None


def _shares(
    values: np.ndarray, sets: Sequence[Columns], methods: Sequence[str]
) -> tuple[float | None, float | None]:
    """Shares of variance by set and by method: additive effects, averaged over the order of entry.

    In a full table of sets by methods the order makes no difference (two-way analysis of variance).
    """
    total = float(((values - values.mean()) ** 2).sum())
    varies = total > 1e-18 * float((values**2).sum())
    if not varies or len(set(sets)) < 2 or len(set(methods)) < 2:
        return None, None
    set_part, method_part = _dummies(sets), _dummies(methods)
    alone_set, alone_method = _explained(values, set_part), _explained(values, method_part)
    both = _explained(values, np.hstack([set_part, method_part]))
    by_set, by_method = (alone_set + both - alone_method) / 2, (alone_method + both - alone_set) / 2
    return min(max(by_set / total, 0.0), 1.0), min(max(by_method / total, 0.0), 1.0)


def _dummies(keys: Sequence[object]) -> np.ndarray:
    levels = list(dict.fromkeys(keys))
    return np.array([[float(key == level) for level in levels] for key in keys])


def _explained(values: np.ndarray, columns: np.ndarray) -> float:
    design = np.column_stack([np.ones(len(values)), columns])
    fitted = design @ np.linalg.lstsq(design, values, rcond=None)[0]
    return float(((fitted - values.mean()) ** 2).sum())
