import numpy as np
import pandas as pd
import pytest

from causal_core.graph import CausalGraph

ODD = ":red[**a** $x$]"


def plain(app, texts_of):
    return texts_of(app).replace("\\", "")


def numbers(rows=1500):
    rng = np.random.default_rng(1)
    a = rng.normal(size=rows)
    b = a + rng.normal(size=rows)
    c = rng.normal(size=rows)
    d = b + c + rng.normal(size=rows)
    return pd.DataFrame({ODD: a, "b": b, "c": c, "d": d})


DRAWN = CausalGraph([(ODD, "b"), ("d", "c"), (ODD, "c")], nodes=[ODD, "b", "c", "d"])
QUESTION = {"treatment": "b", "outcome": "d"}


def begin(app, resamples=0):
    token = app.session_state["open_study"].token
    app.number_input(key=f"suggest-resamples-{token}").set_value(resamples).run()
    starts = [each for each in app.button if each.key == "start-suggest"]
    if starts:
        starts[0].click().run()
    return app


def differs(app):
    return any("Where they differ" in each.value for each in app.subheader) or app.error


def says_why(app):
    return any("DirectLiNGAM needs" in each.value for each in app.info)


@pytest.fixture
def found(open_frame, until):
    """Call with a drawing: its Check page once the suggestion is there."""

    def done(graph=DRAWN, resamples=0, **parts):
        app = open_frame(numbers(), "check", graph=graph, question=QUESTION, **parts)
        return until(begin(app, resamples), differs)

    return done


def accepts(app):
    return {each.label.replace("\\", ""): each for each in app.button if each.key.startswith("accept-")}


def test_before_it_starts_it_says_what_is_assumed_and_waits(open_demo, texts_of):
    app = open_demo("premium", "check")
    page = plain(app, texts_of)
    assert "What PC takes for granted." in page
    assert "No hidden common causes" in page
    assert "nothing in the drawing changes until you accept it" in page
    assert app.button(key="start-suggest").label == "Suggest a graph"
    token = app.session_state["open_study"].token
    assert app.multiselect(key=f"suggest-columns-{token}").value == ["age", "income", "engaged", "purchase"]
    assert app.multiselect(key=f"suggest-group-0-{token}").value == ["age"]
    assert app.multiselect(key=f"suggest-group-2-{token}").value == ["engaged", "purchase"]
    app.radio(key=f"suggest-algorithm-{token}").set_value("fci").run()
    page = plain(app, texts_of)
    assert "What FCI takes for granted." in page
    assert "Hidden common causes are allowed" in page
    assert not app.exception


def test_the_suggestion_stands_beside_the_drawing_with_its_differences(found, texts_of):
    app = found(resamples=10)
    page = plain(app, texts_of)
    assert not app.exception
    assert "4 columns, 1,500 complete rows." in page
    assert "What the data suggest" in page
    assert "Shares are of 10 resamples." in page
    assert "not how likely it is to be true" in page
    assert "b → d 100 %" in page
    assert len(app.get("image")) == 2
    assert set(accepts(app)) == {
        "Draw c → d instead",
        "Draw b → d",
        f"Take {ODD} → c away",
    }


def test_one_arrow_is_taken_over_at_a_time_and_the_study_says_so(found, texts_of):
    app = found()
    before = app.session_state["open_study"]
    assert not before.study.chosen_on_data
    accepts(app)["Draw b → d"].click().run()
    after = app.session_state["open_study"]
    assert set(after.study.graph.edges) == {*DRAWN.edges, ("b", "d")}
    assert after.revision == before.revision + 1
    assert after.study.chosen_on_data
    assert "do not count that search" in plain(app, texts_of)
    assert "Draw b → d" not in accepts(app)
    accepts(app)["Draw c → d instead"].click().run()
    accepts(app)[f"Take {ODD} → c away"].click().run()
    assert set(app.session_state["open_study"].study.graph.edges) == {(ODD, "b"), ("b", "d"), ("c", "d")}
    for page in ("identify", "estimate", "uplift", "policy", "data"):
        app.switch_page(f"pages/{page}.py").run()
        assert "The graph was chosen on these data" in plain(app, texts_of)


def test_a_circle_is_refused_by_name_and_nothing_changes(found, texts_of):
    app = found(CausalGraph([("d", "c"), ("c", "b")], nodes=[ODD, "b", "c", "d"]))
    before = app.session_state["open_study"].study
    accepts(app)["Draw b → d"].click().run()
    assert app.session_state["open_study"].study == before
    assert not before.chosen_on_data
    assert app.error[0].value.replace("\\", "").startswith("These arrows form a cycle: b -> d -> c -> b.")
    assert not app.exception


def test_what_is_known_is_obeyed_and_contradictions_are_said(found, until, texts_of):
    app = found()
    token = app.session_state["open_study"].token
    forbidden = app.multiselect(key=f"suggest-forbidden-{token}")
    assert "b → d" in forbidden.options
    forbidden.set_value(["b → d", "d → b"]).run()
    until(begin(app), differs)
    assert "Draw b → d" not in accepts(app)
    app.multiselect(key=f"suggest-required-{token}").set_value(["b → d"]).run()
    assert "b -> d is both required and forbidden" in plain(app, texts_of)
    assert not accepts(app)
    assert not app.exception


def test_columns_can_be_chosen_and_too_few_are_no_error(found, until, texts_of):
    app = found()
    token = app.session_state["open_study"].token
    app.multiselect(key=f"suggest-columns-{token}").set_value(["b", "d"]).run()
    until(begin(app), differs)
    assert "2 columns, 1,500 complete rows." in plain(app, texts_of)
    app.multiselect(key=f"suggest-columns-{token}").set_value(["b"]).run()
    assert "Choose at least two columns to search." in plain(app, texts_of)
    assert not app.exception


def test_an_algorithm_that_does_not_apply_says_why(open_demo, until, texts_of):
    app = open_demo("premium", "check")
    token = app.session_state["open_study"].token
    app.radio(key=f"suggest-algorithm-{token}").set_value("lingam").run()
    until(begin(app), says_why)
    page = plain(app, texts_of)
    assert "DirectLiNGAM needs numbers with continuous noise" in page
    assert "choose PC, FCI, GES or BOSS" in page
    assert not app.exception


def test_names_from_data_are_shown_as_text(found):
    app = found(resamples=10)
    for element in (*app.markdown, *app.caption, *app.warning, *app.info):
        assert ":red[" not in element.value.replace("\\:", "")
