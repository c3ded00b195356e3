"""From a study to the setting that is simulated."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np

from causal_core.data.design import Design, Floats, Integers
from causal_core.experiment.design import Arms, Correction
from causal_core.experiment.pool import Pool, pool_of, pool_of_design
from causal_core.experiment.setting import Setting, Targeting
from causal_core.experiment.world import Asked, imposed, shifted
from causal_core.problem import DoesNotApply, Problem
from causal_core.study.experiment_options import Against, Goal

if TYPE_CHECKING:
    from causal_core.policy.economics import Economics
    from causal_core.study.inputs import Inputs
    from causal_core.uplift.result import HeldOut

FEWEST_CHANCE = 0.02
"""Below it the chance of being a control is not taken: no row may stand for more than fifty."""


@dataclass(frozen=True)
class Wanted:
    """What is planned, as far as simulations depend on it.

    Attributes:
        goal: What is to be learned.
        size: Which size is to be found; not 0.
        against: What a policy's gain is counted over.
        labels: The arms, control first.
        shares: Who gets what.
        correction: Of several comparisons.
        adjust: Whether covariates are adjusted for.
        whole: Whether clusters are assigned whole.
    """

    goal: Goal
    size: float
    against: Against
    labels: tuple[str, ...]
    shares: tuple[float, ...]
    correction: Correction
    adjust: bool
    whole: bool

    def __post_init__(self) -> None:
        if not np.isfinite(self.size) or self.size == 0:
            raise Problem(
                "The size to find is 0: what is not there is never found, however many people take part.",
                column="size",
                remedy="Say which size would be worth knowing.",
            )

    @property
    def arms(self) -> Arms:
        """The arms and their shares."""
        return Arms(self.labels, self.shares, self.correction)


def wanted_of_size(goal: Goal, size: float, labels: tuple[str, ...]) -> Wanted:
    """The plainest experiment about this size: equal shares, people assigned one by one."""
    return Wanted(goal, size, "none", labels, (1 / len(labels),) * len(labels), "dunnett", True, True)


@lru_cache(maxsize=2)
def average_setting(inputs: Inputs, wanted: Wanted) -> Setting:
    """An experiment about average effects among people like the study's.

    Raises:
        Problem: Too few rows to draw from, or a size the outcome cannot have.
        DoesNotApply: The outcome does not vary.
    """
    design = inputs.design()
    pool = pool_of_design(design, _chance(design), inputs.seed)
    count = len(wanted.labels) - 1
    return Setting(
        wanted.goal,
        wanted.size,
        pool,
        wanted.arms,
        shifted(pool, wanted.size, count),
        np.zeros((len(pool.outcome), count)),
        wanted.adjust,
        wanted.whole,
    )


def ranking_setting(held_out: HeldOut, learner: str, wanted: Wanted, seed: int, arm: int = 1) -> Setting:
    """An experiment about who responds: does the ranking by this learner find them?

    The people are the rows that the learner did not see, so their predictions are those of new people.

    Args:
        held_out: The rows judged.
        learner: Whose predictions rank.
        wanted: Its size is an AUTOC in the outcome's unit.
        seed: Of what is drawn.
        arm: The arm 1..k-1 whose effect ranks.

    Raises:
        Problem: The predicted effects do not differ, or the size cannot be had.
    """
    effects = held_out.effects(learner)
    pool, rows = _pool(held_out, seed)
    predicted, chance = effects[rows], held_out.outcome_model[rows, 0]
    place = np.unique(-predicted[:, arm - 1], return_inverse=True)[1]
    direction = np.zeros_like(predicted)
    direction[:, arm - 1] = _rank_weights(place, pool.weight)
    asked = Asked(direction)
    targeting = Targeting(chance, predicted, place, arm=arm)
    return _setting(wanted, pool, targeting, asked)


def gain_setting(economics: Economics, policy: Floats, wanted: Wanted, seed: int) -> Setting:
    """An experiment about what a policy gains over treating nobody, everybody, or as so far.

    Args:
        economics: Rewards and costs of rows the policy did not see.
        policy: (n, k) its chance of each arm for each of them.
        wanted: Its size is a gain in the benefit's unit per person.
        seed: Of what is drawn.

    Raises:
        Problem: The policy does what the alternative does, or the size cannot be had.
    """
    held_out = economics.held_out
    other = np.zeros_like(policy)
    if wanted.against == "current":
        other = held_out.propensity
    else:
        other[:, 0 if wanted.against == "none" else economics.all_arm] = 1
    pool, rows = _pool(held_out, seed)
    difference = (policy - other)[rows]
    if np.ptp(economics.worth) > 0:
        raise DoesNotApply(
            "A gain is planned for where a unit of the outcome is worth the same of everybody.",
            remedy="Take the column of worths out on Policy, under Limits.",
        )
    if np.abs(difference).max(initial=0) < 1e-12 or economics.benefit == 0:
        raise DoesNotApply(
            "The policy does what it is compared with, so there is no gain to find."
            if economics.benefit
            else "At a benefit of 0 no outcome is a gain.",
            remedy="Compare with something else, or choose another policy on Policy.",
        )
    cost = economics.predicted_cost[rows]
    predicted, chance = held_out.effects(economics.learner)[rows], held_out.outcome_model[rows, 0]
    spent = float(pool.weight @ (difference * cost).sum(axis=1))
    asked = Asked(economics.benefit * difference[:, 1:], -spent)
    place = np.zeros(len(rows), dtype=np.int64)
    targeting = Targeting(chance, predicted, place, difference, economics.benefit, cost)
    return _setting(wanted, pool, targeting, asked)


def _pool(held_out: HeldOut, seed: int) -> tuple[Pool, Integers]:
    nothing = np.zeros((len(held_out.outcome), 0))
    return pool_of(held_out.outcome, held_out.arm, _chance_of(held_out), nothing, held_out.clusters, seed)


def _setting(wanted: Wanted, pool: Pool, targeting: Targeting, asked: Asked) -> Setting:
    """The experiment with the size wanted, and with none, among rows the policy or ranking did not see."""
    effects, none = (
        imposed(pool, targeting.predicted, targeting.chance, asked, size) for size in (wanted.size, 0.0)
    )
    return Setting(wanted.goal, wanted.size, pool, wanted.arms, effects, none, False, wanted.whole, targeting)


def _chance_of(held_out: HeldOut) -> Floats:
    chance = np.maximum(held_out.propensity[:, 0], FEWEST_CHANCE)
    return np.asarray(chance if held_out.weights is None else chance / held_out.weights)


def _chance(design: Design) -> Floats:
    chance = _control_chance(design)
    return np.asarray(chance if design.weights is None else chance / design.weights)


def _control_chance(design: Design) -> Floats:
    """(n,) the chance of being a control: known, equal in a trial, else a logistic regression's."""
    if design.propensity is not None:
        return np.maximum(design.propensity[:, 0], FEWEST_CHANCE)
    if design.randomised or design.covariates.shape[1] == 0:
        return np.full(design.rows_used, float((design.arm == 0).mean()))
    from causal_core.estimation.propensity import fit_scores

    scale = design.covariates.std(axis=0)
    standard = (design.covariates - design.covariates.mean(axis=0)) / np.where(scale > 0, scale, 1.0)
    x = np.column_stack([np.ones(design.rows_used), standard])
    fitted = fit_scores(x, design.arm, len(design.arms), np.ones(design.rows_used))
    return np.maximum(fitted.probability[:, 0], FEWEST_CHANCE)


def _rank_weights(place: Floats | np.ndarray[tuple[int], np.dtype[np.int64]], weight: Floats) -> Floats:
    """(m,) what AUTOC weighs each row's effect by: the mean of -ln q - 1 over its stretch of q."""
    places = np.asarray(place, dtype=np.int64)
    mass: Floats = np.bincount(places, weights=weight).astype(np.float64)
    end: Floats = np.cumsum(mass)
    start = np.concatenate(([0.0], end[:-1]))

    def antiderivative(q: Floats) -> Floats:
        return np.asarray(-q * np.log(np.where(q > 0, q, 1.0)))

    return np.asarray(((antiderivative(end) - antiderivative(start)) / mass)[places])
