"""Do and see: one node set, everything downstream told, beside what is seen at that value."""

from __future__ import annotations

from typing import Any

import streamlit as st

from causal_core.charts.what_if import before_after, do_see
from causal_core.graph.roles import roles
from causal_core.study.headline import number_text, signed_text
from causal_core.text import for_markdown
from causal_core.what_if.changes import Change, changes
from causal_core.what_if.columns import level_text
from causal_core.what_if.intervention import Shift
from causal_core.what_if.plan import model_key, response_plan
from causal_core.what_if.response import Banded, Response, response
from pages.shared.graph_view import graph_view
from pages.shared.jobs import result_of
from pages.shared.text_table import text_table
from pages.shared.what_if_controls import choose_intervention, choose_node, warn_of_support
from pages.shared.what_if_parts import Asked

QUIET = {"displayModeBar": False}


def show_do(asked: Asked) -> None:
    """The view."""
    side, answer = st.columns([1, 3], gap="large")
    with side:
        node = choose_node(asked, "Set", "node", asked.first("treatment"))
        wanted = choose_intervention(asked, node, "do")
        warn_of_support(asked, node, wanted)
        others = asked.told(node)
        first = next((each for each in others if each == asked.outcome()), others[-1] if others else None)
    if first is None:
        answer.info("The graph holds no other node, so nothing can follow.")
        return
    with side:
        moment = st.selectbox(
            "Look at",
            others,
            index=others.index(first),
            format_func=lambda each: each.text,
            key=asked.key("look", node),
        )
        also = _choose_more(asked, node, moment.node)
    found = changes(asked.model, asked.noise, {node: wanted, **also})
    with answer:
        _say(asked, node, wanted, moment.node, found)
        if isinstance(wanted, Shift):
            _show_change(asked, moment.node, found)
        else:
            kept = _response(model_key(asked.fitted), asked.model, node)
            place = st.container()
            banded: Banded | None = result_of(
                "what_if_bands", response_plan(asked.fitted, asked.model, node), "Add bands by refitting"
            )
            at = float(asked.model.columns[node].codes([wanted])[0])
            figure = do_see(kept, moment, banded, at, asked.unit(moment.node))
            place.plotly_chart(figure, config=QUIET, key=asked.key("picture"))
            st.caption(
                "Solid: what the model says happens when everybody is set to the value. Dotted: what is seen "
                "among rows that have it anyway. Where they part, the rows differ in other ways too: that is "
                "confounding."
            )
            _show_change(asked, moment.node, found)
    _show_downstream(asked, found)


def _choose_more(asked: Asked, node: str, looked_at: str) -> dict[str, Any]:
    """Further nodes set at once."""
    chosen: dict[str, Any] = {}
    with st.expander("Set more at once"):
        names = st.multiselect(
            "Nodes",
            [name for name in asked.model.order if name not in {node, looked_at}],
            max_selections=3,
            key=asked.key("more", node),
            placeholder="None",
        )
        for name in names:
            st.caption(f"**{for_markdown(name)}**")
            chosen[name] = choose_intervention(asked, name, "also")
            warn_of_support(asked, name, chosen[name])
    return chosen


def _say(asked: Asked, node: str, wanted: Any, outcome: str, found: tuple[Change, ...]) -> None:
    what = f"Setting {node} to {level_text(wanted)}"
    if isinstance(wanted, Shift):
        what = f"Shifting {node} by {wanted.by:g}"
    told = next((each for each in found if each.node == outcome), None)
    if told is None:
        st.info(
            for_markdown(
                f"{what} changes nothing in {outcome}: the drawing has no way from one to the other."
            )
        )
        return
    unit = asked.unit(outcome)
    parts = [
        f"{moment.text} from {number_text(before)} to {number_text(after)} ({signed_text(after - before)})"
        for moment, before, after in told.numbers
    ]
    st.success(for_markdown(f"{what}, under this model, takes {'; '.join(parts)} {unit}".rstrip() + "."))


def _show_change(asked: Asked, node: str, found: tuple[Change, ...]) -> None:
    told = next((each for each in found if each.node == node), None)
    if told is not None:
        figure = before_after(told, asked.model.columns[node], asked.unit(node))
        st.plotly_chart(figure, config=QUIET, key=asked.key("spread"))


def _show_downstream(asked: Asked, found: tuple[Change, ...]) -> None:
    st.subheader("Everything that moves", anchor=False)
    notes = {each.node: "set" if each.set_here else f"{signed_text(each.moved)}" for each in found}
    question, graph = asked.here.study.question, asked.model.graph
    both = {question.treatment, question.outcome} <= set(
        graph.nodes
    ) and question.treatment != question.outcome
    named = (
        roles(graph, question.treatment, question.outcome) if both else dict.fromkeys(graph.nodes, "other")
    )
    drawn = asked.here.study.graph.positions
    placed = {name: place for name, place in drawn.items() if name in graph.nodes}
    rows = [
        [
            moment.text,
            "set" if each.set_here else "moved",
            number_text(before),
            number_text(after),
            signed_text(after - before),
            _moved(asked, each),
        ]
        for each in found
        for moment, before, after in each.numbers
    ]
    text_table(["Node", "", "Now", "After", "Change", "How far"], rows, numbers=(2, 3, 4))
    st.caption(
        f"Means of numbers and shares of levels among {len(next(iter(asked.noise.values()))):,} people drawn "
        "from the model, the same ones now and after. What is not listed is not downstream: it stays as it "
        "is. In the drawing: how far each moves, numbers in standard deviations."
    )
    graph_view(
        graph.with_positions(placed),
        named,
        key=f"what-if-graph-{asked.here.token}",
        notes=notes,
    )


def _moved(asked: Asked, each: Change) -> str:
    if asked.model.columns[each.node].discrete:
        return f"{100 * each.moved:.3g} % of people change"
    return f"{signed_text(each.moved)} standard deviations"


@st.cache_resource(max_entries=64, show_spinner=False)
def _response(
    key: str,  # noqa: ARG001 - what the answer is kept by; the model is not hashed
    _model: Any,
    node: str,
) -> Response:
    return response(_model, node)
