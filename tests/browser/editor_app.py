"""A small app around the graph editor, for the browser tests; the query parameters choose what it does."""

import json
import time

import streamlit as st

from causal_core.graph import CausalGraph
from causal_core.graph.roles import roles
from causal_core.problem import Problem
from pages.shared.graph_editor import EditorState, component, graph_editor, incoming
from pages.shared.graph_editor.state import Gesture, read_gesture
from pages.shared.graph_view import graph_view
from pages.shared.legend import legend

EXAMPLES = {
    "small": CausalGraph(
        edges=[("age", "treat"), ("age", "re78"), ("treat", "re78")],
        positions={"age": (1, 0), "treat": (0, 1.4), "re78": (2, 1.4)},
    ),
    "empty": CausalGraph(),
    "latent": CausalGraph(
        edges=[("treat", "re78")], latent=["treat"], positions={"treat": (0, 1.4), "re78": (2, 1.4)}
    ),
    "roles": CausalGraph(
        edges=[
            ("age", "treat"), ("age", "re78"), ("treat", "hours"), ("hours", "re78"), ("lottery", "treat"),
            ("ability", "re78"), ("treat", "survey"), ("re78", "survey"),
        ],
        bidirected=[("treat", "re78")],
        latent=["ability"],
        positions={
            "lottery": (0, 1), "treat": (1.1, 1), "hours": (2.2, 0.4), "re78": (3.3, 1), "age": (2.2, -0.8),
            "ability": (4.2, -0.4), "survey": (2.2, 2.6),
        },
    ),
    "names": CausalGraph(
        edges=[
            ("<img src=x onerror=window.hacked=1>", "y"),
            ("a_name_of_exactly_sixty_letters_that_no_label_could_ever_hold", "y"),
            ("👩‍👩‍👧‍👦 family size 👩‍👩‍👧‍👦👩‍👩‍👧‍👦👩‍👩‍👧‍👦 🇳🇴🇳🇴🇳🇴", "y"),
            ("$x_1$ :red[z] **b**", "y"),
            ("</title><script>window.hacked=1</script>", "y"),
        ],
    ),
    "large": CausalGraph(
        edges=[
            *((f"v{i}", f"v{j}") for i in range(200) for j in (i + 1, i + 7, i + 20) if j < 200),
            *((f"v{i}", f"v{i + 33}") for i in range(28)),
        ],
        positions={f"v{i}": (i % 20, i // 20) for i in range(200)},
    ),
}  # fmt: skip


def choosy(message: object) -> Gesture:
    """Reads a gesture as ever, but refuses latent nodes when the address asks for it."""
    gesture = read_gesture(message)
    if st.query_params.get("refuse") and gesture.state.graph.latent:
        raise Problem(f"{min(gesture.state.graph.latent)} is latent.", remedy="Nothing may be latent here.")
    return gesture


component.read_gesture = choosy


def editing() -> None:
    example = st.query_params.get("graph", "small")
    graph = EXAMPLES[example]
    ends = ("treat", "re78") if "treat" in graph.nodes else (None, None)
    state = st.session_state.setdefault("state", EditorState(graph, *ends))
    st.button("Rerun")
    if st.button("Add from Python"):
        state = state.changed(
            state.graph.replace(
                nodes=[*state.graph.nodes, "added"], edges=[*state.graph.edges, ("added", "re78")]
            ),
            state.treatment,
            state.outcome,
        )
        st.session_state.state = state
    if st.button("Another graph"):
        state = state.changed(
            CausalGraph(edges=[("far", "away")], positions={"far": (40, 40), "away": (42, 41)}), None, None
        )
        st.session_state.state = state
    state = incoming(state) or state
    st.session_state.state = state
    highlight = {("age", "treat"): "open", ("age", "re78"): "open", ("treat", "re78"): "causal"}
    new = graph_editor(
        state,
        columns=["age", "treat", "re78", "education", "married"],
        highlight=highlight if st.query_params.get("paths") else None,
    )
    assert new is None, "incoming has taken the gesture already"
    time.sleep(float(st.query_params.get("sleep", "0")))
    st.session_state.runs = st.session_state.get("runs", 0) + 1
    drawn = state.graph
    said = {
        "nodes": list(drawn.nodes),
        "edges": [list(pair) for pair in drawn.edges],
        "bidirected": [sorted(pair) for pair in drawn.bidirected],
        "latent": sorted(drawn.latent),
        "selected": sorted(drawn.selected),
        "randomised": sorted(drawn.randomised),
        "notes": [[key if isinstance(key, str) else sorted(key), text] for key, text in drawn.notes.items()],
        "adjusted": None if state.adjusted is None else sorted(state.adjusted),
        "treatment": state.treatment,
        "outcome": state.outcome,
        "revision": state.revision,
        "positions": {name: list(place) for name, place in drawn.positions.items()},
        "runs": st.session_state.runs,
    }
    st.code(json.dumps(said), language=None)


def viewing() -> None:
    state = st.session_state.get("state") or EditorState(EXAMPLES[st.query_params.get("graph", "roles")])
    treatment, outcome = ("treat", "re78") if "treat" in state.graph.nodes else (None, None)
    highlight = {("age", "treat"): "open", ("age", "re78"): "open", ("treat", "hours"): "causal"}
    shown = roles(state.graph, treatment, outcome) if treatment and outcome else {}
    graph_view(
        state.graph, shown, {edge: kind for edge, kind in highlight.items() if edge in state.graph.edges}
    )
    legend(shown, highlight.values())
    st.write("The view is drawn.")


st.set_page_config(layout="wide")
st.navigation([st.Page(editing, title="Draw", default=True), st.Page(viewing, title="View")]).run()
