"""Do and see: one node set, everything downstream told, beside what is seen at that value."""

from __future__ import annotations

from typing import Any

import streamlit as st

from causal_core.charts.what_if import before_after, do_see
from causal_core.data.design import Floats
from causal_core.percent import percent
from causal_core.problem import Problem
from causal_core.study.headline import number_text, signed_text
from causal_core.text import for_markdown
from causal_core.uplift.arrays import NORMAL_95
from causal_core.what_if.changes import Change, changes, support
from causal_core.what_if.intervention import Shift, Where, action, done_text
from causal_core.what_if.moments import Moment
from causal_core.what_if.plan import changes_plan, model_key, response_plan
from causal_core.what_if.response import Banded, Response, near_rows, reaches, response
from causal_core.what_if.ways import back_door
from pages.shared.jobs import result_of
from pages.shared.text_table import text_table
from pages.shared.what_if_beside import show_beside
from pages.shared.what_if_controls import choose_intervention, choose_node, varies
from pages.shared.what_if_graph import show_graph
from pages.shared.what_if_parts import Asked
from pages.shared.what_if_support import warn_of_support

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
            persist_state="session",
        )
        also = _choose_more(asked, node, moment.node)
    done = {node: wanted, **also}
    with answer:
        try:
            found = changes(asked.model, asked.noise, done, asked.base)
        except Problem as problem:
            st.error(for_markdown(problem))
            return
        _answer(asked, done, moment, found)
    _show_downstream(asked, done, found)


def _answer(asked: Asked, done: dict[str, Any], moment: Moment, found: tuple[Change, ...]) -> None:
    node = next(iter(done))
    wanted = done[node]
    told = next((each for each in found if each.node == moment.node), None)
    said, main, button = st.container(), st.container(), st.container()
    plain = len(done) == 1 and not isinstance(wanted, Shift | Where) and varies(asked, node)
    plain = plain and not support(asked.model, node, wanted).outside
    std_error: float | None = None
    if plain:
        at = float(asked.model.columns[node].codes([wanted])[0])
        kept = _response(model_key(asked.fitted), asked.model, node)
        with button:
            banded: Banded | None = result_of(
                "what_if_bands",
                response_plan(asked.fitted, asked.model, node),
                "Say how sure this is: refit 40 times",
            )
        near = banded is not None and reaches(kept.grid, at)
        std_error = banded.change_error_at(moment, at) if near and banded else None
        figure = do_see(kept, moment, banded, at, asked.unit(moment.node))
        main.plotly_chart(figure, config=QUIET, key=asked.key("picture"))
        main.caption(_legend(asked, node, moment.node))
    elif told is not None:
        _show_change(asked, told, None, main)
        with button:
            errors = result_of(
                "what_if_change",
                changes_plan(asked.fitted, asked.model, (done,), moment),
                "Say how sure this is: refit 40 times",
            )
        std_error = None if errors is None else float(errors[0])
    with said:
        _say(asked, done, moment, told, std_error)
    if plain and node == asked.here.study.question.treatment and moment == asked.outcome():
        show_beside(asked, wanted, banded)
    if plain and told is not None:
        _show_change(asked, told, _seen(asked, node, at, told.node), st.container())


def _legend(asked: Asked, node: str, other: str) -> str:
    """What doing and seeing are, and why they may part here."""
    graph, levels = asked.model.graph, asked.model.columns[node].discrete
    if other in graph.ancestors([node]):
        why = (
            f"{other} comes before {node} in the drawing: setting {node} leaves it as it is, while rows that "
            "have the value got it in part through it."
        )
    elif back_door(graph, node, other):
        why = "Where they part, rows that have the value differ in other ways too: confounding."
    else:
        why = (
            f"In the drawing nothing else leads to {node} and to {other}, so doing and seeing are the same: "
            "where they part by more than chance, a mechanism does not fit or an arrow is missing."
        )
    return for_markdown(
        "Blue: what the model says when everybody is set to the value. "
        f"Orange, {'hollow' if levels else 'dotted'}: what is seen among rows that have it. {why} "
        "Dashed upright: the value chosen."
    )


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
            persist_state="session",
        )
        for name in names:
            st.caption(f"**{for_markdown(name)}**")
            chosen[name] = choose_intervention(asked, name, "also")
            warn_of_support(asked, name, chosen[name])
    return chosen


