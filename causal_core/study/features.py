"""The columns by which effects may differ: which the learners may use, and why others are left out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from causal_core.identification import AdjustmentCheck, check_adjustment
from causal_core.problem import Problem

if TYPE_CHECKING:
    from causal_core.graph import CausalGraph
    from causal_core.identification import Identification
    from causal_core.study.study import Study


@dataclass(frozen=True)
class FeatureChoice:
    """What learners of effects by person may look at.

    Attributes:
        offered: The columns that may be used, in the table's order.
        needed: Those of them that are adjusted for, and so always used.
        used: Those in use, in the table's order.
        left_out: (column, why it may not be used), for the other columns of the graph.
        fault: What is wrong with the columns asked for; None when nothing is.
    """

    offered: tuple[str, ...]
    needed: tuple[str, ...]
    used: tuple[str, ...]
    left_out: tuple[tuple[str, str], ...]
    fault: Problem | None


def feature_choice(
    study: Study,
    columns: tuple[str, ...],
    identification: Identification,
    unfit: Mapping[str, str] | None = None,
) -> FeatureChoice:
    """The columns learners may use, and those they do.

    They are the observed nodes of the graph that the treatment cannot have changed. Without randomisation
    they must also identify the effect when all are held fixed, so where a collider among them would open a
    path only causes of the treatment or the outcome are offered (van der Zander et al. 2014: when any set is
    valid, all the observed ones of these together are). This also holds among the
    columns that are fit to be used, as what is adjusted for is always one of them.

    Args:
        study: The study.
        columns: The table's columns.
        identification: Whether and how the effect is identified.
        unfit: Columns whose values tell nobody apart, and why; left out unless they are adjusted for.
    """
    question, graph = study.question, identification.graph
    needed = identification.chosen.variables if identification.chosen else ()
    unfit = {name: why for name, why in (unfit or {}).items() if name not in needed}
    reasons = {**unfit, **_barred(study)}
    offered = [name for name in columns if name in graph.observed and name not in reasons]
    together = tuple(sorted({*offered, *needed}))
    if not question.randomised and not _check(graph, question.treatment, question.outcome, together).valid:
        causes = graph.ancestors([question.treatment, question.outcome])
        for name in offered:
            if name not in causes and name not in needed:
                reasons[name] = (
                    "it causes neither the treatment nor the outcome, and holding it fixed opens a path"
                )
        offered = [name for name in offered if name not in reasons]
    asked = study.uplift.features
    wanted = set(offered if asked is None else asked) | set(needed)
    return FeatureChoice(
        offered=tuple(name for name in columns if name in {*offered, *needed}),
        needed=tuple(name for name in columns if name in needed),
        used=tuple(name for name in columns if name in wanted),
        left_out=tuple(
            (name, why)
            for name, why in reasons.items()
            if name in columns and name not in {*needed, question.treatment, question.outcome}
        ),
        fault=None if asked is None else _fault(study, identification, {*offered, *needed}, reasons, wanted),
    )


def before_treatment(study: Study) -> frozenset[str]:
    """The observed nodes that the treatment cannot have changed, by the graph and by the analyst's word."""
    return study.graph.observed - set(_barred(study))


def _barred(study: Study) -> dict[str, str]:
    question, graph = study.question, study.graph
    late = {name for name, when in study.data.measured.items() if when == "after"}
    reasons = {question.treatment: "it is the treatment", question.outcome: "it is the outcome"}
    for name in sorted(graph.descendants([question.treatment]) & graph.observed):
        reasons.setdefault(name, f"in the graph {question.treatment} can change it")
    for name in sorted(late & graph.observed):
        reasons.setdefault(name, "it is said to be measured after the treatment")
    return reasons


def _fault(
    study: Study,
    identification: Identification,
    offered: set[str],
    reasons: dict[str, str],
    wanted: set[str],
) -> Problem | None:
    for name in study.uplift.features or ():
        if name not in offered:
            why = reasons.get(name, "it is not an observed node of the graph")
            return Problem(
                f"The column {name} cannot say who will respond: {why}.",
                column=name,
                remedy="Take it out of the columns that learners use.",
            )
    if not study.question.randomised:
        question = study.question
        check = _check(identification.graph, question.treatment, question.outcome, tuple(sorted(wanted)))
        if not check.valid:
            return Problem(
                f"With these columns held fixed the effect is not identified: {check.reason}",
                column=check.culprits[0] if check.culprits else None,
                remedy="Let the learners use more columns, or fewer.",
            )
    return None


@lru_cache(maxsize=256)
def _check(graph: CausalGraph, treatment: str, outcome: str, adjustment: tuple[str, ...]) -> AdjustmentCheck:
    return check_adjustment(graph, treatment, outcome, adjustment)


def what_would_help(identification: Identification) -> tuple[str, ...]:
    """What would make the effect by person known where adjustment does not identify it; none when it does."""
    chosen = identification.chosen
    if chosen is not None and chosen.valid:
        return ()
    if identification.adjustment_sets:
        sets = [", ".join(sorted(nodes)) or "nothing" for nodes in identification.adjustment_sets[:3]]
        return (f"Adjust for another set: {'; or '.join(sets)}. Choose it on Identify.",)
    others = []
    if identification.instruments:
        names = ", ".join(dict.fromkeys(found.variable for found in identification.instruments))
        others.append(
            f"The instrument ({names}) gives the average effect over those it moves, on Estimate; it does "
            "not say who they are, so nobody can be ranked by it here."
        )
    if identification.frontdoor_sets:
        names = ", ".join(sorted(identification.frontdoor_sets[0]))
        others.append(
            f"The front-door set ({names}) gives the average effect, on Estimate, not one a person."
        )
    return (
        *others,
        "A trial that draws the treatment by lot makes every ranking valid, also a small one.",
        "Measuring what stands behind both treatment and outcome, and drawing it as observed, does too.",
    )
