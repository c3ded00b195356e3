"""The Network page: beliefs, seeing against doing, spread, explanation, worth, tables, files."""

import json

import numpy as np
import pandas as pd
import pytest

from causal_core.graph import CausalGraph
from tests.app.shown import by_label, tables


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


def pictures(page):
    """What the page's pictures, and what hands them answers, are sent."""
    return [json.loads(element.proto.json) for element in page.get("bidi_component")]


def believed(page, place=0):
    """Node -> level -> chance, as a picture shows them."""
    sent = pictures(page)[place]
    return {
        node["name"]: dict(zip([level for level, _ in node["levels"]], chances or [], strict=bool(chances)))
        for node, chances in zip(sent["drawing"]["nodes"], sent["beliefs"], strict=True)
    }


def test_a_network_is_learned_seen_and_set(opened, rough, said_by):
    page = opened(*rough, treatment="x", outcome="y")
    said = said_by(page)
    assert "10 rows lack a value in some node and are left out." in said
    assert "n is cut into 4 parts of about as many rows each." in said
    assert list(believed(page)["z<b>"]) == ["$a$", "b*"]
    assert "P(\\text{y} \\mid \\mathrm{do}(\\text{x})) = \\sum_{\\text{z<b>}}" in page.latex[1].value
    assert "The two differ where the mix of z<b> differs" in said
    take(page, "x", "1")
    assert "Seen: x = 1" in said_by(page).replace("*", "")
    assert pictures(page)[0]["evidence"] == [["x", "See", "1"]]
    now = believed(page)
    assert now["x"] == {"0": 0, "1": 1}
    # The last thing on the page: what the next click will make of all beliefs.
    first = pictures(page)[-1]
    assert (first["picture"], first["mode"]) == (pictures(page)[0]["key"], "See")
    by_label(page.button, "Take it back").click().run()
    assert pictures(page)[0]["beliefs"] == first["answers"]["x"]["1"]
    assert list(now.values()) == [
        dict(zip(levels, told, strict=True))
        for levels, told in zip(now.values(), pictures(page)[-1]["answers"]["x"]["1"], strict=True)
    ]
    assert "Seen" not in said_by(page).replace("**Seen.**", "")
    take(page, "x", "1", "Do")
    assert pictures(page)[0]["evidence"] == [["x", "Do", "1"]]
    by_label(page.button, "Take all back").click().run()
    assert pictures(page)[0]["evidence"] == []
    by_label(page.number_input, "Parts of a number").set_value(3).run()


def test_hidden_causes_leave_some_beliefs_open(opened, said_by):
    frame = pd.DataFrame({"x": [0, 1, 0, 1] * 9, "y": [0, 1, 1, 1] * 9})
    page = opened(frame, CausalGraph(edges=[("x", "y")], bidirected=[("x", "y")]), treatment="x", outcome="y")
    assert "What setting x does to y is not known" in said_by(page)
    take(page, "x", "1", "Do")
    assert believed(page) == {"x": {"0": 0, "1": 1}, "y": {}}
    assert pictures(page)[-1]["answers"] == {"x": {}, "y": {}}
    for view in ("How it spreads", "What explains it", "What to ask next"):
        assert "With hidden causes" in said_by(at(page, view))


def test_published_networks_spread_explain_and_ask(opened, rough, said_by):
    page = opened(*rough, "Chest clinic", treatment="x", outcome="y")
    assert believed(page)["dysp"]["yes"] == pytest.approx(0.4359706, abs=1e-7)
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
    page = until(page, lambda app: "The network has one node only." in said_by(app))
    assert believed(page) == {"x": {"a/b": 0.5, "< 5": 0.5}}
    chain = "variable x0 { type discrete [2] { a, b }; } probability ( x0 ) { table 0.5, 0.5; } " + " ".join(
        f"variable x{n} {{ type discrete [2] {{ a, b }}; }} probability ( x{n} | x{n - 1} ) "
        "{ (a) 0.9, 0.1; (b) 0.2, 0.8; }"
        for n in range(1, 70)
    )
    page.file_uploader[0].upload("chain.bif", chain.encode(), "text/plain").run()
    page = until(page, lambda app: "70 nodes are too many for a picture: drawn are x0" in said_by(app))
    assert list(believed(page)) == ["x0", "x1"]
    assert set(pictures(page)[-1]["answers"]) == {"x0", "x1"}
    assert not page.exception


def test_what_cannot_be_is_said_and_can_be_taken_back(opened, rough, said_by):
    page = opened(*rough, "Chest clinic", treatment="x", outcome="y")
    take(take(page, "lung", "yes"), "either", "no")
    assert "lung = yes, either = no cannot be: its chance is 0." in said_by(page)
    assert set(map(str, believed(page).values())) == {"{}"}
    by_label(page.button, "Take it back").click().run()
    assert believed(page)["either"] == {"yes": 1, "no": 0}
    assert "no" not in pictures(page)[-1]["answers"]["either"]
