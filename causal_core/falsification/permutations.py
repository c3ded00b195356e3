"""A graph against itself with its names shuffled: does it fit better than a random relabelling?"""

from __future__ import annotations

import itertools
import math
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from causal_core.data.table import Table
from causal_core.data.typed import Types
from causal_core.engine.progress import part, report
from causal_core.falsification.columns import Columns
from causal_core.falsification.result import ALPHA, Falsified
from causal_core.falsification.statements import statements_of
from causal_core.falsification.tester import Tester, some_rows
from causal_core.graph.causal_graph import CausalGraph
from causal_core.graph.implications import Independence
from causal_core.percent import percent

if TYPE_CHECKING:
    import pandas as pd

PERMUTATIONS = 100
ROWS = 10_000
MOST_STATEMENTS = 200
FEW_TERMS = 24
"""Bends and products a test of a relabelling allows for: many tests of many given columns must be quick."""


@dataclass(frozen=True)
class Comparison:
    """What is compared: the statements of the graph and the relabellings of them.

    Attributes:
        graph: The graph the statements are read from: the projection on the columns, or the graph itself.
        names: The nodes whose names are shuffled.
        statements: The graph's statements.
        shuffles: Each a name for each of `names`, in their order.
        local_markov: Whether the statements are those of the local Markov condition.
        left_out: Statements not used because of the limit.
    """

    graph: CausalGraph
    names: tuple[str, ...]
    statements: tuple[Independence, ...]
    shuffles: tuple[tuple[str, ...], ...]
    local_markov: bool
    left_out: int


def falsify(
    graph: CausalGraph,
    data: Table | pd.DataFrame,
    permutations: int | None = PERMUTATIONS,
    seed: int = 1,
    types: Types | None = None,
    rows: int | None = ROWS,
    alpha: float = ALPHA,
    threshold: float = 0.0,
) -> Falsified:
    """Compare the violated implications of a graph with those of the graph under random relabellings.

    For a DAG all of whose nodes are columns, the statements are those of the local Markov condition: each
    node and each of its non-descendants, given its parents. With hidden nodes or bidirected edges they are
    one minimal separating set for each separable pair. A statement is violated when its p-value is at most
    `alpha`, unadjusted, and its strength at least `threshold`.

    Args:
        graph: The graph; nodes without a column are treated as hidden.
        data: The table, or a frame with one row a unit.
        permutations: How many relabellings; None, or more than there are, for all of them.
        seed: Of the relabellings and of the rows drawn.
        types: Column -> kind, for columns whose kind differs from what their values suggest.
        rows: The most rows to use, drawn at random; None for all.
        alpha: Level of each test and of the verdict.
        threshold: 0 for the test as published; above 0, departures too small to matter are no violation.

    Source: Eulig, Mastakouri, Bloebaum, Hardt & Janzing 2023, "Toward falsifying causal graphs using a
    permutation-based test" (`dowhy.gcm.falsify.falsify_graph`).
    """
    total = data.rows if isinstance(data, Table) else len(data)
    tester = Tester(Columns(data, types, some_rows(total, rows, seed)), FEW_TERMS)
    compared = comparison(graph, tester.columns.names, permutations, seed)
    counts = count_violations(tester, compared, range(-1, len(compared.shuffles)), alpha, threshold)
    return judge(compared, [counts], tester.columns.rows, total, seed, alpha, threshold)


def comparison(
    graph: CausalGraph,
    columns: Collection[str],
    permutations: int | None = PERMUTATIONS,
    seed: int = 1,
    limit: int | None = MOST_STATEMENTS,
) -> Comparison:
    """The statements and relabellings to compare; the same for the same seed."""
    from causal_core.identification.projection import latent_projection

    gone = graph.observed - set(columns) - graph.selected
    hidden = graph.replace(latent=[*graph.latent, *gone], randomised=graph.randomised - gone)
    projected = latent_projection(hidden)
    local = not projected.bidirected and not projected.selected
    found = _local_markov(projected) if local else statements_of(projected, columns, limit=None).chosen
    random = np.random.default_rng(seed)
    names = tuple(sorted(node for node in projected.observed - projected.selected))
    chosen = found
    if limit is not None and len(found) > limit:
        places = np.sort(random.choice(len(found), limit, replace=False))
        chosen = tuple(found[place] for place in places)
    every = math.factorial(len(names)) if len(names) < 9 else math.inf
    if permutations is None or permutations >= every:
        if math.isinf(every):
            raise ValueError(f"{len(names)} names have too many orders to try all of them")
        shuffles = tuple(itertools.permutations(names))
    else:
        shuffles = tuple(tuple(random.permutation(names).tolist()) for _ in range(permutations))
    return Comparison(projected, names, chosen, shuffles, local, len(found) - len(chosen))


