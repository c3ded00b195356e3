import json
import math
from dataclasses import replace

import pytest
from streamlit.testing.v1 import AppTest

from causal_core.graph import CausalGraph
from causal_core.problem import Problem
from pages.shared import graph_view
from pages.shared.drawing import drawing
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
RICH = CausalGraph(
    edges=[("z", "t"), ("t", "y"), ("w", "y")],
    bidirected=[("t", "y")],
    randomised=["z"],
    positions={"z": (0, 0), "t": (1, 0), "y": (2, 0), "w": (2, 1)},
    notes={"z": "by lot", ("t", "y"): "a trial", frozenset({"t", "y"}): "<b>taste</b>"},
)


def message(state=None, number=1, ask=None, **changes):
    state = state or EditorState(GRAPH, "a", None, 0)
    drawn = write_graph(state, places(state.graph)) | changes
    return {"revision": state.revision, "gesture": number, "ask": ask, "graph": drawn}


def node(name, **changes):
    return {"name": name, "x": 0, "y": 0, "latent": False, "selected": False, "randomised": False} | changes


def test_what_is_written_is_read_back():
    gesture = read_gesture(message(number=7, ask="layout"))
    assert (gesture.number, gesture.ask) == (7, "layout")
    assert gesture.state == EditorState(GRAPH, "a", None, 0)
    assert gesture.state.graph.nodes == GRAPH.nodes


def test_random_nodes_notes_and_the_adjusted_set_are_written_and_read_back():
    state = EditorState(RICH, "t", "y", 3, frozenset({"w", "z"}))
    sent = message(state)
    assert sent["graph"]["adjusted"] == ["w", "z"]
    assert sent["graph"]["notes"] == [
        {"kind": ".", "ends": ["z"], "text": "by lot"},
        {"kind": ">", "ends": ["t", "y"], "text": "a trial"},
        {"kind": "=", "ends": ["t", "y"], "text": "<b>taste</b>"},
    ]
    assert [node["name"] for node in sent["graph"]["nodes"] if node["randomised"]] == ["z"]
    read = read_gesture(json.loads(json.dumps(sent))).state
    assert read == state
    assert (read.graph.notes, read.graph.randomised) == (RICH.notes, RICH.randomised)
    none = read_gesture(message(EditorState(RICH, "t", "y", 3, frozenset()))).state
    assert none.adjusted == frozenset()
    assert none != read_gesture(message(EditorState(RICH, "t", "y", 3))).state


def test_a_change_of_python_keeps_what_can_still_be_adjusted_for():
    state = EditorState(RICH, "t", "y", 3, frozenset({"w", "z"}))
    assert state.changed(RICH, "z", "y") == EditorState(RICH, "z", "y", 4, frozenset({"w"}))
    without = RICH.without(["w", "z"])
    assert state.changed(without, "t", "y").adjusted == frozenset()
    assert EditorState(RICH).changed(RICH, None, None).adjusted is None


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
        (message(adjusted=["elsewhere"]), "elsewhere is to be adjusted for but is not a node"),
        (message(adjusted=["c"]), "c is latent, so it cannot be adjusted for"),
        (message(adjusted=["a"]), "a is the treatment or the outcome"),
        (message(adjusted="b"), "a list in it is missing"),
        (message(notes=[{"kind": ".", "ends": ["a"], "text": 3}]), "a note has no proper text"),
        (message(notes=[{"kind": ".", "ends": ["a"], "text": "x" * 10_001}]), "a note has no proper text"),
        (message(notes=[{"kind": "!", "ends": ["a", "b"], "text": "x"}]), "a note stands on nothing"),
        (message(notes=[{"kind": ">", "ends": ["a"], "text": "x"}]), "does not have two ends"),
        (message(notes=[{"kind": ">", "ends": ["b", "a"], "text": "x"}]), "b -> a is not in the graph"),
        (
            message(nodes=[node("a"), node("b", randomised=True), node("c")]),
            "b is declared random, yet a -> b",
        ),
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


DEMO = "retention_observational"


def open_study(app):
    return app.session_state["open_study"]


def draw(app, state, number):
    """The page after the browser has drawn `state` on it."""
    here = open_study(app)
    sent = {"revision": here.revision, "gesture": number, "ask": None}
    app.session_state[f"graph-{here.token}: editor"].message = sent | {
        "graph": write_graph(state, places(state.graph))
    }
    app.run()
    assert not app.exception
    return open_study(app).study


def test_a_treatment_declared_random_makes_the_question_so_until_undone(open_demo):
    app = open_demo(DEMO, "graph")
    before = drawing(open_study(app))
    assert before.adjusted is None
    caused = [pair for pair in before.graph.edges if pair[1] == before.treatment]
    random = before.graph.without(edges=caused).replace(randomised=[before.treatment])
    study = draw(app, replace(before, graph=random), 1)
    assert study.question.randomised is True
    assert study.graph.randomised == {before.treatment}
    study = draw(app, before, 2)
    assert study.question.randomised is False
    assert study.graph.randomised == frozenset()


def test_what_was_said_of_a_treatment_and_an_outcome_comes_back_with_them(open_demo):
    said = {"control": "discount", "unit": "kept", "instrument": "region", "randomised": True}
    app = open_demo(DEMO, "graph", question=said)
    before = drawing(open_study(app))
    other = draw(app, replace(before, treatment="plan", outcome="satisfaction"), 1).question
    assert (other.treatment, other.outcome, other.unit) == ("plan", "satisfaction", "")
    assert (other.control, other.instrument, other.randomised) == ("basic", None, False)
    undone = draw(app, before, 2).question
    assert {name: getattr(undone, name) for name in said} == said
    assert draw(app, replace(before, treatment=None), 3).question.treatment == ""
    again = draw(app, before, 4).question
    assert {name: getattr(again, name) for name in said} == said


def test_a_question_known_to_be_random_stays_so_whatever_is_drawn(open_demo):
    app = open_demo(DEMO, "graph", question={"randomised": True})
    before = drawing(open_study(app))
    study = draw(app, replace(before, graph=before.graph.without(edges=[("tenure", "offer")])), 1)
    assert study.question.randomised is True


def test_the_adjusted_set_is_the_questions_own_both_ways(open_demo):
    app = open_demo(DEMO, "graph", question={"adjust_for": ("tenure",)})
    before = drawing(open_study(app))
    assert before.adjusted == {"tenure"}
    study = draw(app, replace(before, adjusted=frozenset({"tenure", "engagement"})), 1)
    assert study.question.adjust_for == ("engagement", "tenure")
    assert draw(app, replace(before, adjusted=frozenset()), 2).question.adjust_for == ()
    assert draw(app, replace(before, adjusted=None), 3).question.adjust_for is None


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
        from pages.shared.legend import legend

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
