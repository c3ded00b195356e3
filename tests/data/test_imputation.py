import numpy as np
import pandas as pd
import pytest

from causal_core.data.draws import _logistic, draw_levels, draw_numbers
from causal_core.data.encoding import build_design
from causal_core.data.imputation import Filling
from causal_core.engine.progress import listening

NAN = float("nan")
COVARIATES = ["age", "town", "income"]


def people(n=600, seed=0, arms=2):
    """Age drives treatment, town and outcome; age is missing more often where the outcome is high."""
    random = np.random.default_rng(seed)
    age = random.normal(50, 10, n)
    town = np.where(random.uniform(size=n) < 1 / (1 + np.exp(-(age - 50) / 10)), "north", "south")
    income = np.exp(random.normal(size=n) + age / 50) * 1e12
    arm = (random.uniform(size=n) < 1 / (1 + np.exp(-(age - 50) / 15))).astype(int)
    arm = np.where(random.uniform(size=n) < 0.3, arms - 1, arm)
    pain = 2 * (arm > 0) + age / 10 + (town == "north") + random.normal(size=n)
    frame = pd.DataFrame({"age": age, "town": town, "income": income, "drug": arm, "pain": pain})
    frame.loc[random.uniform(size=n) < 1 / (1 + np.exp(7 - pain)), "age"] = NAN
    frame.loc[random.uniform(size=n) < 0.2, "town"] = None
    frame.loc[random.uniform(size=n) < 0.1, "income"] = np.inf
    return frame


def completed(frame, number=1, seed=0, covariates=COVARIATES, **options):
    filling = Filling("imputation", number, seed)
    return build_design(frame, "drug", 0, "pain", covariates, filling=filling, **options)


def test_an_indicator_is_the_mean_or_the_most_common_level_and_a_column_that_says_where():
    frame = pd.DataFrame(
        {
            "drug": [0, 1, 0, 1, 0],
            "pain": [1.0, 2, 3, 4, NAN],
            "age": [10.0, NAN, 20, 60, 1000],
            "town": ["a", "b", "b", None, "a"],
            "whole": [1.0, 2, 3, 4, NAN],
        }
    )
    design = build_design(
        frame, "drug", 0, "pain", ["age", "town", "whole"], filling=Filling("indicator"), randomised=True
    )
    assert design.rows.tolist() == [0, 1, 2, 3]
    assert design.covariate_names == ("age", "age is missing", "town=b", "town is missing", "whole")
    assert design.covariate_sources == ("age", "age", "town", "town", "whole")
    assert design.covariates.tolist() == [
        [10, 0, 0, 0, 1],
        [30, 1, 1, 0, 2],
        [20, 0, 1, 0, 3],
        [60, 0, 1, 1, 4],
    ]
    assert design.dropped_by == (("pain", 1),)
    assert '"age", "town"' in design.notes[0]


def test_a_column_without_a_value_in_the_rows_in_use_is_left_out():
    frame = pd.DataFrame({"drug": [0, 1, 0], "pain": [1.0, 2, NAN], "age": [NAN, NAN, 3]})
    for way in ("indicator", "imputation"):
        design = build_design(frame, "drug", 0, "pain", ["age"], filling=Filling(way))
        assert design.covariate_names == ()
        assert '"age" was left out' in design.notes[0]


def test_seen_values_stay_and_drawn_ones_were_seen_in_the_same_arm():
    frame = people()
    design = completed(frame)
    assert design.rows_used == 600
    assert design.dropped_by == ()
    age = design.covariates[:, design.covariate_names.index("age")]
    seen = frame["age"].notna().to_numpy()
    assert np.array_equal(age[seen], frame["age"][seen])
    for arm in (0, 1):
        inside = (frame["drug"] == arm).to_numpy()
        assert set(age[inside & ~seen]) <= set(age[inside & seen])
        assert len(set(age[inside & ~seen])) > 20
    income = design.covariates[:, design.covariate_names.index("income")]
    assert np.isfinite(income).all()
    assert income.min() > 0


def test_tables_are_the_same_for_one_number_and_different_for_two():
    frame = people()
    assert np.array_equal(completed(frame, 3).covariates, completed(frame, 3).covariates)
    assert not np.array_equal(completed(frame, 3).covariates, completed(frame, 4).covariates)
    assert not np.array_equal(completed(frame, 3).covariates, completed(frame, 3, seed=1).covariates)


def test_units_do_not_matter():
    frame = people()
    scaled = frame.assign(age=frame["age"] * 1e12, pain=frame["pain"] * 1e-9)
    first, second = completed(frame).covariates, completed(scaled).covariates
    assert second[:, 0] == pytest.approx(first[:, 0] * 1e12, rel=1e-12)
    assert np.array_equal(first[:, 1:], second[:, 1:])


