"""The Audit page: which model, what it uses, curves through the graph, and protected groups."""

import numpy as np
import pandas as pd
import pytest

from causal_core.graph import CausalGraph
from tests.app.shown import by_label, figures, tables

GRAPH = CausalGraph(
    edges=[
        ("group", "in<b>come"),
        ("group", "street"),
        ("in<b>come", "paid"),
        ("in<b>come", "debt"),
        ("debt", "paid"),
    ]
)


@pytest.fixture
def frame():
    random = np.random.default_rng(0)
    group = random.integers(0, 2, 500)
    income = 2.0 * group + random.normal(size=500)
    street = group + 0.5 * random.normal(size=500)
    debt = -income + random.normal(size=500)
    paid = 10 + income - debt + random.normal(size=500)
    return pd.DataFrame(
        {
            "group": np.array(["a", "b"])[group],
            "in<b>come": income,
            "street": street,
            "debt": debt,
            "paid": paid,
            "score": 3 * street + income - debt,
        }
    )


@pytest.fixture
def opened(open_frame, frame, until):
    def show(graph=GRAPH, **parts):
        question = {"treatment": "group", "outcome": "paid", "control": "a", "unit": "EUR"}
        page = open_frame(parts.pop("frame", frame), "audit", graph=graph, question=question)
        if page.button and page.button[0].label == "Fit how every node comes about":
            page.button[0].click().run()
        return until(page, lambda app: bool(app.radio or app.error))

    return show


def test_a_column_is_audited_and_the_proxy_named(opened, until, said_by):
    page = until(opened(), lambda app: "does nothing to paid" in said_by(app))
    assert not page.exception
    said = said_by(page)
    assert "The model itself is not at hand, so a stand-in is audited" in said
    assert "acting on street moves the prediction and does nothing to paid: a proxy." in said
    assert "leaves paid where it is: the drawing has no way there." in said
    table = tables(page)
    assert "none, by the drawing" in table
    assert "<b>come" not in table
    assert (
        figures(page)[0]["layout"]["title"]["text"] == "What moves the prediction, and what moves the outcome"
    )


def test_an_input_is_moved_through_the_graph(opened, until, said_by):
    page = until(opened(), lambda app: bool(app.segmented_control))
    page.segmented_control[0].set_value("Through the graph").run()
    page = until(page, lambda app: "from the left end to the right" in said_by(app))
    by_label(page.selectbox, "Move").select("in<b>come").run()
    page = until(page, lambda app: "because debt moves too" in said_by(app))
    by_label(page.selectbox, "Move").select("street").run()
    page = until(page, lambda app: "are the same" in said_by(app))
    assert not page.exception


def test_two_groups_are_compared_and_decisions_flip(opened, until, said_by):
    page = until(opened(), lambda app: bool(app.segmented_control))
    page.segmented_control[0].set_value("Protected").run()
    page = until(page, lambda app: "would have been other" in said_by(app))
    assert not page.exception
    said = said_by(page)
    assert "the mean prediction is" in said
    assert "where group = b" in said
    assert "rests on mechanisms that no data can test" in said
    assert len(figures(page)) == 3
    assert by_label(page.selectbox, "Reference group").value == "a"
    ways = by_label(page.multiselect, "Effect along these ways alone")
    assert "group → street → prediction" in ways.options
    ways.set_value(["group → street → prediction"]).run()
    page = until(page, lambda app: "Along the ways chosen alone" in said_by(app))
    short = next(way for way in ways.options if way.count("→") == 2 and "come" in way)
    by_label(page.multiselect, "Effect along these ways alone").set_value([short]).run()
    page = until(page, lambda app: "a recanting witness" in said_by(app))
    assert not page.error
    assert not page.exception


def test_a_model_is_trained_here(opened, until, said_by, frame):
    page = opened(frame=frame.drop(columns="score"))
    assert by_label(page.radio, "The model under audit").value == "Train one here"
    page = until(page, lambda app: "linear (logistic) regression, trained here" in said_by(app).lower())
    by_label(page.multiselect, "Its inputs").set_value([]).run()
    assert "Choose the columns that the model uses." in said_by(page)


def test_a_file_is_asked_for_and_pickles_are_refused(opened, said_by):
    page = opened()
    by_label(page.radio, "The model under audit").set_value("A file: ONNX or LightGBM text").run()
    assert "An ONNX file takes one matrix" in said_by(page)
    assert not page.exception


def test_what_cannot_be_modelled_is_said(open_frame, until, said_by, frame):
    graph = CausalGraph(edges=[("group", "paid")], bidirected=[("group", "paid")])
    page = open_frame(frame, "audit", graph=graph, question={"treatment": "group", "outcome": "paid"})
    page.button[0].click().run()
    page = until(page, lambda app: "A hidden cause moves" in said_by(app))
    assert not page.error
    assert not page.exception
