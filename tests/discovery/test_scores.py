"""Scores and tests against closed forms and other libraries."""

import math

import numpy as np
import pandas as pd
import pytest
from causallearn.score.LocalScoreFunction import local_score_BIC_from_cov
from causallearn.search.ScoreBased.GES import ges as their_ges
from causallearn.utils.cit import CIT
from scipy import stats

from causal_core.discovery.asking import Clock
from causal_core.discovery.columns import Prepared, prepare
from causal_core.discovery.ges import ges
from causal_core.discovery.independence import Gaussian, GSquared
from causal_core.discovery.knowledge import Knowledge, Rules
from causal_core.discovery.pdag import class_of
from causal_core.discovery.scores import BIC, BDeu, score_for
from causal_core.graph.adjacency import bits
from tests.discovery.worlds import drawn, random_dag


@pytest.fixture
def numbers(stored):
    frame = drawn(random_dag(np.random.default_rng(1), 6, 0.5), 400, 1)
    return prepare(stored(frame), tuple(frame.columns)), frame.to_numpy()


@pytest.fixture
def codes(stored):
    rng = np.random.default_rng(2)
    a, b = rng.integers(0, 3, 600), rng.integers(0, 2, 600)
    c = (a + b + (rng.random(600) < 0.3)) % 3
    frame = pd.DataFrame({"a": a, "b": b, "c": c, "d": rng.integers(0, 2, 600)})
    types = tuple((name, "category") for name in frame)
    return prepare(stored(frame), tuple(frame.columns), types), frame


def test_fishers_z_is_that_of_causal_learn(numbers):
    prepared, values = numbers
    ours, theirs = Gaussian(prepared), CIT(values, "fisherz")
    for x, y, given in ((0, 1, ()), (2, 3, (0,)), (4, 5, (0, 1, 2)), (1, 5, (2, 3))):
        assert ours(x, y, given) == pytest.approx(theirs(x, y, given), abs=1e-9)


def test_g_squared_is_that_of_causal_learn(codes):
    prepared, frame = codes
    ours, theirs = GSquared(prepared), CIT(frame.to_numpy(), "gsq")
    for x, y, given in ((0, 1, ()), (0, 2, ()), (0, 1, (2,)), (0, 3, (1, 2)), (1, 3, (2,))):
        assert ours(x, y, given) == pytest.approx(theirs(x, y, given), abs=1e-9)


def test_a_table_with_fewer_than_five_rows_a_cell_is_not_tested(codes):
    prepared, _ = codes
    few = GSquared(prepared.resampled((1, 1)))
    few._rows = 29
    assert few(0, 1, ()) == 1.0


def test_a_category_against_a_number_is_the_likelihood_ratio_of_the_one_way_layout(stored):
    rng = np.random.default_rng(3)
    group = rng.integers(0, 4, 500)
    y = rng.normal(size=500) + 0.15 * group
    frame = pd.DataFrame({"group": np.array(list("abcd"))[group], "y": y})
    prepared = prepare(stored(frame), ("group", "y"))
    within = frame.groupby("group")["y"].transform("mean").sub(y).pow(2).sum()
    ratio = math.log(((y - y.mean()) ** 2).sum() / within)
    # Bartlett's factor n - (d + 3) / 2 with d = 3 + 1 columns
    assert Gaussian(prepared)(0, 1, ()) == pytest.approx(stats.chi2.sf((500 - 3.5) * ratio, 3), rel=1e-9)


def test_the_mixed_test_keeps_its_level():
    rng = np.random.default_rng(4)
    rejected = 0
    for _ in range(300):
        z = rng.normal(size=200)
        group = (z + rng.normal(size=200) > 0).astype(int) + (rng.random(200) < 0.3)
        columns = Prepared(("group", "y", "z"), (group, z + rng.normal(size=200), z), (3, 0, 0))
        rejected += Gaussian(columns)(0, 1, (2,)) < 0.05
    assert stats.binom(300, 0.05).cdf(rejected) > 0.001
    assert stats.binom(300, 0.05).sf(rejected) > 0.001


def test_bic_differs_from_causal_learns_by_a_constant(numbers):
    prepared, values = numbers
    ours = BIC(prepared)
    covariance = np.cov((values / values.std(0)).T, ddof=0)
    for column, parents in ((0, (1,)), (3, (0, 1, 2)), (5, (2, 4))):
        mask = sum(1 << each for each in parents)
        theirs = [
            local_score_BIC_from_cov((covariance, 400), column, list(some), {"lambda_value": 0.5})
            for some in (parents, ())
        ]
        assert ours(column, mask) - ours(column, 0) == pytest.approx(theirs[0] - theirs[1], abs=1e-6)


def test_bdeu_is_its_closed_form_for_one_parent(codes):
    prepared, frame = codes
    counts = pd.crosstab(frame["a"], frame["c"]).to_numpy()
    wanted = sum(
        math.lgamma(1 / 3)
        - math.lgamma(row.sum() + 1 / 3)
        + sum(math.lgamma(count + 1 / 9) - math.lgamma(1 / 9) for count in row)
        for row in counts
    )
    assert BDeu(prepared)(2, 0b0001) == pytest.approx(wanted)


@pytest.mark.parametrize("kind", ["numbers", "codes"])
def test_equivalent_graphs_score_alike(kind, request):
    prepared, _ = request.getfixturevalue(kind)
    score = score_for(prepared, 1.0, Clock(60))
    there, back = score(0, 0) + score(1, 0b1) + score(2, 0b10), score(2, 0) + score(1, 0b100) + score(0, 0b10)
    assert there == pytest.approx(back, abs=1e-8)


@pytest.mark.parametrize("seed", range(6))
def test_ges_is_that_of_causal_learn_on_numbers(seed, stored):
    truth = random_dag(np.random.default_rng(seed), 7, 0.35)
    frame = drawn(truth, 500, seed, "normal")
    prepared = prepare(stored(frame), tuple(frame.columns))
    clock = Clock(60)
    rules = Rules.of(Knowledge(), prepared.names)
    ours, notes = ges(score_for(prepared, 1.0, clock), rules, clock)
    theirs = their_ges(frame.to_numpy())["G"].graph
    assert notes == ()
    for a in range(7):
        for b in range(a + 1, 7):
            edge = ours.text(a, b)
            marks = (theirs[a, b], theirs[b, a])
            wanted = {
                (0, 0): None,
                (-1, 1): (a, b, "->"),
                (1, -1): (b, a, "->"),
                (-1, -1): (a, b, "--"),
            }[marks]
            assert edge == wanted


@pytest.mark.parametrize("seed", range(10))
def test_the_class_of_a_dag_is_that_of_chickering(seed):
    truth = random_dag(np.random.default_rng(seed), 8, 0.5)
    place = {name: number for number, name in enumerate(truth.nodes)}
    parents = [sum(1 << place[cause] for cause in truth.parents(node)) for node in truth.nodes]
    found = class_of(parents)
    compelled = {(truth.nodes[a], truth.nodes[b]) for b in range(8) for a in bits(found.parents[b])}
    assert compelled == set(truth.equivalence_class().compelled)
    extension = found.extension()
    assert extension is not None
    assert class_of(extension).parents == found.parents
