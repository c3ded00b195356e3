"""What DoWhy 0.14 gets wrong without an error, trap by trap, and dostudio's right answer beside it.

Where it is cheap a test also shows that DoWhy is still wrong, so that it fails on the day this is mended. The
tests that belong to one room live there; `ELSEWHERE` says where, and a test here checks that they do.
"""

import ast
from pathlib import Path

import networkx as nx
import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm

from causal_core import estimation, identification, refutation
from causal_core.estimation.sample import prepare
from causal_core.estimation.through_dowhy import estimand_of, fitted, frame_of, quiet
from causal_core.graph import CausalGraph
from causal_core.graph.text_formats import read_text
from causal_core.problem import GraphError
from causal_core.refutation import simulation
from tests.refutation.conftest import build, draw
from tests.refutation.dowhy_peer import ready

ELSEWHERE = {
    "1, scores left in the frame are used again": (
        "estimation/test_traps.py::test_trap_1_scores_written_into_the_table_answer_the_next_question",
        "estimation/test_traps.py::test_trap_1_a_column_that_is_called_as_dowhys_own_is_a_column",
        "estimation/test_dowhy.py::test_trap_1_dowhy_reuses_stale_scores_and_we_never_do",
        "refutation/test_dowhy.py::test_trap_1_a_placebo_after_ipw_is_clean",
    ),
    "2, contrasts are ignored or squared": (
        "estimation/test_dowhy.py::test_trap_2_contrasts_turn_with_their_arms",
        "estimation/test_dowhy_along.py::test_trap_2_the_front_door_squares_the_contrast",
        "estimation/test_dowhy_along.py::test_traps_2_and_13_natural_effects",
        "estimation/test_frontdoor.py::test_trap_2_the_contrast_is_not_squared",
        "estimation/test_mediation.py::test_trap_2_the_contrast_is_not_squared",
    ),
    "3, instruments: no intercept, codes, latents, conditional ones": (
        "estimation/test_dowhy_along.py::test_trap_3_several_instruments_without_an_intercept",
        "estimation/test_dowhy_along.py::test_trap_3_an_instrument_coded_1_and_2",
        "estimation/test_instruments.py::test_trap_3_coding_and_several_instruments",
        "identification/test_dowhy_check.py::test_dowhy_lists_latents_as_instruments",
        "identification/test_dowhy_check.py::test_dowhy_finds_no_conditional_instrument",
    ),
    "6, missing values": (
        "estimation/test_traps.py::test_trap_6_rows_without_an_outcome_are_left_out_and_counted",
        "estimation/test_traps.py::test_trap_6_gaps_in_treatment_and_confounders_are_left_out_and_counted",
        "estimation/test_dowhy.py::test_trap_6_missing_outcomes_are_refused",
    ),
    "7, categories coded as numbers": (
        "estimation/test_traps.py::test_trap_7_a_category_in_whole_numbers_is_one_once_it_is_typed",
        "estimation/test_traps.py::test_trap_7_the_profile_hints_at_codes",
        "estimation/test_dowhy.py::test_trap_7_categories_as_numbers_are_wrong_and_dummies_right",
    ),
    "8, scales and clipped scores": (
        "estimation/test_traps.py::test_trap_8_unscaled_confounders",
        "estimation/test_traps.py::test_trap_8_rare_treatment_is_not_clipped_to_five_per_cent",
        "estimation/test_dowhy.py::test_trap_8_scale_and_rare_arms",
    ),
    "11, the ID algorithm takes latents for observed": (
        "identification/test_dowhy_check.py::test_dowhys_id_algorithm_takes_latents_for_observed",
    ),
    "13, several mediators and interaction": (
        "estimation/test_dowhy_along.py::test_trap_13_one_of_two_mediators_is_used",
        "estimation/test_frontdoor.py::test_trap_13_two_mediators_are_both_used",
        "estimation/test_mediation.py::test_trap_13_two_mediators_are_both_used",
        "estimation/test_mediation.py::test_trap_13_the_interaction_counts",
    ),
    "14, arms by any name": (
        "estimation/test_traps.py::test_trap_14_a_treatment_in_any_words",
        "estimation/test_traps.py::test_trap_14_dowhy_takes_1_and_2_for_something_else",
        "estimation/test_traps.py::test_trap_14_true_and_false_outcomes_several_arms_and_any_index",
        "estimation/test_traps.py::test_trap_14_a_treatment_of_a_single_value_or_too_many_is_named",
        "estimation/test_dowhy.py::test_trap_14_arms_by_any_name",
    ),
    "17, structural models": (
        "test_dowhy_gcm_traps.py::test_trap_17_two_models_on_one_graph_overwrite_each_other",
        "test_dowhy_gcm_traps.py::test_trap_17_yes_or_no_in_whole_numbers_becomes_a_rounded_regression",
        "test_dowhy_gcm_traps.py::test_trap_17_no_counterfactual_through_a_category",
    ),
}
"""Trap -> its tests in the rooms."""

