"""What the tests of a graph found: the picture, the table, and what could not be tested."""

from __future__ import annotations

import streamlit as st

from causal_core.charts.falsification import WORDS, shortened, two_decimals
from causal_core.falsification.result import GraphTest, Tested
from causal_core.graph.roles import roles
from causal_core.text import for_markdown
from pages.shared.current import OpenStudy
from pages.shared.graph_view import graph_view
from pages.shared.legend import legend
from pages.shared.p_meaning import p_meaning
from pages.shared.text_table import text_table

MOST_ROWS = 200
MOST_DRAWN = 40
"""Nodes up to which the graph is drawn beside the bars."""


def picture(here: OpenStudy, found: GraphTest) -> None:
    """The graph with the contradicted pairs joined by a dashed line."""
    graph, question = here.study.graph, here.study.question
    if len(graph.nodes) > MOST_DRAWN:
        st.caption("The graph is too large to draw here; look at it on Graph.")
        return
    asked = {question.treatment, question.outcome} <= set(graph.nodes)
    named = roles(graph, question.treatment, question.outcome) if asked else {}
    lines = {frozenset((each.x, each.y)): "contradicted" for each in found.of("contradicted")}
    graph_view(graph, named, lines=lines, height=340, key=f"check-{here.token}")
    legend(named, set(lines.values()))


def table_of_tests(found: GraphTest) -> None:
    """Every test in words and numbers, the strongest dependence first."""
    rows = [
        (
            shortened(each),
            each.measure or "–",
            number(each.effect),
            interval(each),
            p_text(each.p_adjusted),
            f"{each.rows_used:,}" if each.effect is not None else "–",
            WORDS[each.verdict] if not each.error else f"{WORDS[each.verdict]}: {each.error}",
            " ".join(each.notes),
        )
        for each in found.tested[:MOST_ROWS]
    ]
    head = ("Statement", "Measure", "Left", "95 % interval", "p (Holm)", "Rows", "Verdict", "Notes")
    text_table(head, rows, numbers={2, 3, 4, 5})
    p_meaning("graph", "check")
    if len(found.tested) > MOST_ROWS:
        st.caption(f"The {MOST_ROWS} strongest of {len(found.tested)} are listed.")


def untestable(found: GraphTest) -> None:
    """What the graph implies that these columns cannot test."""
    failed = [each for each in found.tested if each.error]
    if not found.untestable and not failed:
        return
    st.subheader("What could not be tested", anchor=False)
    words = list(found.untestable)
    reasons: dict[str, int] = {}
    for each in failed:
        reasons[each.error] = reasons.get(each.error, 0) + 1
    words += [f"{count} test{'s' if count > 1 else ''}: {reason}" for reason, count in reasons.items()]
    st.markdown("\n".join(f"- {for_markdown(sentence)}" for sentence in words))


def method_words() -> None:
    """What is done for which kinds of columns, and what it rests on."""
    st.markdown(
        """
- **Two numbers**: the partial correlation, with Fisher's z. Its standard error is widened where the spread
  differs from row to row.
- **Two categories** (also numbers with two values), given categories: chi-square within each combination of
  what is given; sparse combinations are pooled (Cochran–Mantel–Haenszel). Size: Cramér's V, corrected for
  its bias.
- **Anything else**: what is given is taken out of both sides by regression, then the residuals' covariance
  is tested (Pillai's trace, and the generalised covariance measure; the larger p-value counts). Size: the
  correlation ratio or Cramér's V.
- Numbers that are given enter as smooth curves, and in pairs as products, as far as there are rows for it.
- **p-values** are adjusted for all tests together by Holm's method. A small one speaks *against* the graph.
- Found are dependences of averages. Two columns can depend on each other in other ways and pass.
- Dates count as days. Text with very many values cannot be tested.
"""
    )


def number(value: float | None) -> str:
    """A size with two decimals."""
    return "–" if value is None else two_decimals(value)


def interval(each: Tested) -> str:
    """The interval in brackets."""
    return "–" if each.ci is None else f"[{number(each.ci[0])}, {number(each.ci[1])}]"


def p_text(p_value: float | None) -> str:
    """A p-value with three decimals, or that it is below them."""
    return "–" if p_value is None else "< 0.001" if p_value < 0.001 else f"{p_value:.3f}"
