from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm

from causal_core.data.frames import arrow_of
from causal_core.data.table import write_table
from causal_core.estimation.sample import prepare
from causal_core.graph import CausalGraph
from causal_core.problem import DoesNotApply
from causal_core.study.options import Data, EstimateOptions, Question
from causal_core.study.steps import inputs
from causal_core.study.study import Study
from causal_core.validation.control_candidates import Candidate, candidate, candidates
from causal_core.validation.evidence import control_candidates, controls_plan, own_candidate
from causal_core.validation.negative_controls import ControlTest, judged, p_of, sentence, summary
from causal_core.validation.negative_run import combine_controls, effect_in_question, slope, try_control

# w: a cause of the outcome alone; z: a cause of the treatment alone; s: a child of the confounder.
GRAPH = CausalGraph(
    edges=[
        ("a", "t"),
        ("a", "y"),
        ("a", "w"),
        ("w", "y"),
        ("a", "z"),
        ("z", "t"),
        ("t", "y"),
        ("t", "m"),
        ("a", "s"),
    ],
    nodes=["alone"],
)


def frame(seed, hidden=0.0, n=400):
    random = np.random.default_rng(seed)
    a, u = random.normal(size=(2, n))
    z = a + hidden * u + random.normal(size=n)
    t = (0.6 * a + 0.5 * z + hidden * u + random.logistic(size=n) > 0).astype(int)
    w = 0.5 * a + hidden * u + random.normal(size=n)
    y = t + a + w + hidden * u + random.normal(size=n)
    kind = np.array(["low", "middle", "high"])[np.digitize(w, [-0.5, 0.5])]
    return pd.DataFrame({"a": a, "z": z, "t": t, "w": w, "y": y, "kind": kind, "zb": (z > 0) * 1})


@pytest.fixture
def start(tmp_path):
    def made(table, **question):
        stored = write_table(arrow_of(table), tmp_path)
        asked = Question(treatment="t", outcome="y", adjust_for=("a",), **question)
        study = Study(
            Data(path="t.csv"), GRAPH, asked, estimate=EstimateOptions(methods=("regression_adjustment",))
        )
        return inputs(study, stored), study, stored

    return made


def test_the_graph_offers_controls_with_their_reasons():
    columns = {"a", "z", "t", "w", "y", "m", "s", "alone"}
    found = candidates(GRAPH, "t", "y", ["a"], columns)
    assert [(each.kind, each.column) for each in found] == [
        ("outcome", "s"),
        ("outcome", "w"),
        ("exposure", "s"),
        ("exposure", "z"),
    ]
    w, z = found[1], found[3]
    assert w.reason == (
        "t does not cause w. By the graph knowing a closes every path between them. It is itself a cause of "
        "y. It shares causes with y: a."
    )
    assert "If t seems to change w" in w.meaning
    assert z.reason.startswith("z does not cause y except through t. By the graph knowing a and t closes")
    assert not any(each.hidden for each in found)


def test_a_control_that_shares_a_drawn_hidden_cause_comes_first():
    graph = CausalGraph(
        edges=[("a", "t"), ("a", "y"), ("t", "y"), ("a", "b"), ("u", "y"), ("u", "n")],
        latent={"u"},
        bidirected=[("k", "y")],
        nodes=["k"],
    )
    found = candidates(graph, "t", "y", ["a"], set(graph.nodes))
    assert [each.column for each in found if each.kind == "outcome"] == ["k", "n", "b"]
    assert found[0].hidden
    assert "two-headed arrow" in found[0].reason
    assert "the hidden u" in found[1].reason


def test_an_own_choice_is_told_what_the_graph_says():
    effect = candidate(GRAPH, "t", "y", ["a"], "m", "outcome")
    assert not effect.expected
    assert "By the graph t causes m" in effect.reason
    adjusted = candidate(GRAPH, "t", "y", ["a", "w"], "a", "outcome")
    assert not adjusted.expected
    assert adjusted.given == ("w",)
    assert "through" in adjusted.reason
    outside = candidate(GRAPH, "t", "y", ["a"], "sold_$", "exposure")
    assert outside.expected
    assert "rests on your word" in outside.reason


def run(start, table, control, method="regression_adjustment"):
    given, _, _ = start(table)
    parts = [effect_in_question(given, method)]
    parts += [try_control(given, each, method) for each in control]
    return combine_controls(parts, method)


def both():
    return list(candidates(GRAPH, "t", "y", ["a"], {"a", "z", "t", "w", "y"}))


def test_a_hidden_cause_lights_the_controls_up(start):
    found = run(start, frame(1, hidden=1.0), both())
    assert [each.verdict for each in found.tests] == ["fail", "fail"]
    assert summary(found)[0] == "fail"
    assert "w, z" in summary(found)[1]
    assert "of the effect in question" in sentence(found.tests[0])
    assert found.tests[1].contrast == "one standard deviation more"
    assert found.tests[1].method == "linear_regression"


def test_without_a_hidden_cause_they_stay_dark(start):
    found = run(start, frame(2, n=3000), both())
    assert [each.verdict for each in found.tests] == ["pass", "pass"]
    assert summary(found)[0] == "pass"
    assert "would have shown" in sentence(found.tests[0])


def test_an_interval_that_could_hide_the_effect_is_unclear(start):
    found = run(start, frame(3, n=60), both())
    assert "unclear" in {each.verdict for each in found.tests}
    assert "leave it open" in summary(found)[1]


def test_without_a_hidden_cause_one_in_twenty_lights_up(start):
    runs, lit = 200, np.zeros(3, dtype=int)
    w, z = both()
    binary = replace(z, column="zb")
    for seed in range(runs):
        given, _, _ = start(frame(seed, n=200))
        for place, each in enumerate((w, z, binary)):
            (found,) = try_control(given, each, "regression_adjustment")
            lit[place] += found.p_value <= 0.05
    # The exact 99.9 % binomial band around .05 of 200 runs.
    assert ((lit >= 2) & (lit <= 22)).all(), lit


