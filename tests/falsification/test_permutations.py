import networkx as nx
import numpy as np
import pandas as pd
import pytest
from dowhy.gcm.falsify import FalsifyConst, falsify_graph

from causal_core import CausalGraph, falsification
from causal_core.data.frames import from_frame
from causal_core.engine.inline import run_inline
from causal_core.falsification.permutations import comparison
from causal_core.falsification.plan import changes_plan, falsify_plan, graph_test_plan

WIDE = CausalGraph(edges=[("a", "b"), ("b", "c"), ("d", "c"), ("c", "e")])


def table(rows=1000, seed=1):
    """Data from WIDE."""
    random = np.random.default_rng(seed)
    a, b, c, d, e = random.normal(size=(5, rows))
    b += a
    c += b + d
    e += c
    return pd.DataFrame({"a": a, "b": b, "c": c, "d": d, "e": e})


def as_dowhy_tests(frame):
    """Our test in the shape DoWhy calls: arrays of columns, so that both sides see the same p-values."""

    def p_value(x, y, z=None):
        names = ["x", "y"] + [f"z{i}" for i in range(0 if z is None else z.shape[1])]
        values = [np.asarray(x).reshape(len(frame)), np.asarray(y).reshape(len(frame))]
        values += [] if z is None else list(z.T)
        made = pd.DataFrame(dict(zip(names, values, strict=True)))
        return falsification.test_independence(made, "x", "y", names[2:], most_terms=24).p_value

    return p_value


@pytest.mark.parametrize(
    "graph",
    [
        CausalGraph(edges=[("a", "b"), ("b", "c"), ("d", "c")]),
        CausalGraph(edges=[("b", "a"), ("c", "d"), ("a", "c")]),
        CausalGraph(edges=[("a", "b"), ("b", "c"), ("a", "c")], nodes=["d"]),
    ],
)
def test_all_relabellings_give_what_dowhy_gives(graph):
    frame = table(300)[["a", "b", "c", "d"]]
    mine = falsification.falsify(graph, frame, permutations=None)
    drawn = nx.DiGraph(list(graph.edges))
    drawn.add_nodes_from(graph.nodes)
    theirs = falsify_graph(
        drawn,
        frame,
        n_permutations=-1,
        independence_test=as_dowhy_tests(frame),
        conditional_independence_test=as_dowhy_tests(frame),
        show_progress_bar=False,
        n_jobs=1,
    ).summary
    markov, parental = theirs[FalsifyConst.VALIDATE_LMC], theirs[FalsifyConst.VALIDATE_TPA]
    assert len(mine.shuffled) == 24
    assert sorted(mine.shuffled) == sorted(markov[FalsifyConst.PERM_VIOLATIONS])
    assert mine.violations == markov[FalsifyConst.GIVEN_VIOLATIONS]
    assert mine.statements == markov[FalsifyConst.N_TESTS]
    assert mine.p_value == pytest.approx(markov[FalsifyConst.P_VALUE])
    assert mine.p_informative == pytest.approx(parental[FalsifyConst.P_VALUE])


def test_the_true_graph_beats_its_relabellings_and_is_not_called_right():
    found = falsification.falsify(WIDE, table(), permutations=60)
    assert found.informative
    assert found.p_value <= 0.05
    assert found.verdict.startswith("The graph fits better than all 60 random relabellings of itself:")
    assert found.verdict.endswith(
        "That does not make it right: it only beats graphs drawn without knowledge."
    )
    assert found == falsification.falsify(WIDE, table(), permutations=60)


def test_a_graph_with_its_names_mixed_up_does_not():
    mixed = CausalGraph(edges=[("e", "a"), ("a", "d"), ("b", "d"), ("d", "c")])
    found = falsification.falsify(mixed, table(), permutations=60)
    assert found.p_value > 0.05
    assert "do as well too often, which speaks against this one." in found.verdict


def test_a_graph_whose_relabellings_imply_the_same_cannot_be_told():
    graph = CausalGraph(edges=[("a", "b")], nodes=["c"])
    found = falsification.falsify(graph, table()[["a", "b", "c"]], permutations=None)
    assert found.equivalent == 2
    assert found.p_informative == pytest.approx(2 / 6)
    assert not found.informative
    assert found.verdict.startswith(
        "This comparison cannot tell: 33 % of the relabelled graphs imply the same"
    )


def test_a_complete_graph_has_nothing_to_compare():
    graph = CausalGraph(edges=[("a", "b"), ("a", "c"), ("b", "c")])
    found = falsification.falsify(graph, table(), permutations=3)
    assert found.statements == 0
    assert "nothing to compare" in found.verdict


def test_hidden_nodes_are_projected_out():
    hidden = WIDE.replace(latent=["d"], bidirected=[("a", "e")])
    compared = comparison(hidden, list("abce"), 5)
    assert not compared.local_markov
    assert compared.names == ("a", "b", "c", "e")
    assert [each.text for each in compared.statements] == [
        "a and c are independent once b is known.",
        "b and e are independent once a and c are known.",
    ]
    absent = comparison(WIDE, list("abce"), 5)
    assert absent.local_markov
    assert len(absent.statements) == 3


def test_statements_beyond_the_limit_are_left_out_by_chance_and_counted():
    compared = comparison(WIDE, WIDE.nodes, 5, limit=4)
    assert len(compared.statements) == 4
    assert compared.left_out == len(comparison(WIDE, WIDE.nodes, 5).statements) - 4
    assert compared == comparison(WIDE, WIDE.nodes, 5, limit=4)


def test_the_plans_give_what_the_functions_give(tmp_path):
    frame = table().assign(e=table()["e"] + table()["a"])
    stored = from_frame(frame, tmp_path)
    shares = []
    found = run_inline(graph_test_plan(WIDE, stored, {}), lambda done, total: shares.append(done / total))
    assert found == falsification.test_graph(WIDE, stored, limit=500)
    assert shares == sorted(shares)
    assert found.of("contradicted")
    changes = run_inline(changes_plan(WIDE, stored, {}, found))
    assert changes == falsification.suggest_changes(WIDE, stored, found)
    compared = run_inline(falsify_plan(WIDE, stored, {}, 12, seed=4))
    direct = falsification.falsify(WIDE, stored, permutations=12, seed=4)
    assert sorted(compared.shuffled) == sorted(direct.shuffled)
    assert (compared.p_value, compared.p_informative) == (direct.p_value, direct.p_informative)


def test_equal_questions_share_a_key_and_others_do_not(tmp_path):
    stored = from_frame(table(), tmp_path)
    key = graph_test_plan(WIDE, stored, {}).key
    moved = WIDE.replace(positions={"a": (1, 1)}, notes={"a": "why"})
    assert graph_test_plan(moved, stored, {"other": "text"}).key == key
    assert graph_test_plan(WIDE, stored, {"a": "category"}).key != key
    assert graph_test_plan(WIDE.without(edges=[("a", "b")]), stored, {}).key != key
    assert falsify_plan(WIDE, stored, {}, 20, 1).key != falsify_plan(WIDE, stored, {}, 20, 2).key
