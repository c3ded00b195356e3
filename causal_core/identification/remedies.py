"""What would make an effect identifiable: every single change tried, then pairs."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations

from causal_core.graph import CausalGraph
from causal_core.graph.names import Names
from causal_core.identification.adjustment import adjustment_sets, why_no_adjustment
from causal_core.identification.experiments import obstacle, without_arrows_into
from causal_core.identification.frontdoor import frontdoor_sets
from causal_core.identification.instruments import instrument_reason, sets_for, why_no_instrument
from causal_core.identification.projection import among_selected, latent_projection
from causal_core.identification.question import Question, listed
from causal_core.identification.reasons import valid_reason
from causal_core.identification.search import Set, gather
from causal_core.listing import Listing

KINDS = ("measure", "common cause", "randomise", "instrument", "pair")
"""The kinds of change, in the order they are listed."""
EACH_SECONDS = 0.2
"""The longest a single change may search for a set or an instrument."""


@dataclass(frozen=True)
class Change:
    """One change of what is known.

    Attributes:
        kind: "measure" a latent node; measure a "common cause" that a bidirected edge stands for;
            "randomise" a node, in an experiment beside the rows at hand.
        nodes: The latent node; the two ends of the bidirected edge; the node to randomise.
    """

    kind: str
    nodes: tuple[str, ...]

    @property
    def text(self) -> str:
        """The change in words, e.g. `measure u`."""
        if self.kind == "common cause":
            return f"measure what acts on both {self.nodes[0]} and {self.nodes[1]}"
        return f"{self.kind} {self.nodes[0]}"


@dataclass(frozen=True)
class Remedy:
    """A change that was tried, and what came of it.

    Attributes:
        kind: "measure", "common cause", "randomise", "instrument" or "pair".
        nodes: The nodes it is about; for an instrument the variable, then what is held fixed with it.
        identifiable: Whether the effect is identifiable then, without a further assumption.
        adjustment_set: A smallest set that then suffices; None when there is none.
        reason: How the effect follows then, or why it still does not, in words.
        helps: Whether it gives what was missing; an instrument helps under its own assumption.
        text: The change in words.
    """

    kind: str
    nodes: tuple[str, ...]
    identifiable: bool
    adjustment_set: Set | None
    reason: str
    helps: bool
    text: str


def remedies(
    graph: CausalGraph,
    treatment: Names,
    outcome: Names,
    limit: int | None = None,
    seconds: float | None = None,
) -> Listing[Remedy]:
    """Every single change that might give the total effect, tried; pairs of them when no single one helps.

    Tried are: measuring each latent node; measuring the hidden common cause behind each bidirected edge;
    randomising each observed node but the outcomes in an experiment beside the rows at hand; using each
    observed node as an instrument. Those that help come first, smallest first; those that do not follow.
    Empty when an adjustment set exists already.

    A randomised node other than the treatment does not by itself make a new effect: what the experiment shows
    is combined with the rows at hand (see `experiments.obstacle`).

    Args:
        graph: The causal graph.
        treatment: One node or several.
        outcome: One node or several.
        limit: The most changes to list.
        seconds: The longest time to try.

    Raises:
        GraphError: A name is unknown, or treatment or outcome is unobserved, missing or used twice.
    """
    question = Question.ask(graph, treatment, outcome)
    trial = _Trial(question)
    if trial.has_set:
        return Listing()
    return gather(_tried(trial), _order, limit, seconds)


def _order(remedy: Remedy) -> tuple[object, ...]:
    return not remedy.helps, KINDS.index(remedy.kind), remedy.nodes


def _tried(trial: _Trial) -> Iterator[Remedy | None]:
    helped = False
    changes = trial.changes()
    for change in changes:
        remedy = trial.of((change,))
        helped = helped or remedy.helps
        yield remedy
    for instrument in trial.instruments():
        helped = helped or (instrument is not None and instrument.helps)
        yield instrument
    if not helped:
        for pair in combinations(changes, 2):
            yield trial.of(pair)


@dataclass(frozen=True)
class _Trial:
    """The question whose answer is missing, asked again after a change."""

    question: Question

    @property
    def has_set(self) -> bool:
        """Whether an adjustment set exists already."""
        return self._set(self.question) is not None

    def changes(self) -> list[Change]:
        """Every single change, the treatment's randomisation first, then by kind and name."""
        graph, question = self.question.graph, self.question
        entered = {edge[1] for edge in graph.edges} | {end for pair in graph.bidirected for end in pair}
        random = sorted((graph.observed & entered) - question.outcomes - question.selection)
        random.sort(key=lambda node: node not in question.treatments)
        return [
            *(Change("randomise", (node,)) for node in random if node in question.treatments),
            *(Change("measure", (node,)) for node in sorted(graph.latent)),
            *(Change("common cause", pair) for pair in sorted(tuple(sorted(p)) for p in graph.bidirected)),
            *(Change("randomise", (node,)) for node in random if node not in question.treatments),
        ]

    def of(self, changes: tuple[Change, ...]) -> Remedy:
        """What comes of some changes."""
        graph = self.question.graph
        random = frozenset(node for change in changes if change.kind == "randomise" for node in change.nodes)
        for change in changes:
            if change.kind == "measure":
                graph = graph.replace(latent=graph.latent - set(change.nodes))
            elif change.kind == "common cause":
                graph = _measured_cause(graph, change.nodes)
        question = Question.ask(graph, self.question.treatments, self.question.outcomes)
        identifiable, found, reason = self._experiment(question, random) if random else self._plain(question)
        words = " and ".join(change.text for change in changes)
        return Remedy(
            changes[0].kind if len(changes) == 1 else "pair",
            tuple(node for change in changes for node in change.nodes),
            identifiable,
            found,
            reason,
            found is not None or (identifiable and not self._identified_before),
            words[0].upper() + words[1:],
        )

    @property
    def _identified_before(self) -> bool:
        return _blocked(self.question) is None

    def instruments(self) -> Iterator[Remedy | None]:
        """Each usable node tried as an instrument, when one is needed and there is one treatment."""
        question = self.question
        if len(question.treatments) > 1 or self._identified_before:
            return
        for variable in sorted(question.usable):
            yield None
            found = sets_for(question, variable, EACH_SECONDS)
            first = found[0] if found else None
            held = tuple(sorted(first.given)) if first else ()
            yield Remedy(
                "instrument",
                (variable, *held),
                False,
                None,
                instrument_reason(question, first) if first else why_no_instrument(question, variable),
                first is not None,
                f"Use {variable} as an instrument" + (f", given {listed(held)}" if held else ""),
            )

    @staticmethod
    def _set(question: Question) -> Set | None:
        sets = adjustment_sets(
            question.graph, question.treatments, question.outcomes, limit=20, seconds=EACH_SECONDS
        )
        return sets[0] if sets else None

    def _plain(self, question: Question) -> tuple[bool, Set | None, str]:
        """The answer when more is measured: identifiable, a set, why."""
        found = self._set(question)
        if found is not None:
            return True, found, valid_reason(question, found)
        blocked = _blocked(question)
        if blocked is not None:
            return False, None, f"{why_no_adjustment(question)} {blocked}"
        doors = frontdoor_sets(
            question.graph, question.treatments, question.outcomes, limit=1, seconds=EACH_SECONDS
        )
        by = f"the front door through {listed(doors[0])}" if doors and doors[0] else "the general formula"
        return True, None, f"No set exists, but the effect then follows by {by}."

    def _experiment(self, question: Question, random: Set) -> tuple[bool, Set | None, str]:
        """The answer when some nodes are assigned at random in an experiment: identifiable, a set, why."""
        others = random - question.treatments
        # Its rows show the same effect when these nodes act on the outcome through the treatment alone.
        alike = (
            not others or question.links.directed_path(others, question.outcomes, question.treatments) is None
        )
        if alike:
            cut = without_arrows_into(question.graph, random)
            assigned = Question.ask(cut, question.treatments, question.outcomes)
            found = self._set(assigned)
            if found is not None:
                words = valid_reason(assigned, found)
                return True, found, f"In an experiment on {listed(random)}, {words[0].lower()}{words[1:]}"
        if question.selection:
            return False, None, "Among selected rows such an experiment cannot be judged here."
        blocked = _blocked(question, random)
        if blocked is not None:
            return False, None, blocked
        return (
            True,
            None,
            f"The experiment shows what {listed(random)} does; together with the rows at hand that gives the "
            "effect.",
        )


def _measured_cause(graph: CausalGraph, pair: tuple[str, ...]) -> CausalGraph:
    one, other = pair
    name = f"the common cause of {one} and {other}"
    while name in graph.nodes:
        name += "'"
    rest = [arc for arc in graph.bidirected if set(arc) != set(pair)]
    edges = [*graph.edges, (name, one), (name, other)]
    return graph.replace(edges=edges, bidirected=rest, nodes=[*graph.nodes, name])


def _blocked(question: Question, random: Set = frozenset()) -> str | None:
    """Why the effect does not follow from the rows at hand and an experiment, if any; None when it does."""
    caused = question.selection & question.links.descendants(question.treatments)
    if caused:
        return f"The rows are selected on {listed(caused)}, which {listed(question.treatments)} causes."
    projected = latent_projection(among_selected(question.graph, question.selection))
    experiments = [
        frozenset(some) for size in range(1, len(random) + 1) for some in combinations(sorted(random), size)
    ]
    found = obstacle(projected, question.outcomes, question.treatments, experiments)
    if found is None:
        return None
    return f"Hidden common causes still tie {listed(found.tied)} together."
