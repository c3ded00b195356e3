"""A suggestion against a drawing, and taking differences over."""

import re

import pytest

from causal_core.discovery import Frequencies, Suggested, SuggestedEdge, Suggestion
from causal_core.discovery.difference import accept, differences
from causal_core.discovery.picture import DARK, pictures
from causal_core.graph import CausalGraph
from causal_core.graph.layout import layered
from causal_core.problem import GraphError

COLUMNS = tuple("abcdefgh")


def suggested(*edges, columns=COLUMNS):
    suggestion = Suggestion("fci", columns, tuple(SuggestedEdge(*each) for each in edges), (), "", 10)
    return Suggested(suggestion, Frequencies(0, 0, ()))


def one(graph, *edges):
    (found,) = differences(graph, suggested(*edges))
    return found.kind, found.drawn, found.suggested, [change.label for change in found.changes]


AB = CausalGraph([("a", "b")])
BA = CausalGraph([("b", "a")])
ARC = CausalGraph(nodes=("a", "b"), bidirected=[("a", "b")])
HIDDEN = CausalGraph([("u", "a"), ("u", "b")], latent=["u"])
NOTHING = CausalGraph(nodes=("a",))


@pytest.mark.parametrize(
    ("graph", "edge", "kind", "labels"),
    [
        (AB, ("a", "b", "->"), "same", []),
        (BA, ("a", "b", "->"), "direction", ["Draw a → b instead"]),
        (ARC, ("a", "b", "->"), "direction", ["Draw a → b instead"]),
        (NOTHING, ("a", "b", "->"), "suggested", ["Draw a → b"]),
        (AB, ("a", "b", "--"), "undecided", []),
        (NOTHING, ("a", "b", "--"), "suggested", ["Draw a → b", "Draw b → a"]),
        (AB, ("a", "b", "<->"), "direction", ["Draw a ↔ b instead"]),
        (ARC, ("a", "b", "<->"), "same", []),
        (HIDDEN, ("a", "b", "<->"), "same", []),
        (NOTHING, ("a", "b", "<->"), "suggested", ["Draw a ↔ b"]),
        (AB, ("a", "b", "o->"), "undecided", []),
        (ARC, ("a", "b", "o->"), "undecided", []),
        (BA, ("a", "b", "o->"), "direction", ["Draw a → b instead", "Draw a ↔ b instead"]),
        (NOTHING, ("a", "b", "o->"), "suggested", ["Draw a → b", "Draw a ↔ b"]),
        (BA, ("a", "b", "o-o"), "undecided", []),
        (NOTHING, ("a", "b", "o-o"), "suggested", ["Draw a → b", "Draw b → a", "Draw a ↔ b"]),
    ],
)
def test_a_pair_is_judged_by_its_marks(graph, edge, kind, labels):
    assert one(graph, edge)[::3] == (kind, labels)


def test_what_is_drawn_and_not_suggested_can_be_taken_away():
    assert one(BA) == ("drawn", "b → a", "", ["Take b → a away"])
    assert one(HIDDEN) == ("drawn", "a ← u → b", "", [])
    both = CausalGraph([("a", "b"), ("u", "a"), ("u", "b")], bidirected=[("a", "b")], latent=["u"])
    assert one(both)[3] == ["Take a → b, a ↔ b away"]


def test_differences_come_first_and_unsearched_nodes_not_at_all():
    graph = CausalGraph([("a", "b"), ("c", "d"), ("z", "a"), ("f", "e")])
    found = differences(graph, suggested(("a", "b", "->"), ("g", "h", "->"), ("e", "f", "->")))
    assert [(each.one, each.other, each.kind) for each in found] == [
        ("e", "f", "direction"),
        ("g", "h", "suggested"),
        ("c", "d", "drawn"),
        ("a", "b", "same"),
    ]


def test_accepting_changes_that_pair_alone():
    graph = CausalGraph(
        [("a", "b"), ("b", "c")],
        bidirected=[("a", "b"), ("a", "c")],
        positions={"a": (0, 0), "b": (1, 0), "c": (2, 0)},
        notes={("a", "b"): "seen in a trial", "c": "a note", ("b", "c"): "kept"},
    )
    (change,) = differences(graph, suggested(("b", "a", "->")))[0].changes
    after = accept(graph, change)
    assert set(after.edges) == {("b", "a"), ("b", "c")}
    assert after.bidirected == (("a", "c"),)
    assert after.positions == graph.positions
    assert dict(after.notes) == {"c": "a note", ("b", "c"): "kept"}
    (new,) = [
        each.changes[0]
        for each in differences(graph, suggested(("c", "h", "<->")))
        if each.kind == "suggested"
    ]
    grown = accept(graph, new)
    assert grown.nodes == ("a", "b", "c", "h")
    assert ("c", "h") in grown.bidirected


def test_a_circle_and_an_arrow_into_chance_are_refused_by_name():
    chain = CausalGraph([("a", "b"), ("b", "c")])
    (change,) = [
        each.changes[0]
        for each in differences(chain, suggested(("c", "a", "->")))
        if each.kind == "suggested"
    ]
    with pytest.raises(GraphError, match=r"a.*b.*c"):
        accept(chain, change)
    drawn = CausalGraph(nodes=("a", "b"), randomised=["b"])
    (into,) = differences(drawn, suggested(("a", "b", "->")))[0].changes
    with pytest.raises(GraphError, match="b"):
        accept(drawn, into)


def test_both_pictures_share_size_and_places_and_show_names_as_text():
    odd = "<script>&"
    graph = CausalGraph([("a", "b"), ("b", odd)], latent=["a"])
    found = suggested(("b", odd, "o->"), ("b", "new", "<->"), columns=("b", odd, "new"))
    listed = differences(graph, found)
    left, right = pictures(graph, found, listed, layered(graph), DARK)
    assert "<script>" not in left + right
    assert "&lt;script&gt;&amp;" in left
    places = [re.findall(r"<text x=\"([\d.]+)\" y=\"([\d.]+)\"", picture) for picture in (left, right)]
    assert places[0] == places[1]
    assert len(places[0]) == 4
    assert re.search(r"viewBox=\"[^\"]+\"", left).group() == re.search(r"viewBox=\"[^\"]+\"", right).group()
    assert left.count("<polygon") == 2
    assert right.count("<polygon") == 3
    assert right.count("<circle") == 1
