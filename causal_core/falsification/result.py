"""What the tests of a graph found, as plain values."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from typing import Literal

from causal_core.falsification.measured import Measured
from causal_core.graph.implications import Independence

Verdict = Literal["contradicted", "small", "open", "holds", "untested"]

ALPHA = 0.05
THRESHOLD = 0.1
"""Strengths below this count as practically none (Cohen 1988 calls a correlation of .1 small)."""


@dataclass(frozen=True)
class Tested:
    """One independence, held against the data.

    Attributes:
        x, y: The two columns.
        given: The columns known, in name order.
        effect: The dependence left; a signed correlation, or a strength from 0 to 1. None when not tested.
        ci: Its 95 % interval.
        measure: What the effect is, e.g. `partial correlation` or `Cramér's V`.
        method: `partial_correlation`, `strata` or `residual_covariance`; empty when not tested.
        statistic, df: The test statistic and its degrees of freedom.
        p_value: Of zero dependence; small speaks against the independence.
        p_adjusted: After Holm's adjustment for all the tests of the graph; equal to `p_value` for one test.
        rows_used: Rows with a value in each column of this test.
        rows_dropped: The others.
        notes: What was done that a reader should know.
        error: Why it could not be tested; empty when it was.
        verdict: `contradicted` (surely there, and large enough to matter), `small` (surely there, too small
            to matter), `holds` (nothing found, and nothing that matters could hide), `open` (nothing found,
            but something that matters could hide) or `untested`.
    """

    x: str
    y: str
    given: tuple[str, ...]
    effect: float | None = None
    ci: tuple[float, float] | None = None
    measure: str = ""
    method: str = ""
    statistic: float | None = None
    df: int = 0
    p_value: float | None = None
    p_adjusted: float | None = None
    rows_used: int = 0
    rows_dropped: int = 0
    notes: tuple[str, ...] = ()
    error: str = ""
    verdict: Verdict = "untested"

    __test__ = False  # not one that pytest collects

    @classmethod
    def of(
        cls,
        x: str,
        y: str,
        given: tuple[str, ...],
        measured: Measured,
        measure: str,
        rows_used: int,
        rows_dropped: int,
    ) -> Tested:
        """A single test with its verdict, from its numbers."""
        return cls(
            x=x,
            y=y,
            given=given,
            effect=measured.effect,
            ci=measured.ci,
            measure=measure,
            method=measured.method,
            statistic=measured.statistic,
            df=measured.df,
            p_value=measured.p_value,
            rows_used=rows_used,
            rows_dropped=rows_dropped,
            notes=measured.notes,
        ).judged(measured.p_value)

    @property
    def statement(self) -> Independence:
        """What was tested."""
        return Independence(self.x, self.y, frozenset(self.given))

    @property
    def strength(self) -> float:
        """The effect without its sign; 0 when not tested."""
        return abs(self.effect or 0.0)

    @property
    def reach(self) -> float:
        """The largest strength inside the interval."""
        return max((abs(end) for end in self.ci or ()), default=0.0)

    def judged(self, p_adjusted: float, alpha: float = ALPHA, threshold: float = THRESHOLD) -> Tested:
        """This test with its adjusted p-value and the verdict that follows."""
        verdict: Verdict
        if p_adjusted <= alpha:
            verdict = "contradicted" if self.strength >= threshold else "small"
        else:
            verdict = "holds" if self.reach < threshold else "open"
        return dataclasses.replace(self, p_adjusted=p_adjusted, verdict=verdict)


@dataclass(frozen=True)
class GraphTest:
    """Every tested implication of a graph.

    Attributes:
        tested: The tests, the strongest first, the untested last.
        pairs: How many pairs of columns the graph says are independent given something observed.
        left_out: How many implied statements were not tested because of the limit.
        complete: Whether the search for implied statements was finished.
        untestable: Why other implications of the graph cannot be tested, one sentence each.
        rows: Rows the tests could use.
        rows_total: Rows of the table.
        alpha: The level of the adjusted p-values.
        threshold: Strengths below this count as practically none.
        verdict: The answer in words.
    """

    tested: tuple[Tested, ...]
    pairs: int
    left_out: int
    complete: bool
    untestable: tuple[str, ...]
    rows: int
    rows_total: int
    alpha: float
    threshold: float
    verdict: str

    def of(self, verdict: Verdict) -> tuple[Tested, ...]:
        """The tests with this verdict."""
        return tuple(each for each in self.tested if each.verdict == verdict)


@dataclass(frozen=True)
class Change:
    """One change of a graph after which a contradicted implication is no longer implied.

    Attributes:
        kind: `arrow` (add one -> other), `both` (add one <-> other) or `turn` (one -> other in place of
            other -> one).
        one, other: The two nodes.
        question: The change as a question to someone who knows the subject.
        resolves: The contradicted statements that the changed graph no longer implies.
        remaining: How many contradicted implications the changed graph has.
        tests: How many implications of the changed graph were tested.
    """

    kind: Literal["arrow", "both", "turn"]
    one: str
    other: str
    question: str
    resolves: tuple[Independence, ...]
    remaining: int
    tests: int


@dataclass(frozen=True)
class Changes:
    """The single changes that agree with the data.

    Attributes:
        changes: Those with the fewest contradicted implications left first.
        tried: How many changes were considered.
        complete: Whether all were.
    """

    changes: tuple[Change, ...]
    tried: int
    complete: bool

    def for_statement(self, statement: Independence) -> tuple[Change, ...]:
        """The changes after which this statement is no longer implied, those between its ends first."""
        ends = {statement.x, statement.y}
        mine = [change for change in self.changes if statement in change.resolves]
        return tuple(sorted(mine, key=lambda change: {change.one, change.other} != ends))


@dataclass(frozen=True)
class Falsified:
    """A graph against itself with its names shuffled (Eulig et al. 2023).

    Attributes:
        violations: Violated statements of the graph.
        statements: How many of its statements were tested.
        shuffled: Violations of each shuffled graph, in the order drawn.
        equivalent: How many shuffled graphs imply exactly what the graph implies, or less.
        p_value: Share of shuffled graphs with no more violations than the graph; small is good news.
        p_informative: Share of `equivalent`; small means that the comparison can tell graphs apart.
        rows: Rows used.
        rows_total: Rows of the table.
        seed: Of the shuffles and the rows.
        alpha: Level of each single test, and of the verdict.
        threshold: A violation needs at least this strength.
        local_markov: Whether the statements are each node's with its non-descendants given its parents; else
            they are one minimal set for each separable pair.
        left_out: Statements not used because of the limit.
        verdict: The answer in words.
    """

    violations: int
    statements: int
    shuffled: tuple[int, ...]
    equivalent: int
    p_value: float
    p_informative: float
    rows: int
    rows_total: int
    seed: int
    alpha: float
    threshold: float
    local_markov: bool
    left_out: int
    verdict: str

    @property
    def informative(self) -> bool:
        """Whether few enough shuffled graphs imply the same for the comparison to tell."""
        return self.statements > 0 and self.p_informative <= self.alpha

    @property
    def better_than(self) -> float:
        """Share of shuffled graphs with more violations than the graph, 0 to 1."""
        return 1 - self.p_value
