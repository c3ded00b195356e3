"""What is known before the data speak: forbidden and required arrows, and the order of time."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from causal_core.graph.checks import find_cycle
from causal_core.problem import Problem

if TYPE_CHECKING:
    from causal_core.study.study import Study

Arrow = tuple[str, str]


@dataclass(frozen=True)
class Knowledge:
    """What every suggestion must obey.

    Attributes:
        forbidden: Arrows (cause, effect) that cannot be.
        required: Arrows that must be.
        tiers: Groups of columns in the order of time; no arrow points to an earlier group. A column in no
            group is free.
    """

    forbidden: tuple[Arrow, ...] = ()
    required: tuple[Arrow, ...] = ()
    tiers: tuple[tuple[str, ...], ...] = ()

    def __post_init__(self) -> None:
        """Refuse what cannot hold together."""
        _refuse_twice([name for tier in self.tiers for name in tier])
        for cause, effect in (*self.forbidden, *self.required):
            if cause == effect:
                raise Problem(f"{cause} cannot cause itself.", column=cause, remedy="Choose two columns.")
        for cause, effect in self.required:
            if (cause, effect) in self.forbidden:
                raise Problem(
                    f"The arrow {cause} -> {effect} is both required and forbidden.",
                    column=cause,
                    remedy="Take one of the two back.",
                )
            if self.forbids(cause, effect):
                raise Problem(
                    f"The arrow {cause} -> {effect} is required, but {cause} comes later than {effect}.",
                    column=cause,
                    remedy="Correct the order of time or take the arrow back.",
                )
        children: dict[str, list[str]] = {end: [] for arrow in self.required for end in arrow}
        for cause, effect in self.required:
            children[cause].append(effect)
        cycle = find_cycle(children)
        if cycle:
            raise Problem(
                f"The required arrows go round in a circle: {' -> '.join((*cycle, cycle[0]))}.",
                column=cycle[0],
                remedy="Take one of them back.",
            )

    def forbids(self, cause: str, effect: str) -> bool:
        """Whether no arrow may lead from `cause` to `effect`."""
        rank = self.ranks()
        late = cause in rank and effect in rank and rank[cause] > rank[effect]
        return late or (cause, effect) in self.forbidden

    def ranks(self) -> dict[str, int]:
        """Column -> the number of its group in time, earliest 0."""
        return {name: number for number, tier in enumerate(self.tiers) for name in tier}

    def names(self) -> frozenset[str]:
        """Every column it speaks of."""
        arrows = (end for arrow in (*self.forbidden, *self.required) for end in arrow)
        return frozenset(arrows) | frozenset(name for tier in self.tiers for name in tier)

    def among(self, columns: Iterable[str]) -> Knowledge:
        """What of it concerns these columns alone."""
        kept = set(columns)
        return Knowledge(
            tuple(arrow for arrow in self.forbidden if kept.issuperset(arrow)),
            tuple(arrow for arrow in self.required if kept.issuperset(arrow)),
            tuple(tuple(name for name in tier if name in kept) for tier in self.tiers),
        )


@dataclass(frozen=True)
class Rules:
    """Knowledge on numbered columns, as masks: column number i is bit i.

    Attributes:
        columns: The columns' names.
        may: For each column, the columns that may have an arrow into it.
        need: For each column, the columns that must have one.
        before: For each column, the columns that come before it, by time or by a required arrow.
    """

    columns: tuple[str, ...]
    may: tuple[int, ...]
    need: tuple[int, ...]
    before: tuple[int, ...]

    @classmethod
    def of(cls, knowledge: Knowledge, columns: Sequence[str]) -> Rules:
        """The rules among `columns`.

        Raises:
            Problem: Required arrows and the order of time together go round in a circle.
        """
        mine = knowledge.among(columns)
        index = {name: number for number, name in enumerate(columns)}
        rank = mine.ranks()
        size = len(columns)
        may, need, before = [0] * size, [0] * size, [0] * size
        for effect, name in enumerate(columns):
            for cause, other in enumerate(columns):
                if cause != effect and not mine.forbids(other, name):
                    may[effect] |= 1 << cause
                if name in rank and other in rank and rank[other] < rank[name]:
                    before[effect] |= 1 << cause
        for source, target in mine.required:
            need[index[target]] |= 1 << index[source]
            before[index[target]] |= 1 << index[source]
            may[index[source]] &= ~(1 << index[target])
        rules = cls(tuple(columns), tuple(may), tuple(need), tuple(before))
        rules.arranged(range(size))
        return rules

    def arranged(self, wanted: Iterable[int]) -> tuple[int, ...]:
        """All columns in the order nearest to `wanted` in which what comes before does.

        Raises:
            Problem: There is none.
        """
        order: list[int] = []
        left = list(wanted)
        done = 0
        while left:
            free = next((column for column in left if not self.before[column] & ~done), None)
            if free is None:
                names = ", ".join(self.columns[column] for column in left)
                raise Problem(
                    f"The required arrows and the order of time contradict each other among {names}.",
                    column=self.columns[left[0]],
                    remedy="Take a required arrow back or change the order.",
                )
            order.append(free)
            done |= 1 << free
            left.remove(free)
        return tuple(order)

    def allows(self, cause: int, effect: int) -> bool:
        """Whether an arrow may lead from `cause` to `effect`."""
        return bool(self.may[effect] >> cause & 1)

    def needs(self, cause: int, effect: int) -> bool:
        """Whether an arrow must lead from `cause` to `effect`."""
        return bool(self.need[effect] >> cause & 1)


def known_of(study: Study, columns: Sequence[str]) -> Knowledge:
    """What a study says about time and chance, as knowledge on `columns`.

    Columns measured before the treatment come first, then the treatment with those measured at the same time,
    then those measured after it; a randomised treatment has no causes here.
    """
    treatment = study.question.treatment
    when = dict(study.data.measured)
    if when:
        when.setdefault(treatment, "at")
    tiers = tuple(
        tuple(name for name in columns if when.get(name) == time) for time in ("before", "at", "after")
    )
    chance = set(study.graph.randomised) | ({treatment} if study.question.randomised else set())
    forbidden = tuple((name, each) for each in columns if each in chance for name in columns if name != each)
    return Knowledge(forbidden, (), tiers if sum(map(bool, tiers)) > 1 else ())


def _refuse_twice(names: Sequence[str]) -> None:
    for name in names:
        if names.count(name) > 1:
            raise Problem(
                f"{name} stands at two times.", column=name, remedy="Put each column into one group."
            )
