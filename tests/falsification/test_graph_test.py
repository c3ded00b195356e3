import numpy as np
import pandas as pd
import pytest
from statsmodels.stats.multitest import multipletests

from causal_core import CausalGraph, falsification
from causal_core.falsification.changes import apply_change
from causal_core.falsification.graph_test import rejudged
from causal_core.falsification.result import Tested
from causal_core.falsification.tester import holm, judge_together

CHAIN = CausalGraph(edges=[("a", "b"), ("b", "c"), ("c", "d")])


def chain(rows=3000, skip=0.0, seed=1):
    """a -> b -> c -> d, and a -> d with coefficient `skip`."""
    random = np.random.default_rng(seed)
    a, b, c, d = random.normal(size=(4, rows))
    b += a
    c += b
    d += c + skip * a
    return pd.DataFrame({"a": a, "b": b, "c": c, "d": d})


def test_data_from_the_graph_contradict_nothing():
    found = falsification.test_graph(CHAIN, chain())
    assert [each.verdict for each in found.tested] == ["holds"] * 3
    assert (found.pairs, found.left_out, found.rows, found.untestable) == (3, 0, 3000, ())
    assert found.verdict == (
        "The data contradict none of the 3 tested implications. "
        "Agreement does not show that the graph is right: other graphs imply the same."
    )


def test_a_missing_arrow_is_found_and_comes_first():
    found = falsification.test_graph(CHAIN, chain(skip=1.0))
    first = found.tested[0]
    assert (first.x, first.y, first.verdict) == ("a", "d", "contradicted")
    assert first.effect > 0.3
    # a is also a cause of b and d that c does not block.
    assert [each.verdict for each in found.tested] == ["contradicted", "contradicted", "holds"]
    assert found.verdict == "The data contradict 2 of 3 tested implications."


def test_a_trace_of_dependence_is_sure_but_too_small_to_matter():
    found = falsification.test_graph(CHAIN, chain(rows=100_000, skip=0.06))
    assert [each.verdict for each in found.tested] == ["small", "small", "holds"]
    assert found.tested[0].p_value < 1e-6
    assert "2 depart from independence detectably, but by less than 0.1" in found.verdict
    again = rejudged(found, 0.02).tested
    assert [each.verdict for each in again] == ["contradicted", "contradicted", "holds"]
    assert rejudged(rejudged(found, 0.02), 0.1) == found


def test_too_few_rows_are_said():
    found = falsification.test_graph(CHAIN, chain(rows=60))
    assert found.of("open")
    assert "the rows are too few to exclude a dependence of 0.1 or more." in found.verdict


def test_a_complete_graph_has_its_own_answer():
    found = falsification.test_graph(CausalGraph(edges=[("a", "b")]), chain()[["a", "b"]])
    assert (found.tested, found.pairs) == ((), 0)
    assert found.verdict.startswith("This graph implies no independencies: nothing could contradict it.")


def test_a_column_that_cannot_be_tested_does_not_stop_the_others():
    frame = chain().assign(d=[f"name {place}" for place in range(3000)])
    found = falsification.test_graph(CHAIN, frame)
    assert [each.verdict for each in found.tested] == ["holds", "untested", "untested"]
    assert 'Column "d" holds 3,000 different values' in found.tested[-1].error
    assert found.verdict.startswith("The data do not contradict the one tested implication.")


def test_rows_are_drawn_and_counted():
    found = falsification.test_graph(CHAIN, chain(), rows=500, seed=3)
    assert (found.rows, found.rows_total, found.tested[0].rows_used) == (500, 3000, 500)
    assert found == falsification.test_graph(CHAIN, chain(), rows=500, seed=3)


def test_holm_is_holm():
    values = [0.01, 0.04, 0.03, 0.005, 0.9, 0.04]
    assert holm(values) == pytest.approx(tuple(multipletests(values, method="holm")[1]))
    assert holm([]) == ()


@pytest.mark.parametrize(
    ("effect", "ci", "p_value", "verdict"),
    [
        (-0.3, (-0.4, -0.2), 0.001, "contradicted"),
        (-0.05, (-0.08, -0.02), 0.001, "small"),
        (0.02, (-0.03, 0.07), 0.4, "holds"),
        (0.02, (-0.2, 0.24), 0.4, "open"),
    ],
)
def test_the_verdict_says_how_large_and_how_sure(effect, ci, p_value, verdict):
    one = Tested("a", "b", (), effect=effect, ci=ci, p_value=p_value)
    untested = Tested("a", "c", (), error="why")
    judged = judge_together([one, untested], alpha=0.05, threshold=0.1)
    assert [each.verdict for each in judged] == [verdict, "untested"]


def test_the_true_change_is_among_the_questions_and_mends_the_graph():
    frame = chain(skip=1.0)
    found = falsification.test_graph(CHAIN, frame)
    listed = falsification.suggest_changes(CHAIN, frame, found)
    asked = [each.question for each in listed.changes]
    assert asked[0] == "Could a affect d directly?"
    assert "Could something that is not in the graph affect both a and d?" in asked
    assert "Could d affect a directly?" not in asked  # a cycle
    assert listed.complete
    assert listed.changes[0] in listed.for_statement(found.tested[0].statement)
    for change in listed.changes:
        after = falsification.test_graph(apply_change(CHAIN, change), frame)
        assert len(after.of("contradicted")) == change.remaining < 2
    assert [each.question for each in listed.changes if not each.remaining] == [
        "Could a affect d directly?",
        "Could something that is not in the graph affect both a and d?",
        # With it, b is a collider between a and d once b is known: the same dependences follow.
        "Could something that is not in the graph affect both b and d?",
    ]


def test_an_arrow_drawn_the_wrong_way_round_is_turned():
    random = np.random.default_rng(4)
    a, b, c = random.normal(size=(3, 2000))
    frame = pd.DataFrame({"a": a, "b": a + b, "c": a + c})
    collider = CausalGraph(edges=[("b", "a"), ("c", "a")])
    found = falsification.test_graph(collider, frame)
    listed = falsification.suggest_changes(collider, frame, found)
    asked = {each.question for each in listed.changes if each.kind == "turn"}
    assert asked == {"Could a affect b, rather than b affect a?", "Could a affect c, rather than c affect a?"}


def test_nothing_later_affects_anything_earlier_and_nothing_affects_a_randomised_node():
    frame = chain(skip=1.0)
    found = falsification.test_graph(CHAIN, frame)
    measured = {"a": "after", "b": "before", "c": "before", "d": "before"}
    listed = falsification.suggest_changes(CHAIN, frame, found, measured=measured)
    assert listed.changes
    assert all(each.kind == "both" for each in listed.changes if each.one == "a")
    drawn = CHAIN.replace(randomised=["a"])
    listed = falsification.suggest_changes(drawn, frame, falsification.test_graph(drawn, frame))
    assert listed.changes[0].question == "Could a affect d directly?"
    assert all(each.other != "a" for each in listed.changes)
    assert all(each.one != "a" for each in listed.changes if each.kind == "both")


def test_no_contradiction_needs_no_change():
    found = falsification.test_graph(CHAIN, chain())
    assert falsification.suggest_changes(CHAIN, chain(), found).changes == ()


def test_a_change_keeps_positions_and_notes():
    graph = CHAIN.replace(positions={"a": (0, 0)}, notes={("a", "b"): "why"})
    frame = chain(skip=1.0)
    listed = falsification.suggest_changes(graph, frame, falsification.test_graph(graph, frame))
    after = apply_change(graph, listed.changes[0])
    assert after.positions == {"a": (0, 0)}
    assert after.notes == {("a", "b"): "why"}
