"""The Network page: beliefs, seeing against doing, spread, explanation, worth, tables, files."""

import numpy as np
import pandas as pd
import pytest

from causal_core.graph import CausalGraph
from tests.app.shown import by_label, figures, tables


@pytest.fixture
def opened(open_frame, until):
    def show(frame, graph, network=None, **question):
        page = open_frame(frame, "network", graph=graph, question=question)
        page = until(page, lambda app: len(app.segmented_control) == 2 or app.error)
        if network:
            chosen = by_label(page.selectbox, "Network")
            chosen.select(next(each for each in chosen.options if network in each)).run()
        assert not page.exception
        return page

    return show


@pytest.fixture
def rough():
    random = np.random.default_rng(0)
    z = random.integers(0, 2, 400)
    x = (random.random(400) < 0.2 + 0.6 * z).astype(int)
    y = (random.random(400) < 0.2 + 0.3 * z + 0.2 * x).astype(int)
    frame = pd.DataFrame({"z<b>": np.where(z, "$a$", "b*"), "x": x, "y": y, "n": random.normal(size=400)})
    frame.loc[:9, "y"] = None
    graph = CausalGraph(edges=[("z<b>", "x"), ("z<b>", "y"), ("x", "y"), ("y", "n")])
    return frame, graph


def at(page, view):
    by_label(page.segmented_control, "More").set_value(view).run()
    assert not page.exception
    return page


def take(page, node, level, mode="See"):
    by_label(page.segmented_control, "A click on a level means").set_value(mode).run()
    by_label(page.selectbox, "Node").select(node).run()
    by_label(page.selectbox, "Level").select(level).run()
    by_label(page.button, f"{mode} it").click().run()
    assert not page.exception
    return page


def written(figure):
    return [text for trace in figure["data"] for text in trace.get("text") or [] if isinstance(text, str)]


def test_a_network_is_learned_seen_and_set(opened, rough, said_by):
    page = opened(*rough, treatment="x", outcome="y")
    said = said_by(page)
    assert "10 rows lack a value in some node and are left out." in said
    assert "n is cut into 4 parts of about as many rows each." in said
    assert "<b>z&lt;b&gt;</b>" in written(figures(page)[0])
    assert "P(\\text{y} \\mid \\mathrm{do}(\\text{x})) = \\sum_{\\text{z<b>}}" in page.latex[1].value
    assert "The two differ where the mix of z<b> differs" in said
    take(page, "x", "1")
    assert "Seen: x = 1" in said_by(page).replace("*", "")
    assert "<b>see · x</b>" in written(figures(page)[0])
    by_label(page.button, "Take it back").click().run()
    assert "Seen" not in said_by(page).replace("**Seen.**", "")
    take(page, "x", "1", "Do")
    assert "<b>do · x</b>" in written(figures(page)[0])
    by_label(page.button, "Take all back").click().run()
    assert "<b>x</b>" in written(figures(page)[0])
    by_label(page.number_input, "Parts of a number").set_value(3).run()


def test_hidden_causes_leave_some_beliefs_open(opened, said_by):
    frame = pd.DataFrame({"x": [0, 1, 0, 1] * 9, "y": [0, 1, 1, 1] * 9})
    page = opened(frame, CausalGraph(edges=[("x", "y")], bidirected=[("x", "y")]), treatment="x", outcome="y")
    assert "What setting x does to y is not known" in said_by(page)
    take(page, "x", "1", "Do")
    assert written(figures(page)[0]).count("?") == 2
    for view in ("How it spreads", "What explains it", "What to ask next"):
        assert "With hidden causes" in said_by(at(page, view))


def test_published_networks_spread_explain_and_ask(opened, rough, said_by):
    page = opened(*rough, "Chest clinic", treatment="x", outcome="y")
    assert "43.6 %" in written(figures(page)[0])
    take(page, "dysp", "yes")
    at(page, "How it spreads")
    by_label(page.selectbox, "New evidence on").select("smoke").run()
    by_label(page.slider, "Step").set_value(1).run()
    assert "Green: reached now. Beliefs move: lung by 4.6 points, bronc by 4.6 points" in said_by(page)
    assert "The most probable state" in said_by(at(page, "What explains it"))
    assert "known" in tables(page)
    at(page, "What to ask next")
    by_label(page.selectbox, "To learn about").select("lung").run()
    assert "Ask for either" in said_by(page)


def test_a_table_that_does_not_add_up_is_named(opened, rough, said_by, edit_cells):
    page = at(opened(*rough, "Chest clinic", treatment="x", outcome="y"), "Tables")
    by_label(page.selectbox, "Table of").select("tub").run()
    page = edit_cells(page, "network-edit-tub", {1: {"level 0": 0.5}})
    by_label(page.button, "Use this table").click().run()
    assert "The chances of tub where asia = no add up to 1.49" in said_by(page)


def test_files_that_are_no_networks_are_refused_in_words(opened, rough, said_by, until):
    page = opened(*rough, "A file of a network", treatment="x", outcome="y")
    for name, text, said in (
        ("rain.bif", "network n { } hello", "This is no Bayesian network in BIF: it declares no variable."),
        ("rain.xdsl", "\x80\x04pickled", "rain.xdsl is no network in this format."),
        (
            "rain.bif",
            "variable x { type discrete [2] { a, b }; } probability ( x ) { table 0.5, 0.6; }",
            "The chances of x do not add up to 1.",
        ),
    ):
        page.file_uploader[0].upload(name, text.encode(), "text/plain").run()
        page = until(page, lambda app, said=said: said in said_by(app))
        assert not page.exception
    good = "variable x { type discrete [2] { a/b, < 5 }; } probability ( x ) { table 0.5, 0.5; }"
    page.file_uploader[0].upload("rain.bif", good.encode(), "text/plain").run()
    page = until(page, lambda app: len(app.get("plotly_chart")) > 0)
    assert {"a/b", "&lt; 5"} <= set(written(figures(page)[0]))
    assert "The network has one node only." in said_by(page)
    chain = "variable x0 { type discrete [2] { a, b }; } probability ( x0 ) { table 0.5, 0.5; } " + " ".join(
        f"variable x{n} {{ type discrete [2] {{ a, b }}; }} probability ( x{n} | x{n - 1} ) "
        "{ (a) 0.9, 0.1; (b) 0.2, 0.8; }"
        for n in range(1, 70)
    )
    page.file_uploader[0].upload("chain.bif", chain.encode(), "text/plain").run()
    page = until(page, lambda app: "70 nodes are too many for a picture: drawn are x0" in said_by(app))
    assert {"<b>x0</b>", "<b>x1</b>"} <= set(written(figures(page)[0]))
    assert "<b>x9</b>" not in written(figures(page)[0])
    assert not page.exception
