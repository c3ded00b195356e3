"""The other graph of Compare: brought as a text, a file, a demo or a classic, and kept with the study."""

from __future__ import annotations

import dataclasses

import streamlit as st

from causal_core.data.demos import demos
from causal_core.graph import CausalGraph, classics, read_text
from causal_core.problem import Problem
from causal_core.study.study import Study
from causal_core.text import for_markdown
from pages.shared.current import OpenStudy

_TEXT, _FILE, _DEMO, _CLASSIC = "A text", "A file", "A demo's graph", "A graph from the literature"
_MOST_BYTES = 1_000_000


@dataclasses.dataclass(frozen=True)
class Other:
    """The graph held against the study's.

    Attributes:
        label: Where it comes from.
        graph: The graph.
    """

    label: str
    graph: CausalGraph


@dataclasses.dataclass
class Desk:
    """What a session keeps of Compare for one study, whichever page is open.

    Attributes:
        other: The other graph, once there is one.
        text: The text as it was last sent, also when it is no graph.
        problem: What is wrong with what was last given, in words; empty when nothing.
        way: How the other graph is brought.
    """

    other: Other | None = None
    text: str = ""
    problem: str = ""
    way: str = _TEXT


def desk(here: OpenStudy) -> Desk:
    """What this session keeps of Compare for the open study."""
    return _desk(here.token)


def choose_other(here: OpenStudy, kept: Desk) -> None:
    """The ways to bring the other graph; what is wrong with it is said, and nothing typed is lost."""
    ways = (_TEXT, _FILE, _DEMO, _CLASSIC)
    way = st.radio(
        "Where is it?", ways, index=ways.index(kept.way), horizontal=True, key=f"other-way-{here.token}"
    )
    kept.way = way
    if way == _TEXT:
        with st.form(f"other-form-{here.token}", border=False):
            st.text_area(
                "A graph as dagitty, DOT, GML, JSON, lavaan or lines of `x -> y`; to begin with, yours",
                value=kept.text or here.study.graph.to_text("dagitty"),
                height=190,
                key=(key := f"other-text-{here.token}"),
            )
            st.form_submit_button("Compare with this text", on_click=_take_text, args=(here.token, key))
    elif way == _FILE:
        st.file_uploader(
            "A file with a graph in any of the text formats",
            key=(key := f"other-file-{here.token}"),
            on_change=_take_file,
            args=(here.token, key),
        )
    elif way == _DEMO:
        titles = {each.name: each.title for each in demos()}
        st.selectbox(
            "Demo",
            list(titles),
            index=None,
            format_func=titles.__getitem__,
            key=(key := f"other-demo-{here.token}"),
            on_change=_take_demo,
            args=(here.token, key),
            placeholder="Choose a demo",
        )
    else:
        named = {each.key: each.title for each in classics.all()}
        st.selectbox(
            "Graph",
            list(named),
            index=None,
            format_func=named.__getitem__,
            key=(key := f"other-classic-{here.token}"),
            on_change=_take_classic,
            args=(here.token, key),
            placeholder="Choose a graph",
        )
    if kept.problem:
        st.error(for_markdown(kept.problem))


def _desk(token: str) -> Desk:
    kept: Desk = st.session_state.setdefault(f"compare-desk-{token}", Desk())
    return kept


def _read(kept: Desk, text: str, label: str) -> None:
    kept.problem = ""
    try:
        kept.other = Other(label, read_text(text).graph)
    except Problem as problem:
        before = " The graph compared with before is still shown." if kept.other else ""
        kept.problem = f"{problem}{before}"


def _take_text(token: str, key: str) -> None:
    kept = _desk(token)
    kept.text = st.session_state[key]
    _read(kept, kept.text, "from a text")


def _take_file(token: str, key: str) -> None:
    kept, file = _desk(token), st.session_state[key]
    if file is None:
        return
    if file.size > _MOST_BYTES:
        kept.problem = f"The file {file.name} is larger than 1 MB, too large for the text of a graph."
        return
    kept.text = file.getvalue().decode("utf-8-sig", errors="replace")
    _read(kept, kept.text, f"from {file.name}")


def _take_demo(token: str, key: str) -> None:
    kept, name = _desk(token), st.session_state[key]
    found = next((each for each in demos() if each.name == name), None)
    if found is not None:
        kept.problem = ""
        kept.other = Other(f"of the demo {found.title}", Study.load(found.study).graph)


def _take_classic(token: str, key: str) -> None:
    kept, name = _desk(token), st.session_state[key]
    if name is not None:
        found = classics.named(name)
        kept.problem = ""
        kept.other = Other(f"“{found.title}”, {found.reference}", found.graph)
