"""From a table and a question to the arrays an estimator sees."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
from numpy.typing import NDArray

from causal_core.data.arms import Arms, arms_of
from causal_core.data.covariates import covariate, encode
from causal_core.data.design import Design, Floats
from causal_core.data.imputation import Filling, Unit, fill
from causal_core.data.known import assignment_probabilities, cluster_levels, sampling_weights
from causal_core.data.levels import Levels
from causal_core.data.outcome import outcome_values
from causal_core.data.source import columns_of
from causal_core.data.table import Table
from causal_core.data.typed import Types
from causal_core.problem import Problem

Flags = NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class _Roles:
    """Arms, outcome and what else is known, over all rows, with the flags of the missing by column."""

    arms: Arms
    outcome: Floats
    propensity: Floats | None
    weights: Floats | None
    clusters: Levels | None
    missing: dict[str, Flags]


def build_design(
    data: Table | pd.DataFrame,
    treatment: str,
    control: object,
    outcome: str,
    covariates: Iterable[str] = (),
    types: Types | None = None,
    propensity: str | Mapping[str, str] | None = None,
    clusters: str | None = None,
    weights: str | None = None,
    randomised: bool = False,
    filling: Filling | None = None,
) -> Design:
    """The rows of the table with every needed value, as numbers.

    Args:
        data: A stored table, or a frame (its index is not used).
        treatment: Column with 2 to 20 different values of any type.
        control: The reference level as a number, a truth value or text; None for the first in order.
        outcome: Column of numbers or of true and false.
        covariates: Columns to adjust for; see `covariates.encode`.
        types: Kinds by column where the values alone would be read otherwise.
        propensity: Column with the known probability of the other arm (two arms), or one column for each
            arm but the control, keyed by its level as text.
        clusters: Column whose equal values mark rows that belong together.
        weights: Column of sampling weights.
        randomised: Whether assignment is known to be random.
        filling: How gaps in covariates are filled; None leaves their rows out.

    Raises:
        Problem: A column is not there or cannot be used so; it names the column and the remedy.
    """
    adjusted = list(dict.fromkeys(covariates))
    _refuse_double_use(treatment, outcome, adjusted)
    by_arm = propensity if isinstance(propensity, Mapping) else None
    asked = list(by_arm.values()) if by_arm is not None else [propensity]
    named = [name for name in (*asked, clusters, weights) if isinstance(name, str)]
    columns = columns_of(data, [treatment, outcome, *adjusted, *named])
    roles = _roles(columns, treatment, control, outcome, types, propensity, clusters, weights)
    encodable = [covariate(name, columns[name], types) for name in adjusted]
    missing = roles.missing
    if filling is None:
        missing = missing | {item.name: item.missing for item in encodable}
    rows = np.flatnonzero(~np.logical_or.reduce(list(missing.values())))
    arm = roles.arms.codes[rows]
    _refuse_empty_arms(treatment, roles.arms, arm, missing)
    notes: tuple[str, ...] = ()
    if filling is not None:
        weight = None if roles.weights is None else roles.weights[rows]
        encodable, notes = fill(encodable, Unit(rows, arm, roles.outcome[rows], weight), filling)
    encoded = encode(encodable, rows)
    codes = None if roles.clusters is None else np.unique(roles.clusters.codes[rows], return_inverse=True)[1]
    return Design(
        outcome=roles.outcome[rows],
        arm=arm,
        arms=roles.arms.texts,
        covariates=encoded.values,
        covariate_names=encoded.names,
        covariate_sources=encoded.sources,
        treatment_name=treatment,
        outcome_name=outcome,
        rows=rows,
        rows_dropped=len(roles.outcome) - len(rows),
        dropped_by=tuple((name, int(flags.sum())) for name, flags in missing.items() if flags.any()),
        randomised=randomised,
        propensity=None if roles.propensity is None else roles.propensity[rows],
        weights=None if roles.weights is None else roles.weights[rows],
        clusters=codes,
        notes=notes
        + tuple(
            f'"{name}" was left out: it has the same value in every row in use.' for name in encoded.constant
        ),
    )


def feature_frame(
    data: Table | pd.DataFrame,
    covariates: Iterable[str],
    types: Types | None = None,
    rows: Sequence[int] | NDArray[Any] | None = None,
) -> pd.DataFrame:
    """The covariates as they are: numbers as float64 with NaN, categories as pandas categories of text.

    Dates become days since the column's earliest, booleans 1 and 0, infinite values NaN. Categories hold the
    levels of the whole table, so frames of different rows agree.

    Args:
        data: A stored table, or a frame (its index is not used).
        covariates: Columns, in order.
        types: Kinds by column where the values alone would be read otherwise.
        rows: Positions of the rows, such as `Design.rows`; None for all. The index is 0, 1, ... either way.

    Raises:
        Problem: A column is not there, is missing in every row, or is text with too many values.
    """
    names = list(dict.fromkeys(covariates))
    columns = columns_of(data, names)
    chosen = slice(None) if rows is None else np.asarray(rows)
    features: dict[str, Any] = {}
    for name in names:
        item = covariate(name, columns[name], types)
        values = item.content
        if isinstance(values, Levels):
            dtype = pd.CategoricalDtype(list(values.texts))
            features[name] = pd.Categorical.from_codes(values.codes[chosen], dtype=dtype)
        else:
            features[name] = values[chosen]
    if not names:
        count = data.rows if isinstance(data, Table) else len(data)
        return pd.DataFrame(index=pd.RangeIndex(count if rows is None else len(rows)))
    return pd.DataFrame(features, copy=False)


def _roles(
    columns: Mapping[str, pa.Array],
    treatment: str,
    control: object,
    outcome: str,
    types: Types | None,
    propensity: str | Mapping[str, str] | None,
    clusters: str | None,
    weights: str | None,
) -> _Roles:
    arms = arms_of(treatment, columns[treatment], control, types)
    values = outcome_values(outcome, columns[outcome], types)
    missing: dict[str, Flags] = {treatment: arms.codes < 0, outcome: np.isnan(values)}
    known, weight, groups = None, None, None
    if propensity is not None:
        known, gaps = assignment_probabilities(columns, propensity, arms.texts)
        missing |= gaps
    if weights is not None:
        weight = sampling_weights(weights, columns[weights])
        missing[weights] = np.isnan(weight)
    if clusters is not None:
        groups = cluster_levels(columns[clusters])
        missing[clusters] = groups.codes < 0
    return _Roles(arms, values, known, weight, groups, missing)


def _refuse_double_use(treatment: str, outcome: str, covariates: list[str]) -> None:
    if treatment == outcome:
        raise Problem(
            f'"{treatment}" is both treatment and outcome.', column=treatment, remedy="Choose two columns."
        )
    for name, role in ((treatment, "treatment"), (outcome, "outcome")):
        if name in covariates:
            raise Problem(
                f'"{name}" is both the {role} and a covariate.',
                column=name,
                remedy="Leave it out of the covariates.",
            )


def _refuse_empty_arms(
    treatment: str, arms: Arms, arm: NDArray[np.int64], missing: Mapping[str, Flags]
) -> None:
    counts = np.bincount(arm, minlength=len(arms.texts))
    empty = [code for code in range(len(arms.texts)) if counts[code] == 0]
    if not empty:
        return
    text = arms.texts[empty[0]]
    members = arms.codes == empty[0]
    worst = max(missing, key=lambda name: int((missing[name] & members).sum()))
    raise Problem(
        f'No row with "{treatment}" = "{text}" has every needed value; most lack "{worst}".',
        column=worst,
        remedy=f'Leave "{worst}" out, fill in its values, or leave the level "{text}" out of the data.',
    )
