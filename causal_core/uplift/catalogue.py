"""The learners of effects by person, and what they are built from, in words."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True)
class LearnerWords:
    """A learner for people.

    Attributes:
        label: What it is called.
        sentence: How it works and when it is a good choice.
        source: Where it comes from.
    """

    label: str
    sentence: str
    source: str


LEARNERS: Final = {
    "s": LearnerWords(
        "S-learner",
        "One model of the outcome with the treatment as one of its columns. Calm: it tends to find little "
        "where little differs.",
        "Künzel et al. 2019",
    ),
    "t": LearnerWords(
        "T-learner",
        "A model of the outcome for each arm; the effect is the difference. Good with many rows in each arm, "
        "noisy with few.",
        "Künzel et al. 2019",
    ),
    "x": LearnerWords(
        "X-learner",
        "Fills in each person's missing outcome and models the differences. Good when one arm is much "
        "smaller than the other.",
        "Künzel et al. 2019",
    ),
    "r": LearnerWords(
        "R-learner",
        "Models only what the effect adds, after outcome and treatment were predicted from the columns. "
        "Good when the outcome is complicated and the effect simple.",
        "Nie & Wager 2021",
    ),
    "dr": LearnerWords(
        "DR-learner",
        "Models doubly robust scores of the effect: right when either the outcome or the treatment is "
        "modelled well. Noisy where some people had little chance of an arm.",
        "Kennedy 2023",
    ),
    "ct": LearnerWords(
        "Class transformation",
        "One model of a transformed outcome whose mean is the effect: outcomes of the treated count for it, "
        "of the controls against it, the more the rarer the arm was. Simple, right in a trial, and the "
        "noisiest of all.",
        "Jaskowski & Jaroszewicz 2012; for any outcome and propensity Athey & Imbens 2016",
    ),
    "causal_forest": LearnerWords(
        "Causal forest",
        "500 honest trees: one half of the rows a tree sees finds its splits, the other half the effects in "
        "its leaves. The only learner with an interval for each person; it is approximate: it knows how "
        "much the forest varies, not how far it smooths over bends and steps of the effect. On 2,000 "
        "generated rows intervals of nominally 95 % held the effect of 88 to 98 % of people.",
        "Athey, Tibshirani & Wager 2019",
    ),
    "auto": LearnerWords(
        "Automatic",
        "Fits the others, linear effects and one effect for all on part of the rows, and mixes them by how "
        "well they do on rows they did not see. Takes about twice as long as the others together.",
        "Nie & Wager 2021; Han & Wu 2022",
    ),
}
"""Learner -> its words, in the order of choice."""


@dataclass(frozen=True)
class BaseWords:
    """A base learner for people: what the learners' regressions are.

    Attributes:
        label: What it is called.
        sentence: What it is and when it is a good choice.
    """

    label: str
    sentence: str


BASES: Final = {
    "boosted": BaseWords(
        "Boosted trees",
        "LightGBM. Takes categories and missing values as they are; a good first choice with more than some "
        "hundred rows.",
    ),
    "linear": BaseWords(
        "Linear",
        "Linear regressions, so effects are linear in the columns. Good with few rows; a missing number is "
        "its column's mean and a mark.",
    ),
    "random_forest": BaseWords(
        "Random forest",
        "100 trees of scikit-learn. Smooth averages with little to tune; slower than boosted trees.",
    ),
    "extra_trees": BaseWords(
        "Extra trees",
        "A random forest that cuts at random: faster and smoother, and weaker where few columns matter.",
    ),
    "nearest_neighbours": BaseWords(
        "Nearest neighbours",
        "The mean of the people who look most alike. Only with few columns; not for the R-learner, which "
        "weighs rows.",
    ),
    "kernel": BaseWords(
        "Kernel regression",
        "Smooth curves in all columns together (radial kernel, 300 landmarks). Good with few columns.",
    ),
}
"""Base learner -> its words, in the order of choice."""
