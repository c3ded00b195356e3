"""What a policy tree is made of: questions and the actions that answers lead to."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from causal_core.data.design import Floats, Integers
from causal_core.plain import Plain
from causal_core.uplift.features import Encoder
from causal_core.who.split import listed

FEW = 4
"""So many levels of a category are named in short words; more are counted."""

Flags = np.ndarray[tuple[int], np.dtype[np.bool_]]


@dataclass(frozen=True)
class Split:
    """One question. A missing number is on the low side; a missing category, or one never seen, on the high.

    Attributes:
        column: Position of the column.
        name: Its name.
        threshold: Low when the number is at or below it; None for a category.
        levels: Low when the category is one of these; empty for numbers.
        codes: Their codes.
        gaps: Whether values were missing where it was found, so that this need be said.
        pair: The two values of a column that holds only two numbers, lower first, as text.
    """

    column: int
    name: str
    threshold: float | None
    levels: tuple[Hashable, ...] = ()
    codes: tuple[int, ...] = ()
    gaps: bool = False
    pair: tuple[str, str] | None = None

    def is_low(self, matrix: Floats) -> Flags:
        """(n,) whether each row of (n, p) coded columns is on the low side."""
        values = matrix[:, self.column]
        if self.threshold is None:
            return np.isin(values, self.codes)
        return np.asarray(~(values > self.threshold))

    def words(self, *, low: bool, short: bool = False) -> str:
        """The answer that leads to a side, such as "age ≤ 30 (or missing)" or "region is not north".

        Args:
            low: Which side.
            short: Count the levels of a category where they are many.
        """
        return f"{self.name} {self.answer(low=low, short=short)}"

    def answer(self, *, low: bool, short: bool = False) -> str:
        """`words` without the column's name."""
        if self.pair is not None:
            said = f"is {self.pair[0] if low else self.pair[1]}"
        elif self.threshold is not None:
            said = f"{'≤' if low else '>'} {number_words(self.threshold)}"
        else:
            names = tuple(map(str, self.levels))
            several = short and len(names) > FEW
            said = f"is {'' if low else 'not '}{f'one of {len(names)} levels' if several else listed(names)}"
        with_gaps = self.gaps and low is (self.threshold is not None)
        return f"{said} (or missing)" if with_gaps else said

    def to_dict(self) -> dict[str, Plain]:
        """The question as plain JSON."""
        if self.threshold is None:
            return {"column": self.name, "levels": [plain_level(level) for level in self.levels]}
        return {"column": self.name, "threshold": self.threshold}


@dataclass(frozen=True)
class Node:
    """A leaf (`split` is None), or a question with two nodes below.

    Attributes:
        action: Position of the action that a leaf gives.
        split: The question, or None.
        low: What follows on the low side.
        high: What follows on the high side.
        runner_up: Of a leaf, the action that came second where the tree was fitted.
    """

    action: int
    split: Split | None = None
    low: Node | None = None
    high: Node | None = None
    runner_up: int = 0

    @property
    def sides(self) -> tuple[tuple[Node, bool], ...]:
        """The two nodes that follow, each with whether it is the low side; none of a leaf."""
        if self.split is None or self.low is None or self.high is None:
            return ()
        return (self.low, True), (self.high, False)

    @property
    def depth(self) -> int:
        """How many questions follow each other at most."""
        return 1 + max(side.depth for side, _ in self.sides) if self.sides else 0

    @property
    def leaves(self) -> tuple[Node, ...]:
        """The leaves, low sides first."""
        return tuple(leaf for side, _ in self.sides for leaf in side.leaves) if self.sides else (self,)


def pruned(node: Node) -> Node:
    """The same policy without questions whose answers all lead to the same action."""
    if node.low is None or node.high is None:
        return node
    low, high = pruned(node.low), pruned(node.high)
    if low.split is None and high.split is None and low.action == high.action:
        return Node(low.action)
    return replace(node, low=low, high=high)


def leaf_of(root: Node, matrix: Floats) -> Integers:
    """(n,) position among `root.leaves` of the leaf that each row of (n, p) coded columns falls into."""
    found = np.zeros(len(matrix), dtype=np.int64)
    _fall(root, matrix, np.arange(len(matrix)), found, 0)
    return found


def _fall(node: Node, matrix: Floats, rows: Integers, found: Integers, first: int) -> int:
    """Number the leaves from `first` on; the next number that is free."""
    if node.split is None or node.low is None or node.high is None:
        found[rows] = first
        return first + 1
    low = node.split.is_low(matrix[rows])
    between = _fall(node.low, matrix, rows[low], found, first)
    return _fall(node.high, matrix, rows[~low], found, between)


def node_to_dict(node: Node, actions: tuple[str, ...]) -> dict[str, Plain]:
    """A node and all below it as plain JSON: {"action", "index"}, or a question with "low" and "high"."""
    if node.split is None or node.low is None or node.high is None:
        return {"action": actions[node.action], "index": node.action, "runner_up": node.runner_up}
    return {
        **node.split.to_dict(),
        "gaps": node.split.gaps,
        "pair": None if node.split.pair is None else list(node.split.pair),
        "low": node_to_dict(node.low, actions),
        "high": node_to_dict(node.high, actions),
    }


def node_from_dict(plain: Mapping[str, Any], encoder: Encoder) -> Node:
    """The node of such a dictionary.

    Raises:
        KeyError: An entry is not there.
        ValueError: A column or level is not among the encoder's.
    """
    if "low" not in plain:
        return Node(int(plain["index"]), runner_up=int(plain.get("runner_up", 0)))
    place = encoder.names.index(plain["column"])
    levels = tuple(plain.get("levels", ()))
    known = encoder.levels[place] or ()
    split = Split(
        place,
        plain["column"],
        None if levels else float(plain["threshold"]),
        levels,
        tuple(known.index(level) for level in levels),
        bool(plain.get("gaps", False)),
        tuple(plain["pair"]) if plain.get("pair") else None,
    )
    return Node(0, split, node_from_dict(plain["low"], encoder), node_from_dict(plain["high"], encoder))


def plain_level(level: Hashable) -> Plain:
    """A category's level as plain JSON: numbers, text and truth as they are, others as text."""
    plain = level.item() if isinstance(level, np.generic) else level
    return plain if isinstance(plain, bool | int | float | str) else str(plain)


def number_words(number: float) -> str:
    """A threshold in full, with thousands apart from 10,000 on: below that it may be a year."""
    text = f"{number:.10g}" if abs(number) < 10_000 else f"{number:,.10g}"
    return text.replace("-", "−") if "e" not in text else text
