import json

import pandas as pd

from causal_core.graph import CausalGraph
from causal_core.study.options import ValidateOptions


def test_one_section_at_a_time_is_shown(open_demo, texts_of):
    app = open_demo("kidney_stones", "validate")
    assert not app.exception
    assert app.get("page_link")[-1].proto.page == "refute"
    assert "defensible" in app.title[0].value
    assert "In a world fitted to these data" not in texts_of(app)
    app.segmented_control[0].set_value("Repeat this study").run()
    assert not app.exception
    assert "In a world fitted to these data" in texts_of(app)
    app.switch_page("pages/data.py").run()
    app.switch_page("pages/validate.py").run()
    assert "In a world fitted to these data" in texts_of(app)


def start(app, until, step):
    # Another test may have asked the same; then the engine has kept the answer.
    if any(each.key == f"start-{step}" for each in app.button):
        app.button(key=f"start-{step}").click().run()
    return until(app, lambda app: app.get("plotly_chart") or app.error)


def plain(app, texts_of):
    return texts_of(app).replace("\\", "") + "\n".join(element.proto.body for element in app.get("html"))


def few_methods(app):
    token = app.session_state["open_study"].token
    return (
        app.multiselect(key=f"validate-methods-{token}").set_value(["linear_regression", "ipw", "aipw"]).run()
    )


def test_the_methods_tried_are_named_and_chosen_behind_a_button(open_demo, texts_of):
    app = few_methods(open_demo("retention_observational", "validate"))
    assert not app.exception
    tried = app.session_state["open_study"].study.validate.methods
    assert tried == ("linear_regression", "ipw", "aipw")
    assert "Linear regression · Inverse probability weighting · Doubly robust (AIPW)" in texts_of(app)


def test_every_set_by_every_method_is_drawn_and_summed_up(open_demo, until, texts_of):
    app = few_methods(open_demo("retention_observational", "validate"))
    app = start(app, until, "curve")
    page = plain(app, texts_of)
    assert not app.exception
    assert "ATE: over everybody" in page
    assert "Variance-weighted: with most weight" in page
    assert "not independent evidence" in page
    assert "The method moves it more than the set." in page
    assert len(app.get("plotly_chart")) == 2
    assert "in use on Estimate; smallest possible" in page
    token = app.session_state["open_study"].token
    sets = app.multiselect(key=f"validate-shown-sets-{token}")
    sets.set_value(sets.options[:1]).run()
    assert "2 specifications (1 set, 2 methods)" in plain(app, texts_of)
    assert len(app.get("plotly_chart")) == 1
    assert "Other quantities that one specification alone gives" in plain(app, texts_of)
    assert "There is only one set to choose from." in plain(app, texts_of)
    app.multiselect(key=f"validate-shown-methods-{token}").set_value([]).run()
    assert "turn a set and a method on" in plain(app, texts_of)
    assert not app.exception


def test_a_clicked_specification_is_read_in_full_and_its_set_can_be_used(open_demo, until, texts_of):
    app = start(few_methods(open_demo("retention_observational", "validate")), until, "curve")
    app = click(app, 0, 3)
    html = app.get("html")[-2].proto.body
    assert "Linear regression" not in html
    assert "10,000" in html
    token = app.session_state["open_study"].token
    app.button(key=f"validate-use-0-{token}").click().run()
    assert not app.exception
    adjusted = app.session_state["open_study"].study.question.adjust_for
    assert {"engagement", "support_calls", "tenure"} < set(adjusted)


def click(app, chart, place):
    """The app after a click on the point at `place` of its chart number `chart`."""
    states = app._tree.get_widget_states()
    state = states.widgets.add()
    state.id = app.get("plotly_chart")[chart].proto.id
    picked = {"points": [{"x": place}], "point_indices": [place], "box": [], "lasso": []}
    state.string_value = json.dumps({"selection": picked})
    return app._tree._runner._run(states)


