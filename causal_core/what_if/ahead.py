"""What the next click on a network will make of all beliefs, worked out before it comes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from time import monotonic, thread_time
from typing import Final, Literal

import numpy as np

from causal_core.data.design import Floats
from causal_core.problem import Problem
from causal_core.what_if.inference import for_each_level, posteriors
from causal_core.what_if.network import BayesianNetwork, Evidence

Way = Literal["See", "Do"]
"""Whether a level is seen or set."""

Beliefs = Mapping[str, Floats]
"""Node -> (levels,) chances."""

SECONDS: Final = 0.4
"""Of the processor, after which nothing more is worked out: a click on what is left waits for its answer."""

REST: Final = 3.0
"""Times what working ahead took, for which it pauses for everybody: a class of thirty shares one process."""

SHORT: Final = 0.05
"""Seconds of working ahead that ask for no rest."""


class _BusyError(Exception):
    """Working ahead rests."""


@dataclass
class _Rest:
    until: float = 0.0


_rest = _Rest()


def ahead(
    network: BayesianNetwork, seen: Evidence, done: Evidence, way: Way, among: Sequence[str]
) -> Mapping[str, Mapping[str, Beliefs]]:
    """Node -> level -> beliefs once that level too is seen or set; kept from one call to the next.

    Evidence gives way to evidence on the same node; a level that is taken already stands for taking it back.
    Left out are levels that cannot be, what time did not suffice for, and everything where a hidden cause
    asks for a formula for each node, or right after a longer piece of such work for anybody.

    Args:
        network: The network.
        seen: What is seen now.
        done: What is set now.
        way: Whether the next level is seen or set.
        among: The nodes that may come next.
    """
    try:
        return _ahead(network, tuple(sorted(seen.items())), tuple(sorted(done.items())), way, tuple(among))
    except _BusyError:
        return {node: {} for node in among}


@lru_cache(maxsize=64)
def _ahead(
    network: BayesianNetwork,
    seen: tuple[tuple[str, str], ...],
    done: tuple[tuple[str, str], ...],
    way: Way,
    among: tuple[str, ...],
) -> Mapping[str, Mapping[str, Beliefs]]:
    found: dict[str, dict[str, Beliefs]] = {node: {} for node in among}
    if network.graph.bidirected and (way == "Do" or done):
        return found
    if monotonic() < _rest.until:
        raise _BusyError
    start = thread_time()
    try:
        for node, level, told in _each(network, dict(seen), dict(done), way, among):
            found[node].setdefault(level, told)
            if thread_time() - start > SECONDS:
                break
    except Problem:
        # What is left of the evidence once some is taken back cannot be; the click will say so.
        pass
    spent = thread_time() - start
    _rest.until = monotonic() + REST * spent if spent > SHORT else 0.0
    return found


def _each(
    network: BayesianNetwork,
    seen: dict[str, str],
    done: dict[str, str],
    way: Way,
    among: tuple[str, ...],
) -> Iterator[tuple[str, str, Beliefs]]:
    """(node, level, beliefs), what is known already first."""
    for node in filter({*seen, *done}.__contains__, among):
        rest, set_too = (
            {name: each for name, each in known.items() if name != node} for known in (seen, done)
        )
        now = network.set_to(set_too) if set_too else network
        if (taken := (seen if way == "See" else done).get(node)) is not None:
            back = posteriors(now, {**rest, **set_too})
            yield node, taken, {name: np.array(list(chances.values())) for name, chances in back.items()}
        yield from _levels(now, [node], {**rest, **set_too}, way)
    fresh = [node for node in among if node not in seen and node not in done]
    yield from _levels(network.set_to(done) if done else network, fresh, {**seen, **done}, way)


def _levels(
    now: BayesianNetwork, nodes: Sequence[str], evidence: Evidence, way: Way
) -> Iterator[tuple[str, str, Beliefs]]:
    if way == "See":
        yield from for_each_level(now, nodes, evidence, now.by_name)
        return
    for node in nodes:
        levels = now.by_name[node].levels
        # Once its arrows are cut a node's own chances say nothing more: its level is evidence.
        cut = now.set_to({node: levels[0]}).with_table(node, np.full(len(levels), 1 / len(levels)))
        yield from for_each_level(cut, [node], evidence, cut.by_name)
