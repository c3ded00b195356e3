"""A continuous treatment: a dose, the range of it that the rows support, and the dose to compare with."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import pandas as pd

from causal_core.data.arms import MAX_ARMS
from causal_core.data.covariates import covariate, encode
from causal_core.data.design import Design, Floats
from causal_core.data.known import cluster_levels, sampling_weights
from causal_core.data.levels import level_text
from causal_core.data.outcome import outcome_values
from causal_core.data.source import columns_of
from causal_core.data.table import Table
from causal_core.data.typed import Types, kind_of, numbers
from causal_core.problem import DoesNotApply, Problem

ENDS = (0.01, 0.99)
"""The quantiles of the dose between which anything is said; beyond them there are too few rows."""

QUARTILES = (0.25, 0.5, 0.75)
BINS = 40


@dataclass(frozen=True)
class Doses:
    """What a column of doses holds.

    Attributes:
        low: The 1 % quantile: nothing is said below it.
        high: The 99 % quantile: nothing is said above it.
        quartiles: The 25, 50 and 75 % quantiles, rounded to about a thousandth of the range.
        reference: The dose that others are compared with.
        rows: Rows with a dose.
        missing: Rows without.
        edges: Bin edges of the histogram between `low` and `high`, one more than bins.
        counts: Rows in each bin.
        note: Why the reference is not the one the study names; empty when it is.
    """

    low: float
    high: float
    quartiles: tuple[float, float, float]
    reference: float
    rows: int
    missing: int
    edges: tuple[float, ...]
    counts: tuple[int, ...]
    note: str = ""

    @property
    def told(self) -> tuple[float, ...]:
        """The doses whose contrast with the reference is told: the quartiles that differ from it.

        Where none does, as when most rows have no dose at all, the end of the range farther from it.
        """
        apart = tuple(dose for dose in dict.fromkeys(self.quartiles) if dose != self.reference)
        return apart or (max(self.low, self.high, key=lambda end: abs(end - self.reference)),)


@dataclass(frozen=True, eq=False)
class Dosed:
    """The arrays an estimator of a dose sees.

    Attributes:
        design: Outcome, covariates and the rest of the rows in use, as one arm called after the reference.
        dose: (n,) in the treatment's own unit.
        doses: What these rows' doses are.
    """

    design: Design
    dose: Floats
    doses: Doses


def is_dose(data: Table | pd.DataFrame, name: str, types: Types | None = None) -> bool:
    """Whether a column used as the treatment is a dose: a number with more than 20 different values.

    A column that the study calls a category never is one; a number with fewer values makes arms.
    """
    if name not in [str(column) for column in data.columns]:
        return False
    column = columns_of(data, [name])[name]
    if kind_of(name, column, types) != "number":
        return False
    try:
        values = numbers(name, column)
    except Problem:
        return False
    return len(np.unique(values[~np.isnan(values)])) > MAX_ARMS


def doses_of(name: str, values: Floats, control: object = 0) -> Doses:
    """The range, the quartiles and the histogram of some doses, and the reference among them.

    The reference is `control`. A study that does not name one has 0; where 0 lies outside the range of the
    doses, the median takes its place, and `note` says so.

    Args:
        name: The treatment's column.
        values: (n,) NaN where missing.
        control: The dose to compare with, a number or the text of one.

    Raises:
        Problem: No row has a dose.
        DoesNotApply: The reference is no number between the 1 % and the 99 % quantile, or these are one.
    """
    present = values[~np.isnan(values)]
    if not len(present):
        raise Problem(
            f'The treatment "{name}" is missing in every row.',
            column=name,
            remedy="Choose another treatment, or load data that holds it.",
        )
    low, high = (float(end) for end in np.quantile(present, ENDS))
    if high <= low:
        raise DoesNotApply(
            f'98 % of the rows have the same "{name}", {level_text(rounded(low))}: too few others to tell a '
            "curve.",
            column=name,
            remedy="Cut it into levels in the data, such as none and some.",
        )
    quartiles = tuple(_round_within(float(each), high - low) for each in np.quantile(present, QUARTILES))
    reference, note = _reference(name, control, low, high, quartiles[1])
    counts, edges = np.histogram(present, bins=BINS, range=(low, high))
    return Doses(
        low=low,
        high=high,
        quartiles=(quartiles[0], quartiles[1], quartiles[2]),
        reference=reference,
        rows=len(present),
        missing=len(values) - len(present),
        edges=tuple(edges.tolist()),
        counts=tuple(counts.tolist()),
        note=note,
    )


def column_doses(data: Table | pd.DataFrame, name: str, control: object = 0) -> Doses:
    """The doses that a column of the table holds; see `doses_of`.

    Raises:
        Problem: The column is not there, holds no numbers, or the reference is not among them.
    """
    return doses_of(name, numbers(name, columns_of(data, [name])[name]), control)


def build_dose(
    data: Table | pd.DataFrame,
    treatment: str,
    control: object,
    outcome: str,
    covariates: Iterable[str] = (),
    types: Types | None = None,
    clusters: str | None = None,
    weights: str | None = None,
    randomised: bool = False,
) -> Dosed:
    """The rows of the table with every needed value, as numbers.

    Args:
        data: A stored table, or a frame (its index is not used).
        treatment: Column of the dose.
        control: The reference dose; see `doses_of`.
        outcome: Column of numbers or of true and false.
        covariates: Columns to adjust for; see `covariates.encode`.
        types: Kinds by column where the values alone would be read otherwise.
        clusters: Column whose equal values mark rows that belong together.
        weights: Column of sampling weights.
        randomised: Whether the dose is known to be assigned at random.

    Raises:
        Problem: A column is not there or cannot be used so; it names the column and the remedy.
    """
    adjusted = list(dict.fromkeys(covariates))
    if treatment == outcome or treatment in adjusted or outcome in adjusted:
        twice = treatment if treatment == outcome or treatment in adjusted else outcome
        raise Problem(f'"{twice}" stands in two roles.', column=twice, remedy="Choose different columns.")
    named = [name for name in (clusters, weights) if name is not None]
    columns = columns_of(data, [treatment, outcome, *adjusted, *named])
    dose = numbers(treatment, columns[treatment])
    values = outcome_values(outcome, columns[outcome], types)
    encodable = [covariate(name, columns[name], types) for name in adjusted]
    missing = {treatment: np.isnan(dose), outcome: np.isnan(values)}
    missing |= {item.name: item.missing for item in encodable}
    weight, groups = None, None
    if weights is not None:
        weight = sampling_weights(weights, columns[weights])
        missing[weights] = np.isnan(weight)
    if clusters is not None:
        groups = cluster_levels(columns[clusters])
        missing[clusters] = groups.codes < 0
    rows = np.flatnonzero(~np.logical_or.reduce(list(missing.values())))
    if not len(rows):
        worst = max(missing, key=lambda name: int(missing[name].sum()))
        raise Problem(
            f'No row has every needed value; most lack "{worst}".',
            column=worst,
            remedy=f'Leave "{worst}" out, or fill in its values.',
        )
    doses = doses_of(treatment, dose[rows], control)
    encoded = encode(encodable, rows)
    design = Design(
        outcome=values[rows],
        arm=np.zeros(len(rows), dtype=np.int64),
        arms=(level_text(doses.reference),),
        covariates=encoded.values,
        covariate_names=encoded.names,
        covariate_sources=encoded.sources,
        treatment_name=treatment,
        outcome_name=outcome,
        rows=rows,
        rows_dropped=len(values) - len(rows),
        dropped_by=tuple((name, int(flags.sum())) for name, flags in missing.items() if flags.any()),
        randomised=randomised,
        weights=None if weight is None else weight[rows],
        clusters=None if groups is None else np.unique(groups.codes[rows], return_inverse=True)[1],
        notes=tuple(
            f'"{name}" was left out: it has the same value in every row in use.' for name in encoded.constant
        ),
    )
    return Dosed(design, dose[rows], doses)


def rounded(value: float) -> float:
    """A dose with six significant digits, so that its text is short."""
    return float(f"{value:.6g}")


def _round_within(value: float, reach: float) -> float:
    """A dose rounded so that its text is short and the dose moves by less than a thousandth of the range."""
    if reach <= 0:
        return value
    step = 10.0 ** np.floor(np.log10(reach / 500))
    return float(f"{round(value / step) * step:.12g}")


def _reference(name: str, control: object, low: float, high: float, median: float) -> tuple[float, str]:
    try:
        asked = float(str(control)) if not isinstance(control, bool) else float("nan")
    except ValueError:
        asked = float("nan")
    if low <= asked <= high:
        return asked, ""
    if asked == 0:
        return median, (
            f"0 lies outside the doses that the rows hold, so doses are compared with the median, "
            f"{level_text(median)}."
        )
    raise DoesNotApply(
        f'"{control}" is no dose of "{name}" that can be compared with: 98 % of the rows lie between '
        f"{level_text(rounded(low))} and {level_text(rounded(high))}.",
        column=name,
        remedy="Choose a reference dose in that range.",
    )
