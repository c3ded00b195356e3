import math

import pytest
from streamlit.testing.v1 import AppTest

from causal_core.graph import CausalGraph
from causal_core.problem import Problem
from pages.shared import graph_view
from pages.shared.graph_editor import EditorState
from pages.shared.graph_editor.places import places
from pages.shared.graph_editor.state import UNIT, read_gesture, write_graph

GRAPH = CausalGraph(
    nodes=["a", "b", "c"],
    edges=[("a", "b"), ("c", "b")],
    bidirected=[("a", "c")],
    latent=["c"],
    selected=["b"],
    positions={"a": (0, 0), "b": (1, 0.5), "c": (0, 1)},
)


def message(state=None, number=1, ask=None, **changes):
    state = state or EditorState(GRAPH, "a", None, 0)
    drawn = write_graph(state, places(state.graph)) | changes
    return {"revision": state.revision, "gesture": number, "ask": ask, "graph": drawn}


def node(name, **changes):
    return {"name": name, "x": 0, "y": 0, "latent": False, "selected": False} | changes


def test_what_is_written_is_read_back():
    gesture = read_gesture(message(number=7, ask="layout"))
    assert (gesture.number, gesture.ask) == (7, "layout")
    assert gesture.state == EditorState(GRAPH, "a", None, 0)
    assert gesture.state.graph.nodes == GRAPH.nodes


@pytest.mark.parametrize(
    ("odd", "said"),
    [
        (None, "a part of it is missing"),
        ("junk", "a part of it is missing"),
        ({"graph": []}, "a part of it is missing"),
        ({"graph": {}}, "a list in it is missing"),
        (message(nodes=[node("a"), "b"]), "a part of it is missing"),
        (message(nodes=[node(" ")]), "a node has no proper name"),
        (message(nodes=[node(3)]), "a node has no proper name"),
        (message(nodes=[node("x" * 1001)]), "a node has no proper name"),
        (message(nodes=[node("a", x=math.nan)]), "a node has no place in reach"),
        (message(nodes=[node("a", x=True)]), "a node has no place in reach"),
        (message(nodes=[node("a", y=10**400)]), "a node has no place in reach"),
        (message(nodes=[node(str(number)) for number in range(2001)]), "at most 2000"),
        (message(nodes=[node("a"), node("a")]), "The node a is given twice"),
        (message(edges=[["a", "b"], ["b", "a"]]), "a -> b -> a"),
        (message(edges=[["a", "b", "c"]]), "an arrow does not have two ends"),
        (message(edges=[["a", "elsewhere"]]), "elsewhere, which is not a node"),
        (message(bidirected=[["a", "elsewhere"]]), "elsewhere is not a node"),
        (message(nodes=[node("a", latent=True, selected=True)], edges=[], bidirected=[]), "both latent and"),
        (message(treatment="elsewhere"), "elsewhere has a role"),
        (message(treatment=["a"]), "has a role"),
        (message(treatment="a", outcome="a"), "a cannot be both treatment and outcome"),
        (message() | {"revision": "1"}, "its number is missing"),
        (message() | {"gesture": math.nan}, "its number is missing"),
        (message() | {"gesture": 1.5}, "its number is missing"),
    ],
)
def test_what_cannot_be_a_graph_is_refused_in_words(odd, said):
    with pytest.raises(Problem, match=said):
        read_gesture(odd)


def page():
    import streamlit as st

    from causal_core.graph import CausalGraph
    from pages.shared.graph_editor import EditorState, graph_editor

    if "state" not in st.session_state:
        st.session_state.state = EditorState(CausalGraph(edges=[("a", "b")]), "a", "b")
    new = graph_editor(st.session_state.state)
    st.session_state.new = new
    if new is not None and not st.session_state.get("interrupted"):
        st.session_state.state = new


def said(app, message):
    app.session_state["graph: editor"].message = message
    app.run()
    assert not app.exception
    return app.session_state["new"]


@pytest.fixture
def app():
    opened = AppTest.from_function(page, default_timeout=30).run()
    assert not opened.exception
    return opened


def test_a_gesture_is_handed_over_once(app):
    assert app.session_state["new"] is None
    assert said(app, message()).graph == GRAPH
    assert app.session_state["state"].revision == 0
    assert app.run().session_state["new"] is None
    assert said(app, message(number=2)) is None, "the graph is the same"


def test_a_gesture_on_an_older_revision_is_ignored(app):
    state = app.session_state["state"]
    app.session_state["state"] = state.changed(state.graph, "a", None)
    assert said(app, message(EditorState(GRAPH, revision=0))) is None
    assert said(app, message(EditorState(GRAPH, revision=1))).graph == GRAPH


