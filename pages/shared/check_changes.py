"""What would agree with the data: single changes of the graph as questions, drawn on request."""

from __future__ import annotations

import streamlit as st

from causal_core.falsification.changes import apply_change
from causal_core.falsification.plan import changes_plan
from causal_core.falsification.result import Change, Changes, GraphTest, Tested
from causal_core.text import for_markdown
from pages.shared.check_findings import interval, number, p_text, picture
from pages.shared.current import OpenStudy, change
from pages.shared.jobs import result_of

MOST_CARDS = 8
MOST_QUESTIONS = 8
AT_ONCE = 15
"""Up to this many nodes the search for changes starts by itself."""


def changes(here: OpenStudy, found: GraphTest) -> None:
    """Each contradicted statement with the single changes after which it is no longer implied."""
    contradicted = found.of("contradicted")
    if not contradicted:
        return
    st.subheader("What would agree with the data?", anchor=False)
    picture(here, found)
    st.write(
        "One of these may be true; the data alone cannot say which. They are questions to someone who knows "
        "how these columns come about. Taking an arrow away is never among them: that only implies more."
    )
    graph, study = here.study.graph, here.study
    plan = changes_plan(graph, here.table, study.data.types, found, study.data.measured)
    listed: Changes | None = result_of(
        "changes", plan, "Look for single changes", at_once=len(graph.nodes) <= AT_ONCE
    )
    for place, each in enumerate(contradicted[:MOST_CARDS]):
        _card(here, found, each, listed, place)
    if len(contradicted) > MOST_CARDS:
        st.caption(f"The {MOST_CARDS} strongest of {len(contradicted)} contradictions are shown.")
    if listed is not None:
        every = "all" if listed.complete else "not all"
        st.caption(
            f"{listed.tried:,} changes tried on the data, {every} that could help. A graph changed after a "
            "look at the data is chosen on them: later intervals say so."
        )


def undo_offer(here: OpenStudy) -> None:
    """After a change from this page: what was drawn, and the way back."""
    kept = st.session_state.get(_before(here))
    if kept is None or kept[1] != here.study.graph.fingerprint:
        return
    words, back = st.columns([5, 1], vertical_alignment="center")
    words.info(f"Drawn: {for_markdown(kept[2])}. The implications below are those of the changed graph.")
    back.button("Undo", key=f"undo-{here.token}", on_click=_undo, args=(here,), width="stretch")


def _card(here: OpenStudy, found: GraphTest, each: Tested, listed: Changes | None, place: int) -> None:
    size = f"{each.measure} {number(each.effect)} {interval(each)}, p {_sign(each)} (Holm)"
    label = f"**The graph says:** {for_markdown(each.statement.text)}"
    with st.expander(label, expanded=place == 0):
        st.markdown(for_markdown(f"The data: {size}, {each.rows_used:,} rows."))
        if listed is None:
            return
        mine = listed.for_statement(each.statement)
        if not mine:
            st.markdown(
                "No single change that could be drawn removes this contradiction without a new one: more "
                "than one thing is missing, or the test does not fit these columns."
            )
        for offer in mine[:MOST_QUESTIONS]:
            _offer(here, found, offer, place)
        if len(mine) > MOST_QUESTIONS:
            st.caption(f"{len(mine) - MOST_QUESTIONS} more changes would do so too.")


def _offer(here: OpenStudy, found: GraphTest, offer: Change, place: int) -> None:
    words, then, button = st.columns([6, 4, 2], vertical_alignment="center")
    words.markdown(for_markdown(offer.question))
    before = len(found.of("contradicted"))
    left = (
        f"then none of {offer.tests} is contradicted"
        if not offer.remaining
        else f"then {offer.remaining} of {before} contradictions stay"
    )
    then.caption(left)
    button.button(
        "Draw it",
        key=f"draw-{here.token}-{place}-{offer.kind}-{offer.one}-{offer.other}",
        on_click=_draw,
        args=(here, offer),
        width="stretch",
    )


def _draw(here: OpenStudy, offer: Change) -> None:
    graph = apply_change(here.study.graph, offer)
    if graph is None:
        st.toast("The graph has changed meanwhile: this can no longer be drawn.")
        return
    signs = {"arrow": "→", "turn": "→", "both": "↔"}
    label = f"{offer.one} {signs[offer.kind]} {offer.other}"
    kept = (here.study.graph, graph.fingerprint, label, here.study.chosen_on_data)
    st.session_state[_before(here)] = kept
    change(graph=graph, chosen_on_data=True)


def _undo(here: OpenStudy) -> None:
    graph, _, _, chosen = st.session_state.pop(_before(here))
    change(graph=graph, chosen_on_data=chosen)


def _before(here: OpenStudy) -> str:
    return f"check-before-{here.token}"


def _sign(each: Tested) -> str:
    text = p_text(each.p_adjusted)
    return text if text.startswith("<") else f"= {text}"
