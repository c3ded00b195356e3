"""The steps of a derivation: what each turns into what, by which law, and what licenses it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property

from causal_core.graph import CausalGraph
from causal_core.identification.expression import Expression, Probability, to_latex
from causal_core.identification.links import Links
from causal_core.identification.question import listed

Set = frozenset[str]
MOST_CONDITIONS = 4
"""How many separations a step spells out; the others it counts."""

LAWS = {
    "question": "the question",
    "remark": "a remark",
    "rule 1": "rule 1 of the do-calculus: seeing more changes nothing",
    "rule 2": "rule 2 of the do-calculus: seeing is as good as setting",
    "rule 3": "rule 3 of the do-calculus: setting changes nothing",
    "chain rule": "chain rule of probability",
    "marginalisation": "marginalisation: sum over the other variables",
    "conditioning": "definition of a conditional probability",
    "factorisation": "c-component factorisation (Tian & Pearl 2002)",
    "substitution": "substitution of what was found",
}
"""Law of a step -> its name in words."""


@dataclass(frozen=True)
class Separation:
    """A claim that some nodes are d-separated in the graph with some arrows taken away.

    Attributes:
        left: The nodes on one side.
        right: The nodes on the other.
        given: The nodes held fixed.
        into: Nodes that lose every arrow and bidirected edge into them.
        out_of: Nodes that lose every arrow out of them.
    """

    left: Set
    right: Set
    given: Set = frozenset()
    into: Set = frozenset()
    out_of: Set = frozenset()

    def holds(self, graph: CausalGraph) -> bool:
        """Whether the claim is true of `graph`."""
        edges = [e for e in graph.edges if e[1] not in self.into and e[0] not in self.out_of]
        arcs = [pair for pair in graph.bidirected if not self.into & set(pair)]
        return Links(graph.nodes, edges, arcs).separated(self.left, self.right, self.given)

    @property
    def text(self) -> str:
        """The claim in words, e.g. `(m ⫫ x | z) in the graph without arrows into x`."""
        sides = f"{_commas(self.left)} ⫫ {_commas(self.right)}"
        given = f" | {_commas(self.given)}" if self.given else ""
        cuts = [
            f"arrows {way} {listed(nodes)}"
            for way, nodes in (("into", self.into), ("out of", self.out_of))
            if nodes
        ]
        without = f" without {' and without '.join(cuts)}" if cuts else ""
        return f"({sides}{given}) in the graph{without}"


def _commas(names: Iterable[str]) -> str:
    return ", ".join(sorted(names))


@dataclass(frozen=True)
class Step:
    """One step of a derivation.

    Attributes:
        rule: What is done, in words.
        law: The law that allows it, one of `LAWS`.
        left: What it starts from, as a tree.
        right: What it leads to, equal to `left` by the law; the same tree when the step only states it.
        claims: The separations that license it.
        apart: Groups of nodes that no bidirected edge may join, which licenses a factorisation.
    """

    rule: str
    law: str
    left: Expression
    right: Expression
    claims: tuple[Separation, ...] = ()
    apart: tuple[Set, ...] = ()

    @cached_property
    def before(self) -> str:
        """What it starts from, as LaTeX."""
        return to_latex(self.left)

    @cached_property
    def after(self) -> str:
        """What it leads to, as LaTeX."""
        return to_latex(self.right)

    @property
    def expression(self) -> str:
        """The step as an equation in LaTeX; the expression alone when it only states one."""
        return self.latex()

    def latex(self, symbols: Mapping[str, str] | None = None) -> str:
        """The step as LaTeX, `symbols` (variable -> LaTeX) written in place of names."""
        if self.left == self.right:
            return to_latex(self.right, symbols)
        return f"{to_latex(self.left, symbols)} = {to_latex(self.right, symbols)}"

    @property
    def law_words(self) -> str:
        """The law by name."""
        return LAWS[self.law]

    @property
    def condition(self) -> str:
        """What licenses the step, in words; empty when the laws of probability alone do."""
        if self.apart:
            groups = "; ".join("{" + _commas(group) + "}" for group in self.apart)
            return f"no hidden common cause joins two of the groups {groups}"
        texts = [claim.text for claim in self.claims[:MOST_CONDITIONS]]
        more = len(self.claims) - len(texts)
        return "; ".join(texts) + (f"; and {more} more of the same form" if more else "")


def set_to(variables: Iterable[str], do: Iterable[str], given: Iterable[str] = ()) -> Probability:
    """P(variables | do(...), given) in name order."""
    return Probability(tuple(sorted(variables)), tuple(sorted(given)), tuple(sorted(do)))


def question_step(outcomes: Iterable[str], treatments: Iterable[str], given: Iterable[str] = ()) -> Step:
    """The step that states what is asked."""
    asked = set_to(outcomes, treatments, given)
    return Step("The question", "question", asked, asked)


def setting_changes(outcomes: Set, before: Set, after: Set) -> list[Step]:
    """Rule 3, from P(outcomes | do(before)) to P(outcomes | do(after)): more is set, then less."""
    steps = []
    y, both = listed(outcomes), before | after
    if both != before:
        added = both - before
        steps.append(
            Step(
                f"Set {listed(added)} too: that changes nothing for {y}"
                + (f" once {listed(before)} {'is' if len(before) == 1 else 'are'} set" if before else ""),
                "rule 3",
                set_to(outcomes, before),
                set_to(outcomes, both),
                (Separation(outcomes, added, before, into=both),),
            )
        )
    if both != after:
        gone = both - after
        rest = f" once {listed(after)} {'is' if len(after) == 1 else 'are'} set" if after else ""
        steps.append(
            Step(
                f"Leave {listed(gone)} as it is: setting it changes nothing for {y}{rest}"
                if len(gone) == 1
                else f"Leave {listed(gone)} as they are: setting them changes nothing for {y}{rest}",
                "rule 3",
                set_to(outcomes, both),
                set_to(outcomes, after),
                (Separation(outcomes, gone, after, into=both),),
            )
        )
    return steps
