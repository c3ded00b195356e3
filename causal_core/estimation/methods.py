"""The methods for average effects, by the names study files use."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from causal_core.problem import Problem

TARGETS: Final = ("ATE", "ATT", "ATC")
"""All rows; the rows of the arm; the rows at the control level."""


@dataclass(frozen=True)
class Method:
    """A method's label, its idea in one sentence, and the targets it can give.

    Attributes:
        label: The name shown to people.
        sentence: What it does, in one sentence.
        targets: The targets it gives by that name; for another one it renames its number or says why not.
        strategy: The identification strategy it stands on.
    """

    label: str
    sentence: str
    targets: tuple[str, ...]
    strategy: str = "backdoor"


METHODS: Final[dict[str, Method]] = {
    "difference_in_means": Method(
        "Difference in means",
        "Compares the mean outcomes of the arms as they are; an effect only when assignment was random.",
        TARGETS,
    ),
    "linear_regression": Method(
        "Linear regression",
        "Regresses the outcome on the arm and the covariates; under varying effects it weights people by how "
        "uncertain their treatment was.",
        ("ATE",),
    ),
    "regression_adjustment": Method(
        "Regression adjustment",
        "Fits a regression in each arm and averages the difference of their predictions over the target.",
        TARGETS,
    ),
    "standardisation": Method(
        "Standardisation (g-formula)",
        "Fits one model of the outcome for everybody (linear, logistic or Poisson, by the outcome) and "
        "averages its predictions under each arm over the target.",
        TARGETS,
    ),
    "matching": Method(
        "Nearest-neighbour matching",
        "Compares each person with the most similar ones in the other arm, and corrects for what difference "
        "remains.",
        TARGETS,
    ),
    "propensity_matching": Method(
        "Propensity matching",
        "Compares each person with the one in the other arm whose probability of treatment was nearest, and "
        "corrects for what difference remains.",
        TARGETS,
    ),
    "stratification": Method(
        "Propensity stratification",
        "Compares the arms within groups of similar probability of treatment and averages the groups.",
        TARGETS,
    ),
    "ipw": Method(
        "Inverse probability weighting",
        "Weights people by how unlikely their arm was, so that the arms look alike; the weights are scaled "
        "to their sum (Hajek), so stabilised weights give the same number.",
        TARGETS,
    ),
    "overlap_weights": Method(
        "Overlap weighting",
        "Weights each person by the probability of the other arm, so that those who could as well have been "
        "in either arm count most.",
        (),
    ),
    "ipw_trimmed": Method(
        "Trimmed weighting",
        "Inverse probability weighting after leaving out people whose arm was all but certain.",
        (),
    ),
    "entropy_balancing": Method(
        "Entropy balancing",
        "Reweights the arms, as evenly as can be, so that the means of the covariates agree exactly.",
        TARGETS,
    ),
    "aipw": Method(
        "Doubly robust (AIPW)",
        "Combines outcome regressions with weighting; right when either of the two models is.",
        TARGETS,
    ),
    "ipw_regression_adjustment": Method(
        "Weighted regression adjustment",
        "Regression adjustment fitted with inverse probability weights; right when either model is.",
        TARGETS,
    ),
    "dml": Method(
        "Double machine learning",
        "Removes from treatment and outcome what models (boosted trees unless chosen otherwise) predict from "
        "the covariates, on rows they did not see, and relates the remainders.",
        ("ATE",),
    ),
    "dml_interactive": Method(
        "Doubly robust machine learning",
        "AIPW whose outcome and treatment models (boosted trees unless chosen otherwise) predict rows they "
        "did not see, so no formula need be right; it needs many rows.",
        TARGETS,
    ),
    "dose_response": Method(
        "Dose-response curve",
        "For a dose (a numeric treatment with more than 20 values): fits the outcome as a smooth curve of "
        "the dose and the covariates, and averages its predictions over everybody at each dose.",
        ("ATE",),
    ),
    "dose_response_dr": Method(
        "Doubly robust dose-response curve",
        "For a dose: combines a model of the outcome with one of the dose and smooths the result along the "
        "dose; right when either of the two models is.",
        ("ATE",),
    ),
    "two_stage_least_squares": Method(
        "Two-stage least squares",
        "Uses only the variation in treatment that the instrument brings about.",
        (),
        "iv",
    ),
    "wald": Method(
        "Wald ratio",
        "Divides the instrument's effect on the outcome by its effect on the treatment.",
        (),
        "iv",
    ),
    "frontdoor": Method(
        "Front-door adjustment",
        "Multiplies the treatment's effect on the mediator by the mediator's effect on the outcome.",
        ("ATE",),
        "frontdoor",
    ),
    "mediation": Method(
        "Mediation",
        "Splits the effect into the part that runs through the mediator and the part that does not.",
        (),
        "mediation",
    ),
}
"""Method name -> what it is."""


def check(method: str, target: str) -> None:
    """Refuse an unknown method or target.

    Raises:
        Problem: There is no such method or target.
    """
    if method not in METHODS:
        raise Problem(f"There is no method {method}.", remedy=f"Choose one of {', '.join(METHODS)}.")
    if target not in TARGETS:
        raise Problem(f"There is no target {target}.", remedy=f"Choose one of {', '.join(TARGETS)}.")
