"""DoWhy asked the same question, within bounds, and its answer compared with ours. For workers alone."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from math import comb
from typing import TYPE_CHECKING

from causal_core.graph import CausalGraph
from causal_core.graph.names import Names
from causal_core.identification.adjustment import adjustment_sets, check_adjustment
from causal_core.identification.dowhy_view import DoWhyView
from causal_core.identification.frontdoor import FrontDoor, frontdoor_sets
from causal_core.identification.identify import identify
from causal_core.identification.instruments import instruments, why_no_instrument
from causal_core.identification.question import Question, listed
from causal_core.identification.search import Set, by_size

if TYPE_CHECKING:
    import networkx as nx

MOST_BACKDOOR_CHECKS = 2000
"""How many candidate sets DoWhy may try; each costs about a millisecond on a small graph."""
MOST_FRONTDOOR_NODES = 8
"""DoWhy tries every subset of the mediators; 8 nodes are 255 sets."""
PLAIN_NAME = re.compile(r"[A-Za-z]\w*\Z")


def compare_with_dowhy(graph: CausalGraph, treatment: Names, outcome: Names) -> DoWhyView:
    """DoWhy's own identification of the total effect beside ours.

    DoWhy's searches cannot be stopped once begun, so a search that would try too many sets is left out, and
    the view says so. Its efficient adjustment and its ID algorithm are never called: they crash or hang on
    some graphs.

    Raises:
        GraphError: A name is unknown, or treatment or outcome is unobserved, missing or used twice.
    """
    question = Question.ask(graph, treatment, outcome)
    sets = adjustment_sets(graph, treatment, outcome, limit=200, seconds=2)
    skipped = []
    if graph.selected:
        skipped.append("DoWhy knows no selected rows, so it was asked about everybody.")
    dowhy = _DoWhy(question)
    search_sets = dowhy.backdoor_checks(min(map(len, sets), default=None)) <= MOST_BACKDOOR_CHECKS
    search_doors = dowhy.frontdoor_nodes() <= MOST_FRONTDOOR_NODES
    if not search_sets:
        skipped.append(
            "DoWhy's search for adjustment sets was left out: it would try too many sets on this graph."
        )
    if not search_doors:
        skipped.append(
            "DoWhy's search for front-door sets was left out: it would try too many sets on this graph."
        )
    with _quiet():
        text = dowhy.estimand_text() if search_sets and search_doors else ""
        if not question.causal_nodes:
            return DoWhyView(text, (), (), None, True, (), tuple(skipped))
        found_sets = dowhy.backdoor_sets() if search_sets else ()
        found_instruments = dowhy.instruments()
        door = dowhy.frontdoor() if search_doors else None
    differences = _instrument_differences(question, found_instruments)
    if search_sets:
        differences += _set_differences(question, found_sets, tuple(sets))
    if search_doors:
        differences += _door_differences(question, door)
    general = identify(graph, treatment, outcome).identifiable
    if search_sets and search_doors and general and not found_sets and door is None:
        differences.append("DoWhy gives no formula without an instrument, but the effect is identifiable.")
    return DoWhyView(
        text, found_sets, found_instruments, door, not differences, tuple(differences), tuple(skipped)
    )


class _DoWhy:
    """DoWhy's functions on one question, with names DoWhy can print."""

    def __init__(self, question: Question) -> None:
        import networkx as nx

        directed = question.graph.to_networkx()
        self.safe = {n: n if PLAIN_NAME.match(n) else f"v{i}v" for i, n in enumerate(directed.nodes)}
        self.names = {safe: name for name, safe in self.safe.items()}
        self.directed: nx.DiGraph[str] = nx.relabel_nodes(directed, self.safe)
        self.question = question
        self.x, self.y, self.observed = (
            [self.safe[n] for n in sorted(nodes)]
            for nodes in (question.treatments, question.outcomes, question.graph.observed)
        )

    def backdoor_checks(self, smallest: int | None) -> int:
        """How many sets DoWhy would try before it finds one of the size `smallest`, or gives up."""
        after = self.question.links.descendants(self.question.treatments)
        eligible = len(self.question.graph.observed - after - self.question.outcomes)
        largest = eligible if smallest is None else min(smallest, eligible)
        return sum(comb(eligible, size) for size in range(largest + 1))

    def frontdoor_nodes(self) -> int:
        """How many nodes DoWhy would try every subset of."""
        links = self.question.links
        after = links.descendants(self.question.treatments) - links.descendants(self.question.outcomes)
        return len((after & self.question.graph.observed) - self.question.treatments)

    def estimand_text(self) -> str:
        """The whole estimand as DoWhy prints it."""
        from dowhy.causal_identifier.auto_identifier import (
            BackdoorAdjustment,
            EstimandType,
            identify_effect_auto,
        )

        estimand = identify_effect_auto(
            self.directed,
            self.x,
            self.y,
            self.observed,
            EstimandType.NONPARAMETRIC_ATE,
            backdoor_adjustment=BackdoorAdjustment.BACKDOOR_MIN,
        )
        text = str(estimand)
        for name in self.y:
            # DoWhy joins the letters of an outcome's name with commas in one of its sentences.
            text = text.replace(",".join(name), name)
        return re.sub(r"\bv\d+v\b", lambda found: self.names.get(found[0], found[0]), text)

    def backdoor_sets(self) -> tuple[Set, ...]:
        """The smallest adjustment sets DoWhy finds, and its general one."""
        from dowhy.causal_identifier.auto_identifier import (
            BackdoorAdjustment,
            identify_backdoor,
            identify_generalized_adjustment_set,
        )

        found = identify_backdoor(
            self.directed, self.x, self.y, self.observed, BackdoorAdjustment.BACKDOOR_MIN
        )
        found += identify_generalized_adjustment_set(self.directed, self.x, self.y, self.observed)
        return tuple(sorted({self._named(each.get_adjustment_variables()) for each in found}, key=by_size))

    def instruments(self) -> tuple[str, ...]:
        """The instruments DoWhy finds."""
        from dowhy.graph import get_instruments

        return tuple(sorted(self._named(get_instruments(self.directed, self.x, self.y))))

    def frontdoor(self) -> Set | None:
        """The front-door set DoWhy finds."""
        from dowhy.causal_identifier.auto_identifier import identify_frontdoor

        return self._named(identify_frontdoor(self.directed, self.x, self.y, self.observed)) or None

    def _named(self, nodes: Iterable[str]) -> Set:
        return frozenset(self.names[node] for node in nodes)


