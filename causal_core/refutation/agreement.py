"""What the tests of a graph's implications say about an estimate that rests on the graph."""

from __future__ import annotations

from dataclasses import dataclass

from causal_core.estimation.result import Estimate
from causal_core.falsification.result import GraphTest, Tested
from causal_core.graph.causal_graph import CausalGraph
from causal_core.refutation.finding import p_text
from causal_core.refutation.refuters import REFUTERS
from causal_core.refutation.result import Refutation

NAMED = 3
"""Contradicted statements that are named."""


@dataclass(frozen=True)
class Stand:
    """What an estimate stands on in its graph: an effect, and the set adjusted for (None for another way)."""

    treatment: str
    outcome: str
    adjustment: tuple[str, ...] | None


def judge_agreement(estimate: Estimate, found: GraphTest, graph: CausalGraph, stand: Stand) -> Refutation:
    """The graph held against the table, as a refutation; it is the same for every arm.

    A contradiction counts against the estimate when its adjustment set would no longer be valid with the
    contradicted pairs joined; otherwise the verdict is `unclear`.

    Args:
        estimate: One arm's estimate.
        found: The tests of the graph.
        graph: The graph that was tested.
        stand: What the estimate stands on.
    """
    about = REFUTERS["graph"]
    against = found.of("contradicted")
    carried = len(found.tested) - len(found.of("untested"))
    seen = found.verdict
    if against:
        named = "; ".join(_said(each) for each in against[:NAMED])
        more = f"; and {len(against) - NAMED} more" if len(against) > NAMED else ""
        seen += f" {named}{more}. See Check for all of them and for what could be changed."
    decided = len(found.of("holds")) + len(found.of("small"))
    verdict = "pass" if decided and not against else "unclear"
    if against and _survives(graph, against, stand):
        seen += (
            " The set adjusted for would still do with hidden causes between these pairs, so the estimate "
            "need not hang on them."
        )
    elif against:
        verdict = "fail"
    return Refutation(
        refuter="graph",
        method=estimate.method,
        contrast=estimate.contrast,
        original=estimate.value,
        refuted=None,
        shift=None,
        p_value=None,
        expectation=about.expectation,
        verdict=verdict,
        done=f"{about.done} {_pairs(found.pairs)} implied, {carried:,} tested on {found.rows:,} rows.",
        seen=seen,
        cannot=about.cannot,
    )


def _pairs(count: int) -> str:
    return "1 pair is" if count == 1 else f"{count:,} pairs are"


def _survives(graph: CausalGraph, against: tuple[Tested, ...], stand: Stand) -> bool:
    """Whether the set is still valid once each contradicted pair has a hidden common cause."""
    from causal_core.identification import check_adjustment

    if stand.adjustment is None:
        return False
    joined = graph.replace(bidirected=[*graph.bidirected, *((each.x, each.y) for each in against)])
    return check_adjustment(joined, stand.treatment, stand.outcome, stand.adjustment).valid


def _said(each: Tested) -> str:
    given = f" given {', '.join(each.given)}" if each.given else ""
    effect = "" if each.effect is None else f"{each.measure} {each.effect:.2f}, "
    return f"{each.x} and {each.y}{given} are not independent ({effect}{p_text(each.p_adjusted or 0.0)})"
