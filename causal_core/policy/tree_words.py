"""A policy tree in words: who is in each leaf, with no condition said twice."""

from __future__ import annotations

from collections.abc import Iterator

from causal_core.policy.tree_node import Node, Split, number_words
from causal_core.who.split import listed

Path = tuple[tuple[Split, bool], ...]
"""Questions in order, each with whether the answer was the low side."""


def paths(root: Node) -> Iterator[tuple[Path, Node]]:
    """Every leaf, low sides first, with the questions that lead to it."""
    if root.split is None:
        yield (), root
        return
    for side, low in root.sides:
        for path, leaf in paths(side):
            yield ((root.split, low), *path), leaf


def conditions(path: Path) -> tuple[str, ...]:
    """Who is in a leaf: one condition a column, in the order the columns are first asked for."""
    by_column: dict[int, list[tuple[Split, bool]]] = {}
    for split, low in path:
        by_column.setdefault(split.column, []).append((split, low))
    return tuple(_condition(asked) for asked in by_column.values())


def rule_line(rule: tuple[str, ...], action: str) -> str:
    """A rule and its action, such as "If age ≤ 30 (or missing) and region is north: call"."""
    return f"If {' and '.join(rule)}: {action}" if rule else f"Always: {action}"


def rule_lines(root: Node, actions: tuple[str, ...]) -> list[str]:
    """The rules, one line a leaf. No two can hold at once, so their order does not matter."""
    return [rule_line(conditions(path), actions[leaf.action]) for path, leaf in paths(root)]


def _condition(asked: list[tuple[Split, bool]]) -> str:
    first, low = asked[0]
    if len(asked) == 1:
        return first.words(low=low)
    return _interval(asked) if first.threshold is not None else _levels(asked)


def _interval(asked: list[tuple[Split, bool]]) -> str:
    """Several thresholds of one column: the tightest on either side."""
    lows = [split for split, low in asked if low]
    highs = [split for split, low in asked if not low]
    upper = min(lows, key=lambda split: split.threshold or 0.0) if lows else None
    lower = max(highs, key=lambda split: split.threshold or 0.0) if highs else None
    if upper is None or lower is None:
        single = upper or lower
        return single.words(low=single is upper) if single is not None else ""
    return f"{number_words(lower.threshold or 0.0)} < {upper.name} ≤ {number_words(upper.threshold or 0.0)}"


def _levels(asked: list[tuple[Split, bool]]) -> str:
    """Several groups of one category: the levels that are left, or all that are ruled out."""
    name = asked[0][0].name
    excluded = [level for split, low in asked if not low for level in split.levels]
    groups = [split.levels for split, low in asked if low]
    if groups:
        left = [
            str(level)
            for level in groups[0]
            if all(level in group for group in groups) and level not in excluded
        ]
        return f"{name} is {listed(tuple(left))}" if left else f"{name} has no level that fits"
    ruled_out = tuple(dict.fromkeys(map(str, excluded)))
    return f"{name} is not {listed(ruled_out)}{' (or missing)' if asked[0][0].gaps else ''}"
