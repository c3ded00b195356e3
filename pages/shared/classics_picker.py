"""Classic graphs from the literature, to look at and to take into the open study."""

from __future__ import annotations

from functools import cache

import streamlit as st

from causal_core.graph import classics
from causal_core.graph.classics import Classic
from causal_core.graph.roles import roles
from causal_core.graph.svg import to_svg
from causal_core.graph.text_formats import write_text
from causal_core.text import for_markdown
from pages.shared.current import OpenStudy
from pages.shared.drawing import read_drawing


def classics_picker(here: OpenStudy) -> None:
    """A folded list of classic graphs, each with its picture, what it teaches and a button that takes it."""
    with st.expander("Classic graphs", key=f"classics-{here.token}", on_change="rerun") as box:
        # Its pictures are drawn only for who looks at them.
        if not box.open:
            return
        groups = list(dict.fromkeys(classic.group for classic in classics.all()))
        group = st.pills("Lesson", groups, default=groups[0], key="classics-group", required=True)
        members = [classic for classic in classics.all() if classic.group == group]
        names, shown = st.columns([2, 5], gap="large")
        with names:
            titles = {classic.key: classic.title for classic in members}
            key = st.radio("Graph", list(titles), format_func=titles.__getitem__, key=f"classics-{group}")
        with shown:
            _card(here, classics.named(key))


def _card(here: OpenStudy, classic: Classic) -> None:
    st.markdown(f"**{for_markdown(classic.title)}**")
    st.markdown(for_markdown(classic.caption))
    st.image(_picture(classic.key), alt=f"The graph of {classic.title}")
    st.caption(for_markdown(classic.reference))
    if st.button("Use this graph", key="use-classic"):
        graph = (classic.graph, "dagitty", classic.treatment, classic.outcome, classic.adjusted)
        read_drawing(here, write_text(*graph))
        st.toast(f"{for_markdown(classic.title)} is drawn. Undo brings back the graph you had.")
        st.rerun()
    st.caption(
        "It takes the place of the graph above, with its treatment and outcome; undo in the editor (Ctrl+Z) "
        "brings yours back. Its nodes are no columns of your table: it can be read and questioned, but "
        "estimated only once they are renamed to columns."
    )


@cache
def _picture(key: str) -> str:
    classic = classics.named(key)
    return to_svg(
        classic.graph,
        roles(classic.graph, classic.treatment, classic.outcome),
        classic.adjusted,
        title=classic.title,
    )
