"""Whether the size of a node's noise goes with what the model draws apart from it, beyond what means show."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import TYPE_CHECKING, Final

import numpy as np

from causal_core.data.design import Floats
from causal_core.falsification.correlation import partial_correlation
from causal_core.falsification.independence import RARE
from causal_core.falsification.result import ALPHA, THRESHOLD, Tested
from causal_core.falsification.tester import judge_together
from causal_core.what_if.columns import level_text
from causal_core.what_if.scaled import tells

if TYPE_CHECKING:
    from causal_core.what_if.structural_model import StructuralModel

MOST_ROWS: Final = 10_000
"""Rows looked at, drawn at random: chance then makes a correlation of 0.02."""


CUT: Final = 0.9
"""Sizes beyond this quantile count as it."""

NAMED: Final = 3
"""Pairs named in the verdict."""


@dataclass(frozen=True)
class Spread:
    """The size of one node's noise beside something that the model draws apart from it.

    Attributes:
        node: The node, a number.
        beside: The other node, or one of its levels as `node = level`.
        sizes: Whether it is the size of the other's noise too, and not its value.
        tested: Their correlation (values by ranks), its interval, and its p-value adjusted for all tests.
    """

    node: str
    beside: str
    sizes: bool
    tested: Tested

    @property
    def failing(self) -> bool:
        """Whether they surely go together, and enough to matter."""
        return self.tested.verdict == "contradicted"

    @property
    def text(self) -> str:
        """The two in words; names from the data stand in them unescaped."""
        return f"the size of {self.node}'s noise and " + (
            f"that of {self.beside}'s" if self.sizes else self.beside
        )


def spreads(model: StructuralModel, seed: int = 0, threshold: float = THRESHOLD) -> tuple[Spread, ...]:
    """The size of each number's noise beside all that the model says it has nothing to do with.

    These are the values of nodes that neither descend from it nor share a hidden cause with it or its
    descendants, and the size of other numbers' noise, but where a hidden cause ties the two. Tests of what a
    graph implies look at means; this speaks also where means agree, and of a graph that implies nothing: with
    nonlinear mechanisms the noise of an arrow that is turned round depends on the parent (Peters, Janzing &
    Schoelkopf 2017, section 4.1.4). A noise's size is its distance from its median, which errors of the
    fitted mean do not tie to the parents even where noise is skewed (Machado & Santos Silva 2000).

    Args:
        model: The fitted model.
        seed: Of the rows, and of noise that the data leave open.
        threshold: Correlations below count as practically none.

    Returns:
        Strongest first; empty where no node is a number that varies.
    """
    random = np.random.default_rng(seed)
    rows = np.sort(random.permutation(model.rows)[:MOST_ROWS])
    codes = {node: model.columns[node].codes(model.frame[node].iloc[rows]) for node in model.order}
    sizes = {}
    for node in model.order:
        mechanism = model.mechanisms[node]
        if model.columns[node].discrete or not mechanism.invertible or np.ptp(codes[node]) == 0:
            continue
        names = model.parents[node]
        above = np.column_stack([codes[name] for name in names]) if names else np.empty((len(rows), 0))
        noise = mechanism.abduct(above, codes[node], random)[:, 0]
        telling = tells(mechanism, above)
        if not telling.any():
            continue
        size = np.abs(noise - np.median(noise[telling]))
        # A few huge ones, such as where a curve is fitted on few rows, would decide alone.
        size = np.minimum(size, np.quantile(size[telling], CUT))
        # Rows that do not tell their noise count neither way.
        sizes[node] = np.where(telling, size, size[telling].mean())
    found = [(node, name, False, values) for node in sizes for name, values in _apart(model, node, codes)]
    found += [
        (one, other, True, sizes[other])
        for one, other in combinations(sizes, 2)
        if other not in model.graph.siblings(one)
    ]
    found = [each for each in found if min(np.ptp(sizes[each[0]]), np.ptp(each[3])) > 0]
    tested = judge_together(
        [_tested(node, name, sizes[node], values) for node, name, _, values in found],
        ALPHA,
        threshold,
    )
    told = [Spread(each[0], each[1], each[2], test) for each, test in zip(found, tested, strict=True)]
    return tuple(sorted(told, key=lambda each: -each.tested.strength))


def spreads_verdict(found: Sequence[Spread]) -> str:
    """What goes together though the model draws it apart, in sentences; empty where nothing does."""
    failing = [each for each in found if each.failing]
    if not failing:
        return ""
    named = "; ".join(f"{each.text} (correlation {each.tested.effect:.2f})" for each in failing[:NAMED])
    more = f"; and {len(failing) - NAMED} more" if len(failing) > NAMED else ""
    return (
        f"The model draws apart what goes together in the data: {named}{more}. Means may still be right; "
        "chances of extremes may not. A mechanism may be too simple, its noise may depend on a node, an "
        "arrow may be turned round, or a hidden cause may move both spreads."
    )


def _apart(model: StructuralModel, node: str, codes: dict[str, Floats]) -> Iterator[tuple[str, Floats]]:
    """What a node's noise has nothing to do with, by name: (n,) ranks of numbers, or whether a level came."""
    graph = model.graph
    reached = {node, *graph.siblings(node)}
    reached |= set(graph.descendants(sorted(reached)))
    for name in model.order:
        if name in reached:
            continue
        column, values = model.columns[name], codes[name]
        if not column.discrete:
            yield name, _ranks(values)
            continue
        for code, level in list(enumerate(column.levels))[len(column.levels) == 2 :]:
            came = values == code
            if RARE <= came.sum() <= len(came) - RARE:
                yield f"{name} = {level_text(level)}", came.astype(np.float64)


def _tested(node: str, name: str, one: Floats, other: Floats) -> Tested:
    measured = partial_correlation(one - one.mean(), other - other.mean(), 1)
    return Tested.of(node, name, (), measured, "correlation", len(one), 0)


def _ranks(values: Floats) -> Floats:
    """(n,) ranks from 0 to 1, equal values sharing theirs."""
    _, place, counts = np.unique(values, return_inverse=True, return_counts=True)
    middle = counts.cumsum() - counts / 2
    return np.asarray(middle[place] / len(values))
