"""What the graph implies, what data cannot tell, and its moral graph, all at the same places."""

from __future__ import annotations

import streamlit as st

from causal_core.graph.implications import Independence
from causal_core.graph.moral import MoralGraph, moral_graph
from causal_core.text import for_markdown
from pages.shared.bound import bound
from pages.shared.current import OpenStudy
from pages.shared.graph_view import graph_view, shape_of
from pages.shared.legend import legend
from pages.shared.read_paths import asked_pair, meanings
from pages.shared.read_state import (
    MOST_INDEPENDENCIES,
    Reading,
    choice,
    choose,
    equivalence,
    independencies,
    pair,
)
from pages.shared.text_table import text_table

ANY = "Any node"
NONE = "None"
MOST_ROWS = 60
MOST_CAUSES = 12
MOST_PAIRS = 12
WHOLE = "The whole graph"
ASKED = "Only what the question needs"


def implied_view(here: OpenStudy, read: Reading) -> None:
    """The implied independencies, in symbols and in words; one of them on the picture."""
    found = independencies(read.graph)
    widths, height = shape_of(read.graph)
    picture, side = st.columns(widths, gap="large")
    with side:
        _how_many(read, found, found.complete)
        node = _selected(here, "about", "Independencies of", [ANY, *read.graph.nodes], ANY) if found else ANY
        about = [each for each in found if node in {ANY, each.x, each.y}]
        by_text = {symbols(each): each for each in about[:MOST_ROWS]}
        shown = (
            _selected(here, "independence", "Show on the graph", [NONE, *by_text], NONE) if found else NONE
        )
        st.page_link("pages/check.py", label="Test them against the table on Check →")
    one = by_text.get(shown)
    with picture:
        marked = meanings(pair(read.graph, one.x, one.y, one.given).paths) if one else {}
        held = (one.given if one else frozenset()) | read.graph.selected
        graph_view(
            read.graph, read.roles, highlight=marked, height=height, key=f"read-{here.token}", adjusted=held
        )
        legend(read.roles, set(marked.values()), adjusted=bool(held))
    if about:
        text_table(("Independence", "In words"), [(symbols(each), each.text) for each in about[:MOST_ROWS]])
    if len(about) > MOST_ROWS:
        st.caption(f"The first {MOST_ROWS} of {len(about)} are shown; choose a node to see its own.")


def symbols(independence: Independence) -> str:
    """The statement as `x ⊥⊥ y | z`."""
    # Two signs that every font has, for the one that few have.
    given = ", ".join(sorted(independence.given))
    return f"{independence.x} ⊥⊥ {independence.y}" + (f" | {given}" if given else "")


def _how_many(read: Reading, found: tuple[Independence, ...], complete: bool) -> None:
    pairs = len({(each.x, each.y) for each in found})
    if not found and complete:
        st.info("The graph implies no independence among observed nodes: no data could speak against it.")
        return
    words = f"**{len(found)}** independence{'' if len(found) == 1 else 's'} of {pairs} pairs of nodes"
    words = words.replace("independences", "independencies").replace("1 pairs of nodes", "1 pair of nodes")
    if complete:
        st.write(f"The graph implies {words}: every smallest set for each pair. The list is complete.")
    else:
        st.write(
            f"The graph implies more than the {words} listed here: the search stops at {MOST_INDEPENDENCIES} "
            "or after a moment."
        )
    if read.graph.selected:
        named = ", ".join(for_markdown(node) for node in sorted(read.graph.selected))
        st.caption(f"All of them among rows selected on {named}.")


