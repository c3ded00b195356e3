"""What each leaf of a policy tree gains, told from rows the tree was not fitted on."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from causal_core.data.design import Floats, Integers
from causal_core.percent import percent
from causal_core.policy.result import Gain
from causal_core.policy.tree_words import Path, conditions, rule_line
from causal_core.study.headline import number_text

FEWEST_ROWS = 10
"""With fewer rows, or clusters, no gain is told."""


@dataclass(frozen=True)
class Leaf:
    """One leaf: who, what, and what it brings.

    Attributes:
        number: Its position, low sides first.
        rule: Its conditions in words, all of which must hold; empty for everybody.
        action: What people there get.
        rows: How many rows fall into it.
        share: Of all rows.
        gain: Of the action over action 0, the control, per person there, with its 95 % interval; None with
            too few rows. Exactly 0 where the action is the control.
        runner_up: The action that came second where the tree was fitted.
        lead: Of the action over the runner-up; None with too few rows.
        is_control: Whether the action is the control.
    """

    number: int
    rule: tuple[str, ...]
    action: str
    rows: int
    share: float
    gain: Gain | None
    runner_up: str
    lead: Gain | None
    is_control: bool = False

    @property
    def words(self) -> str:
        """The rule and its action in a sentence."""
        return rule_line(self.rule, self.action)

    def sentence(self, unit: str = "") -> str:
        """The rule with its share of people and gain."""
        said = f"{self.words} ({share_words(self.share)} of people"
        if self.gain is None:
            return f"{said}; only {self.rows:,} rows, too few to tell the gain)"
        if self.is_control and self.lead is not None:
            return f"{said}; {self.runner_up} instead would bring {gain_words(self.lead, unit, -1)})"
        return f"{said}, gain {gain_words(self.gain, unit)})"


def gain_words(gain: Gain, unit: str = "", sign: int = 1) -> str:
    """A gain with its unit and 95 % interval; with `sign` -1 that of the contrary."""
    low, high = sorted(sign * end for end in gain.ci)
    value = f"{number_text(sign * gain.value)} {unit}".strip()
    return f"{value} ({number_text(low)} to {number_text(high)})"


def share_words(share: float) -> str:
    """A share of people in per cent, with "under 1 %" where it would round to none."""
    return "under 1 %" if 0 < share < 0.005 else percent(share)


def leaves_of(
    paths: list[tuple[Path, int, int]],
    place: Integers,
    scores: Floats,
    actions: tuple[str, ...],
    clusters: Integers | None,
    weights: Floats | None = None,
) -> tuple[Leaf, ...]:
    """The leaves with their gains.

    Args:
        paths: For each leaf the questions that lead to it, its action and its runner-up.
        place: (n,) leaf of each row.
        scores: (n, k) AIPW scores net of costs, of rows the tree was not fitted on.
        actions: k names.
        clusters: (n,) codes, or None.
        weights: (n,) sampling weights, or None.
    """
    found = []
    counted = np.ones(len(place)) if weights is None else weights
    for number, (path, action, runner_up) in enumerate(paths):
        inside = np.flatnonzero(place == number)
        own = scores[inside, action]
        codes = None if clusters is None else clusters[inside]
        weight = None if weights is None else weights[inside]
        found.append(
            Leaf(
                number=number,
                rule=conditions(path),
                action=actions[action],
                rows=len(inside),
                share=float(counted[inside].sum() / counted.sum()),
                gain=_gain(own - scores[inside, 0], codes, weight),
                runner_up=actions[runner_up],
                lead=_gain(own - scores[inside, runner_up], codes, weight),
                is_control=action == 0,
            )
        )
    return tuple(found)


def _gain(differences: Floats, codes: Integers | None, weights: Floats | None) -> Gain | None:
    units = len(differences) if codes is None else len(np.unique(codes))
    return Gain.of(differences, codes, weights) if units >= FEWEST_ROWS else None
