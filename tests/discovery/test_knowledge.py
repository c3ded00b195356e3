"""What is known, and what cannot hold together."""

import pytest

from causal_core.discovery.knowledge import Knowledge, Rules, known_of
from causal_core.graph import CausalGraph
from causal_core.problem import Problem
from causal_core.study.options import Data, Question
from causal_core.study.study import Study


def test_time_forbids_arrows_backwards_and_only_those():
    known = Knowledge(tiers=(("a", "b"), ("c",)))
    assert known.forbids("c", "a")
    assert not known.forbids("a", "c")
    assert not known.forbids("a", "b")
    assert not known.forbids("c", "free")


@pytest.mark.parametrize(
    ("parts", "words"),
    [
        ({"tiers": (("a",), ("a",))}, "a stands at two times"),
        ({"required": (("a", "a"),)}, "a cannot cause itself"),
        ({"required": (("a", "b"),), "forbidden": (("a", "b"),)}, "a -> b is both required and forbidden"),
        ({"required": (("b", "a"),), "tiers": (("a",), ("b",))}, "b comes later than a"),
        ({"required": (("a", "b"), ("b", "c"), ("c", "a"))}, "go round in a circle"),
    ],
)
def test_what_contradicts_itself_is_refused_by_name(parts, words):
    with pytest.raises(Problem, match=words):
        Knowledge(**parts)


def test_required_arrows_through_a_free_column_against_time_are_refused():
    known = Knowledge(required=(("late", "free"), ("free", "early")), tiers=(("early",), ("late",)))
    with pytest.raises(Problem, match="contradict each other among early, late, free"):
        Rules.of(known, ("early", "late", "free"))


def test_the_nearest_order_keeps_what_is_known():
    rules = Rules.of(Knowledge(required=(("d", "a"),), tiers=(("c",), ("a", "b"))), tuple("abcd"))
    assert rules.arranged((0, 1, 2, 3)) == (2, 1, 3, 0)
    assert rules.arranged((3, 2, 1, 0)) == (3, 2, 1, 0)


def study(**question):
    asked = Question(treatment="t", outcome="y", **question)
    data = Data(path="x.csv", measured={"age": "before", "dose": "at", "y": "after"})
    return Study(data, CausalGraph([("t", "y")]), asked)


def test_a_study_knows_its_times_and_its_chance():
    columns = ("age", "t", "dose", "y", "other")
    known = known_of(study(), columns)
    assert known == Knowledge(tiers=(("age",), ("t", "dose"), ("y",)))
    drawn = known_of(study(randomised=True), columns)
    assert set(drawn.forbidden) == {(name, "t") for name in columns if name != "t"}


def test_a_study_without_times_knows_nothing():
    bare = Study(Data(path="x.csv"), CausalGraph(), Question(treatment="t", outcome="y"))
    assert known_of(bare, ("t", "y")) == Knowledge()


def test_a_node_declared_random_has_no_causes():
    bare = Study(
        Data(path="x.csv"),
        CausalGraph([("z", "y")], randomised=["z"]),
        Question(treatment="t", outcome="y"),
    )
    assert known_of(bare, ("t", "y", "z")).forbidden == (("t", "z"), ("y", "z"))
