"""The Read page: roles and verdicts, paths under any set, implications, equivalence and moral graph."""

import pandas as pd
import pytest

from causal_core.graph import CausalGraph
from causal_core.study.options import Question
from pages.shared import graph_view, read_nodes

DEMO = "retention_observational"
VIEWS = ("Nodes", "Paths", "Independencies", "What data cannot tell", "Moral graph")


def said_on(page):
    """What the page says, without the marks that keep names literal."""
    kinds = ("title", "subheader", "markdown", "caption", "info", "warning", "success", "error")
    return "\n".join(str(each.value) for kind in kinds for each in getattr(page, kind)).replace("\\", "")


def html_of(page):
    return "\n".join(str(each.proto.body) for each in page.get("html"))


def look(page, view):
    page.segmented_control[0].set_value(view)
    return page.run()


def box(page, label):
    return next(each for each in page.selectbox if each.label == label)


@pytest.fixture(autouse=True)
def matrix(request, monkeypatch):
    """No feature matrix, which takes seconds; the tests of it ask for the engine."""
    if "until" not in request.fixturenames:
        monkeypatch.setattr(read_nodes, "result_of", lambda *_, **__: None)


@pytest.fixture
def drawn(monkeypatch):
    """What the last picture was made of: node labels framed, faded, and the edges as (from, to, heads)."""
    pictures = []
    monkeypatch.setattr(graph_view, "agraph", lambda nodes, edges, _: pictures.append((nodes, edges)))

    def last():
        nodes, edges = pictures[-1]
        labels = {node.id: node.label for node in nodes}
        return {
            "framed": [node.label for node in nodes if node.shapeProperties["borderRadius"] == 0],
            "faded": [node.label for node in nodes if getattr(node, "opacity", 1) < 1],
            "places": [(node.x, node.y) for node in nodes],
            "edges": [
                (labels[edge.source], labels[edge.to], sorted(edge.arrows or ()), edge.color)
                for edge in edges
            ],
        }

    return last


@pytest.fixture
def small(open_frame):
    """A study of a confounder, a mediator, and a collider with an effect; opened on Read."""
    frame = pd.DataFrame({name: range(40) for name in "tymckd"}) % 7

    def opened(graph=None, **question):
        graph = graph or CausalGraph.from_text("c -> t; c -> y; t -> m; m -> y; t -> k; y -> k; k -> d")
        return open_frame(frame, "read", graph=graph, question={"treatment": "t", "outcome": "y"} | question)

    return opened


def test_without_a_graph_the_page_links_to_graph(open_demo):
    page = open_demo(DEMO, "read", graph=CausalGraph())
    assert "The graph is empty." in said_on(page)
    assert not page.exception


@pytest.mark.parametrize("view", VIEWS)
def test_a_graph_without_a_question_is_read_all_the_same(open_frame, view):
    graph = CausalGraph.from_text("a -> b; b -> e; d -> e")
    page = look(open_frame(pd.DataFrame({"a": [1, 2]}), "read", graph=graph), view)
    assert not page.exception
    said = said_on(page)
    if view == "Nodes":
        assert "Treatment and outcome are not both drawn yet" in said
    if view == "Paths":
        assert "**a and b are connected with nothing adjusted for.**" in said


def test_every_node_has_its_role_verdict_and_reason(open_demo):
    said = html_of(open_demo(DEMO, "read"))
    assert "X\u00a0·\u00a0collider" in said
    assert "✕ bad: over-control" in said
    assert "✓ good: removes bias" in said
    assert "○ neutral: precision gain" in said
    assert "Without it the path offer ← tenure → kept is open. No set works without it." in said
    assert "interest is latent, so nothing can adjust for it" in said


def test_the_feature_matrix_stands_beside_it(open_demo, until):
    page = open_demo(DEMO, "read")
    until(page, lambda app: "so a matrix would put it in" in said_on(app))
    said = said_on(page)
    assert "app_opens_after is predictor number 2 of 10 of kept" in said
    assert "Not observed, so in no matrix: interest" in said
    assert "(10,000 rows, in three folds)" in said
    assert len(page.get("plotly_chart")) == 2
    assert ">0.117 (2 of 10)<" in html_of(page)


def test_the_paths_open_with_the_set_in_use(open_demo, drawn):
    page = look(open_demo(DEMO, "read"), "Paths")
    said = said_on(page)
    assert "offer and kept are connected given engagement, support_calls and tenure" in said
    assert "This set is right." in said
    assert drawn()["framed"] == ["C · tenure", "C · engagement", "C · support_calls"]
    assert "it is not observed and cannot be adjusted for: interest" in said
    assert "interest" not in page.pills[0].options
    assert "20 further blocked paths" in [each.label for each in page.expander]


