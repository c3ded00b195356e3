"""A Bayesian network: a causal graph with a table of chances for each node, to be seen and done."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import Any, Final, Self

import numpy as np
import pandas as pd

from causal_core.data.design import Floats
from causal_core.graph import CausalGraph
from causal_core.problem import DoesNotApply, Problem
from causal_core.what_if.bif import Node, read_bif, write_bif

FORMATS: Final = (".bif", ".net", ".dsl", ".xdsl", ".uai", ".bifxml")
"""Files that can be read; never a pickle, which would run whatever it holds."""

PICKLES: Final = (".pkl", ".pickle", ".joblib", ".dill", ".p")

MOST_BYTES: Final = 20_000_000
"""Of a file."""

Evidence = Mapping[str, str]
"""Node -> level."""


@dataclass(frozen=True, eq=False)
class BayesianNetwork:
    """A network of discrete nodes.

    Attributes:
        nodes: Each node with its levels, parents and table.
        graph: What causes what; of a learned network also hidden causes, as two-headed arrows.
        remarks: What was done to the data to learn it, in words.
    """

    nodes: tuple[Node, ...]
    graph: CausalGraph = field(repr=False)
    remarks: tuple[str, ...] = ()

    @classmethod
    def of(cls, nodes: tuple[Node, ...]) -> Self:
        """The network whose tables say what causes what.

        Raises:
            GraphError: The parents make a cycle.
        """
        arrows = [(parent, node.name) for node in nodes for parent in node.parents]
        return cls(nodes, CausalGraph(edges=arrows, nodes=[node.name for node in nodes]))

    @classmethod
    def load(cls, path: str | Path) -> Self:
        """The network in a file: BIF, or NET, DSL, XDSL, UAI or BIFXML.

        Raises:
            Problem: The file cannot be read, or is no network.
        """
        file = Path(path)
        if file.suffix.lower() not in FORMATS:
            why = (
                " It may be a pickle: opening one would run whatever it holds."
                if file.suffix.lower() in PICKLES
                else ""
            )
            raise Problem(
                f"{file.name} is no network that can be read.{why}", remedy=f"Known are {', '.join(FORMATS)}."
            )
        try:
            if (size := file.stat().st_size) > MOST_BYTES:
                raise Problem(
                    f"{file.name} has {size / 1e6:,.0f} MB; at most {MOST_BYTES / 1e6:,.0f} are read.",
                    remedy="Check that it is the right file.",
                )
            if file.suffix.lower() == ".bif":
                return cls.of(read_bif(file.read_text(encoding="utf-8")))
            return cls.of(_read_by_library(file))
        except OSError as error:
            raise Problem(f"{file.name} cannot be read: {error.strerror or error}.") from None
        except UnicodeDecodeError:
            raise Problem(f"{file.name} is not UTF-8 text.", remedy="Save it as UTF-8.") from None

    @classmethod
    def fit(cls, frame: pd.DataFrame, graph: CausalGraph, smoothing: float = 1.0, parts: int = 4) -> Self:
        """Tables learned from data; see `network_learning.learn_network`."""
        from causal_core.what_if.network_learning import learn_network

        nodes, shown, remarks = learn_network(frame, graph, smoothing, parts)
        return cls(nodes, shown, remarks)

    @cached_property
    def by_name(self) -> dict[str, Node]:
        """Name -> node."""
        return {node.name: node for node in self.nodes}

    @cached_property
    def open_to_all(self) -> bool:
        """Whether no table holds a 0, so that no evidence is impossible."""
        return all((node.table > 0).all() for node in self.nodes)

    def see(self, node: str, evidence: Evidence | None = None) -> dict[str, float]:
        """Level -> chance among those with the evidence.

        Raises:
            Problem: A node or level is not there, or the evidence cannot be.
        """
        return self.beliefs(evidence, only=self._known(node))[node]

    def do(self, node: str, interventions: Evidence, evidence: Evidence | None = None) -> dict[str, float]:
        """Level -> chance when nodes are set; evidence is what is seen after that.

        With hidden causes the effect is computed by the formula that identifies it.

        Raises:
            Problem: A node or level is not there, or the evidence cannot be.
            DoesNotApply: Hidden causes leave the effect unidentified.
        """
        return self.beliefs(evidence, interventions, only=self._known(node))[node]

    def beliefs(
        self, evidence: Evidence | None = None, interventions: Evidence | None = None, only: str | None = None
    ) -> dict[str, dict[str, float]]:
        """Node -> level -> chance, given what is seen and what is set.

        Args:
            evidence: What is seen.
            interventions: What is set: arrows into these nodes are cut.
            only: The one node that is asked for; None for all.
        """
        from causal_core.what_if.inference import identified, posteriors

        seen, done = self._checked(evidence), self._checked(interventions)
        if done and self.graph.bidirected:
            names = [only] if only else [node.name for node in self.nodes]
            return {name: identified(self, name, done, seen) for name in names}
        cut = self.set_to(done) if done else self
        return posteriors(cut, {**seen, **done}, only)

    def beliefs_where_known(
        self, evidence: Evidence | None = None, interventions: Evidence | None = None
    ) -> tuple[dict[str, dict[str, float]], dict[str, str]]:
        """Node -> level -> chance, as far as it can be said; and node -> why it cannot.

        Raises:
            Problem: The evidence cannot be.
        """
        if not interventions or not self.graph.bidirected:
            return self.beliefs(evidence, interventions), {}
        found, why = {}, {}
        for node in self.by_name:
            try:
                found[node] = self.do(node, interventions, evidence)
            except DoesNotApply as reason:
                why[node] = reason.message
        return found, why

    def set_to(self, interventions: Evidence) -> Self:
        """The network with these nodes set: without parents, their level certain.

        Its graph is that of the tables, so that with hidden causes it is right for seeing alone.
        """
        nodes = tuple(
            replace(
                node,
                parents=(),
                table=np.eye(len(node.levels))[node.levels.index(interventions[node.name])],
            )
            if node.name in interventions
            else node
            for node in self.nodes
        )
        return replace(type(self).of(nodes), remarks=self.remarks)

    def around(self, name: str, most: int) -> Self:
        """The part of the network around a node: its causes, effects and their other causes, at most so many.

        For pictures alone: tables still speak of the nodes left out.
        """
        graph = self.graph
        near = [self._known(name), *graph.parents(name), *graph.siblings(name), *graph.children(name)]
        near += [parent for child in sorted(graph.children(name)) for parent in sorted(graph.parents(child))]
        kept = set(list(dict.fromkeys(near))[:most])
        nodes = tuple(node for node in self.nodes if node.name in kept)
        edges = [edge for edge in graph.edges if kept >= set(edge)]
        ties = [pair for pair in graph.bidirected if kept >= set(pair)]
        return replace(
            self, nodes=nodes, graph=CausalGraph(edges=edges, bidirected=ties, nodes=[n.name for n in nodes])
        )

    def with_table(self, name: str, table: Floats) -> Self:
        """The network with another table for one node.

        Raises:
            Problem: It has another shape, or rows that are no chances; they are named.
        """
        node = self.by_name[self._known(name)]
        found = np.asarray(table, dtype=np.float64)
        if found.shape != node.table.shape:
            raise Problem(f"The table of {name} must have the shape {node.table.shape}.", column=name)
        if not np.isfinite(found).all() or (found < 0).any():
            raise Problem(f"The table of {name} holds something that is no chance.", column=name)
        sums = found.sum(axis=-1)
        off = np.argwhere(~np.isclose(sums, 1, atol=1e-6))
        if len(off):
            place = tuple(int(each) for each in off[0])
            row = ", ".join(
                f"{parent} = {self.by_name[parent].levels[at]}"
                for parent, at in zip(node.parents, place, strict=True)
            )
            raise Problem(
                f"The chances of {name}{f' where {row}' if row else ''} add up to {float(sums[place]):.6g}.",
                column=name,
                remedy="Make them add up to 1.",
            )
        return replace(
            self,
            nodes=tuple(replace(each, table=found) if each.name == name else each for each in self.nodes),
        )

    def to_bif(self, title: str = "network") -> str:
        """The network as BIF."""
        return write_bif(self.nodes, title)

    def _known(self, name: str) -> str:
        if name not in self.by_name:
            raise Problem(f"{name} is no node of the network.", column=name)
        return name

    def _checked(self, given: Evidence | None) -> dict[str, str]:
        for name, level in (given or {}).items():
            node = self.by_name[self._known(name)]
            if level not in node.levels:
                raise Problem(
                    f"{name} has no level {level}.",
                    column=name,
                    remedy=f"Its levels: {', '.join(node.levels)}.",
                )
        return dict(given or {})


def _read_by_library(file: Path) -> tuple[Node, ...]:
    import pyagrum

    try:
        network: Any = pyagrum.loadBN(str(file))
    except Exception as error:  # noqa: BLE001 - its readers raise many kinds, all of which mean the same
        first = next(iter(str(error).splitlines()), "")
        raise Problem(f"{file.name} is no network in this format. {first}".strip()) from None
    found = []
    for number in network.topologicalOrder():
        variable, table = network.variable(number), network.cpt(number)
        own, *parents = table.names
        found.append(
            Node(
                own,
                tuple(variable.labels()),
                tuple(reversed(parents)),
                np.asarray(table.toarray(), dtype=np.float64),
            )
        )
    return tuple(found)
