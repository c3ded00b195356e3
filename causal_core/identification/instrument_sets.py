"""Several instruments used together: those that one set of covariates makes instruments."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from causal_core.graph import CausalGraph
from causal_core.graph.checks import refuse_unknown
from causal_core.graph.names import Names
from causal_core.identification.instruments import Candidate, Instrument, sets_for, why_no_instrument
from causal_core.identification.question import Question, listed

Set = frozenset[str]


@dataclass(frozen=True)
class InstrumentSet:
    """Instruments that may be used at once.

    Attributes:
        variables: The instruments; none when they cannot be used together.
        given: The one set held fixed for all of them.
        reason: Why there are none; empty otherwise.
    """

    variables: tuple[str, ...]
    given: Set = frozenset()
    reason: str = ""


def companions(picked: Instrument, found: Iterable[Instrument]) -> InstrumentSet:
    """The picked instrument and every other one found that has the same conditioning set.

    Separation in a graph is compositional: where each is separated from the outcome, all together are.

    Args:
        picked: The instrument that comes first.
        found: All instruments, as `instruments` lists them.
    """
    others = [each.variable for each in found if each.given == picked.given]
    kept = dict.fromkeys([picked.variable, *sorted(others)])
    return InstrumentSet(tuple(kept), picked.given)


def instruments_together(
    graph: CausalGraph, treatment: Names, outcome: Names, wanted: Sequence[str], seconds: float = 1.0
) -> InstrumentSet:
    """The wanted variables with a smallest set found that makes every one of them an instrument.

    The sets tried are the minimal ones of each variable and their union.

    Args:
        graph: The causal graph.
        treatment: One node.
        outcome: One node or several.
        wanted: The variables, one or more.
        seconds: About the longest time to search.

    Raises:
        GraphError: A name is unknown, or treatment or outcome is unobserved, missing or used twice.
    """
    refuse_unknown(wanted, graph.nodes, "the question's instrument")
    question = Question.ask(graph, treatment, outcome)
    names = tuple(dict.fromkeys(wanted))
    tried: set[Set] = set()
    union: Set = frozenset()
    for name in names:
        sets = sets_for(question, name, seconds / len(names))
        if not sets:
            return InstrumentSet((), reason=why_no_instrument(question, name))
        tried |= {each.given for each in sets}
        union |= sets[0].given
    tried.add(union)
    for held in sorted(tried, key=lambda each: (len(each), sorted(each))):
        if not held & set(names) and all(Candidate(question, name).accepts(held) for name in names):
            return InstrumentSet(names, held)
    return InstrumentSet(
        (),
        reason=f"No one set of covariates was found that makes {listed(names)} instruments all at once. Name "
        "one of them.",
    )
