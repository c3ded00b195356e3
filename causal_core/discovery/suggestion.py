"""A graph as the data suggest it: edges with marks, on what it rests, how often each edge came back."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final, Literal

Mark = Literal["->", "--", "<->", "o->", "o-o"]
"""`->` cause; `--` direction not told; `<->` hidden common cause; `o->` the right is no cause; `o-o` open."""

SYMMETRIC: Final = frozenset({"--", "<->", "o-o"})
"""The marks that read the same from both ends."""


SIGNS: Final[dict[str, str]] = {"->": "→", "--": "—", "<->": "↔", "o->": "o→", "o-o": "o–o"}
"""Mark -> the sign a person reads."""


@dataclass(frozen=True)
class SuggestedEdge:
    """An edge: `one mark other`, such as age -> income; the head of an arrow is at `other`."""

    one: str
    other: str
    mark: Mark

    @property
    def text(self) -> str:
        """The edge as a person reads it."""
        return f"{self.one} {SIGNS[self.mark]} {self.other}"

    @property
    def pair(self) -> frozenset[str]:
        """Its two ends."""
        return frozenset((self.one, self.other))


@dataclass(frozen=True)
class Suggestion:
    """What one algorithm makes of the data.

    Attributes:
        algorithm: Its name in `ALGORITHMS`.
        columns: The columns searched, in order.
        edges: The edges it suggests, in the order of the columns.
        assumes: What it takes for granted, one sentence each.
        method: How independence was tested or graphs were scored, in words.
        rows_used: Rows without a missing value in these columns.
        rows_dropped: Rows left out because of one.
        dropped_by: (column, rows with it missing), for each column with any.
        left_out: (column, why it could not be used).
        notes: What else a reader must know.
        seed: The seed.
    """

    algorithm: str
    columns: tuple[str, ...]
    edges: tuple[SuggestedEdge, ...]
    assumes: tuple[str, ...]
    method: str
    rows_used: int
    rows_dropped: int = 0
    dropped_by: tuple[tuple[str, int], ...] = ()
    left_out: tuple[tuple[str, str], ...] = ()
    notes: tuple[str, ...] = ()
    seed: int = 0

    def between(self, one: str, other: str) -> SuggestedEdge | None:
        """The edge between two columns, or None."""
        wanted = frozenset((one, other))
        return next((edge for edge in self.edges if edge.pair == wanted), None)


@dataclass(frozen=True)
class PairShares:
    """In what share of the resamples a pair was joined how; the five add up to 1.

    Attributes:
        one, other: The pair.
        forward: one -> other.
        backward: other -> one.
        undecided: Joined by `--`, `o->` or `o-o`.
        both: one <-> other.
        none: Not joined.
    """

    one: str
    other: str
    forward: float
    backward: float
    undecided: float
    both: float
    none: float

    @property
    def joined(self) -> float:
        """Joined in any way."""
        return 1.0 - self.none

    def reversed(self) -> PairShares:
        """The same pair read from its other end."""
        return PairShares(
            self.other, self.one, self.backward, self.forward, self.undecided, self.both, self.none
        )


@dataclass(frozen=True)
class Frequencies:
    """How often each edge came back when the rows were drawn anew, with replacement.

    Attributes:
        resamples: How many resamples gave a graph.
        failed: How many gave none, because a column did not vary in them or a matrix was singular.
        pairs: One entry for each pair that was joined at least once, commonest first.
    """

    resamples: int
    failed: int
    pairs: tuple[PairShares, ...]

    def of(self, one: str, other: str) -> PairShares | None:
        """The shares of a pair read from `one`; None without resamples."""
        if not self.resamples:
            return None
        for pair in self.pairs:
            if (pair.one, pair.other) == (one, other):
                return pair
            if (pair.one, pair.other) == (other, one):
                return pair.reversed()
        return PairShares(one, other, 0.0, 0.0, 0.0, 0.0, 1.0)


@dataclass(frozen=True)
class Suggested:
    """A suggestion from all rows, and how often its edges came back in resamples."""

    suggestion: Suggestion
    frequencies: Frequencies


Outcome = tuple[SuggestedEdge, ...] | None
"""The edges found in one resample, or None when it gave no graph."""


def count(outcomes: Iterable[Outcome], columns: tuple[str, ...]) -> Frequencies:
    """How often each pair of columns was joined how, over the resamples that gave a graph."""
    given = list(outcomes)
    found = [edges for edges in given if edges is not None]
    place = {name: number for number, name in enumerate(columns)}
    kinds: Counter[tuple[str, str, str]] = Counter()
    for edges in found:
        for edge in edges:
            ahead = place[edge.one] < place[edge.other]
            one, other = (edge.one, edge.other) if ahead else (edge.other, edge.one)
            way = "forward" if ahead else "backward"
            kinds[one, other, {"->": way, "<->": "both"}.get(edge.mark, "undecided")] += 1
    pairs = []
    for one, other in sorted({key[:2] for key in kinds}, key=lambda pair: (place[pair[0]], place[pair[1]])):
        shares = {
            kind: kinds[one, other, kind] / len(found)
            for kind in ("forward", "backward", "undecided", "both")
        }
        times = sum(kinds[one, other, kind] for kind in shares)
        pairs.append(PairShares(one, other, **shares, none=(len(found) - times) / len(found)))
    pairs.sort(key=lambda pair: pair.none)
    return Frequencies(len(found), len(given) - len(found), tuple(pairs))
