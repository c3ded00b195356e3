"""Direct, indirect and spurious effects of a protected attribute on a prediction, and those by ways."""

import numpy as np
import pandas as pd
import pytest

from causal_core.audit.answer import answered
from causal_core.audit.box import Box
from causal_core.audit.opening import open_box, usual_way
from causal_core.audit.people import PREDICTION
from causal_core.audit.protected import Protected, decomposition, groups_of
from causal_core.audit.source import TrainedSource
from causal_core.audit.tasks import ask_halves, combine
from causal_core.audit.ways import active_of, recanting_witness, ways_of
from causal_core.data.demos import demo
from causal_core.graph import CausalGraph
from causal_core.problem import DoesNotApply, Problem
from causal_core.study.study import Study
from causal_core.what_if.structural_model import StructuralModel
from tests.audit.worlds import DIRECT, GRAPH, STEPS, WEIGHTS, linear_box, world


@pytest.fixture(scope="module")
def model():
    return world(4_000)


@pytest.fixture(scope="module")
def box(model):
    return linear_box(model)


def told(model, box, reference="a", other="b", chosen=()):
    question, _ = Protected.of(model, box, groups_of(model, "group", reference, other), chosen)
    return decomposition(question, answered(question.numbers(model, box), []))


def slopes(frame, target, *causes):
    frame = frame.assign(group=(frame["group"] == "b").astype(float))
    matrix = np.column_stack([*(frame[each] for each in causes), np.ones(len(frame))])
    return np.linalg.lstsq(matrix, frame[target], rcond=None)[0]


def test_a_linear_world_gives_its_closed_forms(model, box):
    found = told(model, box)
    in_job = slopes(model.frame, "job", "group", "age")
    in_street = slopes(model.frame, "street", "group")
    in_income = slopes(model.frame, "income", "group", "job")
    by_job = WEIGHTS["job"] + in_income[1] * WEIGHTS["income"]
    closed = {
        PREDICTION: DIRECT,
        "street": in_street[0] * WEIGHTS["street"],
        "job": in_job[0] * by_job,
        "income": in_income[0] * WEIGHTS["income"],
    }
    steps = {step: number.value for step, number in found.steps}
    assert steps == pytest.approx(closed, abs=1e-6)
    for name, value in STEPS.items():
        assert steps[name] == pytest.approx(value, abs=0.4)
    assert found.direct.value == pytest.approx(DIRECT)
    assert -found.indirect.value == pytest.approx(sum(closed.values()) - DIRECT, abs=1e-6)
    ages = model.frame.groupby("group")["age"].mean()
    # Residuals of groups have mean zero, so that only age makes a spurious difference.
    by_age = in_job[1] * by_job * (ages["b"] - ages["a"])
    assert -found.spurious.value == pytest.approx(by_age, abs=1e-6)


def test_the_parts_add_up_exactly_to_the_difference_seen(model, box):
    found = told(model, box)
    parts = found.direct.value - found.indirect.value - found.spurious.value
    assert parts == pytest.approx(found.difference.value, abs=1e-10)
    seen = pd.Series(
        box.predict(model, {node: model.columns[node].codes(model.frame[node]) for node in model.order})
    )
    means = seen.groupby(model.frame["group"]).mean()
    assert found.difference.value == pytest.approx(means["b"] - means["a"])


def test_the_reference_turns_signs(model, box):
    assert told(model, box, "b", "a").direct.value == pytest.approx(-DIRECT)


def test_the_effect_along_chosen_ways(model, box):
    ways = ways_of(GRAPH, "group", box.inputs)
    assert ways.all_shown
    assert [way[1:-1] for way in ways.ways] == [(), ("income",), ("job",), ("street",), ("job", "income")]
    by_job = tuple(way for way in ways.ways if way[1] == "job")
    found = told(model, box, chosen=by_job)
    assert found.chosen.value == pytest.approx(dict(found.steps)["job"].value)


def test_a_recanting_witness_is_named_and_refused(model, box):
    ways = ways_of(GRAPH, "group", box.inputs)
    short = ("group", "job", PREDICTION)
    assert recanting_witness(ways, [short]) == "job"
    with pytest.raises(DoesNotApply, match="come to job, and from there"):
        told(model, box, chosen=(short,))
    with pytest.raises(Problem, match="Choose at least one"):
        active_of(ways, [])


