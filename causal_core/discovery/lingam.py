"""DirectLiNGAM through causal-learn: the order from non-normal noise, then the arrows by adaptive lasso."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from causal_core.data.design import Floats
from causal_core.discovery.asking import Clock
from causal_core.discovery.columns import Prepared
from causal_core.discovery.knowledge import Rules
from causal_core.graph.adjacency import bits
from causal_core.problem import DoesNotApply

NORMAL = 0.05
"""Noise whose Jarque-Bera p-value is above this looks normal."""


def lingam(prepared: Prepared, rules: Rules, clock: Clock) -> tuple[list[int], tuple[str, ...]]:
    """The parents of each column as masks, and what a reader must know.

    Raises:
        DoesNotApply: A column holds categories.
    """
    coded = [name for name, levels in zip(prepared.names, prepared.levels, strict=True) if levels]
    if coded:
        listed = ", ".join(coded)
        verb = "holds" if len(coded) == 1 else "hold"
        raise DoesNotApply(
            f"DirectLiNGAM needs numbers with continuous noise; {listed} {verb} categories or two values.",
            column=coded[0],
            remedy="Leave them out, or choose PC, FCI, GES or BOSS.",
        )
    from causallearn.search.FCMBased.lingam.utils import predict_adaptive_lasso

    matrix, _ = prepared.embedded()
    order = _order(matrix, rules, clock)
    parents = [0] * len(order)
    left = matrix.copy()
    done = 0
    for target in order:
        clock.tick()
        offered = list(bits(done & rules.may[target]))
        if offered:
            weights = np.asarray(predict_adaptive_lasso(matrix, offered, target))
            chosen = {each for each, weight in zip(offered, weights, strict=True) if weight}
            chosen |= set(bits(rules.need[target]))
            if chosen:
                used = matrix[:, sorted(chosen)]
                left[:, target] -= used @ np.linalg.lstsq(used, matrix[:, target], rcond=None)[0]
            parents[target] = sum(1 << each for each in chosen)
        done |= 1 << target
    return parents, _normal_note(left, prepared.names)


def _order(matrix: Floats, rules: Rules, clock: Clock) -> list[int]:
    from causallearn.search.FCMBased.lingam import DirectLiNGAM

    class Quick(DirectLiNGAM):  # type: ignore[misc]  # causal-learn has no types
        """The same choice, with the entropy of each column worked out once a round instead of once a pair."""

        def _search_causal_order(self, columns: Floats, among: Any) -> int:
            candidates, _ = self._search_candidate(among)
            if len(candidates) == 1:
                return int(candidates[0])
            scaled = columns - columns.mean(0)
            scaled = scaled / scaled.std(0)
            own = {each: self._entropy(scaled[:, each]) for each in among}
            gaps = np.zeros((len(own), len(own)))
            places = {each: place for place, each in enumerate(among)}
            for i in among:
                for j in among:
                    clock.tick()
                    if i != j:
                        left = scaled[:, i] - (scaled[:, i] @ scaled[:, j] / len(scaled)) * scaled[:, j]
                        gaps[places[i], places[j]] = self._entropy(left / left.std())
            sums = []
            for i in candidates:
                against = [
                    min(0.0, own[j] + gaps[places[i], places[j]] - own[i] - gaps[places[j], places[i]]) ** 2
                    for j in among
                    if i != j
                ]
                sums.append(-sum(against))
            return int(candidates[int(np.argmax(sums))])

        def _estimate_adjacency_matrix(self, *_: object, **__: object) -> DirectLiNGAM:
            return self

    size = len(rules.columns)
    known = np.full((size, size), -1)
    for column, mask in enumerate(rules.before):
        for earlier in bits(mask):
            known[column, earlier] = 1
    model = Quick(prior_knowledge=known if (known == 1).any() else None)
    return [int(each) for each in model.fit(matrix).causal_order_]


def _normal_note(noise: Floats, names: tuple[str, ...]) -> tuple[str, ...]:
    """A warning when the noise of two or more columns looks normal: between those, direction is chance."""
    normal = []
    for name, column in zip(names, noise.T, strict=True):
        scaled = (column - column.mean()) / column.std()
        skew, kurtosis = float((scaled**3).mean()), float((scaled**4).mean()) - 3
        # Jarque & Bera 1987; the upper tail of chi-squared with two degrees of freedom is exp(-x / 2).
        if math.exp(-len(scaled) / 12 * (skew**2 + kurtosis**2 / 4)) > NORMAL:
            normal.append(name)
    if len(normal) < 2:
        return ()
    return (
        f"What the others leave unexplained of {', '.join(normal)} looks normally distributed (Jarque-Bera "
        f"p above {NORMAL:g}): between these the directions are chance.",
    )
