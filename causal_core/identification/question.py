"""The question asked of a graph: which treatments, which outcomes, total or direct effect."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

from causal_core.graph import CausalGraph
from causal_core.graph.adjacency import closure
from causal_core.graph.names import Names, known
from causal_core.graph.names import listed as in_words
from causal_core.identification.links import Edge, Links, Trail
from causal_core.problem import GraphError, Problem


@dataclass(frozen=True)
class Question:
    """The effect of some nodes on others in a graph, among rows selected on some nodes.

    Attributes:
        graph: The causal graph.
        treatments: What is set.
        outcomes: What is looked at.
        effect: "total", or "direct": along the arrows from treatment to outcome alone.
        selection: Names that are held fixed by how the rows were chosen.
    """

    graph: CausalGraph
    treatments: frozenset[str]
    outcomes: frozenset[str]
    effect: str
    selection: frozenset[str]

    @classmethod
    def ask(
        cls,
        graph: CausalGraph,
        treatment: Names,
        outcome: Names,
        effect: str = "total",
        selection: Names = (),
    ) -> Question:
        """The question in these names.

        Raises:
            GraphError: An unknown, unobserved, missing or doubly used name.
            Problem: `effect` is neither "total" nor "direct".
        """
        if effect not in ("total", "direct"):
            raise Problem(f"There is no effect '{effect}'.", remedy='Ask for "total" or "direct".')
        treatments = frozenset(known(treatment, graph.nodes))
        outcomes = frozenset(known(outcome, graph.nodes))
        selected = frozenset(known(selection, graph.nodes)) | graph.selected
        for names, role in ((treatments, "treatment"), (outcomes, "outcome")):
            if not names:
                raise GraphError(f"No {role} is named.", remedy=f"Choose the {role}.")
            for name in sorted(names & graph.latent):
                raise GraphError(
                    f"The {role} '{name}' is not observed.",
                    name,
                    f"Choose a measured {role}, or mark it observed.",
                )
            for name in sorted(names & selected):
                raise GraphError(
                    f"The rows are selected on the {role} '{name}', so it does not vary.",
                    name,
                    f"Do not mark the {role} as selected.",
                )
        for name in sorted(treatments & outcomes):
            raise GraphError(f"'{name}' is both treatment and outcome.", name, "Choose two different nodes.")
        return cls(graph, treatments, outcomes, effect, selected)

    @cached_property
    def links(self) -> Links:
        """The whole graph, as it is searched."""
        return Links.of(self.graph)

    @cached_property
    def causal_nodes(self) -> frozenset[str]:
        """Every node on a causal path from a treatment to an outcome that meets no other treatment.

        Perkovic et al. (2018), "Complete graphical characterization and construction of adjustment sets",
        section 3.
        """
        web = self.graph.adjacency
        start = web.mask(self.treatments)
        first = web.mask(child for t in self.treatments for child in self.links.children(t))
        downstream = closure(first & ~start, web.children, ~start)
        return web.set(downstream & closure(web.mask(self.outcomes), web.parents, ~start))

    @cached_property
    def forbidden(self) -> frozenset[str]:
        """The nodes no adjustment may hold fixed, beside treatments and outcomes.

        Total effect: what lies on a causal path or is caused by what does. Direct effect: what an outcome
            causes
        (the single-door criterion, Pearl 2009, theorem 5.3.1).
        """
        roots = self.causal_nodes if self.effect == "total" else self.outcomes
        return self.links.descendants(roots) - self.treatments - self.outcomes

    @cached_property
    def cut(self) -> frozenset[Edge]:
        """The arrows that carry the effect asked for, taken away to look for bias alone.

        Total effect: the treatments' first arrows on causal paths. Direct effect: those from treatment to
            outcome.
        """
        ends = self.causal_nodes if self.effect == "total" else self.outcomes
        return frozenset(
            (t, child) for t in self.treatments for child in self.links.children(t) if child in ends
        )

    @cached_property
    def passed_on(self) -> Trail | None:
        """A path on which a direct effect on one outcome reaches another, so that no one set gives both."""
        if self.effect == "total":
            return None
        for treatment, outcome in sorted(self.cut):
            others = self.outcomes - {outcome}
            onward = self.links.directed_path({outcome}, others, avoiding=self.treatments)
            if onward is not None:
                return Trail((treatment, *onward.nodes), ("->", *onward.marks))
        return None

    @cached_property
    def biasing_graph(self) -> CausalGraph:
        """The graph without the arrows that carry the effect and without selection marks."""
        return self.graph.replace(
            edges=[edge for edge in self.graph.edges if edge not in self.cut], selected=()
        )

    @cached_property
    def biasing(self) -> Links:
        """The graph without the arrows that carry the effect: every open path left is bias."""
        return Links.of(self.graph, without=self.cut)

    @cached_property
    def usable(self) -> frozenset[str]:
        """The observed nodes an adjustment may hold fixed."""
        asked = self.treatments | self.outcomes | self.selection
        return self.graph.observed - asked - self.forbidden

    @property
    def effect_words(self) -> str:
        """The effect asked for, in words."""
        kind = "direct effect" if self.effect == "direct" else "effect"
        return f"{kind} of {listed(self.treatments)} on {listed(self.outcomes)}"


def listed(names: Iterable[str]) -> str:
    """Names as they are read: `a`, `a and b`, `a, b and c`, in name order."""
    return in_words(sorted(names))
