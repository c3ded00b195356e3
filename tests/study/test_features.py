import pytest

from causal_core.graph import CausalGraph
from causal_core.identification import explain
from causal_core.problem import Problem
from causal_core.study.features import feature_choice, what_would_help
from causal_core.study.options import Data, Question, UpliftOptions
from causal_core.study.run import open_data
from causal_core.study.steps import features, inputs, uplift_plan
from causal_core.study.study import Study

EDGES = (("a", "t"), ("a", "y"), ("b", "y"), ("t", "m"), ("m", "y"), ("t", "y"))


def chosen(edges=EDGES, latent=(), features=None, measured=None, columns=None, unfit=None, **question):
    graph = CausalGraph(edges=edges, latent=latent)
    asked = Question(treatment="t", outcome="y", **question)
    study = Study(
        Data(path="t.csv", measured=measured or {}),
        graph,
        asked,
        uplift=UpliftOptions(features=None if features is None else tuple(features)),
    )
    found = explain(graph, "t", "y", adjust_for=asked.adjust_for, randomised=asked.randomised)
    return feature_choice(study, columns or tuple(sorted(graph.observed)), found, unfit)


def test_what_the_treatment_can_change_is_left_out_and_what_is_adjusted_for_is_kept():
    choice = chosen()
    assert choice.offered == choice.used == ("a", "b")
    assert choice.needed == ("a",)
    assert choice.left_out == (("m", "in the graph t can change it"),)
    assert choice.fault is None


def test_a_column_said_to_be_measured_late_is_left_out():
    choice = chosen(measured={"b": "after"})
    assert choice.offered == ("a",)
    assert ("b", "it is said to be measured after the treatment") in choice.left_out


def test_columns_outside_the_graph_are_not_offered():
    assert chosen(columns=("a", "b", "elsewhere", "t", "y")).offered == ("a", "b")


def test_fewer_columns_may_be_asked_for_but_not_those_adjusted_for():
    assert chosen(features=()).used == ("a",)
    assert chosen(features=["b"]).used == ("a", "b")


@pytest.mark.parametrize(
    ("name", "why"),
    [("m", "in the graph t can change it"), ("elsewhere", "it is not an observed node of the graph")],
)
def test_a_column_that_may_not_be_used_is_a_fault_that_names_it(name, why):
    fault = chosen(features=["b", name], columns=("a", "b", "m", "elsewhere", "t", "y")).fault
    assert str(fault) == (
        f"The column {name} cannot say who will respond: {why}. Take it out of the columns that learners use."
    )
    assert fault.column == name


COLLIDER = (("u", "t"), ("u", "c"), ("v", "c"), ("v", "y"), ("t", "y"), ("b", "y"))


def test_a_collider_that_would_open_a_path_is_not_offered():
    choice = chosen(COLLIDER, latent=("u", "v"))
    assert choice.offered == ("b",)
    assert choice.left_out == (
        ("c", "it causes neither the treatment nor the outcome, and holding it fixed opens a path"),
    )


def test_a_collider_is_harmless_when_the_treatment_is_drawn_by_lot():
    assert chosen(COLLIDER, latent=("u", "v"), randomised=True).offered == ("b", "c")


def test_columns_that_together_leave_a_path_open_are_a_fault():
    edges = (("u", "t"), ("u", "c"), ("v", "c"), ("v", "y"), ("t", "y"), ("c", "y"))
    whole = chosen(edges, adjust_for=("c", "v"))
    assert whole.fault is None
    part = chosen((*COLLIDER[:5],), latent=("u",), features=["c"])
    assert "the effect is not identified" in part.fault.message
    assert part.fault.column == "c"
    assert chosen((*COLLIDER[:5],), latent=("u",), features=["c", "v"]).fault is None


def help_of(edges, latent=(), adjust_for=None):
    return what_would_help(explain(CausalGraph(edges=edges, latent=latent), "t", "y", adjust_for=adjust_for))


def test_nothing_helps_where_nothing_is_wrong():
    assert help_of(EDGES) == ()