def test_a_graph_without_a_set_is_said(open_demo, texts_of):
    app = open_demo("encouragement", "validate")
    assert "By the graph no set of these columns identifies the effect" in plain(app, texts_of)
    assert not app.exception
    assert not app.error
    assert not app.multiselect


def repeat_of(app):
    return app.segmented_control[0].set_value("Repeat this study").run()


def test_a_study_is_repeated_and_each_method_judged(open_demo, until, texts_of):
    app = repeat_of(open_demo("nhefs", "validate"))
    token = app.session_state["open_study"].token
    assert app.multiselect(key=f"validate-repeat-methods-{token}").value == ["aipw"]
    app.multiselect(key=f"validate-repeat-methods-{token}").set_value(["aipw", "difference_in_means"]).run()
    app.select_slider(key=f"validate-repeat-count-{token}").set_value(100).run()
    assert app.button(key="start-repeat").label == "Repeat this study 100 times"
    app = start(app, until, "repeat")
    page = plain(app, texts_of)
    assert not app.exception
    assert "✓ In a world like these data, Doubly robust (AIPW) does what its 95 % interval promises." in page
    assert "Difference in means misses the truth too often, because its estimates are off target." in page
    assert "of 100 repetitions" in page
    app.checkbox(key=f"validate-check-repeat-{token}").check().run()
    options = app.session_state["open_study"].study.validate
    assert options == ValidateOptions(("repeat",), repeated=("aipw", "difference_in_means"), repetitions=100)
    assert "nothing hidden stands behind treatment and outcome" in page
    assert len(app.get("plotly_chart")) == 2
    app.multiselect(key=f"validate-repeat-methods-{token}").set_value([]).run()
    assert "Choose at least one method" in plain(app, texts_of)
    assert not app.exception


def test_a_world_is_not_made_where_nothing_identifies_the_effect(open_demo, texts_of):
    app = repeat_of(open_demo("encouragement", "validate"))
    assert "do not identify the effect" in plain(app, texts_of)
    assert not app.exception
    assert not app.error
    assert not app.multiselect
    assert [each.proto.page for each in app.get("page_link")] == ["identify", "refute"]


def test_names_from_data_are_shown_as_text(open_frame, until):
    treatment, covariate, outcome = "_t_", ":red[$x$]", "<img src=x onerror=alert(1)>"
    rows = range(160)
    frame = pd.DataFrame(
        {
            treatment: [row % 3 % 2 for row in rows],
            covariate: [float(row * row % 17) for row in rows],
            outcome: [float(row * 7 % 11) for row in rows],
        }
    )
    app = open_frame(
        frame,
        "validate",
        graph=CausalGraph([(treatment, outcome), (covariate, treatment), (covariate, outcome)]),
        question={"treatment": treatment, "outcome": outcome, "unit": "*kg* $x$"},
        validate=ValidateOptions(methods=("ipw", "aipw"), repeated=("ipw",), repetitions=20),
    )
    for step in ("curve", "repeat"):
        if step == "repeat":
            app = repeat_of(app)
        app = start(app, until, step)
        assert not app.exception
        for element in (*app.markdown, *app.caption):
            assert "<img" not in element.value.replace("\\<", "")
            assert ":red[" not in element.value
            assert " *kg*" not in element.value
        for chart in app.get("plotly_chart"):
            assert "<img" not in chart.proto.spec


def test_arms_are_chosen_by_name(open_demo, until, texts_of):
    options = ValidateOptions(methods=("ipw", "aipw"), repeated=("ipw",), repetitions=20)
    app = start(open_demo("premium", "validate", validate=options), until, "curve")
    token = app.session_state["open_study"].token
    arm = app.selectbox(key=f"validate-curve-arm-{token}")
    first = plain(app, texts_of)
    arm.set_value(arm.options[1]).run()
    assert len(arm.options) == 2
    assert plain(app, texts_of) != first
    assert not app.exception
