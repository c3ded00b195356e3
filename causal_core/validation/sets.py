"""The sets to adjust for that a graph allows, as the specifications of one study use them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import combinations
from typing import TYPE_CHECKING

from causal_core.identification.adjustment import check_adjustment
from causal_core.identification.question import Question
from causal_core.study.flags import measured

if TYPE_CHECKING:
    from causal_core.identification import Identification
    from causal_core.study.study import Study

MOST_CHECKS = 1000
"""Sets looked at in search of valid ones beyond the smallest; a fixed number, so that equal graphs agree."""

Set = frozenset[str]


@dataclass(frozen=True)
class AdmissibleSet:
    """A set of columns whose adjustment gives the effect, by the graph.

    Attributes:
        columns: The set, in name order; may be empty.
        roles: What it is: "in use", "minimal", "least variance", "causes of the treatment", "every cause",
            "every column"; empty for any other valid set.
    """

    columns: tuple[str, ...]
    roles: tuple[str, ...]


@dataclass(frozen=True)
class AdmissibleSets:
    """The admissible sets of a study.

    Attributes:
        sets: Those with a role first, then the smaller before the larger.
        complete: Whether these are all valid sets of columns of the table.
        unmeasured: Observed nodes of the graph that are no column, so that no set uses them.
    """

    sets: tuple[AdmissibleSet, ...]
    complete: bool
    unmeasured: tuple[str, ...] = ()


def admissible_sets(
    study: Study, columns: Iterable[str], identification: Identification, in_use: Iterable[str], limit: int
) -> AdmissibleSets:
    """The sets that satisfy the adjustment criterion (Perkovic et al. 2018), at most `limit` of them.

    The set in use comes first, then the minimal ones, that of least asymptotic variance (Henckel et al.
    2022), the direct causes of the treatment, all allowed causes of treatment or outcome (VanderWeele 2019,
    the disjunctive cause criterion), all allowed columns, and then whatever else is valid, by size. Columns
    said to be measured after the treatment are in none.

    Args:
        study: The study.
        columns: The table's columns.
        identification: The study's identification; its graph is the one reasoned on.
        in_use: The columns that Estimate adjusts for.
        limit: The most sets.
    """
    graph, (treatment,), (outcome,) = identification.graph, identification.treatment, identification.outcome
    question = Question.ask(graph, treatment, outcome)
    usable = question.usable & set(columns) - measured(study, "after")

    def valid(nodes: Set) -> bool:
        return nodes <= usable and check_adjustment(graph, treatment, outcome, nodes).valid

    found: dict[Set, list[str]] = {}
    links = question.links
    optimal = identification.optimal
    minimal = [frozenset(nodes) for nodes in identification.adjustment_sets]
    for role, nodes in [
        ("in use", frozenset(in_use)),
        *(("minimal", nodes) for nodes in minimal),
        *((("least variance", optimal.nodes),) if optimal is not None and optimal.nodes is not None else ()),
        ("causes of the treatment", frozenset(links.parents(treatment))),
        ("every cause", links.ancestors(question.treatments | question.outcomes) & usable),
        ("every column", usable),
    ]:
        if valid(nodes):
            found.setdefault(nodes, []).append(role)
    able = [nodes for nodes in minimal if valid(nodes)]
    named, checks, exhausted = len(found), 0, True
    for nodes in _larger(able, usable):
        if len(found) > max(limit, named) or checks >= MOST_CHECKS:
            exhausted = False
            break
        if nodes not in found:
            checks += 1
            if valid(nodes):
                found[nodes] = []
    sets = tuple(AdmissibleSet(tuple(sorted(nodes)), tuple(roles)) for nodes, roles in found.items())
    observed = graph.observed - {treatment, outcome}
    return AdmissibleSets(
        sets[:limit],
        exhausted and identification.adjustment_sets.complete and len(sets) <= limit,
        tuple(sorted(observed - set(columns))),
    )


def _larger(minimal: list[Set], usable: Set) -> Iterator[Set]:
    """Supersets of the minimal sets, those with fewer columns more first; every valid set is one of them."""
    for more in range(1, len(usable) + 1):
        for nodes in minimal:
            for extra in combinations(sorted(usable - nodes), more):
                yield nodes | frozenset(extra)
