import pandas as pd

from causal_core.graph import CausalGraph

DEMO = "retention_observational"


def adjusted(app):
    return app.session_state["open_study"].study.question.adjust_for


def tables(app):
    return [each.proto.body for each in app.get("html") if "dos-table" in each.proto.body]


def press(app, ending):
    return next(each for each in app.button if each.key and each.key.endswith(ending)).click().run()


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
        "$$\nP(\\text{kept} \\mid \\mathrm{do}(\\text{offer})) = "
        "\\sum_{\\text{engagement}, \\text{support\\_calls}, \\text{tenure}}"
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
    assert "**Instruments** · 1" in said
    assert "- letter" in said
    assert "the **hedge** that stands in the way" in said
    assert "What would make it identifiable" in said
    (table,) = tables(page)[:1]
    assert "Measure keenness" in table
    assert "Use letter as an instrument" in table


def test_the_front_door(open_demo, texts_of):
    said = texts_of(open_demo("smoking_tar", "identify"))
    assert "**Identified.** No set exists" in said
    assert "**Front door** through tar" in said
    assert "Tried, and not enough: 1" in said


def test_a_treatment_that_is_not_observed_is_said_with_the_way_out(open_frame, said_by):
    frame = pd.DataFrame({"t": [0, 1] * 20, "y": range(40)})
    graph = CausalGraph(edges=[("t", "y")], latent=["t"])
    page = open_frame(frame, "identify", graph=graph, question={"treatment": "t", "outcome": "y"})
    assert "The treatment 't' is not observed. Choose a measured treatment" in said_by(page)
    assert not page.exception


def test_dowhy_is_asked_and_the_difference_is_said(open_demo, until, texts_of):
    graph = CausalGraph(
        edges=[("u", "offer"), ("offer", "kept"), ("u2", "offer"), ("u2", "kept")], latent=["u", "u2"]
    )
    page = open_demo(DEMO, "identify", graph=graph, question={"adjust_for": None})
    until(page, lambda app: "Different:" in texts_of(app))
    assert "DoWhy lists u as an instrument, but it is not observed" in texts_of(page)


NAPKIN = CausalGraph(
    [("w", "r"), ("r", "smoking"), ("smoking", "cancer")], [("w", "smoking"), ("w", "cancer")]
)


def test_the_napkin_is_derived_a_step_at_a_time(open_demo, texts_of):
    page = open_demo("smoking_tar", "identify", graph=NAPKIN, question={"mediator": None})
    said = texts_of(page)
    assert "**General formula**" in said
    assert "- r given w" in said
    assert "**How it follows** — step 1 of" in said
    assert "chain rule" not in said
    page = press(page, "-next")
    said = texts_of(page)
    assert "step 2 of" in said
    assert "*chain rule of probability*" in said
    page = press(page, "-all")
    said = texts_of(page)
    assert "*rule 2 of the do\\-calculus\\: seeing is as good as setting*" in said
    assert (
        r"Allowed because \(cancer $\perp\!\!\!\perp$ smoking \| r\) in the graph without arrows into r"
        in said
    )
    assert any(r"\begin{aligned}" in each.value for each in page.latex)
    page = press(page, "-back")
    assert "step 1 of" in texts_of(page)


def test_names_too_long_for_a_formula_become_symbols(open_demo, texts_of):
    page = open_demo("nhefs", "identify")
    assert page.latex[0].value.startswith("$$\nP(Y \\mid \\mathrm{do}(X)) = \\sum_{Z_{1}, Z_{2}")
    assert "$Z_{1}$ active · $Z_{2}$ age" in texts_of(page)
    toggle = next(each for each in page.toggle if each.key.endswith("-short"))
    page = toggle.set_value(False).run()
    assert "\\text{active}" in page.latex[0].value


def test_a_name_left_free_in_the_formula_is_explained(open_demo, texts_of):
    napkin = CausalGraph(
        [("tenure", "engagement"), ("engagement", "offer"), ("offer", "kept")],
        [("tenure", "offer"), ("tenure", "kept")],
    )
    said = texts_of(open_demo(DEMO, "identify", graph=napkin, question={"adjust_for": None}))
    assert "Any one value may be put in for engagement: by the graph the result is the same." in said


def test_the_set_of_least_variance_is_marked(open_demo, texts_of):
    kept = CausalGraph([("tenure", "offer"), ("tenure", "kept"), ("offer", "kept"), ("engagement", "kept")])
    said = texts_of(open_demo(DEMO, "identify", graph=kept, question={"adjust_for": None}))
    assert "- tenure" in said
    assert "- engagement, tenure — *least variance, not minimal*" in said
    assert "the O\\-set" in said


def test_another_question_is_read_without_changing_the_study(open_demo, texts_of):
    page = open_demo("smoking_tar", "identify")
    boxes = {each.key.split("-")[-1]: each for each in [*page.multiselect, *page.selectbox] if each.key}
    page = boxes["effect"].set_value("direct").run()
    said = texts_of(page)
    assert "**The direct effect of smoking on cancer.**" in said
    page = (
        next(e for e in page.multiselect if e.key.endswith("-treatments")).set_value(["smoking", "tar"]).run()
    )
    said = texts_of(page)
    assert "**The direct effect of smoking and tar on cancer.**" in said
    assert "One instrument cannot tell the effects of several treatments apart." in said
    page = next(e for e in page.multiselect if e.key.endswith("-outcomes")).set_value([]).run()
    assert "No outcome is named\\." in texts_of(page)
    asked = page.session_state["open_study"].study.question
    assert (asked.treatment, asked.outcome) == ("smoking", "cancer")
    assert not page.exception


def test_a_choice_that_is_not_drawn_is_said_with_its_part(open_demo, texts_of):
    page = open_demo("smoking_tar", "identify", graph=NAPKIN)
    assert "In the question's mediator\\: tar is not a node of the graph" in texts_of(page)


def test_many_sets_are_folded_also_within_a_fold(open_demo, texts_of):
    edges = [("offer", "kept")]
    for one, other in (("a", "b"), ("c", "d"), ("e", "f")):
        edges += [(one, "offer"), (one, other), (other, "kept")]
    page = open_demo(DEMO, "identify", graph=CausalGraph(edges), question={"adjust_for": None})
    said = texts_of(page)
    assert not page.exception
    assert "**Adjustment sets** · 8 minimal" in said
    assert "- a, c, e — *smallest*" in said
    assert "- b, d, f — *least variance*" in said
    assert [each.label for each in page.expander].count("2 more") == 2