def test_a_page_interrupted_before_it_stored_a_gesture_is_given_it_again(app):
    app.session_state["interrupted"] = True
    assert said(app, message()).graph == GRAPH
    assert app.run().session_state["new"].graph == GRAPH
    later = EditorState(GRAPH.replace(latent=()), "a", None)
    app.session_state["interrupted"] = False
    assert said(app, message(later, number=2)) == later
    assert app.run().session_state["new"] is None


def test_a_page_that_stores_the_graph_in_its_own_form_is_not_asked_again(app):
    said(app, message())
    kept = app.session_state["state"]
    app.session_state["state"] = EditorState(kept.graph.with_positions({}), kept.treatment, kept.outcome)
    assert app.run().session_state["new"] is None


def test_a_refused_gesture_changes_nothing_and_says_why(app):
    before = app.session_state["state"]
    assert said(app, message(edges=[["a", "b"], ["b", "a"]])) is None
    assert app.session_state["state"] == before
    assert "a -> b -> a" in str(app.session_state["graph: editor"].refused)
    assert said(app, message(number=2)).graph == GRAPH
    assert app.session_state["graph: editor"].refused is None


def test_a_layout_is_a_change_of_python(app):
    new = said(app, message(EditorState(GRAPH.replace(selected=()), "a", "b"), ask="layout"))
    assert new.revision == 1
    assert new.graph.positions["a"][0] < new.graph.positions["b"][0]
    assert app.run().session_state["new"] is None


def test_positions_are_kept_and_missing_ones_are_free():
    drawn = GRAPH.replace(nodes=["a", "b", "c", "d"], edges=[*GRAPH.edges, ("b", "d")])
    found = places(drawn)
    assert {name: found[name] for name in GRAPH.nodes} == dict(GRAPH.positions)
    assert all(
        abs(found["d"][0] - found[name][0]) >= 0.8 or abs(found["d"][1] - found[name][1]) >= 0.7
        for name in GRAPH.nodes
    )
    assert math.dist(found["d"], found["b"]) < 2


@pytest.mark.parametrize("unit", [0.01, 100.0])
def test_positions_in_another_unit_are_scaled_as_a_whole(unit):
    far = GRAPH.with_positions({name: (unit * x, unit * y) for name, (x, y) in GRAPH.positions.items()})
    found = places(far)
    assert found["c"][1] / found["b"][1] == pytest.approx(2)
    assert math.dist(found["a"], found["c"]) == pytest.approx(1)


def test_the_view_gets_names_only_as_labels(monkeypatch):
    hostile = "<img src=x onerror=alert(1)>"
    graph = CausalGraph(
        edges=[(hostile, "y")],
        bidirected=[(hostile, "y")],
        latent=["u"],
        positions={hostile: (0, 0), "y": (1, 0), "u": (2, 1)},
    )
    drawn = []
    monkeypatch.setattr(graph_view, "agraph", lambda *parts: drawn.extend(parts))
    graph_view.graph_view(
        graph,
        {hostile: "treatment", "y": "outcome", "u": "latent"},
        {(hostile, "y"): "causal", frozenset({hostile, "y"}): "open"},
    )
    nodes, edges, config = drawn
    assert [item.id for item in nodes] == ["n0", "n1", "n2"]
    assert [item.label for item in nodes] == ["T · <img src=x o…alert(1)>", "Y · y", "U · u"]
    assert {item.title for item in nodes} == {"</>"}
    unit = nodes[1].x
    assert 100 <= unit <= UNIT[0]
    assert [item.x for item in nodes] == pytest.approx([0, unit, 2 * unit], abs=1)
    assert [item.y for item in nodes] == [0, 0, UNIT[1]]
    assert [item.shapeProperties["borderDashes"] for item in nodes] == [False, False, [5, 4]]
    arrow, arc = edges
    assert (arrow.source, arrow.to, sorted(arrow.arrows)) == ("n0", "n1", ["to"])
    assert (arrow.color, arrow.dashes, arc.color, arc.dashes) == ("#009E73", False, "#D55E00", [14, 6])
    assert sorted(arc.arrows) == ["from", "to"]
    assert config.physics["enabled"] is False
    assert config.groups == {}


def test_the_legend_names_the_roles_that_occur():
    def show():
        from pages.shared.graph_view import legend

        legend({"a": "treatment", "b": "outcome", "c": "other"}, ["open"])

    app = AppTest.from_function(show, default_timeout=30).run()
    shown = app.get("html")[0].proto.body
    assert [
        word for word in ("treatment", "outcome", "confounder", "open path", "causal path") if word in shown
    ] == [
        "treatment",
        "outcome",
        "open path",
    ]
