"""How often an edge comes back, as chunks for the engine and by hand."""

import numpy as np
import pytest

from causal_core.discovery import Frequencies, PairShares, Search, SuggestedEdge
from causal_core.discovery.bootstrap import combine, resample, suggest_with_frequencies
from causal_core.discovery.plan import suggestion_plan
from causal_core.discovery.search import run
from causal_core.discovery.suggestion import count
from causal_core.engine import run_inline
from causal_core.graph import CausalGraph
from tests.discovery.worlds import drawn, random_dag


def edges(*marks):
    return tuple(SuggestedEdge("a", "b", mark) for mark in marks)


def test_shares_are_counted_by_direction():
    outcomes = [
        edges("->"),
        edges("->"),
        (SuggestedEdge("b", "a", "->"),),
        edges("--"),
        edges("o->"),
        edges("<->"),
        (),
        (SuggestedEdge("c", "a", "o-o"),),
        None,
    ]
    found = count(outcomes, ("a", "b", "c"))
    assert (found.resamples, found.failed) == (8, 1)
    assert found.of("a", "b") == PairShares("a", "b", 2 / 8, 1 / 8, 2 / 8, 1 / 8, 2 / 8)
    assert found.of("b", "a") == PairShares("b", "a", 1 / 8, 2 / 8, 2 / 8, 1 / 8, 2 / 8)
    assert found.of("c", "a").undecided == 1 / 8
    assert found.of("b", "c") == PairShares("b", "c", 0.0, 0.0, 0.0, 0.0, 1.0)
    assert found.pairs[0].joined == 6 / 8


def test_without_resamples_there_are_no_shares():
    assert count([], ("a", "b")) == Frequencies(0, 0, ())
    assert count([], ("a", "b")).of("a", "b") is None


@pytest.fixture
def search(stored):
    frame = drawn(random_dag(np.random.default_rng(1), 6, 0.4), 300, 1, low=0.1, high=0.5)
    return stored(frame), Search("boss", tuple(frame.columns), seed=7)


def test_chunks_do_not_change_the_result(search):
    table, asked = search
    whole = suggest_with_frequencies(table, asked, 12)
    parts = [run(table, asked), resample(table, asked, range(5)), resample(table, asked, range(5, 12))]
    assert combine(parts) == whole
    assert run_inline(suggestion_plan(table, asked, 12)) == whole
    assert whole.frequencies.resamples == 12
    assert any(0 < pair.joined < 1 for pair in whole.frequencies.pairs)


def test_the_plan_is_known_by_all_it_depends_on(search):
    table, asked = search
    keys = {suggestion_plan(table, asked, number).key for number in (0, 12)}
    for part in ({"seed": 8}, {"algorithm": "pc"}, {"alpha": 0.05}, {"columns": asked.columns[1:]}):
        keys.add(suggestion_plan(table, Search(**{**vars(asked), **part}), 12).key)
    assert len(keys) == 6
    assert suggestion_plan(table, asked, 12).key in keys
    assert suggestion_plan(table, asked, 12).steps == 1 + 3 + 1


def test_a_strong_arrow_comes_back_and_a_missing_one_does_not(stored):
    truth = CausalGraph([("a", "c"), ("b", "c")])
    found = suggest_with_frequencies(
        stored(drawn(truth, 1000, 2, "normal")), Search("pc", ("a", "b", "c")), 20
    ).frequencies
    assert found.of("a", "c").forward >= 0.8
    assert found.of("a", "b").none >= 0.8


def test_a_resample_in_which_nothing_can_be_found_is_counted(stored):
    frame = drawn(CausalGraph([("a", "b")]), 40, 3)
    rare = frame.assign(c=[1.0] + [0.0] * 39, d=[0.0, 1.0] + [0.0] * 38)
    found = suggest_with_frequencies(stored(rare), Search("ges", tuple("abcd")), 20).frequencies
    assert found.resamples + found.failed == 20
