"""One simulated run, person by person, with the chance of every arm: what a good log holds."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from causal_core.bandit.simulator import play
from causal_core.bandit.strategies import Known
from causal_core.bandit.world import World
from causal_core.data.design import Floats, Integers
from causal_core.study.options import BanditOptions

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, eq=False)
class RunLog:
    """One run.

    Attributes:
        strategy: Which strategy acted.
        arms: The k arms, control first.
        round: (m,) from 1.
        rows: (m,) position in the table of the person met.
        arm: (m,) 0..k-1.
        chances: (m, k) with which the arm was drawn; they sum to 1.
        outcome: (m,) simulated.
        cost: (m,) of the arm given.
        benefit: Value of one unit of outcome.
    """

    strategy: str
    arms: tuple[str, ...]
    round: Integers = field(repr=False)
    rows: Integers = field(repr=False)
    arm: Integers = field(repr=False)
    chances: Floats = field(repr=False)
    outcome: Floats = field(repr=False)
    cost: Floats = field(repr=False)
    benefit: float

    def frame(self, features: pd.DataFrame, treatment: str, outcome: str) -> pd.DataFrame:
        """The log as a table that can be read as a study's data.

        Args:
            features: (m, p) covariates of the people met.
            treatment: What the arm's column is called.
            outcome: What the outcome's column is called.
        """
        found = features.reset_index(drop=True)
        added: list[tuple[str, np.ndarray[tuple[int], np.dtype[np.generic]]]] = [
            (treatment, np.array(self.arms, dtype=object)[self.arm]),
            (outcome, self.outcome),
            ("round", self.round),
            ("propensity", self.chances[np.arange(len(self.arm)), self.arm]),
            *((f"propensity of {arm}", self.chances[:, code]) for code, arm in enumerate(self.arms)),
            ("cost", self.cost),
            ("reward", self.benefit * self.outcome - self.cost),
        ]
        for name, values in added:
            free = name
            while free in found.columns:
                free += "_"
            found[free] = values
        return found


def write_down(
    strategy: str,
    world: World,
    options: BanditOptions,
    seed: int,
    rows: Integers,
    before: Known | None = None,
) -> RunLog:
    """One run of a strategy.

    Args:
        strategy: A key of `STRATEGIES`.
        world: Where it acts.
        options: How long, and how it explores.
        seed: Of the run.
        rows: (n,) positions in the table of the world's people.
        before: What is known before the first round; None for nothing.
    """
    rounds = list(play(strategy, world, options, (seed,), before))
    who = np.concatenate([each.meeting.rows[0] for each in rounds])
    arm = np.concatenate([each.arm[0] for each in rounds])
    return RunLog(
        strategy=strategy,
        arms=world.arms,
        round=np.repeat(np.arange(1, options.rounds + 1), options.per_round),
        rows=np.asarray(rows[who]),
        arm=arm,
        chances=np.concatenate([each.chances[0] for each in rounds]),
        outcome=np.concatenate([each.outcome[0] for each in rounds]),
        cost=np.asarray(world.cost[who, arm]),
        benefit=world.benefit,
    )
