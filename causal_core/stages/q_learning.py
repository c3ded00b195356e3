"""Q-learning: what each arm of each stage is worth when all later stages are decided well."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field

import numpy as np

from causal_core.data.design import Floats, Integers
from causal_core.stages.decision import FEWEST, Decision
from causal_core.stages.history import History
from causal_core.uplift.arrays import mean_and_error
from causal_core.uplift.bases import Regression, regress
from causal_core.uplift.propensity import clip, constant_shares, fit_propensity

Policy = Floats
"""(n, k) the probability with which a rule gives each arm; rows without a decision do not matter."""


@dataclass(frozen=True, eq=False)
class Models:
    """Regressions on histories; an equal one is made only once.

    Attributes:
        history: The people.
        base: What regressions are made of; see `clearly_better` for "boosted".
        seed: Of what is random in them.
        memory: Digest of stage, arm, rows and target -> predictions for all rows.
    """

    history: History
    base: str
    seed: int
    memory: dict[str, Floats] = field(default_factory=dict, repr=False)

    def expected(self, place: int, arms: Integers, target: Floats, rows: Integers) -> Floats:
        """(n, k) E[target | history, arm], learned on `rows`; 0 for the arms not among `arms`.

        A regression for each arm, so that every covariate may change what an arm does.
        """
        decision = self.history.decisions[place]
        found = np.zeros(decision.allowed.shape)
        for arm in arms:
            found[:, arm] = self._predicted(place, int(arm), target, rows)
        return found

    def _predicted(self, place: int, arm: int, target: Floats, rows: Integers) -> Floats:
        decision = self.history.decisions[place]
        used = rows[decision.arm[rows] == arm]
        digest = hashlib.sha256(f"{place} {arm}".encode())
        digest.update(used.tobytes())
        digest.update(np.ascontiguousarray(target[used]).tobytes())
        key = digest.hexdigest()
        if key not in self.memory:
            self.memory[key] = self._fit(decision, used, target).predict(decision.matrix)
        return self.memory[key]

    def _fit(self, decision: Decision, used: Integers, target: Floats) -> Regression:
        weights = None if self.history.weights is None else self.history.weights[used]
        if weights is not None and not weights.any():
            weights = None
        matrix, wanted = decision.matrix[used], target[used]
        base = self.base
        if base == "boosted":
            base = clearly_better(matrix, wanted, decision.categorical, self.seed, weights)
        return regress(base, matrix, wanted, decision.categorical, self.seed, weights, noisy=True)


def clearly_better(
    matrix: Floats,
    target: Floats,
    categorical: tuple[int, ...],
    seed: int,
    weights: Floats | None,
) -> str:
    """The base "linear", unless small boosted trees predict a fifth of the rows clearly better.

    The best of several predictions takes the errors of all with it, so a model that bends without need costs
    a rule more than one regression. Clearly: the mean squared error is lower by more than the standard error
    of the difference.
    """
    test = np.random.default_rng([seed, 7]).permutation(len(target)) % 5 == 0
    if len(target) < FEWEST or (weights is not None and not (weights[test].any() and weights[~test].any())):
        return "linear"
    weight = None if weights is None else weights[~test]
    losses = []
    for base in ("linear", "boosted"):
        model = regress(base, matrix[~test], target[~test], categorical, seed, weight, noisy=True)
        losses.append((target[test] - model.predict(matrix[test])) ** 2)
    gain, error = mean_and_error(losses[0] - losses[1], weights=None if weights is None else weights[test])
    return "boosted" if gain > error else "linear"


@dataclass(frozen=True, eq=False)
class Learned:
    """A rule found backwards.

    Attributes:
        policies: For each stage (n, k) which arm it gives, 1 or 0, on all rows.
        expected: For each stage (n, k) what each arm is worth when all later stages follow the rule, costs
            from there on taken off; -inf for arms that were never given after these arms.
    """

    policies: tuple[Policy, ...]
    expected: tuple[Floats, ...]


def q_learning(models: Models, rows: Integers) -> Learned:
    """The rule that Q-learning finds on `rows`.

    From the last stage to the first, Q_j(h, a) = E[V_{j+1} | H_j = h, A_j = a] - cost of a, and
    V_j = max_a Q_j(H_j, a); without a decision V_j = V_{j+1}, and after the last stage V is the outcome's
    worth (Murphy 2005, "A generalization error for Q-learning"; Schulte et al. 2014, "Q- and A-learning
    methods for estimating optimal dynamic treatment regimes", section 3).

    Args:
        models: What to learn with.
        rows: Positions of the rows to learn on; the rule is told for all.
    """
    history = models.history
    target = history.worth
    policies: list[Policy] = []
    expected: list[Floats] = []
    for place in reversed(range(len(history.decisions))):
        decision = history.decisions[place]
        arms = np.arange(len(decision.arms))
        q = models.expected(place, arms, target, rows) - decision.cost
        q = np.where(decision.allowed, q, -np.inf)
        policies.insert(0, np.eye(len(arms))[q.argmax(axis=1)])
        expected.insert(0, q)
        target = np.where(decision.decided, q.max(axis=1), target)
    return Learned(tuple(policies), tuple(expected))


def chances(history: History, place: int, rows: Integers, seed: int) -> tuple[Floats, int]:
    """(n, k) probabilities of a stage's arms given the history, and how many held-out ones were raised.

    Known ones as they are; estimated ones learned on `rows`, zero for arms that were never given after these
    arms, and elsewhere at least a tenth of the arm's share.
    """
    decision = history.decisions[place]
    if decision.known is not None:
        return decision.known, 0
    used = rows[decision.decided[rows]]
    count = len(decision.arms)
    model = fit_propensity(decision.matrix[used], decision.arm[used], count, decision.categorical, seed)
    raw = np.where(decision.allowed, model.predict(decision.matrix), 0.0)
    # An arm that was given all the same, though too seldom to be offered, keeps its own probability.
    each = np.arange(len(raw))
    given = np.maximum(decision.arm, 0)
    raw[each, given] = np.maximum(raw[each, given], 1e-12)
    raw /= raw.sum(axis=1, keepdims=True)
    clipped, _ = clip(raw, constant_shares(decision.arm[used], count))
    possible = decision.allowed.copy()
    possible[each, given] |= decision.decided
    found = np.where(possible, clipped, 0.0)
    judged = history.held_out[decision.decided[history.held_out]]
    raised = int(((found > raw) & possible)[judged].sum())
    return found / found.sum(axis=1, keepdims=True), raised
