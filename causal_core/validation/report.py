"""The validation step in a report."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from causal_core.charts.repeat import repeated_intervals
from causal_core.charts.specification import specification_curve
from causal_core.study.html import figure, note, tag
from causal_core.validation.curve_words import (
    SHARED_ROWS,
    SINGLES,
    curve_sentence,
    direction_sentence,
    estimand_title,
    is_drawn,
    method_text,
    moves_sentence,
    rows_sentence,
    sets_sentence,
    single_sentence,
)
from causal_core.validation.repeat_words import (
    CANNOT,
    bias_sentence,
    coverage_sentence,
    failures_sentence,
    headline_words,
    power_sentence,
    truth_words,
    world_sentence,
)
from causal_core.validation.specification import Curve, facets

if TYPE_CHECKING:
    from causal_core.study.results import Results
    from causal_core.validation.repeat import Repeated

LABELS = {"specification_curve": "Every defensible analysis", "repeat": "Repeat this study"}


def validation_parts(results: Results) -> Iterable[str]:
    """The section of a report, as HTML; nothing when no check was asked for."""
    found = results.validated
    if found is None:
        return
    unit = results.study.question.unit
    yield tag("h2", "Would another defensible analysis say otherwise?")
    if found.curve is not None:
        yield from _curve(found.curve, unit)
    if found.repeated is not None:
        yield from _repeated(found.repeated, unit)
    for check, why in found.inapplicable:
        yield note(f"{LABELS[check]}: {why}")


def _curve(curve: Curve, unit: str) -> Iterable[str]:
    found = facets(curve)
    several = len({facet.contrast for facet in found}) > 1
    for facet in (each for each in found if is_drawn(curve, each)):
        control, arm = facet.contrast
        title = f"{estimand_title(facet.estimand)}{f' ({arm} against {control})' if several else ''}"
        yield tag("h3", title)
        words = (curve_sentence(facet, unit), direction_sentence(facet), moves_sentence(facet))
        yield tag("p", " ".join(filter(None, words)))
        mine = curve.headline[:2] if curve.headline and curve.headline[2] == facet.estimand else None
        if len(facet.points) > 1:
            yield figure(specification_curve(facet, unit, "", mine))
        yield note(rows_sentence(facet))
    singles = [each for each in found if not is_drawn(curve, each)]
    if singles:
        yield note(SINGLES)
    for facet in singles:
        yield note(
            f"{facet.contrast[1]}. {single_sentence(facet, unit)}"
            if several
            else single_sentence(facet, unit)
        )
    yield note(f"{sets_sentence(curve)} {SHARED_ROWS}")
    for method, target, why, count in curve.refused:
        yield note(f"{method_text(method)} ({target}), {count} set{'s' if count > 1 else ''}: {why}")


def _repeated(found: Repeated, unit: str) -> Iterable[str]:
    for each in found.results:
        control, arm = each.contrast
        yield tag("h3", f"Repeated: {method_text(each.method)}, {arm} against {control}")
        words = (
            headline_words(each),
            truth_words(each, unit),
            bias_sentence(each, unit),
            coverage_sentence(each),
            power_sentence(each, found.rows, unit),
            failures_sentence(each),
        )
        yield tag("p", " ".join(filter(None, words)))
        yield figure(repeated_intervals(each, unit))
    for method, arm, why in found.refused:
        yield note(f"{method_text(method)}, {arm}: {why}")
    yield note(world_sentence(found))
    yield note(CANNOT)
