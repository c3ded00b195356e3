"""Whether, at each stage, what is known then makes the arms comparable: the sequential back-door."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from causal_core.problem import DoesNotApply, Problem
from causal_core.stages.asked import Stage, stages_of

if TYPE_CHECKING:
    from causal_core.graph import CausalGraph
    from causal_core.study.study import Study

_LONGEST_SEARCH = 2.0  # seconds, for a path to name


@dataclass(frozen=True)
class StageCheck:
    """Whether the arms of one stage are comparable given what is known before it.

    Attributes:
        treatment: The stage's treatment.
        given: What is known before it: earlier covariates and treatments, and its own covariates.
        valid: Whether that closes every back-door path to the outcome.
        reason: Why, in words.
        open_path: An open path as text; empty when there is none.
        closing: Observed columns each of which, seen before the stage, would close the open paths.
    """

    treatment: str
    given: tuple[str, ...]
    valid: bool
    reason: str
    open_path: str = ""
    closing: tuple[str, ...] = ()


def check_stages(study: Study) -> tuple[StageCheck, ...]:
    """Each stage's check; of a study that says assignment was random only the order of columns is checked.

    Raises:
        DoesNotApply: The study names no stages.
        Problem: A stage is not described as it must be, a column it needs is not in the graph, or a covariate
            is measured after its stage's treatment.
    """
    stages = stages_of(study)
    _check_order(study, stages)
    if study.question.randomised:
        reason = "Drawn by lot, the study says."
        return tuple(
            StageCheck(stage.treatment, known_before(stages, place), True, reason)
            for place, stage in enumerate(stages)
        )
    nodes = (*(name for stage in stages for name in (*stage.covariates, stage.treatment)),)
    for name in (*nodes, study.question.outcome):
        if name not in study.graph.observed:
            raise Problem(
                f"{name} is not in the graph as an observed node, so the graph cannot say whether the arms "
                "are comparable.",
                column=name,
                remedy="Draw it on Graph, or say that assignment was random.",
            )
    return tuple(
        check_stage(study.graph, stages, place, study.question.outcome) for place in range(len(stages))
    )


def require_comparable(checks: Sequence[StageCheck]) -> None:
    """Refuse a rule whose stages are not all comparable.

    Raises:
        DoesNotApply: A stage is not; it names the open path and what would close it.
    """
    for place, check in enumerate(checks, start=1):
        if not check.valid:
            raise DoesNotApply(
                f"Stage {place}: {check.reason}",
                column=check.treatment,
                remedy=f"Add {' or '.join(check.closing)} to what is seen before stage {place}."
                if check.closing
                else "No observed column closes it; only drawing the treatments by lot would help.",
            )


def known_before(stages: Sequence[Stage], place: int) -> tuple[str, ...]:
    """All columns known at a stage: covariates up to it, and the treatments before it."""
    earlier = (name for stage in stages[:place] for name in (*stage.covariates, stage.treatment))
    return (*earlier, *stages[place].covariates)


def check_stage(graph: CausalGraph, stages: Sequence[Stage], place: int, outcome: str) -> StageCheck:
    """Whether the outcome is separated from one stage's treatment given what is known before it.

    The graph judged lacks the arrows out of that treatment, and later treatments answer to what is known
    before them and to nothing else, as they will under a rule (Pearl & Robins 1995, "Probabilistic evaluation
    of sequential plans from causal models with hidden variables"; for rules that look at the history: Dawid &
    Didelez 2010, "Identifying the consequences of dynamic treatment strategies", section 6).
    """
    treatment, given = stages[place].treatment, known_before(stages, place)
    judged = under_rule(graph, stages, place)
    if judged.is_d_separated(treatment, outcome, given):
        held = f"holding fixed {', '.join(given)}" if given else "with nothing held fixed"
        return StageCheck(treatment, given, True, f"{held} closes every back-door path from {treatment}.")
    found = judged.paths(treatment, outcome, given, limit=500, seconds=_LONGEST_SEARCH)
    path = next((each for each in found if each.open), None)
    later = {stage.treatment for stage in stages[place:]}
    barred = {*given, outcome, *graph.descendants(sorted(later))}
    closing = tuple(
        name
        for name in judged.nodes
        if name in graph.observed - barred and judged.is_d_separated(treatment, outcome, (*given, name))
    )
    text = "" if path is None else path.text
    along = "" if path is None else f" The path {text} stays open: {path.reason}"
    reason = (
        f"those who got different arms of {treatment} are not comparable given what is known then.{along}"
    )
    return StageCheck(treatment, given, False, reason, text, closing)


def under_rule(graph: CausalGraph, stages: Sequence[Stage], place: int) -> CausalGraph:
    """The graph in which one treatment moves nothing and later ones follow a rule of what is known."""
    later = {stage.treatment for stage in stages[place + 1 :]}
    cut = stages[place].treatment
    kept = [(a, b) for a, b in graph.edges if a != cut and b not in later]
    ruled = [
        (name, stages[number].treatment)
        for number in range(place + 1, len(stages))
        for name in known_before(stages, number)
        if name != cut
    ]
    arcs = [pair for pair in graph.bidirected if later.isdisjoint(pair)]
    return graph.replace(edges=[*kept, *ruled], bidirected=arcs, randomised=())


def _check_order(study: Study, stages: Sequence[Stage]) -> None:
    asked = [place for place, stage in enumerate(stages) if stage.treatment == study.question.treatment]
    graph, measured = study.graph, study.data.measured
    for place, stage in enumerate(stages):
        after = {name for each in stages[place:] for name in [each.treatment] if name in graph.nodes}
        below = graph.descendants(sorted(after)) - after if after else frozenset()
        for name in stage.covariates:
            late = bool(asked) and place <= asked[0] and measured.get(name, "before") == "after"
            if name in below or late:
                how = "by the graph it is an effect of it" if name in below else "the study says"
                raise Problem(
                    f"{name} is measured after the treatment of stage {place + 1}, {stage.treatment} "
                    f"({how}), so it cannot be known before.",
                    column=name,
                    remedy="Name it at a later stage, or leave it out.",
                )
        outcome = study.question.outcome
        if stage.treatment in after and outcome in graph.ancestors([stage.treatment]):
            raise Problem(
                f"By the graph {stage.treatment} comes after the outcome {outcome}.",
                column=stage.treatment,
                remedy="Every stage must come before the outcome.",
            )