def _say(
    asked: Asked, done: dict[str, Any], moment: Moment, told: Change | None, std_error: float | None
) -> None:
    first, *rest = (done_text(node, wanted) for node, wanted in done.items())
    what = " and ".join([first, *(each[0].lower() + each[1:] for each in rest)])
    if told is None:
        st.info(
            for_markdown(
                f"{what} changes nothing in {moment.node}: the drawing has no way from one to the other."
            )
        )
        return
    _, before, after = next(each for each in told.numbers if each[0] == moment)
    change, unit = after - before, asked.unit(moment.node)
    number = f"the mean of {moment.text}" if moment.level is None else f"the share with {moment.text}"
    interval = ""
    if std_error is not None:
        low, high = (signed_text(change + sign * NORMAL_95 * std_error) for sign in (-1, 1))
        interval = f"; 95 % interval {low} to {high}, approximate"
    thin = any(
        varies(asked, node)
        and not isinstance(action(each), Shift)
        and support(asked.model, node, action(each)).thin
        for node, each in done.items()
    )
    (st.warning if thin else st.success)(
        for_markdown(
            f"Under this model, {what[0].lower() + what[1:]} takes {number} from {number_text(before)} to "
            f"{number_text(after)} {unit}".rstrip()
            + f" ({signed_text(change)}{interval})."
        )
    )


def _seen(asked: Asked, node: str, at: float, told: str) -> Floats:
    """The data's values of a node among the rows that have the value set anyway."""
    rows = near_rows(asked.codes(node), at, discrete=asked.model.columns[node].discrete)
    return asked.codes(told)[rows]


def _show_change(asked: Asked, told: Change, seen: Floats | None, place: Any, height: int = 320) -> None:
    figure = before_after(told, asked.model.columns[told.node], asked.unit(told.node), seen, height)
    place.plotly_chart(figure, config=QUIET, key=asked.key("spread", told.node))


def _show_downstream(asked: Asked, done: dict[str, Any], found: tuple[Change, ...]) -> None:
    st.subheader("Everything that moves", anchor=False)
    notes = {each.node: "set" if each.set_here else _moved(asked, each) for each in found}
    show_graph(asked, "what-if-graph", notes)
    rows = [
        [
            moment.text,
            "moved"
            if not each.set_here
            else "shifted"
            if isinstance(action(done[each.node]), Shift)
            else "set",
            number_text(before),
            number_text(after),
            signed_text(after - before),
            _moved(asked, each),
        ]
        for each in found
        for moment, before, after in each.numbers
    ]
    text_table(["Node", "How", "Now", "After", "Change", "How far"], rows, numbers=(2, 3, 4))
    st.caption(
        f"Means of numbers and shares of levels among {len(next(iter(asked.noise.values()))):,} people drawn "
        "from the model, the same ones now and after. How far: of numbers in standard deviations (sd), of "
        "levels the share of people whose level changes. What is not listed is not downstream: it stays."
    )
    moved = [each for each in found if not each.set_here]
    if len(moved) > 1 and st.toggle(
        "Show every distribution, now and after", key=asked.key("every"), persist_state="session"
    ):
        pair = st.columns(2)
        for place, each in enumerate(moved):
            figure = before_after(each, asked.model.columns[each.node], asked.unit(each.node), None, 260)
            pair[place % 2].plotly_chart(figure, config=QUIET, key=asked.key("every", each.node))


def _moved(asked: Asked, each: Change) -> str:
    if asked.model.columns[each.node].discrete:
        return f"{percent(each.moved, 0 if each.moved >= 0.1 else 1)} change"
    return f"{signed_text(float(f'{each.moved:.2f}'))} sd"


@st.cache_resource(max_entries=64, show_spinner=False)
def _response(
    key: str,  # noqa: ARG001 - what the answer is kept by; the model is not hashed
    _model: Any,
    node: str,
) -> Response:
    return response(_model, node)