@contextmanager
def _quiet() -> Iterator[None]:
    logger = logging.getLogger("dowhy")
    before = logger.level
    logger.setLevel(logging.ERROR)
    try:
        yield
    finally:
        logger.setLevel(before)


def _braced(nodes: Iterable[str]) -> str:
    return "{" + ", ".join(sorted(nodes)) + "}"


def _set_differences(question: Question, theirs: tuple[Set, ...], ours: tuple[Set, ...]) -> list[str]:
    words = []
    for nodes in theirs:
        check = check_adjustment(question.graph, question.treatments, question.outcomes, nodes)
        if not check.valid:
            words.append(f"DoWhy takes {_braced(nodes)} for an adjustment set, but {_lower(check.reason)}")
    smallest = min(map(len, theirs), default=None)
    missed = [nodes for nodes in ours if nodes not in theirs and (smallest is None or len(nodes) <= smallest)]
    words += [f"DoWhy misses the adjustment set {_braced(nodes)}." for nodes in missed]
    return words


def _instrument_differences(question: Question, theirs: tuple[str, ...]) -> list[str]:
    if len(question.treatments) > 1:
        return []
    ours = instruments(question.graph, question.treatments, question.outcomes, limit=50, seconds=2)
    alone = {found.variable for found in ours if not found.given}
    words = []
    for name in theirs:
        if name in question.graph.latent or name not in question.graph.nodes:
            words.append(f"DoWhy lists {name} as an instrument, but it is not observed.")
        elif name not in alone and ours.complete:
            words.append(f"DoWhy lists {name} as an instrument, but {why_no_instrument(question, name)}")
    words += [
        f"DoWhy misses the instrument {name}: it looks only at direct causes of the treatment."
        for name in sorted(alone - set(theirs))
    ]
    for name in sorted({found.variable for found in ours} - alone - set(theirs)):
        given = next(found.given for found in ours if found.variable == name)
        words.append(
            f"DoWhy misses the instrument {name} given {listed(given)}: it looks for no conditional ones."
        )
    return words


def _door_differences(question: Question, theirs: Set | None) -> list[str]:
    ours = frontdoor_sets(question.graph, question.treatments, question.outcomes, limit=50, seconds=2)
    if theirs is None:
        return [f"DoWhy misses the front-door set {_braced(nodes)}." for nodes in ours[:1]]
    criterion = FrontDoor(question.graph, question.treatments, question.outcomes)
    if not theirs <= criterion.candidates or not criterion.accepts(theirs):
        return [f"DoWhy takes {_braced(theirs)} for a front-door set, but it does not meet the criterion."]
    smaller = [nodes for nodes in ours if nodes < theirs]
    return (
        [f"DoWhy's front-door set {_braced(theirs)} is larger than needed: {_braced(smaller[0])} is enough."]
        if (smaller)
        else []
    )


def _lower(sentence: str) -> str:
    return sentence[0].lower() + sentence[1:]