def test_switching_a_node_changes_verdict_paths_and_colours(small, drawn):
    page = look(small(), "Paths")
    assert "This set is right." in said_on(page)
    page = page.pills[0].set_value([]).run()
    said = said_on(page)
    assert "The empty set does not suffice." in said
    assert "2 of 3 paths are open" in said
    assert ("C · c", "T · t", ["to"], "#D55E00") in drawn()["edges"]
    page = page.pills[0].set_value(["c", "d"]).run()
    assert "Your set is wrong because of d." in said_on(page)
    assert "Opened by conditioning: the collider k" in said_on(page)
    assert "d is an effect of the collider k, so conditioning on d partly conditions on k." in html_of(page)
    assert drawn()["framed"] == ["C · c", "D · d"]
    assert ("T · t", "X · k", ["to"], "#D55E00") in drawn()["edges"]
    page = page.pills[0].set_value(["c", "m"]).run()
    assert "t and y are separated given c and m" in said_on(page)
    assert "blocked by m" in html_of(page)


def test_choosing_a_path_highlights_only_it(small, drawn):
    page = look(small(), "Paths")
    page = box(page, "Show on the graph").set_value("t → m → y").run()
    plain = {edge[:2]: edge[3] for edge in drawn()["edges"]}
    assert (plain["T · t", "M · m"], plain["M · m", "Y · y"]) == ("#009E73", "#009E73")
    assert plain["C · c", "T · t"] == plain["T · t", "X · k"] == "#8A8F98"


def test_any_two_nodes_can_be_asked_about_and_swapped(small):
    page = look(small(), "Paths")
    page = box(page, "From").set_value("c").run()
    page = box(page, "To").set_value("m").run()
    said = said_on(page)
    assert "c and m are connected with nothing adjusted for" in said
    assert "Adjusting for t alone would separate them" in said
    assert "As an adjustment set" not in said
    page = box(page, "To").set_value("c").run()
    assert (box(page, "From").value, box(page, "To").value) == ("m", "c")
    assert "causal, from c" in html_of(page)
    assert not page.exception


def test_no_set_the_empty_set_and_a_wrong_set_are_three_answers(small, open_demo):
    hidden = CausalGraph.from_text("dag { u [latent]; u -> {t y}; t -> y }")
    said = said_on(look(small(hidden), "Paths"))
    assert "No set exists." in said
    assert "The path t ← u → y stays open" in said.replace("<-", "←").replace("->", "→")
    free = CausalGraph.from_text("t -> y; c -> y")
    assert "The empty set suffices." in said_on(look(small(free), "Paths"))
    page = look(small(), "Paths")
    page = page.pills[0].set_value(["c", "k"]).run()
    assert "Your set is wrong because of k." in said_on(page)


def test_the_set_can_be_used_for_the_study(small):
    page = look(small(), "Paths")
    assert [each.label for each in page.button] == []
    page = page.pills[0].set_value(["c", "m"]).run()
    page = page.button[0].click().run()
    assert page.session_state["open_study"].study.question.adjust_for == ("c", "m")
    assert not page.exception


def test_the_choices_survive_a_change_of_page(small):
    page = look(small(), "Paths")
    page = page.pills[0].set_value(["c", "d"]).run()
    page = page.switch_page("pages/graph.py").run().switch_page("pages/read.py").run()
    assert page.segmented_control[0].value == "Paths"
    assert page.pills[0].value == ["c", "d"]


def test_a_selected_node_is_always_held_fixed(small, drawn):
    graph = CausalGraph.from_text("dag { k [selected]; t -> y; t -> k; y -> k }")
    page = look(small(graph), "Paths")
    assert "Always held fixed, because the rows are selected on it: k." in said_on(page)
    assert "No set exists" in said_on(page)
    assert drawn()["framed"] == ["X · k (selected)"]


def test_implied_independencies_in_symbols_and_words(small, drawn):
    page = look(small(), "Independencies")
    said = said_on(page)
    assert "The list is complete." in said
    assert "c ⊥⊥ m | t" in html_of(page)
    assert "c and m are independent once t is known." in html_of(page)
    page = box(page, "Show on the graph").set_value("c ⊥⊥ m | t").run()
    assert drawn()["framed"] == ["T · t"]
    page = box(page, "Independencies of").set_value("d").run()
    assert "c ⊥⊥ m" not in html_of(page)
    assert not page.exception