def test_a_wrong_set_is_answered_by_right_ones():
    assert help_of(EDGES, adjust_for=("b",)) == ("Adjust for another set: a. Choose it on Identify.",)


def test_an_instrument_and_a_front_door_say_what_they_give():
    hidden = (("u", "t"), ("u", "y"))
    with_instrument = help_of((*hidden, ("z", "t"), ("t", "y")), latent=("u",))
    assert with_instrument[0].startswith("The instrument (z) gives the average effect over those it moves")
    with_door = help_of((*hidden, ("t", "m"), ("m", "y")), latent=("u",))
    assert with_door[0] == "The front-door set (m) gives the average effect, on Estimate, not one a person."
    assert "drawn" not in with_door[1]
    assert with_door[1].startswith("A trial that draws the treatment by lot")


SAME = "it has the same value in every row"


def test_a_column_that_tells_nobody_apart_is_left_out_unless_it_is_adjusted_for():
    choice = chosen(unfit={"a": SAME, "b": SAME})
    assert choice.offered == choice.used == choice.needed == ("a",)
    assert ("b", SAME) in choice.left_out
    assert "a" not in dict(choice.left_out)
    fault = chosen(features=["b"], unfit={"b": SAME}).fault
    assert str(fault) == (
        f"The column b cannot say who will respond: {SAME}. Take it out of the columns that learners use."
    )


def test_where_an_unfit_column_would_have_blocked_a_path_the_collider_goes_too():
    # Holding c fixed opens t <- u -> c <- w -> y, which w alone would block.
    edges = (("u", "t"), ("u", "c"), ("w", "c"), ("w", "y"), ("b", "y"), ("t", "y"))
    assert chosen(edges, latent=("u",), adjust_for=()).used == ("b", "c", "w")
    choice = chosen(edges, latent=("u",), adjust_for=(), unfit={"w": SAME})
    assert choice.used == ("b",)
    assert dict(choice.left_out) == {
        "w": SAME,
        "c": "it causes neither the treatment nor the outcome, and holding it fixed opens a path",
    }


@pytest.fixture
def opened(write_study):
    def read(data, options="", types=""):
        study = Study.load(
            write_study(
                f"""
[data]
path = "data.csv"
{types}
[graph]
text = "z -> t; z -> y; t -> y; f -> y; g -> y"
[question]
treatment = "t"
outcome = "y"
{options}
""",
                data,
            )
        )
        return study, open_data(study).table

    return read


def rows(line, count=60):
    return "t,y,z,f,g\n" + "".join(line(i) for i in range(count))


def test_values_say_which_columns_are_left_out_the_same_in_every_way_in(opened):
    study, table = opened(rows(lambda i: f"{i % 2},{i},{i % 7},1,name{i}\n"))
    choice = features(study, table)
    assert choice.used == inputs(study, table).features == ("z",)
    assert dict(choice.left_out) == {
        "f": SAME,
        "g": "its 60 different texts are as good as names; group them into fewer to use it",
    }
    study, table = opened(
        rows(lambda i: f"{i % 2},{i},{i % 7},{i % 3 or ''},name{i}\n"), types='types = { g = "category" }'
    )
    assert features(study, table).used == ("z", "f", "g")


def test_values_that_cannot_be_learned_from_are_refused_before_a_plan_is_made(opened):
    study, table = opened(rows(lambda i: f"{i % 2},{'stays' if i % 3 else 'leaves'},{i % 7},{i % 4},a\n"))
    with pytest.raises(Problem, match='"y" holds the two texts "leaves" and "stays"'):
        uplift_plan(study, table)
    study, table = opened(rows(lambda i: f"{i % 2},{i},name{i},{i % 4},a\n"))
    for _ in range(2):
        with pytest.raises(Problem, match='"z" holds 60 different values') as raised:
            uplift_plan(study, table)
        assert raised.value.column == "z"
    study, table = opened(rows(lambda i: f"{i % 2},{i},{i % 7},{i % 4},a\n"))
    assert uplift_plan(study, table).tasks
