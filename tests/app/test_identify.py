import pandas as pd

from causal_core.graph import CausalGraph

DEMO = "retention_observational"


def adjusted(app):
    return app.session_state["open_study"].study.question.adjust_for


def test_without_a_graph_the_page_links_to_graph(open_demo, texts_of):
    page = open_demo(DEMO, "identify", graph=CausalGraph())
    assert "The graph does not hold offer and kept yet." in texts_of(page)
    assert not page.exception


def test_an_identified_effect_with_its_set_paths_and_step(open_demo, texts_of):
    page = open_demo(DEMO, "identify")
    assert not page.exception
    assert "**Identified.** Adjusting for engagement, support\\_calls and tenure" in texts_of(page)
    assert page.session_state["open_study"].seen.keys() == {"identify"}
    assert page.latex[0].value.startswith(
        "$$\n\\sum_{\\text{engagement}, \\text{support\\_calls}, \\text{tenure}}"
    )


def test_a_set_of_ones_own_that_is_wrong_says_why(open_demo, texts_of):
    page = open_demo(DEMO, "identify")
    box = page.selectbox[0]
    page = box.set_value("A set of my own").run()
    assert adjusted(page) == ()
    page = page.multiselect[0].set_value(["engagement", "satisfaction", "support_calls", "tenure"]).run()
    assert adjusted(page) == ("engagement", "satisfaction", "support_calls", "tenure")
    said = texts_of(page)
    assert "**Your set is wrong.**" in said
    assert "because of satisfaction" in said
    page = page.selectbox[0].set_value("Let the graph choose").run()
    assert adjusted(page) is None
    assert "**Identified.**" in texts_of(page)


def test_an_instrument_alone_does_not_identify(open_demo, texts_of):
    page = open_demo("encouragement", "identify")
    said = texts_of(page)
    assert "**Not identified from the graph alone.**" in said
    assert "**Instrument**: letter" in said


def test_the_front_door(open_demo, texts_of):
    said = texts_of(open_demo("smoking_tar", "identify"))
    assert "**Identified.** No set exists" in said
    assert "**Front\\-door**: tar" in said or "**Front-door**: tar" in said


def test_a_treatment_that_is_not_observed_is_said_with_the_way_out(open_frame, texts_of):
    frame = pd.DataFrame({"t": [0, 1] * 20, "y": range(40)})
    graph = CausalGraph(edges=[("t", "y")], latent=["t"])
    page = open_frame(frame, "identify", graph=graph, question={"treatment": "t", "outcome": "y"})
    assert "t" in texts_of(page)
    assert "not observed" in texts_of(page) or "latent" in texts_of(page)
    assert not page.exception


def test_dowhy_is_asked_and_the_difference_is_said(open_demo, until, texts_of):
    graph = CausalGraph(
        edges=[("u", "offer"), ("offer", "kept"), ("u2", "offer"), ("u2", "kept")], latent=["u", "u2"]
    )
    page = open_demo(DEMO, "identify", graph=graph, question={"adjust_for": None})
    until(page, lambda app: "Different:" in texts_of(app))
    assert "DoWhy lists u as an instrument, but it is not observed" in texts_of(page)
