"""What the model's graph says is unrelated: tested as on Check, told as part of the model's judgement."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from causal_core.charts.falsification import WORDS
from causal_core.engine import Failure
from causal_core.falsification.graph_test import rejudged
from causal_core.falsification.plan import graph_test_plan
from causal_core.problem import Problem
from causal_core.text import for_markdown
from causal_core.what_if.independencies import Independencies, independencies
from pages.shared.check_findings import interval, number, p_text
from pages.shared.check_parts import size_that_matters
from pages.shared.jobs import result_of, show_failure
from pages.shared.text_table import text_table

if TYPE_CHECKING:
    from collections.abc import Sequence

    from causal_core.falsification.result import GraphTest
    from causal_core.what_if.spread import Spread
    from pages.shared.current import OpenStudy

MOST_ROWS = 25
MOST_SIZES = 10


def unrelated(here: OpenStudy) -> Independencies | None:
    """The judgement, from the result that Check shows; while there is none, draws how far it is: None."""
    try:
        plan = graph_test_plan(here.study.graph, here.table, here.study.data.types)
    except Problem as problem:
        show_failure(Failure.of(problem))
        return None
    found: GraphTest | None = result_of(
        "what_if_unrelated", plan, "Test what the graph implies", at_once=True
    )
    if found is None:
        return None
    return independencies(rejudged(found, size_that_matters()) if found.tested else found)


def show_unrelated(here: OpenStudy, found: Independencies | None, sizes: Sequence[Spread]) -> None:
    """Every statement with what is left in the data, and what could not be tested."""
    with st.expander("What the graph says is unrelated"):
        if found is not None and found.tested:
            _table(here, found)
        elif found is not None:
            st.write(for_markdown(found.verdict))
        if found is not None and found.untested:
            st.markdown("\n".join(f"- {for_markdown(sentence)}" for sentence in found.untested))
        if sizes:
            _noise(sizes)
    if found is not None and found.failing:
        st.page_link("pages/graph.py", label="Draw the missing arrow or hidden cause on Graph →")
        st.page_link("pages/compare.py", label="Hold the graph against another one on Compare →")


def _table(here: OpenStudy, found: Independencies) -> None:
    text_table(
        ["Statement", "Measure", "Left", "95 % interval", "p (Holm)", "Verdict"],
        [
            [
                each.statement.text,
                each.measure,
                number(each.effect),
                interval(each),
                p_text(each.p_adjusted),
                WORDS[each.verdict],
            ]
            for each in found.tested[:MOST_ROWS]
        ],
        numbers=(2, 3, 4),
    )
    words = (
        f"Left: how related the two still are in the data, from 0, none, to 1; below {found.threshold:g} it "
        "hardly matters. p: how often chance alone leaves as much where the graph is right, adjusted for all "
        "tests together."
    )
    if len(found.tested) > MOST_ROWS:
        words += f" The {MOST_ROWS} strongest of {len(found.tested):,}; all are on Check."
    question = here.study.question
    if question.clusters or question.weights:
        words += " Weights and clusters are not taken into account: with clusters, p is too small."
    st.caption(words)


def _noise(sizes: Sequence[Spread]) -> None:
    text_table(
        ["Sizes of noise", "Correlation", "95 % interval", "p (Holm)", "Verdict"],
        [
            [
                each.text,
                number(each.tested.effect),
                interval(each.tested),
                p_text(each.tested.p_adjusted),
                WORDS[each.tested.verdict],
            ]
            for each in sizes[:MOST_SIZES]
        ],
        numbers=(1, 2, 3),
    )
    said = (
        "What the tests of the graph cannot see, since they look at means: whether the size of a number's "
        f"noise goes with what the model draws apart from it. On {sizes[0].tested.rows_used:,} rows"
    )
    more = f"; the {MOST_SIZES} strongest of {len(sizes):,}." if len(sizes) > MOST_SIZES else "."
    st.caption(said + more)
