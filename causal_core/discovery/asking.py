"""The questions a search asks of the data: counted, timed, and remembered."""

from __future__ import annotations

from collections.abc import Callable
from time import thread_time

from causal_core.discovery.knowledge import Rules
from causal_core.engine.progress import report
from causal_core.problem import Problem

Test = Callable[[int, int, tuple[int, ...]], float]
"""The p-value of `column x is independent of column y given columns`."""

_BETWEEN_LOOKS = 64


class TimeUp(Problem):
    """A search that took too long."""


class Clock:
    """The processor time a search may take; also where a search nobody wants any more stops."""

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        self.until = thread_time() + seconds
        self.ticks = 0

    def tick(self) -> None:
        """Count one question.

        Raises:
            TimeUp: The time is up.
        """
        self.ticks += 1
        if self.ticks % _BETWEEN_LOOKS:
            return
        report(0, 1)
        if thread_time() > self.until:
            raise TimeUp(
                f"The search took longer than {self.seconds:g} seconds of processor time.",
                remedy="Choose fewer columns, a smaller significance level or a higher price for an edge.",
            )


class Questions:
    """Independence questions, with what separated each pair that was found independent.

    Attributes:
        alpha: Two columns count as independent when the p-value is above it.
        separators: (x, y) with x < y -> the set that separated them: the smallest, then of the largest p.
    """

    def __init__(self, test: Test, alpha: float, rules: Rules, clock: Clock) -> None:
        self.alpha = alpha
        self.separators: dict[tuple[int, int], frozenset[int]] = {}
        self._best: dict[tuple[int, int], tuple[int, float]] = {}
        self._answers: dict[tuple[int, int, tuple[int, ...]], float] = {}
        self._test, self._rules, self._clock = test, rules, clock

    def p_value(self, x: int, y: int, given: tuple[int, ...]) -> float:
        """The p-value of `x is independent of y given`; 0 for a pair that must be joined."""
        one, other = (x, y) if x < y else (y, x)
        if self._rules.needs(one, other) or self._rules.needs(other, one):
            return 0.0
        among = tuple(sorted(given))
        key = (one, other, among)
        if key not in self._answers:
            self._clock.tick()
            self._answers[key] = self._test(one, other, among)
        p = self._answers[key]
        if p > self.alpha:
            rank = (len(among), -p)
            if (one, other) not in self._best or rank < self._best[one, other]:
                self._best[one, other] = rank
                self.separators[one, other] = frozenset(among)
        return p

    def separator(self, x: int, y: int) -> frozenset[int] | None:
        """What separated two columns, or None when nothing did."""
        return self.separators.get((min(x, y), max(x, y)))

    def strength(self, x: int, y: int) -> float:
        """The p-value of their separation; 0 when nothing separated them."""
        return -self._best.get((min(x, y), max(x, y)), (0, 0.0))[1]
