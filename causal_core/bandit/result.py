"""What came of each strategy, run by run and over time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from causal_core.data.design import Floats, Integers
from causal_core.plain import Plain, to_plain


@dataclass(frozen=True, eq=False)
class Course:
    """One strategy over time, in each of s runs.

    All sums are of mean rewards given the arms drawn, so that the luck of single outcomes is left out.

    Attributes:
        strategy: Its name.
        people: (p,) people decided about so far.
        reward: (s, p) summed benefit less cost.
        regret: (s, p) summed reward of the best arm for each person, less `reward`.
        regret_single: (s, p) summed reward of the best single arm, less `reward`; may fall below 0.
        exploring: (s, p) share of people since the point before who got, to learn, another arm than the one
            then thought best; a probability, so not a count.
        shares: (s, p, k) share of each arm since the point before.
    """

    strategy: str
    people: Integers = field(repr=False)
    reward: Floats = field(repr=False)
    regret: Floats = field(repr=False)
    regret_single: Floats = field(repr=False)
    exploring: Floats = field(repr=False)
    shares: Floats = field(repr=False)


def join(courses: Sequence[Course]) -> Course:
    """One course of all runs from those of some runs each."""

    def together(name: str) -> Floats:
        return np.concatenate([getattr(course, name) for course in courses])

    return replace(
        courses[0],
        reward=together("reward"),
        regret=together("regret"),
        regret_single=together("regret_single"),
        exploring=together("exploring"),
        shares=together("shares"),
    )


@dataclass(frozen=True, eq=False)
class Lengths:
    """What an experiment costs that is shorter or longer, each in the same runs.

    Attributes:
        rounds: (l,) rounds before one commits to each person's best arm.
        regret: (s, l) summed reward of each person's best arm, less that of the arms given.
    """

    rounds: tuple[int, ...]
    regret: Floats = field(repr=False)


@dataclass(frozen=True)
class Amount:
    """A mean over runs with its 95 % t-interval across runs."""

    value: float
    std_error: float
    ci: tuple[float, float]


@dataclass(frozen=True, eq=False)
class Simulated:
    """All strategies in one world.

    Attributes:
        arms: The k arms, control first.
        courses: By strategy in the order asked for, the best single arm last.
        best_arm: The arm that is the best single one.
        rows: People of the table who make the world.
        seeds: Runs.
        rounds: Rounds of a run.
        per_round: People a round.
        quantile: 97.5 % quantile of Student's t with seeds - 1 degrees of freedom.
        spread: By arm after the control, the standard deviation of its effects over people, in the outcome's
            unit.
        lengths: Experiments of other lengths; None where none was asked for.
        worth: (single, each): what the best single arm and each person's best arm gain over the control, per
            person and on average over time.
    """

    arms: tuple[str, ...]
    courses: tuple[Course, ...]
    best_arm: str
    rows: int
    seeds: int
    rounds: int
    per_round: int
    quantile: float
    spread: tuple[float, ...]
    worth: tuple[float, float]
    lengths: Lengths | None = None

    @property
    def people(self) -> int:
        """People decided about in a run."""
        return self.rounds * self.per_round

    def course(self, strategy: str) -> Course:
        """The course of one strategy."""
        return next(each for each in self.courses if each.strategy == strategy)

    @property
    def names(self) -> tuple[str, ...]:
        """The strategies."""
        return tuple(each.strategy for each in self.courses)

    def band(self, values: Floats) -> tuple[Floats, Floats, Floats]:
        """Mean, lower and upper 95 % limit over the runs of (s, ...) values, by Student's t."""
        mean = values.mean(axis=0)
        reach = self.quantile * values.std(axis=0, ddof=1) / np.sqrt(len(values))
        return mean, mean - reach, mean + reach

    def amount(self, values: Floats) -> Amount:
        """The mean of (s,) values."""
        mean, low, high = self.band(values)
        error = float(values.std(ddof=1)) / float(np.sqrt(len(values)))
        return Amount(float(mean), error, (float(low), float(high)))

    def reward(self, strategy: str) -> Amount:
        """Benefit less cost of all people of a run."""
        return self.amount(self.course(strategy).reward[:, -1])

    def regret(self, strategy: str) -> Amount:
        """What is missing to each person's best arm at the end of a run."""
        return self.amount(self.course(strategy).regret[:, -1])

    def more(self, first: str, second: str) -> Amount:
        """What the first strategy gains over the second in a run, paired: both meet the same people."""
        return self.amount(self.course(first).reward[:, -1] - self.course(second).reward[:, -1])

    def by_length(self) -> tuple[tuple[int, Amount], ...]:
        """(rounds, regret) of experiments of other lengths, shortest first."""
        if self.lengths is None:
            return ()
        regrets = self.lengths.regret.T
        return tuple(
            (rounds, self.amount(regret)) for rounds, regret in zip(self.lengths.rounds, regrets, strict=True)
        )

    def to_dict(self) -> dict[str, Plain]:
        """The entry of results.json."""
        entry = {
            name: to_plain(getattr(self, name))
            for name in ("arms", "best_arm", "rows", "seeds", "rounds", "per_round", "spread", "worth")
        }
        lengths: list[Plain] = [
            {"rounds": rounds, "regret": to_plain(regret)} for rounds, regret in self.by_length()
        ]
        return {
            **entry,
            "strategies": [self._entry(course) for course in self.courses],
            "experiment_lengths": lengths,
        }

    def _entry(self, course: Course) -> dict[str, Plain]:
        mean, low, high = self.band(course.regret)
        curve = zip(course.people.tolist(), mean.tolist(), low.tolist(), high.tolist(), strict=True)
        return {
            "strategy": course.strategy,
            "reward": to_plain(self.reward(course.strategy)),
            "regret": to_plain(self.regret(course.strategy)),
            "exploring": float(course.exploring.mean()),
            "curve": [list(point) for point in curve],
        }


