"""How often intervals held the truth, and the rows of a table that say so."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from scipy import stats


def holds(ci: tuple[float, float], truth: float) -> bool:
    """Whether an interval holds a truth."""
    return ci[0] <= truth <= ci[1]


@dataclass(frozen=True)
class Tally:
    """How often intervals were asked and held; one without length, of a policy that treats no row, is not."""

    held: Counter[str]
    asked: Counter[str]

    def ask(self, name: str, ci: tuple[float, float], truth: float) -> None:
        """Whether an interval holds a truth."""
        if ci[0] < ci[1]:
            self.add(name, held=holds(ci, truth))

    def add(self, name: str, *, held: bool) -> None:
        """One answer."""
        self.asked[name] += 1
        self.held[name] += int(held)


def show(columns: str, title: str, found: Counter[str], asked: int | Counter[str], *, head: bool) -> None:
    """A row of a table, and its head before the first."""
    if head:
        names = f"{columns} | {' | '.join(found)}"
        print(f"| {names} |\n{'|---' * (names.count('|') + 1)}|")
    times = asked if isinstance(asked, Counter) else dict.fromkeys(found, asked)
    print(f"| {title} | {' | '.join(text(found[name], times[name]) for name in found)} |", flush=True)


def text(count: int, runs: int) -> str:
    """A share in per cent with its exact interval."""
    low, high = stats.binomtest(int(count), runs).proportion_ci()
    return f"{100 * count / runs:.1f} ({100 * low:.1f} to {100 * high:.1f})"