HERE = (4, 5, 9, 10, 11, 12, 15, 16, 18)


@pytest.mark.parametrize("trap", list(ELSEWHERE))
def test_every_other_trap_has_its_test(trap):
    for place in ELSEWHERE[trap]:
        path, name = place.split("::")
        tree = ast.parse((Path(__file__).parent / path).read_text(encoding="utf-8"))
        assert name in {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}


def test_the_list_is_whole():
    numbers = {int(trap.split(",")[0]) for trap in ELSEWHERE} | set(HERE)
    assert numbers == set(range(1, 19))


@pytest.fixture
def sound():
    """A confounded design, and DoWhy's estimand, estimate and frame for it."""
    design = draw(400)
    sample = prepare(design)
    frame = frame_of(sample)
    with quiet():
        return design, estimand_of(sample), fitted("linear_regression", sample, frame, "ATE"), frame


def dowhy_model(frame, edges):
    from dowhy import CausalModel

    model = CausalModel(frame, "t", "y", graph=nx.DiGraph(edges))
    return model, model.identify_effect(proceed_when_unidentifiable=True)


def test_trap_4_effect_modifiers_slip_in_without_their_main_effects():
    random = np.random.default_rng(0)
    z, noise = random.normal(size=(2, 4000))
    w = z + random.normal(size=4000)
    arm = (random.uniform(size=4000) < 1 / (1 + np.exp(3 - 1.5 * z))).astype(int)
    outcome = 2 * arm + 0.5 * z + 3 * w + noise
    frame = pd.DataFrame({"t": arm, "y": outcome, "z": z, "w": w})
    edges = [("z", "t"), ("z", "w"), ("z", "y"), ("w", "y"), ("t", "y")]
    with quiet():
        model, estimand = dowhy_model(frame, edges)
        assert estimand.get_adjustment_set() == ["z"]
        theirs = model.estimate_effect(estimand, method_name="backdoor.linear_regression").value
        assert theirs < 0.5
        text, estimand = dowhy_model(frame.assign(w=np.where(w > 0, "high", "low")), edges)
        with pytest.raises(KeyError):
            text.estimate_effect(estimand, method_name="backdoor.linear_regression")
    (found,) = estimation.estimate("linear_regression", build(outcome, arm, z))
    assert found.ci[0] < 2 < found.ci[1]
    plain = sm.OLS(outcome, sm.add_constant(np.column_stack([arm, z]))).fit()
    assert found.value == pytest.approx(plain.params[1])


def test_trap_5_the_target_is_given_renamed_or_refused_in_words():
    from dowhy.causal_estimators.doubly_robust_estimator import DoublyRobustEstimator

    design = draw(2000)
    sample = prepare(design)
    frame = frame_of(sample)
    with quiet():
        line = [fitted("linear_regression", sample, frame, target).value for target in ("ATT", "ATC")]
        doubly = DoublyRobustEstimator(estimand_of(sample))
        doubly.fit(frame, effect_modifier_names=[])
        with pytest.raises(NotImplementedError):
            doubly.estimate_effect(frame, control_value=0, treatment_value=1, target_units="att")
    # The effect is 1 + x0, and those with a high x0 are treated more.
    assert line[0] == line[1]
    (named,) = estimation.estimate("linear_regression", design, "ATT")
    assert named.estimand == "variance-weighted"
    assert "cannot give the ATT" in " ".join(named.notes)
    for target, inside in (("ATT", sample.arm == 1), ("ATC", sample.arm == 0)):
        (found,) = estimation.estimate("aipw", design, target)
        truth = 1 + design.covariates[inside, 0].mean()
        assert found.ci[0] < truth < found.ci[1]
        assert abs(truth - line[0]) > 0.15


