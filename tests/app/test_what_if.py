"""The What-if page: doing against seeing, one row, levers, shares and the model."""

import numpy as np
import pandas as pd
import pytest

from causal_core.graph import CausalGraph
from causal_core.study.options import EstimateOptions
from tests.app.shown import by_label, figures, tables

GRAPH = CausalGraph(
    edges=[("in<b>come", "mail"), ("in<b>come", "spend"), ("mail", "spend"), ("group", "spend")],
    nodes=["aside"],
)


@pytest.fixture
def frame():
    random = np.random.default_rng(0)
    income = random.normal(size=400)
    mail = (income + random.normal(size=400) > 0).astype(int)
    spend = 10 + income + 2 * mail + random.normal(size=400)
    return pd.DataFrame(
        {
            "in<b>come": income,
            "mail": mail,
            "group": np.resize(["a", "b"], 400),
            "spend": spend,
            "aside": random.normal(size=400),
            "period": np.repeat(["old", "new"], 200),
        }
    )


@pytest.fixture
def opened(open_frame, frame, until, said_by):
    def show(graph=GRAPH, **parts):
        question = {"treatment": "mail", "outcome": "spend", "unit": "EUR"}
        page = open_frame(parts.pop("frame", frame), "what_if", graph=graph, question=question)
        if page.button and page.button[0].label == "Fit how every node comes about":
            page.button[0].click().run()
            page = until(
                page,
                lambda app: bool(app.segmented_control or app.error or said_by(app).count("one effect does")),
            )
        return page

    return show


def at(page, view):
    page.segmented_control[0].set_value(view).run()
    assert not page.exception
    return page


def test_doing_is_told_beside_seeing(opened, said_by):
    page = opened()
    assert not page.exception
    said = said_by(page)
    assert "Under this model, setting mail to 1 takes the mean of spend from" in said
    assert "confounding" in said
    picture = figures(page)[0]
    assert picture["layout"]["title"]["text"] == "spend when mail is set, and where it is seen"
    assert "aside" not in tables(page)
    assert "<b>come" not in tables(page)
    by_label(page.selectbox, "Set").select("in<b>come").run()
    assert "Shift by" in by_label(page.radio, "How").options
    by_label(page.radio, "How").set_value("Shift by").run()
    assert "shifting in<b>come by" in said_by(page)
    by_label(page.selectbox, "For").set_value(1).run()
    assert "where in<b>come is above" in said_by(page)
    by_label(page.selectbox, "Look at").select_index(0).run()
    assert not page.exception


def test_values_that_nobody_has_are_warned_of(opened, said_by, frame):
    page = opened(frame=frame.assign(mail=np.where(np.arange(400) < 5, 1, 0)))
    assert "Only 5 of 400 rows are near mail = 1" in said_by(page)


def test_values_and_shifts_out_of_all_that_was_seen_are_warned_of(opened, said_by):
    page = opened()
    by_label(page.selectbox, "Set").select("in<b>come").run()
    by_label(page.radio, "How").set_value("Type a value").run()
    by_label(page.number_input, "Value").set_value(50.0).run()
    said = said_by(page)
    assert "None of 400 rows is near in<b>come = 50, which lies outside all that was seen (" in said
    assert "setting in<b>come to 50 takes" in said
    by_label(page.radio, "How").set_value("Shift by").run()
    by_label(page.slider, "Shift by").set_value(2.0).run()
    assert "of people out of all that was seen of it (" in said_by(page)
    assert not page.exception


def test_an_estimate_of_the_same_effect_stands_beside_the_model(opened, said_by, until):
    page = opened(estimate=EstimateOptions(methods=("regression_adjustment",)))
    assert "Beside Estimate" not in said_by(page)
    page.switch_page("pages/estimate.py").run()
    page.button(key="start-estimate").click().run()
    page = until(
        page, lambda app: not app.button or app.button[0].key not in {"start-estimate", "cancel-estimate"}
    )
    page.switch_page("pages/what_if.py").run()
    said = said_by(page)
    assert "Beside Estimate." in said
    assert "mail = 1 instead of 0, over everybody: this model changes the mean of spend by +" in said
    assert "They agree" in said
    by_label(page.selectbox, "Set").select("in<b>come").run()
    assert "Beside Estimate" not in said_by(page)


