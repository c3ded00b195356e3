"""Whether an effect can be computed from what is observed, and by which formula."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from causal_core.graph import CausalGraph
from causal_core.graph.names import Names, known
from causal_core.identification.adjustment import adjustment_sets
from causal_core.identification.derivation import Separation, Step, question_step, set_to
from causal_core.identification.expression import (
    Expression,
    Probability,
    Product,
    Sum,
    free,
    product,
    to_latex,
    total,
)
from causal_core.identification.general import HedgeFound, general_expression
from causal_core.identification.projection import among_selected, latent_projection
from causal_core.identification.question import Question, listed
from causal_core.problem import GraphError

Set = frozenset[str]


@dataclass(frozen=True)
class Hedge:
    """What stands in the way of identification.

    Attributes:
        nodes: The nodes that hidden common causes tie into one group.
        inner: Those of them that stay tied together once the treatments among them are set.
        reason: The same in words.
    """

    nodes: Set
    inner: Set
    reason: str

    def __str__(self) -> str:
        return self.reason


@dataclass(frozen=True)
class IdentifiedEffect:
    """The answer to "can P(outcome | do(treatment), given) be computed from the observed distribution?".

    Attributes:
        identifiable: Whether it can, with no assumption besides the graph.
        derivation: The steps to it, or those taken before the obstruction was met.
        hedge: The obstruction, or None.
        expression: The formula as a tree, or None.
    """

    identifiable: bool
    derivation: tuple[Step, ...]
    hedge: Hedge | None
    expression: Expression | None

    @cached_property
    def estimand(self) -> str:
        """The formula as LaTeX; empty when there is none."""
        return "" if self.expression is None else to_latex(self.expression)


def identify(graph: CausalGraph, treatment: Names, outcome: Names, given: Names = ()) -> IdentifiedEffect:
    """Whether the effect of treatment on outcome is identifiable without further assumptions, and how.

    A set of non-effects of the treatment that can be adjusted for gives the adjustment formula; otherwise
    the complete ID and IDC algorithms (Shpitser & Pearl 2006) decide. Among rows selected on some nodes,
    P is their distribution, and the answer may be "no" where a cleverer method says "yes".

    Args:
        graph: The causal graph, with latent nodes and bidirected edges.
        treatment: What is set, one node or several.
        outcome: What is looked at, one node or several.
        given: What is conditioned on after setting, for conditional effects.

    Raises:
        GraphError: A name is unknown, unobserved, missing or used twice.
    """
    question = Question.ask(graph, treatment, outcome)
    conditions = frozenset(known(given, graph.nodes)) - question.selection
    for name in sorted(conditions - graph.observed):
        raise GraphError(f"'{name}' is not observed, so nothing can be conditioned on it.", name)
    for name in sorted(conditions & (question.treatments | question.outcomes)):
        raise GraphError(f"'{name}' is conditioned on and is treatment or outcome too.", name)
    opening: tuple[Step, ...] = ()
    if question.selection:
        asked = set_to(question.outcomes, question.treatments, conditions)
        words = f"P is the distribution among the rows selected on {listed(question.selection)}"
        opening = (Step(words, "remark", asked, asked),)
    if not conditions and question.causal_nodes and (adjusted := _by_adjustment(question, opening)):
        return adjusted
    caused = question.selection & question.links.descendants(question.treatments)
    if caused:
        reason = (
            f"The rows are selected on {listed(caused)}, which {listed(question.treatments)} causes, "
            "and no set of "
            "observed nodes makes up for it."
        )
        return IdentifiedEffect(False, opening, Hedge(caused | question.treatments, caused, reason), None)
    projected = latent_projection(among_selected(graph, question.selection))
    try:
        expression, steps = general_expression(projected, question.outcomes, question.treatments, conditions)
    except HedgeFound as found:
        return IdentifiedEffect(False, (*opening, *found.steps), _hedge(projected, found), None)
    arbitrary = free(expression) - question.outcomes - question.treatments - conditions
    if arbitrary:
        rule = f"The value is the same whichever value {listed(arbitrary)} is given in it"
        steps = (*steps, Step(rule, "remark", expression, expression))
    return IdentifiedEffect(True, (*opening, *steps), None, expression)


def _by_adjustment(question: Question, opening: tuple[Step, ...]) -> IdentifiedEffect | None:
    x, y = question.treatments, question.outcomes
    effects = question.links.descendants(x) & question.graph.observed
    sets = adjustment_sets(question.graph, x, y, exclude=effects, limit=20, seconds=0.05)
    if not sets:
        return None
    z, fixed = sets[0], question.selection
    outcome = Probability(tuple(sorted(y)), (*sorted(x), *sorted(z)))
    asked = set_to(y, x)
    no_bias = f"no path of bias between {listed(x)} and {listed(y)} is open"
    blocked = Separation(y, x, z | fixed, out_of=x)
    if not z:
        expression: Expression = outcome
        words = f"Seeing {listed(x)} is as good as setting it: {no_bias}"
        steps = [Step(words, "rule 2", asked, outcome, (blocked,))]
    else:
        # Where the treatment moves the selection, z is unchanged by it in everybody and so among these rows.
        same = frozenset[str]() if fixed & question.links.descendants(x) else fixed
        over = tuple(sorted(z))
        expression = total(over, product([outcome, Probability(over)]))
        set_both = Sum(over, Product((set_to(y, x, z), set_to(z, x))))
        set_one = Sum(over, Product((set_to(y, x, z), Probability(over))))
        unmoved = Separation(z, x, same, into=x)
        no_cause = f"{listed(x)} {'is no cause' if len(x) == 1 else 'are no causes'} of {listed(z)}"
        steps = [
            Step(f"Average over {listed(z)}", "marginalisation", asked, set_both),
            Step(no_cause, "rule 3", set_both, set_one, (unmoved,)),
            Step(f"Given {listed(z)}, {no_bias}", "rule 2", set_one, expression, (blocked,)),
        ]
    steps = [question_step(y, x), *steps]
    return IdentifiedEffect(True, (*opening, *steps), None, expression)


def _hedge(projected: CausalGraph, found: HedgeFound) -> Hedge:
    arcs = [f"{a} <-> {b}" for a, b in projected.bidirected if {a, b} <= found.nodes]
    still = f"{listed(found.inner)} {'are' if len(found.inner) > 1 else 'is'}"
    tied = "still tied to each other" if len(found.inner) > 1 else "still in that group"
    reason = (
        f"Hidden common causes tie {listed(found.nodes)} together ({', '.join(arcs)}), and {still} "
        f"{tied} once "
        f"{listed(found.treatments)} is set. So what {listed(found.treatments)} does to "
        f"{listed(found.outcomes)} "
        "cannot be told apart from what the hidden causes do."
    )
    return Hedge(found.nodes, found.inner, reason)