def test_trap_9_strengths_of_hidden_confounding_do_not_pile_up(sound, monkeypatch):
    from dowhy.causal_refuters.add_unobserved_common_cause import sensitivity_simulation

    design, estimand, estimate, frame = sound
    with quiet():
        np.random.seed(0)  # noqa: NPY002 - this refuter draws from numpy's global generator
        grid = sensitivity_simulation(frame, estimand, estimate, ["t"], ["y"], [0.05] * 4, [0.5] * 4)
        with pytest.raises(IndexError):
            sensitivity_simulation(frame, estimand, estimate, ["t"], ["y"])
    # Sixteen times the same strength, yet the treatment is flipped once more for each cell.
    assert grid.new_effect_array[-1, -1] < 0.6 * grid.new_effect_array[0, 0]
    monkeypatch.setattr(simulation, "STRENGTHS", (0.1,) * 4)
    for method in ("linear_regression", "ipw"):
        (row,) = refutation.simulate("unobserved_common_cause", method, design, "ATE", [0])[0]
        assert np.ptp(row) == 0


def test_trap_10_each_simulation_draws_its_own(sound):
    design = sound[0]
    for refuter in ("data_subset", "bootstrap"):
        theirs = ready(refuter, "linear_regression", design)(7, 6)
        assert len(set(theirs)) == 1
        ours = refutation.simulate(refuter, "linear_regression", design, "ATE", range(6))
        assert len(np.unique(ours)) == 6


def test_trap_11_front_doors_and_dense_graphs():
    from dowhy.causal_identifier.auto_identifier import (
        BackdoorAdjustment,
        EstimandType,
        identify_effect_auto,
        identify_frontdoor,
    )

    door = [("x", "m"), ("m", "y"), ("w", "m"), ("w", "y")]
    hidden = nx.DiGraph([*door, ("u", "x"), ("u", "y")])
    assert identify_frontdoor(hidden, ["x"], ["y"], ["x", "y", "m", "w"]) == []
    graph = CausalGraph(door, [("x", "y")])
    assert identification.frontdoor_sets(graph, "x", "y") == (frozenset("mw"),)
    assert identification.identify(graph, "x", "y").identifiable

    names = [f"v{j}" for j in range(6)]
    dense = [(a, b) for i, a in enumerate(names) for b in names[i + 1 :]]
    with quiet(), pytest.raises(nx.NetworkXError, match="not in graph"):
        identify_effect_auto(
            nx.DiGraph(dense),
            ["v2"],
            ["v5"],
            names,
            EstimandType.NONPARAMETRIC_ATE,
            backdoor_adjustment=BackdoorAdjustment.BACKDOOR_EFFICIENT,
        )
    best = identification.optimal_adjustment_set(CausalGraph(dense), "v2", "v5")
    assert best.nodes == {"v0", "v1"}


def test_trap_12_not_identified_is_said_and_no_path_is_no_failure():
    design = draw(300)
    frame = pd.DataFrame({"t": design.arm, "y": design.outcome, "z": design.covariates[:, 0]})
    with quiet():
        model, estimand = dowhy_model(frame, [("u", "t"), ("u", "y"), ("t", "y")])
        nothing = model.estimate_effect(
            estimand, method_name="backdoor.linear_regression", effect_modifiers=[]
        )
        assert nothing.value is None
        model, estimand = dowhy_model(frame, [("z", "t"), ("z", "y")])
        zero = model.estimate_effect(estimand, method_name="backdoor.linear_regression", effect_modifiers=[])
        assert zero.value == 0
        with pytest.raises(TypeError):
            model.refute_estimate(estimand, zero, method_name="placebo_treatment_refuter", num_simulations=2)
    graph = CausalGraph([("t", "y")], [("t", "y")])
    answer = identification.identify(graph, "t", "y")
    assert not answer.identifiable
    assert answer.hedge is not None
    (raw,) = estimation.estimate("linear_regression", design, adjusted=False)
    assert raw.estimand == "association"
    assert raw.strategy == "none"
    # Without a directed path the effect is zero, and that can be tried on the data.
    assert identification.identify(CausalGraph([("z", "t"), ("z", "y")]), "t", "y").identifiable
    assert np.isfinite(refutation.simulate("placebo_treatment", "aipw", design, "ATE", range(3))).all()
    with pytest.raises(GraphError, match="x"):
        CausalGraph([("x", "y"), ("y", "x")])


