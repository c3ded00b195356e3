"""The adjustment set of least asymptotic variance: where theory names one, and why or why not."""

from __future__ import annotations

from dataclasses import dataclass

from causal_core.graph import CausalGraph
from causal_core.graph.adjacency import bits, closure
from causal_core.graph.names import Names, known
from causal_core.graph.separators import minimal_separator, moral_graph
from causal_core.identification.adjustment import adjustment_sets, check_adjustment
from causal_core.identification.question import Question, listed
from causal_core.identification.search import Set


@dataclass(frozen=True)
class OptimalSet:
    """The valid adjustment set with the least asymptotic variance.

    Attributes:
        nodes: The set; None when none is proved best.
        reason: Why it is best, or why none is known to be, in words.
        minimal: The best of the minimal sets, which need not be best of all; None where that is not proved
            either.
    """

    nodes: Set | None
    reason: str
    minimal: Set | None = None


def optimal_adjustment_set(
    graph: CausalGraph, treatment: Names, outcome: Names, include: Names = (), exclude: Names = ()
) -> OptimalSet:
    """The set of least asymptotic variance among all valid ones for the total effect.

    Variance means that of the coefficient in a linear model and that of efficient estimators without one:
    both are ordered alike by the graph. Three answers:

    - The O-set, the parents of the nodes on causal paths that are not among those nodes, the treatments or
      what these nodes cause (Henckel, Perkovic & Maathuis 2022, "Graphical criteria for efficient total
      effect estimation via adjustment in causal linear models", section 3), when all of it may be used;
      together with `include`, which the same argument allows.
    - With unobserved nodes, one treatment and one outcome, when every usable node is an ancestor of them: the
      neighbours of the outcome in the graph of Smucler, Sapienza & Rotnitzky 2022, "Efficient adjustment sets
      in causal graphical models with hidden variables", section 4.
    - Otherwise none is proved best of all. For one treatment and one outcome the best of the minimal sets is
      known: the minimal separator next to the outcome (same paper).

    Args:
        graph: The causal graph.
        treatment: One node or several.
        outcome: One node or several.
        include: Nodes every set must hold.
        exclude: Nodes no set may hold.

    Raises:
        GraphError: A name is unknown, or treatment or outcome is unobserved, missing or used twice.
    """
    question = Question.ask(graph, treatment, outcome)
    held = frozenset(known(include, graph.nodes))
    allowed = (question.usable - frozenset(known(exclude, graph.nodes))) | held
    if not adjustment_sets(graph, treatment, outcome, include=held, exclude=exclude, limit=1):
        return OptimalSet(None, "No valid adjustment set exists, so none is best.")
    if question.selection:
        return OptimalSet(
            None, f"The rows are selected on {listed(question.selection)}; no set is proved best there."
        )
    if not question.outcomes <= question.links.descendants(question.treatments):
        if len(question.outcomes) == 1:
            return OptimalSet(
                None, "The graph draws no causal path: the effect is zero whatever is adjusted for."
            )
        return OptimalSet(
            None, "One of the outcomes is no effect of the treatment; no set is proved best there."
        )
    single = len(question.treatments) == len(question.outcomes) == 1
    best, missing = _parents_outside(question)
    if best <= allowed and not missing:
        return _checked(question, best | held, _o_set_reason(question, best, held))
    if not single:
        return OptimalSet(None, f"{_why_not(missing, best, allowed)} No set is proved best.")
    nearest = minimal_separator(
        question.biasing_graph, question.outcomes, question.treatments, include=held, allowed=allowed
    )
    ends = question.treatments | question.outcomes | held
    near = question.biasing.ancestors(ends)
    strangers = allowed - near
    if not strangers:
        found = _next_to_outcome(question, held, allowed) | held
        words = (
            f"Some causes that matter for {listed(question.outcomes)} cannot be adjusted for; of the others, "
            f"{_named(found)} lies next to {listed(question.outcomes)}, and every node that may be adjusted "
            "for is an ancestor of treatment or outcome. Then this set has the least asymptotic variance."
        )
        return _checked(question, found, words, nearest)
    shown = f" Of the minimal sets {_named(nearest)} is best." if nearest is not None else ""
    return OptimalSet(
        None,
        f"{_why_not(missing, best, allowed)} {listed(strangers)} {'is' if len(strangers) == 1 else 'are'} no "
        f"ancestor of treatment or outcome, so no set is proved best of all.{shown}",
        nearest,
    )


def _parents_outside(question: Question) -> tuple[Set, tuple[str, ...]]:
    """The O-set, and the bidirected edges whose hidden cause belongs in it too."""
    core = question.causal_nodes
    barred = question.links.descendants(core) | question.treatments
    parents = frozenset[str]().union(*(question.links.parents(node) for node in core)) - barred
    return parents, tuple(f"{a} <-> {b}" for a, b in question.graph.bidirected if {a, b} & core)


def _next_to_outcome(question: Question, held: Set, allowed: Set) -> Set:
    """The usable nodes next to the outcome in the moral graph of the ancestors, unusable ones passed over."""
    web = question.biasing_graph.adjacency
    outcome, treatment = web.mask(question.outcomes), web.mask(question.treatments)
    fixed = web.mask(held)
    within = web.ancestors(outcome | treatment | fixed)
    neighbours = moral_graph(web, within)
    kept = (web.mask(allowed) | treatment) & within & ~fixed
    reached = closure(outcome, neighbours, within & ~kept & ~fixed)
    border = 0
    for node in bits(reached):
        border |= neighbours[node]
    return web.set(border & kept & ~treatment & ~outcome)


def _checked(question: Question, nodes: Set, reason: str, minimal: Set | None = None) -> OptimalSet:
    if check_adjustment(question.graph, question.treatments, question.outcomes, nodes).valid:
        return OptimalSet(nodes, reason, minimal)
    return OptimalSet(None, "No set is proved best for this question.", minimal)


def _named(nodes: Set) -> str:
    return listed(nodes) if nodes else "the empty set"


def _o_set_reason(question: Question, best: Set, held: Set) -> str:
    y = listed(question.outcomes)
    along = f"{y} and of what lies on the way to {y}" if question.causal_nodes - question.outcomes else y
    role = "is the one direct cause" if len(best) == 1 else "are the direct causes"
    causes = (
        f"{listed(best)} {role} of {along} beside the way from {listed(question.treatments)}"
        if best
        else f"Nothing beside the way from {listed(question.treatments)} is a direct cause of {along}"
    )
    more = f"; {listed(held - best)} must be in it" if held - best else ""
    return f"{causes}{more}. Of all valid sets this one has the least asymptotic variance (the O-set)."


def _why_not(missing: tuple[str, ...], best: Set, allowed: Set) -> str:
    lost = best - allowed
    words = listed(lost) if lost else f"the hidden cause behind {' and '.join(missing[:2])}"
    return f"The best set would need {words}, which cannot be adjusted for."
