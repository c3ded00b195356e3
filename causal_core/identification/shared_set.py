"""The smallest adjustment set that two graphs of one question both accept."""

from __future__ import annotations

import heapq
from collections.abc import Sequence
from dataclasses import dataclass
from time import monotonic

from causal_core.identification.adjustment import why_no_adjustment
from causal_core.identification.links import Trail
from causal_core.identification.question import Question
from causal_core.identification.search import Set


@dataclass(frozen=True)
class SharedSet:
    """A set that is valid in every graph asked about.

    Attributes:
        nodes: The smallest such set, ties in name order; None when none was found.
        complete: Whether the search was finished: then None means that there is none. When it was not, a set
            given is valid in every graph, but there may be a smaller one.
        without: Why there is none in one of the graphs by itself, by position; empty text where there is.
    """

    nodes: Set | None
    complete: bool
    without: tuple[str, ...]


def shared_set(questions: Sequence[Question], seconds: float | None = None) -> SharedSet:
    """The smallest set of nodes that is a valid adjustment set in each of several graphs.

    A set need be minimal in none of them. In each graph a set is judged by the generalised adjustment
    criterion, as by `check_adjustment`; nodes a graph is selected on count there as held already. The search
    is exact: whatever closes an open path of bias holds a node of it that is no collider, so these are tried
    in turn, smallest sets first, and a branch is left when one of the graphs has no set within it
    (van der Zander et al. 2019, "Separators and adjustment sets in causal graphs", lemma on ancestors). It
    may take exponentially long.

    Args:
        questions: The same question asked of each graph.
        seconds: The longest time to search; None for ever.
    """
    without = tuple(why_no_adjustment(question) for question in questions)
    if any(without):
        return SharedSet(None, True, without)
    until = None if seconds is None else monotonic() + seconds
    free = frozenset.intersection(*(question.usable | question.selection for question in questions))
    heap: list[tuple[int, tuple[str, ...], tuple[str, ...]]] = [(0, (), tuple(sorted(free)))]
    while heap:
        if until is not None and monotonic() > until:
            return SharedSet(_any(questions, free, monotonic() + (seconds or 0)), False, without)
        _, names, left = heapq.heappop(heap)
        held, usable = frozenset(names), frozenset(left)
        trails = [trail for question in questions if (trail := _open(question, held)) is not None]
        if not trails:
            return SharedSet(held, True, without)
        if not all(_possible(question, held, usable) for question in questions):
            continue
        ways = min(([n for n in trail.others if n in usable - held] for trail in trails), key=len)
        for node in ways:
            usable -= {node}
            grown = tuple(sorted(held | {node}))
            heapq.heappush(heap, (len(grown), grown, tuple(sorted(usable))))
    return SharedSet(None, True, without)


def _any(questions: Sequence[Question], free: Set, until: float) -> Set | None:
    """Some set valid in every graph: all that comes before in the graphs, less what can be left out again."""
    near = [
        question.biasing.ancestors(question.treatments | question.outcomes | question.selection) & free
        for question in questions
    ]
    for wide in (frozenset.intersection(*near), *near, frozenset[str]().union(*near)):
        if any(_open(question, wide) for question in questions):
            continue
        held = wide
        for node in sorted(wide):
            if monotonic() < until and not any(_open(question, held - {node}) for question in questions):
                held -= {node}
        return held
    return None


def _open(question: Question, held: Set) -> Trail | None:
    return question.biasing.open_trail(question.treatments, question.outcomes, held | question.selection)


def _possible(question: Question, held: Set, usable: Set) -> bool:
    """Whether one graph by itself has a valid set between `held` and the two together."""
    fixed = held | question.selection
    near = question.biasing.ancestors(question.treatments | question.outcomes | fixed)
    return _open(question, fixed | (near & usable)) is None
