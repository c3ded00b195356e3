"""Two nodes and what is adjusted for: separated or connected, path by path, on the picture at once."""

from __future__ import annotations

from collections.abc import Iterable

import streamlit as st

from causal_core.graph.paths import Path
from causal_core.identification.pair import PairReading
from causal_core.identification.set_answer import set_answer
from causal_core.text import for_markdown
from pages.shared.bound import bound
from pages.shared.current import OpenStudy, change_question
from pages.shared.graph_editor import Highlight
from pages.shared.graph_view import graph_view, shape_of
from pages.shared.legend import legend
from pages.shared.read_state import MOST_PATHS, Reading, candidates, choice, choose, pair
from pages.shared.text_table import text_table

EVERY = "All paths"
MOST_PILLS = 24
"""Nodes offered as switches; more are offered in a list."""
FIRST_ROWS = 12
"""Paths shown at once; further blocked ones are folded away, open ones never."""


def asked_pair(here: OpenStudy, read: Reading) -> tuple[str, str, frozenset[str]] | None:
    """The two nodes and the conditioning set the reader asks about; None when there are no two nodes."""
    free = [node for node in read.graph.nodes if node not in read.graph.selected]
    if len(free) < 2:
        return None
    x = choice(here, "x", read.treatment)
    x = x if x in free else read.treatment or free[0]
    y = choice(here, "y", read.outcome)
    if y not in free or y == x:
        y = next(node for node in (read.outcome, *free) if node is not None and node != x)
    given = choice(here, "given", read.adjusted)
    return x, y, frozenset(given) & set(candidates(read.graph, x, y))


def paths_view(here: OpenStudy, read: Reading) -> None:
    """The verdict on the chosen pair, the picture, and every path in words."""
    asked = asked_pair(here, read)
    if asked is None:
        st.info("A path needs two nodes.")
        return
    x, y, given = asked
    widths, height = shape_of(read.graph)
    picture, side = st.columns(widths, gap="large")
    with side:
        _ends(here, read, x, y)
        _switches(here, read, x, y, given)
        found = pair(read.graph, x, y, given)
        _verdict(found)
        if (x, y) == (read.treatment, read.outcome):
            _answer(here, read, x, y, given)
        shown = _picked(here, found)
    with picture:
        marked = meanings(shown)
        held = given | read.graph.selected
        graph_view(
            read.graph,
            read.roles,
            highlight=marked,
            height=height + 40,
            key=f"read-{here.token}",
            adjusted=held,
        )
        legend(read.roles, set(marked.values()), adjusted=bool(held))
    _listing(found)


def meanings(shown: Iterable[Path]) -> Highlight:
    """The edges of some paths: on an open causal one, on another open one, on blocked ones only."""
    found: dict[tuple[str, str] | frozenset[str], str] = {}
    order = {"": 0, "closed": 1, "open": 2, "causal": 3}
    for path in shown:
        meaning = "closed" if not path.open else "causal" if path.causal else "open"
        for edge in path.edges:
            if order[meaning] > order[found.get(edge, "")]:
                found[edge] = meaning
    return found


def _ends(here: OpenStudy, read: Reading, x: str, y: str) -> None:
    free = [node for node in read.graph.nodes if node not in read.graph.selected]
    left, right = st.columns(2)
    for column, label, name, value, other in ((left, "From", "x", x, y), (right, "To", "y", y, x)):
        key = bound(here, f"read-{name}", value)

        def keep(key: str = key, name: str = name, old: str = value, other: str = other) -> None:
            picked = st.session_state[key]
            # Choosing the other end's node swaps the two.
            ends = {"x": other, "y": old} if name == "x" else {"x": old, "y": other}
            choose(here, **({name: picked} if picked != other else ends), shown=EVERY)

        column.selectbox(label, free, key=key, on_change=keep)


