import pandas as pd
import pytest

from causal_core.graph import CausalGraph


def plain(app, texts_of):
    return texts_of(app).replace("\\", "")


def has(app, key):
    return any(each.key == key for each in app.button)


@pytest.fixture
def run(until):
    """Call with an app and a step: presses its start button and waits for the result."""

    def ran(app, step):
        if has(app, f"start-{step}"):
            app.button(key=f"start-{step}").click().run()
        return until(app, lambda app: not has(app, f"cancel-{step}") and not has(app, f"start-{step}"))

    return ran


def test_an_empty_graph_is_sent_to_graph(open_demo, texts_of):
    app = open_demo("kidney_stones", "check", graph=CausalGraph())
    assert "The graph is empty: there is nothing to test yet." in plain(app, texts_of)
    assert not app.exception


def test_a_complete_graph_cannot_be_contradicted(open_demo, run, texts_of):
    app = run(open_demo("kidney_stones", "check"), "check")
    page = plain(app, texts_of)
    assert not app.exception
    assert "**Nothing to contradict.** This graph implies no independencies: nothing could contradict" in page
    app = run(app, "falsify")
    assert "there is nothing to compare" in plain(app, texts_of)


def test_what_is_not_observed_is_said(open_demo, run, texts_of):
    app = run(open_demo("premium", "check"), "check")
    page = plain(app, texts_of)
    assert "implies no independencies among the columns of this table" in page
    assert "- 2 implied independencies involve interest, which is not observed: not testable." in page


def test_a_contradiction_is_answered_with_questions_that_can_be_drawn_and_undone(open_demo, run, texts_of):
    app = run(open_demo("nhefs", "check"), "check")
    page = plain(app, texts_of)
    assert not app.exception
    assert "**Contradicted.** The data contradict 7 of 26 tested implications." in page
    assert app.expander[0].label == "**The graph says:** sex and smokeyrs are independent\\."
    assert "The data: correlation 0.20 [0.15, 0.25], p < 0.001 (Holm), 1,566 rows." in page
    app = run(app, "changes")
    assert "Could age affect exercise directly?" in plain(app, texts_of)
    before = app.session_state["open_study"].study.graph
    button = next(each for each in app.button if each.key.endswith("-arrow-age-exercise"))
    app = run(button.click().run(), "check")
    study = app.session_state["open_study"].study
    assert ("age", "exercise") in study.graph.edges
    assert study.chosen_on_data
    page = plain(app, texts_of)
    assert "Drawn: age → exercise." in page
    assert "The data contradict 4 of 25 tested implications." in page
    app = run(next(each for each in app.button if each.label == "Undo").click().run(), "check")
    assert app.session_state["open_study"].study.graph == before
    assert not app.session_state["open_study"].study.chosen_on_data
    assert "7 of 26" in plain(app, texts_of)


def test_a_size_that_matters_is_chosen_without_new_tests_and_kept_from_page_to_page(open_demo, run, texts_of):
    app = run(open_demo("nhefs", "check"), "check")
    app.select_slider[0].set_value(0.2).run()
    page = plain(app, texts_of)
    assert "**Not contradicted.** The data contradict none of the 26 tested implications." in page
    app = app.switch_page("pages/graph.py").run().switch_page("pages/check.py").run()
    assert "contradict none of the 26" in plain(app, texts_of)
    assert app.select_slider[0].value == 0.2


def test_the_graph_among_its_relabellings(open_demo, run, texts_of):
    app = open_demo("service", "check")
    app.select_slider[-1].set_value(20).run()
    app = run(app, "falsify")
    page = plain(app, texts_of)
    assert not app.exception
    assert "of its 2 statements are violated" in page
    assert "Share of relabelled graphs with no more violations" in page


def test_rough_columns_are_answered_in_words(open_frame, run, texts_of):
    count = 300
    frame = pd.DataFrame(
        {
            "$a_b$": [f"text {place}" for place in range(count)],
            "same": [1.0] * count,
            "day": pd.date_range("2024-01-01", periods=count),
            "flag": [place % 3 == 0 for place in range(count)],
            "y": [float(place % 7) for place in range(count)],
        }
    )
    graph = CausalGraph(nodes=[*frame.columns, "nowhere"])
    app = run(open_frame(frame, "check", graph=graph), "check")
    page = plain(app, texts_of)
    assert not app.exception
    assert "- 5 implied independencies involve nowhere, which is not a column of the table" in page
    assert 'Column "$a_b$" holds 300 different values, too many for a category' in page
    assert "same has the same value in every row" in page
