"""The refuters, by the names study files use."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True)
class Refuter:
    """A refuter's label, what it does, what to expect of a sound estimate, and what it cannot tell.

    `most` is how many simulations are worth running, None for as many as asked; `simulated` says whether
    it is the estimate itself that is simulated on changed data.
    """

    label: str
    done: str
    expectation: str
    cannot: str
    most: int | None = None
    simulated: bool = True


SUBSET_SHARE: Final = 0.8
"""The share of rows (of clusters, when there are any) that a subset keeps."""

STRENGTHS: Final = (0.0, 0.01, 0.02, 0.05, 0.1, 0.15, 0.2, 0.3, 0.4, 0.5)
"""Partial R-squared of the simulated confounder with the treatment, and equally with the outcome."""

QUICK: Final = ("linear_regression", "ipw", "regression_adjustment", "aipw", "ipw_regression_adjustment")
"""Methods whose simulations have short cuts, so that many of them are worth one task."""

REFUTERS: Final[dict[str, Refuter]] = {
    "random_common_cause": Refuter(
        "Random common cause",
        "Added a random covariate that has nothing to do with anything, and estimated again.",
        "The estimate should stay where it is.",
        "It cannot find a confounder that was left out, nor a wrong graph.",
    ),
    "placebo_treatment": Refuter(
        "Placebo treatment",
        "Shuffled the treatment among the rows, so that it has no effect, and estimated again.",
        "The estimates should scatter around zero.",
        "It cannot find hidden confounding: shuffling removes that as well.",
    ),
    "data_subset": Refuter(
        "Data subset",
        f"Estimated again on random {100 * SUBSET_SHARE:.0f} % subsets of the data.",
        "The estimates should scatter around the original, by about half its standard error.",
        "It cannot find a bias that all rows share.",
    ),
    "bootstrap": Refuter(
        "Bootstrap",
        "Drew the data anew with replacement and estimated again.",
        "The estimates should scatter around the original by about its standard error.",
        "It cannot find a bias that all rows share.",
    ),
    "dummy_outcome": Refuter(
        "Dummy outcome",
        "Replaced the outcome by random noise, on which the treatment has no effect, and estimated again.",
        "The estimates should scatter around zero.",
        "It cannot find hidden confounding: the noise has no causes at all.",
    ),
    "unobserved_common_cause": Refuter(
        "Unobserved common cause",
        "Made up a confounder that explains a given share of what the covariates leave unexplained in "
        "the treatment, and the same share in the outcome, pulling the estimate towards zero; then "
        "adjusted for it.",
        "A sound conclusion survives confounders as strong as the strongest one that is known.",
        "It cannot tell whether such a confounder exists; only knowledge of the subject can.",
        # The made-up confounder is exact in the sample: draws differ little, and each runs the whole grid.
        most=5,
    ),
    "randomisation": Refuter(
        "Randomisation test",
        "Drew the assignment anew as it was drawn, and compared the arms each time.",
        "If the treatment had no effect on anybody, the actual difference would look like the re-drawn ones. "
        "A small p-value is good news: chance is no explanation.",
        "It cannot tell how large the effect is, nor see what went wrong after assignment, such as people "
        "who left.",
        simulated=False,
    ),
    "graph": Refuter(
        "Graph",
        "Tested, a pair of columns at a time, the independencies that the graph implies.",
        "If the graph is sound, none fails: the p-values, adjusted for all tests by Holm's method, stay "
        "above 5 %, or what is left is too small to matter.",
        "It cannot tell apart graphs that imply the same independencies, such as with arrows turned or a "
        "hidden cause beside an arrow; pairs joined by an arrow are not tested.",
        simulated=False,
    ),
}
"""Refuter name -> what it is."""