def test_trap_15_text_keeps_its_name_roles_and_places():
    from dowhy.graph import build_graph_from_str

    named = "digraph study { z -> x; z -> y; x -> y }"
    with quiet(), pytest.raises(ValueError, match=r"^$"):
        build_graph_from_str(named)
    assert read_text(named).graph.edges == (("z", "x"), ("z", "y"), ("x", "y"))
    text = 'dag { x [exposure,pos="1,2"] y [outcome] u [latent] x -> y u -> x u -> y }'
    with quiet():
        marks = build_graph_from_str(text).nodes["x"]
    assert not any("exposure" in str(mark) or "treatment" in str(mark) for mark in [*marks, *marks.values()])
    read = read_text(text)
    assert (read.treatments, read.outcomes, read.graph.latent) == (("x",), ("y",), {"u"})
    assert read.graph.positions == {"x": (1.0, 2.0)}


def test_trap_16_no_p_value_where_it_is_none_and_simulations_are_kept(sound):
    from dowhy.causal_refuter import test_significance as significance
    from dowhy.causal_refuters import refute_random_common_cause

    design, estimand, estimate, frame = sound
    spread = np.quantile(np.random.default_rng(0).normal(size=10_000), np.linspace(0.005, 0.995, 99))
    estimate_like = type("Estimate", (), {"value": 1.5})
    few, many = (significance(estimate_like, sims)["p_value"] for sims in (spread, np.append(spread, 0.0)))
    # One simulation more, and the p-value doubles: one-sided below 100, two-sided from there.
    assert many > 1.8 * few
    with quiet():
        theirs = refute_random_common_cause(
            frame, estimand, estimate, num_simulations=3, random_state=np.random.RandomState(0)
        )
    assert set(vars(theirs)) == {"estimated_effect", "new_effect", "refutation_type", "refutation_result"}
    (original,) = estimation.estimate("linear_regression", design)
    simulations = refutation.simulate("random_common_cause", "linear_regression", design, "ATE", range(20))
    judged = refutation.judge("random_common_cause", original, simulations[:, 0])
    assert judged.p_value is None
    assert abs(judged.shift) < 0.1
    assert judged.simulations == pytest.approx(simulations[:, 0])


def test_trap_18_the_bootstrap_adds_no_noise_to_covariates():
    from dowhy.causal_refuters import refute_bootstrap

    random = np.random.default_rng(0)
    x = random.normal(size=1000)
    arm = (x + 0.5 * random.normal(size=1000) > 0).astype(int)
    design = build(arm + 10 * x + random.normal(size=1000), arm, x)
    sample = prepare(design)
    frame = frame_of(sample)
    with quiet():
        estimate = fitted("linear_regression", sample, frame, "ATE")
        np.random.seed(0)  # noqa: NPY002 - the noise comes from numpy's global generator
        theirs = refute_bootstrap(
            frame,
            estimand_of(sample),
            estimate,
            num_simulations=12,
            random_state=np.random.RandomState(0),
        )
    (original,) = estimation.estimate("linear_regression", design)
    ours = refutation.simulate("bootstrap", "linear_regression", design, "ATE", range(50))[:, 0]
    assert abs(theirs.new_effect - original.value) > 2 * original.std_error
    assert abs(ours.mean() - original.value) < 0.5 * original.std_error
    assert ours.std() == pytest.approx(original.std_error, rel=0.3)
