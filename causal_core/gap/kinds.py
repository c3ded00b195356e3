"""Four kinds of people, by predicted outcome without treatment and predicted effect; the truth where made."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal

import numpy as np

from causal_core.data.design import Floats, Integers
from causal_core.gap.people import People
from causal_core.gap.possible import possible_effect, possible_outcome
from causal_core.policy.result import Gain

Kind = Literal["persuadable", "sure thing", "lost cause", "sleeping dog"]

KINDS: Final[tuple[Kind, ...]] = ("persuadable", "sure thing", "lost cause", "sleeping dog")
"""Low baseline and high effect; high and high; low and low; high baseline and low effect."""

FEWEST = 50
"""With fewer people a quadrant's means say too little."""

WIDEST = 0.25
"""Nor do they where an interval reaches further than that part of a binary outcome's range either way."""


@dataclass(frozen=True)
class Quadrant:
    """People whose predictions are like those of one kind.

    Attributes:
        kind: The kind they are like; what anybody really is cannot be told.
        rows: How many.
        share: Of all compared.
        baseline: Mean AIPW score of the outcome without treatment; None where there are too few to tell.
        effect: Mean AIPW score of the effect, in the outcome's own direction; None with `baseline`.
        predicted_baseline: Mean predicted outcome without treatment; None when empty.
        predicted_effect: Mean predicted effect; None when empty.
    """

    kind: Kind
    rows: int
    share: float
    baseline: Gain | None
    effect: Gain | None
    predicted_baseline: float | None
    predicted_effect: float | None


def usual_limits(people: People) -> tuple[float, float]:
    """Where baseline and effect are cut unless somebody says otherwise, in the outcome's unit.

    The median predicted outcome without treatment; and 0, so that a low effect is one that does harm.
    """
    return float(np.median(people.baseline)), 0.0


def codes(people: People, baseline: float, effect: float) -> Integers:
    """(n,) which of `KINDS` each person's predictions are like.

    Args:
        people: The people.
        baseline: From this predicted outcome on (below it, where less is better) a baseline is high.
        effect: Above this predicted effect (below it, where less is better) an effect is high.
    """
    good = people.good
    high = good * people.baseline >= good * baseline
    moved = good * people.predicted > good * effect
    return np.where(moved, np.where(high, 1, 0), np.where(high, 3, 2))


def quadrants(people: People, baseline: float, effect: float) -> tuple[Quadrant, ...]:
    """The four quadrants in the order of `KINDS`, with mean AIPW scores of rows no model saw."""
    found = codes(people, baseline, effect)
    effects = people.good * people.uplift.effect
    return tuple(
        _quadrant(people, kind, np.flatnonzero(found == code), effects) for code, kind in enumerate(KINDS)
    )


def _quadrant(people: People, kind: Kind, rows: Integers, effects: Floats) -> Quadrant:
    count = len(rows)
    share = count / len(people.rows)
    if not count:
        return Quadrant(kind, 0, 0.0, None, None, None, None)
    clusters = None if people.clusters is None else people.clusters[rows]
    baseline, effect = Gain.of(people.control[rows], clusters), Gain.of(effects[rows], clusters)
    enough = count >= FEWEST and not any(_wide(gain, people.values) for gain in (baseline, effect))
    return Quadrant(
        kind,
        count,
        share,
        possible_outcome(baseline, people.values) if enough else None,
        possible_effect(effect, people.values) if enough else None,
        float(people.baseline[rows].mean()),
        float(people.predicted[rows].mean()),
    )


def _wide(gain: Gain, values: tuple[float, float] | None) -> bool:
    return values is not None and (gain.ci[1] - gain.ci[0]) / 2 > WIDEST * (values[1] - values[0])


@dataclass(frozen=True)
class TrueKinds:
    """What people really are, in a world that was made: both outcomes of everybody are known there.

    Attributes:
        counts: Of each quadrant in the order of `KINDS`, the share of its people that are of each kind,
            in the same order; zeros for an empty quadrant.
        shares: The share of all compared that are of each kind.
    """

    counts: tuple[tuple[float, ...], ...]
    shares: tuple[float, ...]


def true_kinds(
    people: People, baseline: float, effect: float, outcomes: Mapping[str, Floats]
) -> TrueKinds | None:
    """The true kinds, from both outcomes of everybody under every arm.

    Args:
        people: The people.
        baseline: The limit of `quadrants`.
        effect: That of the effect.
        outcomes: Arm -> (rows of the table,) the outcome everybody would have under it.

    Returns:
        None when an arm is not among them, or the outcomes are not 0 and 1.
    """
    if not set(people.arms) <= set(outcomes):
        return None
    under = np.column_stack([outcomes[arm][people.rows] for arm in people.arms])
    if not np.isin(under, (0, 1)).all():
        return None
    under = under if people.good > 0 else 1 - under
    without, given = under[:, 0], under[np.arange(len(under)), people.uplift.arm]
    really = np.where(given > without, 0, np.where(given < without, 3, np.where(without > 0, 1, 2)))
    table = np.zeros((4, 4))
    np.add.at(table, (codes(people, baseline, effect), really), 1)
    sizes = np.maximum(table.sum(axis=1, keepdims=True), 1)
    return TrueKinds(
        tuple(tuple(row) for row in (table / sizes).tolist()),
        tuple((table.sum(axis=0) / max(table.sum(), 1)).tolist()),
    )
