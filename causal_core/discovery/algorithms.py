"""The algorithms that suggest a graph from data, and what each of them takes for granted."""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType
from typing import Final, Literal

Family = Literal["numbers", "categories", "mixed"]
"""What the columns hold: only numbers, only categories, or both."""

MOST_COLUMNS: Final = 60
"""With more columns than this no search is started."""


@dataclass(frozen=True)
class Algorithm:
    """One way to suggest a graph.

    Attributes:
        name: What `suggest` calls it.
        title: What a person reads.
        sentence: What it does and assumes, in one sentence.
        assumes: Each assumption as a sentence.
        hidden: Whether it allows for hidden common causes.
        uses: Whether it asks independence tests (`alpha`) or compares scores (`penalty`).
        source: Where it was published.
    """

    name: str
    title: str
    sentence: str
    assumes: tuple[str, ...]
    hidden: bool
    uses: Literal["tests", "scores", "shape"]
    source: str


_ACYCLIC = "No column causes itself through others: there are no feedback loops."
_ROWS = "Rows are independent draws from one population, with no selection by what the columns hold."
_FAITHFUL = (
    "Effects along different paths never cancel exactly (faithfulness): what is independent in the data is "
    "separated in the graph."
)
_NONE_HIDDEN = "No hidden common causes: everything that causes two of these columns is itself among them."

_SHARED = (_ACYCLIC, _ROWS)

_CATALOGUE = (
    Algorithm(
        "pc",
        "PC",
        "Takes away every edge whose ends are independent given some other columns, then points the arrows "
        "that this leaves no choice about; it assumes that no common cause is hidden.",
        (_NONE_HIDDEN, _FAITHFUL, *_SHARED),
        False,
        "tests",
        "Spirtes, Glymour & Scheines 2000; order-independent form by Colombo & Maathuis 2014",
    ),
    Algorithm(
        "fci",
        "FCI",
        "Works like PC but allows for hidden common causes, so it points fewer arrows and marks with a "
        "circle every end that it cannot tell.",
        (
            "Hidden common causes are allowed: a <-> b says that neither causes the other.",
            "An arrow a -> b says that a causes b, perhaps through other columns.",
            _FAITHFUL,
            *_SHARED,
        ),
        True,
        "tests",
        "Spirtes et al. 2000; Zhang 2008",
    ),
    Algorithm(
        "ges",
        "GES",
        "Adds and then takes away edges as long as the fit, less a price for each edge, gets better; it "
        "assumes that no common cause is hidden.",
        (_NONE_HIDDEN, _FAITHFUL, *_SHARED),
        False,
        "scores",
        "Chickering 2002",
    ),
    Algorithm(
        "boss",
        "BOSS",
        "Looks for the order of the columns in which the fewest arrows explain the data, moving one column "
        "at a time; it assumes that no common cause is hidden and copes best with many edges.",
        (_NONE_HIDDEN, _FAITHFUL, *_SHARED),
        False,
        "scores",
        "Andrews et al. 2023",
    ),
    Algorithm(
        "lingam",
        "DirectLiNGAM",
        "Reads the direction of every arrow from the shape of the distributions; it assumes straight-line "
        "effects, noise that is not normal, and that no common cause is hidden.",
        (
            _NONE_HIDDEN,
            "Every effect is a straight line and effects add up.",
            "What the causes of a column leave unexplained is not normally distributed and independent of "
            "them; with normal noise the directions are chance.",
            *_SHARED,
        ),
        False,
        "shape",
        "Shimizu et al. 2011",
    ),
)

ALGORITHMS: Final = MappingProxyType({each.name: each for each in _CATALOGUE})
"""Name -> algorithm, in the order in which they are offered."""

TESTS: Final = MappingProxyType(
    {
        "numbers": "Independence is tested by partial correlation (Fisher's z), which sees straight-line "
        "dependence only.",
        "categories": "Independence is tested by the likelihood ratio of contingency tables (G-squared).",
        "mixed": "Numbers and categories together: each category enters as 0/1 columns and independence is "
        "tested as if all were normal (degenerate Gaussian, Andrews, Ramsey & Cooper 2019), which sees "
        "straight lines and differences in means only.",
    }
)
"""Family -> how independence is tested, in words."""

SCORES: Final = MappingProxyType(
    {
        "numbers": "Graphs are compared by BIC for straight-line effects with normal noise.",
        "categories": "Graphs are compared by BDeu, the probability of the tables under a uniform prior.",
        "mixed": "Numbers and categories together: each category enters as 0/1 columns and graphs are "
        "compared by BIC as if all were normal (degenerate Gaussian, Andrews, Ramsey & Cooper 2019).",
    }
)
"""Family -> how graphs are scored, in words."""
