"""Which covariates may enter the models by a logarithm, with a square or in a product."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from causal_core.data.column import Profile
from causal_core.data.design import Floats
from causal_core.data.table import Table
from causal_core.problem import Problem
from causal_core.study.inputs import Inputs
from causal_core.study.steps import inputs
from causal_core.study.study import Study

LEARNING = ("dml", "dml_interactive")
"""Methods that predict with nuisances of a chosen kind."""

SKEWED = 3.0
"""The skewness above which the logarithm of a column is suggested; of an exponential variable it is 2."""


@dataclass(frozen=True)
class TermChoices:
    """What the estimation step's models may be made of.

    Attributes:
        squares: Numeric covariates of more than two values; a square of two values is a line.
        logs: Those of them that are above zero in every row.
        skewed: Those of `logs`, not chosen yet, that are very skewed, and whose logarithms are much less so.
        interactions: Covariates whose products with the arms may enter standardisation; empty without it.
        nuisances: Whether a method is chosen that predicts with nuisances.
    """

    squares: tuple[str, ...]
    logs: tuple[str, ...]
    skewed: tuple[str, ...]
    interactions: tuple[str, ...]
    nuisances: bool


def term_choices(study: Study, table: Table, profile: Profile) -> TermChoices:
    """The terms that the study's covariates and methods allow, with those it has already chosen.

    Raises:
        GraphError: The graph does not hold the treatment or the outcome, or not as observed nodes.
    """
    covariates = inputs(study, table).covariates
    columns = {each.name: each for each in profile.columns}
    numeric = [
        name
        for name in covariates
        if name in columns
        and study.data.types.get(name, columns[name].kind) == "number"
        and columns[name].distinct > 2
    ]
    positive = [name for name in numeric if isinstance(least := columns[name].min, int | float) and least > 0]
    chosen = study.estimate
    products = covariates if "standardisation" in chosen.methods else ()
    return TermChoices(
        squares=tuple(dict.fromkeys((*numeric, *chosen.squares))),
        logs=tuple(dict.fromkeys((*positive, *chosen.logs))),
        skewed=tuple(name for name in positive if name not in chosen.logs and _is_skewed(table, name)),
        interactions=tuple(dict.fromkeys((*products, *chosen.interactions))),
        nuisances=any(name in chosen.methods for name in LEARNING),
    )


def log_problems(study: Study, table: Table) -> tuple[Problem, ...]:
    """Why the covariates chosen for it cannot enter by their logarithm in the rows that an estimate uses.

    Every column that the study names must be in the table. A graph that cannot be identified adjusts for
    nothing.
    """
    from causal_core.data.covariates import covariate
    from causal_core.data.levels import Levels
    from causal_core.data.source import columns_of
    from causal_core.estimation.terms import category_problem, refuse_log

    try:
        given = inputs(study, table)
    except Problem:
        return ()
    routes = (given.instruments, given.door, given.mediation)
    adjusted = {*given.covariates, *(name for route in routes for name in route.given)}
    found = []
    for name in dict.fromkeys(study.estimate.logs):
        if name not in adjusted:
            continue
        item = covariate(name, columns_of(table, [name])[name], study.data.types)
        if isinstance(item.content, Levels):
            found.append(category_problem(name, "logarithm", "logs"))
            continue
        try:
            refuse_log(name, item.content[_in_use(given) & ~item.missing])
        except Problem as problem:
            found.append(problem)
    return tuple(found)


def _in_use(given: Inputs) -> NDArray[np.bool_]:
    """(rows of the table,) whether an estimate has what it needs of the row."""
    needed = [given.treatment, given.outcome, given.propensity, given.clusters, given.weights]
    if given.missing == "complete":
        needed += given.covariates
    present = given.table.frame([name for name in dict.fromkeys(needed) if name is not None]).notna()
    return np.asarray(present.to_numpy().all(axis=1), dtype=np.bool_)


@lru_cache(maxsize=256)
def _is_skewed(table: Table, name: str) -> bool:
    """Whether a column above zero is very skewed and its logarithm has less than half of that."""
    from causal_core.data.source import columns_of
    from causal_core.data.typed import numbers

    values = numbers(name, columns_of(table, [name])[name])
    values = values[~np.isnan(values)]
    found = skewness(values)
    return found > SKEWED and abs(skewness(np.log(values))) < found / 2


def skewness(values: Floats) -> float:
    """The third standardised moment, 0 of values that do not vary.

    Args:
        values: (n,) none missing.
    """
    apart = values - values.mean()
    spread = float(np.sqrt((apart**2).mean()))
    return float(((apart / spread) ** 3).mean()) if spread > 0 else 0.0
