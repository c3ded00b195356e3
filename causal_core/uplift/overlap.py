"""Warnings about people who had little chance of an arm, whose effect rests on few others."""

from __future__ import annotations

import numpy as np
import pandas as pd

from causal_core.data.design import Integers
from causal_core.percent import percent
from causal_core.study.headline import number_text
from causal_core.uplift.arrays import Marks
from causal_core.uplift.comparable import hardly_comparable
from causal_core.uplift.propensity import FLOOR
from causal_core.uplift.scores import Scores
from causal_core.uplift.segments import traits

FEWEST = 100
"""Below this effective number of rows an arm's mean rests on too few people."""

HEAVY = 0.05
"""A row with more of its arm's weight than this deserves a word."""

NOTABLE = 0.005
"""The share of rows raised beyond which it deserves a word; fewer are counted, but move nothing."""

CLEAR = 0.5
"""Standard deviations by which a column must differ to be named."""


def overlap_warnings(
    scores: Scores,
    arm: Integers,
    arms: tuple[str, ...],
    features: pd.DataFrame,
    *,
    known: bool,
    shares: tuple[float, ...],
) -> tuple[str, ...]:
    """A sentence for each arm in which people with little chance of it count too much, or were clipped.

    An arm's mean outcome weighs its rows by 1 over their probability of it. It is said when more than 0.5 %
    of the estimated probabilities were raised to a tenth of the arm's share, when the weights are worth fewer
    than 100 rows and half of the arm's (effective sample size, (sum w)^2 / sum w^2), and when one row has
    over 5 % of them. What makes all numbers doubtful comes first: arms most of whose rows had next to no
    chance of another arm.

    Args:
        scores: Of the judged rows.
        arm: (n,) 0..k-1.
        arms: The k levels as text.
        features: (n, p) columns, to say who these people are.
        known: Whether the probabilities are known; then they are never raised.
        shares: Share of each arm among the rows.
    """
    said = [
        f"These arms are hardly comparable: {percent(without)} of the rows of {arms[code]} had next to no "
        f"chance of {arms[other]}. What they would have shown under {arms[other]} is not in the data: "
        f"effects of {arms[other]} and the numbers below rest on extrapolation by models."
        for code, other, without in hardly_comparable(scores.propensity, arm, shares)
    ]
    for code, label in enumerate(arms):
        probability = scores.propensity[:, code]
        raised = 0 if known else scores.clipped[code]
        words = []
        if raised > NOTABLE * len(arm):
            floor = FLOOR * shares[code]
            words.append(
                f"{raised:,} of {len(arm):,} rows ({percent(raised / len(arm), 1)}) had an estimated "
                f"chance of it below {floor:.2g}, a tenth of the arm's share, and count as if it were that"
            )
        weight = 1 / probability[arm == code]
        effective = float(weight.sum() ** 2 / (weight @ weight))
        rows, heaviest = len(weight), float(weight.max() / weight.sum())
        if effective < min(FEWEST, 0.5 * rows):
            words.append(f"its {rows:,} rows are worth {effective:,.0f}, as some count many times")
        if heaviest > HEAVY and rows > 2 / HEAVY:
            words.append(f"one row has {percent(heaviest)} of its weight")
        if words:
            # The rows at or near the floor; without any, those least likely to be in the arm.
            low = probability <= max(
                float(probability.min()) * (1 + 1e-9), float(np.quantile(probability, 0.05))
            )
            said.append(
                f"Little overlap for {label}: {'; '.join(words)}. Effects of {label} for such people rest on "
                f"few like them or on the models alone.{who_they_are(features, low)}"
            )
    return tuple(said)


def who_they_are(features: pd.DataFrame, low: Marks) -> str:
    """A sentence on the column in which these people differ most from the others; empty when none does.

    Args:
        features: (n, p) columns.
        low: (n,) who they are.
    """
    if low.all() or not low.any():
        return ""
    most = next(iter(traits(features, low)), None)
    if most is None or abs(most.difference) < CLEAR:
        return ""
    if most.level is not None:
        shares = percent(most.mean), percent(most.others)
        return f" They are {most.column} = {most.level} in {shares[0]}, the others in {shares[1]}."
    mean, others = number_text(most.mean), number_text(most.others)
    return f" Their mean {most.column} is {mean}, that of the others {others}."
