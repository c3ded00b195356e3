import numpy as np
import pandas as pd

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


def test_logarithms_are_kept_in_the_study_and_suggested_where_a_covariate_is_very_skewed(
    open_frame, texts_of
):
    random = np.random.default_rng(2)
    log = random.normal(size=300)
    arm = (random.uniform(size=300) < 1 / (1 + np.exp(-log))).astype(int)
    frame = pd.DataFrame(
        {
            "in_come*": np.exp(9 + 1.5 * log),
            "balance": log,
            "t": arm,
            "y": arm + log + random.normal(size=300),
        }
    )
    app = open_frame(
        frame,
        "estimate",
        graph=CausalGraph([(x, y) for x in ("in_come*", "balance") for y in ("t", "y")] + [("t", "y")]),
        question={"treatment": "t", "outcome": "y"},
        estimate=EstimateOptions(methods=("aipw",)),
    )
    assert "is very skewed: try its logarithm." in texts_of(app)
    assert texts_of(app).count("very skewed") == 1
    logs = by_label(app.multiselect, "Covariates by their logarithm")
    assert logs.options == ["in_come*"]
    assert "natural logarithm" in logs.help
    logs.set_value(["in_come*"]).run()
    assert options(app).logs == ("in_come*",)
    assert "very skewed" not in texts_of(app)
    assert not app.exception