def test_the_slope_of_a_numeric_exposure_is_that_of_statsmodels(start):
    table = frame(4)
    given, _, _ = start(table)
    z = both()[1]
    (found,) = try_control(given, z, "linear_regression")
    x = sm.add_constant(np.column_stack([table["z"] / table["z"].std(ddof=0), table["a"], table["t"]]))
    fit = sm.OLS(table["y"], x).fit(cov_type="HC3", use_t=True)
    assert found.value == pytest.approx(fit.params.iloc[1])
    assert found.std_error == pytest.approx(fit.bse.iloc[1])
    assert found.ci == pytest.approx(tuple(fit.conf_int().iloc[1]))
    assert found.notes == ()


def test_what_is_adjusted_for_may_determine_an_exposure(start):
    sample = prepare(start(frame(5))[0].design())
    with pytest.raises(Exception, match="nothing is left to compare"):
        slope(sample, sample.x[:, 1])


def test_a_category_is_tested_level_by_level(start):
    given, _, _ = start(frame(6))
    found = try_control(given, Candidate("outcome", "kind", ("a",), True, "r", "m"), "regression_adjustment")
    assert [each.part for each in found] == ["low", "middle"]
    assert found[0].label == "kind = low"


def test_weights_clusters_and_a_trial_are_carried_through(start):
    table = frame(7).assign(w8=np.random.default_rng(0).uniform(0.5, 2, 400), block=np.arange(400) // 4)
    given, _, _ = start(table, weights="w8", clusters="block")
    found = [try_control(given, each, "regression_adjustment")[0] for each in both()]
    assert all(each.value is not None and each.std_error for each in found)
    plain = [try_control(start(table)[0], each, "regression_adjustment")[0] for each in both()]
    assert all(one.value != two.value for one, two in zip(found, plain, strict=True))
    trial, study, stored = start(table, randomised=True)
    assert {each.column for each in control_candidates(study, stored)} >= {"w"}
    assert try_control(trial, both()[0], "difference_in_means")[0].value is not None


def test_a_control_that_cannot_be_had_says_why(start):
    given, _, _ = start(frame(8).assign(same=1.0))
    (found,) = try_control(given, Candidate("outcome", "same", ("a",), True, "r", "m"), "ipw")
    assert found.verdict == "untested"
    assert "same value" in found.error


def test_without_a_set_there_is_no_control(start):
    _, study, stored = start(frame(9))
    hidden = CausalGraph(edges=[("t", "y"), ("w", "y")], bidirected=[("t", "y")])
    asked = replace(study.question, adjust_for=None)
    with pytest.raises(DoesNotApply, match="no control can be held to zero"):
        control_candidates(study.replace(graph=hidden, question=asked), stored)


def test_in_a_trial_every_earlier_column_is_a_control(start):
    table = frame(11)
    table["t"] = np.random.default_rng(11).integers(0, 2, len(table))
    _, study, stored = start(table, randomised=True)
    asked = replace(study.question, adjust_for=None)
    found = control_candidates(study.replace(question=asked), stored)
    assert [each.column for each in found] == ["a", "w", "z"]
    assert all(each.kind == "outcome" and each.given == () for each in found)
    (tested,) = try_control(inputs(study, stored), found[0], "difference_in_means")
    means = table.groupby("t")["a"].mean()
    assert tested.value == pytest.approx(means[1] - means[0])


def test_the_plan_runs_the_effect_and_each_control(start):
    given, study, stored = start(frame(10, n=1500))
    chosen = (*control_candidates(study, stored), own_candidate(study, stored, "kind", "outcome"))
    plan = controls_plan(study, stored, chosen, "regression_adjustment")
    assert len(plan.tasks) == 1 + len(chosen)
    assert plan.key != controls_plan(study, stored, chosen[:1], "regression_adjustment").key
    parts = [effect_in_question(given, "regression_adjustment")]
    parts += [try_control(**call.arguments) for call in plan.tasks[1:]]
    found = combine_controls(parts, "regression_adjustment")
    assert len(found.of("outcome")) == 3
    assert len(found.of("exposure")) == 1


def control(p_value, ci, expected=True, against=0.5):
    half = (ci[1] - ci[0]) / 2
    middle = (ci[0] + ci[1]) / 2
    return ControlTest(
        Candidate("outcome", "w", (), expected, "by the graph", "meaning"),
        "1 against 0",
        value=middle,
        std_error=half / 2,
        ci=ci,
        scaled=middle,
        scaled_ci=ci,
        p_value=p_value,
        against=against,
    )


def test_several_controls_are_adjusted_together():
    tests = judged([control(0.04, (0.01, 0.3)), control(0.5, (-0.1, 0.2)), control(0.001, (0.2, 0.4))])
    assert [each.p_adjusted for each in tests] == pytest.approx([0.08, 0.5, 0.003])
    assert [each.verdict for each in tests] == ["unclear", "pass", "fail"]
    assert "to be expected by chance" in sentence(tests[0])


def test_an_expected_association_says_nothing_and_is_not_counted():
    tests = judged([control(0.001, (0.2, 0.4), expected=False), control(0.03, (0.01, 0.3))])
    assert [each.verdict for each in tests] == ["silent", "fail"]
    assert tests[1].p_adjusted == 0.03
    assert sentence(tests[0]) == "by the graph"


def test_p_is_five_per_cent_exactly_when_the_interval_ends_at_zero():
    assert p_of(1.0, (0.0, 2.0)) == pytest.approx(0.05)
    assert p_of(1.0, None) is None
