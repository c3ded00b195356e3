"""Seeing against doing: P(y | x) and P(y | do(x)) written out for one question."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from causal_core.graph import CausalGraph
from causal_core.identification.expression import Expression, Probability, product, to_latex, total
from causal_core.identification.question import Question, listed
from causal_core.identification.search import Set
from causal_core.identification.strategies import Identification
from causal_core.text import for_latex

_MOST_FACTORS = 6
_MOST_NAMED = 2
_MANY = "\0"  # no node can be called so: stands for a whole set


@dataclass(frozen=True)
class Factors:
    """Both distributions as the graph makes them, one factor a node: its law given its direct causes.

    Attributes:
        see: LaTeX of P(y | x): every factor, summed over all but the outcome, divided by P(x).
        do: LaTeX of P(y | do(x)): the same with the treatment's own factors struck out.
        hidden: Nodes in it that are not observed, so that it is a law of the graph and no recipe.
    """

    see: str
    do: str
    hidden: tuple[str, ...]


@dataclass(frozen=True)
class SeeDo:
    """What the data show beside what an intervention would.

    Attributes:
        treatment, outcome: The question, in name order.
        adjusted: The valid adjustment set the formulas are written with; None when there is none.
        same: Whether the graph makes the two the same; None when doing cannot be told from the data.
        see: LaTeX of the equation for P(y | x).
        do: LaTeX of the equation for P(y | do(x)); empty when the graph does not identify it.
        stands_for: What the bold Z in the formulas stands for, in name order; empty where all are named.
        see_words: What the first one means.
        do_words: What the second one means, or why there is none.
        gap_words: Why the two differ or not.
        factors: The factors of the graph, struck out; None with hidden common causes (`<->`) among them or
            more than six nodes.
    """

    treatment: tuple[str, ...]
    outcome: tuple[str, ...]
    adjusted: Set | None
    same: bool | None
    see: str
    do: str
    stands_for: tuple[str, ...]
    see_words: str
    do_words: str
    gap_words: str
    factors: Factors | None


def see_do(found: Identification) -> SeeDo:
    """Both formulas for the question of an identification, with what they mean in words.

    Doing is written by adjustment when there is a valid set (the one in use, else the smallest), else by the
    formula that identifies it; seeing is expanded over the same nodes, so that the two differ in one factor:
    P(z | x) against P(z). Sources: Pearl 2009, "Causality", equations 3.10 (truncated factorisation) and 3.19
    (adjustment).
    """
    question = Question.ask(found.graph, found.treatment, found.outcome)
    chosen = found.chosen
    adjusted: Set | None = None
    if chosen is not None and chosen.valid:
        adjusted = frozenset(chosen.variables) - question.selection
    elif found.adjustment_sets:
        adjusted = found.adjustment_sets[0]
    z = tuple(sorted(adjusted or ()))
    short = (_MANY,) if len(z) > _MOST_NAMED else z
    same, *words = _words(found, question, adjusted)
    return SeeDo(
        treatment=found.treatment,
        outcome=found.outcome,
        adjusted=adjusted,
        same=same,
        see=_seeing(found, short),
        do=_doing(found, short if adjusted is not None else None),
        stands_for=z if len(z) > _MOST_NAMED else (),
        see_words=words[0],
        do_words=words[1],
        gap_words=words[2],
        factors=_factors(question),
    )


def _latex(expression: Expression) -> str:
    return to_latex(expression, {_MANY: r"\mathbf{Z}"})


def _seeing(found: Identification, z: tuple[str, ...]) -> str:
    x, y = found.treatment, found.outcome
    seen = _latex(Probability(y, x))
    if not z or found.zero:
        return seen
    return f"{seen} = {_latex(total(z, product([Probability(y, x + z), Probability(z, x)])))}"


def _doing(found: Identification, z: tuple[str, ...] | None) -> str:
    x, y = found.treatment, found.outcome
    done = _latex(Probability(y, (), x))
    if found.zero:
        return f"{done} = {_latex(Probability(y))}"
    if z:
        return f"{done} = {_latex(total(z, product([Probability(y, x + z), Probability(z)])))}"
    if z is not None:
        return f"{done} = {_latex(Probability(y, x))}"
    return f"{done} = {found.general.estimand}" if found.general.identifiable else ""


def _words(
    found: Identification, question: Question, adjusted: Set | None
) -> tuple[bool | None, str, str, str]:
    x, y, z = listed(found.treatment), listed(found.outcome), listed(adjusted or ())
    chosen = f" among those selected on {listed(question.selection)}" if question.selection else ""
    see = f"Take the rows{chosen} as they came, and look only at those with the chosen value of {x}."
    do = f"Give every row{chosen} the chosen value of {x}, whatever it had"
    if found.zero:
        do += f". Nothing happens to {y}: the graph draws no causal path from {x} to it."
        if adjusted is not None and not adjusted:
            return True, see, do, f"By the graph {y} is the same on average whatever {x} is, seen or set."
        return False, see, do, f"Where {y} still differs between values of {x}, that is no effect of {x}."
    if adjusted:
        see += f" They bring their own mix of {z}: each value counts as often as it occurs among them."
        moved = adjusted & question.links.descendants(question.treatments)
        why = "" if moved else f", because {x} is no cause of it"
        do += f". The mix of {z} is that of all rows{why}: each value counts as often as it occurs among all."
        gap = (
            f"The two differ where the mix of {z} differs between rows with different values of {x}. Were it "
            "the same for each of them, seeing would be doing."
        )
        return False, see, do, gap
    if adjusted is not None:
        do += f". Nothing besides {x} and what it causes changes."
        return (
            True,
            see,
            do,
            f"By the graph the two are the same: no path of bias between {x} and {y} is open.",
        )
    if found.general.identifiable:
        do += f". No adjustment gives what {y} then is, but the formula does, from observed columns alone."
        return False, see, do, f"The two differ by what the hidden causes of {x} and {y} bring along."
    do += f": what {y} then is cannot be written with what is observed. {found.general.hedge}"
    gap = "What is seen mixes the effect with what hidden causes bring along, and the graph cannot part them."
    return None, see, do, gap


def _factors(question: Question) -> Factors | None:
    graph = question.graph
    ends = question.treatments | question.outcomes
    nodes = graph.ancestors(ends)
    if len(nodes) > _MOST_FACTORS or graph.selected or any(nodes >= set(pair) for pair in graph.bidirected):
        return None
    order = [node for node in graph.topological_order() if node in nodes]
    rest = [for_latex(node) for node in order if node not in ends]
    summed = rf"\sum_{{{', '.join(rest)}}} " if rest else ""
    x, y = (tuple(sorted(side)) for side in (question.treatments, question.outcomes))
    above = summed + r" \, ".join(_factor(graph, node) for node in order)
    see = rf"{to_latex(Probability(y, x))} = \frac{{{above}}}{{{to_latex(Probability(x))}}}"
    kept = (
        rf"\cancel{{{_factor(graph, node)}}}" if node in question.treatments else _factor(graph, node)
        for node in order
    )
    do = rf"{to_latex(Probability(y, (), x))} = {summed}" + r" \, ".join(kept)
    return Factors(see, do, tuple(sorted(nodes & graph.latent)))


def _factor(graph: CausalGraph, node: str) -> str:
    return to_latex(Probability((node,), tuple(_ordered(graph, graph.parents(node)))))


def _ordered(graph: CausalGraph, nodes: Iterable[str]) -> Iterable[str]:
    wanted = set(nodes)
    return (node for node in graph.nodes if node in wanted)
