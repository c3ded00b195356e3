import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from causal_core import CausalGraph, Study
from causal_core.data.demos import demo
from causal_core.identification import explain
from causal_core.identification.see_do import see_do
from causal_core.study.steps import identification
from tests.identification.brute import graphs
from tests.identification.worlds import World

X, Y, C = r"\text{x}", r"\text{y}", r"\text{c}"
FORK = CausalGraph([("c", "x"), ("c", "y"), ("x", "y")])


def test_a_confounder_is_weighed_differently():
    found = see_do(explain(FORK, "x", "y"))
    assert found.adjusted == frozenset("c")
    assert found.same is False
    assert found.see == rf"P({Y} \mid {X}) = \sum_{{{C}}} P({Y} \mid {X}, {C}) \, P({C} \mid {X})"
    assert found.do == rf"P({Y} \mid \mathrm{{do}}({X})) = \sum_{{{C}}} P({Y} \mid {X}, {C}) \, P({C})"
    assert found.see_words == (
        "Take the rows as they came, and look only at those with the chosen value of x. They bring their own "
        "mix of c: each value counts as often as it occurs among them."
    )
    assert found.do_words == (
        "Give every row the chosen value of x, whatever it had. The mix of c is that of all rows, because x "
        "is no cause of it: each value counts as often as it occurs among all."
    )
    assert found.factors.see == (
        rf"P({Y} \mid {X}) = \frac{{\sum_{{{C}}} P({C}) \, P({X} \mid {C}) \, P({Y} \mid {C}, {X})}}"
        rf"{{P({X})}}"
    )
    assert found.factors.do == (
        rf"P({Y} \mid \mathrm{{do}}({X})) = \sum_{{{C}}} P({C}) \, \cancel{{P({X} \mid {C})}} \, "
        rf"P({Y} \mid {C}, {X})"
    )
    assert found.factors.hidden == ()


def test_names_of_the_data_are_text_in_the_formulas():
    found = see_do(identification(Study.load(demo("kidney_stones").study)))
    assert found.do == (
        r"P(\text{success} \mid \mathrm{do}(\text{treatment})) = \sum_{\text{stone\_size}} "
        r"P(\text{success} \mid \text{treatment}, \text{stone\_size}) \, P(\text{stone\_size})"
    )


def test_many_nodes_are_written_as_one_letter():
    graph = CausalGraph([(z, end) for z in "abc" for end in "xy"] + [("x", "y")])
    found = see_do(explain(graph, "x", "y"))
    assert found.stands_for == ("a", "b", "c")
    assert found.see == (
        rf"P({Y} \mid {X}) = \sum_{{\mathbf{{Z}}}} P({Y} \mid {X}, \mathbf{{Z}}) \, P(\mathbf{{Z}} \mid {X})"
    )
    assert found.adjusted == frozenset("abc")


def test_without_bias_seeing_is_doing():
    found = see_do(explain(CausalGraph([("x", "y")]), "x", "y"))
    assert found.same is True
    assert found.see == rf"P({Y} \mid {X})"
    assert found.do == rf"P({Y} \mid \mathrm{{do}}({X})) = P({Y} \mid {X})"
    assert found.gap_words == "By the graph the two are the same: no path of bias between x and y is open."


def test_a_zero_effect():
    confounded = see_do(explain(CausalGraph([("c", "x"), ("c", "y")]), "x", "y"))
    assert confounded.do == rf"P({Y} \mid \mathrm{{do}}({X})) = P({Y})"
    assert confounded.same is False
    apart = see_do(explain(CausalGraph(nodes=["x", "y"]), "x", "y"))
    assert apart.same is True
    backwards = see_do(explain(CausalGraph([("y", "x")]), "x", "y"))
    assert backwards.same is False
    assert backwards.do == rf"P({Y} \mid \mathrm{{do}}({X})) = P({Y})"


def test_the_front_door_has_its_own_formula():
    found = see_do(explain(CausalGraph([("x", "m"), ("m", "y")], [("x", "y")]), "x", "y"))
    assert found.adjusted is None
    assert found.same is False
    assert found.do.startswith(rf"P({Y} \mid \mathrm{{do}}({X})) = \sum")
    assert found.factors is None


def test_what_is_not_identifiable_has_no_formula():
    found = see_do(explain(CausalGraph([("x", "y")], [("x", "y")]), "x", "y"))
    assert found.do == ""
    assert found.same is None
    assert "cannot be written with what is observed. Hidden common causes tie x and y" in found.do_words


def test_hidden_nodes_of_the_factors_are_named():
    graph = CausalGraph([("u", "x"), ("u", "y"), ("x", "y")], latent=["u"])
    assert see_do(explain(graph, "x", "y")).factors.hidden == ("u",)


def test_a_set_of_ones_own_is_used_when_it_is_right():
    graph = CausalGraph([("c", "x"), ("c", "d"), ("d", "y"), ("x", "y")])
    assert see_do(explain(graph, "x", "y", adjust_for=["c", "d"])).adjusted == frozenset("cd")
    assert see_do(explain(graph, "x", "y", adjust_for=[])).adjusted == frozenset("c")


@settings(max_examples=60, deadline=None)
@given(graphs(largest=5), st.integers(0, 2**32))
def test_where_it_says_the_same_the_two_distributions_are(graph, seed):
    found = see_do(explain(graph, "x", "y"))
    world = World(graph, seed)
    seen = world.marginal(world.given(world.joint(), {"x": 1}), {"y"})
    done = world.marginal(world.joint({"x": 1}), {"y"})
    if found.same:
        np.testing.assert_allclose(seen, done)
    if found.same is None:
        assert not explain(graph, "x", "y").identifiable
