"""Columns as people have them: every method answers, or says in words why not."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from causal_core import estimation
from causal_core.data.encoding import build_design
from causal_core.data.imputation import Filling
from causal_core.estimation.average import ELSEWHERE, RUN, estimate
from causal_core.estimation.diagnostics import balance
from causal_core.estimation.methods import METHODS
from causal_core.problem import Problem

SLOW = ("dml", "dml_interactive")
QUICK = [method for method in RUN if method not in SLOW]
NAMES = ["age", "income", "two words", 'a "quote"', "<b>&amp;</b>", "🙂", "$x_1$", "code", "since", "member"]


def people(n=300, seed=0, arms=2):
    """Everybody's effect is 2; age confounds."""
    random = np.random.default_rng(seed)
    age = random.normal(50, 10, n)
    arm = (random.uniform(size=n) < 1 / (1 + np.exp(-(age - 50) / 15))).astype(int)
    if arms > 2:
        arm = np.where(random.uniform(size=n) < 0.5, random.integers(0, arms, n), arm)
    return pd.DataFrame(
        {
            "t": arm,
            "y": 2.0 * (arm > 0) + age / 10 + random.normal(size=n),
            "age": age,
            "income": np.exp(2 * random.normal(size=n)),
            "two words": age * 1e12 + random.normal(size=n) * 1e13,
            'a "quote"': random.choice(["<i>", "b'", '"', "🙂 c"], n),
            "<b>&amp;</b>": random.uniform(size=n) < 0.5,
            "🙂": pd.Categorical(random.choice(["x", "y", "z"], n)),
            "$x_1$": 3.5,
            "code": random.integers(1, 3, n),
            "since": pd.Timestamp("2024-01-01") + pd.to_timedelta(random.integers(0, 900, n), unit="D"),
            "member": random.choice(["yes", "no"], n),
        }
    )


def plain(**options):
    return build_design(people(), "t", 0, "y", ["age", "code"], **options)


def answers(method, design, target="ATE"):
    """The estimates; each finite with an interval, or in words."""
    found = estimate(method, design, target, compared=False)
    assert len(found) == len(design.arms) - 1
    for each in found:
        if each.value is None:
            assert each.error.endswith(".")
            assert "nan" not in each.error
        else:
            assert np.isfinite(each.value)
            assert each.ci is None or np.isfinite(np.ravel(each.ci)).all()
            assert each.ci is not None or any(word in " ".join(each.notes) for word in ("single", "cluster"))
    return found


def value(method, design, target="ATE"):
    (found,) = answers(method, design, target)
    assert found.error is None
    return found.value


def test_every_method_is_tried_here_or_needs_more_than_covariates():
    assert set(RUN) | set(ELSEWHERE) == set(METHODS)
    for method in ELSEWHERE:
        (found,) = answers(method, plain())
        assert found.error


@pytest.mark.parametrize("method", RUN)
def test_a_table_of_every_kind_of_column(method):
    design = build_design(people(), "t", 0, "y", NAMES)
    assert design.notes == ('"$x_1$" was left out: it has the same value in every row in use.',)
    (found,) = answers(method, design)
    assert found.error is None
    if method != "difference_in_means":
        assert abs(found.value - 2) < 4 * found.std_error


@pytest.mark.parametrize("target", ["ATE", "ATT", "ATC"])
@pytest.mark.parametrize("method", QUICK)
def test_no_covariates_one_row_an_arm_and_more_columns_than_rows(method, target):
    answers(method, build_design(people(), "t", 0, "y"), target)
    rare = people().sort_values("t")
    rare = pd.concat([rare.iloc[:60], rare.iloc[-1:]])
    answers(method, build_design(rare, "t", 0, "y", ["age"]), target)
    answers(method, build_design(people(8), "t", 0, "y", ["age"]), target)
    random = np.random.default_rng(0)
    wide = pd.DataFrame(random.normal(size=(90, 100)), columns=[f"c{j}" for j in range(100)])
    wide["t"], wide["y"] = random.integers(0, 2, 90), random.normal(size=90)
    answers(method, build_design(wide, "t", 0, "y", [f"c{j}" for j in range(100)]), target)


@pytest.mark.parametrize("method", RUN)
def test_a_hundred_columns(method):
    random = np.random.default_rng(0)
    rows = 130 if method in SLOW else 500
    noise = pd.DataFrame(random.normal(size=(rows, 99)), columns=[f"c{j}" for j in range(99)])
    frame = pd.concat([people(rows), noise], axis=1)
    answers(method, build_design(frame, "t", 0, "y", ["age", *noise.columns]))


