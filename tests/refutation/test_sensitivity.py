import json
from dataclasses import replace

import numpy as np
import pytest

from causal_core import estimation, refutation
from causal_core.falsification.graph_test import check_graph
from causal_core.graph import CausalGraph
from causal_core.problem import Problem
from causal_core.refutation.agreement import Stand, judge_agreement
from causal_core.refutation.assignment import judge_assignment
from causal_core.refutation.randomisation import comparison, p_value, randomisation_draws
from causal_core.refutation.sensitivity import sensitivity


def test_each_arm_is_looked_at_from_all_sides(world):
    design = world(300, 3)
    estimates = estimation.estimate("aipw", design, "ATT")
    found = sensitivity(design, estimates, "ATT")
    assert [each.contrast for each in found] == [("a", "b"), ("a", "c")]
    for each in found:
        labels = [finding.label for finding in each.findings]
        assert labels == ["Robustness value", "E-value", "Rosenbaum bounds", "Overlap"]
        for finding in each.findings:
            assert finding.verdict in ("pass", "fail", "unclear")
            assert finding.error is None
            assert all((finding.done, finding.expectation, finding.seen, finding.cannot))
        plain = json.loads(json.dumps(each.to_dict()))
        assert set(plain) == {"method", "contrast", "partial_r2", "e_value", "rosenbaum", "overlap"}
        assert plain["partial_r2"]["robustness_value"] == pytest.approx(each.robustness.value)
        assert plain["partial_r2"]["benchmarks"][0]["covariate"] == each.robustness.benchmarks[0].covariate


@pytest.mark.parametrize("options", [{"randomised": True}, {"propensity": np.full((80, 2), 0.5)}])
def test_a_known_assignment_leaves_nothing_to_hidden_causes(world, options):
    design = world(80, **options)
    (found,) = sensitivity(design, estimation.estimate("aipw", design), "ATE")
    for finding in found.findings[:3]:
        assert finding.error.startswith("Not applicable: ")
        assert "no hidden cause can have moved it" in finding.error
    assert found.overlap.finding.error is None


def parts_of(design, draws=100, seed=0):
    made = comparison(design, 1)
    return [
        (randomisation_draws(design, seed, start, draws), made.how, made.rows)
        for start in range(0, 2 * draws, draws)
    ]


def test_the_randomisation_test_is_the_only_refuter_with_a_p_value(world):
    design = world(200, effect=2.0, randomised=True)
    (estimate,) = estimation.estimate("difference_in_means", design)
    found = judge_assignment(estimate, 0, parts_of(design))
    whole = randomisation_draws(design, 0, 0, 200)[0]
    assert found.p_value == p_value(whole) == 1 / 201
    assert found.verdict == "pass"
    assert found.statistic == pytest.approx(whole[0])
    assert len(found.simulations) == 200
    assert "0 of the 200 re-drawn assignments" in found.seen
    assert "good news" in found.seen
    nothing = replace(design, outcome=np.random.default_rng(4).normal(size=200))
    found = judge_assignment(estimate, 0, parts_of(nothing))
    assert found.p_value > 0.05
    assert found.verdict == "unclear"
    assert "no evidence of an effect; nor does it show that there is none" in found.seen


def test_without_a_known_assignment_the_reason_is_the_answer(world):
    design = world(50)
    (estimate,) = estimation.estimate("aipw", design)
    found = judge_assignment(estimate, 0, ["Not applicable: so it is.", "Not applicable: so it is."])
    assert found.error == "Not applicable: so it is."
    assert found.p_value is None
    assert "p_value" in found.to_dict()


def test_refuters_that_simulate_nothing_are_not_simulated(world):
    for refuter in ("randomisation", "graph"):
        with pytest.raises(Problem, match="simulates no estimates"):
            refutation.simulate(refuter, "aipw", world(50), "ATE", [0])


@pytest.fixture
def table():
    import pandas as pd

    random = np.random.default_rng(0)
    a, b = random.normal(size=(2, 800))
    z = a + 0.2 * random.normal(size=800)
    t = a + b + random.normal(size=800)
    return pd.DataFrame({"a": a, "b": b, "z": z, "t": t, "y": t + a + b + random.normal(size=800)})


def judged(graph, table, world, adjustment=("a", "b")):
    design = world(50)
    (estimate,) = estimation.estimate("aipw", design)
    found = check_graph(graph, table)
    return judge_agreement(estimate, found, graph, Stand("t", "y", adjustment))


def test_a_graph_that_agrees_is_no_problem_found(table, world):
    arrows = [("a", "t"), ("b", "t"), ("a", "y"), ("b", "y"), ("t", "y"), ("a", "z")]
    found = judged(CausalGraph(arrows), table, world)
    assert found.verdict == "pass"
    assert found.p_value is None
    assert "pairs are implied" in found.done
    assert "800 rows" in found.done


def test_a_contradiction_fails_only_where_the_estimate_hangs_on_it(table, world):
    apart = [("a", "t"), ("b", "t"), ("a", "y"), ("b", "y"), ("t", "y")]
    found = judged(CausalGraph(apart, nodes=["z"]), table, world)
    assert found.verdict == "unclear"
    assert "a and z are not independent" in found.seen
    assert "the estimate need not hang on them" in found.seen
    # Without b in the set, the contradicted independence of b and t is what the estimate stands on.
    wrong = [("a", "t"), ("a", "y"), ("b", "y"), ("t", "y"), ("a", "z")]
    found = judged(CausalGraph(wrong), table, world, adjustment=("a",))
    assert found.verdict == "fail"
    assert "b and t" in found.seen
    found = judged(CausalGraph(apart, nodes=["z"]), table, world, adjustment=None)
    assert found.verdict == "fail"


def test_a_graph_that_implies_nothing_decides_nothing(table, world):
    names = ["a", "b", "t", "y"]
    full = [(one, other) for i, one in enumerate(names) for other in names[i + 1 :]]
    found = judged(CausalGraph(full), table[names], world)
    assert found.verdict == "unclear"
    assert "nothing could contradict it" in found.seen
