"""All the testable implications of a graph, held against a table."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from causal_core.data.table import Table
from causal_core.data.typed import Types
from causal_core.falsification.columns import Columns
from causal_core.falsification.result import ALPHA, THRESHOLD, GraphTest, Tested
from causal_core.falsification.statements import LIMIT, Statements, statements_of
from causal_core.falsification.tester import Tester, judge_together, some_rows
from causal_core.graph.causal_graph import CausalGraph

if TYPE_CHECKING:
    import pandas as pd

NOT_RIGHT = "Agreement does not show that the graph is right: other graphs imply the same."


def check_graph(
    graph: CausalGraph,
    data: Table | pd.DataFrame,
    types: Types | None = None,
    limit: int | None = LIMIT,
    alpha: float = ALPHA,
    threshold: float = THRESHOLD,
    seconds: float | None = None,
    rows: int | None = None,
    seed: int = 1,
) -> GraphTest:
    """Test one implied independence for each pair of columns that the graph separates.

    Args:
        graph: The graph; latent nodes and nodes without a column are projected out, and said.
        data: The table, or a frame with one row a unit.
        types: Column -> kind, for columns whose kind differs from what their values suggest.
        limit: The most tests, the smallest sets first; None for all.
        alpha: Level of the p-values after Holm's adjustment.
        threshold: Strengths below this count as practically none.
        seconds: The longest time to look for implications; None for ever.
        rows: The most rows to use, drawn at random; None for all.
        seed: Of the draw.

    Returns:
        The tests, the strongest first.
    """
    total = data.rows if isinstance(data, Table) else len(data)
    columns = Columns(data, types, some_rows(total, rows, seed))
    found = statements_of(graph, columns.names, limit, seconds)
    return conclude(found, Tester(columns).all(found.chosen), (columns.rows, total), alpha, threshold)


def conclude(
    found: Statements, tested: Sequence[Tested], rows: tuple[int, int], alpha: float, threshold: float
) -> GraphTest:
    """The result of the tests of the chosen statements; `rows` are those used, and those of the table."""
    judged = judge_together(tested, alpha, threshold)
    ordered = sorted(judged, key=lambda each: (each.effect is None, -each.strength, each.x, each.y))
    return GraphTest(
        tested=tuple(ordered),
        pairs=found.pairs,
        left_out=found.left_out,
        complete=found.complete,
        untestable=found.untestable,
        rows=rows[0],
        rows_total=rows[1],
        alpha=alpha,
        threshold=threshold,
        verdict=_verdict(found, ordered, threshold),
    )


def rejudged(found: GraphTest, threshold: float) -> GraphTest:
    """The same tests judged with another threshold; nothing is computed anew."""
    stated = Statements(
        chosen=tuple(each.statement for each in found.tested),
        pairs=found.pairs,
        complete=found.complete,
        untestable=found.untestable,
    )
    return conclude(stated, found.tested, (found.rows, found.rows_total), found.alpha, threshold)


def _verdict(found: Statements, tested: Sequence[Tested], threshold: float) -> str:
    if not found.chosen:
        if found.untestable:
            return (
                "This graph implies no independencies among the columns of this table: nothing in it could "
                "contradict the graph."
            )
        return (
            "This graph implies no independencies: nothing could contradict it. Every pair of its columns is "
            "joined, directly or by a hidden cause."
        )
    counts = dict.fromkeys(("contradicted", "small", "open", "holds", "untested"), 0)
    for each in tested:
        counts[each.verdict] += 1
    carried = len(tested) - counts["untested"]
    if not carried:
        return "None of the implied independencies could be tested."
    many = f"{counts['contradicted']} of {carried} tested implications"
    if counts["contradicted"]:
        words = [f"The data contradict {many if carried > 1 else 'the one tested implication'}."]
    elif carried == 1:
        words = ["The data do not contradict the one tested implication."]
    else:
        words = [f"The data contradict none of the {carried} tested implications."]
    if counts["small"]:
        words.append(
            f"{counts['small']} depart{'s' if counts['small'] == 1 else ''} from independence detectably, "
            f"but by less than {threshold:g}, which hardly matters."
        )
    if counts["open"]:
        words.append(
            f"For {counts['open']} the rows are too few to exclude a dependence of {threshold:g} or more."
        )
    if not counts["contradicted"]:
        words.append(NOT_RIGHT)
    return " ".join(words)
