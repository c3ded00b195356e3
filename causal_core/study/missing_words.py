"""Missing values in words, for the Estimate page and the report."""

from __future__ import annotations

from causal_core.data.missing import LARGE, MissingColumn, MissingReport
from causal_core.percent import percent
from causal_core.study.missing import HANDLINGS
from causal_core.study.results import Results

MARK = "◆"
"""Stands beside a share that differs between arms."""


def missing_summary(found: MissingReport) -> str:
    """How many rows lack something, and which columns are missing more often in one arm than in another."""
    lacking = found.rows - sum(found.complete)
    words = f"{lacking:,} of {found.rows:,} rows lack something ({percent(lacking / found.rows)})"
    apart = [each.name for each in found.columns if each.differs]
    if not apart:
        return words
    more = f" and {len(apart) - 2} more" if len(apart) > 2 else ""
    verb = "differs" if len(apart) == 1 else "differ"
    return f"{words}; {', '.join(apart[:2])}{more} {verb} between arms"


def missing_rows(found: MissingReport) -> tuple[tuple[str, ...], list[tuple[str, ...]]]:
    """The head and the rows of a table: column, role, missing rows in all and by arm, differences."""
    head = (
        "Column",
        "Role",
        f"Missing, of {found.rows:,}",
        *(f"{arm}, of {rows:,}" for arm, rows in zip(found.arms, found.arm_rows, strict=True)),
        f"Standardised difference from {found.arms[0]}",
    )
    return head, [_row(each, found) for each in found.columns]


def _row(each: MissingColumn, found: MissingReport) -> tuple[str, ...]:
    if each.role == "treatment":
        counts: tuple[str, ...] = ("",) * len(found.arms)
        differences = "without an arm"
    else:
        counts = tuple(
            f"{count:,} ({percent(count / max(rows, 1), 1)})"
            for count, rows in zip(each.by_arm, found.arm_rows, strict=True)
        )
        mark = f" {MARK}" if each.differs else ""
        differences = ", ".join(_difference(value) for value in each.differences) + mark
    return (
        each.name,
        each.role,
        f"{each.count:,} ({percent(each.count / found.rows, 1)})",
        *counts,
        differences,
    )


def _difference(value: float | None) -> str:
    return "all against none" if value is None else f"{value:+.2f}".replace("-", "−")


def handling_sentence(results: Results) -> str:
    """What became of missing covariates in a study's estimates, and what that assumes."""
    options = results.study.estimate
    handling = HANDLINGS[options.missing]
    many = f" Here {options.imputations} times." if options.missing == "imputation" else ""
    words = f"{handling.label}: {handling.sentence}{many} {handling.assumes}"
    found = None if results.estimated is None else results.estimated.missing
    doubt = indicator_doubt(found) if found is not None and options.missing == "indicator" else ""
    return f"{words} {doubt}".strip()


def indicator_doubt(found: MissingReport) -> str:
    """Which covariates speak against an indicator in a trial; empty if none.

    Those whose standardised difference is large and beyond three of its own standard errors.
    """
    rows = found.arm_rows
    chance = [3 * (1 / rows[0] + 1 / count) ** 0.5 for count in rows[1:]]
    apart = [
        each.name
        for each in found.columns
        if each.role == "covariate"
        and any(
            value is None or abs(value) > max(LARGE, bound)
            for value, bound in zip(each.differences, chance, strict=True)
        )
    ]
    if not apart:
        return ""
    return (
        f"Random assignment should leave {', '.join(apart)} missing about as often in each arm, and it does "
        "not: if values were lost after assignment, an indicator biases the estimate."
    )


def tried_sentence(missing: str, imputations: int) -> str:
    """Which estimate refuters try when covariates were imputed; empty otherwise."""
    if missing != "imputation":
        return ""
    return (
        f"Tried on the first of {imputations} completed tables, whose own estimate is the original: what "
        "imputing adds to the interval is not part of these attempts."
    )