def test_one_row_is_told_in_three_steps(opened, said_by):
    page = at(opened(), "One row")
    said = said_by(page)
    for step in ("1. Abduction", "2. Action", "3. Prediction"):
        assert step in said
    assert "had mail been 1 and not 0, spend would have been" in said
    assert "EUR; it was" in said
    assert "mail := 1" in said
    by_label(page.selectbox, "Set to").select(0).run()
    assert "mail is 0 in this row, so nothing would have been otherwise" in said_by(page)


def test_a_row_s_counterfactual_that_is_not_defined_is_no_error(opened, said_by):
    graph = CausalGraph(edges=[("in<b>come", "mail")], bidirected=[("mail", "spend")], nodes=["spend"])
    page = at(opened(graph=graph), "One row")
    by_label(page.selectbox, "Had this been otherwise").select("in<b>come").run()
    assert "is not defined here" in said_by(page)
    assert not page.error


def test_levers_are_compared(opened, said_by):
    page = at(opened(), "Which lever")
    assert "No lever acts on another" in said_by(page)
    by_label(page.multiselect, "Levers").set_value(["in<b>come", "mail"]).run()
    said = said_by(page)
    assert "raises the mean of spend most: +" in said
    assert "acts on mail" in said
    assert "Orange: from one lever to the next" in said
    assert "Sum of each alone" in tables(page)
    by_label(page.multiselect, "Levers").set_value([]).run()
    assert "Choose at least one lever." in said_by(page)


def test_shares_are_told_on_demand(opened, said_by, until):
    page = at(opened(), "Where it comes from")
    page.button(key="start-what_if_shares").click().run()
    page = until(page, lambda app: "of the variance of spend" in said_by(app))
    by_label(page.radio, "Ask").set_value("What changed between two groups").run()
    assert by_label(page.selectbox, "Groups by").value == "period"


def test_the_model_is_shown_and_a_mechanism_chosen_by_hand(opened, said_by, until):
    page = at(opened(), "The model")
    assert "Fitted on 400 rows" in said_by(page)
    assert "as seen" in tables(page)
    by_label(page.radio, "Mechanism").set_value("boosted").run()
    by_label(page.button, "Use it").click().run()
    again = "Fit how every node comes about"
    page = until(page, lambda app: any(button.label == again for button in app.button))
    by_label(page.button, again).click().run()
    page = until(page, lambda app: bool(app.segmented_control))
    assert "boosted, by hand" in tables(at(page, "The model"))


def test_what_the_graph_says_is_unrelated_is_part_of_the_verdict(opened, said_by, until):
    graph = CausalGraph(edges=[("in<b>come", "mail"), ("mail", "spend"), ("group", "spend")])
    page = until(at(opened(graph=graph), "The model"), lambda app: "tested independencies" in said_by(app))
    said = said_by(page)
    assert "The data contradict 1 of 3 tested independencies that its graph implies: in<b>come and" in said
    assert "spend once mail is known (partial correlation" in said
    assert "An arrow or a hidden cause between the two may be missing" in said
    assert page.warning
    assert not page.success
    assert "in&lt;b&gt;come and spend are independent once mail is known." in tables(page)
    assert "the size of in&lt;b&gt;come" in tables(page)


def test_what_cannot_be_modelled_is_said(opened, said_by):
    page = opened(graph=CausalGraph(edges=[("mail", "spend")], bidirected=[("mail", "spend")]))
    assert "A hidden cause moves" in said_by(page)
    assert "needs more than one effect does" in said_by(page)
    assert not page.error
    assert not page.exception


def test_choices_outlive_another_view_another_page_and_another_mechanism(opened, said_by, until):
    page = opened()
    by_label(page.selectbox, "Set").select("in<b>come").run()
    by_label(page.slider, "Set to").set_value(1.5).run()
    page = at(page, "One row")
    by_label(page.number_input, "Which person (complete rows, from 1)").set_value(7).run()
    page = at(page, "The model")
    page.switch_page("pages/data.py").run()
    page.switch_page("pages/what_if.py").run()
    assert page.segmented_control[0].value == "The model"
    by_label(page.radio, "Mechanism").set_value("linear").run()
    next(each for each in page.button if each.label == "Use it").click().run()
    page.button(key="start-what_if").click().run()
    page = until(page, lambda app: bool(app.segmented_control))
    page = at(page, "One row")
    assert by_label(page.number_input, "Which person (complete rows, from 1)").value == 7
    page = at(page, "Do and see")
    assert by_label(page.slider, "Set to").value == 1.5
    assert "setting in<b>come to 1.5" in said_by(page)
