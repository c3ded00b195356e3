"""Terms beside the main effects: squares of covariates, and products of covariates with the arms."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

import numpy as np

from causal_core.data.design import Design, Integers
from causal_core.problem import Problem

SQUARED = "²"
"""What the name of a square ends with."""


def with_squares(design: Design, squares: Iterable[str]) -> Design:
    """The design with the square of each named covariate as one more column, `age²` beside `age`.

    Squares are of the values in the table's own unit. A column that is not among the design's covariates has
    no square there. The new columns stand after all others and name the column they came from as source.

    Args:
        design: The rows.
        squares: Columns of the table, each numeric.

    Raises:
        Problem: A named covariate is a category.
    """
    wanted = [name for name in dict.fromkeys(squares) if name in design.covariate_sources]
    if not wanted:
        return design
    places = [_place(design, name) for name in wanted]
    return replace(
        design,
        covariates=np.column_stack([design.covariates, design.covariates[:, places] ** 2]),
        covariate_names=(*design.covariate_names, *(f"{name}{SQUARED}" for name in wanted)),
        covariate_sources=(*design.covariate_sources, *wanted),
    )


def check_terms(columns: Iterable[str], squares: Iterable[str], interactions: Iterable[str]) -> None:
    """Refuse a term of a column that the table does not have.

    Raises:
        Problem: There is no such column.
    """
    known = set(columns)
    for option, names in (("squares", squares), ("interactions", interactions)):
        for name in names:
            if name not in known:
                raise Problem(
                    f"There is no column {name} to make {option} of.",
                    column=name,
                    remedy=f"Correct the name in {option}, or leave it out.",
                )


def interaction_places(design: Design) -> Integers:
    """Positions of the covariate columns whose products with the arms enter standardisation.

    A category enters with all its columns; a square does not enter with the column it came from.
    """
    wanted = set(design.interactions)
    return np.array(
        [
            place
            for place, (name, source) in enumerate(
                zip(design.covariate_names, design.covariate_sources, strict=True)
            )
            if source in wanted and name != f"{source}{SQUARED}"
        ],
        dtype=np.int64,
    )


def _place(design: Design, name: str) -> int:
    for place, (found, source) in enumerate(
        zip(design.covariate_names, design.covariate_sources, strict=True)
    ):
        if found == source == name:
            return place
    raise Problem(
        f"{name} is a category, and a category has no square.",
        column=name,
        remedy=f"Leave {name} out of the squares, or set its type to number.",
    )
