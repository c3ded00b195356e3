from causal_core.graph import CausalGraph
from causal_core.study.options import EstimateOptions


def options(app):
    return app.session_state["open_study"].study.estimate


def by_label(widgets, label):
    return next(each for each in widgets if each.label == label)


def test_squares_interactions_and_nuisances_are_kept_in_the_study(open_demo):
    app = open_demo(
        "nhefs", "estimate", estimate=EstimateOptions(methods=("standardisation", "dml_interactive"))
    )
    squares = by_label(app.multiselect, "Covariates with their square too")
    assert set(squares.options) == {"age", "smokeintensity", "smokeyrs", "wt71"}
    squares.set_value(["age"]).run()
    assert options(app).squares == ("age",)
    interactions = by_label(app.multiselect, "The effect may vary with")
    assert "sex" in interactions.options
    interactions.set_value(["sex"]).run()
    by_label(app.radio, "Machine learning predicts with").set_value("linear").run()
    assert options(app).interactions == ("sex",)
    assert options(app).nuisances == "linear"
    assert not app.exception


def test_what_the_methods_do_not_use_is_not_asked(open_demo):
    app = open_demo("nhefs", "estimate", estimate=EstimateOptions(methods=("ipw",)))
    labels = {each.label for each in (*app.multiselect, *app.radio)}
    assert "Covariates with their square too" in labels
    assert not labels & {"The effect may vary with", "Machine learning predicts with"}


def test_a_faulty_graph_leaves_the_words_to_the_page(open_demo):
    app = open_demo("nhefs", "estimate", graph=CausalGraph([("qsmk", "wt82_71")], latent=["qsmk"]))
    assert not app.exception
    assert not any(each.label == "Covariates with their square too" for each in app.multiselect)
