"""What a specification curve says, in sentences."""

from __future__ import annotations

from causal_core.estimation.methods import METHODS
from causal_core.study.headline import WHOM, interval_text, number_text, signed_text
from causal_core.validation.specification import Columns, Curve, Facet

SINGLES = "Other quantities that one specification alone gives, so that there is nothing to compare:"

SHARED_ROWS = (
    "All these specifications use the same rows, so they are not independent evidence: many that agree are "
    "not many confirmations, and what all of them leave out none of them can show."
)

ROLE_WORDS = {
    "in use": "in use on Estimate",
    "minimal": "smallest possible",
    "least variance": "least variance, by the graph",
    "causes of the treatment": "all direct causes of the treatment",
    "every cause": "every allowed cause of treatment or outcome",
    "every column": "every allowed column",
}


def set_text(columns: Columns, most: int | None = None) -> str:
    """A set by its names, the first `most` of them; "nothing" when it is empty."""
    if not columns:
        return "nothing"
    if most is None or len(columns) <= most:
        return ", ".join(columns)
    return f"{', '.join(columns[:most])} and {len(columns) - most} more"


def curve_sentence(facet: Facet, unit: str = "") -> str:
    """How many specifications there are, their median and range, and how many exclude zero."""
    measure = f" ({unit})" if unit else ""
    count = len(facet.points)
    sets = len({each.columns for each in facet.points})
    methods = len({each.estimate.method for each in facet.points})
    if count == 1:
        return f"One specification gives this: {_single_text(facet, measure)}. There is nothing to compare."
    low, high = (signed_text(end) for end in facet.range)
    return (
        f"{count} specifications ({_count(sets, 'set')}, {_count(methods, 'method')}): median "
        f"{signed_text(facet.middle)}{measure}, from {low} to {high}. {_zero(facet)}"
    )


def direction_sentence(facet: Facet) -> str:
    """Whether the direction of the effect depends on the specification; empty for a single one."""
    count = len(facet.points)
    if count == 1:
        return ""
    if facet.above not in (0, count):
        return (
            f"{facet.above} of {count} estimates are above zero and {count - facet.above} are not: the "
            "direction depends on the specification."
        )
    side = "above" if facet.above else "below"
    if facet.with_interval and facet.excluding == facet.with_interval:
        return f"Every estimate lies {side} zero with its whole interval, whatever is chosen."
    return f"Every estimate lies {side} zero, though not each with its whole interval."


def moves_sentence(facet: Facet) -> str:
    """Which choice moves the answer, and how that compares with the uncertainty of one estimate."""
    by_set, by_method = facet.move_by_set, facet.move_by_method
    if by_set is None and by_method is None:
        return ""
    said = []
    if by_method is not None:
        said.append(f"with the set held fixed, the method moves it by {_size(by_method, facet)}")
    if by_set is not None:
        said.append(f"with the method held fixed, the set moves it by {_size(by_set, facet)}")
    words = "Typically, " + "; ".join(said) + "."
    if facet.share_by_set is None or facet.share_by_method is None:
        fixed = "set" if by_set is None else "method"
        return f"{words} There is only one {fixed} to choose from." if _single(facet, fixed) else words
    rest = max(0.0, 1 - facet.share_by_set - facet.share_by_method)
    return (
        f"{words} {_verdict(facet.share_by_set, facet.share_by_method)} Of the variance among the points "
        f"{100 * facet.share_by_method:.0f} % goes with the method, {100 * facet.share_by_set:.0f} % with "
        f"the set and {100 * rest:.0f} % with neither alone."
    )


def rows_sentence(facet: Facet) -> str:
    """That specifications differ in rows, when they do: missing values drop other rows from other sets."""
    rows = [each.estimate.rows_used for each in facet.points]
    if min(rows) == max(rows):
        return f"Each uses {rows[0]:,} rows."
    return (
        f"They use {min(rows):,} to {max(rows):,} rows, as sets lose other rows to missing values: "
        "part of the difference between sets is a difference in people."
    )


def estimand_words(estimand: str) -> str:
    """An estimand with whom it is about, within a sentence."""
    whom = WHOM.get(estimand)
    return f"{estimand}: {whom}" if whom else estimand


def estimand_title(estimand: str) -> str:
    """An estimand with whom it is about, as a heading."""
    words = estimand_words(estimand)
    return f"{words[:1].upper()}{words[1:]}"


def single_sentence(facet: Facet, unit: str = "") -> str:
    """A quantity that one specification alone gives: its number, interval, method and rows."""
    measure = f" ({unit})" if unit else ""
    rows = facet.points[0].estimate.rows_used
    return f"{estimand_title(facet.estimand)}: {_single_text(facet, measure)}, {rows:,} rows."


def is_drawn(curve: Curve, facet: Facet) -> bool:
    """Whether a facet has its own part: it has several specifications, or the study's own number."""
    own = curve.headline[2] if curve.headline else None
    return len(facet.points) > 1 or facet.estimand == own


def sets_sentence(curve: Curve) -> str:
    """How many sets the graph admits, and whether these are all."""
    count = len(curve.sets.sets)
    if count == 1 and curve.sets.complete:
        words = "The graph admits one set of these columns only, so nothing but the method can vary."
    elif curve.sets.complete:
        words = f"These are all {count} sets that are valid by the graph."
    else:
        words = f"The graph admits more sets than the {count} used here; those with a role come first."
    if curve.sets.unmeasured:
        words += f" No set uses {', '.join(curve.sets.unmeasured)}: the graph holds it, the table does not."
    return words


def method_text(method: str) -> str:
    """What a method is called."""
    return METHODS[method].label if method in METHODS else method


def _single_text(facet: Facet, measure: str) -> str:
    (each,) = facet.points
    interval = interval_text(each.estimate)
    ends = f"95 % interval {interval}" if interval else "no interval"
    return f"{signed_text(facet.middle)}{measure}, {ends}, by {method_text(each.estimate.method)}"


def _verdict(by_set: float, by_method: float) -> str:
    if by_method > 1.25 * by_set:
        return "The method moves it more than the set."
    if by_set > 1.25 * by_method:
        return "The set moves it more than the method."
    return "Set and method move it about equally."


def _size(move: float, facet: Facet) -> str:
    if not facet.typical_error:
        return number_text(move)
    return f"{number_text(move)} ({move / facet.typical_error:.1f} standard errors)"


def _single(facet: Facet, what: str) -> bool:
    keys = {each.columns if what == "set" else each.estimate.method for each in facet.points}
    return len(keys) == 1


def _zero(facet: Facet) -> str:
    if not facet.with_interval:
        return "None has an interval."
    excluding, count = facet.excluding, facet.with_interval
    if excluding == count:
        each = {1: "The one 95 % interval excludes", 2: "Both 95 % intervals exclude"}
        return f"{each.get(count, f'All {count} intervals (95 %) exclude')} zero."
    if excluding == 0:
        return f"None of the {count} intervals (95 %) excludes zero."
    return f"{excluding} of {count} intervals (95 %) exclude zero ({100 * excluding / count:.0f} %)."


def _count(number: int, what: str) -> str:
    return f"{number} {what}{'s' if number != 1 else ''}"
