"""A world fitted to a study's rows, in which the true effect is known."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from causal_core.data.design import Design, Floats, Integers
from causal_core.estimation.overlap import trimming


@dataclass(frozen=True, eq=False)
class World:
    """A population of rows with known means and probabilities.

    Attributes:
        design: Its rows; covariates, clusters, weights and known probabilities are the study's own.
        mean: (N, k) the mean outcome of each row under each arm.
        probability: (N, k) the probability of each arm.
        pools: For each arm what is added to the mean: sorted, with mean zero; empty for a binary outcome,
            which is drawn with its mean as the probability.
        binary: Whether the outcome is 0 or 1.
        alike: Correlation of the noise within clusters on the normal scale; 0 without clusters.
        whole: Whether whole clusters are assigned together.
    """

    design: Design
    mean: Floats
    probability: Floats
    pools: tuple[Floats, ...]
    binary: bool
    alike: float
    whole: bool

    def truth(self, a: int, estimand: str, target: str) -> float | None:
        """The effect of arm `a` against control, exactly, in the outcome's unit.

        Args:
            a: The arm, 1..k-1.
            estimand: What a method says it gives: a target, "variance-weighted" (two arms),
                "overlap-weighted" or "trimmed".
            target: The target asked for.

        Returns:
            The effect averaged over the estimand's population; None for an estimand that is none of these.
        """
        e = self.probability
        weights = np.ones(len(e)) if self.design.weights is None else self.design.weights
        inside = {"ATE": np.ones(len(e)), "ATT": e[:, a], "ATC": e[:, 0]}
        if estimand in inside:
            share = inside[estimand]
        elif estimand == "variance-weighted" and e.shape[1] == 2:
            share = e[:, 0] * e[:, 1]
        elif estimand == "overlap-weighted":
            share = 1 / (1 / e).sum(axis=1)
        elif estimand == "trimmed":
            share = trimming(e, weights).kept * inside[target]
        else:
            return None
        total = float((weights * share).sum())
        effect = self.mean[:, a] - self.mean[:, 0]
        return float(weights * share @ effect / total) if total > 0 else None

    def draw(self, rows: int, random: np.random.Generator) -> Design:
        """A study of about `rows` rows: rows or whole clusters with replacement, new arms, new outcomes."""
        chosen, clusters = self._chosen(rows, random)
        groups = int(clusters.max()) + 1 if clusters is not None and len(clusters) else 0
        cumulated = self.probability[chosen].cumsum(axis=1)
        lot = random.random(groups)[clusters] if self.whole else random.random(len(chosen))
        arm = np.minimum((lot[:, None] > cumulated).sum(axis=1), self.probability.shape[1] - 1)
        level = self._levels(len(chosen), clusters, groups, random)
        outcome = self.mean[chosen, arm]
        if self.binary:
            outcome = (level < outcome).astype(np.float64)
        else:
            for b, pool in enumerate(self.pools):
                mine = arm == b
                places = np.minimum((level[mine] * len(pool)).astype(np.int64), len(pool) - 1)
                outcome[mine] += pool[places]
        design = self.design
        return replace(
            design,
            outcome=outcome,
            arm=arm.astype(np.int64),
            covariates=design.covariates[chosen],
            rows=design.rows[chosen],
            propensity=None if design.propensity is None else design.propensity[chosen],
            weights=None if design.weights is None else design.weights[chosen],
            clusters=clusters,
        )

    def _chosen(self, rows: int, random: np.random.Generator) -> tuple[Integers, Integers | None]:
        n = len(self.mean)
        if self.design.clusters is None:
            return random.integers(0, n, size=rows), None
        names, codes = np.unique(self.design.clusters, return_inverse=True)
        order = np.argsort(codes, kind="stable")
        starts = np.searchsorted(codes[order], np.arange(len(names) + 1))
        drawn = random.integers(0, len(names), size=max(2, round(len(names) * rows / n)))
        pieces = [order[starts[group] : starts[group + 1]] for group in drawn]
        # A cluster drawn twice counts as two clusters.
        return np.concatenate(pieces), np.repeat(np.arange(len(drawn)), [len(piece) for piece in pieces])

    def _levels(self, n: int, clusters: Integers | None, groups: int, random: np.random.Generator) -> Floats:
        """(n,) uniform numbers, those of one cluster alike by a Gaussian copula."""
        if clusters is None or self.alike <= 0:
            return random.random(n)
        from scipy.special import ndtr

        shared, own = random.normal(size=groups)[clusters], random.normal(size=n)
        level: Floats = ndtr(np.sqrt(self.alike) * shared + np.sqrt(1 - self.alike) * own)
        return level
