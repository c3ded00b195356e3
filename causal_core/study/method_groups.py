"""The methods in groups that share an idea, for a choice that can be taken in at a glance."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Final

from causal_core.estimation.methods import METHODS


@dataclass(frozen=True)
class MethodGroup:
    """Methods that share an idea.

    Attributes:
        title: Its name.
        sentence: The idea, in one sentence.
        methods: Names of its methods.
        strategy: The identification strategy that they stand on.
        missing: What to say when the graph does not offer that strategy.
    """

    title: str
    sentence: str
    methods: tuple[str, ...]
    strategy: str = "backdoor"
    missing: str = ""


GROUPS: Final = (
    MethodGroup("Comparison", "Takes the arms as they are.", ("difference_in_means",)),
    MethodGroup(
        "Regression",
        "Models the outcome from the arm and the covariates.",
        ("linear_regression", "regression_adjustment", "standardisation"),
    ),
    MethodGroup(
        "Matching",
        "Compares people who are alike.",
        ("matching", "propensity_matching", "stratification"),
    ),
    MethodGroup(
        "Weighting",
        "Weights people until the arms look alike.",
        ("ipw", "entropy_balancing", "overlap_weights", "ipw_trimmed"),
    ),
    MethodGroup(
        "Doubly robust",
        "Models the outcome and the treatment; right when either model is.",
        ("aipw", "ipw_regression_adjustment"),
    ),
    MethodGroup(
        "Machine learning",
        "Lets flexible models predict; needs many rows and takes longer.",
        ("dml", "dml_interactive"),
    ),
    MethodGroup(
        "Through an instrument",
        "Uses what moves the treatment and nothing else.",
        ("two_stage_least_squares", "wald"),
        "iv",
        "This graph has no instrument.",
    ),
    MethodGroup(
        "Through a front door",
        "Follows the effect along its mediator.",
        ("frontdoor",),
        "frontdoor",
        "This graph has no front door.",
    ),
    MethodGroup(
        "Parts of the effect",
        "Splits it at the mediator.",
        ("mediation",),
        "mediation",
        "This graph does not let the effect be split.",
    ),
)
"""In the order in which they are offered."""

OFFERED: Final = tuple(name for group in GROUPS for name in group.methods)
"""Every method for arms; a curve needs a dose and is offered there."""


NAMED: Final = 4
"""Methods that a line names; more are counted."""


def chosen_labels(methods: Collection[str]) -> str:
    """The labels of chosen methods in one line, the first of many; says so when there is none."""
    labels = [METHODS[name].label for name in methods if name in METHODS]
    more = f" and {len(labels) - NAMED + 1} more" if len(labels) > NAMED else ""
    return " · ".join(labels[: NAMED - 1] if more else labels) + more or "None chosen yet."
