"""How covariates enter the models: by logarithms, with squares, and in products with the arms."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

import numpy as np

from causal_core.data.design import Design, Floats, Integers
from causal_core.problem import Problem

SQUARED = "²"
"""What the name of a square ends with."""


def log_name(name: str) -> str:
    """The name of a column's natural logarithm, such as `log(income)`."""
    return f"log({name})"


def is_main(name: str, source: str) -> bool:
    """Whether an encoded column is the number it came from, as it is or by its logarithm."""
    return name in (source, log_name(source))


def with_logs(design: Design, logs: Iterable[str]) -> Design:
    """The design with the natural logarithm of each named covariate in its place, `log(income)` for `income`.

    Logarithms are of the values in the table's own unit. A column that is not among the design's covariates
    is passed over. The new columns name the column they came from as source.

    Args:
        design: The rows.
        logs: Columns of the table, each numeric and above zero in the rows of the design.

    Raises:
        Problem: A named covariate is a category, or holds 0 or less.
    """
    wanted = [name for name in dict.fromkeys(logs) if name in design.covariate_sources]
    if not wanted:
        return design
    covariates, names = np.array(design.covariates, dtype=np.float64), list(design.covariate_names)
    for name in wanted:
        place = _place(design, name, "logarithm", "logs")
        refuse_log(name, covariates[:, place])
        covariates[:, place] = np.log(covariates[:, place])
        names[place] = log_name(name)
    return replace(design, covariates=covariates, covariate_names=tuple(names))


def refuse_log(name: str, values: Floats) -> None:
    """Refuse the logarithm of a column that is not above zero in every row in use.

    Args:
        name: The column.
        values: (n,) its values in these rows, none missing.

    Raises:
        Problem: A value is 0 or less.
    """
    count = int((values <= 0).sum())
    if count:
        raise Problem(
            f"{name} is 0 or less in {count:,} of {len(values):,} rows in use, and such a value has no "
            "logarithm.",
            column=name,
            remedy=f"Leave {name} out of the logs, or shift its values so that all are above zero.",
        )


def category_problem(name: str, what: str, option: str) -> Problem:
    """The Problem of a category in an option that is for numbers."""
    return Problem(
        f"{name} is a category, and a category has no {what}.",
        column=name,
        remedy=f"Leave {name} out of the {option}, or set its type to number.",
    )


def with_squares(design: Design, squares: Iterable[str]) -> Design:
    """The design with the square of each named covariate as one more column, `age²` beside `age`.

    Squares are of the values in the table's own unit, or of the logarithm that stands in their place
    (`log(income)²`). A column that is not among the design's covariates has no square there. The new columns
    stand after all others and name the column they came from as source.

    Args:
        design: The rows.
        squares: Columns of the table, each numeric.

    Raises:
        Problem: A named covariate is a category.
    """
    wanted = [name for name in dict.fromkeys(squares) if name in design.covariate_sources]
    if not wanted:
        return design
    places = [_place(design, name, "square", "squares") for name in wanted]
    return replace(
        design,
        covariates=np.column_stack([design.covariates, design.covariates[:, places] ** 2]),
        covariate_names=(
            *design.covariate_names,
            *(f"{design.covariate_names[place]}{SQUARED}" for place in places),
        ),
        covariate_sources=(*design.covariate_sources, *wanted),
    )


def check_terms(
    columns: Iterable[str], squares: Iterable[str], interactions: Iterable[str], logs: Iterable[str] = ()
) -> None:
    """Refuse a term of a column that the table does not have.

    Raises:
        Problem: There is no such column.
    """
    known = set(columns)
    for option, names in (("squares", squares), ("interactions", interactions), ("logs", logs)):
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
            if source in wanted and name not in (f"{source}{SQUARED}", f"{log_name(source)}{SQUARED}")
        ],
        dtype=np.int64,
    )


def _place(design: Design, name: str, what: str, option: str) -> int:
    for place, (found, source) in enumerate(
        zip(design.covariate_names, design.covariate_sources, strict=True)
    ):
        if source == name and is_main(found, source):
            return place
    raise category_problem(name, what, option)
