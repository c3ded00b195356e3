import pandas as pd
import pytest

from causal_core.graph import CausalGraph
from causal_core.text import for_markdown

DEMO = "retention_observational"


def study_of(app):
    return app.session_state["open_study"].study


def button(app, start):
    return next(button for button in app.button if button.key.startswith(start))


def test_without_a_study_the_page_links_to_start(app, texts_of):
    page = app.run().switch_page("pages/graph.py").run()
    assert "No study is open." in texts_of(page)
    assert not page.exception


def test_the_verdict_stands_under_the_drawing(open_demo, texts_of):
    page = open_demo(DEMO, "graph")
    assert not page.exception
    assert page.title[0].value == "What causes what?"
    assert "Adjusting for engagement, support\\_calls and tenure closes every path" in texts_of(page)


def test_removing_an_arrow_from_the_text_changes_the_verdict(open_demo, texts_of):
    page = open_demo(DEMO, "graph")
    text = page.text_area[0].value
    assert text == study_of(page).graph.to_text("dagitty", "offer", "kept")
    page.text_area[0].set_value(
        "\n".join(line for line in text.splitlines() if "tenure -> offer" not in line)
    )
    page = button(page, "use-").click().run()
    assert ("tenure", "offer") not in study_of(page).graph.edges
    assert "Adjusting for engagement and support\\_calls closes every path" in texts_of(page)


def test_a_cycle_in_the_text_is_refused_by_name_and_nothing_is_lost(open_demo, texts_of):
    page = open_demo(DEMO, "graph")
    before = study_of(page).graph
    page.text_area[0].set_value("a -> b; b -> c; c -> a")
    page = button(page, "use-").click().run()
    assert "cycle" in texts_of(page)
    assert "a → b → c → a" in texts_of(page).replace("\\-\\>", "→")
    assert study_of(page).graph == before
    assert page.text_area[0].value == "a -> b; b -> c; c -> a"


def test_roles_in_the_text_become_the_question(open_demo):
    page = open_demo(DEMO, "graph")
    page.text_area[0].set_value("dag { plan [exposure]\n kept [outcome]\n plan -> kept }")
    page = button(page, "use-").click().run()
    question = study_of(page).question
    assert (question.treatment, question.outcome, question.control) == ("plan", "kept", "basic")


def test_marks_in_the_text_become_the_question_and_stand_in_the_text(open_demo):
    page = open_demo(DEMO, "graph")
    page.text_area[0].set_value(
        "dag { plan [exposure, randomised] kept [outcome] visits [adjusted] plan -> kept visits -> kept }"
    )
    page = button(page, "use-").click().run()
    question = study_of(page).question
    assert (question.randomised, question.adjust_for) == (True, ("visits",))
    assert "visits [adjusted" in page.text_area[0].value
    page.text_area[0].set_value("dag { plan [exposure] kept [outcome] plan -> kept visits -> kept }")
    question = study_of(button(page, "use-").click().run()).question
    assert (question.randomised, question.adjust_for) == (False, None)


def test_a_treatment_that_rows_are_selected_on_is_said(open_demo, texts_of):
    page = open_demo(DEMO, "graph")
    page.text_area[0].set_value(
        'dag { plan [exposure, selected, pos="0,0"] kept [outcome, pos="1,0"] plan -> kept }'
    )
    page = button(page, "use-").click().run()
    assert not page.exception
    assert "The rows are selected on the treatment 'plan', so it does not vary" in texts_of(page)


def test_a_node_that_is_no_column_is_said(open_demo, texts_of):
    page = open_demo(DEMO, "graph")
    page.text_area[0].set_value("offer -> kept; mood -> kept")
    page = button(page, "use-").click().run()
    assert "Not a column of the table: mood." in texts_of(page)


def test_without_roles_the_page_says_how_to_give_them(open_demo, texts_of):
    page = open_demo(DEMO, "graph", graph=CausalGraph(nodes=["plan"]))
    assert "Give two nodes their roles" in texts_of(page)


@pytest.mark.parametrize("name", ["<img src=x onerror=alert(1)>", "$a_b$", ":red[x]", "*bold* `code`"])
def test_hostile_names_are_shown_literally(open_frame, texts_of, name):
    frame = pd.DataFrame({name: [0, 1] * 20, "y": range(40), "z": [1.5, 2.5] * 20})
    graph = CausalGraph(edges=[("z", name), ("z", "y"), (name, "y")])
    page = open_frame(frame, "graph", graph=graph, question={"treatment": name, "outcome": "y"})
    assert not page.exception
    assert for_markdown(name) in texts_of(page)
    assert name not in texts_of(page).replace(for_markdown(name), "")
