"""Searches on data drawn from a known truth."""

import numpy as np
import pandas as pd
import pytest

from causal_core.discovery import ALGORITHMS, Knowledge, Search, suggest
from causal_core.discovery.columns import prepare
from causal_core.discovery.search import find
from causal_core.graph import CausalGraph
from causal_core.problem import DoesNotApply, Problem
from tests.discovery.worlds import arrows, drawn, hamming, lines, random_dag

TRUTH = CausalGraph([("a", "b"), ("a", "c"), ("b", "d"), ("c", "d"), ("d", "e")])
ODD = ['a "quoted" name', "**bold** $x$", "😀", "with, comma", "X1.*"]


@pytest.mark.parametrize("algorithm", ["pc", "ges", "boss"])
def test_the_class_of_the_truth_is_found_in_numbers(algorithm, stored):
    found = suggest(stored(drawn(TRUTH, 5000, 1, "normal")), "abcde", algorithm)
    assert hamming(found, TRUTH) == 0
    assert arrows(found) == {("b", "d"), ("c", "d"), ("d", "e")}
    assert lines(found) == {frozenset("ab"), frozenset("ac")}
    assert (found.rows_used, found.rows_dropped, found.left_out, found.notes) == (5000, 0, (), ())


def test_lingam_finds_every_direction_from_the_shape(stored):
    found = suggest(stored(drawn(TRUTH, 5000, 1)), "edcba", "lingam")
    assert arrows(found) == set(TRUTH.edges)
    assert found.notes == ()


def test_lingam_says_when_the_noise_looks_normal(stored):
    found = suggest(stored(drawn(TRUTH, 2000, 2, "normal")), "abcde", "lingam")
    assert "between these the directions are chance" in found.notes[0]


def test_fci_marks_a_hidden_cause(stored):
    truth = CausalGraph([("a", "x"), ("b", "y"), ("u", "x"), ("u", "y")], latent=["u"])
    found = suggest(stored(drawn(truth, 10_000, 3, "normal")), "axyb", "fci")
    assert {edge.text for edge in found.edges} == {"a o→ x", "b o→ y", "x ↔ y"}


@pytest.mark.parametrize("algorithm", ["pc", "ges", "boss", "lingam"])
def test_fifteen_columns_lie_near_the_truth(algorithm, stored):
    truth = random_dag(np.random.default_rng(4), 15, 0.15)
    found = suggest(stored(drawn(truth, 5000, 5)), truth.nodes, algorithm)
    if algorithm == "lingam":
        assert len(arrows(found) ^ set(truth.edges)) <= 1
    else:
        assert hamming(found, truth) <= 2


def categories(rows, seed):
    rng = np.random.default_rng(seed)
    a = rng.integers(0, 3, rows)
    b = np.where(rng.random(rows) < 0.7, a, rng.integers(0, 3, rows))
    c = rng.integers(0, 2, rows)
    d = rng.random(rows) < 0.1 + 0.3 * (b == 2) + 0.4 * c
    levels = np.array(["low", "middle", "high"])
    return pd.DataFrame({"a": levels[a], "b": levels[b], "c": c, "d": d})


@pytest.mark.parametrize("algorithm", ["pc", "fci", "ges", "boss"])
def test_categories_are_searched_with_tables(algorithm, stored):
    found = suggest(stored(categories(5000, 6)), "abcd", algorithm)
    assert {edge.pair for edge in found.edges} == {frozenset("ab"), frozenset("bd"), frozenset("cd")}
    assert ("G-squared" if algorithm in {"pc", "fci"} else "BDeu") in found.method


def mixed(rows, seed):
    rng = np.random.default_rng(seed)
    region = rng.integers(0, 4, rows)
    age = 50 + np.array([0, 5, -5, 9])[region] + rng.normal(0, 5, rows)
    treated = rng.random(rows) < np.clip(0.5 + 0.02 * (age - 50), 0, 1)
    other = rng.normal(size=rows)
    score = 2 * treated + other + rng.normal(size=rows)
    names = np.array(["north", "south", "east", "west"])[region]
    return pd.DataFrame({"region": names, "age": age, "treated": treated, "other": other, "score": score})


