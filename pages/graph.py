"""Graph: the analyst draws what causes what."""

import streamlit as st

from causal_core.graph import write_text
from causal_core.graph.names import Names
from causal_core.graph.roles import roles
from causal_core.problem import Problem
from causal_core.study.steps import identification
from causal_core.text import for_markdown
from pages.shared.classics_picker import classics_picker
from pages.shared.current import OpenStudy, current
from pages.shared.drawing import drawing, highlights, keep_drawing, read_drawing, strangers
from pages.shared.graph_editor import graph_editor, incoming
from pages.shared.header import header, next_step, require
from pages.shared.legend import legend
from pages.shared.picture_download import graph_picture

FORMATS = {"dagitty": "dagitty", "DOT": "dot", "GML": "gml", "JSON": "json", "lavaan": "lavaan"}
EXPORTS = {**FORMATS, "Mermaid": "mermaid", "TikZ": "tikz"}
ELSEWHERE = {
    "read": "**Read** — what does the graph say? →",
    "compare": "**Compare** — where does another graph disagree? →",
    "check": "**Check** — do the data contradict it? →",
}


def store() -> None:
    """Keep what the browser drew since the last run, before anything on the page is worked out."""
    here = current()
    if here is not None:
        new = incoming(drawing(here), f"graph-{here.token}")
        if new is not None:
            keep_drawing(here, new)


def verdict(here: OpenStudy) -> None:
    """Whether the effect can be known, at once and in words."""
    question = here.study.question
    state = drawing(here)
    if state.treatment is None or state.outcome is None:
        st.info(
            "Give two nodes their roles: point at a node and press **T** for the treatment, "
            "**O** for the outcome."
        )
        return
    try:
        found = identification(here.study)
    except Problem as problem:
        st.warning(for_markdown(problem))
        return
    asked = f"The effect of {for_markdown(question.treatment)} on {for_markdown(question.outcome)}: "
    wrong = found.chosen is not None and not found.chosen.valid
    box = st.success if found.identifiable and not wrong else st.warning
    box(asked + for_markdown(found.verdict))


def text_box(here: OpenStudy) -> None:
    """The graph as text, both ways."""
    with st.expander("The graph as text"):
        name = st.radio("Format", list(EXPORTS), horizontal=True, key=f"format-{here.token}")
        text = write_text(here.study.graph, EXPORTS[name], *roles_drawn(here))
        fixed = f"{here.token}-{name}-{hash(text)}"
        if name not in FORMATS:
            st.code(text, language=None)
            return
        # In a form, text and click arrive together: a click that ends the typing is not lost.
        with st.form(f"text-form-{here.token}", border=False):
            edited = st.text_area(
                "Edit it, or paste a graph in any of these formats", text, height=220, key=f"text-{fixed}"
            )
            used = st.form_submit_button("Use this text", key=f"use-{here.token}")
        if used:
            try:
                read_drawing(here, edited)
            except Problem as problem:
                st.error(for_markdown(problem))
            else:
                st.rerun()


def roles_drawn(here: OpenStudy) -> tuple[Names, Names, Names]:
    """Treatment, outcome and the nodes chosen to adjust for, where they are drawn."""
    state = drawing(here)
    return state.treatment or (), state.outcome or (), state.adjusted or ()


store()
header("graph", "What causes what?")
here = require("graph")
state = drawing(here)
named, marked = None, None
if state.treatment and state.outcome:
    try:
        named = roles(here.study.graph, state.treatment, state.outcome)
        marked = highlights(identification(here.study))
    except Problem:
        pass  # the verdict below says what is wrong
graph_editor(
    state, columns=here.table.columns, roles=named, highlight=marked, key=f"graph-{here.token}", height=560
)
if named:
    legend(named, set(marked.values()) if marked else ())
verdict(here)
missing = strangers(here)
with st.container():  # always there: what is folded open below stays open when the warning comes or goes
    if missing:
        shown = ", ".join(for_markdown(name) for name in missing)
        st.warning(
            f"Not a column of the table: {shown}. Point at the node and press **U** to declare it "
            "latent, or rename it to a column."
        )
text_box(here)
graph_picture(here, named, marked)
classics_picker(here)
for column, (page, label) in zip(st.columns(len(ELSEWHERE)), ELSEWHERE.items(), strict=True):
    column.page_link(f"pages/{page}.py", label=label)
next_step("identify", "can this effect be known from these data, and how?")