@pytest.mark.parametrize("rows", [600, 60])
def test_several_arms_weights_and_small_arms(rows):
    frame = people(rows, arms=3).assign(weight=np.linspace(0, 2, rows))
    design = completed(frame, weights="weight")
    assert design.arms == ("0", "1", "2")
    assert design.rows_used == rows
    assert np.isfinite(design.covariates).all()


def test_a_hundred_columns_and_more_levels_than_rows_allow():
    random = np.random.default_rng(0)
    frame = pd.DataFrame(random.normal(size=(150, 100)), columns=[f"x{j}" for j in range(100)])
    frame.iloc[:, :12] = frame.iloc[:, :12].mask(random.uniform(size=(150, 12)) < 0.05)
    frame["code"] = pd.Series(random.integers(0, 15, 150)).astype(str).mask(random.uniform(size=150) < 0.2)
    frame["drug"], frame["pain"] = random.integers(0, 2, 150), random.normal(size=150)
    covariates = [name for name in frame if name not in ("drug", "pain")]
    design = completed(frame, covariates=covariates, types={"code": "category"})
    assert design.rows_used == 150
    assert np.isfinite(design.covariates).all()


def test_progress_is_said():
    said = []
    with listening(lambda done, total: said.append(done / total)):
        completed(people(200))
    assert said == sorted(said)
    assert said[0] == 0
    assert said[-1] > 0.9


def test_numbers_are_drawn_from_the_regression_also_where_it_differs_from_what_was_seen():
    random = np.random.default_rng(3)
    x = random.normal(size=4000)
    y = 5 + 3 * x + random.normal(size=4000)
    seen = x < 0.5 + random.normal(size=4000) * 0.3
    design = np.column_stack([np.ones(4000), x])
    drawn = draw_numbers(design[seen], y[seen], design[~seen], random)
    inside = x[~seen] < 1
    assert np.mean(drawn[inside] - y[~seen][inside]) == pytest.approx(0, abs=0.15)
    assert np.std(drawn[inside] - 5 - 3 * x[~seen][inside]) == pytest.approx(1, abs=0.1)


def test_rows_predicted_alike_are_equally_likely_donors():
    random = np.random.default_rng(0)
    values = np.arange(1000.0)
    drawn = draw_numbers(np.ones((1000, 1)), values, np.ones((2000, 1)), random)
    assert drawn.mean() == pytest.approx(499.5, abs=30)
    assert len(np.unique(drawn)) > 800


def test_a_single_value_and_a_single_level_are_what_is_drawn():
    random = np.random.default_rng(0)
    assert draw_numbers(np.ones((3, 1)), np.full(3, 7.0), np.ones((2, 1)), random).tolist() == [7, 7]
    assert draw_levels(np.ones((3, 1)), np.array([4, 4, 4]), np.ones((2, 1)), random).tolist() == [4, 4]


def test_the_logistic_mode_is_that_of_statsmodels_where_data_are_many():
    import statsmodels.api as sm

    random = np.random.default_rng(1)
    x = np.column_stack([np.ones(20_000), random.normal(size=(20_000, 2))])
    lines = np.column_stack([np.zeros(20_000), x @ [0.3, 1, -1], x @ [-1, 0.5, 0.2]])
    share = np.exp(lines) / np.exp(lines).sum(axis=1, keepdims=True)
    codes = (random.uniform(size=(20_000, 1)) > share.cumsum(axis=1)).sum(axis=1)
    mode, information = _logistic(x, codes, 3)
    peer = sm.MNLogit(codes, x).fit(disp=False)
    assert mode == pytest.approx(np.asarray(peer.params), abs=2e-3)
    errors = np.sqrt(np.diag(np.linalg.inv(information))).reshape(2, 3).T
    assert errors == pytest.approx(np.asarray(peer.bse), rel=1e-2)


def test_levels_are_drawn_with_their_probabilities_and_separation_does_no_harm():
    random = np.random.default_rng(2)
    x = np.column_stack([np.ones(3000), random.normal(size=3000)])
    codes = (random.uniform(size=3000) < 1 / (1 + np.exp(-2 * x[:, 1]))).astype(int)
    wanted = np.column_stack([np.ones(4000), np.repeat([0.0, 1.0], 2000)])
    drawn = draw_levels(x, codes, wanted, random)
    assert drawn[:2000].mean() == pytest.approx(0.5, abs=0.05)
    assert drawn[2000:].mean() == pytest.approx(1 / (1 + np.exp(-2)), abs=0.05)
    apart = (x[:, 1] > 0).astype(int) + 3
    found = draw_levels(x, apart, np.array([[1, -2.0], [1, 2.0]]), random)
    assert found.tolist() == [3, 4]
