"""Worlds whose true gains are known, and the models that the coverage of policies learns in them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import stats

from causal_core import policy
from causal_core.uplift.result import HeldOut

COSTS = (0.0, 0.2, 0.4)
NAMES = ("x1", "x2", "x3")
CLUSTER = 5

_points = stats.qmc.Sobol(3, seed=0).random_base2(12)
PEOPLE = stats.norm.ppf(np.clip(_points, 1e-9, 1 - 1e-9))
"""(4096, 3) those whose mean is the truth."""


@dataclass(frozen=True)
class World:
    """What the arms do, and how they were given."""

    effects: str
    arms: int = 2
    clustered: bool = False
    estimated: bool = False

    def effect(self, x: np.ndarray) -> np.ndarray:
        """(n, k) what each arm adds."""
        level, slope = {"strong": ((1.0, 0.8), 1.0), "weak": ((0.1, 0.1), 0.15), "none": ((0, 0), 0)}[
            self.effects
        ]
        columns = [np.zeros(len(x)), level[0] + slope * x[:, 0], level[1] + slope * x[:, 1]]
        return np.column_stack(columns[: self.arms])

    def chances(self, x: np.ndarray) -> np.ndarray:
        """(n, k) of the arms."""
        odds = np.exp(np.outer(x[:, 0], 0.5 * np.arange(self.arms)) * self.estimated)
        return odds / odds.sum(axis=1, keepdims=True)

    def draw(self, rows: int, random: np.random.Generator) -> Data:
        """A sample."""
        own = random.normal(size=(rows, 4))
        codes = np.arange(rows) // CLUSTER if self.clustered else None
        if codes is not None:
            own = np.sqrt(0.5) * (own + random.normal(size=(codes[-1] + 1, 4))[codes])
        x, noise = own[:, :3], own[:, 3]
        chances = self.chances(x)
        arm = (random.random(rows)[:, None] > chances.cumsum(axis=1)[:, :-1]).sum(axis=1)
        outcome = x[:, 0] + x[:, 1] / 2 + self.effect(x)[np.arange(rows), arm] + noise
        return Data(x, arm, outcome, self.arms, None if self.estimated else chances, codes)

    def title(self) -> str:
        """What the table calls it."""
        how = "estimated" if self.estimated else "trial"
        return f"{self.effects} | {self.arms} | {how}{', clusters' if self.clustered else ''}"


@dataclass(frozen=True)
class Data:
    """A sample, or a part of one."""

    x: np.ndarray
    arm: np.ndarray
    outcome: np.ndarray
    arms: int
    known: np.ndarray | None
    clusters: np.ndarray | None

    def take(self, rows: np.ndarray) -> Data:
        """Some of the rows."""
        known = None if self.known is None else self.known[rows]
        clusters = None if self.clusters is None else np.unique(self.clusters[rows], return_inverse=True)[1]
        return Data(self.x[rows], self.arm[rows], self.outcome[rows], self.arms, known, clusters)

    def folds(self, count: int, random: np.random.Generator) -> np.ndarray:
        """(n,) folds, clusters whole."""
        groups = np.arange(len(self.arm)) if self.clusters is None else self.clusters
        drawn = random.permutation(int(groups.max()) + 1) % count
        return np.asarray(drawn[groups])


def lines(data: Data) -> np.ndarray:
    """(p + 1, k) least-squares lines of the outcome, one an arm: a linear T-learner."""
    design = np.column_stack([np.ones(len(data.x)), data.x])
    found = [
        np.linalg.lstsq(design[data.arm == arm], data.outcome[data.arm == arm], rcond=None)[0]
        for arm in range(data.arms)
    ]
    return np.column_stack(found)


def predicted(coefficients: np.ndarray, x: np.ndarray) -> np.ndarray:
    """(n, k)."""
    return np.asarray(coefficients[0] + x @ coefficients[1:])


def logistic(data: Data) -> np.ndarray:
    """(p + 1, k) coefficients of a multinomial logistic regression by Newton's method, arm 0 the base."""
    design = np.column_stack([np.ones(len(data.x)), data.x])
    size, extra = design.shape[1], data.arms - 1
    found = np.zeros((size, extra))
    taken = (data.arm[:, None] == np.arange(1, data.arms)).astype(float)
    for _ in range(5):
        chance = softmax(found, data.x)[:, 1:]
        gradient = (design.T @ (taken - chance)).T.ravel()
        curvature = np.empty((extra * size, extra * size))
        for one in range(extra):
            for other in range(extra):
                weight = chance[:, one] * ((one == other) - chance[:, other])
                block = design.T @ (weight[:, None] * design)
                curvature[one * size : (one + 1) * size, other * size : (other + 1) * size] = block
        found = found + np.linalg.solve(curvature, gradient).reshape(extra, size).T
    return found


def softmax(coefficients: np.ndarray, x: np.ndarray) -> np.ndarray:
    """(n, k) chances."""
    odds = np.exp(np.column_stack([np.zeros(len(x)), coefficients[0] + x @ coefficients[1:]]))
    return np.asarray(odds / odds.sum(axis=1, keepdims=True))


def scored(data: Data, fold: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """AIPW scores, outcome models and propensities, each (n, k), from models of the other folds."""
    model = np.empty((len(data.arm), data.arms))
    chances = np.empty_like(model) if data.known is None else data.known
    for each in range(int(fold.max()) + 1):
        inside, others = np.flatnonzero(fold == each), data.take(np.flatnonzero(fold != each))
        model[inside] = predicted(lines(others), data.x[inside])
        if data.known is None:
            chances[inside] = softmax(logistic(others), data.x[inside])
    scores, rows = model.copy(), np.arange(len(data.arm))
    scores[rows, data.arm] += (data.outcome - model[rows, data.arm]) / chances[rows, data.arm]
    return scores, model, chances


def held_out(data: Data, effects: np.ndarray, random: np.random.Generator, total: int) -> HeldOut:
    """The judged rows as an uplift step gives them."""
    scores, model, chances = scored(data, data.folds(5, random))
    return HeldOut(
        rows=np.arange(len(data.arm)),
        arms=("none", "a", "b")[: data.arms],
        predicted={"t": effects},
        baseline={"t": model[:, 0]},
        scores=scores,
        outcome_model=model,
        arm=data.arm,
        outcome=data.outcome,
        propensity=chances,
        clusters=data.clusters,
        total_rows=total,
    )


def priced(held: HeldOut) -> policy.Economics:
    """With the costs of the arms."""
    return policy.Economics.of(held, "t", costs=dict(zip(held.arms, COSTS, strict=False)))


def chosen_arms(effects: np.ndarray) -> np.ndarray:
    """(n,) what best_arm gives for (n, k) predicted effects."""
    return np.asarray((effects - np.array(COSTS)[: effects.shape[1]]).argmax(axis=1))