def equivalence_view(here: OpenStudy, read: Reading) -> None:
    """The equivalence class: which arrows' direction no data can tell."""
    found = equivalence(read.graph)
    widths, height = shape_of(read.graph)
    picture, side = st.columns(widths, gap="large")
    loose = () if isinstance(found, str) else found.reversible
    with picture:
        lines = {frozenset(edge): "either" for edge in loose}
        graph_view(read.graph, read.roles, height=height, key=f"read-{here.token}", lines=lines)
        legend(read.roles, set(lines.values()))
    with side:
        if isinstance(found, str):
            st.info(for_markdown(found))
            st.write(
                "With hidden causes, different graphs can imply the same independencies and still differ in "
                "more than the direction of arrows, so there is no class of DAGs to count. What data can "
                "speak against is on the list of implied independencies."
            )
            return
        if found.size == 1:
            st.write(
                "**1** DAG implies exactly these independencies: this one. They tell every arrow's direction."
            )
        else:
            st.write(
                f"**{_count(found.size)}** DAGs imply exactly the same independencies, this one among them. "
                "Independencies cannot tell them apart, however many rows there are: that takes an "
                "experiment, an assumption on the form of the effects, or knowledge from elsewhere."
            )
            named = ", ".join(for_markdown(f"{a} → {b}") for a, b in loose[:MOST_ROWS])
            st.write(f"Arrows whose direction stays open ({len(loose)} of {len(read.graph.edges)}): {named}")
        if found.compelled:
            named = ", ".join(for_markdown(f"{a} → {b}") for a, b in found.compelled[:MOST_ROWS])
            st.write(f"The same in all of them ({len(found.compelled)}): {named}")
        if max(len(loose), len(found.compelled)) > MOST_ROWS:
            st.caption(f"At most {MOST_ROWS} of each kind are named; the picture shows all.")
        if read.ignored:
            st.caption("The treatment is random by design: arrows into it are left out.")


def _count(size: int) -> str:
    return f"{size:,}" if size < 10**9 else f"About {size:.1e}"


def moral_view(here: OpenStudy, read: Reading) -> None:
    """The moral graph of the whole graph, or of the ancestors of the pair asked about."""
    asked = asked_pair(here, read)
    widths, height = shape_of(read.graph)
    picture, side = st.columns(widths, gap="large")
    with side:
        which = WHOLE
        if asked is not None:
            which = _selected(here, "moral", "Moral graph of", [WHOLE, ASKED], WHOLE)
        held: frozenset[str] = frozenset()
        if which == ASKED and asked is not None:
            x, y, given = asked
            held = given | read.graph.selected
            found = moral_graph(read.graph, [x, y, *given])
        else:
            found = moral_graph(read.graph)
        if which == ASKED and asked is not None:
            _reading_rule(read, *asked)
        else:
            st.write(
                "Causes of one effect are joined, then every arrow loses its head. What is separated here by "
                "a set of nodes is independent given that set."
            )
        _married(found)
    with picture:
        lines = {frozenset(line): "joined" for line in found.lines}
        lines |= {frozenset((each.one, each.other)): "married" for each in found.marriages}
        faded = set(read.graph.nodes) - set(found.nodes)
        graph_view(
            read.graph,
            read.roles,
            height=height,
            key=f"read-{here.token}",
            adjusted=held,
            lines=lines,
            faded=faded,
        )
        legend(read.roles, {"married"} if found.marriages else (), adjusted=bool(held))


def _reading_rule(read: Reading, x: str, y: str, given: frozenset[str]) -> None:
    found = pair(read.graph, x, y, given)
    st.write(
        "Only the pair, what is adjusted for, and the causes of these are kept; the others are faded. The "
        "pair is separated exactly when every way between the two, along the lines, meets a framed node."
    )
    st.info(f"**{for_markdown(found.title)}** The pair and the set are those chosen under Paths.")


def _married(found: MoralGraph) -> None:
    count = len(found.marriages)
    if not count:
        st.write("No line had to be added: all causes of one effect are joined already.")
        return
    st.write(f"**{count}** line{'' if count == 1 else 's'} added:")
    by_cause: dict[tuple[bool, tuple[str, ...]], list[str]] = {}
    for each in found.marriages:
        by_cause.setdefault((each.common, each.through), []).append(f"{each.one} – {each.other}")
    for (common, through), pairs in list(by_cause.items())[:MOST_CAUSES]:
        because = "Common effect" if common else "Hidden causes, through the collider"
        plural = "" if len(through) == 1 else "s"
        named = ", ".join(pairs[:MOST_PAIRS]) + (
            f" and {len(pairs) - MOST_PAIRS} more" * (len(pairs) > MOST_PAIRS)
        )
        st.markdown(f"- {because}{plural} **{for_markdown(', '.join(through))}**: {for_markdown(named)}")
    if len(by_cause) > MOST_CAUSES:
        st.caption(
            f"The first {MOST_CAUSES} of {len(by_cause)} reasons are named; the picture shows all lines."
        )


def _selected(here: OpenStudy, name: str, label: str, options: list[str], default: str) -> str:
    now = choice(here, name, default)
    key = bound(here, f"read-{name}", now if now in options else default)
    picked: str = st.selectbox(
        label, options, key=key, on_change=lambda: choose(here, **{name: st.session_state[key]})
    )
    return picked