@pytest.mark.parametrize("method", QUICK)
def test_a_treatment_by_any_name_gives_the_same(method):
    frame = people()
    same = value(method, build_design(frame, "t", 0, "y", ["age"]))
    for off, on in ((1, 2), ("no 🙂", "<b>yes</b>"), (False, True), ("b", "a"), (0.5, -3.25)):
        named = frame.assign(t=np.where(frame["t"] == 1, on, off))
        design = build_design(named, "t", off, "y", ["age"])
        assert value(method, design) == pytest.approx(same, rel=1e-9)


@pytest.mark.parametrize("method", QUICK)
def test_many_arms(method):
    frame = people(1200, arms=8).assign(t=lambda rows: "arm " + rows["t"].astype(str))
    found = answers(method, build_design(frame, "t", "arm 0", "y", ["age"]))
    assert len(found) == 7
    # An order of the arms is a matter of names only.
    turned = frame.assign(t=frame["t"].map({f"arm {a}": f"z{9 - a}" for a in range(8)}))
    again = {
        each.contrast[1]: each.value
        for each in answers(method, build_design(turned, "t", "z9", "y", ["age"]))
    }
    for a, each in enumerate(found, start=1):
        assert again[f"z{9 - a}"] == pytest.approx(each.value, rel=1e-6, abs=1e-6)


@pytest.mark.parametrize("target", ["ATE", "ATT"])
@pytest.mark.parametrize("method", RUN)
def test_a_covariate_in_another_unit_changes_nothing(method, target):
    if method in SLOW and target != "ATE":
        return
    design = plain()
    changed = replace(design, covariates=design.covariates * [1e12, 1] + [0, 1e-3])
    assert value(method, changed, target) == pytest.approx(value(method, design, target), rel=1e-8)


@pytest.mark.parametrize("method", RUN)
def test_an_outcome_in_another_unit_scales_the_value_and_its_interval(method):
    design = plain()
    (one,) = answers(method, design)
    (other,) = answers(method, replace(design, outcome=design.outcome * 2.0**30))
    assert other.value == pytest.approx(one.value * 2.0**30, rel=1e-8)
    assert other.ci == pytest.approx(tuple(end * 2.0**30 for end in one.ci), rel=1e-7)
    assert value(method, replace(design, outcome=design.outcome * 1e9)) == pytest.approx(
        one.value * 1e9, rel=1e-2 if method in SLOW else 1e-8
    )


@pytest.mark.parametrize("method", QUICK)
def test_the_order_of_rows_changes_nothing(method):
    design = plain()
    order = np.random.default_rng(0).permutation(design.rows_used)
    (one,) = answers(method, design)
    (other,) = answers(method, design.at(order))
    assert other.value == pytest.approx(one.value, rel=1e-9)
    assert other.std_error == pytest.approx(one.std_error, rel=1e-6)


EXACT = [method for method in QUICK if method not in ("matching", "propensity_matching", "stratification")]


@pytest.mark.parametrize("target", ["ATE", "ATT"])
@pytest.mark.parametrize("method", EXACT)
def test_a_row_of_weight_two_is_a_row_twice(method, target):
    design = plain()
    times = np.random.default_rng(1).integers(0, 3, design.rows_used)
    weighted = replace(design, weights=times.astype(float))
    repeated = design.at(np.repeat(np.arange(design.rows_used), times))
    assert value(method, weighted, target) == pytest.approx(value(method, repeated, target), rel=1e-6)


@pytest.mark.parametrize("method", QUICK)
def test_a_row_without_weight_is_no_row(method):
    design = plain()
    weights = np.where(np.arange(design.rows_used) % 4 == 0, 0.0, 1.5)
    (weighted,) = answers(method, replace(design, weights=weights))
    (without,) = answers(
        method, replace(design, weights=np.full(design.rows_used, 1.5)).at(weights.nonzero()[0])
    )
    assert weighted.value == without.value
    assert weighted.ci == without.ci
    assert (weighted.rows_used, weighted.rows_dropped) == (225, 75)
    assert weighted.notes[-1] == "Left out: 75 rows of weight zero, which stand for nobody."


@pytest.mark.parametrize("method", RUN)
def test_an_arm_without_weight_is_named(method):
    design = plain()
    (found,) = answers(method, replace(design, weights=(design.arm == 0).astype(float)))
    assert "t = 1" in found.error


@pytest.mark.parametrize("method", RUN)
def test_one_cluster_gives_a_value_without_an_interval(method):
    (found,) = answers(method, replace(plain(), clusters=np.zeros(300, dtype=np.int64)))
    assert found.ci is None
    assert found.std_error is None
    if method in SLOW:
        assert "clusters are too few" in found.error
    else:
        assert "There is only one cluster, so there is no standard error." in found.notes


