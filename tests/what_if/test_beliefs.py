"""Spread of beliefs, and what is worth asking."""

import numpy as np
import pytest

from causal_core.what_if.beliefs import confounded_pair, spread, value_of_information
from causal_core.what_if.bif import read_bif
from causal_core.what_if.inference import joint
from causal_core.what_if.network import BayesianNetwork
from causal_core.what_if.published import published


@pytest.fixture(scope="module")
def asia():
    return BayesianNetwork.of(read_bif(published("asia")))


def test_evidence_spreads_along_open_ways_only(asia):
    waves = spread(asia, {}, {"smoke": "yes"})
    assert [set(wave.nodes) for wave in waves] == [{"lung", "bronc"}, {"either", "dysp"}, {"xray"}]
    assert dict(waves[0].moved)["lung"] == pytest.approx(0.1 - 0.055)
    # Causes of one node are tied only once something is known below it.
    assert "tub" not in {name for wave in waves for name in wave.nodes}
    tied = spread(asia, {"xray": "yes"}, {"smoke": "yes"})
    assert {"tub", "asia"} <= {name for wave in tied for name in wave.nodes}


def test_every_node_that_moves_is_reached_and_no_other(asia):
    names = [node.name for node in asia.nodes]
    for known in ({}, {"either": "yes"}, {"dysp": "yes"}, {"lung": "no", "xray": "yes"}):
        for name in names:
            if name in known:
                continue
            reached = {each for wave in spread(asia, known, {name: "yes"}) for each in wave.nodes}
            given = set(known)
            for other in set(names) - given - {name}:
                tied = not asia.graph.is_d_separated(name, other, given)
                assert (other in reached) == tied, (known, name, other)


def test_what_is_worth_asking_is_mutual_information(asia):
    found = value_of_information(asia, "lung", {})
    table = joint(asia, ("lung", "xray"))
    product = table.sum(axis=1, keepdims=True) * table.sum(axis=0, keepdims=True)
    bits = float((table * np.log2(table / product)).sum())
    xray = next(each for each in found if each.node == "xray")
    assert xray.bits == pytest.approx(bits)
    assert 0 < xray.share < 1
    assert found[0].node == "either"
    assert next(each for each in found if each.node == "asia").bits == pytest.approx(0, abs=1e-9)
    assert [each.bits for each in found] == sorted((each.bits for each in found), reverse=True)


def test_the_first_pair_is_one_where_seeing_is_not_doing(asia):
    assert confounded_pair(asia) == ("lung", "dysp")
    assert confounded_pair(BayesianNetwork.of(read_bif(published("sprinkler")))) == ("sprinkler", "slippery")
    chain = "variable x { type discrete [2] { a, b }; } probability ( x ) { table 0.5, 0.5; }"
    assert confounded_pair(BayesianNetwork.of(read_bif(chain))) is None
