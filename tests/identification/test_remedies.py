import pytest
from hypothesis import given, settings

from causal_core.graph import CausalGraph
from causal_core.identification import adjustment_sets, identify, remedies
from causal_core.identification.experiments import Obstacle, obstacle, without_arrows_into
from causal_core.identification.projection import latent_projection
from causal_core.identification.question import Question
from tests.identification.brute import graphs

BOW = CausalGraph([("x", "y")], [("x", "y")])
HIDDEN = CausalGraph([("u", "x"), ("u", "y"), ("x", "y"), ("z", "x")], latent="u")
FRONT = CausalGraph([("x", "m"), ("m", "y")], [("x", "y")])
TIED_FRONT = CausalGraph([("x", "m"), ("m", "y")], [("m", "y"), ("x", "y")])


def told(graph, x="x", y="y", **bounds):
    return [
        (r.kind, r.nodes, r.helps, r.identifiable, r.adjustment_set) for r in remedies(graph, x, y, **bounds)
    ]


@pytest.mark.parametrize(
    ("graph", "found"),
    [
        (
            BOW,
            [
                ("common cause", ("x", "y"), True, True, frozenset({"the common cause of x and y"})),
                ("randomise", ("x",), True, True, frozenset()),
            ],
        ),
        (
            HIDDEN,
            [
                ("measure", ("u",), True, True, frozenset("u")),
                ("randomise", ("x",), True, True, frozenset()),
                ("instrument", ("z",), True, False, None),
            ],
        ),
        (
            TIED_FRONT,
            [
                ("common cause", ("m", "y"), True, True, None),
                ("common cause", ("x", "y"), True, True, frozenset({"the common cause of x and y"})),
                ("randomise", ("x",), True, True, frozenset()),
                ("randomise", ("m",), False, False, None),
            ],
        ),
        (CausalGraph([("z", "x"), ("z", "y"), ("x", "y")]), []),
    ],
)
def test_each_change_is_tried_and_listed(graph, found):
    assert told(graph) == found
    assert remedies(graph, "x", "y").complete


def test_the_reasons_are_told():
    assert [(r.text, r.reason) for r in remedies(TIED_FRONT, "x", "y")] == [
        (
            "Measure what acts on both m and y",
            "No set exists, but the effect then follows by the front door through m and the common cause of "
            "m and y.",
        ),
        (
            "Measure what acts on both x and y",
            "Adjusting for the common cause of x and y closes every path of bias between x and y, and every "
            "causal path is left open.",
        ),
        (
            "Randomise x",
            "In an experiment on x, nothing need be adjusted for: no path of bias between x and y is open, "
            "and every causal path is left open.",
        ),
        ("Randomise m", "Hidden common causes still tie m, x and y together."),
    ]


def test_an_experiment_on_another_node_is_joined_with_the_rows_at_hand():
    arcs = [("b", "x"), ("b", "a"), ("b", "y"), ("x", "y")]
    graph = CausalGraph([("b", "x"), ("x", "a"), ("a", "y")], arcs)
    (found,) = (r for r in remedies(graph, "x", "y") if (r.kind, r.nodes) == ("randomise", ("b",)))
    assert (found.helps, found.identifiable, found.adjustment_set) == (True, True, None)
    assert found.reason == (
        "The experiment shows what b does; together with the rows at hand that gives the effect."
    )


def test_where_the_front_door_is_open_already_only_a_set_is_missing():
    assert told(FRONT) == [
        ("common cause", ("x", "y"), True, True, frozenset({"the common cause of x and y"})),
        ("randomise", ("x",), True, True, frozenset()),
        ("randomise", ("m",), False, True, None),
    ]


def test_pairs_are_tried_when_no_single_change_helps():
    graph = CausalGraph([("x1", "y"), ("x2", "y")], [("x1", "y"), ("x2", "y")], nodes=["x1", "x2", "y"])
    causes = {each: f"the common cause of {each} and y" for each in ("x1", "x2")}
    assert told(graph, ["x1", "x2"]) == [
        ("pair", ("x1", "x2"), True, True, frozenset()),
        ("pair", ("x1", "x2", "y"), True, True, frozenset({causes["x2"]})),
        ("pair", ("x1", "y", "x2", "y"), True, True, frozenset(causes.values())),
        ("pair", ("x2", "x1", "y"), True, True, frozenset({causes["x1"]})),
        ("common cause", ("x1", "y"), False, False, None),
        ("common cause", ("x2", "y"), False, False, None),
        ("randomise", ("x1",), False, False, None),
        ("randomise", ("x2",), False, False, None),
        ("pair", ("x1", "x1", "y"), False, False, None),
        ("pair", ("x2", "x2", "y"), False, False, None),
    ]
    assert remedies(graph, ["x1", "x2"], "y")[1].text == "Randomise x1 and measure what acts on both x2 and y"


def test_a_limit_says_that_more_could_be_tried():
    found = remedies(TIED_FRONT, "x", "y", limit=2)
    assert (len(found), found.complete) == (2, False)


def test_a_surrogate_experiment_as_in_the_literature():
    """Bareinboim & Pearl 2012, "Causal inference by surrogate experiments": z randomised in place of x."""
    graph = CausalGraph([("z", "x"), ("x", "y")], [("z", "x"), ("z", "y")])
    assert not identify(graph, "x", "y").identifiable
    assert obstacle(graph, "y", "x") == Obstacle(frozenset("xyz"), frozenset("y"))
    assert obstacle(graph, "y", "x", [frozenset("z")]) is None
    assert ("randomise", ("z",), True, True, frozenset()) in told(graph)


@settings(max_examples=150, deadline=None)
@given(graphs(smallest=3, largest=6))
def test_without_an_experiment_the_obstacle_is_that_of_id(graph):
    projected = latent_projection(graph)
    assert (obstacle(projected, "y", "x") is None) == identify(graph, "x", "y").identifiable
    assert obstacle(projected, "y", "x", [frozenset("x")]) is None


@settings(max_examples=60, deadline=None)
@given(graphs(smallest=3, largest=5))
def test_remedies_hold_in_the_graph_they_speak_of(graph):
    already = identify(graph, "x", "y").identifiable
    if adjustment_sets(graph, "x", "y", limit=1):
        assert remedies(graph, "x", "y") == ()
        return
    for remedy in remedies(graph, "x", "y"):
        if remedy.kind == "measure":
            changed = graph.replace(latent=graph.latent - set(remedy.nodes))
        elif remedy.kind == "common cause":
            arcs = [pair for pair in graph.bidirected if set(pair) != set(remedy.nodes)]
            new = f"the common cause of {remedy.nodes[0]} and {remedy.nodes[1]}"
            edges = [*graph.edges, *((new, end) for end in remedy.nodes)]
            changed = graph.replace(edges=edges, bidirected=arcs, nodes=[*graph.nodes, new])
        elif remedy.kind == "randomise" and remedy.nodes == ("x",):
            changed = without_arrows_into(graph, "x")
        else:
            continue
        sets = adjustment_sets(changed, "x", "y")
        assert remedy.adjustment_set == (sets[0] if sets else None)
        assert remedy.identifiable == identify(changed, "x", "y").identifiable
        assert remedy.helps == (bool(sets) or (remedy.identifiable and not already))
        assert Question.ask(changed, "x", "y")
