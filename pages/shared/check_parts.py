"""The parts of the Check page: the implied independencies, and the graph against random relabellings."""

from __future__ import annotations

import streamlit as st

from causal_core.charts.falsification import dependences, relabellings
from causal_core.engine import Failure
from causal_core.falsification.graph_test import rejudged
from causal_core.falsification.plan import falsify_plan, graph_test_plan
from causal_core.falsification.result import ALPHA, THRESHOLD, Falsified, GraphTest
from causal_core.problem import Problem
from causal_core.text import for_markdown
from pages.shared.bound import bound
from pages.shared.check_changes import changes, undo_offer
from pages.shared.check_findings import method_words, table_of_tests, untestable
from pages.shared.current import OpenStudy
from pages.shared.jobs import job_of, result_of, show_failure
from pages.shared.p_meaning import p_meaning

QUIET = {"displayModeBar": False}
SIZES = (0.05, 0.1, 0.15, 0.2, 0.3)
COUNTS = (20, 100, 500)
MOST_BARS = 15
_CHOSEN = "check_chosen"


def implications(here: OpenStudy) -> None:
    """Each implied independence of the graph, tested on the table."""
    if not here.study.graph.nodes:
        _empty()
        return
    st.write(
        "A graph says which columns are independent once others are known. Each such statement is held "
        "against the table: first how large a dependence is left, then how sure that is."
    )
    undo_offer(here)
    try:
        plan = graph_test_plan(here.study.graph, here.table, here.study.data.types)
    except Problem as problem:
        show_failure(Failure.of(problem))
        return
    again = job_of("check") is not None
    found: GraphTest | None = result_of("check", plan, "Test what the graph implies", at_once=again)
    if found is None:
        return
    found = rejudged(found, size_that_matters()) if found.tested else found
    _answer(found)
    _facts(here, found)
    if not found.tested:
        untestable(found)
        return
    _choose_size(here)
    shown = found.tested[:MOST_BARS]
    st.plotly_chart(dependences(shown, found.threshold), config=QUIET, key=f"dependences-{here.token}")
    if len(found.tested) > MOST_BARS:
        st.caption(f"The {MOST_BARS} strongest of {len(found.tested)}; all are in the table below.")
    changes(here, found)
    with st.expander(f"All {len(found.tested)} tests as a table" if len(found.tested) > 1 else "As a table"):
        table_of_tests(found)
    untestable(found)
    with st.expander("How this is tested"):
        method_words()


def against_random(here: OpenStudy) -> None:
    """The graph against itself with its names shuffled."""
    if not here.study.graph.nodes:
        _empty()
        return
    st.write(
        "The names in your graph are shuffled at random, its shape kept. If your graph knows anything about "
        "these data, hardly any shuffled one violates as few of its implications."
    )
    number = _choose_count(here)
    try:
        plan = falsify_plan(here.study.graph, here.table, here.study.data.types, number, here.study.seed)
    except Problem as problem:
        show_failure(Failure.of(problem))
        return
    found: Falsified | None = result_of("falsify", plan, "Compare with random relabellings")
    if found is None:
        return
    good = found.informative and found.p_value <= found.alpha
    box = st.success if good else st.warning if found.informative else st.info
    box(for_markdown(found.verdict))
    if not found.statements:
        return
    st.plotly_chart(relabellings(found), config=QUIET, key=f"relabellings-{here.token}")
    kind = (
        "each column with each it does not affect, given its direct causes (local Markov condition)"
        if found.local_markov
        else "one smallest set for each pair that the graph separates, since it has hidden causes"
    )
    rows = f"{found.rows:,} rows"
    if found.rows < found.rows_total:
        rows = f"{found.rows:,} of {found.rows_total:,} rows, drawn at random"
    words = [
        f"Statements: {kind}; {found.statements:,} of them, {rows}, seed {found.seed}.",
        f"A statement counts as violated at p ≤ {found.alpha:g}, unadjusted.",
        f"Share of relabelled graphs with no more violations: {found.p_value:.3f} (small is good news). "
        f"Share that imply the same as your graph: {found.p_informative:.3f} (small means the comparison can "
        "tell).",
        "After Eulig et al. 2023, as in DoWhy's falsify_graph.",
    ]
    if found.left_out:
        words.insert(1, f"{found.left_out:,} more statements were left out, at random, to keep it quick.")
    st.caption(for_markdown(" ".join(words)))
    p_meaning("relabelled", "relabelled")


def size_that_matters() -> float:
    """The strength from which a dependence matters, as chosen on Check in this session."""
    return _chosen("size", THRESHOLD)


def _answer(found: GraphTest) -> None:
    if not found.tested:
        st.info(f"**Nothing to contradict.** {for_markdown(found.verdict)}")
    elif found.of("contradicted"):
        st.warning(f"**Contradicted.** {for_markdown(found.verdict)}")
    elif found.of("open"):
        st.info(f"**Not contradicted.** {for_markdown(found.verdict)}")
    else:
        st.success(f"**Not contradicted.** {for_markdown(found.verdict)}")


def _facts(here: OpenStudy, found: GraphTest) -> None:
    """What was tested, on which rows, and what was left out."""
    words = []
    if found.tested:
        rows = f"{found.rows:,} rows"
        if found.rows < found.rows_total:
            rows = f"{found.rows:,} of {found.rows_total:,} rows, drawn at random"
        pairs = "one pair" if found.pairs == 1 else f"each of {found.pairs:,} pairs"
        words.append(
            f"One smallest set for {pairs}. On {rows}; each test uses "
            f"those complete in its columns. p-values are Holm's: {ALPHA:g} is for all tests together."
        )
    if found.left_out:
        words.append(f"{found.left_out:,} pairs were left out, those with the largest sets.")
    if not found.complete:
        words.append("The search for implications was stopped in time; there are more pairs.")
    question = here.study.question
    ignored = [name for name in (question.weights, question.clusters) if name]
    if ignored:
        listed = " and ".join(ignored)
        words.append(
            f"Weights and clusters ({listed}) are not taken into account: with clusters, p-values are too "
            "small and intervals too short."
        )
    if words:
        st.caption(for_markdown(" ".join(words)))


def _empty() -> None:
    st.info("The graph is empty: there is nothing to test yet.")
    st.page_link("pages/graph.py", label="Draw it on Graph →")


def _choose_size(here: OpenStudy) -> None:
    key = bound(here, "check-size", size_that_matters())
    st.select_slider(
        "A dependence matters from",
        SIZES,
        key=key,
        on_change=_keep,
        args=("size", key),
        width=340,
        help="On the scale of a correlation. With many rows even a trace of dependence is statistically "
        "sure; below this size it is called too small to matter.",
    )


def _choose_count(here: OpenStudy) -> int:
    key = bound(here, "check-count", int(_chosen("count", COUNTS[1])))
    st.select_slider("Relabellings", COUNTS, key=key, on_change=_keep, args=("count", key), width=340)
    return int(_chosen("count", COUNTS[1]))


def _chosen(name: str, usual: float) -> float:
    found: float = st.session_state.get(_CHOSEN, {}).get(name, usual)
    return found


def _keep(name: str, key: str) -> None:
    st.session_state[_CHOSEN] = {**st.session_state.get(_CHOSEN, {}), name: st.session_state[key]}