@dataclass(frozen=True)
class Replayed:
    """One strategy, replayed on logged rows.

    Attributes:
        strategy: Its name.
        value: Mean benefit less cost a person among its first `people` people.
        std_error: Of one pass through the log; passes in other orders make it at most smaller.
        ci: 95 % interval.
        people: People it decided about in a pass: those whose arm in the log was also the one it gave.
    """

    strategy: str
    value: float
    std_error: float
    ci: tuple[float, float]
    people: int


@dataclass(frozen=True)
class Replay:
    """What logged rows say of strategies that learn (Li, Chu, Langford & Wang 2011).

    Attributes:
        results: By strategy.
        rows: Logged rows offered in a pass.
        share: Share of these that a strategy uses, whatever it does.
        kept: Share kept when the log is thinned to equal chances of every arm; 1 when they were equal.
        passes: Orders of the log that were gone through.
        source: Where the chances of the log are known from: "column" or "shares".
    """

    results: tuple[Replayed, ...]
    rows: int
    share: float
    kept: float
    passes: int
    source: str

    def to_dict(self) -> dict[str, Plain]:
        """Its part of the entry of results.json."""
        return {
            name: to_plain(getattr(self, name))
            for name in ("results", "rows", "share", "kept", "passes", "source")
        }


@dataclass(frozen=True)
class Acted:
    """What is found of learning while acting.

    Attributes:
        simulated: In a world made from the fitted model.
        replay: On the log; None when the log cannot say it.
        why: Why it cannot.
    """

    simulated: Simulated
    replay: Replay | None
    why: str = ""

    def to_dict(self) -> dict[str, Plain]:
        """The entry of results.json."""
        replay: Plain = {"error": self.why} if self.replay is None else to_plain(self.replay)
        return {**self.simulated.to_dict(), "replay": replay}
