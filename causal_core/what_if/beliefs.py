"""How beliefs spread from evidence, and which node is worth asking next."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from causal_core.data.design import Floats
from causal_core.what_if.inference import for_each_level, posteriors
from causal_core.what_if.network import BayesianNetwork, Evidence


@dataclass(frozen=True)
class Wave:
    """What one step of belief propagation reaches.

    Attributes:
        nodes: The nodes reached in this step, in the order of the network.
        moved: Node -> how far its belief moves from where it was, half the sum of absolute differences.
    """

    nodes: tuple[str, ...]
    moved: tuple[tuple[str, float], ...]


def spread(network: BayesianNetwork, evidence: Evidence, more: Evidence) -> tuple[Wave, ...]:
    """How new evidence spreads: the nodes one arrow away, then two, and so on along open ways.

    Evidence passes from node to node in Pearl's message passing: upwards always, downwards unless the node is
    known, and between causes of a node only once something is known of it or below it. Nodes that no message
    reaches keep their belief.

    Args:
        network: The network; nodes that are set have lost their arrows already.
        evidence: What was known before.
        more: What becomes known.
    """
    before = posteriors(network, evidence)
    after = posteriors(network, {**evidence, **more})
    waves, seen = [], set(more)
    told = {(node, way) for node in more for way in ("up", "down")}
    front = set(told)
    known = {**evidence, **more}
    opened = set(network.graph.ancestors(list(known))) | set(known)
    while front:
        following = set()
        for node, way in front:
            following |= {step for step in _steps(network, node, way, known, opened) if step not in told}
        told |= following
        front = following
        fresh = tuple(
            each.name for each in network.nodes if each.name not in seen and each.name in dict(following)
        )
        seen |= set(fresh)
        if fresh:
            waves.append(Wave(fresh, tuple((name, _apart(before[name], after[name])) for name in fresh)))
    return tuple(waves)


def _steps(
    network: BayesianNetwork, node: str, way: str, known: Mapping[str, str], opened: set[str]
) -> set[tuple[str, str]]:
    """Messages a node passes on: `up` came from a child (or starts here), `down` from a parent."""
    found: set[tuple[str, str]] = set()
    starts = node in known
    if way == "up":
        found |= {(parent, "up") for parent in network.by_name[node].parents if parent not in known}
        found |= {(child, "down") for child in network.graph.children(node)}
    else:
        if not starts or way == "down":
            found |= {(child, "down") for child in network.graph.children(node) if not starts}
        if node in opened:
            found |= {(parent, "up") for parent in network.by_name[node].parents if parent not in known}
    return {(name, step) for name, step in found if name not in known or step == "down"}


@dataclass(frozen=True)
class Worth:
    """What asking one node is worth.

    Attributes:
        node: The node.
        bits: By how much knowing it lowers the entropy of the target on average (mutual information).
        share: The same over the target's entropy now.
    """

    node: str
    bits: float
    share: float


def value_of_information(network: BayesianNetwork, target: str, evidence: Evidence) -> tuple[Worth, ...]:
    """Which node says most about the target, given what is known; most first.

    Raises:
        Problem: The evidence cannot be.
    """
    now = posteriors(network, evidence)
    entropy = _entropy(np.array(list(now[target].values())))
    asked = [name for name in now if name != target and name not in evidence]
    left = dict.fromkeys(asked, 0.0)
    for node, level, told in for_each_level(network, asked, evidence, [target]):
        left[node] += now[node][level] * _entropy(told[target])
    found = []
    for node in asked:
        bits = max(entropy - left[node], 0.0)
        found.append(Worth(node, bits, bits / entropy if entropy > 0 else 0.0))
    return tuple(sorted(found, key=lambda each: -each.bits))


def _entropy(chances: Floats) -> float:
    kept = chances[chances > 0]
    return float(-(kept * np.log2(kept)).sum())


def _apart(first: Mapping[str, float], second: Mapping[str, float]) -> float:
    return sum(abs(first[level] - second[level]) for level in first) / 2


def confounded_pair(network: BayesianNetwork) -> tuple[str, str] | None:
    """The first cause, and its last effect, that a third node causes both: there seeing is not doing."""
    graph = network.graph
    order = [node.name for node in network.nodes]
    for cause in order:
        tied, waiting = set[str](), [*graph.ancestors([cause]), *graph.siblings(cause)]
        while waiting:
            node = waiting.pop()
            if node != cause and node not in tied:
                tied.add(node)
                waiting += graph.children(node)
        both = tied & set(graph.descendants([cause])) - {cause}
        if both:
            return cause, max(both, key=order.index)
    return None