@pytest.mark.parametrize("algorithm", ["pc", "fci", "ges", "boss"])
def test_numbers_and_categories_are_searched_together(algorithm, stored):
    found = suggest(stored(mixed(6000, 8)), ("region", "age", "treated", "other", "score"), algorithm)
    skeleton = {tuple(sorted(edge.pair)) for edge in found.edges}
    assert skeleton == {("age", "region"), ("age", "treated"), ("score", "treated"), ("other", "score")}
    assert "degenerate Gaussian" in found.method


@pytest.mark.parametrize("algorithm", list(ALGORITHMS))
def test_the_same_seed_gives_the_same_graph(algorithm, stored):
    table = stored(drawn(random_dag(np.random.default_rng(8), 10, 0.3), 500, 8))
    first = suggest(table, table.columns, algorithm, seed=3)
    assert first == suggest(table, table.columns, algorithm, seed=3)


@pytest.mark.parametrize("algorithm", list(ALGORITHMS))
def test_names_are_only_names(algorithm, stored):
    frame = drawn(TRUTH, 3000, 1)
    plain = suggest(stored(frame), "abcde", algorithm)
    odd = suggest(stored(frame.set_axis(ODD, axis=1)), ODD, algorithm)
    names = dict(zip("abcde", ODD, strict=True))
    assert [(names[e.one], names[e.other], e.mark) for e in plain.edges] == [
        (e.one, e.other, e.mark) for e in odd.edges
    ]


@pytest.mark.parametrize("algorithm", list(ALGORITHMS))
@pytest.mark.parametrize("seed", range(8))
def test_what_is_known_is_obeyed_even_when_the_data_deny_it(algorithm, seed, stored):
    rng = np.random.default_rng(100 + seed)
    truth = random_dag(rng, 6, 0.5)
    names = list(truth.nodes)
    order = [names[place] for place in rng.permutation(6)]
    # Of a random order, not the truth's: two required arrows along it, one pair kept apart, two times.
    required = ((order[0], order[3]), (order[1], order[4]))
    forbidden = ((order[2], order[5]), (order[5], order[2]), (order[0], order[1]))
    tiers = (tuple(order[:2]), tuple(order[2:]))
    found = suggest(
        stored(drawn(truth, 400, seed)),
        names,
        algorithm,
        forbidden=forbidden,
        required=required,
        tiers=tiers,
    )
    known = Knowledge(forbidden, required, tiers)
    assert set(required) <= arrows(found)
    for edge in found.edges:
        if algorithm == "fci":
            # A forbidden arrow leaves room for a hidden common cause.
            assert not (edge.mark == "->" and known.forbids(edge.one, edge.other))
            assert not (edge.mark in {"o->", "o-o"} and known.forbids(edge.one, edge.other))
            assert not (edge.mark == "o-o" and known.forbids(edge.other, edge.one))
        else:
            ways = [(edge.one, edge.other)]
            ways += [(edge.other, edge.one)] if edge.mark == "--" else []
            assert not any(known.forbids(*way) for way in ways)
    CausalGraph(arrows(found), nodes=names)  # no circle


def test_knowledge_that_the_class_allows_only_points_lines(stored):
    table = stored(drawn(TRUTH, 5000, 1, "normal"))
    for algorithm in ("pc", "ges", "boss"):
        found = suggest(table, "abcde", algorithm, tiers=["a", "bcde"])
        assert arrows(found) == set(TRUTH.edges)
        assert found.notes == ()


def test_ges_says_when_what_is_known_had_to_come_afterwards(stored):
    table = stored(drawn(TRUTH, 5000, 1, "normal"))
    found = suggest(table, "abcde", "ges", forbidden=[("b", "d")])
    assert "GES itself cannot use what is known" in found.notes[0]
    assert ("b", "d") not in arrows(found)


