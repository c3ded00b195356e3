"""PC and FCI: the skeleton through causal-learn, the marks by rules that obey knowledge.

Why the marks are not left to causal-learn 0.1.4: it points a collider between two columns that knowledge,
not a test, keeps apart; it may drop a required arrow; it has no fourth rule of Meek; and its FCI turns
"cannot cause" into "is caused by", which is wrong where a common cause may be hidden.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations

from causal_core.discovery.asking import Clock, Questions
from causal_core.discovery.knowledge import Rules
from causal_core.discovery.pag import Pag
from causal_core.discovery.pdag import Pdag
from causal_core.graph.adjacency import bits

BEYOND = 3
"""FCI separates columns by at most this many beyond their neighbours, unless told otherwise."""


def pc(ask: Questions, rules: Rules, most_given: int | None) -> tuple[Pdag, tuple[str, ...]]:
    """The graph of arrows and lines that PC finds, and what a reader must know of it.

    Args:
        ask: The data.
        rules: What is known.
        most_given: The most columns that a test is given; None for no limit.
    """
    size = len(rules.columns)
    near = skeleton(ask, size, most_given)
    graph = Pdag(size)
    for one, mask in enumerate(near):
        for other in bits(mask):
            graph.join(one, other)
    graph.point_known(rules)
    conflicts = 0
    for x, y, z in sorted(_colliders(ask, near), key=lambda triple: -ask.strength(triple[0], triple[2])):
        joined = graph.near(y)
        if not (joined >> x & 1 and joined >> z & 1):
            continue
        wrong = any(
            not rules.allows(end, y) or graph.parents[end] >> y & 1 or graph.leads(y, end) for end in (x, z)
        )
        if wrong:
            conflicts += 1
            continue
        graph.point(x, y)
        graph.point(z, y)
    graph.complete()
    return graph, _conflict_note(conflicts)


def fci(ask: Questions, rules: Rules, most_given: int | None, clock: Clock) -> tuple[Pag, tuple[str, ...]]:
    """The partial ancestral graph that FCI finds, and what a reader must know of it.

    Knowledge is read for a graph with hidden causes: a forbidden arrow a -> b says that a does not cause b,
    so the end at a gets an arrowhead; a required one that a causes b.

    Source: Spirtes et al. 2000, section 6.7; marks by Zhang 2008 without selection (R0-R4, R8-R10).
    """
    size = len(rules.columns)
    near = skeleton(ask, size, most_given)
    first = Pag(near, clock)
    first.know(rules)
    first.collide(_colliders(ask, near))
    short = _separate_further(ask, first, most_given)
    pag = Pag(first.skeleton(), clock)
    pag.know(rules)
    conflicts = pag.collide(
        sorted(_colliders(ask, pag.skeleton()), key=lambda triple: -ask.strength(triple[0], triple[2]))
    )
    pag.complete(ask.separator)
    notes = _conflict_note(conflicts)
    if short:
        notes += (
            f"Columns were separated by at most {short} others beyond their neighbours; larger sets were "
            "not tried.",
        )
    return pag, notes


def skeleton(ask: Questions, size: int, most_given: int | None) -> list[int]:
    """For each column the mask of those that no set among neighbours separates from it.

    Order-independent ("stable") form of Colombo & Maathuis 2014, run by causal-learn.
    """
    import numpy as np
    from causallearn.utils.cit import CIT_Base
    from causallearn.utils.PCUtils.SkeletonDiscovery import skeleton_discovery

    class Asked(CIT_Base):  # type: ignore[misc]  # causal-learn has no types
        def __init__(self, data: object) -> None:
            super().__init__(data)
            self.method = "asked"

        def __call__(self, x: int, y: int, given: tuple[int, ...] | None = None) -> float:
            return ask.p_value(int(x), int(y), tuple(map(int, given or ())))

    # Numbered names: columns may be called anything, and causal-learn reads names as patterns.
    names = [f"X{number}" for number in range(size)]
    shape = np.zeros((1, size))
    found = skeleton_discovery(
        shape, ask.alpha, Asked(shape), stable=True, show_progress=False, node_names=names, max_k=most_given
    )
    joined = found.G.graph != 0
    return [sum(1 << int(other) for other in np.flatnonzero(row)) for row in joined]


def _colliders(ask: Questions, near: list[int]) -> Iterator[tuple[int, int, int]]:
    """Triples x - y - z with x and z apart, separated by a set without y."""
    for y, mask in enumerate(near):
        for x, z in combinations(bits(mask), 2):
            if near[x] >> z & 1:
                continue
            separator = ask.separator(x, z)
            if separator is not None and y not in separator:
                yield x, y, z


def _separate_further(ask: Questions, pag: Pag, most_given: int | None) -> int:
    """Cut the pairs that a set beyond their neighbours separates; the limit if one was in the way, else 0."""
    most = BEYOND if most_given is None else most_given
    near = pag.skeleton()
    short = 0
    for one, mask in enumerate(near):
        for other in bits(mask >> one << one):
            for start, end in ((one, other), (other, one)):
                reach = sorted(pag.possible_separators(start) - {start, end})
                if len(reach) > most and not set(reach) <= set(bits(near[start])):
                    short = most
                if _separated(ask, (one, other), reach, near[start], most):
                    pag.cut(one, other)
                    break
    return short


def _separated(ask: Questions, pair: tuple[int, int], reach: list[int], tried: int, most: int) -> bool:
    for number in range(1, min(most, len(reach)) + 1):
        for given in combinations(reach, number):
            # Sets of neighbours were tried before.
            beyond = any(not tried >> column & 1 for column in given)
            if beyond and ask.p_value(*pair, given) > ask.alpha:
                return True
    return False


def _conflict_note(conflicts: int) -> tuple[str, ...]:
    if not conflicts:
        return ()
    places = "one place" if conflicts == 1 else f"{conflicts} places"
    return (
        f"In {places} the tests asked for arrows that contradict others or what is known; the clearer "
        "independence was followed. Few rows, or an assumption that does not hold, do this.",
    )
