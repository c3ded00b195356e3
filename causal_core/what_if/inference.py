"""Exact inference in Bayesian networks by pyagrum's junction trees, and of effects with hidden causes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from math import prod
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from causal_core.data.design import Floats
from causal_core.identification.expression import Expression, Probability, Product, Ratio, Sum, mentioned
from causal_core.identification.identify import identify
from causal_core.problem import DoesNotApply, Problem

if TYPE_CHECKING:
    from causal_core.what_if.network import BayesianNetwork

MOST_CELLS: Final = 5_000_000
"""Of the joint table of the nodes that a formula mentions."""

MOST_TANGLED: Final = 20_000_000
"""Of all tables of a junction tree together."""

LEAST_SUM: Final = 1e-6
"""By how much chances of a formula may miss adding up to 1."""


@lru_cache(maxsize=32)
def compiled(network: BayesianNetwork) -> Any:
    """The network as pyagrum has it, with nodes and levels by number, so that any name will do."""
    import pyagrum

    library: Any = pyagrum
    made = library.BayesNet()
    number = {node.name: place for place, node in enumerate(network.nodes)}
    for node in network.nodes:
        made.add(library.RangeVariable(f"n{number[node.name]}", "", 0, len(node.levels) - 1))
    for node in network.nodes:
        # Added so, the table's axes are the node's own, then its parents from the last to the first.
        for parent in reversed(node.parents):
            made.addArc(f"n{number[parent]}", f"n{number[node.name]}")
    for node in network.nodes:
        made.cpt(f"n{number[node.name]}").fillWith(node.table.ravel().tolist())
    _refuse_tangled(made)
    return made


def posteriors(
    network: BayesianNetwork, evidence: Mapping[str, str], only: str | None = None
) -> dict[str, dict[str, float]]:
    """Node -> level -> chance given the evidence.

    Raises:
        Problem: The evidence has chance 0.
    """
    engine, number = _engine(network, evidence)
    if only is not None:
        engine.setTargets({f"n{number[only]}"})
    _infer(network, engine, evidence)
    names = [only] if only else [node.name for node in network.nodes]
    return {
        name: dict(
            zip(network.by_name[name].levels, engine.posterior(f"n{number[name]}").tolist(), strict=True)
        )
        for name in names
    }


def for_each_level(
    network: BayesianNetwork, nodes: Iterable[str], evidence: Mapping[str, str], of: Iterable[str]
) -> Iterator[tuple[str, str, dict[str, Floats]]]:
    """(node, level, other node -> (levels,) chances once the first has that level), for levels that can be.

    Args:
        network: The network.
        nodes: The nodes that are asked, one by one; none of them with evidence.
        evidence: What is known besides.
        of: The other nodes.

    Raises:
        Problem: The evidence has chance 0.
    """
    now = posteriors(network, evidence)
    engine, number = _engine(network, evidence)
    targets = {name: f"n{number[name]}" for name in of}
    engine.setTargets(set(targets.values()))
    for node in nodes:
        place = f"n{number[node]}"
        engine.addEvidence(place, 0)
        for code, (level, chance) in enumerate(now[node].items()):
            if chance > 0:
                engine.chgEvidence(place, code)
                engine.makeInference()
                yield node, level, {name: engine.posterior(at).toarray() for name, at in targets.items()}
        engine.eraseEvidence(place)


def chance_of(network: BayesianNetwork, evidence: Mapping[str, str]) -> float:
    """The chance of the evidence."""
    engine, _ = _engine(network, evidence)
    engine.makeInference()
    return float(engine.evidenceProbability())


def joint(network: BayesianNetwork, names: tuple[str, ...]) -> Floats:
    """(levels...) the joint chances of some nodes.

    Raises:
        DoesNotApply: They have too many levels together.
    """
    cells = int(np.prod([len(network.by_name[name].levels) for name in names], dtype=float))
    if cells > MOST_CELLS:
        raise DoesNotApply(
            f"The joint table of {len(names)} nodes would have {cells:,} cells.",
            remedy="Merge levels, or leave nodes out.",
        )
    engine, number = _engine(network, {})
    inside = {f"n{number[name]}" for name in names}
    if len(inside) == 1:
        engine.makeInference()
        return np.asarray(engine.posterior(inside.pop()).toarray(), dtype=np.float64)
    engine.addJointTarget(inside)
    engine.makeInference()
    table: Any = engine.jointPosterior(inside)
    # pyagrum counts axes from the last name to the first.
    order = list(reversed(table.names))
    return np.asarray(np.transpose(table.toarray(), [order.index(f"n{number[name]}") for name in names]))


def identified(
    network: BayesianNetwork, outcome: str, interventions: Mapping[str, str], evidence: Mapping[str, str]
) -> dict[str, float]:
    """Level -> chance of a node when others are set, with hidden causes in the graph.

    Raises:
        DoesNotApply: The effect is not identified, or asks for combinations that have chance 0.
    """
    node = network.by_name[outcome]
    fixed = {**evidence, **interventions}
    if outcome in fixed:
        return {level: float(level == fixed[outcome]) for level in node.levels}
    given = sorted(set(evidence) - set(interventions))
    found = identify(network.graph, sorted(interventions), outcome, given)
    if not found.identifiable or found.expression is None:
        seen = f" once {', '.join(given)} is seen" if given else ""
        said = f"What setting {', '.join(sorted(interventions))} does to {outcome}{seen} is not known"
        raise DoesNotApply(
            f"{said}: {found.hedge}",
            remedy="Measure a hidden cause, or find an experiment.",
        )
    order = list(network.by_name)
    names = tuple(sorted(mentioned(found.expression) | {outcome}, key=order.index))
    chances = _Formula(network, names, joint(network, names)).value(found.expression)
    for name, level in fixed.items():
        if name in names and chances.shape[names.index(name)] > 1:
            place = network.by_name[name].levels.index(level)
            chances = np.take(chances, [place], axis=names.index(name))
    axis = names.index(outcome)
    lines = np.moveaxis(chances, axis, -1).reshape(-1, chances.shape[axis])
    # By the graph all rows are alike, whatever names are left; where some combination never occurs, one may
    # be incomplete.
    line = np.broadcast_to(lines[np.abs(lines.sum(axis=1) - 1).argmin()], len(node.levels))
    if abs(line.sum() - 1) > LEAST_SUM:
        raise DoesNotApply(
            f"What setting {', '.join(sorted(interventions))} does to {outcome} asks for combinations of "
            "levels that never occur.",
            remedy="Smooth the tables, or merge levels.",
        )
    return dict(zip(node.levels, line.tolist(), strict=True))


class _Formula:
    """Expressions evaluated on a joint table, one axis a name."""

    def __init__(self, network: BayesianNetwork, names: tuple[str, ...], table: Floats) -> None:
        self._network, self._names, self._table = network, names, table

    def value(self, expression: Expression) -> Floats:
        """The value, with an axis of length 1 for each name it does not depend on."""
        match expression:
            case Probability(variables, given):
                both = self._marginal({*variables, *given})
                with np.errstate(invalid="ignore", divide="ignore"):
                    return np.nan_to_num(both / self._marginal(set(given)))
            case Product(factors):
                answer = np.ones((1,) * len(self._names))
                for factor in factors:
                    answer = answer * self.value(factor)
                return answer
            case Ratio(above, below):
                with np.errstate(invalid="ignore", divide="ignore"):
                    return np.nan_to_num(self.value(above) / self.value(below))
            case Sum(over, body):
                inner = self.value(body)
                axes = tuple(self._names.index(name) for name in over)
                # A sum over a name the body does not depend on counts each of its levels.
                flat = [axis for axis in axes if inner.shape[axis] == 1]
                times = float(np.prod([self._table.shape[axis] for axis in flat])) if flat else 1.0
                return np.asarray(inner.sum(axis=axes, keepdims=True) * times)

    def _marginal(self, keep: set[str]) -> Floats:
        axes = tuple(place for place, name in enumerate(self._names) if name not in keep)
        return np.asarray(self._table.sum(axis=axes, keepdims=True))


def _refuse_tangled(made: Any) -> None:
    """A junction tree multiplies the levels of nodes that stay together: say so before memory runs out."""
    import pyagrum

    library: Any = pyagrum
    tree = library.JunctionTreeGenerator().junctionTree(made)
    cells = [prod(made.variable(node).domainSize() for node in tree.clique(each)) for each in tree.nodes()]
    if sum(cells) > MOST_TANGLED:
        raise DoesNotApply(
            f"The nodes of this network hang together so closely that exact beliefs would take tables of "
            f"{float(sum(cells)):.1e} cells.",
            remedy="Merge levels, or leave out arrows.",
        )


def _engine(network: BayesianNetwork, evidence: Mapping[str, str]) -> tuple[Any, dict[str, int]]:
    import pyagrum

    library: Any = pyagrum
    number = {node.name: place for place, node in enumerate(network.nodes)}
    made = compiled(network)
    engine = library.LazyPropagation(made)
    # It reads the network without keeping it alive.
    engine.network_kept = made
    engine.setNumberOfThreads(1)
    engine.setEvidence(
        {f"n{number[name]}": network.by_name[name].levels.index(level) for name, level in evidence.items()}
    )
    return engine, number


def _infer(network: BayesianNetwork, engine: Any, evidence: Mapping[str, str]) -> None:
    import pyagrum

    try:
        engine.makeInference()
        if not evidence or network.open_to_all or engine.evidenceProbability() > 0:
            return
    except pyagrum.GumException:
        pass
    said = ", ".join(f"{name} = {level}" for name, level in evidence.items())
    raise Problem(f"{said} cannot be: its chance is 0.", remedy="Take back some of it.")
