"""Had things been otherwise for one row: abduction, action and prediction, each shown."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import pandas as pd

from causal_core.data.design import Floats
from causal_core.what_if.columns import level_text
from causal_core.what_if.count import Count
from causal_core.what_if.intervention import Intervention, Shift
from causal_core.what_if.mechanism import GumbelMax, Threshold
from causal_core.what_if.scaled import Scaled, expected
from causal_core.what_if.structural_model import StructuralModel

DRAWS: Final = 2_000


@dataclass(frozen=True)
class Abducted:
    """What a row tells of one node's noise.

    Attributes:
        node: The node.
        value: The row's value.
        expected: What the model expects of a row with these parents: a mean, or the chance of the row's
            level; None for a node without parents.
        noise: What is left of a number: value less mean. None where a node has levels or is a count.
        open: Whether more than one noise gives the value, so that it is drawn.
        count: Whether the node is a count: then `expected` is a mean though its noise is open.
        spread: The noise's standard deviation given the parents, where it depends on them: it is their
            ratio that is kept; else None.
    """

    node: str
    value: Any
    expected: float | None
    noise: float | None
    open: bool
    count: bool = False
    spread: float | None = None


@dataclass(frozen=True)
class Predicted:
    """What a node would have been.

    Attributes:
        node: The node.
        value: As it was.
        would: The mean, or the most frequent level.
        range: 2.5 and 97.5 % of the draws of a number; equal where nothing is open.
        chances: (level, share of draws) of a node with levels; else empty.
        bounds: Of a binary node: lowest and highest chance of its second level that any model with these
            chances allows, if no others are open; of a count its lowest and highest mean; else None.
        why: "set", "untouched" (not downstream) or "moved".
    """

    node: str
    value: Any
    would: Any
    range: tuple[float, float] | None
    chances: tuple[tuple[Any, float], ...]
    bounds: tuple[float, float] | None
    why: str


@dataclass(frozen=True)
class OneRow:
    """A counterfactual of one row in its three steps (Pearl 2009, 7.1).

    Attributes:
        abduction: What the row tells of each node's noise, in causal order.
        action: Node -> what it is set to, in words.
        prediction: What each node would have been.
        draws: How often open noise was drawn.
    """

    abduction: tuple[Abducted, ...]
    action: tuple[tuple[str, str], ...]
    prediction: tuple[Predicted, ...]
    draws: int


def one_row(
    model: StructuralModel, row: pd.Series, interventions: Mapping[str, Intervention], seed: int = 0
) -> OneRow:
    """The counterfactual of a row under interventions, step by step.

    Raises:
        Problem: The row lacks a node or has a level never seen, or a node takes no such value.
    """
    many = model.counterfactuals(row, interventions, DRAWS, seed)
    below = set(model.graph.descendants(list(interventions))) - set(interventions)
    return OneRow(
        tuple(_abducted(model, row, node) for node in model.order),
        tuple((node, _done(wanted)) for node, wanted in interventions.items()),
        tuple(
            _predicted(
                model,
                row,
                many,
                node,
                "set" if node in interventions else "moved" if node in below else "untouched",
            )
            for node in model.order
        ),
        DRAWS,
    )


def _done(wanted: Intervention) -> str:
    if isinstance(wanted, Shift):
        return f"what it was {'+' if wanted.by >= 0 else '−'} {abs(wanted.by):g}"
    return level_text(wanted)


def _codes(model: StructuralModel, values: Mapping[str, Any] | pd.Series) -> dict[str, float]:
    return {node: float(model.columns[node].codes([values[node]])[0]) for node in model.order}


def _chances(model: StructuralModel, node: str, codes: Mapping[str, float]) -> Floats:
    mechanism = model.mechanisms[node]
    assert isinstance(mechanism, Threshold | GumbelMax)  # noqa: S101 - asked for nodes with levels and parents
    chances: Floats = mechanism.chances(np.array([[codes[name] for name in model.parents[node]]]))[0]
    return chances


def _abducted(model: StructuralModel, row: pd.Series, node: str) -> Abducted:
    codes, column, mechanism = _codes(model, row), model.columns[node], model.mechanisms[node]
    if not model.parents[node]:
        return Abducted(node, row[node], None, None, open=False)
    if column.discrete:
        return Abducted(
            node, row[node], float(_chances(model, node, codes)[int(codes[node])]), None, open=True
        )
    parents = np.array([[codes[name] for name in model.parents[node]]])
    if isinstance(mechanism, Count):
        return Abducted(node, row[node], float(mechanism.means(parents)[0]), None, open=True, count=True)
    mean = float(expected(mechanism, parents)[0])
    spread = float(mechanism.spread(parents)[0]) if isinstance(mechanism, Scaled) else None
    return Abducted(node, row[node], mean, codes[node] - mean, open=False, spread=spread)


def _predicted(model: StructuralModel, row: pd.Series, many: pd.DataFrame, node: str, why: str) -> Predicted:
    column = model.columns[node]
    if column.discrete:
        shares = many[node].value_counts(normalize=True)
        chances = tuple((level, float(shares.get(level, 0.0))) for level in column.levels)
        bounds = _bounds(model, row, many, node) if why == "moved" and column.kind == "binary" else None
        if bounds is not None:
            # Few draws may lie beyond what any noise could give.
            second = min(max(chances[1][1], bounds[0]), bounds[1])
            chances = ((column.levels[0], 1.0 - second), (column.levels[1], second))
        would = max(chances, key=lambda each: each[1])[0]
        return Predicted(node, row[node], would, None, chances, bounds, why)
    low, high = np.quantile(many[node], [0.025, 0.975])
    middle = many[node].mean()
    would = float(many[node].iloc[0]) if (many[node] == many[node].iloc[0]).all() else float(middle)
    bounds = _bounds(model, row, many, node) if why == "moved" and _is_count(model, node) else None
    return Predicted(node, row[node], would, (float(low), float(high)), (), bounds, why)


def _is_count(model: StructuralModel, node: str) -> bool:
    return isinstance(model.mechanisms[node], Count)


def _bounds(
    model: StructuralModel, row: pd.Series, many: pd.DataFrame, node: str
) -> tuple[float, float] | None:
    """Fréchet bounds (Tian & Pearl 2000) where the node's parents are the same in all draws.

    Of a count: the means of the lowest and of the highest part of its distribution that is as large as the
    chance of the count seen.
    """
    above = model.parents[node]
    # With a hidden cause the rest of the row says something of the node's noise as well.
    if node in model.tied or any((many[name] != many[name].iloc[0]).any() for name in above):
        return None
    was = _codes(model, row)
    now = {**was, **{name: float(model.columns[name].codes([many[name].iloc[0]])[0]) for name in above}}
    if now == was:
        # With the same parents and the same noise every model gives the same level.
        return was[node], was[node]
    mechanism = model.mechanisms[node]
    if isinstance(mechanism, Count):
        old, new = (np.array([[codes[name] for name in above]]) for codes in (was, now))
        seen = float(mechanism.chance(old, np.array([was[node]]))[0])
        ends = ((0.0, seen), (1 - seen, 1.0))
        low, high = (float(mechanism.mean_between(new, *each)[0]) for each in ends)
        return low, high
    before, after = float(_chances(model, node, was)[1]), float(_chances(model, node, now)[1])
    seen = before if was[node] == 1 else 1 - before
    if was[node] == 1:
        return max(0.0, (before + after - 1) / seen), min(1.0, after / seen)
    return max(0.0, (after - before) / seen), min(1.0, after / seen)
