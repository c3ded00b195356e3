"""Tables of a Bayesian network from data and a graph."""

from __future__ import annotations

from itertools import pairwise
from typing import Final

import numpy as np
import pandas as pd

from causal_core.data.design import Floats, Integers
from causal_core.graph import CausalGraph
from causal_core.identification.projection import latent_projection
from causal_core.problem import Problem
from causal_core.study.headline import number_text
from causal_core.what_if.bif import Node
from causal_core.what_if.columns import MOST_LEVELS, level_text

PARTS: Final = 4
"""A number of more values is cut into so many parts of equal size, unless told otherwise."""

FEW: Final = 8
"""A number of at most so many values keeps them as levels."""

MOST_CELLS: Final = 2_000_000
"""Of one table."""


def learn_network(
    frame: pd.DataFrame, graph: CausalGraph, smoothing: float = 1.0, parts: int = PARTS
) -> tuple[tuple[Node, ...], CausalGraph, tuple[str, ...]]:
    """A table for each observed node: counts of its level among rows with the same parents, smoothed.

    With s the smoothing and k the levels of the node, each count starts from s / k, so that s rows that know
    nothing stand beside the data (a symmetric Dirichlet prior). Where hidden causes tie nodes together, a
    node's table also asks the earlier nodes that it depends on for that (Tian & Pearl 2002), so that the
    network has the joint distribution of the data.

    Args:
        frame: The data; rows with a missing value in a node are left out.
        graph: The causal graph.
        smoothing: Prior rows for each combination of parents; 0 for none.
        parts: Into how many parts of about as many rows a number of many values is cut, at least 2.

    Returns:
        The nodes causes first, the graph of the observed nodes, and what was done to the data, in words.

    Raises:
        Problem: A node has no column or too many levels, a table would be too large, smoothing is
            negative, or there are fewer than 2 parts.
    """
    if not smoothing >= 0:
        raise Problem(f"The smoothing is {smoothing}; it is 0 or more.", column="smoothing")
    if parts < 2:
        raise Problem(f"Numbers cannot be cut into {parts} parts.", column="parts", remedy="At least 2.")
    shown = latent_projection(graph)
    order = tuple(shown.topological_order())
    absent = next((node for node in order if node not in frame.columns), None)
    if absent is not None:
        raise Problem(f"The graph's node {absent} has no column.", column=absent, remedy="Mark it as latent.")
    complete = frame.loc[:, list(order)].dropna().reset_index(drop=True)
    if len(complete) == 0:
        raise Problem("No row has a value in every node of the graph.", remedy="Leave emptiest columns out.")
    remarks = []
    if len(complete) < len(frame):
        remarks.append(f"{len(frame) - len(complete):,} rows lack a value in some node and are left out.")
    codes: dict[str, Integers] = {}
    levels: dict[str, tuple[str, ...]] = {}
    cuts: dict[int, list[str]] = {}
    for node in order:
        codes[node], levels[node], cut = _levels(complete[node], node, parts)
        if cut:
            cuts.setdefault(len(levels[node]), []).append(node)
    for many, names in cuts.items():
        verb = "is" if len(names) == 1 else "are"
        remarks.append(f"{', '.join(names)} {verb} cut into {many} parts of about as many rows each.")
    nodes = []
    for node in order:
        parents = _asked(shown, order, node)
        nodes.append(Node(node, levels[node], parents, _counted(node, parents, codes, levels, smoothing)))
    return tuple(nodes), shown, tuple(remarks)


def _asked(graph: CausalGraph, order: tuple[str, ...], node: str) -> tuple[str, ...]:
    """The nodes a table asks: the parents and, with hidden causes, the earlier part of the node's group."""
    before = order[: order.index(node)]
    group, waiting = {node}, [node]
    while waiting:
        for other in graph.siblings(waiting.pop()):
            if other in before and other not in group:
                group.add(other)
                waiting.append(other)
    asked = set().union(*(graph.parents(each) for each in group)) | group - {node}
    return tuple(each for each in before if each in asked)


def _counted(
    node: str,
    parents: tuple[str, ...],
    codes: dict[str, Integers],
    levels: dict[str, tuple[str, ...]],
    smoothing: float,
) -> Floats:
    shape = tuple(len(levels[each]) for each in (*parents, node))
    cells = float(np.prod(shape, dtype=float))
    if cells > MOST_CELLS:
        raise Problem(
            f"The table of {node} would have {cells:,.0f} cells: it has {len(parents)} parents.",
            column=node,
            remedy="Merge levels of its parents.",
        )
    place = np.ravel_multi_index(tuple(codes[each] for each in (*parents, node)), shape)
    counts = np.bincount(place, minlength=int(cells)).reshape(shape) + smoothing / shape[-1]
    sums = counts.sum(axis=-1, keepdims=True)
    # A combination that never occurred says nothing: all levels are alike there.
    return np.where(sums > 0, counts / np.where(sums > 0, sums, 1), 1 / shape[-1])


def _levels(values: pd.Series, name: str, parts: int) -> tuple[Integers, tuple[str, ...], bool]:
    """Codes, levels, and whether a number was cut."""
    numeric = pd.api.types.is_numeric_dtype(values.dtype) and not pd.api.types.is_bool_dtype(values.dtype)
    if numeric and values.nunique() > FEW:
        numbers = values.to_numpy(dtype=np.float64)
        cuts = np.unique(np.quantile(numbers, np.arange(1, parts) / parts))
        cuts = cuts[(cuts > numbers.min()) & (cuts <= numbers.max())]
        code = np.searchsorted(cuts, numbers, side="right").astype(np.int64)
        ends = [number_text(float(cut)) for cut in cuts]
        names = [f"below {ends[0]}", *(f"{low} to {high}" for low, high in pairwise(ends))]
        return code, (*names, f"{ends[-1]} or more"), True
    if isinstance(values.dtype, pd.CategoricalDtype):
        values = values.cat.remove_unused_categories()
        found, distinct = values.cat.codes.to_numpy(), list(values.cat.categories)
    else:
        found, index = pd.factorize(values, sort=True)
        distinct = list(index)
    if len(distinct) > MOST_LEVELS:
        raise Problem(f"{name} has {len(distinct):,} levels.", column=name, remedy="Merge rare levels.")
    return found.astype(np.int64), tuple(level_text(_plain(each)) for each in distinct), False


def _plain(level: object) -> object:
    return level.item() if isinstance(level, np.generic) else level
