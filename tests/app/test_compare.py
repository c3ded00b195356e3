import pandas as pd
import pytest

from causal_core.graph import CausalGraph
from causal_core.study.options import Question
from causal_core.text import for_markdown
from pages.shared import graph_view
from pages.shared.compare_parts import common_places

DEMO = "kidney_stones"
TURNED = "stone_size -> success; treatment -> stone_size; treatment -> success"


def graph_of(page):
    return page.session_state["open_study"].study.graph


def sent(page, text):
    page.text_area[0].set_value(text)
    return next(each for each in page.button if each.label == "Compare with this text").click().run()


def take(page, label="Take over this arrow"):
    return [each for each in page.button if each.label == label]


def test_the_page_waits_for_the_other_graph(open_demo, texts_of):
    page = open_demo(DEMO, "compare")
    assert not page.exception
    assert "Where do two graphs disagree?" in texts_of(page)
    assert "Bring the other graph" in texts_of(page)
    assert page.text_area[0].value == graph_of(page).to_text("dagitty")


def test_one_turned_arrow_changes_the_decision(open_demo, texts_of):
    page = sent(open_demo(DEMO, "compare"), TURNED)
    said = texts_of(page)
    assert not page.exception
    assert "**The decisions differ.**" in said
    assert (
        for_markdown("Minimal adjustment sets: {stone_size} by your graph, the empty set by the other graph.")
        in said
    )
    assert f"{for_markdown('stone_size → treatment in your graph is the other way round')}" in said
    assert "**Changes the decision.**" in said
    assert for_markdown("No set is valid in both graphs.") in said


def test_an_arrow_is_taken_over_as_one_step_of_the_drawing(open_demo, texts_of):
    page = sent(open_demo(DEMO, "compare"), TURNED)
    before = page.session_state["open_study"]
    page = take(page)[0].click().run()
    after = page.session_state["open_study"]
    assert not page.exception
    assert set(after.study.graph.edges) == {
        ("treatment", "stone_size"),
        ("stone_size", "success"),
        ("treatment", "success"),
    }
    assert after.revision == before.revision + 1
    assert after.study.graph.positions == before.study.graph.positions
    assert "The two graphs are the same" in texts_of(page)
    assert for_markdown("Taken over: Draw treatment → stone_size.") in page.toast[0].value


def test_the_other_graph_survives_a_change_of_page(open_demo, texts_of):
    page = sent(open_demo(DEMO, "compare"), TURNED)
    page = page.switch_page("pages/data.py").run()
    page = page.switch_page("pages/compare.py").run()
    assert "**The decisions differ.**" in texts_of(page)
    assert page.text_area[0].value == TURNED


def test_a_bad_text_is_said_and_nothing_is_lost(open_demo, texts_of):
    page = sent(open_demo(DEMO, "compare"), TURNED)
    page = sent(page, "stone_size -> treatment; treatment -> stone_size")
    said = texts_of(page)
    assert not page.exception
    assert "cycle" in page.error[0].value
    assert "The graph compared with before is still shown" in page.error[0].value
    assert page.text_area[0].value == "stone_size -> treatment; treatment -> stone_size"
    assert "**The decisions differ.**" in said


def test_names_that_only_one_graph_has_are_said(open_demo, texts_of):
    page = sent(open_demo(DEMO, "compare"), "treatment -> success; luck -> success")
    said = texts_of(page)
    assert for_markdown("Not in the other graph: stone_size.") in said
    assert for_markdown("Not in your graph: luck.") in said
    _, luck = take(page, "Take over this node")
    graph = graph_of(luck.click().run())
    assert graph.nodes == ("stone_size", "treatment", "success", "luck")
    assert graph.edges[-1] == ("luck", "success")


def test_an_absent_node_is_faint_without_a_letter_and_keeps_its_width(open_demo, monkeypatch):
    pictures = {}

    def keep(nodes, _, config):
        pictures[len(pictures)] = {node.id: node for node in nodes}

    page = open_demo(DEMO, "compare")
    monkeypatch.setattr(graph_view, "agraph", keep)
    sent(page, "treatment -> success; luck -> success")
    mine, theirs = list(pictures.values())[-2:]
    labels = [{node.label for node in picture.values()} for picture in (mine, theirs)]
    assert labels[0] == {"C · stone_size", "T · treatment", "Y · success", "luck"}
    assert labels[1] == {"stone_size", "T · treatment", "Y · success", "A · luck"}
    gone = next(node for node in theirs.values() if node.label == "stone_size")
    there = next(node for node in mine.values() if node.label == "C · stone_size")
    assert gone.font["color"] != there.font["color"]
    assert gone.margin["left"] > there.margin
    assert (gone.x, gone.y) == (there.x, there.y)


def test_a_graph_without_the_outcome_cannot_be_asked(open_demo, texts_of):
    page = sent(open_demo(DEMO, "compare"), "stone_size -> treatment")
    said = texts_of(page)
    assert not page.exception
    assert "**Cannot be asked.**" in said
    assert for_markdown("success is not a node of the graph.") in said
    removed = next(each for each in take(page, "Take over this node"))
    assert removed.disabled


def test_a_difference_that_would_make_a_cycle_cannot_be_taken_over(open_demo, texts_of):
    graph = CausalGraph([("treatment", "stone_size"), ("stone_size", "success"), ("treatment", "success")])
    page = sent(
        open_demo(DEMO, "compare", graph=graph),
        "success -> treatment; stone_size -> treatment; success -> stone_size",
    )
    said = texts_of(page)
    assert for_markdown("Not possible by itself: These arrows form a cycle") in said
    assert any(each.disabled for each in take(page))


def test_a_demos_graph_and_a_classic(open_demo, texts_of):
    page = open_demo(DEMO, "compare")
    page = page.radio[0].set_value("A demo's graph").run()
    page = page.selectbox[0].set_value("berkeley").run()
    assert "**The other graph, of the demo" in texts_of(page)
    page = page.radio[0].set_value("A graph from the literature").run()
    page = page.selectbox[0].select_index(0).run()
    assert not page.exception
    assert "**The other graph, “" in texts_of(page)


@pytest.mark.parametrize("name", ["<img src=x onerror=alert(1)>", "$a_b$ :red[x] *b* `c`"])
def test_hostile_names_are_shown_literally(open_frame, texts_of, name):
    frame = pd.DataFrame({name: [0, 1] * 20, "y": range(40), "z": [1.5, 2.5] * 20})
    graph = CausalGraph(edges=[("z", name), ("z", "y"), (name, "y")])
    other = CausalGraph(edges=[(name, "z"), ("z", "y"), (name, "y")])
    page = open_frame(frame, "compare", graph=graph, question={"treatment": name, "outcome": "y"})
    page = sent(page, other.to_text("json"))
    assert not page.exception
    said = texts_of(page)
    assert for_markdown(f"z → {name} in your graph is the other way round") in said
    assert name not in said.replace(for_markdown(name), "")


def test_both_pictures_share_their_places():
    one = CausalGraph([("a", "x"), ("x", "y")], positions={"a": (0, 0), "x": (1, 1), "y": (2, 1)})
    other = CausalGraph([("y", "b"), ("b", "a"), ("x", "y")], nodes=["c"])
    placed = common_places(one, other, Question(treatment="x", outcome="y"))
    assert list(placed) == ["a", "x", "y", "c", "b"]
    assert {node: placed[node] for node in "axy"} == {"a": (0, 0), "x": (1, 1), "y": (2, 1)}
    assert len(set(placed.values())) == 5
