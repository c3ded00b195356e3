"""The most probable level of all nodes together, by eliminating one node after another (max-product)."""

from __future__ import annotations

from collections.abc import Mapping
from math import prod
from typing import TYPE_CHECKING

import numpy as np

from causal_core.data.design import Floats
from causal_core.what_if.inference import chance_of, posteriors

if TYPE_CHECKING:
    from causal_core.what_if.network import BayesianNetwork

Factor = tuple[tuple[str, ...], Floats]
"""Nodes, and a log chance for each of their levels together."""


def most_probable(network: BayesianNetwork, evidence: Mapping[str, str]) -> tuple[dict[str, str], float]:
    """The most probable level of all nodes together, given the evidence, and the chance of that.

    Exact, by variable elimination (Dechter 1999): pyagrum's own answer ends with an error in many networks.

    Raises:
        Problem: The evidence has chance 0.
    """
    posteriors(network, evidence, network.nodes[0].name)
    size = {node.name: len(node.levels) for node in network.nodes}
    place = {name: network.by_name[name].levels.index(level) for name, level in evidence.items()}
    factors = [_known(((*node.parents, node.name), _log(node.table)), place) for node in network.nodes]
    left, steps = [name for name in size if name not in place], []
    while left:
        node = min(left, key=lambda name: prod(size[each] for each in _scope(factors, name)))
        scope = [each for each in _scope(factors, node) if each != node]
        table = sum((_spread(each, [*scope, node]) for each in factors if node in each[0]), np.zeros(()))
        factors = [each for each in factors if node not in each[0]]
        factors.append((tuple(scope), table.max(axis=-1)))
        steps.append((node, scope, table.argmax(axis=-1)))
        left.remove(node)
    for node, scope, best in reversed(steps):
        place[node] = int(best[tuple(place[each] for each in scope)])
    total = sum(float(table) for _, table in factors)
    chance = float(np.exp(total)) / (chance_of(network, evidence) if evidence else 1.0)
    return {name: network.by_name[name].levels[place[name]] for name in size}, chance


def _log(table: Floats) -> Floats:
    with np.errstate(divide="ignore"):
        return np.asarray(np.log(table))


def _known(factor: Factor, place: Mapping[str, int]) -> Factor:
    names, table = factor
    found = table[tuple(place.get(name, slice(None)) for name in names)]
    return tuple(name for name in names if name not in place), np.asarray(found)


def _scope(factors: list[Factor], node: str) -> list[str]:
    return list(dict.fromkeys(name for names, _ in factors if node in names for name in names))


def _spread(factor: Factor, scope: list[str]) -> Floats:
    """The table with an axis for each node of the scope."""
    names, table = factor
    ordered = np.transpose(table, [names.index(name) for name in scope if name in names])
    return ordered.reshape([table.shape[names.index(name)] if name in names else 1 for name in scope])