def test_ways_that_part_later_name_where_they_part():
    graph = CausalGraph(edges=[("a", "b"), ("b", "c"), ("c", "d"), ("c", "e"), ("a", "e")])
    ways = ways_of(graph, "a", ("d", "e"))
    assert recanting_witness(ways, [("a", "b", "c", "d", PREDICTION)]) == "c"
    assert recanting_witness(ways, [("a", "e", PREDICTION)]) is None


def test_a_dense_graph_is_cut_short_and_says_so():
    names = [f"n{place}" for place in range(12)]
    edges = [(first, second) for place, first in enumerate(names) for second in names[place + 1 :]]
    ways = ways_of(CausalGraph(edges=edges), "n0", tuple(names[1:]))
    assert len(ways.ways) == 200
    assert not ways.all_shown


def test_groups_that_cannot_be_compared_are_said(model):
    with pytest.raises(DoesNotApply, match="age is a number"):
        groups_of(model, "age", 0, 1)
    with pytest.raises(Problem, match="no node"):
        groups_of(model, "shoe", 0, 1)
    with pytest.raises(Problem, match="Both groups have group = a"):
        groups_of(model, "group", "a", "a")
    with pytest.raises(Problem, match="was never c"):
        groups_of(model, "group", "a", "c")


def test_bands_from_refits_hold_what_is_true(model, box):
    question, _ = Protected.of(model, box, groups_of(model, "group", "a", "b"))
    parts = [ask_halves(model, box, (question,), tuple(range(12)))]
    (found,) = combine(model, box, (question,), parts)
    assert found.refits == 12
    assert found.direct.low == pytest.approx(DIRECT)
    indirect = -found.indirect
    assert indirect.low < sum(STEPS.values()) < indirect.high
    assert 0.05 < indirect.high - indirect.low < 1


@pytest.fixture(scope="module")
def berkeley():
    study = Study.load(demo("berkeley").study)
    frame = pd.read_csv(demo("berkeley").folder / "data.csv")
    model = StructuralModel.fit(frame, study.graph, 0, {"admitted": "linear", "department": "linear"})
    source = TrainedSource(usual_way(model, "admitted"), ("gender", "department"))
    return model, open_box(None, model, source, "admitted")


def test_berkeley_favours_women_in_the_departments_men_chose(berkeley):
    model, box = berkeley
    assert isinstance(box, Box)
    question, _ = Protected.of(model, box, groups_of(model, "gender", "male", "female"))
    men = decomposition(question, answered(question.numbers(model, box), []))
    assert men.direct.value == pytest.approx(0.0710, abs=0.00006)
    assert men.difference.value == pytest.approx(-0.1416, abs=0.00006)
    assert -men.indirect.value == pytest.approx(-0.2126, abs=0.01)


def test_berkeley_hardly_tells_women_from_men_in_the_departments_women_chose(berkeley):
    model, box = berkeley
    question, _ = Protected.of(model, box, groups_of(model, "gender", "female", "male"))
    women = decomposition(question, answered(question.numbers(model, box), []))
    # From female to male, so that the effect of being female has the other sign.
    frame = model.frame
    rates = frame.groupby(["gender", "department"])["admitted"].mean()
    shares = frame.loc[frame["gender"] == "female", "department"].value_counts(normalize=True)
    closed = sum(shares[each] * (rates["female", each] - rates["male", each]) for each in shares.index)
    assert -women.direct.value == pytest.approx(closed, abs=1e-12)
    assert -women.direct.value == pytest.approx(0.001, abs=0.0005)


def test_no_way_means_no_effect(model):
    box = linear_box(model, {"age": 1.0})
    found = told(model, box)
    assert found.direct.value == 0
    assert found.indirect.value == 0
    assert found.steps == ()
    ages = model.frame.groupby("group")["age"].mean()
    assert -found.spurious.value == pytest.approx(ages["b"] - ages["a"])
    assert not np.isfinite(found.direct.low)