def count_violations(
    tester: Tester, compared: Comparison, which: Sequence[int], alpha: float, threshold: float
) -> tuple[tuple[int, bool], ...]:
    """For each of some relabellings the violated statements, and whether it implies nothing new.

    Args:
        tester: Keeps the tests from one relabelling to the next.
        compared: What is compared.
        which: Positions in `compared.shuffles`; -1 is the graph itself.
        alpha: Level of each test.
        threshold: The least strength of a violation.
    """
    separated: dict[Independence, bool] = {}
    found = []
    for number, place in enumerate(which):
        names = compared.names if place < 0 else compared.shuffles[place]
        renamed = dict(zip(compared.names, names, strict=True))
        with part(number / len(which), (number + 1) / len(which)):
            statements = [_renamed(each, renamed) for each in compared.statements]
            violations = 0
            for done, statement in enumerate(statements, start=1):
                tested = tester(statement)
                if tested.p_value is not None and tested.p_value <= alpha and tested.strength >= threshold:
                    violations += 1
                report(done, len(statements))
        same = True
        for statement in statements:
            if statement not in separated:
                separated[statement] = compared.graph.is_d_separated(
                    statement.x, statement.y, statement.given
                )
            same = same and separated[statement]
        found.append((violations, same))
    return tuple(found)


def judge(
    compared: Comparison,
    parts: Sequence[Sequence[tuple[int, bool]]],
    rows: int,
    rows_total: int,
    seed: int,
    alpha: float,
    threshold: float,
) -> Falsified:
    """The result from the counts of all parts; the very first is the graph's own."""
    counts = [each for one in parts for each in one]
    own, shuffled = counts[0][0], counts[1:]
    number = max(len(shuffled), 1)
    fewer = sum(violations <= own for violations, _ in shuffled) / number
    equivalent = sum(same for _, same in shuffled)
    result = Falsified(
        violations=own,
        statements=len(compared.statements),
        shuffled=tuple(violations for violations, _ in shuffled),
        equivalent=equivalent,
        p_value=fewer,
        p_informative=equivalent / number,
        rows=rows,
        rows_total=rows_total,
        seed=seed,
        alpha=alpha,
        threshold=threshold,
        local_markov=compared.local_markov,
        left_out=compared.left_out,
        verdict="",
    )
    from dataclasses import replace

    return replace(result, verdict=_verdict(result))


def _verdict(found: Falsified) -> str:
    if not found.statements:
        return (
            "This graph implies no independencies, so any relabelling of it fits exactly as well: there is "
            "nothing to compare."
        )
    own = f"{found.violations} of its {found.statements} statements are violated"
    share = "all" if not found.p_value else f"{percent(found.better_than)} of"
    better = f"better than {share} {len(found.shuffled)} random relabellings of itself"
    if not found.informative:
        return (
            f"This comparison cannot tell: {percent(found.p_informative)} of the relabelled graphs imply the "
            f"same as the graph itself, so fitting as well as they do says little; {own}."
        )
    if found.p_value <= found.alpha:
        return (
            f"The graph fits {better}: {own}. It carries information about these data. That does not make it "
            "right: it only beats graphs drawn without knowledge."
        )
    return (
        f"The graph fits {better}, and that is too few: {own}. Graphs of the same shape whose names are "
        "drawn at random do as well too often, which speaks against this one."
    )


def _renamed(statement: Independence, names: dict[str, str]) -> Independence:
    return Independence(
        names[statement.x], names[statement.y], frozenset(names[each] for each in statement.given)
    )


def _local_markov(graph: CausalGraph) -> tuple[Independence, ...]:
    return tuple(
        Independence(node, other, graph.parents(node))
        for node in graph.nodes
        for other in graph.nodes
        if other not in graph.descendants(node) | graph.parents(node)
    )
