"""What the graph of a structural model says is unrelated, held against the data."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Final

from causal_core.falsification.result import GraphTest, Tested
from causal_core.graph.names import listed

NAMED: Final = 3
"""Contradicted statements named in the verdict."""

REMEDY: Final = (
    "An arrow or a hidden cause between the two may be missing, or an arrow elsewhere may be wrong."
)


@dataclass(frozen=True)
class Independencies:
    """What a model's graph says is unrelated, and how related it is in the data.

    Attributes:
        implied: Pairs of columns that the graph calls independent once some others, or none, are known.
        tested: One test a pair, the strongest dependence left first; their p-values are adjusted for all
            tests together (Holm 1979).
        untested: What could not be tested and why, a sentence each; names from the data stand in them
            unescaped.
        threshold: Strengths below this, on the scale of a correlation, count as practically none.
    """

    implied: int
    tested: tuple[Tested, ...]
    untested: tuple[str, ...]
    threshold: float

    @property
    def failing(self) -> tuple[Tested, ...]:
        """Those the data contradict: surely there, and large enough to matter."""
        return tuple(each for each in self.tested if each.verdict == "contradicted")

    @property
    def verdict(self) -> str:
        """The answer in sentences; names from the data stand in it unescaped."""
        count, failing = len(self.tested), self.failing
        if not self.implied:
            return (
                "Its graph says of no two of these columns that they are unrelated, so nothing of that kind "
                "could speak against it."
            )
        if not count:
            return "None of the independencies its graph implies could be tested."
        if failing:
            found = "; ".join(_said(each) for each in failing[:NAMED])
            more = f"; and {len(failing) - NAMED} more" if len(failing) > NAMED else ""
            many = (
                f"{len(failing)} of {count:,} tested independencies" if count > 1 else "the one independence"
            )
            return f"The data contradict {many} that its graph implies: {found}{more}. {REMEDY}"
        words = "The data do not contradict the one tested independence that its graph implies."
        if count > 1:
            words = f"The data contradict none of the {count:,} tested independencies that its graph implies."
        if unsure := sum(each.verdict == "open" for each in self.tested):
            which = f"For {unsure:,} of them the" if count > 1 else "The"
            words += f" {which} rows are too few to exclude a dependence of {self.threshold:g}."
        return words


def independencies(found: GraphTest) -> Independencies:
    """The tests of what a graph implies, as part of the judgement of its model.

    Nodes that are latent or have no column are never named in a statement: pairs and what is given are those
    of the graph's projection on the columns.

    Args:
        found: What `causal_core.falsification.test_graph` or its plan found.
    """
    reasons = Counter(each.error for each in found.tested if each.error)
    untested = [f"{count:,} test{'s' if count > 1 else ''}: {reason}" for reason, count in reasons.items()]
    if found.left_out:
        untested.append(f"{found.left_out:,} pairs are left out, those that need the most columns known.")
    if not found.complete:
        untested.append("The search for implications was stopped in time; there are more.")
    return Independencies(
        found.pairs,
        tuple(each for each in found.tested if not each.error),
        (*untested, *found.untestable),
        found.threshold,
    )


def _said(each: Tested) -> str:
    once = ""
    if each.given:
        once = f" once {listed(each.given)} {'is' if len(each.given) == 1 else 'are'} known"
    return f"{each.x} and {each.y}{once} ({each.measure} {each.effect:.2f})"
