"""Which covariates may enter the models with a square or a product."""

from __future__ import annotations

from dataclasses import dataclass

from causal_core.data.column import Profile
from causal_core.data.table import Table
from causal_core.study.steps import inputs
from causal_core.study.study import Study

LEARNING = ("dml", "dml_interactive")
"""Methods that predict with nuisances of a chosen kind."""


@dataclass(frozen=True)
class TermChoices:
    """What the estimation step's models may be made of.

    Attributes:
        squares: Numeric covariates of more than two values; a square of two values is a line.
        interactions: Covariates whose products with the arms may enter standardisation; empty without it.
        nuisances: Whether a method is chosen that predicts with nuisances.
    """

    squares: tuple[str, ...]
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
    chosen = study.estimate
    products = covariates if "standardisation" in chosen.methods else ()
    return TermChoices(
        squares=tuple(dict.fromkeys((*numeric, *chosen.squares))),
        interactions=tuple(dict.fromkeys((*products, *chosen.interactions))),
        nuisances=any(name in chosen.methods for name in LEARNING),
    )
