"""Constant, tree and linear policies as plain data."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from causal_core.policy.export.models import plain_line
from causal_core.problem import DoesNotApply, Problem

if TYPE_CHECKING:
    from causal_core.policy.linear import LinearPolicy
    from causal_core.policy.tree import PolicyTree


def constant_rule(name: str, arms: tuple[str, ...]) -> tuple[int, str]:
    """The one arm of everybody, and that in words.

    Raises:
        Problem: "treat_all" without an arm where there are several, or with one that there is not.
    """
    if name == "treat_none":
        return 0, f"Everybody gets {arms[0]}."
    label = name.partition(": ")[2]
    if not label and len(arms) == 2:
        return 1, f"Everybody gets {arms[1]}."
    if label not in arms:
        raise Problem(
            f"There is no arm '{label}' to give to everybody.",
            remedy=f"Name one: {', '.join(f'treat_all: {arm}' for arm in arms[1:])}.",
        )
    return arms.index(label), f"Everybody gets {label}."


def tree_rule(tree: PolicyTree) -> tuple[dict[str, Any], tuple[str, ...]]:
    """The tree's questions, and the columns they ask for in the order of the rule's positions."""
    plain: Any = tree.to_dict()
    levels = {column["name"]: column["levels"] for column in plain["columns"]}
    names: list[str] = []
    rule = _node(plain["root"], levels, names)
    return rule, tuple(names)


def _node(node: Mapping[str, Any], levels: Mapping[str, Any], names: list[str]) -> dict[str, Any]:
    if "low" not in node:
        return {"arm": int(node["index"])}
    name = node["column"]
    if name not in names:
        names.append(name)
    question: dict[str, Any] = {"column": names.index(name)}
    if "levels" in node:
        question["codes"] = [levels[name].index(level) for level in node["levels"]]
    else:
        question["threshold"] = float(node["threshold"])
    return {
        **question,
        "low": _node(node["low"], levels, names),
        "high": _node(node["high"], levels, names),
    }


def linear_rule(found: LinearPolicy) -> tuple[dict[str, Any], tuple[str, ...]]:
    """A line of points for each arm, and the columns they weigh in the order of the rule's positions.

    Raises:
        DoesNotApply: A category has levels that are not text.
    """
    names = found.encoder.names
    for name, levels in zip(names, found.encoder.levels, strict=True):
        if any(not isinstance(level, str) for level in levels or ()):
            raise DoesNotApply(f"The levels of {name} are not text.", column=name)
    if not found.weights[1:].any():
        # Nobody is told apart, so no column is asked for.
        return {"lines": [{"intercept": float(start), "terms": []} for start in found.weights[0]]}, ()
    return {"lines": [plain_line(found.dummies, column) for column in found.weights.T]}, names
