"""A graph suggested by the data, by one of five algorithms, obeying what is known."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from causal_core.data.table import Table
from causal_core.discovery.algorithms import ALGORITHMS, SCORES, TESTS, Algorithm
from causal_core.discovery.asking import Clock, Questions
from causal_core.discovery.boss import boss
from causal_core.discovery.columns import Prepared, prepare
from causal_core.discovery.constraint import fci, pc
from causal_core.discovery.ges import ges
from causal_core.discovery.independence import test_for
from causal_core.discovery.knowledge import Arrow, Knowledge, Rules
from causal_core.discovery.lingam import lingam
from causal_core.discovery.pag import Pag
from causal_core.discovery.pdag import Pdag
from causal_core.discovery.scores import score_for
from causal_core.discovery.suggestion import SuggestedEdge, Suggestion
from causal_core.graph.adjacency import bits
from causal_core.problem import Problem


@dataclass(frozen=True)
class Search:
    """What is searched, and how.

    Attributes:
        algorithm: A name in `ALGORITHMS`.
        columns: The columns.
        knowledge: What the suggestion must obey.
        types: (column, kind) pairs that override what the table suggests.
        alpha: PC, FCI: two columns count as independent when the p-value is above it.
        penalty: GES, BOSS: how many times the price that BIC puts on a coefficient; not used with BDeu.
        most_given: PC, FCI: the most columns a test is given; None for no limit of its own.
        seconds: The most processor time one search may take.
        seed: Seed of everything random.
    """

    algorithm: str
    columns: tuple[str, ...]
    knowledge: Knowledge = field(default_factory=Knowledge)
    types: tuple[tuple[str, str], ...] = ()
    alpha: float = 0.01
    penalty: float = 1.0
    most_given: int | None = None
    seconds: float = 120.0
    seed: int = 0

    def __post_init__(self) -> None:
        """Refuse what makes no search."""
        if self.algorithm not in ALGORITHMS:
            raise Problem(
                f"There is no algorithm {self.algorithm}.", remedy=f"Choose among {', '.join(ALGORITHMS)}."
            )
        if not 0 < self.alpha < 1:
            raise Problem("The significance level lies between 0 and 1.", remedy="0.01 is usual.")
        if not self.penalty > 0:
            raise Problem("The price of an edge is above 0.", remedy="1 is the price of BIC.")
        unknown = sorted(self.knowledge.names() - set(self.columns))
        if unknown:
            raise Problem(
                f"{unknown[0]} is named in what is known but is not among the columns searched.",
                column=unknown[0],
                remedy="Add the column to the search, or take it out of what is known.",
            )


def suggest(
    table: Table,
    columns: Iterable[str],
    algorithm: str = "pc",
    *,
    forbidden: Iterable[Arrow] = (),
    required: Iterable[Arrow] = (),
    tiers: Iterable[Iterable[str]] = (),
    types: Mapping[str, str] | None = None,
    alpha: float = 0.01,
    penalty: float = 1.0,
    most_given: int | None = None,
    seconds: float = 120.0,
    seed: int = 0,
) -> Suggestion:
    """The graph that the data suggest: what is joined, and what is known of the direction.

    Args:
        table: The table; rows with a missing value in these columns are left out, and counted.
        columns: Which of its columns.
        algorithm: `pc`, `fci`, `ges`, `boss` or `lingam`.
        forbidden: Arrows (cause, effect) that cannot be.
        required: Arrows that must be.
        tiers: Groups of columns in the order of time, earliest first.
        types: Column -> kind, where that is not what the table suggests.
        alpha: Significance level of the tests of PC and FCI.
        penalty: Price of a coefficient for GES and BOSS, in prices of BIC.
        most_given: The most columns a test of PC and FCI is given.
        seconds: The most processor time the search may take.
        seed: Seed of everything random.

    Raises:
        Problem: The columns cannot be searched, the algorithm does not apply to them, what is known
            contradicts itself, or the time is up.
    """
    knowledge = Knowledge(tuple(forbidden), tuple(required), tuple(tuple(tier) for tier in tiers))
    kinds = tuple(sorted((types or {}).items()))
    return run(
        table,
        Search(algorithm, tuple(columns), knowledge, kinds, alpha, penalty, most_given, seconds, seed),
    )


def run(table: Table, search: Search) -> Suggestion:
    """The suggestion of a search on all rows; see `suggest`."""
    prepared = prepare(table, search.columns, search.types)
    edges, notes = find(prepared, search)
    algorithm = ALGORITHMS[search.algorithm]
    gone = {name for name, _ in prepared.left_out}
    lost = sorted(gone & search.knowledge.names())
    if lost:
        notes += (f"What is known of {', '.join(lost)} was not used: the column was left out.",)
    return Suggestion(
        algorithm=search.algorithm,
        columns=prepared.names,
        edges=edges,
        assumes=algorithm.assumes,
        method=_method(algorithm, prepared, search),
        rows_used=prepared.rows,
        rows_dropped=prepared.rows_dropped,
        dropped_by=prepared.dropped_by,
        left_out=prepared.left_out,
        notes=notes,
        seed=search.seed,
    )


def find(prepared: Prepared, search: Search) -> tuple[tuple[SuggestedEdge, ...], tuple[str, ...]]:
    """The edges that a search finds in these rows, and notes on them."""
    rules = Rules.of(search.knowledge, prepared.names)
    clock = Clock(search.seconds)
    notes: tuple[str, ...] = ()
    graph: Pdag | Pag
    if search.algorithm == "lingam":
        parents, notes = lingam(prepared, rules, clock)
        graph = Pdag(len(parents))
        for effect, mask in enumerate(parents):
            for cause in bits(mask):
                graph.point(cause, effect)
    elif search.algorithm in {"pc", "fci"}:
        ask = Questions(test_for(prepared), search.alpha, rules, clock)
        if search.algorithm == "pc":
            graph, notes = pc(ask, rules, search.most_given)
        else:
            graph, notes = fci(ask, rules, search.most_given, clock)
    else:
        score = score_for(prepared, search.penalty, clock)
        if search.algorithm == "ges":
            graph, notes = ges(score, rules, clock)
        else:
            graph = boss(score, rules, prepared.rows, search.seed)
    return _edges(graph, prepared.names), notes


def _edges(graph: Pdag | Pag, names: tuple[str, ...]) -> tuple[SuggestedEdge, ...]:
    found = []
    for a in range(len(names)):
        for b in range(a + 1, len(names)):
            edge = graph.text(a, b)
            if edge is not None:
                one, other, mark = edge
                found.append(SuggestedEdge(names[one], names[other], mark))
    return tuple(found)


def _method(algorithm: Algorithm, prepared: Prepared, search: Search) -> str:
    if algorithm.uses == "tests":
        return f"{TESTS[prepared.family]} Significance level {search.alpha:g}."
    if algorithm.uses == "scores":
        price = (
            "" if prepared.family == "categories" else f" Price of an edge: {search.penalty:g} times BIC's."
        )
        return SCORES[prepared.family] + price
    return "Directions come from which way round the noise is independent; arrows are kept by adaptive lasso."