def _switches(here: OpenStudy, read: Reading, x: str, y: str, given: frozenset[str]) -> None:
    offered = candidates(read.graph, x, y)
    if offered:
        key = bound(here, "read-given", [node for node in offered if node in given])

        def keep() -> None:
            choose(here, given=tuple(st.session_state[key]), shown=EVERY)

        if len(offered) <= MOST_PILLS:
            st.pills(
                "Adjust for",
                offered,
                selection_mode="multi",
                key=key,
                on_change=keep,
                format_func=for_markdown,
                help="Press a node to hold it fixed, press it again to let it go.",
            )
        else:
            st.multiselect("Adjust for", offered, key=key, on_change=keep)
    latent = [node for node in read.graph.nodes if node in read.graph.latent and node not in {x, y}]
    if latent:
        named = ", ".join(for_markdown(node) for node in latent)
        one = "it is" if len(latent) == 1 else "they are"
        st.caption(f"Not offered, because {one} not observed and cannot be adjusted for: {named}.")
    if read.graph.selected:
        named = ", ".join(for_markdown(node) for node in sorted(read.graph.selected))
        st.caption(f"Always held fixed, because the rows are selected on it: {named}.")


def _verdict(found: PairReading) -> None:
    words = f"**{for_markdown(found.title)}** {for_markdown(found.reason)}"
    if found.remedy:
        words += f" {for_markdown(found.remedy)}"
    st.info(words)


def _answer(here: OpenStudy, read: Reading, x: str, y: str, given: frozenset[str]) -> None:
    answer = set_answer(read.graph, x, y, given)
    box = st.success if answer.good else st.warning
    box(
        f"**As an adjustment set for the effect of {for_markdown(x)} on {for_markdown(y)}: "
        f"{for_markdown(answer.title)}** {for_markdown(answer.reason)}"
    )
    if answer.kind == "none":
        st.caption("Adjustment is one way of several: Identify tries the others as well.")
    if given != frozenset(read.adjusted):
        st.button(
            "Use this set for the study",
            key=f"read-use-{here.token}",
            on_click=lambda: change_question(adjust_for=tuple(sorted(given))),
        )


def _picked(here: OpenStudy, found: PairReading) -> tuple[Path, ...]:
    if not found.paths:
        return ()
    names = {arrowed(path): path for path in found.paths}
    options = [EVERY, *names]
    now = choice(here, "shown", EVERY)
    key = bound(here, "read-shown", now if now in options else EVERY)
    picked = st.selectbox(
        "Show on the graph", options, key=key, on_change=lambda: choose(here, shown=st.session_state[key])
    )
    return tuple(found.paths) if picked == EVERY else (names[picked],)


def arrowed(path: Path) -> str:
    """The path as text with arrows of one letter."""
    pieces = [path.nodes[0]]
    for mark, node in zip(path.marks, path.nodes[1:], strict=True):
        pieces += [{"->": "→", "<-": "←", "<->": "↔"}[mark], node]
    return " ".join(pieces)


def _listing(found: PairReading) -> None:
    st.subheader("The paths", anchor=False)
    if not found.paths:
        st.write("No path connects the two.")
        return
    rows = []
    for path in sorted(found.paths, key=lambda path: (not path.open, not path.causal)):
        kind = "causal" if path.causal else f"causal, from {found.y}" if path.backward else "not\u00a0causal"
        by = ", ".join(path.openers) if path.open else ", ".join(path.blockers)
        state = "open" if path.open else "blocked"
        rows.append((arrowed(path), kind, f"{state} by {by}" if by else state, _why(path)))
    head = ("Path", "Kind", "State", "Why")
    flowing = sum(path.open for path in found.paths)
    first = max(flowing, FIRST_ROWS)
    text_table(head, rows[:first])
    if rows[first:]:
        with st.expander(f"{len(rows) - first} further blocked paths"):
            text_table(head, rows[first:])
    if not found.paths.complete:
        st.caption(
            f"There are more paths than the {len(rows)} listed here, shortest first (at most {MOST_PATHS} "
            "are looked for). The verdict above takes all of them into account, the colours only these."
        )


def _why(path: Path) -> str:
    """The reason without the word that the column before it says already."""
    words = path.reason.removeprefix("Open: ").removeprefix("Blocked: ")
    return words.replace("<->", "↔").replace("->", "→").replace("<-", "←")