@pytest.mark.parametrize("method", QUICK)
def test_an_arm_within_one_cluster_gives_a_value_without_an_interval(method):
    design = plain()
    # Cluster 1 is the arm 1: its effect and the cluster's are one.
    (found,) = answers(method, replace(design, clusters=design.arm.astype(np.int64)))
    assert found.value is not None
    assert found.ci is None
    assert any("All rows of arm 0 lie in one cluster" in note for note in found.notes)


@pytest.mark.parametrize("method", RUN)
@pytest.mark.parametrize("value", [0.0, 3.0])
def test_a_constant_outcome_is_refused(method, value):
    # Rounding gave effects of 1e-16 whose intervals excluded zero.
    (found,) = answers(method, replace(plain(), outcome=np.full(300, value)))
    assert found.value is None
    assert f"The outcome y is {value:g} in every row in use." in found.error


@pytest.mark.parametrize("method", RUN)
def test_a_covariate_that_repeats_the_treatment_leaves_nothing_to_compare(method):
    frame = people().assign(copy=lambda rows: rows["t"] * 7 + 1)
    for target in ("ATE", "ATT"):
        for names in (["copy"], ["age", "copy"]):
            (found,) = answers(method, build_design(frame, "t", 0, "y", names), target)
            assert (found.value is None) == (method != "difference_in_means")
            assert found.estimand == ("association" if method == "difference_in_means" else target)


@pytest.mark.parametrize("size", [1e200, 1e-200])
@pytest.mark.parametrize("method", RUN)
def test_numbers_beyond_arithmetic_are_named(method, size):
    design = plain()
    (found,) = answers(method, replace(design, outcome=design.outcome * size))
    assert "outcome y holds numbers too" in found.error
    (found,) = answers(method, replace(design, covariates=design.covariates * [size, 1]))
    assert "covariate age holds numbers too" in found.error


@pytest.mark.parametrize("method", QUICK)
def test_constant_and_two_valued_outcomes(method):
    design = plain()
    (flat,) = answers(method, replace(design, outcome=np.full(300, 5.0)))
    assert flat.error.startswith("The outcome y is 5 in every row in use.")
    answers(method, replace(design, outcome=design.arm * 2.0))
    (share,) = answers(method, replace(design, outcome=(design.outcome > 6).astype(float)))
    assert share.error is None
    assert -1 <= share.value <= 1


def test_infinite_values_are_missing_and_empty_columns_are_named():
    frame = people().assign(age=lambda rows: rows["age"].mask(rows.index < 10, np.inf), empty=np.nan)
    design = build_design(frame, "t", 0, "y", ["age"])
    assert (design.rows_used, design.dropped_by) == (290, (("age", 10),))
    with pytest.raises(Problem, match="missing in every row"):
        build_design(frame, "t", 0, "y", ["age", "empty"])


@pytest.mark.parametrize("way", ["indicator", "imputation"])
@pytest.mark.parametrize("method", QUICK)
def test_every_method_works_on_filled_tables_with_arms_clusters_and_weights(method, way):
    frame = people(600, arms=3).assign(house=np.arange(600) % 50, weight=np.arange(600) % 3 + 1.0)
    random = np.random.default_rng(0)
    for name in ("age", 'a "quote"', "<b>&amp;</b>"):
        frame[name] = frame[name].astype(object).mask(random.uniform(size=600) < 0.2)
    frame["age"] = frame["age"].astype(float)
    design = build_design(
        frame,
        "t",
        0,
        "y",
        ["age", 'a "quote"', "<b>&amp;</b>"],
        clusters="house",
        weights="weight",
        randomised=True,
        filling=Filling(way),
    )
    assert design.rows_used == 600
    assert all(each.error is None for each in answers(method, design))


def test_balance_is_in_words_or_finite_on_every_kind_of_column():
    (found,) = balance(build_design(people(), "t", 0, "y", NAMES))
    assert np.isfinite(found.before).all()
    assert np.isfinite(found.after).all()
    assert "<b>&amp;</b>" in found.covariates


@pytest.mark.parametrize("method", ["two_stage_least_squares", "wald"])
@pytest.mark.parametrize("code", [(0, 1), (1, 2), (-5e11, 5e11)])
def test_an_instrument_in_any_code_gives_the_same(method, code):
    random = np.random.default_rng(0)
    z = random.integers(0, 2, 2000)
    hidden = random.normal(size=2000)
    arm = ((z + hidden + random.normal(size=2000)) > 0.5).astype(int)
    y = 2 * arm + hidden + random.normal(size=2000)
    frame = pd.DataFrame({"t": arm, "y": y})
    design = build_design(frame, "t", 0, "y")
    (one,) = estimation.estimate_iv(method, design, z.astype(float))
    (other,) = estimation.estimate_iv(method, design, np.array(code, dtype=float)[z])
    assert other.value == pytest.approx(one.value, rel=1e-8)
    assert abs(one.value - 2) < 4 * one.std_error