def test_rows_with_a_missing_value_are_left_out_and_counted(stored):
    frame = drawn(TRUTH, 1000, 1)
    frame.loc[:99, "a"] = np.nan
    frame.loc[50:149, "b"] = np.nan
    found = suggest(stored(frame), "abc")
    assert (found.rows_used, found.rows_dropped) == (850, 150)
    assert found.dropped_by == (("a", 100), ("b", 100))


def test_columns_that_cannot_be_used_are_left_out_with_the_reason(stored):
    frame = drawn(TRUTH, 1000, 1).assign(same=1.0, empty=np.nan, free=[f"t{row}" for row in range(1000)])
    found = suggest(stored(frame), frame.columns, "pc", tiers=[("same",), ("a",)])
    assert found.columns == tuple("abcde")
    reasons = dict(found.left_out)
    assert set(reasons) == {"same", "empty", "free"}
    assert reasons["same"] == "It has one single value in the rows used."
    assert "missing in every row" in reasons["empty"]
    assert "1,000 different values" in reasons["free"]
    assert found.notes == ("What is known of same was not used: the column was left out.",)


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda f: f.assign(f=f["a"]), "f is a copy of a"),
        (lambda f: f.assign(f=f["a"] + 2 * f["c"]), "f is fixed by a and c"),
        (lambda f: f.assign(f=np.where(f["a"] > 0, "x", "y"), g=f["a"] > 0), "g is a copy of f"),
        (
            lambda f: f.assign(
                f=np.array(list("abcd"))[np.arange(300) % 4], g=np.array(list("xxyz"))[np.arange(300) % 4]
            ),
            "g is fixed by f",
        ),
        (lambda f: f.head(8), "8 complete rows for 5 columns, too few"),
        (lambda f: f[["a"]].assign(b=1), "needs two columns or more"),
    ],
)
def test_what_cannot_be_searched_is_refused_in_words(make, words, stored):
    frame = make(drawn(TRUTH, 300, 1))
    with pytest.raises(DoesNotApply, match=words):
        suggest(stored(frame), frame.columns)


def test_lingam_refuses_categories_and_too_many_columns_are_refused(stored):
    table = stored(mixed(300, 1))
    with pytest.raises(DoesNotApply, match="region, treated hold categories or two values"):
        suggest(table, table.columns, "lingam")
    wide = stored(pd.DataFrame(np.random.default_rng(0).normal(size=(200, 61))).add_prefix("c"))
    with pytest.raises(DoesNotApply, match="61 columns are too many"):
        suggest(wide, wide.columns)


def test_a_search_stops_when_its_time_is_up(stored):
    table = stored(drawn(random_dag(np.random.default_rng(9), 15, 0.9), 300, 9))
    with pytest.raises(Problem, match="longer than 0 seconds"):
        suggest(table, table.columns, "pc", seconds=0)


@pytest.mark.parametrize(
    ("parts", "words"),
    [
        ({"algorithm": "magic"}, "no algorithm magic"),
        ({"alpha": 0}, "between 0 and 1"),
        ({"penalty": 0}, "above 0"),
        ({"forbidden": [("a", "zz")]}, "zz is named in what is known"),
    ],
)
def test_a_wrong_option_is_a_problem(parts, words, stored):
    with pytest.raises(Problem, match=words):
        suggest(stored(drawn(TRUTH, 100, 1)), "abcde", **parts)


def test_a_smaller_level_and_a_higher_price_draw_no_more_edges(stored):
    truth = random_dag(np.random.default_rng(10), 10, 0.4)
    table = stored(drawn(truth, 300, 10, low=0.1, high=0.4))
    prepared = prepare(table, table.columns)
    for algorithm, option, values in (("pc", "alpha", (0.2, 1e-6)), ("boss", "penalty", (0.2, 6.0))):
        loose, strict = (
            len(find(prepared, Search(algorithm, table.columns, **{option: value}))[0]) for value in values
        )
        assert strict < loose
