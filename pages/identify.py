"""Identify: whether and how the effect can be known, and why."""

import streamlit as st

from causal_core.graph.roles import role_sentence, roles
from causal_core.identification import Hedge, Identification
from causal_core.problem import Problem
from causal_core.study.steps import dowhy_plan, identification, result_key
from causal_core.text import for_markdown
from pages.shared.current import OpenStudy, change_question
from pages.shared.drawing import highlights
from pages.shared.flags import show_flags
from pages.shared.graph_view import graph_view
from pages.shared.header import header, next_step, require, shown
from pages.shared.identify_remedies import remedy_table
from pages.shared.identify_steps import derivation
from pages.shared.identify_survey import another_question
from pages.shared.identify_ways import set_text, ways
from pages.shared.jobs import result_of
from pages.shared.legend import legend
from pages.shared.see_do_parts import show as show_see_do
from pages.shared.text_table import text_table

OWN = "A set of my own"
BEST = "Let the graph choose"


def answer(found: Identification) -> None:
    """The verdict in words; green only when the effect follows from the graph and the set in use is right."""
    wrong = found.chosen is not None and not found.chosen.valid
    good = found.identifiable and not wrong
    title = "Identified" if good else "Your set is wrong" if wrong else "Not identified from the graph alone"
    (st.success if good else st.warning)(f"**{title}.** {for_markdown(found.verdict)}")
    for note in found.notes:
        st.caption(for_markdown(note))


def choose_set(here: OpenStudy, found: Identification) -> None:
    """Which set to adjust for: the graph's choice, one of the minimal sets, or one's own, right or wrong."""
    wanted = here.study.question.adjust_for
    sets = {set_text(nodes): tuple(sorted(nodes)) for nodes in found.adjustment_sets}
    options = [BEST, *sets, OWN]
    now = BEST if wanted is None else set_text(wanted) if set_text(wanted) in sets else OWN
    key = f"set-{here.token}-{now}"
    picked = st.selectbox("Adjust for", options, index=options.index(now), key=key)
    if picked != now:
        change_question(adjust_for=None if picked == BEST else sets.get(picked, wanted or ()))
        if picked == OWN:
            st.session_state[f"own-{here.token}"] = True
        st.rerun()
    if now == OWN or st.session_state.get(f"own-{here.token}"):
        graph = here.study.graph
        barred = {here.study.question.treatment, here.study.question.outcome}
        candidates = sorted(graph.observed - barred)
        chosen = st.multiselect(
            "My set", candidates, default=sorted(wanted or ()), key=f"mine-{here.token}-{wanted}"
        )
        if tuple(sorted(chosen)) != tuple(sorted(wanted or ())):
            change_question(adjust_for=tuple(sorted(chosen)))
            st.rerun()


def paths(found: Identification) -> None:
    """Every path in words: causal or not, open or blocked, by which node."""
    rows = [
        (
            path.text.replace("<->", "↔").replace("->", "→").replace("<-", "←"),
            "causal" if path.causal else "not causal",
            "open" if path.open else "blocked",
            path.reason,
        )
        for path in found.paths
    ]
    if not rows:
        st.write("No path connects treatment and outcome.")
        return
    text_table(("Path", "Kind", "State", "Why"), rows)
    if not found.paths.complete:
        st.caption("There are more paths than are listed here.")


def dowhy(here: OpenStudy) -> None:
    """DoWhy's own estimand beside ours; a difference is said."""
    with st.expander("DoWhy's own answer"):
        answers = result_of("dowhy", dowhy_plan(here.study), "Ask DoWhy", at_once=True)
        if answers is None:
            return
        view = answers[0]
        if view.agrees:
            st.write("DoWhy agrees.")
        for difference in view.differences:
            st.warning(f"Different: {for_markdown(difference)}")
        for skipped in view.skipped:
            st.caption(for_markdown(skipped))
        if view.estimand_text:
            st.code(view.estimand_text, language=None)


def obstruction(hedge: Hedge) -> None:
    """What the tied nodes in the picture mean."""
    inner = ", ".join(for_markdown(name) for name in sorted(hedge.inner))
    st.caption(
        "Marked “tied”, in a long-dashed frame: the **hedge** that stands in the way. Hidden common causes "
        f"join these nodes into one group, and setting the treatment does not take {inner} out of it, so "
        "that no formula in what is observed gives the effect (Shpitser and Pearl 2006)."
    )


header("identify", "Can this effect be known?")
here = require("identify", "question", "graph")
question = here.study.question
try:
    found = identification(here.study)
except Problem as problem:
    st.error(for_markdown(problem))
    st.page_link("pages/graph.py", label="Mend it on Graph →")
    st.stop()
shown("identify", result_key("identify", here.study, here.table))
st.write(
    f"The effect of **{for_markdown(question.treatment)}** on **{for_markdown(question.outcome)}**, "
    f"target {question.target}."
)
answer(found)
show_flags(here)
picture, side = st.columns([3, 2], gap="large")
named = roles(found.graph, question.treatment, question.outcome)
marked = highlights(found)
held = found.chosen.variables if found.chosen else ()
hedge = found.general.hedge
with picture:
    graph_view(
        found.graph,
        named,
        highlight=marked,
        height=400,
        key=f"identify-{here.token}",
        adjusted=held,
        tied=hedge.nodes if hedge else (),
    )
    legend(named, set(marked.values()), adjusted=bool(held))
    if hedge:
        obstruction(hedge)
with side:
    choose_set(here, found)
    ways(found)
remedy_table(found)
with st.expander(f"The paths ({len(found.paths)}{'' if found.paths.complete else ' and more'})"):
    paths(found)
if found.general.identifiable:
    with st.expander("The formula and how it follows, step by step"):
        derivation(
            found.general,
            found.treatment,
            found.outcome,
            bool(found.graph.latent),
            f"derivation-{here.token}",
        )
with st.expander("Another question of this graph: direct effects, several treatments or outcomes"):
    another_question(found, f"another-{here.token}")
with st.expander("What each node is to this question"):
    for node in named:
        sentence = role_sentence(found.graph, node, question.treatment, question.outcome)
        st.markdown(f"- {for_markdown(sentence)}")
with st.expander("Seeing against doing"):
    show_see_do(here)
dowhy(here)
next_step("estimate", "how large is the effect?")