def test_a_complete_graph_implies_nothing(small):
    graph = CausalGraph.from_text("c -> t; c -> y; t -> y")
    assert "implies no independence" in said_on(look(small(graph), "Independencies"))


def test_the_equivalence_class_on_the_same_places(small, drawn):
    graph = CausalGraph.from_text("c -> t; t -> y; m -> y")
    page = look(small(graph), "Paths")
    places = drawn()["places"]
    page = look(page, "What data cannot tell")
    said = said_on(page)
    assert "**2** DAGs imply exactly the same independencies" in said
    assert "stays open (1 of 3): c → t" in said
    assert "The same in all of them (2): t → y, m → y" in said
    assert drawn()["places"] == places
    assert ("C · c", "T · t", [], "#E69F00") not in drawn()["edges"]
    assert [edge[2:] for edge in drawn()["edges"] if edge[3] == "#E69F00"] == [([], "#E69F00")]


def test_where_there_is_no_equivalence_class_it_says_why(open_demo):
    said = said_on(look(open_demo("smoking_tar", "read"), "What data cannot tell"))
    assert "this graph has latent nodes: genotype" in said
    assert "there is no class of DAGs to count" in said


def test_the_moral_graph_of_all_and_of_the_ancestors(small, drawn):
    page = look(small(), "Moral graph")
    places = drawn()["places"]
    assert "**2** lines added:" in said_on(page)
    assert "- Common effect **y**: c – m\n- Common effect **k**: t – y" in said_on(page)
    assert all(edge[2] == [] for edge in drawn()["edges"])
    assert [edge[3] for edge in drawn()["edges"]].count("#CC79A7") == 2
    page = box(page, "Moral graph of").set_value("Only what the question needs").run()
    assert drawn()["faded"] == ["X · k", "D · d"]
    assert drawn()["framed"] == ["C · c"]
    assert drawn()["places"] == places
    assert "t and y are connected given c" in said_on(page)


def test_a_large_graph_says_what_is_left_out(open_frame):
    names = [f"v{i:02}" for i in range(30)]
    graph = CausalGraph(
        edges=[(a, b) for i, a in enumerate(names) for b in names[i + 1 : i + 6]],
        positions={name: (i % 6, i // 6) for i, name in enumerate(names)},
    )
    page = open_frame(
        pd.DataFrame({name: range(20) for name in names}),
        "read",
        graph=graph,
        question={"treatment": "v10", "outcome": "v14"},
    )
    page = look(page, "Paths")
    assert "There are more paths than the" in said_on(page)
    assert page.multiselect[0].label == "Adjust for"
    page = look(page, "Independencies")
    assert "are shown; choose a node to see its own" in said_on(page)
    for view in VIEWS:
        assert not look(page, view).exception


def test_a_random_treatment_leaves_out_the_arrows_into_it(small):
    page = look(small(randomised=True), "Paths")
    assert "these arrows into it are left out: c → t" in said_on(page).replace("->", "→")
    page = page.pills[0].set_value([]).run()
    assert "The empty set suffices." in said_on(page)


def test_a_question_that_cannot_be_asked_says_why(small):
    graph = CausalGraph(edges=[("t", "y")], latent=["t"])
    page = small(graph)
    assert "not observed" in said_on(page)
    for view in VIEWS:
        assert not look(page, view).exception


def test_names_are_text_everywhere(open_frame, drawn):
    nasty = "<b>$x$ :red[y]"
    graph = CausalGraph(edges=[(nasty, "y"), ("t", "y"), (nasty, "t"), ("t", nasty + "2")])
    frame = pd.DataFrame({nasty: range(60), "t": [0, 1] * 30, "y": range(60), nasty + "2": [1, 2, 3] * 20})
    page = open_frame(frame, "read", graph=graph, question={"treatment": "t", "outcome": "y"})
    for view in VIEWS:
        page = look(page, view)
        assert not page.exception
        assert nasty not in "\n".join(str(each.value) for each in (*page.markdown, *page.info, *page.caption))
        assert nasty not in html_of(page)


def test_an_instrument_that_needs_a_set_says_which(open_demo):
    graph = CausalGraph.from_text("dag { w -> {z y}; z -> t; t -> y; t <-> y }")
    question = Question(treatment="t", outcome="y")
    page = open_demo("kidney_stones", "read", graph=graph, question=question)
    assert "Z\u00a0·\u00a0instrument given w" in html_of(page)
    assert "z is an instrument given w" in html_of(page)
