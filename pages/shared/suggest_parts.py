"""A graph suggested by the data, beside the drawn one, taken over arrow by arrow."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from causal_core.discovery.algorithms import ALGORITHMS
from causal_core.discovery.difference import Change, Difference, accept, differences
from causal_core.discovery.picture import DARK, LIGHT, pictures
from causal_core.discovery.plan import suggestion_plan
from causal_core.discovery.suggestion import PairShares, Suggested, Suggestion
from causal_core.engine import Failure
from causal_core.percent import percent
from causal_core.problem import Problem
from causal_core.study.flags import CHOSEN_ON_DATA
from causal_core.text import for_markdown
from pages.shared.current import OpenStudy, change
from pages.shared.graph_editor.places import places
from pages.shared.jobs import result_of, show_failure
from pages.shared.suggest_controls import (
    asked,
    choose_algorithm,
    choose_columns,
    choose_knowledge,
    choose_settings,
    search_of,
)
from pages.shared.text_table import text_table

MOST_ROWS = 60
_WIDTHS = (3, 3, 4, 4)


def suggest(here: OpenStudy) -> None:
    """Everything on this subject: what is asked, the warning, the two pictures and the differences."""
    st.write(
        "An algorithm looks for a graph that fits the table. What it finds stands beside your drawing; "
        "nothing in the drawing changes until you accept it, one arrow at a time."
    )
    left, right = st.columns(2, gap="large")
    with left:
        choose_algorithm(here)
    with right:
        choose_columns(here)
        choose_settings(here)
        warn(here)
    choose_knowledge(here)
    if len(asked(here).columns) < 2:
        st.info("Choose at least two columns to search.")
        return
    try:
        plan = suggestion_plan(here.table, search_of(here), asked(here).resamples)
    except Problem as problem:
        show_failure(Failure.of(problem))
        return
    found: Suggested | None = result_of("suggest", plan, "Suggest a graph")
    if found is not None:
        show(here, found)


def warn(here: OpenStudy) -> None:
    """What the chosen algorithm takes for granted, before anything it says."""
    algorithm = ALGORITHMS[asked(here).algorithm]
    points = "\n".join(f"- {for_markdown(sentence)}" for sentence in algorithm.assumes)
    st.warning(
        f"**What {algorithm.title} takes for granted.** Where one of these fails, edges and directions can "
        f"be wrong however often they come back.\n{points}"
    )


def show(here: OpenStudy, found: Suggested) -> None:
    """A suggestion beside the drawing."""
    facts(found.suggestion)
    listed = differences(here.study.graph, found)
    two_pictures(here, found, listed)
    table(here, found, listed)
    if here.study.chosen_on_data:
        st.info(f"**Accepted arrows are part of the drawing.** {for_markdown(CHOSEN_ON_DATA)}")


def facts(suggestion: Suggestion) -> None:
    """On which rows and columns it rests, how it was found, and what to know of it."""
    missing = "; ".join(f"{name} in {rows:,}" for name, rows in suggestion.dropped_by)
    rows = f"{suggestion.rows_used:,} complete rows"
    if suggestion.rows_dropped:
        rows += f"; {suggestion.rows_dropped:,} left out for a missing value ({missing})"
    st.caption(
        for_markdown(
            f"{len(suggestion.columns)} columns, {rows}. {suggestion.method} Seed {suggestion.seed}."
        )
    )
    for name, why in suggestion.left_out:
        st.warning(for_markdown(f"{name} was left out. {why}"))
    for note in suggestion.notes:
        st.info(for_markdown(note))


def two_pictures(here: OpenStudy, found: Suggested, listed: tuple[Difference, ...]) -> None:
    """The drawing and the suggestion on one layout."""
    graph, question = here.study.graph, here.study.question
    ends = [name if name in graph.nodes else None for name in (question.treatment, question.outcome)]
    theme = DARK if st.context.theme.type == "dark" else LIGHT
    drawn, suggested = pictures(graph, found, listed, places(graph, *ends), theme)
    left, right = st.columns(2, gap="medium")
    with left:
        st.markdown("**Your drawing**")
        st.image(drawn, width="stretch")
    with right:
        st.markdown("**What the data suggest**")
        st.image(suggested, width="stretch")
    lines = {
        "same": "Thin grey: no difference.",
        "suggested": "Thick blue: suggested, not drawn.",
        "drawn": "Dashed vermillion: drawn, not suggested.",
        "direction": "Thick orange: drawn otherwise than suggested.",
    }
    kinds = {"same" if each.kind == "undecided" else each.kind for each in listed}
    words = [text for kind, text in lines.items() if kind in kinds]
    if set(graph.nodes) != set(found.suggestion.columns):
        words.append("Faint: a node of the other picture.")
    marks = {
        "--": "A line without heads: joined, but data alone cannot tell the direction.",
        "o-o": "A circle at an end: arrowhead or not, the data cannot tell.",
        "o->": "A circle at an end: arrowhead or not, the data cannot tell.",
        "<->": "Two heads: a hidden common cause.",
    }
    used = dict.fromkeys(marks[edge.mark] for edge in found.suggestion.edges if edge.mark in marks)
    st.caption(" ".join((*words, *used)))


def table(here: OpenStudy, found: Suggested, listed: tuple[Difference, ...]) -> None:
    """Each difference with how often it came back and what could be taken over; agreement folded below."""
    apart = [each for each in listed if each.kind != "same"]
    same = [each for each in listed if each.kind == "same"]
    frequencies = found.frequencies
    st.subheader("Where they differ", anchor=False)
    if frequencies.resamples:
        failed = f"; {frequencies.failed:,} more gave no graph" if frequencies.failed else ""
        st.caption(
            f"Shares are of {frequencies.resamples:,} resamples{failed}. A share says how stable an edge is "
            "under other rows of the same kind, not how likely it is to be true."
        )
    if not apart:
        st.success("The drawing and the suggestion agree on every pair of the columns searched.")
    else:
        _head(("Your drawing", "The data suggest", "Came back", "Take over"))
        for each in apart[:MOST_ROWS]:
            _row(here, each)
        if len(apart) > MOST_ROWS:
            st.caption(f"The first {MOST_ROWS} of {len(apart)} differences are shown.")
    if same:
        with st.expander(f"What they share: {len(same)}"):
            rows = [(each.drawn, _came_back(each)) for each in same]
            text_table(("Both", "Came back"), rows)


def _head(words: Sequence[str]) -> None:
    for place, word in zip(st.columns(_WIDTHS), words, strict=True):
        place.markdown(f"**{word}**")


def _row(here: OpenStudy, each: Difference) -> None:
    drawn, suggested, often, buttons = st.columns(_WIDTHS, vertical_alignment="center", border=False)
    for place, text in ((drawn, each.drawn), (suggested, each.suggested)):
        if text:
            place.markdown(for_markdown(text))
        else:
            place.caption("nothing")
    often.markdown(for_markdown(_came_back(each)))
    with buttons, st.container(horizontal=True):
        for offer in each.changes:
            st.button(
                for_markdown(offer.label),
                key=f"accept-{here.token}-{offer.one}-{offer.mark or 'none'}-{offer.other}",
                on_click=_take_over,
                args=(here, offer),
            )
        if each.kind == "undecided":
            st.caption("Nothing to change: the data leave the direction open.")
        elif not each.changes:
            st.caption("Drawn through an unobserved node: change it on Graph.")
    refused = st.session_state.get(_refused(here))
    if refused is not None and refused[0] == frozenset((each.one, each.other)):
        st.error(for_markdown(refused[1]))


def _take_over(here: OpenStudy, offer: Change) -> None:
    try:
        graph = accept(here.study.graph, offer)
    except Problem as problem:
        st.session_state[_refused(here)] = (frozenset((offer.one, offer.other)), str(problem))
        return
    st.session_state.pop(_refused(here), None)
    change(graph=graph, chosen_on_data=True)
    st.toast(f"{for_markdown(offer.label)}: done. Undo it on Graph.")


def _refused(here: OpenStudy) -> str:
    return f"suggest-refused-{here.token}"


def _came_back(each: Difference) -> str:
    return "not asked" if each.shares is None else shares_text(each.shares)


def shares_text(shares: PairShares) -> str:
    """The shares that are not 0, largest first, with names where a direction is meant."""
    parts = [
        (shares.forward, f"{shares.one} → {shares.other}"),
        (shares.backward, f"{shares.other} → {shares.one}"),
        (shares.undecided, "left open"),
        (shares.both, "↔"),
        (shares.none, "not joined"),
    ]
    shown = sorted((part for part in parts if part[0] > 0), key=lambda part: -part[0])
    return ", ".join(f"{words} {percent(share)}" for share, words in shown)
